package prove_test

import (
	"context"
	"encoding/hex"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"rampa/internal/db"
	"rampa/internal/ledger"
	"rampa/internal/money"
	"rampa/internal/storetest"
)

// bulk fills the book by plain SQL: n transfers of four entries, of as many customers as accounts says; each sets
// something aside.
func (h *house) bulk(n, accounts int) {
	h.Helper()
	var rows rowsOf
	id := map[string]int64{"bank:main:EUR": 1, "fee:EUR": 2}
	rows.add("ledger_accounts (id, code, purpose, detail, asset, scale, balance, created_at)", `1, 'bank:main:EUR', 'bank', 'main', 'EUR', 2, %d, 1`, 300*n)
	rows.add("ledger_accounts (id, code, purpose, detail, asset, scale, balance, created_at)", `2, 'fee:EUR', 'fee', '', 'EUR', 2, %d, 1`, -100*n)
	for i := range accounts {
		of := (n - i + accounts - 1) / accounts // transfers of this customer
		for j, purpose := range []string{"customer", "held"} {
			code := fmt.Sprintf("%s:%d:EUR", purpose, i)
			id[code] = int64(3 + 2*i + j)
			rows.add("ledger_accounts (id, code, purpose, detail, asset, scale, balance, created_at)", `%d, '%s', '%s', '%d', 'EUR', 2, %d, 1`, id[code], code, purpose, i, []int{-100 * of, -100 * of}[j])
		}
	}
	for i := range n {
		customer := fmt.Sprint(i % accounts)
		t := ledger.Transfer{Key: fmt.Sprintf("bulk/%07d", i), Kind: "bulk", At: noon, Entries: []ledger.Entry{
			{Account: account(ledger.Bank, "main", eur), Amount: money.New(300, eur)}, {Account: account(ledger.Fee, "", eur), Amount: money.New(-100, eur)},
			{Account: account(ledger.Customer, customer, eur), Amount: money.New(-100, eur)}, {Account: account(ledger.Held, customer, eur), Amount: money.New(-100, eur)}}}
		digest := ledger.Digest(t)
		rows.add("ledger_transfers (id, key, kind, memo, digest, at)", `%d, '%s', 'bulk', '', %s, %d`, i+1, t.Key, h.bytes(digest), noon.UnixMicro())
		for line, e := range t.Entries {
			rows.add("ledger_entries (transfer_id, line, account_id, amount)", `%d, %d, %d, %d`, i+1, line, id[e.Account.Code()], e.Amount.Units())
		}
		rows.add("ledger_holds (key, account_id, twin_id, amount, state, opened_by, opened_at)", `'%s', %d, %d, 100, 'open', %d, 1`, t.Key, id["customer:"+customer+":EUR"], id["held:"+customer+":EUR"], i+1)
		rows.add("audit_entries (at, integration_id, actor_kind, actor_id, actor_address, action, object, object_id, detail, request_id)",
			`1, 0, 'system', 'ledger', '', 'ledger.posted', 'transfer', '%s', '{"digest":"%s"}', ''`, t.Key, hex.EncodeToString(digest))
	}
	for _, statement := range rows.statements() {
		h.must(h.DB.InTx(h.Context(), func(ctx context.Context, tx db.Tx) error {
			_, err := tx.Exec(ctx, statement)
			return err
		}))
	}
	h.seal()
}

// rowsOf collects rows by table.
type rowsOf struct {
	tables []string
	rows   map[string][]string
}

func (r *rowsOf) add(table, format string, args ...any) {
	if r.rows == nil {
		r.rows = map[string][]string{}
	}
	if r.rows[table] == nil {
		r.tables = append(r.tables, table)
	}
	r.rows[table] = append(r.rows[table], "("+fmt.Sprintf(format, args...)+")")
}

func (r *rowsOf) statements() (all []string) {
	for _, table := range r.tables {
		for rows := r.rows[table]; len(rows) > 0; {
			some := rows[:min(len(rows), 5_000)]
			rows = rows[len(some):]
			all = append(all, "INSERT INTO "+table+" VALUES "+strings.Join(some, ", "))
		}
	}
	return all
}

// alone takes away what bulk does not fill.
func (h *house) alone() {
	h.books.Bank, h.books.Treasury = nil, nil
}

func TestBooksOfManyPagesAreProved(t *testing.T) {
	t.Parallel()
	engines(t, func(h *house) {
		h.alone()
		h.bulk(2_300, 1_150)
		r := h.run()
		if r.Transfers != 2_300 || r.Entries != 9_200 || r.Accounts != 2_302 {
			h.Errorf("%d transfers, %d entries, %d accounts", r.Transfers, r.Entries, r.Accounts)
		}
		h.attack(`UPDATE ledger_transfers SET memo = 'edited' WHERE key IN ('bulk/0000999', 'bulk/0001000', 'bulk/0002299')`)
		if c := h.check(h.run("digests", "audit_entries"), "digests"); c.Found != 3 {
			h.Errorf("%+v", c)
		}
		h.attack(`UPDATE ledger_transfers SET memo = ''`, `UPDATE ledger_accounts SET balance = 0 WHERE id > 1500`)
		if c := h.check(h.run("balances", "trial_balance", "holds"), "balances"); c.Found != 802 || len(c.Findings) != 20 {
			h.Errorf("%d found, %d kept", c.Found, len(c.Findings))
		}
	})
}

// What a run holds in memory must not grow with the book. It runs before the parallel tests, which would be in its heap.
func TestMemoryStaysFlat(t *testing.T) {
	h := open(t, storetest.Open(t, "sqlite", t.TempDir()+"/rampa.db"))
	h.alone()
	h.bulk(bulkTransfers, 500)
	live := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before, most := live(), uint64(0)
	r, err := h.books.RunWatched(h.Context(), func(int64, int64) { most = max(most, live()) })
	if h.must(err); !r.OK() {
		t.Errorf("%+v", r.Failures())
	}
	t.Logf("%d entries, %d KiB live before, %d KiB at most", r.Entries, before>>10, most>>10)
	if most > before+6<<20 {
		t.Errorf("%d bytes live before, %d within", before, most)
	}
}

const bulkTransfers = 10_000
