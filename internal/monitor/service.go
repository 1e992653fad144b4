package monitor

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"time"

	"rampa/internal/alert"
)

// Store is where transactions live as monitoring saw them.
type Store interface {
	InTx(ctx context.Context, f func(ctx context.Context, tx Tx) error) error
}

// Tx is one change of monitored transactions.
type Tx interface {
	LockLimits(ctx context.Context, customerID int64) error // the customer's transactions are looked at one after the other
	InsertMonitored(ctx context.Context, t Transaction) (inserted bool, err error)
	Monitored(ctx context.Context, customerID int64, since time.Time, limit int) ([]Transaction, error) // the newest first, since included
	InsertHit(ctx context.Context, h Hit) error
	Hits(ctx context.Context, customerID int64, since time.Time) ([]Hit, error) // the newest first, since included
}

// Alerts is where findings go: alert.Service.
type Alerts interface {
	Raise(ctx context.Context, a alert.Alert) (raised bool, err error)
}

// Config is what a Service needs.
type Config struct {
	Store  Store
	Alerts Alerts
	Rules  *Rules // nil: Defaults
}

// Service watches transactions.
type Service struct{ Config }

// New makes a Service.
func New(c Config) *Service {
	if c.Rules == nil {
		c.Rules = Defaults()
	}
	return &Service{c}
}

// most is how many of a customer's transactions are looked at, the newest ones.
const most = 2000

// Observe keeps a transaction and looks at it by every rule, in ctx's transaction: call it when the money is there and
// before anything is sent for it. Each finding raises an alert that says in words what was seen. Observing a transaction
// again changes nothing and gives the same outcome. Errors: ErrTransaction.
func (s *Service) Observe(ctx context.Context, t Transaction) (Outcome, error) {
	if !t.valid() {
		return Outcome{}, ErrTransaction
	}
	t.At = t.At.UTC().Truncate(time.Microsecond)
	var out Outcome
	err := s.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		out = Outcome{}
		if err := tx.LockLimits(ctx, t.CustomerID); err != nil {
			return err
		}
		fresh, err := tx.InsertMonitored(ctx, t)
		if err != nil {
			return err
		}
		hits, err := tx.Hits(ctx, t.CustomerID, t.At.Add(-s.Rules.longest()))
		if err != nil {
			return err
		}
		if !fresh {
			out = outcomeOf(t.Reference, hits)
			return nil
		}
		earlier, err := tx.Monitored(ctx, t.CustomerID, t.At.Add(-s.Rules.longest()), most)
		if err != nil {
			return err
		}
		for _, r := range s.Rules.rules {
			f, found := r.look(t, r.window(t, earlier, hits))
			if !found {
				continue
			}
			if err := s.tell(ctx, tx, r, t, f); err != nil {
				return err
			}
			out.Rules, out.Hold = append(out.Rules, r.Code), out.Hold || r.Holds
		}
		return nil
	})
	if err != nil {
		return Outcome{}, err
	}
	slices.Sort(out.Rules)
	return out, nil
}

func (t *Transaction) valid() bool {
	return t.CustomerID != 0 && t.Reference != "" && t.Amount > 0 && t.Amount <= maxAmount && t.Declared >= 0 && t.Declared <= maxAmount &&
		!t.At.IsZero() && (t.Direction == In || t.Direction == Out)
}

// maxAmount bounds an amount in cents, so that sums stay far inside an int64.
const maxAmount = 1_000_000_000_000

// window gives the transactions besides t that the rule looks at: those younger than its window, and, where it counts
// anew, later than what it last told of.
func (r Rule) window(t Transaction, all []Transaction, hits []Hit) []Transaction {
	after := t.At.Add(-r.Window)
	if r.countsAnew() {
		for _, h := range hits {
			if h.Rule == r.Code && h.At.After(after) {
				after = h.At
			}
		}
	}
	return only(all, func(o Transaction) bool { return o.Reference != t.Reference && o.At.After(after) })
}

// outcomeOf gives what was said of a transaction when it was first seen.
func outcomeOf(reference string, hits []Hit) (out Outcome) {
	for _, h := range hits {
		if h.Reference == reference {
			out.Rules, out.Hold = append(out.Rules, h.Rule), out.Hold || h.Holds
		}
	}
	return out
}

// tell keeps what a rule found and raises the alert. The hit is as old as the newest transaction that it tells of:
// payments are observed out of order, and none may be told of twice.
func (s *Service) tell(ctx context.Context, tx Tx, r Rule, t Transaction, f finding) error {
	hit := Hit{Reference: t.Reference, Rule: r.Code, CustomerID: t.CustomerID, Holds: r.Holds, At: t.At}
	for _, o := range f.evidence {
		if o.At.After(hit.At) {
			hit.At = o.At
		}
	}
	if err := tx.InsertHit(ctx, hit); err != nil {
		return err
	}
	summary := map[string]string{"rule": r.Code, "kind": string(r.Kind), "explanation": f.explanation, "reference": t.Reference, "amount": money(t.Amount),
		"currency": "EUR", "direction": string(t.Direction), "rail": string(t.Rail), "at": t.At.Format(time.RFC3339),
		"hours": strconv.Itoa(int(r.Window / time.Hour)), "references": references(f.evidence, t)}
	maps.Copy(summary, f.figures)
	_, err := s.Alerts.Raise(ctx, alert.Alert{CustomerID: t.CustomerID, IntegrationID: t.IntegrationID, Kind: alert.Monitoring,
		Key: "monitoring/" + r.Code + "/" + t.Reference, Summary: summary, Holds: r.Holds})
	return err
}
