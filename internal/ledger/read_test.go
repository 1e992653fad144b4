package ledger_test

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"rampa/internal/cursor"
	"rampa/internal/db"
	"rampa/internal/ledger"
	"rampa/internal/money"
	"rampa/internal/store/book"
)

func TestTheScaleOfAnAssetCannotChangeOnceItIsUsed(t *testing.T) {
	t.Parallel()
	engines(t, func(w *world) {
		register := func(assets ...money.Asset) error { return w.Register(w.Context(), assets) }
		finer := money.Asset{Code: "EUR", Scale: 4}
		if err := register(finer, usdc); err != nil { // no account is in it
			w.Error(err)
		}
		if err := register(eur); err != nil {
			w.Error(err)
		}
		w.post(entry("bank:main:EUR", 5), entry("equity:EUR", -5))
		w.post(entry("equity:EUR", 5), entry("bank:main:EUR", -5)) // used, even if nothing is left
		btc := money.Asset{Code: "BTC", Scale: 8}
		err := register(btc, finer)
		if !errors.Is(err, ledger.ErrScale) || !strings.Contains(err.Error(), "EUR with 2 decimals, so it cannot have 4") {
			w.Error(err)
		}
		if _, err := w.DB.Exec(w.Context(), `UPDATE assets SET scale = 4 WHERE code = 'EUR'`); err == nil {
			w.Error("the database lets the scale change")
		}
		if err := register(eur, usdc, btc); err != nil {
			w.Error(err)
		}
		for _, wrong := range []money.Asset{{}, {Code: "eur", Scale: 2}, {Code: "EUR:X", Scale: 2}, {Code: "X", Scale: 13}, {Code: "X", Scale: -1}, {Code: "ABCDEFGHIJKLM"}} {
			if err := register(wrong); !errors.Is(err, ledger.ErrAsset) {
				w.Errorf("%+v: %v", wrong, err)
			}
		}
		got, err := w.Assets(w.Context())
		if diff := cmp.Diff([]money.Asset{btc, eur, usdc}, got); err != nil || diff != "" {
			w.Errorf("%v\n%s", err, diff)
		}
		if _, err := w.Balance(w.Context(), ledger.Account{Purpose: ledger.Bank, Detail: "main", Asset: finer}); !errors.Is(err, ledger.ErrScale) {
			w.Error(err)
		}
	})
}

func TestFoldingChangesNoBalance(t *testing.T) {
	t.Parallel()
	engines(t, func(w *world) {
		for i := range 30 {
			w.post(entry("clearing:card:EUR", int64(i+1)), entry("fee:EUR", -1), entry("suspense:EUR", -int64(i)-1), entry("fee:EUR", 1))
		}
		want := map[string]int64{"clearing:card:EUR": 465, "fee:EUR": 0, "suspense:EUR": 465}
		w.holds(want)
		if n := w.count("ledger_pending"); n != 120 {
			w.Errorf("%d rows are pending", n)
		}
		for range 2 {
			w.fold()
			w.holds(want)
		}
		if n := w.count("ledger_pending"); n != 0 {
			w.Errorf("%d rows are pending", n)
		}
		w.provesItself()
	})
}

