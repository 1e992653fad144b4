// Package sandbox holds what only a sandbox has in place of the real world: a clock that can be moved and a reviewer that
// goes by the company's name. The rest of the program does not know it; only the wiring chooses it.
package sandbox

import (
	"context"
	"encoding/json"
	"fmt"
	"sync/atomic"
	"time"

	"rampa/internal/errs"
)

// MaxAdvance is the furthest that one call moves the clock.
const MaxAdvance = 10 * 366 * 24 * time.Hour

// lastInstant keeps the clock inside what every store and format can hold.
var lastInstant = time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC)

var (
	errAdvance = errs.New(errs.Invalid, "clock_advance_invalid", `The clock moves forward only, by at most ten years at once: give a duration such as "2160h".`)
	errEnd     = errs.New(errs.Invalid, "clock_advance_invalid", "The clock does not go beyond the year 2199. Start a sandbox with new data.")
)

// Settings keeps the clock across restarts.
type Settings interface {
	// Setting gives the stored value, or an error of kind NotFound.
	Setting(ctx context.Context, name string) ([]byte, error)
	SetSetting(ctx context.Context, name string, value []byte) error
}

// Leap does what is due on the way to a later instant, setting the clock at each due instant and at last to until.
type Leap func(ctx context.Context, until time.Time, set func(time.Time) error) error

// Clock is the sandbox's time: the wall clock, moved forward, or standing still. It never goes back, not even over a
// restart with the same data. It is safe for concurrent use.
type Clock struct {
	wall     func() time.Time
	settings Settings
	leap     Leap
	state    atomic.Pointer[clockState]
	last     atomic.Int64  // the latest instant given, in microseconds
	change   chan struct{} // holds a token while nobody changes the clock
}

// clockState is either a stop at an instant or a distance from the wall clock.
type clockState struct {
	offset time.Duration
	at     time.Time // when it stands still
	frozen bool      // what State says: during a leap a running clock stands still too
}

// stored is the clock as it is kept. Last makes the clock go on from there, should the wall clock have been set back.
type stored struct {
	Offset time.Duration `json:"offset_ns"`
	Frozen bool          `json:"frozen,omitempty"`
	Last   int64         `json:"last_us"`
}

const clockSetting = "sandbox.clock"

// OpenClock reads the clock from the settings; a new sandbox has the wall clock's time.
func OpenClock(ctx context.Context, settings Settings) (*Clock, error) {
	return openClock(ctx, settings, time.Now)
}

func openClock(ctx context.Context, settings Settings, wall func() time.Time) (*Clock, error) {
	c := &Clock{wall: wall, settings: settings, change: make(chan struct{}, 1)}
	c.change <- struct{}{}
	c.leap = func(_ context.Context, until time.Time, set func(time.Time) error) error { return set(until) }
	var kept stored
	value, err := settings.Setting(ctx, clockSetting)
	if err == nil {
		err = json.Unmarshal(value, &kept)
	}
	if err != nil && errs.KindOf(err) != errs.NotFound {
		return nil, fmt.Errorf("read the sandbox clock: %w", err)
	}
	s := &clockState{offset: kept.Offset}
	if last := time.UnixMicro(kept.Last).UTC(); kept.Frozen {
		s.at, s.frozen = last, true
	} else if behind := last.Sub(wall().Add(kept.Offset)); behind > 0 {
		s.offset += behind
	}
	c.last.Store(kept.Last)
	c.state.Store(s)
	return c, nil
}

// Drive says what does the work when the clock is advanced. Call it once, before anything advances it.
func (c *Clock) Drive(leap Leap) { c.leap = leap }

// Now gives the sandbox's time in UTC, in whole microseconds.
func (c *Clock) Now() time.Time {
	s := c.state.Load()
	now := s.at
	if now.IsZero() {
		now = c.wall().Add(s.offset)
	}
	micros := now.UnixMicro()
	for {
		last := c.last.Load()
		if micros <= last {
			return time.UnixMicro(last).UTC()
		}
		if c.last.CompareAndSwap(last, micros) {
			return time.UnixMicro(micros).UTC()
		}
	}
}

// State gives the time and whether the clock stands still.
func (c *Clock) State() (now time.Time, frozen bool) { return c.Now(), c.state.Load().frozen }

// Advance moves the clock forward by d, and answers when everything has been done that is due by then. When it fails
// underway, the clock goes on from where it came to.
func (c *Clock) Advance(ctx context.Context, d time.Duration) error {
	if d <= 0 || d > MaxAdvance {
		return errAdvance
	}
	release, err := c.hold(ctx)
	if err != nil {
		return err
	}
	defer release()
	frozen := c.state.Load().frozen
	from := c.stop()
	if !frozen {
		defer c.run()
	}
	until := whole(from.Add(d))
	if until.After(lastInstant) {
		return errEnd
	}
	err = c.leap(ctx, until, func(t time.Time) error {
		if t = whole(t); t.Before(c.Now()) {
			return nil
		}
		return c.become(ctx, &clockState{at: t, frozen: frozen})
	})
	if err != nil {
		return fmt.Errorf("advance the sandbox clock: %w", err)
	}
	return nil
}

// Freeze makes the clock stand still.
func (c *Clock) Freeze(ctx context.Context) error {
	release, err := c.hold(ctx)
	if err != nil {
		return err
	}
	defer release()
	frozen := c.state.Load().frozen
	err = c.become(ctx, &clockState{at: c.stop(), frozen: true})
	if err != nil && !frozen {
		c.run()
	}
	return err
}

// Resume lets the clock run on from where it stands.
func (c *Clock) Resume(ctx context.Context) error {
	release, err := c.hold(ctx)
	if err != nil {
		return err
	}
	defer release()
	return c.become(ctx, &clockState{offset: c.Now().Sub(c.wall())})
}

// stop makes the clock stand still for the time of a change, so that nothing sees it run on meanwhile.
func (c *Clock) stop() time.Time {
	s := &clockState{at: whole(c.Now()), frozen: c.state.Load().frozen}
	c.state.Store(s)
	if late := whole(c.Now()); late.After(s.at) { // somebody read it in between
		s = &clockState{at: late, frozen: s.frozen}
		c.state.Store(s)
	}
	return s.at
}

// run lets it go on.
func (c *Clock) run() { c.state.Store(&clockState{offset: c.Now().Sub(c.wall())}) }

// become stores the state and then shows it: what was done at an instant must not be ahead of the clock after a restart.
func (c *Clock) become(ctx context.Context, s *clockState) error {
	kept := stored{Offset: s.offset, Frozen: s.frozen, Last: c.last.Load()}
	if !s.at.IsZero() {
		kept.Offset, kept.Last = s.at.Sub(c.wall()), s.at.UnixMicro()
	}
	value, err := json.Marshal(kept)
	if err != nil {
		return fmt.Errorf("keep the sandbox clock: %w", err)
	}
	if err := c.settings.SetSetting(context.WithoutCancel(ctx), clockSetting, value); err != nil {
		return fmt.Errorf("keep the sandbox clock: %w", err)
	}
	c.state.Store(s)
	return nil
}

// hold lets one caller at a time change the clock.
func (c *Clock) hold(ctx context.Context) (release func(), err error) {
	select {
	case <-c.change:
		return func() { c.change <- struct{}{} }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// whole rounds up to a millisecond, in which jobs become due.
func whole(t time.Time) time.Time {
	return t.Add(time.Millisecond - time.Nanosecond).Truncate(time.Millisecond)
}
