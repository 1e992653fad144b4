package price

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

var errTimeout = errors.New("no answer in time")

// Run asks the sources again and again until ctx ends. One of them that fails is logged when it begins and when it ends.
func (b *Book) Run(ctx context.Context) {
	ticker := time.NewTicker(b.rules.Every)
	defer ticker.Stop()
	for {
		_ = b.Refresh(ctx)
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// Refresh asks every source that is due, all at once, and makes prices of what they answered in time. The error tells of
// all that failed; the prices of the others stand.
func (b *Book) Refresh(ctx context.Context) error {
	due := b.due()
	failed := make([]error, len(due))
	var asked sync.WaitGroup
	for i, d := range due {
		asked.Go(func() {
			if err := b.ask(ctx, d); err != nil {
				failed[i] = fmt.Errorf("price source %s: %w", d.source.Name(), err)
			}
		})
	}
	asked.Wait()
	b.renew(true)
	return errors.Join(failed...)
}

// due gives the sources to ask now, and marks them as asked.
func (b *Book) due() (due []*desk) {
	now := b.now()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, d := range b.desks {
		wait := d.next.Sub(now)
		if setBack := wait > max(d.every, b.rules.Backoff, b.rules.Every); setBack {
			wait = 0
		}
		if d.instant == nil && !d.busy && wait <= 0 {
			d.busy = true
			due = append(due, d)
		}
	}
	return due
}

// ask waits for one source as long as it may take. One that goes on after that, whatever its context says, is not asked
// again before it is done, and what it says then is not taken.
func (b *Book) ask(round context.Context, d *desk) error {
	ctx, cancel := context.WithTimeout(round, b.rules.Timeout)
	type answer struct {
		observations []Observation
		err          error
	}
	answers := make(chan answer, 1)
	go func() {
		defer cancel()
		observations, err := d.source.Observe(ctx)
		b.mu.Lock()
		d.busy = false
		b.mu.Unlock()
		answers <- answer{observations, err}
	}()
	var got answer
	select {
	case got = <-answers:
	case <-ctx.Done():
		select { // the answer and the end of ctx may come together
		case got = <-answers:
		default:
			got.err = errTimeout
		}
	}
	if err := round.Err(); err != nil { // we end: that is nobody's failure
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.take(d, b.now(), got.observations, got.err)
	return got.err
}
