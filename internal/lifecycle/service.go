package lifecycle

import (
	"context"
	"errors"
	"time"

	"rampa/internal/audit"
	"rampa/internal/customer"
	"rampa/internal/kyc"
	"rampa/internal/verification"
)

// Store finds the files that time has come for. Banned customers are not found: their forms are closed.
type Store interface {
	// ReviewsDue gives the customers whose review has come, ReviewsNear those whose review comes before an instant and who
	// were not told; the first ones first, after a customer.
	ReviewsDue(ctx context.Context, before time.Time, limit int) ([]int64, error)
	ReviewsNear(ctx context.Context, before time.Time, limit int) ([]int64, error)
	// NextReview gives the first review, NextUntold the first of those that were not told.
	NextReview(ctx context.Context) (at time.Time, any bool, err error)
	NextUntold(ctx context.Context) (at time.Time, any bool, err error)
	// Told notes, in the transaction of ctx, that a customer was told, and whether that was new.
	Told(ctx context.Context, customerID int64) (fresh bool, err error)
}

// NoticeReview is the kind of the letter that goes out before a review.
const NoticeReview = "review_due"

const batch = 200

// Service opens files again.
type Service struct {
	store Store
	core  *customer.Service
}

// New makes a Service.
func New(store Store, core *customer.Service) *Service { return &Service{store, core} }

func notice() time.Duration { return time.Duration(rules().Notice) * 24 * time.Hour }

// Sweep tells the customers whose review is near, and opens the files whose review has come. It may be repeated or cut
// short at any point: a customer is told once, and a file is opened once.
func (s *Service) Sweep(ctx context.Context) error {
	if err := s.each(ctx, s.store.ReviewsNear, s.core.Now().Add(notice()), s.tell); err != nil {
		return err
	}
	return s.each(ctx, s.store.ReviewsDue, s.core.Now(), s.open)
}

// NextDue gives the next instant at which Sweep has something to do.
func (s *Service) NextDue(ctx context.Context) (time.Time, bool, error) {
	due, some, err := s.store.NextReview(ctx)
	if err != nil {
		return time.Time{}, false, err
	}
	untold, more, err := s.store.NextUntold(ctx)
	if more && (!some || untold.Add(-notice()).Before(due)) {
		due, some = untold.Add(-notice()), true
	}
	return due, some, err
}

// each runs work for what is found, in a transaction of its own, until nothing new is found.
func (s *Service) each(ctx context.Context, find func(context.Context, time.Time, int) ([]int64, error), before time.Time,
	work func(context.Context, customer.Tx, customer.Form) error) error {
	seen := map[int64]bool{}
	for {
		found, err := find(ctx, before, batch)
		if err != nil {
			return err
		}
		again := true
		for _, id := range found {
			if seen[id] {
				continue
			}
			seen[id], again = true, false
			if err := s.one(ctx, id, before, work); err != nil {
				return err
			}
		}
		if again || len(found) < batch {
			return nil
		}
	}
}

// one locks a customer and looks again: another node, an operator or a ban may have been faster.
func (s *Service) one(ctx context.Context, id int64, before time.Time, work func(context.Context, customer.Tx, customer.Form) error) error {
	return s.core.Store.InTx(ctx, func(ctx context.Context, tx customer.Tx) error {
		c, err := tx.LockCustomer(ctx, id)
		if errors.Is(err, customer.ErrUserNotFound) {
			return nil
		}
		if err != nil || c.Stage != verification.Approved || c.Banned() || c.ReviewAt.IsZero() || c.ReviewAt.After(before) {
			return err
		}
		f, err := s.core.Store.FormByCustomer(ctx, id)
		if err != nil {
			return err
		}
		f.Customer = c
		if err := s.core.Load(ctx, &f); err != nil {
			return err
		}
		return work(ctx, tx, f)
	})
}

// tell writes to a customer whose review is near.
func (s *Service) tell(ctx context.Context, tx customer.Tx, f customer.Form) error {
	if !s.core.Now().Before(f.Customer.ReviewAt) {
		return nil // it is here: the letter that opens the file says all
	}
	fresh, err := s.store.Told(ctx, f.Customer.ID)
	if err != nil || !fresh {
		return err
	}
	n := customer.Notice{Kind: NoticeReview, Customer: f.Customer, Brand: f.Brand, ExpiresAt: f.Customer.ReviewAt, Corrections: asked(f, messageExpires, messageComes)}
	if err := tx.AppendMail(ctx, s.core.Mail(n)); err != nil {
		return err
	}
	return s.core.Audit(ctx, tx, f.Customer, customer.Act{Actor: audit.System("periodic review"), Action: "kyb.review_announced"})
}

// open sends a file back to its customer.
func (s *Service) open(ctx context.Context, _ customer.Tx, f customer.Form) error {
	return s.core.Due(ctx, f.Customer.ID, asked(f, messageExpired, messagePeriodic))
}

// asked is what a customer renews when the review comes: the paper that is over then, or else what the periodic review asks.
func asked(f customer.Form, expired, periodic string) []customer.Correction {
	if over, ok := over(expiry(&f.Record)); ok && !over.After(f.Customer.ReviewAt) {
		return paper(f, rules().Messages[expired].in(f.Customer.Language))
	}
	var out []customer.Correction
	for _, step := range rules().Ask[f.Customer.Kind] {
		out = append(out, customer.Correction{Item: step, Message: rules().Messages[periodic].in(f.Customer.Language)})
	}
	return out
}

// paper asks for the identity paper: its data and its pictures.
func paper(f customer.Form, message string) []customer.Correction {
	out := []customer.Correction{{Item: kyc.StepIdentity, Message: message}}
	for _, item := range kyc.Items(f.Record.Person) {
		if kyc.StepOf("documents."+item.Code) == kyc.StepIdentity && !item.Optional {
			out = append(out, customer.Correction{Item: "documents." + item.Code, Message: message})
		}
	}
	return out
}
