package job_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"rampa/internal/db"
	"rampa/internal/job"
	"rampa/internal/testenv"
)

// clock is a clock that stands still until it is set.
type clock struct {
	mu   sync.Mutex
	now  time.Time
	real bool
}

func newClock() *clock { return &clock{now: time.Date(2026, 1, 10, 9, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.real {
		return time.Now()
	}
	return c.now
}

func (c *clock) set(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = t
	return nil
}

// bench is one database with its runner.
type bench struct {
	db       db.DB
	source   string
	clock    *clock
	registry *job.Registry
	runner   *job.Runner
	metrics  *prometheus.Registry
	log      *logText
}

type logText struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logText) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *logText) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

const effects = `CREATE TABLE effects (id BIGINT NOT NULL, at BIGINT NOT NULL)`

func prepare(source string) error {
	ctx := context.Background()
	if _, _, err := db.Migrate(ctx, db.Options{Source: source}); err != nil {
		return err
	}
	if err := job.Migrate(ctx, source); err != nil {
		return err
	}
	d, err := db.Open(ctx, db.Options{Source: source})
	if err != nil {
		return err
	}
	defer d.Close()
	_, err = d.Exec(ctx, effects)
	return err
}

// onBoth runs a test on each engine, with a database of its own.
func onBoth(t *testing.T, test func(t *testing.T, b *bench)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, onSQLite(t))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, onPostgres(t))
	})
}

func onSQLite(t testing.TB) *bench {
	t.Helper()
	source := filepath.Join(t.TempDir(), "rampa.db")
	if err := prepare(source); err != nil {
		t.Fatal(err)
	}
	return open(t, source)
}

func onPostgres(t testing.TB) *bench {
	t.Helper()
	return open(t, testenv.PostgresFrom(t, "job", prepare))
}

func open(t testing.TB, source string) *bench {
	t.Helper()
	b := &bench{source: source, clock: newClock(), log: &logText{}}
	var err error
	if b.db, err = db.Open(t.Context(), db.Options{Source: source}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.db.Close() })
	b.renew(t)
	return b
}

// renew gives the bench a new runner, as a new process would have one.
func (b *bench) renew(t testing.TB) {
	t.Helper()
	b.registry, b.metrics = job.NewRegistry(), prometheus.NewRegistry()
	var err error
	b.runner, err = job.New(job.Config{DB: b.db, Registry: b.registry, Now: b.clock.Now, Metrics: b.metrics,
		Log: slog.New(slog.NewTextHandler(b.log, nil))})
	if err != nil {
		t.Fatal(err)
	}
}

func (b *bench) start(t testing.TB) {
	t.Helper()
	if err := b.runner.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.stop(t) })
}

func (b *bench) stop(t testing.TB) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := b.runner.Stop(ctx); err != nil {
		t.Error(err)
	}
}

func (b *bench) insert(t testing.TB, at time.Time, all ...job.Args) {
	t.Helper()
	err := b.db.InTx(t.Context(), func(ctx context.Context, tx db.Tx) error {
		for _, a := range all {
			if err := b.runner.Insert(ctx, tx, a, at); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (b *bench) idle(t testing.TB) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := b.runner.Idle(ctx); err != nil {
		t.Fatal(err, b.log)
	}
}

func (b *bench) number(t testing.TB, query string, args ...any) (n int64) {
	t.Helper()
	if err := b.db.QueryRow(t.Context(), query, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func (b *bench) states(t testing.TB) map[string]int64 {
	t.Helper()
	rows, err := b.db.Query(t.Context(), `SELECT CAST(state AS TEXT), COUNT(*) FROM river_job GROUP BY state`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	got := make(map[string]int64)
	for rows.Next() {
		var state string
		var n int64
		if err := rows.Scan(&state, &n); err != nil {
			t.Fatal(err)
		}
		got[state] = n
	}
	return got
}

type note struct {
	ID   int64  `json:"id"`
	Text string `json:"text"`
}

func (note) Kind() string { return "note" }

// seen collects what handlers saw.
type seen[T any] struct {
	mu  sync.Mutex
	all []T
}

func (s *seen[T]) add(v T) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, v)
}

func (s *seen[T]) get() []T {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]T{}, s.all...)
}

func TestAJobIsWorkedAfterTheCommitOfItsTransaction(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *bench) {
		var got seen[note]
		job.Add(b.registry, func(_ context.Context, j job.Job[note]) error { got.add(j.Args); return nil }, job.Policy{})
		b.start(t)
		want := note{ID: 7, Text: "año <&> \"quoted\" 日本"}
		b.insert(t, time.Time{}, want)
		b.idle(t)
		if diff := cmp.Diff([]note{want}, got.get()); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(map[string]int64{"completed": 1}, b.states(t)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestAJobOfARolledBackTransactionDoesNotExist(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *bench) {
		job.Add(b.registry, func(context.Context, job.Job[note]) error { return nil }, job.Policy{})
		sorry := errors.New("sorry")
		err := b.db.InTx(t.Context(), func(ctx context.Context, tx db.Tx) error {
			return errors.Join(b.runner.Insert(ctx, tx, note{ID: 1}, time.Time{}), sorry)
		})
		if !errors.Is(err, sorry) {
			t.Fatal(err)
		}
		if n := len(b.states(t)); n != 0 {
			t.Errorf("%d states, want no job", n)
		}
	})
}

type stranger struct{}

func (stranger) Kind() string { return "stranger" }

func TestAJobWithoutAHandlerIsRefusedInItsOwnUnit(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *bench) {
		err := b.db.InTx(t.Context(), func(ctx context.Context, tx db.Tx) error {
			return b.runner.Insert(ctx, tx, stranger{}, time.Time{})
		})
		if err == nil {
			t.Error("inserted a job that nobody can work")
		}
	})
}

