package prove_test

import (
	"fmt"
	"strings"
	"testing"

	"rampa/internal/prove"
	"rampa/internal/storetest"
)

// Rows of the business: a payment of customer 100001 that was sent.
const (
	bought   = `(SELECT id FROM ledger_transfers WHERE key = 'received/2/bought')`
	fund     = `(SELECT id FROM ledger_transfers WHERE key = 'fund/1')`
	sent     = `(SELECT id FROM ledger_transfers WHERE key = 'received/2/sent')`
	received = `(SELECT id FROM ledger_transfers WHERE key = 'received/2')`
	fee      = `(SELECT id FROM ledger_accounts WHERE code = 'fee:EUR')`
	fx       = `(SELECT id FROM ledger_accounts WHERE code = 'fx:EUR')`
	ana      = `(SELECT id FROM ledger_accounts WHERE code = 'customer:100001:EUR')`
	ben      = `(SELECT id FROM ledger_accounts WHERE code = 'customer:100002:EUR')`
)

// erase removes a transfer as if it had never been.
func erase(id string) []string {
	return []string{
		`UPDATE ledger_accounts SET balance = balance - (SELECT SUM(amount) FROM ledger_entries e WHERE e.account_id = ledger_accounts.id AND e.transfer_id = ` + id + `)
			WHERE id IN (SELECT account_id FROM ledger_entries WHERE transfer_id = ` + id + `)`,
		`DELETE FROM ledger_entries WHERE transfer_id = ` + id,
		`DELETE FROM ledger_transfers WHERE id = ` + id,
	}
}

