package job_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"rampa/internal/db"
	"rampa/internal/job"
)

func TestOneNodeDoesThePeriodicWorkAndItsStopHandsItOver(t *testing.T) {
	t.Parallel()
	b := onPostgres(t)
	ran := make(chan string, 100)
	first := b.runner
	first.Maintain(job.Periodic{Name: "sweep", Every: time.Hour, Run: func(context.Context) error { ran <- "first"; return nil }})
	b.start(t)
	if who := <-ran; who != "first" {
		t.Fatal(who)
	}
	b.renew(t)
	b.runner.Maintain(job.Periodic{Name: "sweep", Every: time.Hour, Run: func(context.Context) error { ran <- "second"; return nil }})
	if n := b.number(t, `SELECT COUNT(*) FROM leases WHERE expires_at > 0`); n != 1 {
		t.Fatalf("%d leases are held, want 1", n)
	}
	if err := first.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.start(t)
	if who := <-ran; who != "second" {
		t.Fatal(who)
	}
	if n := b.number(t, `SELECT fence FROM leases WHERE name = 'maintenance'`); n != 2 {
		t.Errorf("fence %d for the second holder, want 2", n)
	}
}

func TestALeaseThatAKilledProcessHeldIsTakenAtOnceOnSQLite(t *testing.T) {
	t.Parallel()
	b := onSQLite(t)
	_, err := b.db.Exec(t.Context(), `INSERT INTO leases (name, holder, fence, expires_at) VALUES ('maintenance', 'ghost', 5, $1)`,
		time.Now().Add(time.Hour).UnixMicro())
	if err != nil {
		t.Fatal(err)
	}
	ran := make(chan struct{}, 1)
	b.runner.Maintain(job.Periodic{Name: "sweep", Every: time.Hour, Run: func(context.Context) error { ran <- struct{}{}; return nil }})
	b.start(t)
	<-ran
	if n := b.number(t, `SELECT fence FROM leases`); n != 6 {
		t.Errorf("fence %d, want 6", n)
	}
}

func TestPeriodicWorkThatPanicsOrFailsIsLoggedAndDoneAgain(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *bench) {
		var runs atomic.Int32
		fine := make(chan struct{})
		b.runner.Maintain(job.Periodic{Name: "sweep", Every: time.Millisecond, Run: func(context.Context) error {
			switch runs.Add(1) {
			case 1:
				panic("oh")
			case 2:
				return errors.New("dear")
			case 3:
				close(fine)
			}
			return nil
		}})
		b.start(t)
		<-fine
		b.stop(t)
		for _, want := range []string{"panic: oh", "dear"} {
			if !strings.Contains(b.log.String(), want) {
				t.Errorf("the log does not tell of %q", want)
			}
		}
	})
}

// month makes something due at each of its instants, and notes when it ran.
type month struct {
	mu   sync.Mutex
	b    *bench
	left []time.Time
	ran  []time.Duration
	from time.Time
}

func (m *month) run(context.Context) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.ran = append(m.ran, m.b.clock.Now().Sub(m.from))
	for len(m.left) > 0 && !m.left[0].After(m.b.clock.Now()) {
		m.left = m.left[1:]
	}
	return nil
}

func (m *month) next(context.Context) (time.Time, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.left) == 0 {
		return time.Time{}, false, nil
	}
	return m.left[0], true, nil
}

func TestALeapVisitsEveryDueInstantInOrderAndEndsWhereItShould(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *bench) {
		from := b.clock.Now()
		day := 24 * time.Hour
		var at seen[string]
		job.Add(b.registry, func(ctx context.Context, j job.Job[note]) error {
			at.add(j.Args.Text + " " + b.clock.Now().Sub(from).String())
			if j.Args.Text != "first" {
				return nil
			}
			return b.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error { // a job that makes another
				if err := b.runner.Insert(ctx, tx, note{Text: "now"}, time.Time{}); err != nil {
					return err
				}
				return b.runner.Insert(ctx, tx, note{Text: "later"}, b.clock.Now().Add(5*day))
			})
		}, job.Policy{})
		m := &month{b: b, from: from, left: []time.Time{from.Add(3 * day), from.Add(3*day + 1), from.Add(40 * day)}}
		// Every is long, so that the ticker runs it once, at the start, and the leap the rest.
		ticked := make(chan struct{}, 1000)
		b.runner.Maintain(job.Periodic{Name: "month", Every: 24 * 365 * time.Hour, NextDue: m.next,
			Run: func(ctx context.Context) error { defer func() { ticked <- struct{}{} }(); return m.run(ctx) }})
		b.start(t)
		<-ticked
		b.insert(t, from.Add(2*day), note{Text: "first"})
		b.insert(t, from.Add(31*day), note{Text: "too late"})
		if err := b.runner.Leap(t.Context(), from.Add(30*day), b.clock.set); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"first 48h0m0s", "now 48h0m0s", "later 168h0m0s"}, at.get()); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]time.Duration{0, 3 * day, 3*day + 1, 30 * day}, m.ran); diff != "" {
			t.Error(diff)
		}
		if got := b.clock.Now().Sub(from); got != 30*day {
			t.Errorf("the clock ended at %s, want 30 days", got)
		}
	})
}

func TestAYearWithAHundredDueInstantsTakesSeconds(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *bench) {
		var n atomic.Int32
		job.Add(b.registry, func(context.Context, job.Job[note]) error { n.Add(1); return nil }, job.Policy{})
		b.runner.Maintain(job.Periodic{Name: "sweep", Every: time.Minute, Run: func(ctx context.Context) error {
			var one int
			return b.db.QueryRow(ctx, `SELECT 1`).Scan(&one)
		}})
		b.start(t)
		for i := range 100 {
			b.insert(t, b.clock.Now().Add(time.Duration(i*80)*time.Hour), note{ID: int64(i)})
		}
		began := time.Now()
		if err := b.runner.Leap(t.Context(), b.clock.Now().Add(365*24*time.Hour), b.clock.set); err != nil {
			t.Fatal(err)
		}
		took := time.Since(began)
		t.Logf("a year with 100 due instants took %s", took)
		if n.Load() != 100 || took > 30*time.Second { // 3 s on an idle machine, 10 s is meant; tests share theirs
			t.Errorf("%d jobs in %s, want 100 within seconds", n.Load(), took)
		}
	})
}

func TestTheQueueIsMeasured(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *bench) {
		job.Add(b.registry, func(context.Context, job.Job[note]) error { return nil }, job.Policy{})
		b.insert(t, time.Time{}, note{ID: 1}, note{ID: 2})
		b.insert(t, b.clock.Now().Add(time.Hour), note{ID: 3})
		b.clock.set(b.clock.Now().Add(90 * time.Second))
		want := `
# HELP rampa_job_count Jobs by state; completed ones are not counted.
# TYPE rampa_job_count gauge
rampa_job_count{kind="note",state="available"} 2
rampa_job_count{kind="note",state="scheduled"} 1
# HELP rampa_job_oldest_available_seconds How long the oldest job that is due has waited.
# TYPE rampa_job_oldest_available_seconds gauge
rampa_job_oldest_available_seconds{kind="note"} 90
`
		if err := testutil.GatherAndCompare(b.metrics, strings.NewReader(want), "rampa_job_count", "rampa_job_oldest_available_seconds"); err != nil {
			t.Error(err)
		}
	})
}
