package job

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"rampa/internal/errs"
)

// Periodic is maintenance that one node at a time does, again and again, without a row per run. Run does all that is due
// by now, is cheap when nothing is, and may be repeated or cut short at any statement.
type Periodic struct {
	Name  string
	Every time.Duration
	Run   func(ctx context.Context) error
	// NextDue says when there will next be something to do, so that it is done then and not up to Every later, and so
	// that the sandbox clock can leap to it. Without it Run is called at each leap.
	NextDue func(ctx context.Context) (time.Time, bool, error)
}

// Maintain adds periodic work, before Start.
func (r *Runner) Maintain(p Periodic) {
	r.add(&periodic{Periodic: p, runner: r})
}

func (r *Runner) add(p *periodic) {
	r.listMu.Lock()
	defer r.listMu.Unlock()
	r.list = append(r.list, p)
}

func (r *Runner) maintained() []*periodic {
	r.listMu.Lock()
	defer r.listMu.Unlock()
	return r.list[:len(r.list):len(r.list)]
}

type periodic struct {
	Periodic
	runner *Runner
	upkeep bool // the queue's own: a leap does without it until its end

	once sync.Mutex // one run at a time, of the ticker's and the leap's

	mu       sync.Mutex
	success  time.Time
	took     time.Duration
	runs     int
	failures int
}

// maintain does the periodic work whenever this node holds the lease, until ctx is over.
func (r *Runner) maintain(ctx context.Context) {
	for ctx.Err() == nil {
		held, err := r.lease.acquire(ctx)
		if err != nil && ctx.Err() == nil {
			r.log.WarnContext(ctx, "the maintenance lease could not be taken", "error", err)
		}
		if held {
			r.holdLease(ctx)
		}
		pause(ctx, 5*time.Second)
	}
}

// holdLease runs the tickers until the lease is lost or ctx is over, and returns when all of them have ended.
func (r *Runner) holdLease(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	var tickers sync.WaitGroup
	defer tickers.Wait()
	defer cancel()
	for _, p := range r.maintained() {
		tickers.Go(func() { p.tick(ctx) })
	}
	for trusted := time.Now().Add(leaseTTL); ; {
		pause(ctx, leaseTTL/3)
		if ctx.Err() != nil {
			return
		}
		began := time.Now()
		ours, err := r.lease.renew(ctx)
		switch {
		case err == nil && ours:
			trusted = began.Add(leaseTTL)
		case err == nil || time.Until(trusted) < leaseTTL/2:
			r.log.WarnContext(ctx, "the maintenance lease was lost", "error", err)
			return
		}
	}
}

func (p *periodic) tick(ctx context.Context) {
	for failures := 0; ctx.Err() == nil; {
		if err := p.run(ctx); err != nil {
			failures++
		} else {
			failures = 0
		}
		pause(ctx, p.wait(ctx, failures))
	}
}

// wait is Every, or less when something is due before; after failures it doubles, to a minute.
func (p *periodic) wait(ctx context.Context, failures int) time.Duration {
	if failures > 0 {
		return max(p.Every, min(p.Every<<min(failures, 16), time.Minute))
	}
	if p.NextDue == nil {
		return p.Every
	}
	due, any, err := p.NextDue(ctx)
	if until := due.Sub(p.runner.now()); err == nil && any && until > 0 && until < p.Every {
		return until
	}
	return p.Every
}

func (p *periodic) run(ctx context.Context) error {
	p.once.Lock()
	defer p.once.Unlock()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	began := time.Now()
	err := p.call(ctx)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.took = time.Since(began)
	p.runs++
	switch {
	case err == nil:
		p.success = time.Now()
	case ctx.Err() != nil:
	case errs.KindOf(err) == errs.Unavailable:
		p.failures++
		p.runner.log.WarnContext(ctx, "periodic work failed", "name", p.Name, "error", err)
	default:
		p.failures++
		p.runner.log.ErrorContext(ctx, "periodic work failed", "name", p.Name, "error", err)
	}
	return err
}

func (p *periodic) call(ctx context.Context) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}
	}()
	return p.Run(ctx)
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