func TestAJobIsNotWorkedBeforeItIsDue(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *bench) {
		var at seen[time.Time]
		job.Add(b.registry, func(context.Context, job.Job[note]) error { at.add(b.clock.Now()); return nil }, job.Policy{})
		b.start(t)
		due := b.clock.Now().Add(time.Hour + 1300*time.Microsecond) // SQLite knows milliseconds only
		b.insert(t, due, note{ID: 1})
		b.clock.set(due.Add(-time.Microsecond))
		b.idle(t)
		if n := len(at.get()); n != 0 {
			t.Fatalf("worked %d jobs a microsecond early", n)
		}
		b.clock.set(due.Add(time.Millisecond))
		b.idle(t)
		if n := len(at.get()); n != 1 {
			t.Errorf("worked %d jobs when due, want 1", n)
		}
	})
}

func TestAFailedJobIsTriedAgainByItsPolicyAndThenDiscarded(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *bench) {
		var tries seen[string]
		first := b.clock.Now()
		job.Add(b.registry, func(_ context.Context, j job.Job[note]) error {
			tries.add(fmt.Sprint(j.Attempt, "/", j.MaxAttempts, " ", b.clock.Now().Sub(first)))
			if j.Attempt == 2 {
				panic("it is\x00 broken")
			}
			return errors.New("not today\x00")
		}, job.Policy{MaxAttempts: 4, Backoff: []time.Duration{time.Second, time.Minute}})
		b.start(t)
		b.insert(t, time.Time{}, note{ID: 1})
		if err := b.runner.Leap(t.Context(), first.Add(time.Hour), b.clock.set); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"1/4 0s", "2/4 1s", "3/4 1m1s", "4/4 2m1s"}, tries.get()); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(map[string]int64{"discarded": 1}, b.states(t)); diff != "" {
			t.Error(diff)
		}
		if !strings.Contains(b.log.String(), "a job failed for the last time") {
			t.Error("the log does not say that the job was given up")
		}
	})
}

