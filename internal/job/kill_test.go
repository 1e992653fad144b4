package job_test

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"rampa/internal/db"
	"rampa/internal/job"
	"rampa/internal/testenv"
)

// TestMain lets the test binary be the process that the kill test kills.
func TestMain(m *testing.M) {
	if source := os.Getenv("RAMPA_JOB_VICTIM"); source != "" {
		if err := victim(source); err != nil {
			fmt.Fprintln(os.Stderr, "victim:", err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// entry is the job of a row. Those with an even number end in the transaction of their effect, the others do not.
type entry struct {
	ID int64 `json:"id"`
}

func (entry) Kind() string { return "entry" }

func addEntries(r *job.Registry, d db.DB) {
	job.Add(r, func(ctx context.Context, j job.Job[entry]) error {
		return d.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
			if _, err := tx.Exec(ctx, `INSERT INTO effects (id, at) VALUES ($1, $2)`, j.Args.ID, j.Attempt); err != nil {
				return err
			}
			if j.Args.ID%2 == 0 {
				return j.Complete(ctx, tx)
			}
			return nil
		})
	}, job.Policy{})
}

// victim inserts rows, each with its job, and works the jobs, until it is killed. It prints each number once its
// transaction is acknowledged.
func victim(source string) error {
	ctx := context.Background()
	first, err := strconv.ParseInt(os.Getenv("RAMPA_JOB_FIRST"), 10, 64)
	if err != nil {
		return err
	}
	d, err := db.Open(ctx, db.Options{Source: source})
	if err != nil {
		return err
	}
	registry := job.NewRegistry()
	addEntries(registry, d)
	runner, err := job.New(job.Config{DB: d, Registry: registry, Now: time.Now, Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))})
	if err != nil {
		return err
	}
	if err := runner.Start(ctx); err != nil {
		return err
	}
	var next atomic.Int64
	next.Store(first)
	failed := make(chan error)
	for range 16 {
		go func() {
			for {
				id := next.Add(1)
				err := d.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
					if _, err := tx.Exec(ctx, `INSERT INTO entries (id) VALUES ($1)`, id); err != nil {
						return err
					}
					return runner.Insert(ctx, tx, entry{ID: id}, time.Time{})
				})
				if err != nil {
					failed <- err
					return
				}
				fmt.Println(id)
			}
		}()
	}
	return <-failed
}

// reap starts a victim and kills it with SIGKILL once it has acknowledged so many rows.
func reap(t *testing.T, source string, first int64, acks int, acknowledged map[int64]bool) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "RAMPA_JOB_VICTIM="+source, fmt.Sprintf("RAMPA_JOB_FIRST=%d", first))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for n := 0; lines.Scan(); n++ {
		id, err := strconv.ParseInt(lines.Text(), 10, 64)
		if err != nil {
			continue // the last line may be cut
		}
		if id > first { // a cut line is a smaller number
			acknowledged[id] = true
		}
		if n == acks {
			cmd.Process.Kill()
		}
	}
	cmd.Wait()
}

func prepareEntries(source string) error {
	if err := prepare(source); err != nil {
		return err
	}
	d, err := db.Open(context.Background(), db.Options{Source: source})
	if err != nil {
		return err
	}
	defer d.Close()
	_, err = d.Exec(context.Background(), `CREATE TABLE entries (id BIGINT NOT NULL PRIMARY KEY)`)
	return err
}

func TestKillingTheProcessLosesNoJobAndRepeatsNoCompletedEffect(t *testing.T) {
	t.Parallel()
	kills := 8
	if n, err := strconv.Atoi(os.Getenv("RAMPA_SOAK_KILLS")); err == nil {
		kills = n
	}
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		source := filepath.Join(t.TempDir(), "rampa.db")
		if err := prepareEntries(source); err != nil {
			t.Fatal(err)
		}
		survive(t, source, kills)
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		survive(t, testenv.PostgresFrom(t, "job-kill", prepareEntries), min(kills, 100))
	})
}

func survive(t *testing.T, source string, kills int) {
	acknowledged := make(map[int64]bool)
	for i := range kills {
		reap(t, source, int64(i+1)*1_000_000, rand.IntN(400), acknowledged)
	}
	b := open(t, source)
	left := b.states(t)
	b.clock.set(time.Now())
	addEntries(b.registry, b.db)
	began := time.Now()
	b.start(t)
	b.idle(t)
	if err := b.runner.Leap(t.Context(), time.Now().Add(10*time.Minute), b.clock.set); err != nil { // on PostgreSQL, to the rescue
		t.Fatal(err)
	}
	t.Logf("%d kills, %d acknowledged, the last one left %v, all done %s after the start", kills, len(acknowledged), left, time.Since(began))

	rows, err := b.db.Query(t.Context(), `SELECT id FROM entries`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	there := 0
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			t.Fatal(err)
		}
		delete(acknowledged, id)
		there++
	}
	if len(acknowledged) > 0 {
		t.Errorf("%d acknowledged rows are lost", len(acknowledged))
	}
	if n := b.number(t, `SELECT COUNT(*) FROM river_job`); n != int64(there) {
		t.Errorf("%d jobs of %d rows", n, there)
	}
	for what, query := range map[string]string{
		"jobs not completed":                    `SELECT COUNT(*) FROM river_job WHERE state <> 'completed'`,
		"rows whose job was not worked":         `SELECT COUNT(*) FROM entries WHERE id NOT IN (SELECT id FROM effects)`,
		"jobs worked without a row":             `SELECT COUNT(*) FROM effects WHERE id NOT IN (SELECT id FROM entries)`,
		"effects repeated in spite of Complete": `SELECT COUNT(*) FROM (SELECT id FROM effects WHERE id % 2 = 0 GROUP BY id HAVING COUNT(*) > 1) AS twice`,
	} {
		if n := b.number(t, query); n != 0 {
			t.Errorf("%d %s", n, what)
		}
	}
	t.Logf("%d effects without Complete were repeated", b.number(t, `SELECT COUNT(*) - COUNT(DISTINCT id) FROM effects`))
}
