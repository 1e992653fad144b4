package price_test

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"rampa/internal/money"
	"rampa/internal/price"
)

// minutes is an instant source: it says the minute of its clock.
type minutes struct{ asks atomic.Int64 }

func (m *minutes) Name() string { return "minutes" }

func (m *minutes) Observe(context.Context) ([]price.Observation, error) {
	return nil, errors.New("it is not asked in rounds")
}

func (m *minutes) ObserveAt(t time.Time) ([]price.Observation, time.Time, error) {
	m.asks.Add(1)
	at := t.Truncate(time.Minute)
	rate, err := money.ParseRate(strconv.FormatInt(at.Unix()/60, 10))
	return []price.Observation{{Pair: price.Pair{Base: "BTC", Quote: "EUR"}, Rate: rate, At: at}}, at.Add(time.Minute), err
}

// clock is moved by a test while others read it.
type clock struct{ micros atomic.Int64 }

func (c *clock) Now() time.Time        { return noon.Add(time.Duration(c.micros.Load()) * time.Microsecond) }
func (c *clock) pass(by time.Duration) { c.micros.Add(by.Microseconds()) }

func newInstant(t testing.TB) (*price.Book, *minutes, *clock) {
	t.Helper()
	rules, err := price.LoadRules([]byte("version: 1\nevery: 15s\ntimeout: 5s\nbackoff: 5m\nage: 2m\nquorum: 1\noutlier: 2\n" +
		"jump: {percent: 5, within: 15m, rounds: 3, hold: 45s, sources: 3}\nbridges: [EUR]\nsources: [{name: minutes, kind: test, pairs: {BTC/EUR: x}}]\n"))
	if err != nil {
		t.Fatal(err)
	}
	c := &clock{}
	m := &minutes{}
	return price.New(price.Config{Rules: rules, Sources: []price.Source{m}, Now: c.Now}), m, c
}

func TestAnInstantSourceIsAskedWhenItChangesAndNoMore(t *testing.T) {
	t.Parallel()
	book, source, clock := newInstant(t)
	pair := price.Pair{Base: "BTC", Quote: "EUR"}
	for _, leap := range []time.Duration{0, time.Second, 58 * time.Second, time.Second, 90 * 24 * time.Hour, 3650 * 24 * time.Hour} {
		clock.pass(leap)
		p, err := book.Price(t.Context(), pair)
		if want := strconv.FormatInt(clock.Now().Unix()/60, 10); err != nil || p.Rate.String() != want {
			t.Errorf("after %s: %s, %v; want %s", leap, p.Rate, err, want)
		}
	}
	if n := source.asks.Load(); n != 4 {
		t.Errorf("asked %d times in 4 minutes", n)
	}
}

// TestReadersNeverSeeAPriceOfBefore lets many read while the minutes pass and rounds go on.
func TestReadersNeverSeeAPriceOfBefore(t *testing.T) {
	t.Parallel()
	book, _, clock := newInstant(t)
	stop := make(chan struct{})
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				before := clock.Now().Truncate(time.Minute)
				p, err := book.Price(context.Background(), price.Pair{Base: "BTC", Quote: "EUR"})
				if err != nil || p.At.Before(before) {
					t.Errorf("%+v, %v at %s", p, err, before)
					return
				}
			}
		})
	}
	for i := range 300 {
		clock.pass(time.Duration(i%7) * 20 * time.Second)
		if err := book.Refresh(t.Context()); err != nil {
			t.Error(err)
		}
	}
	close(stop)
	readers.Wait()
}

func TestReadingAPriceTakesNoMemory(t *testing.T) { // not parallel: it counts allocations
	book, _, _ := newInstant(t)
	ctx, pair := t.Context(), price.Pair{Base: "BTC", Quote: "EUR"}
	if n := testing.AllocsPerRun(1000, func() { _, _ = book.Price(ctx, pair) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkPrice(b *testing.B) {
	book, _, _ := newInstant(b)
	ctx, pair := b.Context(), price.Pair{Base: "BTC", Quote: "EUR"}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := book.Price(ctx, pair); err != nil {
			b.Fatal(err)
		}
	}
}
