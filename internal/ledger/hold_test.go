package ledger_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rampa/internal/ledger"
	"rampa/internal/money"
)

// mustHold takes a hold.
func (w *world) mustHold(key, code string, units int64) ledger.Transfer {
	w.Helper()
	t, err := w.Hold(w.Context(), w.holdOf(key, code, units))
	if err != nil {
		w.Fatal(err)
	}
	return t
}

func TestAHoldIsSettledInPartAndTheRestGoesBack(t *testing.T) {
	t.Parallel()
	engines(t, func(w *world) {
		w.deposit("customer:1:EUR", 100)
		opened := w.mustHold("h", "customer:1:EUR", 70)
		w.holds(map[string]int64{"customer:1:EUR": 30, "held:1:EUR": 70})
		s := ledger.Settlement{Key: "s", Kind: "sale.paid", Holds: []ledger.Part{{"h", money.New(60, eur)}}, Entries: []ledger.Entry{entry("bank:main:EUR", -55), entry("fee:EUR", -5)}}
		w.now = w.now.Add(3600e9)
		closed, err := w.Settle(w.Context(), s)
		if err != nil {
			w.Fatal(err)
		}
		w.holds(map[string]int64{"customer:1:EUR": 40, "held:1:EUR": 0, "bank:main:EUR": -55, "fee:EUR": 5})
		h, err := w.FindHold(w.Context(), "h")
		want := ledger.Hold{Key: "h", Kind: "test.held", Account: account("customer:1:EUR"), Amount: money.New(70, eur), State: ledger.Settled,
			Settled: money.New(60, eur), OpenedBy: opened.ID, ClosedBy: closed.ID, OpenedAt: noon, ClosedAt: w.now}
		if diff := cmp.Diff(want, h, amounts); err != nil || diff != "" {
			w.Errorf("%v\n%s", err, diff)
		}
		again, err := w.Settle(w.Context(), s)
		if diff := cmp.Diff(closed, again, amounts, withoutActor); err != nil || diff != "" {
			w.Errorf("%v\n%s", err, diff)
		}
		if first, err := w.Hold(w.Context(), w.holdOf("h", "customer:1:EUR", 70)); err != nil || first.ID != opened.ID {
			w.Errorf("%+v, %v", first, err) // taken once, whatever became of it
		}
		if _, err := w.Release(w.Context(), ledger.Release{Key: "r", Kind: "test", Hold: "h"}); !errors.Is(err, ledger.ErrHold) {
			w.Error(err)
		}
		for _, key := range []string{"h", "s"} {
			if _, err := w.Reverse(w.Context(), ledger.Reversal{Key: "x", Of: key}); !errors.Is(err, ledger.ErrTwin) {
				w.Errorf("%s: %v", key, err)
			}
		}
		w.provesItself()
	})
}

func TestAHoldThatIsReleasedGoesBack(t *testing.T) {
	t.Parallel()
	engines(t, func(w *world) {
		w.post(entry("treasury:polygon:USDC", 50), entry("equity:USDC", -50))
		w.mustHold("h", "treasury:polygon:USDC", 50)
		w.holds(map[string]int64{"treasury:polygon:USDC": 0, "reserved:polygon:USDC": 50})
		r := ledger.Release{Key: "r", Kind: "payout.failed", Hold: "h"}
		for range 2 {
			if _, err := w.Release(w.Context(), r); err != nil {
				w.Error(err)
			}
		}
		w.holds(map[string]int64{"treasury:polygon:USDC": 50, "reserved:polygon:USDC": 0})
		if h, err := w.FindHold(w.Context(), "h"); err != nil || h.State != ledger.Released || !h.Settled.IsZero() || h.ClosedBy == 0 {
			w.Errorf("%+v, %v", h, err)
		}
		if _, err := w.Settle(w.Context(), ledger.Settlement{Key: "s", Kind: "test", Holds: []ledger.Part{{Hold: "h"}}}); !errors.Is(err, ledger.ErrHold) {
			w.Error(err)
		}
		w.provesItself()
	})
}

