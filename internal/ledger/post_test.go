package ledger_test

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rampa/internal/audit"
	"rampa/internal/ledger"
	"rampa/internal/money"
	"rampa/internal/store/book"
)

// deposit gives a customer cents.
func (w *world) deposit(code string, units int64) ledger.Transfer {
	w.Helper()
	a := account(code).Asset.Code
	return w.post(entry("clearing:card:"+a, units), entry(code, -units))
}

func TestAHundredPostingsAtOnceUnderOneKeyAreOneTransfer(t *testing.T) {
	t.Parallel()
	engines(t, func(w *world) {
		w.deposit("customer:1:EUR", 100_00)
		ids := make([]int64, 100)
		var all sync.WaitGroup
		for i := range ids {
			all.Go(func() {
				got, err := w.Post(w.Context(), w.transfer("storm", entry("customer:1:EUR", 60_00), entry("bank:main:EUR", -60_00)))
				if err != nil {
					w.Error(err)
				}
				ids[i] = got.ID
			})
		}
		all.Wait()
		for _, id := range ids {
			if id != ids[0] || id == 0 {
				w.Fatalf("%v", ids)
			}
		}
		w.holds(map[string]int64{"customer:1:EUR": 40_00, "bank:main:EUR": -60_00})
		w.provesItself()
	})
}

func TestAKeyStandsForItsTransferForEver(t *testing.T) {
	t.Parallel()
	engines(t, func(w *world) {
		tr := w.transfer("k", entry("clearing:card:EUR", 5), entry("customer:1:EUR", -5))
		first, err := w.Post(w.Context(), tr)
		if err != nil || first.ID == 0 || !first.At.Equal(noon) {
			w.Fatalf("%+v, %v", first, err)
		}
		w.now = noon.Add(400 * 24 * time.Hour)
		w.fold()
		again, err := w.Post(w.Context(), tr)
		if diff := cmp.Diff(first, again, amounts, withoutActor); err != nil || diff != "" {
			w.Errorf("%v\n%s", err, diff)
		}
		for what, other := range map[string]ledger.Transfer{
			"memo":    {Key: "k", Kind: "test", Entries: tr.Entries},
			"kind":    {Key: "k", Kind: "test2", Memo: tr.Memo, Entries: tr.Entries},
			"amount":  w.transfer("k", entry("clearing:card:EUR", 6), entry("customer:1:EUR", -6)),
			"account": w.transfer("k", entry("clearing:card:EUR", 5), entry("customer:2:EUR", -5)),
			"more":    w.transfer("k", entry("clearing:card:EUR", 5), entry("customer:1:EUR", -4), entry("customer:1:EUR", -1)),
		} {
			if _, err := w.Post(w.Context(), other); !errors.Is(err, ledger.ErrKeyReused) {
				w.Errorf("%s: %v", what, err)
			}
		}
		w.holds(map[string]int64{"customer:1:EUR": 5, "customer:2:EUR": 0})
	})
}

func TestATransferJoinsItsCallersTransaction(t *testing.T) {
	t.Parallel()
	lost := errors.New("the caller changed its mind")
	engines(t, func(w *world) {
		err := w.Store.InTx(w.Context(), func(ctx context.Context) error {
			if _, err := w.Post(ctx, w.transfer("a", entry("clearing:card:EUR", 5), entry("customer:1:EUR", -5))); err != nil {
				return err
			}
			if b, err := w.Balance(ctx, account("customer:1:EUR")); err != nil || b.Natural().Units() != 5 {
				w.Errorf("%v, %v within the transaction", b, err)
			}
			return lost
		})
		if !errors.Is(err, lost) {
			w.Error(err)
		}
		w.holds(map[string]int64{"customer:1:EUR": 0, "clearing:card:EUR": 0})
		w.fold()
		// SQLite gives the ids of accounts that went with the transaction to others.
		w.deposit("customer:2:EUR", 7)
		w.post(entry("clearing:psd2:EUR", 3), entry("suspense:EUR", -3))
		w.deposit("customer:1:EUR", 11)
		w.fold()
		w.deposit("customer:1:EUR", 1)
		w.holds(map[string]int64{"customer:1:EUR": 12, "customer:2:EUR": 7, "clearing:card:EUR": 19, "clearing:psd2:EUR": 3, "suspense:EUR": 3})
		w.provesItself()
	})
}

