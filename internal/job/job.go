// Package job runs durable work: jobs that are inserted in the transaction of the change that causes them and are worked
// at least once after it is committed, and periodic maintenance that one node at a time does. River stands behind it, on
// PostgreSQL and on SQLite. It knows no domain: domains give it handlers and see it as an interface with one method.
//
// A handler's attempt can be repeated after a crash. An effect in the database is done exactly once by a handler that
// calls Job.Complete in the transaction of its effect; an effect outside must carry an idempotency key.
package job

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"sync"
	"time"

	"rampa/internal/db"
	"rampa/internal/errs"
)

// Args are a job's arguments: a value type that encodes to JSON. They are stored in the clear, so they name things by
// identifier and carry nothing personal or secret.
type Args interface {
	// Kind names the job's handler: a lower-case word, stable for ever, since stored jobs carry it.
	Kind() string
}

// Handler works one job. An error is logged and the job tried again by its policy.
type Handler[A Args] func(ctx context.Context, j Job[A]) error

// Job is one attempt at a job.
type Job[A Args] struct {
	Args        A
	Attempt     int // from 1
	MaxAttempts int
	InsertedAt  time.Time
	DueAt       time.Time
	attempt     *attempt
}

// Complete ends the job in tx, so that the effect written there and the end of the job are committed together or not at
// all. The handler returns nil after the commit. ErrTaken says that this attempt is no longer the current one: the
// handler returns it, which rolls its effect back.
func (j Job[A]) Complete(ctx context.Context, tx db.Tx) error {
	return j.attempt.complete(ctx, tx)
}

// ErrTaken says that a job was given to another worker, because this one held it longer than its timeout allows.
var ErrTaken = errs.New(errs.Conflict, "job_taken", "The job was given to another worker.")

// Policy says how a kind of job is tried.
type Policy struct {
	MaxAttempts int             // default 25; then the job is discarded, which is logged as an error
	Timeout     time.Duration   // of one attempt; default 1 minute. A worker that died is noticed a minute after it
	Backoff     []time.Duration // waits after the 1st, 2nd, … failure, the last one repeated; default 5 s to 1 h
	// Unique drops an insert while a job of the same kind and arguments waits or runs. A handler of such a kind must
	// therefore read its work at the end of its run too.
	Unique bool
}

func (p Policy) withDefaults() Policy {
	if p.MaxAttempts == 0 {
		p.MaxAttempts = 25
	}
	if p.Timeout == 0 {
		p.Timeout = time.Minute
	}
	if len(p.Backoff) == 0 {
		p.Backoff = []time.Duration{5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, time.Hour}
	}
	return p
}

func (p Policy) wait(attempt int) time.Duration {
	return p.Backoff[min(max(attempt, 1), len(p.Backoff))-1]
}

// Registry holds the handlers by kind. Every handler is added before the runner starts.
type Registry struct {
	mu    sync.RWMutex
	kinds map[string]*kind
}

// NewRegistry gives an empty registry.
func NewRegistry() *Registry { return &Registry{kinds: make(map[string]*kind)} }

type kind struct {
	name   string
	policy Policy
	run    func(ctx context.Context, a *attempt) error
}

var kindName = regexp.MustCompile(`^[a-z][a-z0-9_.]{0,63}$`)

// Add registers the handler of A's kind. It panics on a kind that is malformed or has a handler already: both are
// mistakes in the program's wiring.
func Add[A Args](r *Registry, h Handler[A], p Policy) {
	var zero A
	name := zero.Kind()
	if !kindName.MatchString(name) {
		panic(fmt.Sprintf("job: kind %q must match %s", name, kindName))
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, taken := r.kinds[name]; taken {
		panic(fmt.Sprintf("job: kind %q has two handlers", name))
	}
	r.kinds[name] = &kind{name: name, policy: p.withDefaults(), run: func(ctx context.Context, a *attempt) error {
		var args A
		if err := json.Unmarshal(a.row.EncodedArgs, &args); err != nil {
			return fmt.Errorf("read the job's arguments: %w", err)
		}
		return h(ctx, Job[A]{
			Args: args, Attempt: a.row.Attempt, MaxAttempts: a.row.MaxAttempts,
			InsertedAt: a.row.CreatedAt.UTC(), DueAt: a.row.ScheduledAt.UTC(), attempt: a,
		})
	}}
}

func (r *Registry) kind(name string) (*kind, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	k, ok := r.kinds[name]
	return k, ok
}

func (r *Registry) all() []*kind {
	r.mu.RLock()
	defer r.mu.RUnlock()
	all := make([]*kind, 0, len(r.kinds))
	for _, k := range r.kinds {
		all = append(all, k)
	}
	return all
}
