package job

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/riverqueue/river/rivertype"

	"rampa/internal/db"
)

// attempt is one run of one job, and the only writer of how it ended.
type attempt struct {
	runner    *Runner
	row       *rivertype.JobRow
	completed atomic.Bool
}

func (a *attempt) complete(ctx context.Context, tx db.Tx) error {
	r := a.runner
	n, err := tx.Exec(ctx, sqlComplete, r.dialect.stamp(r.now()), a.row.ID, a.row.Attempt)
	if err != nil {
		return fmt.Errorf("complete a job: %w", err)
	}
	if n == 0 {
		return ErrTaken
	}
	a.completed.Store(true)
	return nil
}

// work runs one attempt and writes its end. It returns nothing to River: see pilot.
func (r *Runner) work(ctx context.Context, row *rivertype.JobRow) {
	defer r.tracker.done()
	r.tracker.report(row.ID)
	k, ok := r.registry.kind(row.Kind)
	if !ok {
		r.log.ErrorContext(ctx, "a job without a handler was fetched", "kind", row.Kind)
		return
	}
	a := &attempt{runner: r, row: row}
	err := a.run(ctx, k)
	if err == nil && a.completed.Load() {
		r.metrics.worked(k.name, "completed")
		return
	}
	a.end(ctx, k, err)
}

func (a *attempt) run(ctx context.Context, k *kind) (err error) {
	ctx, cancel := context.WithTimeout(ctx, k.policy.Timeout)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
			a.runner.log.ErrorContext(ctx, "a job panicked", "kind", k.name, "error", err)
		}
	}()
	return k.run(ctx, a)
}

// end writes how the attempt ended, trying for a while when the database cannot be reached; what cannot be written is
// rescued later as the job of a dead worker.
func (a *attempt) end(ctx context.Context, k *kind, failure error) {
	r, row := a.runner, a.row
	stamp, now := r.dialect.stamp, r.now()
	outcome, statement, args := "completed", sqlComplete, []any{stamp(now), row.ID, row.Attempt}
	switch {
	case failure == nil:
	case errors.Is(failure, ErrTaken):
		r.log.WarnContext(ctx, "a job outlived its timeout and was given to another worker", "kind", k.name)
		return
	case ctx.Err() != nil:
		outcome, statement = "given_back", sqlGiveBack
	case row.Attempt >= row.MaxAttempts:
		outcome, statement = "discarded", r.dialect.fail
		args = []any{"discarded", stamp(now), stamp(row.ScheduledAt), a.errorJSON(now, failure), row.ID, row.Attempt}
		r.log.ErrorContext(ctx, "a job failed for the last time", "kind", k.name, "attempt", row.Attempt, "error", failure)
	default:
		outcome, statement = "failed", r.dialect.fail
		args = []any{"retryable", nil, stamp(ceil(now.Add(k.policy.wait(row.Attempt)))), a.errorJSON(now, failure), row.ID, row.Attempt}
		r.log.WarnContext(ctx, "a job failed and is tried again", "kind", k.name, "attempt", row.Attempt, "error", failure)
	}
	r.metrics.worked(k.name, outcome)
	ctx = context.WithoutCancel(ctx)
	for try := time.Duration(1); ; try *= 4 {
		_, err := r.db.Exec(ctx, statement, args...)
		if err == nil {
			return
		}
		if try > 256 {
			r.log.ErrorContext(ctx, "the end of a job could not be written", "kind", k.name, "error", err)
			return
		}
		<-time.After(try * 20 * time.Millisecond)
	}
}

// errorJSON is the failure in River's form, cut short and without the NUL that PostgreSQL's jsonb refuses.
func (a *attempt) errorJSON(now time.Time, failure error) string {
	text := strings.ReplaceAll(failure.Error(), "\x00", "")
	if len(text) > 2000 {
		text = text[:2000]
	}
	body, err := json.Marshal(rivertype.AttemptError{At: now, Attempt: a.row.Attempt, Error: text})
	if err != nil {
		return `{}`
	}
	return string(body)
}

// tracker counts what this process has fetched and not ended, so that Idle needs no guess.
type tracker struct {
	mu      sync.Mutex
	running bool
	fetches int
	active  int
	ours    map[int64]int // attempts whose end we write and of which River has yet to report
	changed chan struct{}
}

func newTracker() *tracker {
	return &tracker{ours: make(map[int64]int), changed: make(chan struct{}, 1)}
}

func (t *tracker) start(running bool) { t.with(func() { t.running = running }) }
func (t *tracker) fetching()          { t.with(func() { t.fetches++ }) }
func (t *tracker) fetched(n int)      { t.with(func() { t.fetches--; t.active += n }) }
func (t *tracker) done()              { t.with(func() { t.active-- }) }
func (t *tracker) report(id int64)    { t.with(func() { t.ours[id]++ }) }

func (t *tracker) started() (yes bool) {
	t.with(func() { yes = t.running })
	return yes
}

func (t *tracker) busy() (yes bool) {
	t.with(func() { yes = t.fetches > 0 || t.active > 0 })
	return yes
}

func (t *tracker) reported(id int64) (yes bool) {
	t.with(func() {
		if yes = t.ours[id] > 0; yes {
			if t.ours[id]--; t.ours[id] == 0 {
				delete(t.ours, id)
			}
		}
	})
	return yes
}

func (t *tracker) with(f func()) {
	t.mu.Lock()
	f()
	t.mu.Unlock()
	select {
	case t.changed <- struct{}{}:
	default:
	}
}
