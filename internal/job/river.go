package job

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivershared/baseservice"
	"github.com/riverqueue/river/rivershared/riverpilot"
	"github.com/riverqueue/river/rivertype"
)

// engine is River on one of the two databases.
type engine interface {
	insert(ctx context.Context, raw any, plain, unique []river.InsertManyParams) error
	start(ctx context.Context) error
	stop(ctx context.Context) error
	// wake makes idle workers look for jobs at once.
	wake(ctx context.Context)
}

// newEngine makes the River client. What River's elected leader would do (schedule, rescue, clean) is done by our own
// leased maintenance instead, so that it follows the injected clock.
func newEngine(r *Runner, raw any) (engine, dialect, error) {
	cfg := &river.Config{
		ID:                     r.node,
		Queues:                 map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: r.workers}},
		Workers:                r.bundle,
		FetchCooldown:          20 * time.Millisecond,
		FetchPollInterval:      time.Second,
		FetchOnlyKnownKinds:    true, // during a rolling upgrade an older node leaves the newer one's jobs alone
		LeaderElectionDisabled: true,
		SkipUnknownJobCheck:    true, // Insert checks, in the unit that is at fault
		JobTimeout:             -1,   // the attempt has its own
		Logger:                 slog.New(warnings{r.log.Handler()}),
		Test:                   river.TestConfig{Time: timeSource(r.now)},
	}
	switch pool := raw.(type) {
	case *sql.DB:
		driver := sqliteDriver{Driver: riversqlite.New(pool), pilot: &pilot{tracker: r.tracker}}
		client, err := river.NewClient(driver, cfg)
		if err != nil {
			return nil, dialect{}, fmt.Errorf("make the job queue: %w", err)
		}
		return &sqliteEngine{clientOf[*sql.Tx]{client}, driver.pilot}, sqliteDialect, nil
	case *pgxpool.Pool:
		driver := postgresDriver{Driver: riverpgxv5.New(pool), pilot: &pilot{tracker: r.tracker}}
		client, err := river.NewClient(driver, cfg)
		if err != nil {
			return nil, dialect{}, fmt.Errorf("make the job queue: %w", err)
		}
		return &postgresEngine{clientOf[pgx.Tx]{client}}, postgresDialect, nil
	}
	return nil, dialect{}, fmt.Errorf("job: no queue for a %T", raw)
}

type clientOf[T any] struct{ client *river.Client[T] }

func (c clientOf[T]) insert(ctx context.Context, raw any, plain, unique []river.InsertManyParams) error {
	tx, ok := raw.(T)
	if !ok {
		return fmt.Errorf("job: unexpected transaction %T", raw)
	}
	if len(plain) > 0 {
		if _, err := c.client.InsertManyFastTx(ctx, tx, plain); err != nil {
			return err
		}
	}
	if len(unique) > 0 { // the fast way fails on PostgreSQL when one exists already
		if _, err := c.client.InsertManyTx(ctx, tx, unique); err != nil {
			return err
		}
	}
	return nil
}

func (c clientOf[T]) start(ctx context.Context) error { return c.client.Start(ctx) }

// stop lets the attempts under way end; when ctx is over it cancels them and waits a little more.
func (c clientOf[T]) stop(ctx context.Context) error {
	err := c.client.Stop(ctx)
	if err == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	return c.client.StopAndCancel(ctx)
}

type sqliteEngine struct {
	clientOf[*sql.Tx]
	pilot *pilot
}

// insert wakes the workers before the commit: their fetch waits for the only connection, which the commit frees.
func (e *sqliteEngine) insert(ctx context.Context, raw any, plain, unique []river.InsertManyParams) error {
	err := e.clientOf.insert(ctx, raw, plain, unique)
	e.wake(ctx)
	return err
}

func (e *sqliteEngine) wake(ctx context.Context) { e.pilot.wake(ctx) }

type postgresEngine struct{ clientOf[pgx.Tx] }

// wake reaches the workers of every node; a failure only means that they look a second later.
func (e *postgresEngine) wake(ctx context.Context) {
	_ = e.client.Driver().GetExecutor().NotifyMany(ctx, &riverdriver.NotifyManyParams{
		Topic: "river_insert", Payload: []string{`{"queue":"` + river.QueueDefault + `"}`},
	})
}

