package sandbox

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rampa/internal/db"
	"rampa/internal/errs"
	"rampa/internal/job"
)

// memory keeps settings in a map, and fails while broken.
type memory struct {
	mu     sync.Mutex
	values map[string][]byte
	broken error
}

func (m *memory) Setting(_ context.Context, name string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if v, ok := m.values[name]; ok {
		return v, nil
	}
	return nil, errs.New(errs.NotFound, "setting_not_found", "")
}

func (m *memory) SetSetting(_ context.Context, name string, value []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.broken != nil {
		return m.broken
	}
	m.values[name] = value
	return nil
}

// wall is a wall clock that a test moves.
type wall struct {
	mu  sync.Mutex
	now time.Time
}

func (w *wall) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *wall) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func newClock(t *testing.T) (*Clock, *wall, *memory) {
	t.Helper()
	w, m := &wall{now: noon}, &memory{values: make(map[string][]byte)}
	return reopen(t, w, m), w, m
}

func reopen(t *testing.T, w *wall, m *memory) *Clock {
	t.Helper()
	c, err := openClock(t.Context(), m, w.Now)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func expect(t *testing.T, c *Clock, want time.Time, frozen bool) {
	t.Helper()
	if now, stands := c.State(); !now.Equal(want) || stands != frozen {
		t.Errorf("the clock shows %s, frozen %t; want %s, %t", now, stands, want, frozen)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestANewClockFollowsTheWallClock(t *testing.T) {
	t.Parallel()
	c, w, _ := newClock(t)
	expect(t, c, noon, false)
	w.pass(1500 * time.Nanosecond)
	expect(t, c, noon.Add(time.Microsecond), false)
}

func TestAnAdvancedClockRunsOnAndKeepsItsLeadOverARestart(t *testing.T) {
	t.Parallel()
	c, w, m := newClock(t)
	must(t, c.Advance(t.Context(), 2160*time.Hour))
	expect(t, c, noon.Add(2160*time.Hour), false)
	w.pass(time.Minute)
	expect(t, c, noon.Add(2160*time.Hour+time.Minute), false)
	c = reopen(t, w, m)
	expect(t, c, noon.Add(2160*time.Hour+time.Minute), false)
}

func TestAFrozenClockStandsUntilItIsAdvancedOrResumed(t *testing.T) {
	t.Parallel()
	c, w, m := newClock(t)
	must(t, c.Freeze(t.Context()))
	w.pass(time.Hour)
	expect(t, c, noon, true)
	must(t, c.Advance(t.Context(), time.Minute))
	expect(t, c, noon.Add(time.Minute), true)
	w.pass(time.Hour)
	c = reopen(t, w, m)
	expect(t, c, noon.Add(time.Minute), true)
	must(t, c.Resume(t.Context()))
	w.pass(time.Second)
	expect(t, c, noon.Add(time.Minute+time.Second), false)
	c = reopen(t, w, m)
	expect(t, c, noon.Add(time.Minute+time.Second), false)
}

func TestTheClockNeverGoesBack(t *testing.T) {
	t.Parallel()
	c, w, m := newClock(t)
	must(t, c.Advance(t.Context(), time.Hour))
	w.pass(-10 * time.Minute) // somebody corrects the machine's clock
	expect(t, c, noon.Add(time.Hour), false)
	c = reopen(t, w, m)
	expect(t, c, noon.Add(time.Hour), false)
	w.pass(time.Second)
	expect(t, c, noon.Add(time.Hour+time.Second), false)
}

func TestTheClockRefusesToGoBackOrTooFar(t *testing.T) {
	t.Parallel()
	c, _, _ := newClock(t)
	for _, d := range []time.Duration{0, -time.Second, MaxAdvance + 1} {
		if err := c.Advance(t.Context(), d); errs.KindOf(err) != errs.Invalid {
			t.Errorf("advance by %s: %v, want a refusal", d, err)
		}
	}
	var err error
	for range 20 {
		if err = c.Advance(t.Context(), MaxAdvance); err != nil {
			break
		}
	}
	if errs.KindOf(err) != errs.Invalid || c.Now().After(lastInstant) {
		t.Errorf("the clock came to %s: %v", c.Now(), err)
	}
}

func TestAClockThatCannotBeKeptDoesNotMove(t *testing.T) {
	t.Parallel()
	c, w, m := newClock(t)
	m.broken = errors.New("disk full")
	for name, change := range map[string]func() error{
		"advance": func() error { return c.Advance(t.Context(), time.Hour) },
		"freeze":  func() error { return c.Freeze(t.Context()) },
	} {
		if err := change(); !errors.Is(err, m.broken) {
			t.Errorf("%s: %v", name, err)
		}
	}
	expect(t, c, noon, false)
	w.pass(time.Second)
	expect(t, c, noon.Add(time.Second), false)
}

func TestReadersOnlyEverSeeTimeGoForward(t *testing.T) {
	t.Parallel()
	c, w, _ := newClock(t)
	stop := make(chan struct{})
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for last := c.Now(); ; {
				now := c.Now()
				if now.Before(last) {
					t.Errorf("%s came after %s", now, last)
				}
				last = now
				select {
				case <-stop:
					return
				default:
				}
			}
		})
	}
	for range 200 {
		w.pass(333 * time.Microsecond)
		must(t, c.Freeze(t.Context()))
		must(t, c.Advance(t.Context(), time.Second))
		must(t, c.Resume(t.Context()))
		must(t, c.Advance(t.Context(), time.Second))
	}
	close(stop)
	readers.Wait()
}

type reminder struct {
	Day int `json:"day"`
}

func (reminder) Kind() string { return "reminder" }

func TestEachJobSeesItsOwnInstantWhileTheClockIsAdvanced(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	source := filepath.Join(t.TempDir(), "rampa.db")
	_, _, err := db.Migrate(ctx, db.Options{Source: source})
	must(t, err)
	must(t, job.Migrate(ctx, source))
	d, err := db.Open(ctx, db.Options{Source: source})
	must(t, err)
	defer d.Close()

	c, err := OpenClock(ctx, &memory{values: make(map[string][]byte)}) // on the real wall clock
	must(t, err)
	from := c.Now()
	registry := job.NewRegistry()
	var mu sync.Mutex
	got := make(map[int]time.Duration)
	job.Add(registry, func(_ context.Context, j job.Job[reminder]) error {
		mu.Lock()
		defer mu.Unlock()
		got[j.Args.Day] = c.Now().Sub(from).Truncate(time.Millisecond)
		return nil
	}, job.Policy{})
	runner, err := job.New(job.Config{DB: d, Registry: registry, Now: c.Now, Log: slog.New(slog.DiscardHandler)})
	must(t, err)
	must(t, runner.Start(ctx))
	defer runner.Stop(context.Background())
	c.Drive(runner.Leap)
	day := 24 * time.Hour
	must(t, d.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		for _, n := range []int{1, 2, 30} {
			if err := runner.Insert(ctx, tx, reminder{n}, from.Add(time.Duration(n)*day)); err != nil {
				return err
			}
		}
		return nil
	}))
	must(t, c.Advance(ctx, 29*day))
	mu.Lock()
	defer mu.Unlock()
	if diff := cmp.Diff(map[int]time.Duration{1: day, 2: 2 * day}, got); diff != "" {
		t.Error(diff)
	}
}
