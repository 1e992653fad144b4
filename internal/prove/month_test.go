package prove_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"rampa/internal/ledger"
	"rampa/internal/money"
	"rampa/internal/prove"
)

// trader is one source of random business.
type trader struct {
	*house
	random *rand.Rand
	open   []string // payments that are neither sent nor given back
	posted []string // fees that can be taken back
}

func newTrader(h *house, seed uint64) *trader {
	h.Logf("seed %d", seed)
	return &trader{house: h, random: rand.New(rand.NewPCG(seed, 1))}
}

// step does something.
func (t *trader) step() error {
	switch n := t.random.IntN(100); {
	case n < 35:
		key, err := t.pay(fmt.Sprint(100_001+t.random.IntN(20)), 2_000+t.random.Int64N(300_000))
		if err == nil {
			t.open = append(t.open, key)
		}
		return err
	case n < 60 && len(t.open) > 0:
		i := t.random.IntN(len(t.open))
		key := t.open[i]
		t.open = append(t.open[:i], t.open[i+1:]...)
		return t.send(key, t.random.IntN(5) > 0)
	case n < 70:
		key, cents := t.key("correction"), 1+t.random.Int64N(500)
		t.posted = append(t.posted, key)
		return t.post(key, "fee.corrected", ledger.Entry{Account: account(ledger.Fee, "", eur), Amount: money.New(cents, eur)},
			ledger.Entry{Account: account(ledger.Rounding, "", eur), Amount: money.New(-cents, eur)})
	case n < 80 && len(t.posted) > 0:
		key := t.posted[len(t.posted)-1]
		t.posted = t.posted[:len(t.posted)-1]
		_, err := t.ledger.Reverse(context.Background(), ledger.Reversal{Key: t.key("reversal"), Of: key})
		return err
	case n < 90:
		_, err := t.statement("bank.fee", -(1 + t.random.Int64N(200)), account(ledger.Network, "", eur))
		return err
	case n < 95:
		err := t.post(t.key("overdraft"), "refused", ledger.Entry{Account: account(ledger.Customer, "100001", eur), Amount: money.New(1_000_000_000, eur)},
			ledger.Entry{Account: account(ledger.Fee, "", eur), Amount: money.New(-1_000_000_000, eur)})
		if !errors.Is(err, ledger.ErrFunds) {
			return fmt.Errorf("an overdraft: %w", err)
		}
		return nil
	}
	return t.fund(1 + t.random.Int64N(1_000_000_000))
}

// unsettled gives the first check of a run that found anything, however little; "" for none.
func unsettled(r prove.Report) string {
	for _, c := range r.Checks {
		if c.Found > 0 {
			return fmt.Sprintf("%s %s: %+v", c.Name, c.Status, c.Findings)
		}
	}
	return ""
}

func TestAMonthOfBusinessGivesNoFalseAlarm(t *testing.T) {
	t.Parallel()
	engines(t, func(h *house) {
		trade := newTrader(h, uint64(time.Now().UnixNano()))
		h.must(h.fund(1_000_000_000_000))
		for hour := 0; hour < 30*24; hour += 3 {
			for range trade.random.IntN(4) {
				h.must(trade.step())
				h.wait(time.Duration(trade.random.IntN(20)) * time.Minute)
			}
			if trade.random.IntN(3) > 0 {
				h.must(h.ledger.Fold(h.Context()))
			}
			if trade.random.IntN(3) == 0 {
				h.seal()
			}
			h.wait(noon.Add(time.Duration(hour+3) * time.Hour).Sub(h.now()))
			h.must(h.books.Sweep(h.Context()))
			r, _, err := h.books.Last(h.Context())
			if h.must(err); !r.At.Equal(h.now()) || unsettled(r) != "" {
				h.Fatalf("hour %d, proved at %v: %s", hour, r.At, unsettled(r))
			}
		}
		r, _, _ := h.books.Last(h.Context())
		h.Logf("%d proofs, the last over %d transfers and %d entries in %v", r.ID, r.Transfers, r.Entries, r.Took)
		if _, frozen, err := h.books.Frozen(h.Context()); frozen || err != nil {
			h.Errorf("frozen: %v, %v", frozen, err)
		}
	})
}

func TestPostingsThatGoOnMeanwhileGiveNoFalseAlarm(t *testing.T) {
	t.Parallel()
	engines(t, func(h *house) {
		h.must(h.fund(1_000_000_000_000))
		var all sync.WaitGroup
		var done atomic.Bool
		for i := range 4 {
			trade := newTrader(h, uint64(time.Now().UnixNano())+uint64(i))
			all.Go(func() {
				for !done.Load() {
					if err := trade.step(); err != nil {
						h.Error(err)
						return
					}
				}
			})
		}
		all.Go(func() {
			for !done.Load() {
				if err := errors.Join(h.ledger.Fold(context.Background()), h.log.Close(context.Background())); err != nil {
					h.Error(err)
					return
				}
			}
		})
		var last prove.Report
		for i := 0; (i < 12 || last.Transfers < 200) && !h.Failed(); i++ {
			r, err := h.books.Run(h.Context())
			if err != nil || unsettled(r) != "" {
				h.Errorf("run %d: %v %s", i, err, unsettled(r))
			}
			if r.Transfers < last.Transfers {
				h.Errorf("%d transfers, then %d", last.Transfers, r.Transfers)
			}
			last = r
		}
		done.Store(true)
		all.Wait()
		h.Logf("%d transfers beside %d proofs", last.Transfers, last.ID)
	})
}
