package monitor_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rampa/internal/alert"
	"rampa/internal/limit"
	"rampa/internal/monitor"
	"rampa/internal/store/compliance"
	"rampa/internal/storetest"
)

var noon = time.Date(2026, 6, 26, 12, 0, 0, 0, time.UTC)

// clear seals nothing: what is tested here is what is told, not the secret.
type clear struct{}

func (clear) Seal(plaintext, _ []byte) ([]byte, error) { return plaintext, nil }
func (clear) Open(sealed, _ []byte) ([]byte, error)    { return sealed, nil }

// world is a service over a fresh database, with the alerts that it raises.
type world struct {
	*testing.T
	storetest.Database
	*monitor.Service
	alerts    *alert.Service
	tenant    int64
	customers []int64
}

func engines(t *testing.T, test func(w *world)) {
	storetest.Engines(t, func(t *testing.T, d storetest.Database) {
		w := &world{T: t, Database: d}
		w.tenant, w.customers = storetest.Customers(t, d, 2)
		w.alerts = alert.New(alert.Config{Store: compliance.New(d.DB).Alerts(), Sealer: clear{}, Now: func() time.Time { return noon }})
		w.Service = monitor.New(monitor.Config{Store: compliance.New(d.DB).Monitored(), Alerts: w.alerts})
		test(w)
	})
}

func (w *world) payment(reference string, cents int64, at time.Time) monitor.Transaction {
	return monitor.Transaction{CustomerID: w.customers[0], IntegrationID: w.tenant, Reference: reference, Rail: limit.Card, Direction: monitor.In, Amount: cents, At: at}
}

// observe expects a transaction to raise the alerts of some rules.
func (w *world) observe(t monitor.Transaction, hold bool, rules ...string) {
	w.Helper()
	got, err := w.Observe(w.Context(), t)
	if diff := cmp.Diff(monitor.Outcome{Rules: rules, Hold: hold}, got); err != nil || diff != "" {
		w.Errorf("%s: %v (-want +got):\n%s", t.Reference, err, diff)
	}
}

func (w *world) raised(customer int64) []alert.Alert {
	w.Helper()
	all, err := w.alerts.Of(w.Context(), customer)
	if err != nil {
		w.Fatal(err)
	}
	return all
}

func TestAFindingBecomesAnAlertInWords(t *testing.T) {
	t.Parallel()
	engines(t, func(w *world) {
		w.observe(w.payment("p1", 950_00, noon), false)
		w.observe(w.payment("p2", 990_00, noon.Add(time.Hour)), false)
		w.observe(w.payment("p3", 999_99, noon.Add(71*time.Hour)), true, "structuring_transaction")
		all := w.raised(w.customers[0])
		if len(all) != 1 {
			w.Fatalf("%d alerts", len(all))
		}
		a := all[0]
		if a.Kind != alert.Monitoring || !a.Holds || a.Key != "monitoring/structuring_transaction/p3" || a.IntegrationID != w.tenant {
			w.Errorf("%+v", a)
		}
		want := map[string]string{"rule": "structuring_transaction", "kind": "structuring", "explanation": "3 transactions just below 1000.00 EUR within 72 hours, 2939.99 EUR together.",
			"reference": "p3", "references": "p1 p2 p3", "amount": "999.99", "currency": "EUR", "direction": "in", "rail": "card", "at": "2026-06-29T11:00:00Z",
			"hours": "72", "count": "3", "below": "1000.00", "total": "2939.99"}
		if diff := cmp.Diff(want, a.Summary); diff != "" {
			w.Errorf("(-want +got):\n%s", diff)
		}
	})
}

func TestWhatWasToldOfIsNotToldOfAgain(t *testing.T) {
	t.Parallel()
	engines(t, func(w *world) {
		for i := range 9 {
			rules, hold := []string(nil), i%3 == 2
			if hold {
				rules = []string{"structuring_transaction"}
			}
			w.observe(w.payment(fmt.Sprint("p", i), 950_00, noon.Add(time.Duration(i)*time.Hour)), hold, rules...)
		}
		if n := len(w.raised(w.customers[0])); n != 3 {
			w.Errorf("%d alerts of nine payments", n)
		}
	})
}

func TestATransactionObservedAgainChangesNothingAndSaysTheSame(t *testing.T) {
	t.Parallel()
	engines(t, func(w *world) {
		for i := range 2 {
			w.observe(w.payment(fmt.Sprint("p", i), 950_00, noon.Add(time.Duration(i)*time.Hour)), false)
		}
		for range 3 {
			got, err := w.Observe(w.Context(), w.payment("p2", 950_00, noon.Add(2*time.Hour)))
			if err != nil || !got.Hold || len(got.Rules) != 1 {
				w.Errorf("%+v, %v", got, err)
			}
		}
		if n := len(w.raised(w.customers[0])); n != 1 {
			w.Errorf("%d alerts", n)
		}
	})
}

