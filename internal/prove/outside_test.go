package prove_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"rampa/internal/ledger"
	"rampa/internal/money"
	"rampa/internal/prove"
)

func TestMoreOnAChainThanTheLedgerSaysOnlyWarns(t *testing.T) {
	t.Parallel()
	engines(t, func(h *house) {
		h.business()
		h.coins.move("", 12)
		c := h.check(h.run(), "treasury")
		if c.Status != prove.Warning || c.Found != 1 || c.Findings[0].Text != "polygon:USDC has 0.000012 USDC more than the ledger says" {
			h.Errorf("%+v", c)
		}
		h.frozen(false)
	})
}

func TestAChainThatCannotBeAskedOnlyWarns(t *testing.T) {
	t.Parallel()
	engines(t, func(h *house) {
		h.business()
		h.coins.err = errors.New("the node is down")
		if c := h.check(h.run(), "treasury"); c.Status != prove.Warning || !strings.Contains(c.Findings[0].Text, "the node is down") {
			h.Errorf("%+v", c)
		}
		h.frozen(false)
	})
}

func TestCoinsOfWhichTheChainKnowsNothingAreShort(t *testing.T) {
	t.Parallel()
	engines(t, func(h *house) {
		h.business()
		h.must(h.post("ethereum/1", "treasury.funded", ledger.Entry{Account: account(ledger.Treasury, "ethereum", usdc), Amount: money.New(1, usdc)},
			ledger.Entry{Account: account(ledger.Equity, "", usdc), Amount: money.New(-1, usdc)}))
		if c := h.check(h.run("treasury"), "treasury"); c.Findings[0].Off != "-0.000001 USDC" || c.Findings[0].Subject != "ethereum:USDC" {
			h.Errorf("%+v", c)
		}
	})
}

// payments is one page of payments after the other.
type payments struct {
	pages [][]prove.Expected
	owed  []money.Amount
}

func (p *payments) States(_ context.Context, after string) ([]prove.Expected, string, error) {
	n := len(after)
	if n+1 < len(p.pages) {
		return p.pages[n], after + "x", nil
	}
	return p.pages[n], "", nil
}

func (p *payments) Owed(context.Context) ([]money.Amount, error) { return p.owed, nil }

func TestEveryStateOfAPaymentHasItsEntries(t *testing.T) {
	t.Parallel()
	paid := prove.Expected{Subject: "payment 2, sent", Key: "received/2/sent", Account: "reserved:polygon:USDC", Amount: money.New(-98_000_000, usdc)}
	open := prove.Expected{Subject: "payment 6, held", Key: "received/6/sent", Absent: true}
	any := prove.Expected{Subject: "payment 3, paid", Key: "received/3"}
	right := []money.Amount{money.New(102_74, eur), money.New(310_130_000, usdc)}
	with := func(e prove.Expected, change func(*prove.Expected)) prove.Expected { change(&e); return e }
	for name, c := range map[string]struct {
		payments
		failed string
		text   string
	}{
		"all is there": {payments: payments{[][]prove.Expected{{paid, open}, {any}, {}}, right}},
		"a transfer is missing": {payments{[][]prove.Expected{{open}, {with(any, func(e *prove.Expected) { e.Key = "received/9" })}}, right},
			"payments", "payment 3, paid: transfer received/9 is missing"},
		"a transfer is there too soon": {payments{[][]prove.Expected{{with(open, func(e *prove.Expected) { e.Key = "received/2/sent" })}}, right},
			"payments", "payment 6, held: transfer received/2/sent must not be there"},
		"another amount": {payments{[][]prove.Expected{{with(paid, func(e *prove.Expected) { e.Amount = money.New(-1, usdc) })}}, right},
			"payments", "payment 2, sent: transfer received/2/sent moves -98.000000 USDC on reserved:polygon:USDC, not -0.000001 USDC"},
		"another account": {payments{[][]prove.Expected{{with(paid, func(e *prove.Expected) { e.Account = "fee:USDC" })}}, right}, "payments", "moves 0.000000 USDC on fee:USDC"},
		"customers are owed more": {payments{[][]prove.Expected{{paid}}, []money.Amount{money.New(102_74, eur), money.New(310_130_001, usdc)}},
			"payments", "off by -0.000001 USDC"},
		"customers are owed what nobody says": {payments{[][]prove.Expected{{}}, right[1:]}, "payments", "off by 102.74 EUR"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			engines(t, func(h *house) {
				h.business()
				h.books.Payments = &c.payments
				check := h.check(h.run(strings.Fields(c.failed)...), "payments")
				if c.failed == "" && (check.Status != prove.OK || !strings.HasPrefix(check.Summary, "3 postings")) {
					h.Errorf("%+v", check)
				}
				if c.failed != "" && !strings.Contains(check.Findings[0].Text, c.text) {
					h.Errorf("%+v", check.Findings)
				}
			})
		})
	}
}

func TestAReversalThatTakesSomethingElseBackIsFound(t *testing.T) {
	t.Parallel()
	engines(t, func(h *house) {
		h.business()
		h.attack(`UPDATE ledger_transfers SET reverses = ` + bought + ` WHERE key = 'reversal/1'`)
		h.run("transfers", "digests", "audit_entries")
		h.attack(`UPDATE ledger_transfers SET reverses = 4711 WHERE key = 'reversal/1'`)
		if c := h.check(h.run("transfers", "digests", "audit_entries"), "transfers"); c.Findings[0].Text != "transfer reversal/1 takes back number 4711, which does not exist" {
			h.Errorf("%+v", c)
		}
	})
}