func TestAHoldThatIsNoneIsRefused(t *testing.T) {
	t.Parallel()
	engines(t, func(w *world) {
		w.deposit("customer:1:EUR", 100)
		w.deposit("customer:1:USDC", 100)
		w.mustHold("h", "customer:1:EUR", 10)
		usd := w.holdOf("x", "customer:1:EUR", 1)
		usd.Amount = money.New(1, usdc)
		for name, c := range map[string]struct {
			h    ledger.Hold
			want error
		}{
			"of nothing":         {w.holdOf("x", "customer:1:EUR", 0), ledger.ErrHoldAmount},
			"of less":            {w.holdOf("x", "customer:1:EUR", -1), ledger.ErrHoldAmount},
			"of another asset":   {usd, ledger.ErrHoldAmount},
			"of the bank":        {w.holdOf("x", "bank:main:EUR", 1), ledger.ErrAccount},
			"of a hold":          {w.holdOf("x", "held:1:EUR", 1), ledger.ErrAccount},
			"of more":            {w.holdOf("x", "customer:1:EUR", 91), ledger.ErrFunds},
			"of what is not":     {w.holdOf("x", "treasury:polygon:USDC", 1), ledger.ErrFunds},
			"without a key":      {w.holdOf("", "customer:1:EUR", 1), ledger.ErrTransfer},
			"under another's":    {w.holdOf("h", "customer:1:EUR", 11), ledger.ErrKeyReused},
			"under a transfer's": {w.holdOf("post/1", "customer:1:EUR", 1), ledger.ErrKeyReused},
		} {
			if _, err := w.Hold(w.Context(), c.h); !errors.Is(err, c.want) {
				w.Errorf("a hold %s: %v, want %v", name, err, c.want)
			}
		}
		part := func(units int64) []ledger.Part { return []ledger.Part{{"h", money.New(units, eur)}} }
		for name, c := range map[string]struct {
			parts   []ledger.Part
			entries []ledger.Entry
			want    error
		}{
			"of no hold":            {nil, nil, ledger.ErrHoldAmount},
			"of an unknown hold":    {[]ledger.Part{{Hold: "nowhere"}}, nil, ledger.ErrNoHold},
			"of one hold twice":     {[]ledger.Part{{Hold: "h"}, {Hold: "h"}}, nil, ledger.ErrHoldAmount},
			"of more than was held": {part(11), []ledger.Entry{entry("bank:main:EUR", -11)}, ledger.ErrFunds},
			"of less than nothing":  {part(-1), []ledger.Entry{entry("bank:main:EUR", 1)}, ledger.ErrHoldAmount},
			"of another asset":      {[]ledger.Part{{"h", money.New(1, usdc)}}, nil, ledger.ErrHoldAmount},
			"that goes nowhere":     {part(10), nil, ledger.ErrUnbalanced},
			"that goes elsewhere":   {part(10), []ledger.Entry{entry("bank:main:EUR", -9)}, ledger.ErrUnbalanced},
			"into a hold":           {part(10), []ledger.Entry{entry("held:2:EUR", -10)}, ledger.ErrTwin},
		} {
			if _, err := w.Settle(w.Context(), ledger.Settlement{Key: "x", Kind: "test", Holds: c.parts, Entries: c.entries}); !errors.Is(err, c.want) {
				w.Errorf("a settlement %s: %v, want %v", name, err, c.want)
			}
		}
		if _, err := w.FindHold(w.Context(), "post/1"); !errors.Is(err, ledger.ErrNoHold) {
			w.Error(err)
		}
		w.holds(map[string]int64{"customer:1:EUR": 90, "held:1:EUR": 10})
		w.provesItself()
	})
}

// The treasury's account is shared, its balance mostly pending: holds must see it all.
func TestHoldsAtOnceNeverTakeMoreThanTheTreasuryHas(t *testing.T) {
	t.Parallel()
	engines(t, func(w *world) {
		for range 10 {
			w.post(entry("treasury:polygon:USDC", 10), entry("equity:USDC", -10))
		}
		var mu sync.Mutex
		var taken []string
		var all sync.WaitGroup
		for i := range 40 {
			all.Go(func() {
				h := w.holdOf(fmt.Sprint("h/", i), "treasury:polygon:USDC", 7)
				_, err := w.Hold(w.Context(), h)
				if err != nil && !errors.Is(err, ledger.ErrFunds) {
					w.Error(err)
				}
				if err == nil {
					mu.Lock()
					taken = append(taken, h.Key)
					mu.Unlock()
				}
				if i%8 == 0 {
					if err := w.Fold(w.Context()); err != nil {
						w.Error(err)
					}
				}
			})
		}
		all.Wait()
		if len(taken) != 14 {
			w.Errorf("%d holds of 7 of 100", len(taken))
		}
		w.holds(map[string]int64{"treasury:polygon:USDC": 2, "reserved:polygon:USDC": 98})
		w.provesItself()
	})
}

func TestAHoldIsClosedOnceWhoeverIsFirst(t *testing.T) {
	t.Parallel()
	engines(t, func(w *world) {
		w.deposit("customer:1:EUR", 100)
		for round := range 5 {
			key := fmt.Sprint("h/", round)
			w.mustHold(key, "customer:1:EUR", 10)
			errs := make([]error, 10)
			var all sync.WaitGroup
			for i := range errs {
				all.Go(func() {
					if i%2 == 0 {
						_, errs[i] = w.Release(w.Context(), ledger.Release{Key: fmt.Sprint(key, "/r", i), Kind: "test", Hold: key})
						return
					}
					_, errs[i] = w.Settle(w.Context(), ledger.Settlement{Key: fmt.Sprint(key, "/s", i), Kind: "test", Holds: []ledger.Part{{key, money.New(10, eur)}},
						Entries: []ledger.Entry{entry("bank:main:EUR", -10)}})
				})
			}
			all.Wait()
			passed := 0
			for _, err := range errs {
				if err == nil {
					passed++
				} else if !errors.Is(err, ledger.ErrHold) {
					w.Error(err)
				}
			}
			if passed != 1 {
				w.Errorf("%d passed", passed)
			}
		}
		w.holds(map[string]int64{"held:1:EUR": 0})
		w.provesItself()
	})
}