// Callers may answer a refusal within their transaction, such as by a payment that waits: nothing of the refused transfer
// may be committed with that.
func TestARefusalLeavesNothingInItsCallersTransaction(t *testing.T) {
	t.Parallel()
	engines(t, func(w *world) {
		w.deposit("customer:1:EUR", 100)
		w.deposit("refund:1:EUR", 100)
		first := w.deposit("customer:3:EUR", 50)
		w.post(entry("customer:3:EUR", 50), entry("bank:main:EUR", -50))
		if _, err := w.Hold(w.Context(), w.holdOf("h", "customer:1:EUR", 40)); err != nil {
			w.Fatal(err)
		}
		before := w.everything()
		err := w.Store.InTx(w.Context(), func(ctx context.Context) error {
			for name, try := range map[string]func() error{
				"post": func() error { // customer:1 has it, refund:1 does not
					_, err := w.Post(ctx, w.transfer("x", entry("customer:1:EUR", 60), entry("refund:1:EUR", 101), entry("bank:main:EUR", -161)))
					return err
				},
				"hold": func() error { _, err := w.Hold(ctx, w.holdOf("x", "customer:1:EUR", 61)); return err },
				"hold of the treasury": func() error {
					_, err := w.Hold(ctx, w.holdOf("x", "treasury:polygon:USDC", 1))
					return err
				},
				"reverse": func() error {
					_, err := w.Reverse(ctx, ledger.Reversal{Key: "x", Of: first.Key})
					return err
				},
				"settle": func() error { // the hold is closed before refund:1 turns out short
					_, err := w.Settle(ctx, ledger.Settlement{Key: "x", Kind: "test", Holds: []ledger.Part{{"h", money.New(40, eur)}},
						Entries: []ledger.Entry{entry("refund:1:EUR", 101), entry("bank:main:EUR", -141)}})
					return err
				},
			} {
				if err := try(); !errors.Is(err, ledger.ErrFunds) {
					w.Errorf("%s: %v", name, err)
				}
			}
			return nil
		})
		if err != nil {
			w.Fatal(err)
		}
		if diff := cmp.Diff(before, w.everything()); diff != "" {
			w.Error(diff)
		}
		w.provesItself()
	})
}

func (w *world) holdOf(key, code string, units int64) ledger.Hold {
	a := account(code)
	return ledger.Hold{Key: key, Kind: "test.held", Account: a, Amount: money.New(units, a.Asset)}
}

// everything is the book as text.
func (w *world) everything() (all []string) {
	w.Helper()
	for _, query := range []string{
		`SELECT 'transfer ' || key FROM ledger_transfers ORDER BY id`,
		`SELECT 'entry ' || transfer_id || ' ' || amount FROM ledger_entries ORDER BY transfer_id, line`,
		`SELECT 'pending ' || account_id || ' ' || amount FROM ledger_pending ORDER BY id`,
		`SELECT 'account ' || code || ' ' || balance FROM ledger_accounts WHERE balance <> 0 ORDER BY id`,
		`SELECT 'hold ' || key || ' ' || state || ' ' || settled || ' ' || COALESCE(closed_by, 0) || ' ' || COALESCE(closed_at, 0) FROM ledger_holds ORDER BY key`,
		`SELECT 'audit ' || object_id FROM audit_entries ORDER BY id`,
	} {
		rows, err := w.DB.Query(w.Context(), query)
		if err != nil {
			w.Fatal(err)
		}
		for rows.Next() {
			var line string
			if err := rows.Scan(&line); err != nil {
				w.Fatal(err)
			}
			all = append(all, line)
		}
		rows.Close()
	}
	return all
}

