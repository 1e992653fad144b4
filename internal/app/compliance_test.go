package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rampa/internal/alert"
	"rampa/internal/audit"
	"rampa/internal/customer"
	"rampa/internal/kyc/kyctest"
	"rampa/internal/limit"
	"rampa/internal/monitor"
	"rampa/internal/storetest"
)

func TestRulesOfOnesOwnTakeThePlaceOfTheBuiltInOnes(t *testing.T) {
	t.Parallel()
	write := func(name, text string) string {
		file := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	if none, err := ownRules("", limit.LoadRules); none != nil || err != nil {
		t.Errorf("no file: %v, %v", none, err)
	}
	own, err := ownRules(write("limits.yaml", "version: 1\ncurrency: EUR\ntiers:\n  - tier: 0\n    limits:\n      - {rail: any, window: day, amount: 7.50, code: require_kyc, lift: verification}\n"), limit.LoadRules)
	if err != nil {
		t.Fatal(err)
	}
	if rules, err := own.Of(0); err != nil || len(rules) != 1 || rules[0].Amount != 7_50 {
		t.Errorf("%+v, %v", rules, err)
	}
	if off, err := ownRules(write("monitoring.yaml", "version: 1\ncurrency: EUR\nrules: []\n"), monitor.LoadRules); err != nil || len(off.All()) != 0 {
		t.Errorf("%v, %v", off, err)
	}
	if _, err := ownRules(write("broken.yaml", "version: 9\n"), limit.LoadRules); err == nil || !strings.Contains(err.Error(), "broken.yaml") {
		t.Errorf("a broken file: %v", err)
	}
	if _, err := ownRules(filepath.Join(t.TempDir(), "none"), limit.LoadRules); err == nil {
		t.Error("a file that is not there is as good as the built-in rules")
	}
}

// registered makes a person who has done nothing yet.
func (n *peer) registered(tenant int64, name string) int64 {
	n.Helper()
	r, err := n.customers.Register(n.Context(), customer.Registration{Kind: customer.Individual, IntegrationID: tenant, Email: name + "@people.example", Language: "es", Country: "ES",
		Person: kyctest.Complete(name, "García"), Actor: audit.System("test")})
	if err != nil {
		n.Fatal(err)
	}
	return r.Customer.ID
}

func (n *peer) banned(tenant, id int64) bool {
	n.Helper()
	c, err := n.customers.Store.Customer(n.Context(), tenant, id)
	if err != nil {
		n.Fatal(err)
	}
	return c.Banned()
}

// TestAConfirmedSanctionBansAndAnExposureDoesNot goes through the real services, seals and tables.
func TestAConfirmedSanctionBansAndAnExposureDoesNot(t *testing.T) {
	t.Parallel()
	storetest.Engines(t, func(t *testing.T, d storetest.Database) {
		s := newSite(t, d)
		n := s.boot()
		defer n.kill()
		for name, c := range map[string]struct {
			kind     alert.Kind
			category string
			confirm  bool
			banned   bool
		}{
			"sanctioned": {alert.Screening, "sanctions", true, true}, "namesake": {alert.Screening, "sanctions", false, false},
			"exposed": {alert.Screening, "pep", true, false}, "splitting": {alert.Monitoring, "", true, false},
		} {
			id := n.registered(s.tenant, name)
			if _, err := n.alerts.Raise(t.Context(), alert.Alert{CustomerID: id, IntegrationID: s.tenant, Kind: c.kind, Key: "k", Summary: map[string]string{"category": c.category}, Holds: true}); err != nil {
				t.Fatal(err)
			}
			all, err := n.alerts.Of(t.Context(), id)
			if err != nil || len(all) != 1 {
				t.Fatal(len(all), err)
			}
			if _, err := n.alerts.Decide(t.Context(), all[0].ID, alert.Decision{Confirm: c.confirm, Reason: "looked at", Actor: audit.Actor{Kind: "operator", ID: "ana"}}); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if got := n.banned(s.tenant, id); got != c.banned {
				t.Errorf("%s: banned %v", name, got)
			}
			if held, err := n.alerts.Held(t.Context(), id); err != nil || held != c.confirm {
				t.Errorf("%s: held %v, %v", name, held, err)
			}
		}
	})
}

// TestAPaymentIsCheckedCountedAndWatchedInOneTransaction does what a payment will do, and then fails.
func TestAPaymentIsCheckedCountedAndWatchedInOneTransaction(t *testing.T) {
	t.Parallel()
	storetest.Engines(t, func(t *testing.T, d storetest.Database) {
		s := newSite(t, d)
		n := s.boot()
		defer n.kill()
		id := n.registered(s.tenant, "Ana")
		failed := errors.New("the provider said no")
		pay := func(reference string, fail error) (monitor.Outcome, error) {
			var out monitor.Outcome
			at := time.Date(2026, 6, 26, 12, 0, 0, 0, time.UTC)
			err := n.storage.store.InTx(t.Context(), func(ctx context.Context) error {
				u := limit.Use{CustomerID: id, IntegrationID: s.tenant, Tier: 1, Reference: reference, Rail: limit.Card, Amount: 950_00, At: at}
				if err := n.limits.Check(ctx, u); err != nil {
					return err
				}
				if err := n.limits.Record(ctx, u); err != nil {
					return err
				}
				var err error
				if out, err = n.monitor.Observe(ctx, monitor.Transaction{CustomerID: id, IntegrationID: s.tenant, Reference: reference, Rail: limit.Card, Direction: monitor.In, Amount: 950_00, At: at}); err != nil {
					return err
				}
				return fail
			})
			return out, err
		}
		for i, fail := range []error{failed, failed, nil, nil} { // those that fail leave the limit to the others
			if out, err := pay(fmt.Sprint("p", i), fail); !errors.Is(err, fail) || fail == nil && out.Hold {
				t.Errorf("p%d: %+v, %v", i, out, err)
			}
		}
		if held, err := n.alerts.Held(t.Context(), id); err != nil || held {
			t.Errorf("a payment that failed holds: %v, %v", held, err)
		}
		_, err := pay("p5", nil)
		if r, ok := errors.AsType[*limit.Refusal](err); !ok || r.Code != limit.CodeExceeded || r.Allowance.Used != 1_900_00 {
			t.Errorf("the card's quarter: %v", err)
		}
	})
}
