package job

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/riverqueue/river"

	"rampa/internal/db"
	"rampa/internal/id"
)

// Config is what a runner needs.
type Config struct {
	DB       db.DB
	Registry *Registry
	Now      func() time.Time // decides what is due
	Log      *slog.Logger
	Metrics  prometheus.Registerer // nil: not measured
	Workers  int                   // attempts at once; default 500 on SQLite, where they wait for one writer, else 100
}

// Runner inserts and works jobs. Inserting needs no Start.
type Runner struct {
	db       db.DB
	registry *Registry
	now      func() time.Time
	log      *slog.Logger
	metrics  *metrics
	workers  int
	node     string
	engine   engine
	dialect  dialect
	bundle   *river.Workers
	tracker  *tracker
	lease    *lease

	listMu  sync.Mutex
	list    []*periodic
	mu      sync.Mutex // Start and Stop
	cancel  context.CancelFunc
	started atomic.Bool
	ended   sync.WaitGroup
	leaping chan struct{} // holds a token while nobody leaps
}

// New makes a runner on an open database. Handlers may be added until Start.
func New(c Config) (*Runner, error) {
	node := id.UUID(time.Now())
	r := &Runner{
		db: c.DB, registry: c.Registry, now: c.Now, log: c.Log, workers: c.Workers, node: node,
		bundle: river.NewWorkers(), tracker: newTracker(), leaping: make(chan struct{}, 1),
		lease: &lease{db: c.DB, name: "maintenance", holder: node, wall: time.Now},
	}
	r.leaping <- struct{}{}
	if r.workers == 0 {
		r.workers = 100
		if _, embedded := c.DB.Raw().(*sql.DB); embedded {
			r.workers = 500
		}
	}
	var err error
	if r.engine, r.dialect, err = newEngine(r, c.DB.Raw()); err != nil {
		return nil, err
	}
	r.metrics = newMetrics(r, c.Metrics)
	r.add(&periodic{runner: r, upkeep: true, Periodic: Periodic{Name: "job.schedule", Every: time.Second, Run: r.schedule}})
	r.add(&periodic{runner: r, upkeep: true, Periodic: Periodic{Name: "job.rescue", Every: time.Minute, Run: r.rescue}})
	r.add(&periodic{runner: r, upkeep: true, Periodic: Periodic{Name: "job.clean", Every: 5 * time.Minute, Run: r.clean}})
	return r, nil
}

// Start begins to work jobs and, on the node that holds the lease, to do the periodic work. It returns at once.
func (r *Runner) Start(ctx context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.cancel != nil {
		return errors.New("job: started twice")
	}
	if err := r.recover(ctx); err != nil {
		return err
	}
	for _, k := range r.registry.all() {
		river.AddWorkerArgs(r.bundle, rawArgs{kind: k.name}, worker{runner: r})
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	if len(r.registry.all()) > 0 {
		if err := r.engine.start(ctx); err != nil {
			cancel()
			return fmt.Errorf("start the job queue: %w", err)
		}
		r.tracker.start(true)
	}
	r.cancel = cancel
	r.ended.Go(func() { r.maintain(ctx) })
	r.started.Store(true)
	return nil
}

// recover puts back what a killed process left behind. An SQLite file belongs to one server process, so whatever runs or
// is held in it at the start runs and is held no more; on PostgreSQL time tells.
func (r *Runner) recover(ctx context.Context) error {
	if r.dialect.name != sqliteDialect.name {
		return nil
	}
	n, err := r.db.Exec(ctx, sqlRecover)
	if err != nil {
		return fmt.Errorf("put unfinished jobs back: %w", err)
	}
	if n > 0 {
		r.log.InfoContext(ctx, "jobs that a stopped process had not finished are worked again", "jobs", n)
	}
	return r.lease.clear(ctx)
}

// Stop ends the periodic work and lets the attempts under way end; those that do not before ctx is over are cancelled
// and given back.
func (r *Runner) Stop(ctx context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.cancel == nil {
		return nil
	}
	r.started.Store(false)
	var err error
	if r.tracker.started() {
		r.tracker.start(false)
		err = r.engine.stop(ctx)
	}
	r.cancel()
	r.ended.Wait()
	r.cancel = nil
	return errors.Join(err, r.lease.release(context.WithoutCancel(ctx)))
}
