package ledger_test

import (
	"errors"
	"fmt"
	"slices"
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

// provesItself looks at the tables: every transfer sums to nothing and has its digest, balances are the replay of the
// entries, holds are what their accounts have, and nothing is pending.
func (w *world) provesItself() {
	w.Helper()
	for what, query := range map[string]string{
		"transfers that do not sum to nothing": `SELECT COUNT(*) FROM (SELECT e.transfer_id FROM ledger_entries e JOIN ledger_accounts a ON a.id = e.account_id
			GROUP BY e.transfer_id, a.asset HAVING SUM(e.amount) <> 0) x`,
		"transfers of fewer than two entries": `SELECT COUNT(*) FROM ledger_transfers t WHERE (SELECT COUNT(*) FROM ledger_entries e WHERE e.transfer_id = t.id) < 2`,
		"balances that are not the replay": `SELECT COUNT(*) FROM ledger_accounts a WHERE a.balance + COALESCE((SELECT SUM(p.amount) FROM ledger_pending p WHERE p.account_id = a.id), 0)
			<> COALESCE((SELECT SUM(e.amount) FROM ledger_entries e WHERE e.account_id = a.id), 0)`,
		"twins that are not their holds": `SELECT COUNT(*) FROM ledger_accounts a WHERE a.purpose IN ('held', 'reserved')
			AND ABS(a.balance) <> COALESCE((SELECT SUM(h.amount) FROM ledger_holds h WHERE h.twin_id = a.id AND h.state = 'open'), 0)`,
		"accounts below nothing": `SELECT COUNT(*) FROM ledger_accounts WHERE purpose IN ('customer', 'held', 'refund') AND balance > 0 OR purpose = 'reserved' AND balance < 0`,
		"transfers without an audit entry": `SELECT COUNT(*) FROM ledger_transfers t WHERE
			(SELECT COUNT(*) FROM audit_entries x WHERE x.object = 'transfer' AND x.object_id = t.key AND x.action = 'ledger.posted') <> 1`,
		"entries on no account": `SELECT COUNT(*) FROM ledger_entries e WHERE NOT EXISTS (SELECT 1 FROM ledger_accounts a WHERE a.id = e.account_id)`,
	} {
		var n int
		if err := w.DB.QueryRow(w.Context(), query).Scan(&n); err != nil || n != 0 {
			w.Errorf("%d %s (%v)", n, what, err)
		}
	}
	w.digests()
}

// digests compares the digests that are stored with those of what is read.
func (w *world) digests() {
	w.Helper()
	for after := int64(0); ; {
		all, err := w.Journal(w.Context(), ledger.JournalQuery{After: after, Limit: 1000})
		if err != nil {
			w.Fatal(err)
		}
		if len(all) == 0 {
			return
		}
		for _, t := range all {
			var stored []byte
			if err := w.DB.QueryRow(w.Context(), `SELECT digest FROM ledger_transfers WHERE id = $1`, t.ID).Scan(&stored); err != nil || !slices.Equal(stored, ledger.Digest(t)) {
				w.Fatalf("the digest of %s is %x (%v)", t.Key, stored, err)
			}
		}
		after = all[len(all)-1].ID
	}
}