func TestEveryCorruptionIsFoundAndFreezesPayouts(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		sql    []string
		world  func(h *house)
		failed string
		text   string // of a finding
	}{
		"missing entry": {sql: []string{`DELETE FROM ledger_entries WHERE line = 1 AND transfer_id = ` + bought},
			failed: "trial_balance transfers digests audit_entries balances", text: "line 1 of transfer received/2/bought is missing"},
		"last entry missing": {sql: []string{`DELETE FROM ledger_entries WHERE line = 1 AND transfer_id = ` + received},
			failed: "trial_balance transfers digests audit_entries balances", text: "transfer received/2 has 1 entry"},
		"doubled entry": {sql: []string{`INSERT INTO ledger_entries (transfer_id, line, account_id, amount) SELECT transfer_id, 5, account_id, amount FROM ledger_entries WHERE line = 1 AND transfer_id = ` + bought},
			failed: "trial_balance transfers digests audit_entries balances", text: "transfer received/2/bought does not sum to zero: -2.00 EUR is left"},
		"doubled transfer": {sql: []string{`INSERT INTO ledger_transfers (key, kind, memo, digest, at) SELECT 'received/2/again', kind, memo, digest, at FROM ledger_transfers WHERE key = 'received/2'`,
			`INSERT INTO ledger_entries (transfer_id, line, account_id, amount) SELECT (SELECT id FROM ledger_transfers WHERE key = 'received/2/again'), line, account_id, amount FROM ledger_entries WHERE transfer_id = ` + received},
			failed: "digests audit_entries balances", text: "transfer received/2/again has no audit entry"},
		"100× amount": {sql: []string{`UPDATE ledger_entries SET amount = amount * 100 WHERE line = 1 AND transfer_id = ` + bought},
			failed: "trial_balance transfers digests audit_entries balances", text: "transfer received/2/bought does not sum to zero: -198.00 EUR is left"},
		"100× amount on both sides": {sql: []string{`UPDATE ledger_entries SET amount = amount * 100 WHERE transfer_id = ` + received},
			failed: "digests audit_entries balances bank", text: "transfer received/2 moves 10000.00 EUR on bank:main:EUR, not 100.00 EUR"},
		"edited row": {sql: []string{`UPDATE ledger_transfers SET memo = 'something else' WHERE key = 'received/2'`},
			failed: "digests audit_entries", text: "transfer received/2 is not what was posted: its digest is another"},
		"edited instant":      {sql: []string{`UPDATE ledger_transfers SET at = at - 1 WHERE key = 'received/2'`}, failed: "digests audit_entries"},
		"edited kind":         {sql: []string{`UPDATE ledger_transfers SET kind = 'gift' WHERE key = 'received/2'`}, failed: "digests audit_entries"},
		"edited key":          {sql: []string{`UPDATE ledger_transfers SET key = 'received/0' WHERE key = 'received/2'`}, failed: "digests audit_entries bank"},
		"edited balance":      {sql: []string{`UPDATE ledger_accounts SET balance = balance - 100 WHERE code = 'customer:100001:EUR'`}, failed: "trial_balance balances", text: "customer:100001:EUR says -1.00 EUR, its entries (4) make 0.00 EUR, off by -1.00 EUR"},
		"balance taken":       {sql: []string{`UPDATE ledger_accounts SET balance = balance + 100 WHERE code = 'customer:100001:EUR'`}, failed: "trial_balance balances guards", text: "customer:100001:EUR is below nothing: -1.00 EUR"},
		"balances moved":      {sql: []string{`UPDATE ledger_accounts SET balance = balance - 100 WHERE id = ` + ana, `UPDATE ledger_accounts SET balance = balance + 100 WHERE code = 'fee:EUR'`}, failed: "balances"},
		"pending row deleted": {sql: []string{`DELETE FROM ledger_pending WHERE id = (SELECT MAX(id) FROM ledger_pending WHERE account_id = ` + fee + `)`}, failed: "trial_balance balances"},
		"pending row of nobody": {sql: []string{`INSERT INTO ledger_pending (account_id, amount) VALUES (4711, 1)`},
			failed: "transfers", text: "an amount waits for an account number 4711 that does not exist"},
		"deleted row": {sql: []string{`DELETE FROM ledger_transfers WHERE key = 'received/2/bought'`},
			failed: "transfers audit_entries history", text: "there are 28 transfers, and there were 29: some were removed"},
		"deleted with its entries and effect": {sql: erase(fund), failed: "audit_entries history", text: "transfer fund/1 is gone: only its audit entry is left"},
		"deleted with its audit entry": {sql: append(erase(fund), `DELETE FROM audit_entries WHERE object_id = 'fund/1'`),
			failed: "history audit_chain", text: "it closed over 29 entries and 28 are there"},
		"entries moved to another customer": {sql: []string{`UPDATE ledger_entries SET account_id = ` + ben + ` WHERE account_id = ` + ana + ` AND transfer_id = ` + received,
			`UPDATE ledger_accounts SET balance = balance + 10000 WHERE id = ` + ana, `UPDATE ledger_accounts SET balance = balance - 10000 WHERE id = ` + ben},
			failed: "digests audit_entries guards", text: "transfer received/2 is not what was posted"},
		"accounts that change names": {sql: []string{`UPDATE ledger_accounts SET code = 'x' WHERE id = ` + ana,
			`UPDATE ledger_accounts SET code = 'customer:100001:EUR', detail = '100001' WHERE id = ` + ben, `UPDATE ledger_accounts SET code = 'customer:100002:EUR', detail = '100002' WHERE code = 'x'`},
			failed: "digests audit_entries"},
		"an account that is called another": {sql: []string{`UPDATE ledger_accounts SET detail = '100009' WHERE id = ` + ana}, failed: "balances", text: "account customer:100001:EUR is not what it is called: customer:100009:EUR"},
		"deleted account":                   {sql: []string{`DELETE FROM ledger_accounts WHERE id = ` + ana}, failed: "transfers digests audit_entries", text: "line 1 of transfer received/2 is on no account"},
		"an edit that keeps the sums": {sql: []string{`UPDATE ledger_entries SET amount = amount - 100 WHERE account_id = ` + fee + ` AND transfer_id = ` + bought,
			`UPDATE ledger_entries SET amount = amount + 100 WHERE account_id = ` + fx + ` AND transfer_id = ` + bought,
			`INSERT INTO ledger_pending (account_id, amount) VALUES (` + fee + `, -100), (` + fx + `, 100)`}, failed: "digests audit_entries"},
		"wrong scale": {sql: []string{`UPDATE ledger_accounts SET scale = 2 WHERE asset = 'USDC'`, `UPDATE assets SET scale = 2 WHERE code = 'USDC'`},
			failed: "digests audit_entries scales treasury", text: "USDC is kept with 2 decimals and counted with 6"},
		"wrong scale of an account": {sql: []string{`UPDATE ledger_accounts SET scale = 2 WHERE code = 'fee:EUR'`, `UPDATE ledger_accounts SET scale = 3 WHERE code = 'fx:EUR'`},
			failed: "trial_balance transfers digests audit_entries scales", text: "fx:EUR counts EUR with 3 decimals, which the ledger does not"},
		"hold reopened":     {sql: []string{`UPDATE ledger_holds SET state = 'open', settled = 0, closed_by = NULL WHERE key = 'received/2/owed'`}, failed: "holds liabilities"},
		"hold freed":        {sql: []string{`UPDATE ledger_holds SET state = 'released' WHERE key = 'received/6/reserved'`}, failed: "holds", text: "hold received/6/reserved is released, and no transfer did that"},
		"hold deleted":      {sql: []string{`DELETE FROM ledger_holds WHERE key = 'received/6/owed'`}, failed: "holds liabilities"},
		"hold made larger":  {sql: []string{`UPDATE ledger_holds SET amount = amount + 1 WHERE key = 'received/6/reserved'`}, failed: "holds", text: "hold received/6/reserved is not what its transfer set aside on reserved:polygon:USDC"},
		"settled otherwise": {sql: []string{`UPDATE ledger_holds SET settled = settled - 1 WHERE key = 'received/2/reserved'`}, failed: "holds"},
		"audit row deleted": {sql: []string{`DELETE FROM audit_entries WHERE object_id = 'received/2'`},
			failed: "audit_entries audit_chain", text: "transfer received/2 has no audit entry"},
		"audit row edited": {sql: []string{`UPDATE audit_entries SET detail = '{}' WHERE object_id = 'received/2'`}, failed: "audit_entries audit_chain"},
		"audit row doubled": {sql: []string{`INSERT INTO audit_entries (at, integration_id, actor_kind, actor_id, actor_address, action, object, object_id, detail, request_id)
			SELECT at, integration_id, actor_kind, actor_id, actor_address, action, object, object_id, detail, request_id FROM audit_entries WHERE object_id = 'received/2'`},
			failed: "audit_entries", text: "transfer received/2 has 2 audit entries"},
		"end cut off": {sql: append(erase(sent), `DELETE FROM audit_entries WHERE object = 'transfer' OR object = 'proof'`, `DELETE FROM audit_batches`),
			failed: "audit_entries history holds liabilities audit_chain", text: "the audit chain does not hold the checkpoint"},
		"chain short":           {world: func(h *house) { h.coins.move("", -1) }, failed: "treasury", text: "polygon:USDC is short: the ledger says 4802.650000 USDC, 0.000001 USDC of it is not there"},
		"bank line missing":     {sql: []string{`DELETE FROM statement_lines WHERE key = 'received/2'`}, failed: "bank", text: "main:EUR is short: the ledger says 620.55 EUR, 100.00 EUR of it is not there"},
		"bank line not booked":  {sql: []string{`INSERT INTO statement_lines (key, units) VALUES ('fee/1', -25)`}, failed: "bank", text: "statement line fee/1: transfer fee/1 is missing"},
		"bank lines that level": {sql: []string{`INSERT INTO statement_lines (key, units) VALUES ('in/1', 25), ('out/1', -25)`}, failed: "bank"},
		"bank short":            {world: func(h *house) { h.bank.short = 1 }, failed: "bank"},
		"bank with more":        {world: func(h *house) { h.bank.short = -1 }, failed: "bank", text: "main:EUR has 0.01 EUR more than the ledger says: something is not booked"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			engines(t, func(h *house) {
				h.business()
				h.run()
				h.seal()
				if h.wait(1); c.world != nil {
					c.world(h)
				}
				h.attack(c.sql...)
				r := h.run(strings.Fields(c.failed)...)
				found := false
				for _, check := range r.Failures() {
					for _, f := range check.Findings {
						found = found || strings.Contains(f.Text, c.text)
					}
				}
				if !found {
					h.Errorf("%q is not in %+v", c.text, r.Failures())
				}
				freeze, frozen, err := h.books.Frozen(h.Context())
				if h.must(err); !frozen || !r.Froze || freeze.ProofID != r.ID || freeze.By != "prove" {
					h.Errorf("frozen %v by %+v, report %d", frozen, freeze, r.ID)
				}
				for _, check := range r.Failures() {
					if !strings.Contains(freeze.Reason, strings.ReplaceAll(check.Name, "_", " ")) {
						h.Errorf("%s is not in the reason: %s", check.Name, freeze.Reason)
					}
				}
			})
		})
	}
}

