package ledger_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"rampa/internal/ledger"
	"rampa/internal/money"
	"rampa/internal/store/book"
	"rampa/internal/storetest"
)

var (
	noon = time.Date(2026, 6, 26, 12, 0, 0, 0, time.UTC)
	eur  = money.Asset{Code: "EUR", Scale: 2}
	usdc = money.Asset{Code: "USDC", Scale: 6}
)

// world is a ledger over a fresh database.
type world struct {
	*testing.T
	storetest.Database
	*ledger.Service
	now time.Time
	n   int
}

func engines(t *testing.T, test func(w *world)) {
	storetest.Engines(t, func(t *testing.T, d storetest.Database) {
		w := &world{T: t, Database: d, now: noon}
		w.Service = ledger.New(ledger.Config{Store: book.New(d.DB), Now: func() time.Time { return w.now }})
		if err := w.Register(t.Context(), []money.Asset{eur, usdc}); err != nil {
			t.Fatal(err)
		}
		test(w)
	})
}

// account reads a code.
func account(code string) ledger.Account {
	a, err := ledger.ParseAccount(code, func(code string) (money.Asset, bool) {
		for _, a := range []money.Asset{eur, usdc} {
			if a.Code == code {
				return a, true
			}
		}
		return money.Asset{}, false
	})
	if err != nil {
		panic(fmt.Sprint(code, ": ", err))
	}
	return a
}

// entry is units on an account.
func entry(code string, units int64) ledger.Entry {
	a := account(code)
	return ledger.Entry{Account: a, Amount: money.New(units, a.Asset)}
}

func (w *world) transfer(key string, entries ...ledger.Entry) ledger.Transfer {
	return ledger.Transfer{Key: key, Kind: "test", Memo: "a test", Entries: entries}
}

// post posts under a new key.
func (w *world) post(entries ...ledger.Entry) ledger.Transfer {
	w.Helper()
	w.n++
	t, err := w.Post(w.Context(), w.transfer(fmt.Sprint("post/", w.n), entries...))
	if err != nil {
		w.Fatal(err)
	}
	return t
}

// holds expects balances as people say them, code and units in turn.
func (w *world) holds(wanted map[string]int64) {
	w.Helper()
	for code, units := range wanted {
		b, err := w.Balance(w.Context(), account(code))
		if err != nil || b.Natural().Units() != units {
			w.Errorf("%s: %v, want %d (%v)", code, b.Natural(), units, err)
		}
	}
}

func (w *world) fold() {
	w.Helper()
	if err := w.Fold(w.Context()); err != nil {
		w.Fatal(err)
	}
}

func TestAPurchaseFromPaymentToCoins(t *testing.T) {
	t.Parallel()
	engines(t, func(w *world) {
		w.post(entry("treasury:polygon:USDC", 1_000_000000), entry("equity:USDC", -1_000_000000))
		w.post(entry("clearing:card:EUR", 150_00), entry("customer:7:EUR", -150_00))
		w.post(entry("customer:7:EUR", 150_00), entry("fee:EUR", -3_75), entry("fx:EUR", -146_25), entry("fx:USDC", 160_000000), entry("customer:7:USDC", -160_000000))
		for _, h := range []ledger.Hold{
			{Key: "h1", Kind: "payout.held", Account: account("customer:7:USDC"), Amount: money.New(160_000000, usdc)},
			{Key: "h2", Kind: "payout.held", Account: account("treasury:polygon:USDC"), Amount: money.New(160_000000, usdc)},
		} {
			if _, err := w.Hold(w.Context(), h); err != nil {
				w.Fatal(err)
			}
		}
		w.fold()
		w.holds(map[string]int64{"customer:7:USDC": 0, "held:7:USDC": 160_000000, "treasury:polygon:USDC": 840_000000, "reserved:polygon:USDC": 160_000000})
		_, err := w.Settle(w.Context(), ledger.Settlement{Key: "s", Kind: "payout.sent", Holds: []ledger.Part{{"h1", money.New(160_000000, usdc)}, {"h2", money.New(160_000000, usdc)}}})
		if err != nil {
			w.Fatal(err)
		}
		w.holds(map[string]int64{"customer:7:USDC": 0, "held:7:USDC": 0, "treasury:polygon:USDC": 840_000000, "reserved:polygon:USDC": 0,
			"customer:7:EUR": 0, "fee:EUR": 3_75, "clearing:card:EUR": 150_00, "fx:EUR": -146_25, "equity:USDC": 1_000_000000})
		if _, err := w.Post(w.Context(), w.transfer("more", entry("customer:7:EUR", 1), entry("fee:EUR", -1))); !errors.Is(err, ledger.ErrFunds) {
			w.Error(err)
		}
	})
}

// amounts compares amounts, and withoutActor transfers as they are read.
var (
	amounts      = cmp.Comparer(func(a, b money.Amount) bool { return a == b })
	withoutActor = cmpopts.IgnoreFields(ledger.Transfer{}, "By")
)