func TestTheAuditLogHasTheDigestAndWhoPosted(t *testing.T) {
	t.Parallel()
	engines(t, func(w *world) {
		tr := w.transfer("opening", entry("bank:main:EUR", 5), entry("equity:EUR", -5))
		tr.By = audit.Actor{Kind: "operator", ID: "7", Address: "192.0.2.1"}
		got, err := w.Post(w.Context(), tr)
		if err != nil {
			w.Fatal(err)
		}
		w.post(entry("bank:main:EUR", 5), entry("equity:EUR", -5))
		for key, by := range map[string]audit.Actor{"opening": tr.By, "post/1": audit.System("ledger")} {
			entries, err := w.Database.Store.History(w.Context(), "transfer", key, 10)
			if err != nil || len(entries) != 1 {
				w.Fatalf("%+v, %v", entries, err)
			}
			if e := entries[0]; e.Actor != by || e.Action != "ledger.posted" || !e.At.Equal(got.At) || len(e.Detail["digest"]) != 64 {
				w.Errorf("%+v", e)
			}
			if read, err := w.Transfer(w.Context(), key); err != nil || entries[0].Detail["digest"] != hex.EncodeToString(ledger.Digest(read)) {
				w.Errorf("%+v, %v", entries[0], err)
			}
		}
	})
}

func TestATransferIsReversedOnce(t *testing.T) {
	t.Parallel()
	engines(t, func(w *world) {
		of := w.deposit("customer:1:EUR", 100)
		r := ledger.Reversal{Key: "r", Of: of.Key, Memo: "charged back"}
		got, err := w.Reverse(w.Context(), r)
		if err != nil || got.Reverses != of.Key || got.Kind != "test.reversed" || len(got.Entries) != 2 {
			w.Fatalf("%+v, %v", got, err)
		}
		again, err := w.Reverse(w.Context(), r)
		if diff := cmp.Diff(got, again, amounts, withoutActor); err != nil || diff != "" {
			w.Errorf("%v\n%s", err, diff)
		}
		if _, err := w.Reverse(w.Context(), ledger.Reversal{Key: "r2", Of: of.Key}); !errors.Is(err, ledger.ErrReversed) {
			w.Error(err)
		}
		if _, err := w.Reverse(w.Context(), ledger.Reversal{Key: "r3", Of: "nowhere"}); !errors.Is(err, ledger.ErrNoTransfer) {
			w.Error(err)
		}
		if _, err := w.Reverse(w.Context(), ledger.Reversal{Key: of.Key, Of: of.Key}); !errors.Is(err, ledger.ErrKeyReused) {
			w.Error(err)
		}
		w.holds(map[string]int64{"customer:1:EUR": 0, "clearing:card:EUR": 0})
		spent := w.deposit("customer:1:EUR", 30)
		w.post(entry("customer:1:EUR", 30), entry("bank:main:EUR", -30))
		if _, err := w.Reverse(w.Context(), ledger.Reversal{Key: "r4", Of: spent.Key}); !errors.Is(err, ledger.ErrFunds) {
			w.Error(err)
		}
		w.provesItself()
	})
}

func TestReversalsAtOnceAreOne(t *testing.T) {
	t.Parallel()
	engines(t, func(w *world) {
		of := w.deposit("customer:1:EUR", 100)
		w.deposit("customer:1:EUR", 900)
		var mu sync.Mutex
		var passed int
		var all sync.WaitGroup
		for i := range 20 {
			all.Go(func() {
				_, err := w.Reverse(w.Context(), ledger.Reversal{Key: fmt.Sprint("r", i), Of: of.Key})
				if err != nil && !errors.Is(err, ledger.ErrReversed) {
					w.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					passed++
				}
			})
		}
		all.Wait()
		if passed != 1 {
			w.Errorf("%d passed", passed)
		}
		w.holds(map[string]int64{"customer:1:EUR": 900})
	})
}

