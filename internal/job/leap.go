package job

import (
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	// leapRounds bounds the work at one instant: a chain of jobs that make each other due at once would never end.
	leapRounds = 100
	// leapPatience is the real time after which a leap takes instants together, and leapLimit that in which it means to end.
	leapPatience, leapLimit = 5 * time.Second, 9 * time.Second
)

// Idle waits until no job is due and none runs in this process. Other nodes' attempts are not waited for.
func (r *Runner) Idle(ctx context.Context) error {
	if !r.started.Load() {
		return errors.New("job: not started")
	}
	for {
		if err := r.schedule(ctx); err != nil {
			return err
		}
		at, any, err := r.due(ctx)
		if err != nil {
			return err
		}
		waiting := any && !at.After(r.moment())
		if !waiting && !r.tracker.busy() { // in this order: what a fetch has taken is no longer due but is active
			return nil
		}
		if waiting {
			r.engine.wake(ctx)
		}
		timer := time.NewTimer(10 * time.Millisecond)
		select {
		case <-ctx.Done():
		case <-r.tracker.changed:
		case <-timer.C:
		}
		timer.Stop()
		if ctx.Err() != nil {
			return fmt.Errorf("wait for the jobs: %w", ctx.Err())
		}
	}
}

// Leap drives a clock from due instant to due instant: at each it sets the clock, does the periodic work and every job
// that is due, and waits until it is done; it ends with the clock at until. Between two instants nothing can happen, so a
// year costs what happens in it.
func (r *Runner) Leap(ctx context.Context, until time.Time, set func(time.Time) error) error {
	select {
	case <-r.leaping:
		defer func() { r.leaping <- struct{}{} }()
	case <-ctx.Done():
		return ctx.Err()
	}
	began := time.Now()
	for visited := 1; ; visited++ {
		if err := r.settle(ctx, false); err != nil {
			return err
		}
		next, any, err := r.nextInstant(ctx)
		if err != nil {
			return err
		}
		if took := time.Since(began); took > leapPatience {
			affordable := max(1, (leapLimit-took)/(took/time.Duration(visited)))
			if step := r.now().Add(until.Sub(r.now()) / affordable); next.Before(step) {
				next = step
			}
		}
		if !any || !next.Before(until) {
			break
		}
		if err := set(next); err != nil {
			return err
		}
	}
	if err := set(until); err != nil {
		return err
	}
	return r.settle(ctx, true)
}

// nextInstant is the first instant after now at which a job or periodic work is due.
func (r *Runner) nextInstant(ctx context.Context) (time.Time, bool, error) {
	now := r.now()
	first, any, err := r.due(ctx)
	if err != nil {
		return time.Time{}, false, err
	}
	any = any && first.After(now)
	for _, p := range r.maintained() {
		if p.NextDue == nil {
			continue
		}
		due, has, err := p.NextDue(ctx)
		if err != nil {
			return time.Time{}, false, fmt.Errorf("find when %s is due: %w", p.Name, err)
		}
		if has && due.After(now) && (!any || due.Before(first)) {
			first, any = due, true
		}
	}
	return first, any, nil
}

// settle does everything that is due now. Each periodic without a NextDue runs once, so that it sees the instant; one
// with it runs while it says that it is due, a few times at most; at the end of a leap every one runs.
func (r *Runner) settle(ctx context.Context, last bool) error {
	ran := make(map[*periodic]int)
	for range leapRounds {
		if err := r.Idle(ctx); err != nil {
			return err
		}
		worked := false
		for _, p := range r.maintained() {
			due, err := r.isDue(ctx, p, ran[p], last)
			if err != nil {
				return err
			}
			if !due {
				continue
			}
			if err := p.run(ctx); err != nil && ctx.Err() != nil { // it is logged, and the clock goes on without it
				return fmt.Errorf("%s: %w", p.Name, err)
			}
			ran[p]++
			worked = true
		}
		if !worked {
			return nil
		}
	}
	return nil
}

func (r *Runner) isDue(ctx context.Context, p *periodic, ran int, last bool) (bool, error) {
	if ran == 0 && (last || p.NextDue == nil && !p.upkeep) {
		return true, nil
	}
	if p.NextDue == nil || ran >= 3 {
		return false, nil
	}
	due, any, err := p.NextDue(ctx)
	if err != nil {
		return false, fmt.Errorf("find when %s is due: %w", p.Name, err)
	}
	return any && !due.After(r.now()), nil
}