func TestHistoryIsReadInPagesTheNewestFirst(t *testing.T) {
	t.Parallel()
	engines(t, func(w *world) {
		var want []string
		for i := range 7 {
			w.now = noon.Add(time.Duration(i) * time.Hour)
			t := w.post(entry("clearing:card:EUR", 2), entry("customer:1:EUR", -1), entry("customer:1:EUR", -1))
			want = append([]string{fmt.Sprintf("%s 2 %s -1", t.Key, t.At.Format(time.RFC3339)), fmt.Sprintf("%s 1 %s -1", t.Key, t.At.Format(time.RFC3339))}, want...)
			w.deposit("customer:2:EUR", 1)
		}
		var got []string
		page := ledger.Page{Limit: 3}
		for pages := 0; ; pages++ {
			lines, next, err := w.History(w.Context(), account("customer:1:EUR"), page)
			if err != nil || len(lines) > 3 || pages > 5 {
				w.Fatal(pages, lines, err)
			}
			for _, l := range lines {
				got = append(got, fmt.Sprintf("%s %d %s %d", l.Transfer.Key, l.Number, l.Transfer.At.Format(time.RFC3339), l.Amount.Units()))
			}
			if page.Cursor = next; next == "" {
				break
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			w.Error(diff)
		}
		if lines, next, err := w.History(w.Context(), account("customer:3:EUR"), page); err != nil || next != "" || len(lines) != 0 {
			w.Error(lines, next, err)
		}
		if _, _, err := w.History(w.Context(), account("fee:EUR"), ledger.Page{Cursor: "x"}); !errors.Is(err, cursor.ErrInvalid) {
			w.Error(err)
		}
		if _, _, err := w.History(w.Context(), ledger.Account{}, page); !errors.Is(err, ledger.ErrAccount) {
			w.Error(err)
		}
	})
}

func TestAccountsAndTheJournalAreReadInPages(t *testing.T) {
	t.Parallel()
	engines(t, func(w *world) {
		for i := range 5 {
			w.now = noon.Add(time.Duration(i) * time.Hour)
			w.deposit(fmt.Sprintf("customer:%d:EUR", i), 1)
		}
		w.now = noon.Add(5 * time.Hour)
		of := w.post(entry("bank:main:USDC", 5), entry("equity:USDC", -5))
		if _, err := w.Reverse(w.Context(), ledger.Reversal{Key: "r", Of: of.Key}); err != nil {
			w.Fatal(err)
		}
		list := func(q ledger.AccountQuery) (codes []string) {
			for p := (ledger.Page{Limit: 2}); ; {
				page, next, err := w.Accounts(w.Context(), q, p)
				if err != nil || len(page) > 2 {
					w.Fatal(page, err)
				}
				for _, b := range page {
					codes = append(codes, fmt.Sprint(b.Account.Code(), "=", b.Natural().Units()))
				}
				if p.Cursor = next; next == "" {
					return codes
				}
			}
		}
		for _, c := range []struct {
			q    ledger.AccountQuery
			want []string
		}{
			{ledger.AccountQuery{Purpose: ledger.Customer}, []string{"customer:0:EUR=1", "customer:1:EUR=1", "customer:2:EUR=1", "customer:3:EUR=1", "customer:4:EUR=1"}},
			{ledger.AccountQuery{Purpose: ledger.Customer, Detail: "3"}, []string{"customer:3:EUR=1"}},
			{ledger.AccountQuery{Asset: "USDC"}, []string{"bank:main:USDC=0", "equity:USDC=0"}},
			{ledger.AccountQuery{Purpose: "profit"}, nil},
		} {
			if diff := cmp.Diff(c.want, list(c.q)); diff != "" {
				w.Errorf("%+v:\n%s", c.q, diff)
			}
		}
		if n := len(list(ledger.AccountQuery{})); n != 8 {
			w.Errorf("%d accounts", n)
		}
		journal := func(q ledger.JournalQuery) (keys []string) {
			for q.Limit = 2; ; {
				page, err := w.Journal(w.Context(), q)
				if err != nil {
					w.Fatal(err)
				}
				for _, t := range page {
					keys = append(keys, fmt.Sprint(t.Key, " ", len(t.Entries), " ", t.Reverses))
					q.After = t.ID
				}
				if len(page) == 0 {
					return keys
				}
			}
		}
		if diff := cmp.Diff([]string{"post/1 2 ", "post/2 2 ", "post/3 2 ", "post/4 2 ", "post/5 2 ", "post/6 2 ", "r 2 post/6"}, journal(ledger.JournalQuery{})); diff != "" {
			w.Error(diff)
		}
		if diff := cmp.Diff([]string{"post/2 2 ", "post/3 2 "}, journal(ledger.JournalQuery{From: noon.Add(time.Hour), To: noon.Add(3 * time.Hour)})); diff != "" {
			w.Error(diff)
		}
	})
}

// What a transfer costs is what it costs the database.
func TestATransferTakesFewStatements(t *testing.T) {
	t.Parallel()
	engines(t, func(w *world) {
		metrics := prometheus.NewRegistry()
		d, err := db.Open(w.Context(), db.Options{Source: w.Source, Metrics: metrics})
		if err != nil {
			w.Fatal(err)
		}
		defer d.Close()
		w.Service = ledger.New(ledger.Config{Store: book.New(d), Now: w.Now})
		purchase := []ledger.Entry{entry("customer:1:EUR", 100), entry("fee:EUR", -3), entry("fx:EUR", -97), entry("fx:USDC", 90), entry("customer:1:USDC", -90)}
		w.deposit("customer:1:EUR", 1000)
		w.post(purchase...)
		w.fold()
		// Begin and commit on PostgreSQL and the savepoint's two on SQLite are not the ledger's.
		for what, c := range map[string]struct {
			do   func()
			most int
		}{
			"one guarded account":  {func() { w.deposit("customer:1:EUR", 5) }, 5},
			"two guarded accounts": {func() { w.post(purchase...) }, 6},
		} {
			before := statements(w, metrics)
			c.do()
			if n := statements(w, metrics) - before - 2; n > c.most {
				w.Errorf("%s: %d statements", what, n)
			}
		}
	})
}

func statements(w *world, from *prometheus.Registry) (n int) {
	w.Helper()
	families, err := from.Gather()
	if err != nil {
		w.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() == "rampa_db_statements_total" {
			n = int(f.GetMetric()[0].GetCounter().GetValue())
		}
	}
	return n
}

var changesHistory = regexp.MustCompile(`(?i)(UPDATE|DELETE\s+FROM)\s+(assets|ledger_transfers|ledger_entries)\b[^` + "`" + `]*`)

// The book is only added to. A transfer that was refused is the one exception: it never had entries.
func TestNoStatementChangesTheBook(t *testing.T) {
	t.Parallel()
	found := 0
	err := filepath.WalkDir("../store", func(path string, _ os.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".go" {
			return err
		}
		text, err := os.ReadFile(path)
		for _, statement := range changesHistory.FindAllString(string(text), -1) {
			found++
			if !strings.Contains(statement, "NOT EXISTS (SELECT 1 FROM ledger_entries e WHERE e.transfer_id = $1)") {
				t.Errorf("%s: %s", path, statement)
			}
		}
		return err
	})
	if err != nil || found != 1 {
		t.Error(found, err)
	}
}

func TestAFoldThatCannotBeAddedUpLosesNothing(t *testing.T) {
	t.Parallel()
	engines(t, func(w *world) {
		w.post(entry("fx:EUR", 1), entry("fx:2:EUR", -1))
		w.fold()
		for _, units := range []int64{math.MaxInt64, math.MaxInt64} {
			if _, err := w.DB.Exec(w.Context(), `INSERT INTO ledger_pending (account_id, amount) SELECT id, $1 FROM ledger_accounts WHERE code = 'fx:EUR'`, units); err != nil {
				w.Fatal(err)
			}
			if err := w.Fold(w.Context()); err == nil {
				w.Error("it was added up")
			}
		}
		if n := w.count("ledger_pending"); n != 2 {
			w.Errorf("%d rows are pending", n)
		}
	})
}