func TestCustomersAreWatchedEachForThemselves(t *testing.T) {
	t.Parallel()
	engines(t, func(w *world) {
		for i := range 4 {
			p := w.payment(fmt.Sprint("p", i), 950_00, noon.Add(time.Duration(i)*time.Hour))
			p.CustomerID = w.customers[i%2]
			w.observe(p, false)
		}
	})
}

func TestAPaymentObservedLateIsNotToldOfTwice(t *testing.T) {
	t.Parallel()
	engines(t, func(w *world) {
		told := map[string]int{}
		for i := range 30 { // the 25th seen is the oldest
			at := i + 1
			if i == 24 {
				at = 0
			}
			out, err := w.Observe(w.Context(), w.payment(fmt.Sprint("p", i), 10_00, noon.Add(time.Duration(at)*time.Second)))
			if err != nil {
				w.Error(err)
			}
			for _, rule := range out.Rules {
				told[rule]++
			}
		}
		if told["velocity_day"] != 1 {
			w.Errorf("%v", told)
		}
	})
}

func TestPaymentsAtOnceAreSeenTogether(t *testing.T) {
	t.Parallel()
	engines(t, func(w *world) {
		var mu sync.Mutex
		told := map[string]int{}
		var all sync.WaitGroup
		for i := range 30 {
			p := w.payment(fmt.Sprint("p", i), 10_00, noon.Add(time.Duration(i)*time.Millisecond))
			all.Go(func() {
				out, err := w.Observe(context.Background(), p)
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					w.Error(err)
				}
				for _, rule := range out.Rules {
					told[rule]++
				}
			})
		}
		all.Wait()
		// However they came to be ordered, thirty within a second are 25 in a day and 10 in an hour.
		if told["velocity_day"] != 1 || told["velocity_hour"] < 1 || len(w.raised(w.customers[0])) != told["velocity_day"]+told["velocity_hour"] {
			w.Errorf("%v", told)
		}
	})
}

func TestAFindingOfATransactionThatFailsIsNotThere(t *testing.T) {
	t.Parallel()
	engines(t, func(w *world) {
		failed := errors.New("no")
		for i := range 2 {
			w.observe(w.payment(fmt.Sprint("p", i), 950_00, noon), false)
		}
		last := w.payment("p2", 950_00, noon)
		err := w.Store.InTx(w.Context(), func(ctx context.Context) error {
			if out, err := w.Observe(ctx, last); err != nil || !out.Hold {
				w.Errorf("%+v, %v", out, err)
			}
			return failed
		})
		if !errors.Is(err, failed) || len(w.raised(w.customers[0])) != 0 {
			w.Errorf("%v", err)
		}
		w.observe(last, true, "structuring_transaction")
	})
}

func TestSeveralRulesMaySpeakAtOnce(t *testing.T) {
	t.Parallel()
	engines(t, func(w *world) {
		for i := range 5 {
			p := w.payment(fmt.Sprint("p", i), 20_00, noon.Add(time.Duration(i)*24*time.Hour))
			p.Country = "ES"
			w.observe(p, false)
		}
		p := w.payment("big", 2_000_00, noon.Add(20*24*time.Hour))
		p.Country, p.Declared = "NG", 1_000_00
		w.observe(p, false, "declared_volume", "new_country", "unusual_amount")
		out := w.payment("out", 1_900_00, noon.Add(20*24*time.Hour+time.Hour))
		out.Direction, out.Rail = monitor.Out, limit.Offramp
		w.observe(out, true, "in_and_out")
	})
}

func TestATransactionThatSaysTooLittleIsRefused(t *testing.T) {
	t.Parallel()
	engines(t, func(w *world) {
		for name, change := range map[string]func(p *monitor.Transaction){
			"no customer":       func(p *monitor.Transaction) { p.CustomerID = 0 },
			"no reference":      func(p *monitor.Transaction) { p.Reference = "" },
			"no direction":      func(p *monitor.Transaction) { p.Direction = "" },
			"nothing":           func(p *monitor.Transaction) { p.Amount = 0 },
			"far too much":      func(p *monitor.Transaction) { p.Amount = 1 << 62 },
			"no time":           func(p *monitor.Transaction) { p.At = time.Time{} },
			"a volume below 0":  func(p *monitor.Transaction) { p.Declared = -1 },
			"a volume of bytes": func(p *monitor.Transaction) { p.Declared = 1 << 62 },
		} {
			p := w.payment("p", 1, noon)
			change(&p)
			if _, err := w.Observe(w.Context(), p); !errors.Is(err, monitor.ErrTransaction) {
				w.Errorf("%s: %v", name, err)
			}
		}
	})
}
