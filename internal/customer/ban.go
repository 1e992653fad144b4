package customer

import (
	"context"
	"slices"
	"strings"
	"time"

	"rampa/internal/audit"
	"rampa/internal/errs"
	"rampa/internal/screening"
	"rampa/internal/verification"
	"rampa/internal/webhook"
)

// Banning says who bans or unbans a customer, and why: for operators only, the customer is not told.
type Banning struct {
	Reason    string
	Actor     audit.Actor
	RequestID string
}

// The refusals of bans.
var (
	ErrBanReason = errs.New(errs.Invalid, "reason_missing", "Give the reason: it is kept with the ban.")
	ErrBanned    = errs.New(errs.Conflict, "banned_already", "The customer is banned already.")
	ErrNotBanned = errs.New(errs.Conflict, "not_banned", "The customer is not banned.")
)

// Ban stops everything for a customer: forms close, payments are refused with user_banned. Errors: ErrBanReason, ErrBanned,
// ErrUserNotFound.
func (s *Service) Ban(ctx context.Context, customerID int64, b Banning) error {
	return s.setBan(ctx, customerID, b, func(c *Customer) error {
		if c.Banned() {
			return ErrBanned
		}
		c.BannedAt, c.BanReason = s.Now(), strings.TrimSpace(b.Reason)
		return nil
	})
}

// Unban lifts a ban. Errors: ErrBanReason, ErrNotBanned, ErrUserNotFound.
func (s *Service) Unban(ctx context.Context, customerID int64, b Banning) error {
	return s.setBan(ctx, customerID, b, func(c *Customer) error {
		if !c.Banned() {
			return ErrNotBanned
		}
		c.BannedAt, c.BanReason = time.Time{}, ""
		return nil
	})
}

func (s *Service) setBan(ctx context.Context, customerID int64, b Banning, set func(*Customer) error) error {
	if b.Reason = strings.TrimSpace(b.Reason); b.Reason == "" {
		return ErrBanReason
	}
	return s.alter(ctx, customerID, func(c *Customer) (Act, error) {
		if err := set(c); err != nil {
			return Act{}, err
		}
		action := "customer.unbanned"
		if c.Banned() {
			action = "customer.banned"
		}
		return Act{b.Actor, b.RequestID, action, map[string]string{"reason": b.Reason}}, nil
	})
}

// GrantEnhanced notes that the enhanced declaration of a customer is accepted: a verified one rises to tier 2.
func (s *Service) GrantEnhanced(ctx context.Context, customerID int64, by audit.Actor, requestID string) error {
	return s.setEnhanced(ctx, customerID, true, Act{by, requestID, "customer.tier_raised", nil})
}

// WithdrawEnhanced takes it back.
func (s *Service) WithdrawEnhanced(ctx context.Context, customerID int64, by audit.Actor, requestID string) error {
	return s.setEnhanced(ctx, customerID, false, Act{by, requestID, "customer.tier_lowered", nil})
}

func (s *Service) setEnhanced(ctx context.Context, customerID int64, enhanced bool, a Act) error {
	return s.alter(ctx, customerID, func(c *Customer) (Act, error) {
		c.Enhanced = enhanced
		return a, s.sooner(ctx, c)
	})
}

// sooner brings the review of a verified customer forward where the tier that the customer has now asks for it.
func (s *Service) sooner(ctx context.Context, c *Customer) error {
	if c.Stage != verification.Approved || s.NextReview == nil {
		return nil
	}
	r, err := s.Store.Record(ctx, c.ID)
	if err == nil {
		err = s.open(*c, &r)
	}
	if err != nil {
		return err
	}
	c.Tier = c.tier()
	if next := s.NextReview(*c, &r); c.ReviewAt.IsZero() || next.Before(c.ReviewAt) {
		c.ReviewAt = next
	}
	return nil
}

// alter changes what is not the business of the state machine, and tells the integration.
func (s *Service) alter(ctx context.Context, customerID int64, change func(*Customer) (Act, error)) error {
	return s.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		c, err := tx.LockCustomer(ctx, customerID)
		if err != nil {
			return err
		}
		a, err := change(&c)
		if err != nil {
			return err
		}
		c.Tier, c.UpdatedAt = c.tier(), s.Now()
		if err := tx.UpdateCustomer(ctx, c); err != nil {
			return err
		}
		if err := s.Audit(ctx, tx, c, a); err != nil {
			return err
		}
		standing, err := s.standing(ctx, c)
		if err != nil {
			return err
		}
		return s.Announce(ctx, tx, webhook.KYCStatusChanged, standing, c.Stage)
	})
}

// ScreeningSubjects gives customers whose files were ever submitted, by number, with everybody whom the files name: what is
// compared again when a list has changed.
func (s *Service) ScreeningSubjects(ctx context.Context, after int64, limit int) ([]screening.Screened, error) {
	list, err := s.Store.Submitted(ctx, after, limit)
	if err != nil {
		return nil, err
	}
	out := make([]screening.Screened, len(list))
	for i, c := range list {
		r, err := s.Store.Record(ctx, c.ID)
		if err == nil {
			err = s.open(c, &r)
		}
		if err != nil {
			return nil, err
		}
		out[i] = screening.Screened{Who: screening.Who{CustomerID: c.ID, IntegrationID: c.IntegrationID}, Subjects: r.Subjects()}
	}
	return out, nil
}

// Due moves an approved file back to its customer: papers have expired, or the periodic review is due. In ctx's transaction
// if it has one. Errors: verification.ErrTransition.
func (s *Service) Due(ctx context.Context, customerID int64, corrections []Correction) error {
	reasons := make([]string, len(corrections))
	for i, c := range corrections {
		reasons[i] = c.Message
	}
	reasons = slices.Compact(reasons) // one for all of a paper's items
	return s.Conclude(ctx, customerID, Verdict{Event: verification.OnDue, Reasons: reasons, Corrections: corrections}, audit.System("periodic review"))
}