// sqliteDriver is River's driver without its notification table, which costs a row per commit and twenty reads a second:
// there is one process, and it wakes itself.
type sqliteDriver struct {
	*riversqlite.Driver
	pilot *pilot
}

func (sqliteDriver) SupportsListener() bool            { return false }
func (sqliteDriver) SupportsListenNotify() bool        { return false }
func (sqliteDriver) PluginInit(*baseservice.Archetype) {}
func (d sqliteDriver) PluginPilot() riverpilot.Pilot   { return d.pilot }

type postgresDriver struct {
	*riverpgxv5.Driver
	pilot *pilot
}

func (postgresDriver) PluginInit(*baseservice.Archetype) {}
func (d postgresDriver) PluginPilot() riverpilot.Pilot   { return d.pilot }

// pilot stands between River and its statements. It counts what is fetched, and drops River's own, later report of an
// attempt whose end we have written already: by then the job may be running again.
type pilot struct {
	riverpilot.StandardPilot
	tracker *tracker
	notify  func(context.Context, []*rivertype.JobInsertResult)
}

func (p *pilot) PilotInit(_ *baseservice.Archetype, params *riverpilot.PilotInitParams) {
	p.notify = params.NotifyNonTxJobInsert
}

func (p *pilot) wake(ctx context.Context) {
	if p.tracker.started() {
		p.notify(ctx, []*rivertype.JobInsertResult{{Job: &rivertype.JobRow{Queue: river.QueueDefault}}})
	}
}

func (p *pilot) JobGetAvailable(ctx context.Context, exec riverdriver.Executor, state riverpilot.ProducerState, params *riverdriver.JobGetAvailableParams) (*riverdriver.JobGetAvailableResult, error) {
	p.tracker.fetching()
	res, err := p.StandardPilot.JobGetAvailable(ctx, exec, state, params)
	fetched := 0
	if err == nil {
		fetched = len(res.Jobs) - len(res.DecodeErrors)
	}
	p.tracker.fetched(fetched)
	return res, err
}

func (p *pilot) JobSetStateIfRunningMany(ctx context.Context, exec riverdriver.Executor, in *riverdriver.JobSetStateIfRunningManyParams) ([]*rivertype.JobRow, error) {
	out := &riverdriver.JobSetStateIfRunningManyParams{Now: in.Now, Schema: in.Schema}
	for i, id := range in.ID {
		if p.tracker.reported(id) {
			continue
		}
		out.ID = append(out.ID, id)
		out.Attempt = append(out.Attempt, in.Attempt[i])
		out.ErrData = append(out.ErrData, in.ErrData[i])
		out.FinalizedAt = append(out.FinalizedAt, in.FinalizedAt[i])
		out.MetadataDoMerge = append(out.MetadataDoMerge, in.MetadataDoMerge[i])
		out.MetadataUpdates = append(out.MetadataUpdates, in.MetadataUpdates[i])
		out.ScheduledAt = append(out.ScheduledAt, in.ScheduledAt[i])
		out.State = append(out.State, in.State[i])
	}
	if len(out.ID) == 0 {
		return nil, nil
	}
	return p.StandardPilot.JobSetStateIfRunningMany(ctx, exec, out)
}

// worker is River's side of an attempt.
type worker struct {
	river.WorkerDefaults[rawArgs]
	runner *Runner
}

func (w worker) Timeout(*river.Job[rawArgs]) time.Duration { return -1 }

func (w worker) Work(ctx context.Context, j *river.Job[rawArgs]) error {
	w.runner.work(ctx, j.JobRow)
	return nil
}

// timeSource gives River the injected clock.
type timeSource func() time.Time

func (t timeSource) Now() time.Time { return t().Truncate(time.Millisecond) }

func (t timeSource) NowOrNil() *time.Time {
	now := t.Now()
	return &now
}

// warnings passes River's warnings and errors on; the rest would be a line per job.
type warnings struct{ slog.Handler }

func (w warnings) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelWarn && w.Handler.Enabled(ctx, l)
}

func (w warnings) WithAttrs(a []slog.Attr) slog.Handler { return warnings{w.Handler.WithAttrs(a)} }
func (w warnings) WithGroup(n string) slog.Handler      { return warnings{w.Handler.WithGroup(n)} }
