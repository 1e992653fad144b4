package job_test

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"rampa/internal/db"
	"rampa/internal/job"
)

type load struct {
	ID       int64 `json:"id"`
	Inserted int64 `json:"inserted"`
}

func (load) Kind() string { return "load" }

// BenchmarkUnitWithAJob writes units of one row and one job from 64 goroutines, and measures how long each job waits from
// its insert to its start. Its neighbour writes the same units without the job. `go test -bench Unit -benchtime 20000x`
func BenchmarkUnitWithAJob(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *bench{"sqlite": onSQLite, "postgres": onPostgres} {
		b.Run(name+"/row", func(b *testing.B) { units(b, open(b), func(context.Context, db.Tx, int64) error { return nil }) })
		b.Run(name+"/row+job", func(b *testing.B) { unitsWithJobs(b, open(b)) })
	}
}

func units(b *testing.B, on *bench, more func(context.Context, db.Tx, int64) error) {
	var next atomic.Int64
	var all sync.WaitGroup
	began := time.Now()
	for range 64 {
		all.Go(func() {
			for id := next.Add(1); id <= int64(b.N); id = next.Add(1) {
				err := on.db.InTx(context.Background(), func(ctx context.Context, tx db.Tx) error {
					if _, err := tx.Exec(ctx, `INSERT INTO effects (id, at) VALUES ($1, $2)`, id, id); err != nil {
						return err
					}
					return more(ctx, tx, id)
				})
				if err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	b.ReportMetric(float64(b.N)/time.Since(began).Seconds(), "units/s")
}

func unitsWithJobs(b *testing.B, on *bench) {
	waits := make([]time.Duration, b.N+1)
	var worked atomic.Int64
	job.Add(on.registry, func(_ context.Context, j job.Job[load]) error {
		waits[j.Args.ID] = time.Since(time.UnixMicro(j.Args.Inserted))
		worked.Add(1)
		return nil
	}, job.Policy{})
	on.clock.real = true
	on.start(b)
	began := time.Now()
	units(b, on, func(ctx context.Context, tx db.Tx, id int64) error {
		return on.runner.Insert(ctx, tx, load{ID: id, Inserted: time.Now().UnixMicro()}, time.Time{})
	})
	on.idle(b)
	b.ReportMetric(float64(b.N)/time.Since(began).Seconds(), "jobs/s")
	if worked.Load() != int64(b.N) {
		b.Errorf("worked %d jobs of %d", worked.Load(), b.N)
	}
	slices.Sort(waits)
	b.ReportMetric(waits[b.N/2].Seconds()*1000, "wait-p50-ms")
	b.ReportMetric(waits[b.N*99/100].Seconds()*1000, "wait-p99-ms")
}
