package price

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"math/big"
	"sync"
	"sync/atomic"
	"time"

	"rampa/internal/money"
)

// Config is what a Book needs.
type Config struct {
	Rules   *Rules
	Sources []Source // those of Rules.Feeds have the age and the pace that stand there
	Now     func() time.Time
	Log     *slog.Logger // nil: silent
}

// Book holds what the sources last said and the prices that follow from it. Reading a price takes no lock unless time has
// made the prices stale. It is safe for concurrent use.
type Book struct {
	rules *Rules
	now   func() time.Time
	log   *slog.Logger
	board atomic.Pointer[board]

	mu    sync.Mutex // what sources said, and how a board is made of it
	desks []*desk
	past  map[Pair]*past
}

// desk is what a Book knows of one source.
type desk struct {
	source  Source
	instant Instant // nil when it is asked in rounds
	age     time.Duration
	every   time.Duration

	seen     map[Pair]Observation
	busy     bool // an answer is still awaited, perhaps from a round before
	fails    bool // at least in part
	failures int  // in a row, without one price
	next     time.Time
}

// New makes a Book. It has no prices but those of instant sources before the first Refresh.
func New(c Config) *Book {
	b := &Book{rules: c.Rules, now: c.Now, log: c.Log, past: map[Pair]*past{}}
	if b.log == nil {
		b.log = slog.New(slog.DiscardHandler)
	}
	for _, s := range c.Sources {
		d := &desk{source: s, age: c.Rules.Age, seen: map[Pair]Observation{}}
		d.instant, _ = s.(Instant)
		for _, feed := range c.Rules.Feeds {
			if feed.Name == s.Name() {
				d.age, d.every = cmp.Or(feed.Age, c.Rules.Age), feed.Every
			}
		}
		b.desks = append(b.desks, d)
	}
	return b
}

var one, _ = money.NewRate(big.NewRat(1, 1), money.Down)

// Price gives what one Base costs in Quote now. ErrUnavailable when nobody knows, too few agree, what they say is too old,
// or it has jumped.
func (b *Book) Price(_ context.Context, p Pair) (Price, error) {
	now := b.now()
	if p.Base == p.Quote {
		return Price{Pair: p, Rate: one, At: now}, nil
	}
	current := b.board.Load()
	if !current.holds(now) {
		current = b.renew(false)
	}
	entry, known := current.entries[p]
	switch {
	case !known:
		return Price{}, ErrUnavailable
	case entry.err != nil:
		return Price{}, entry.err
	}
	return entry.price, nil
}

// renew makes a board for now, unless somebody else has just made one; force makes one in any case.
func (b *Book) renew(force bool) *board {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now() // not the caller's: the clock may have leapt while it waited
	current := b.board.Load()
	if !force && current.holds(now) {
		return current
	}
	until := now.Add(longest)
	for _, d := range b.desks {
		if d.instant == nil {
			continue
		}
		observations, change, err := d.instant.ObserveAt(now)
		b.take(d, now, observations, err)
		if change.After(now) && change.Before(until) {
			until = change
		}
	}
	current = b.compose(now, until)
	b.board.Store(current)
	return current
}

// ahead is how far a source's clock may be ahead of ours.
const ahead = time.Minute

// take notes what a source said. The lock is held.
func (b *Book) take(d *desk, now time.Time, observations []Observation, err error) {
	name, taken := d.source.Name(), 0
	for _, o := range observations {
		o.Source = name
		if o.At.IsZero() {
			o.At = now
		}
		switch late := o.At.Sub(now); {
		case o.Rate.IsZero() || o.Pair.Base == o.Pair.Quote, o.At.Before(d.seen[o.Pair].At):
			continue
		case late > ahead:
			err = fmt.Errorf("%s is of %s, which is yet to come", o.Pair, o.At.UTC().Format(time.RFC3339))
			continue
		case late > 0:
			o.At = now
		}
		d.seen[o.Pair] = o
		taken++
	}
	switch {
	case err != nil && !d.fails:
		b.log.Warn("price source fails", "source", name, "prices", taken, "error", err)
	case err == nil && d.fails:
		b.log.Info("price source is back", "source", name)
	}
	d.fails = err != nil
	if err != nil && taken == 0 {
		d.failures++
		d.next = now.Add(b.pause(d.failures))
		return
	}
	d.failures, d.next = 0, now.Add(d.every-b.rules.Every/2)
}

// pause is how long a source is left alone after so many failures in a row, half a round less so that a round in time does
// not miss it.
func (b *Book) pause(failures int) time.Duration {
	pause := b.rules.Every
	for range failures - 1 {
		pause = min(2*pause, max(b.rules.Backoff, b.rules.Every))
	}
	return pause - b.rules.Every/2
}