func TestADigestThatAnAttackerComputesAgainIsStillNotTheOneInTheAuditLog(t *testing.T) {
	t.Parallel()
	engines(t, func(h *house) {
		h.business()
		h.attack(`UPDATE ledger_transfers SET memo = 'forged' WHERE key = 'received/2'`)
		digest := h.digest("received/2")
		h.attack(fmt.Sprintf(`UPDATE ledger_transfers SET digest = %s WHERE key = 'received/2'`, h.bytes(digest)))
		h.run("audit_entries")
		h.attack(fmt.Sprintf(`UPDATE audit_entries SET detail = '{"digest":"%x"}' WHERE object_id = 'received/2'`, digest))
		h.run("audit_chain")
	})
}

// A row that cannot be read as what it must be is not an outage.
func TestWhatCannotBeReadIsAViolation(t *testing.T) {
	t.Parallel()
	d := storetest.Open(t, "sqlite", t.TempDir()+"/rampa.db") // the other engine keeps texts out of columns of numbers itself
	h := open(t, d)
	h.business()
	h.attack(`UPDATE ledger_entries SET amount = 'much' WHERE line = 0 AND transfer_id = ` + bought)
	if c := h.check(h.run("books"), "books"); c.Status != prove.Failed {
		t.Errorf("%+v", c)
	}
}