func TestAnEffectAndTheEndOfItsJobAreCommittedTogether(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *bench) {
		sorry := errors.New("sorry")
		job.Add(b.registry, func(ctx context.Context, j job.Job[note]) error {
			return b.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
				if _, err := tx.Exec(ctx, `INSERT INTO effects (id, at) VALUES ($1, $2)`, j.Args.ID, j.Attempt); err != nil {
					return err
				}
				if err := j.Complete(ctx, tx); err != nil {
					return err
				}
				if j.Attempt == 1 {
					return sorry
				}
				return nil
			})
		}, job.Policy{Backoff: []time.Duration{time.Millisecond}})
		b.start(t)
		b.insert(t, time.Time{}, note{ID: 1}, note{ID: 2}, note{ID: 3})
		if err := b.runner.Leap(t.Context(), b.clock.Now().Add(time.Minute), b.clock.set); err != nil {
			t.Fatal(err)
		}
		if n := b.number(t, `SELECT COUNT(*) FROM effects WHERE at = 2`); n != 3 {
			t.Errorf("%d effects of second attempts, want 3", n)
		}
		if n := b.number(t, `SELECT COUNT(*) FROM effects WHERE at <> 2`); n != 0 {
			t.Errorf("%d effects of attempts that were rolled back", n)
		}
		if diff := cmp.Diff(map[string]int64{"completed": 3}, b.states(t)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestAnAttemptWhoseJobWasGivenToAnotherHasNoEffect(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *bench) {
		var ends seen[error]
		job.Add(b.registry, func(ctx context.Context, j job.Job[note]) error {
			err := b.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
				if j.Attempt == 1 { // as if another node had rescued it meanwhile
					if _, err := b.db.Exec(ctx, `UPDATE river_job SET attempt = 2`); err != nil {
						return err
					}
				}
				return j.Complete(ctx, tx)
			})
			ends.add(err)
			return err
		}, job.Policy{})
		b.start(t)
		b.insert(t, time.Time{}, note{ID: 1})
		b.idle(t)
		if got := ends.get(); len(got) != 1 || !errors.Is(got[0], job.ErrTaken) {
			t.Errorf("ends %v, want one ErrTaken", got)
		}
	})
}

type sweep struct {
	Name string `json:"name"`
}

func (sweep) Kind() string { return "sweep" }

func TestAUniqueJobIsInsertedOnceWhileItWaits(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *bench) {
		var got seen[string]
		job.Add(b.registry, func(_ context.Context, j job.Job[sweep]) error { got.add(j.Args.Name); return nil }, job.Policy{Unique: true})
		job.Add(b.registry, func(context.Context, job.Job[note]) error { return nil }, job.Policy{})
		b.insert(t, time.Time{}, sweep{"a"}, sweep{"a"}, note{ID: 1})
		b.insert(t, time.Time{}, sweep{"a"}, sweep{"b"}, note{ID: 2})
		if diff := cmp.Diff(map[string]int64{"available": 4}, b.states(t)); diff != "" {
			t.Fatal(diff)
		}
		b.start(t)
		b.idle(t)
		b.insert(t, time.Time{}, sweep{"a"})
		b.idle(t)
		if n := len(got.get()); n != 3 {
			t.Errorf("worked %v, want a, b and a again", got.get())
		}
	})
}

func TestStopLetsAnAttemptEndAndGivesBackWhatDoesNot(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *bench) {
		begun := make(chan struct{})
		job.Add(b.registry, func(ctx context.Context, j job.Job[note]) error {
			close(begun)
			<-ctx.Done()
			return ctx.Err()
		}, job.Policy{Timeout: time.Hour})
		if err := b.runner.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		b.insert(t, time.Time{}, note{ID: 1})
		<-begun
		over, cancel := context.WithCancel(context.Background())
		cancel()
		if err := b.runner.Stop(over); err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff(map[string]int64{"available": 1}, b.states(t)); diff != "" {
			t.Error(diff)
		}
		if n := b.number(t, `SELECT attempt FROM river_job`); n != 0 {
			t.Errorf("the attempt that was cut off counts: %d", n)
		}
	})
}

func TestTheJobsOfADeadWorkerAreWorkedAgain(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *bench) {
		var got seen[int]
		job.Add(b.registry, func(_ context.Context, j job.Job[note]) error { got.add(j.Attempt); return nil },
			job.Policy{Timeout: time.Minute, MaxAttempts: 1})
		b.insert(t, time.Time{}, note{ID: 1})
		fetched := b.clock.Now().Format("2006-01-02 15:04:05.000")
		if strings.HasPrefix(b.source, "postgres") { // it has attempts left, since PostgreSQL's rescue buries a last one
			fetched += "+00"
			if _, err := b.db.Exec(t.Context(), `UPDATE river_job SET max_attempts = 2`); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := b.db.Exec(t.Context(), `UPDATE river_job SET state = 'running', attempt = 1, attempted_at = '`+fetched+`'`); err != nil {
			t.Fatal(err)
		}
		b.start(t)
		if err := b.runner.Leap(t.Context(), b.clock.Now().Add(3*time.Minute), b.clock.set); err != nil {
			t.Fatal(err)
		}
		b.idle(t)
		if diff := cmp.Diff([]int{2}, got.get()); diff != "" {
			t.Error(diff)
		}
	})
}
