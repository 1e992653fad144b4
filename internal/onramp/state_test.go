package onramp

import (
	"os"
	"strings"
	"testing"
)

// TestEveryStatusTakesTheseEventsAndNoOthers is the whole table, the refused ones included.
func TestEveryStatusTakesTheseEventsAndNoOthers(t *testing.T) {
	t.Parallel()
	want := map[Status]map[Event]Status{
		Started:         {Announced: PendingBank, PaidUp: PaymentReceived, Refused: Rejected, Lapsed: Expired, GaveBack: Refunded},
		PendingBank:     {PaidUp: PaymentReceived, Refused: Rejected, Lapsed: Expired, GaveBack: Refunded},
		PaymentReceived: {Delivered: CoinsSent, GaveBack: Refunded},
		CoinsSent:       {Undone: PaymentReceived, GaveBack: Refunded},
		Rejected:        {PaidUp: PaymentReceived, GaveBack: Refunded},
		Expired:         {PaidUp: PaymentReceived, GaveBack: Refunded},
	}
	for _, from := range Statuses {
		for _, e := range Events {
			to, err := next(from, e)
			if goal, allowed := want[from][e]; allowed != (err == nil) || allowed && to != goal || !allowed && to != from {
				t.Errorf("%s in %s leads to %s (%v), want %s", e, from, to, err, want[from][e])
			}
		}
	}
}

func TestANameIsAnothersOnlyWhereNothingFits(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		holder, name string
		another      bool
	}{
		{"ANA VALID", "Ana Valid", false}, {"VALID ANA MARIA", "Ana Valid", false}, {"GARCÍA PÉREZ JOSÉ", "Jose Garcia", false}, {"MR J GONZALE", "Juan González", false},
		{"Pedro Gomez", "Ana Valid", true}, {"ACME SL", "Acme Corporation S.L.", false}, {"Otra Empresa SL", "Acme Corporation S.L.", true}, {"", "Ana Valid", false}, {"A B", "Ana Valid", false},
		{"李小龙", "Ana Valid", false}, {"Vallid Anna", "Ana Valid", false}, {"Los Del Rio", "Maria Del Mar", true},
	} {
		if got := clearlyAnother(c.holder, c.name); got != c.another {
			t.Errorf("%q for %q: %v", c.holder, c.name, got)
		}
	}
}

func TestAPolicyWithAnyMistakeIsRefused(t *testing.T) {
	t.Parallel()
	whole, err := os.ReadFile("policy.yaml")
	if err != nil {
		t.Fatal(err)
	}
	p, err := LoadPolicy(whole)
	if err != nil {
		t.Fatal(err)
	}
	if p.Expiry("TRANSFER").Hours() != 168 || p.Expiry("card").Minutes() != 60 || p.PriceTolerance != 20_000 || p.ProofAbove != 1000_00 || p.Late != Accept {
		t.Errorf("%+v", p)
	}
	for from, to := range map[string]string{"version: 1": "version: 2", "other: 60m": "other: 60", "{transfer: 168h, other: 60m}": "{transfer: 168h}", "tolerance: 2,": "tolerance: 101,", "beyond: ask": "beyond: maybe",
		"answer: 72h": "answer: 1s", "expired: refund": "expired: keep", "excess: refund": "excess: keep", "late: accept": "late: perhaps", "third_party: accept": "third_party: x",
		"above: 1000.00": "above: -1", "api: declared": "api: trust", "late:": "later:"} {
		if !strings.Contains(string(whole), from) {
			t.Fatalf("%q is not in the file", from)
		}
		if _, err := LoadPolicy([]byte(strings.Replace(string(whole), from, to, 1))); err == nil {
			t.Errorf("%q is taken", to)
		}
	}
}
