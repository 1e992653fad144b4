package limit

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	"rampa/internal/audit"
)

// Store is where uses live.
type Store interface {
	InTx(ctx context.Context, f func(ctx context.Context, tx Tx) error) error
	// Used adds up a customer's uses that were not released, and gives the instant of the oldest, zero for none.
	Used(ctx context.Context, q Query) (sum int64, oldest time.Time, err error)
}

// Query names the uses that count.
type Query struct {
	CustomerID int64
	Rail       Rail      // Any: all
	From       time.Time // from this instant on
	Before     time.Time // zero: no end
	Except     string    // the reference of a use that does not count
}

// Tx is one change of uses.
type Tx interface {
	LockLimits(ctx context.Context, customerID int64) error // nobody else checks or records the customer's uses until the end
	UseOf(ctx context.Context, reference string) (u Use, released, found bool, err error)
	PutUse(ctx context.Context, u Use) error // adds it, or lets a released one count again
	ReleaseUse(ctx context.Context, reference string, at time.Time) error
	audit.Writer
}

// Config is what a Service needs.
type Config struct {
	Store Store
	Rules *Rules         // nil: Defaults
	Zone  *time.Location // where days, months and quarters end; nil: UTC
	Now   func() time.Time
}

// Service keeps the limits.
type Service struct{ Config }

// New makes a Service.
func New(c Config) *Service {
	if c.Rules == nil {
		c.Rules = Defaults()
	}
	c.Zone = cmp.Or(c.Zone, time.UTC)
	return &Service{c}
}

// Remaining gives what a customer of a tier may still move, one line a limit, in the order of the rules.
func (s *Service) Remaining(ctx context.Context, customerID int64, tier int) ([]Allowance, error) {
	rules, err := s.Rules.Of(tier)
	if err != nil {
		return nil, err
	}
	out := make([]Allowance, len(rules))
	for i, r := range rules {
		if out[i], err = s.allowance(ctx, r, Use{CustomerID: customerID, At: s.Now()}); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Check gives a *Refusal when a use does not fit the customer's limits. It holds the customer's uses until the end of ctx's
// transaction: with Record in the same one, of two uses at once that fit alone but not together only one passes. A use that
// is recorded already does not count against itself. Errors besides: ErrUse.
func (s *Service) Check(ctx context.Context, u Use) error {
	if !u.valid() {
		return ErrUse
	}
	rules, err := s.Rules.Of(u.Tier)
	if err != nil {
		return err
	}
	var refusal *Refusal
	err = s.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		refusal = nil
		if err := tx.LockLimits(ctx, u.CustomerID); err != nil {
			return err
		}
		for _, r := range rules {
			if !r.counts(u.Rail) {
				continue
			}
			a, err := s.allowance(ctx, r, u)
			if err != nil {
				return err
			}
			if u.Amount > a.Remaining {
				refusal = &Refusal{Code: r.Code, Tier: u.Tier, Rule: r, Allowance: a, Lift: r.Lift}
				return nil // the caller decides what becomes of the transaction
			}
		}
		return nil
	})
	if err == nil && refusal != nil {
		return refusal
	}
	return err
}

// Record counts a use. Recording it again changes nothing; a released one counts again, from its new instant on.
// It does not check: money that came in counts whether it fits or not. Errors: ErrUse, ErrReference (the reference stands
// for another customer, rail or amount).
func (s *Service) Record(ctx context.Context, u Use) error {
	if !u.valid() {
		return ErrUse
	}
	u.At = u.At.UTC().Truncate(time.Microsecond)
	return s.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		if err := tx.LockLimits(ctx, u.CustomerID); err != nil {
			return err
		}
		old, released, found, err := tx.UseOf(ctx, u.Reference)
		switch {
		case err != nil:
			return err
		case found && (old.CustomerID != u.CustomerID || old.Rail != u.Rail || old.Amount != u.Amount):
			return ErrReference
		case found && !released:
			return nil
		}
		return tx.PutUse(ctx, u)
	})
}

// Release lets a use count no more, such as one whose payment failed. What is not there or released already stays so.
func (s *Service) Release(ctx context.Context, reference string) error {
	return s.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		u, released, found, err := tx.UseOf(ctx, reference)
		if err != nil || !found || released {
			return err
		}
		if err := tx.LockLimits(ctx, u.CustomerID); err != nil {
			return err
		}
		if _, released, _, err = tx.UseOf(ctx, reference); err != nil || released { // by somebody else, meanwhile
			return err
		}
		if err := tx.ReleaseUse(ctx, reference, s.Now()); err != nil {
			return err
		}
		return tx.AppendAudit(ctx, audit.Entry{At: s.Now(), IntegrationID: u.IntegrationID, Actor: audit.System("limit"), Action: "limit.released",
			Object: "customer", ObjectID: strconv.FormatInt(u.CustomerID, 10), Detail: map[string]string{"reference": reference}})
	})
}

func (u *Use) valid() bool {
	return u.CustomerID != 0 && u.Reference != "" && slices.Contains(Rails, u.Rail) && u.Amount > 0 && u.Amount <= maxAmount && !u.At.IsZero()
}

// allowance gives what is left of a rule at the instant of u, which does not count itself.
func (s *Service) allowance(ctx context.Context, r Rule, u Use) (Allowance, error) {
	a := Allowance{Rail: r.Rail, Window: r.Window, Limit: r.Amount, Remaining: r.Amount, Currency: s.Rules.Currency}
	if r.Window == Transaction {
		return a, nil
	}
	start, end := r.Window.bounds(u.At.UTC().Truncate(time.Microsecond), s.Zone)
	used, oldest, err := s.Store.Used(ctx, Query{CustomerID: u.CustomerID, Rail: r.Rail, From: start, Before: end, Except: u.Reference})
	if err != nil {
		return a, err
	}
	a.Used, a.Remaining, a.ResetsAt = used, max(0, r.Amount-used), end
	if r.Window == Days30 && !oldest.IsZero() {
		a.ResetsAt = oldest.Add(rolling)
	}
	return a, nil
}