// Many customers pay one another at once, more than they have, while the book is folded by two nodes.
func TestMoneyIsConservedWhateverHappensAtOnce(t *testing.T) {
	t.Parallel()
	const customers, workers, each = 6, 12, 40
	engines(t, func(w *world) {
		other := ledger.New(ledger.Config{Store: book.New(w.DB), Now: w.Now})
		for i := range customers {
			w.deposit(fmt.Sprintf("customer:%d:EUR", i), 100)
		}
		seed := uint64(time.Now().UnixNano())
		w.Logf("seed %d", seed)
		var all sync.WaitGroup
		for i := range workers {
			all.Go(func() {
				s := []*ledger.Service{w.Service, other}[i%2]
				r := rand.New(rand.NewPCG(seed, uint64(i)))
				for n := range each {
					from, to, units := r.IntN(customers), r.IntN(customers), 1+r.Int64N(60)
					_, err := s.Post(w.Context(), w.transfer(fmt.Sprint("w/", i, "/", n), entry(fmt.Sprintf("customer:%d:EUR", from), units),
						entry(fmt.Sprintf("customer:%d:EUR", to), 1-units), entry("fee:EUR", -1)))
					if err != nil && !errors.Is(err, ledger.ErrFunds) && !(units == 1 && errors.Is(err, ledger.ErrUnbalanced)) {
						w.Errorf("seed %d: %v", seed, err)
						return
					}
					if n%10 == 9 {
						if err := s.Fold(w.Context()); err != nil {
							w.Errorf("seed %d: %v", seed, err)
						}
					}
				}
			})
		}
		all.Wait()
		balances, next, err := w.Accounts(w.Context(), ledger.AccountQuery{Asset: "EUR"}, ledger.Page{Limit: 100})
		if err != nil || next != "" {
			w.Fatal(next, err)
		}
		var sum, fees int64
		for _, b := range balances {
			sum += b.Amount.Units()
			if b.Account.Purpose == ledger.Fee {
				fees = b.Natural().Units()
			}
		}
		if sum != 0 || fees == 0 {
			w.Errorf("seed %d: %d left over, %d in fees", seed, sum, fees)
		}
		w.provesItself()
	})
}

func TestABalanceStaysWithinWhatItCanHold(t *testing.T) {
	t.Parallel()
	const most = math.MaxInt64
	engines(t, func(w *world) {
		half := int64(most / 2)
		for i, c := range []struct {
			units    int64
			from, to string
			want     error
		}{
			{most, "suspense:EUR", "customer:1:EUR", ledger.ErrRange}, // half of it is left for small amounts
			{half, "suspense:EUR", "customer:1:EUR", nil},
			{1_000_000_000_000_000, "suspense:EUR", "customer:1:EUR", ledger.ErrRange},
			{1, "suspense:EUR", "customer:1:EUR", nil},
			{half, "suspense:2:EUR", "customer:1:EUR", nil},
			{1, "suspense:3:EUR", "customer:1:EUR", ledger.ErrRange},
			{half, "customer:1:EUR", "suspense:2:EUR", nil},
		} {
			_, err := w.Post(w.Context(), w.transfer(fmt.Sprint("big/", i), entry(c.from, c.units), entry(c.to, -c.units)))
			if !errors.Is(err, c.want) || (c.want == nil) != (err == nil) {
				w.Errorf("%d: %v, want %v", i, err, c.want)
			}
			if i%2 == 1 {
				w.fold()
			}
		}
		w.holds(map[string]int64{"customer:1:EUR": half + 1, "suspense:EUR": -half - 1, "suspense:2:EUR": 0})
		two := w.transfer("sum", entry("customer:1:EUR", most), entry("customer:1:EUR", 2), entry("fee:EUR", -most), entry("fee:EUR", -2))
		if _, err := w.Post(w.Context(), two); !errors.Is(err, ledger.ErrRange) {
			w.Error(err)
		}
		w.provesItself()
	})
}

func TestLargeAmountsAtOnceStayWithinWhatABalanceCanHold(t *testing.T) {
	t.Parallel()
	engines(t, func(w *world) {
		var mu sync.Mutex
		passed := 0
		var all sync.WaitGroup
		for i := range 20 {
			all.Go(func() {
				_, err := w.Post(w.Context(), w.transfer(fmt.Sprint("big/", i), entry("fx:EUR", math.MaxInt64/10), entry(fmt.Sprintf("partner:%d:EUR", i), -math.MaxInt64/10)))
				if err != nil && !errors.Is(err, ledger.ErrRange) {
					w.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					passed++
				}
			})
		}
		all.Wait()
		if passed != 5 {
			w.Errorf("%d passed", passed)
		}
		w.provesItself()
	})
}
