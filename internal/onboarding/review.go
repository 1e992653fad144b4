package onboarding

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"rampa/internal/audit"
	"rampa/internal/cursor"
	"rampa/internal/customer"
	"rampa/internal/errs"
	"rampa/internal/link"
	"rampa/internal/mail"
	"rampa/internal/verification"
)

// Queue gives submitted declarations, the oldest first, and the cursor of the next page ("" = none).
func (s *Service) Queue(ctx context.Context, p customer.Page) (rows []Waiting, next string, err error) {
	p.Limit++
	rows, err = s.Store.WaitingDeclarations(ctx, p)
	if err != nil || len(rows) < p.Limit {
		return rows, "", err
	}
	rows = rows[:p.Limit-1]
	last := rows[len(rows)-1]
	return rows, cursor.Of(last.SubmittedAt.UnixMicro(), last.Customer.ID), nil
}

// Read gives a customer's declaration to an operator and writes down that it was read; a submitted one is in review from
// then on. Errors: ErrNotFound.
func (s *Service) Read(ctx context.Context, customerID int64, by audit.Actor) (*Record, error) {
	var out Record
	err := s.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		r, err := tx.LockDeclaration(ctx, customerID)
		if err != nil {
			return err
		}
		if err := s.open(&r); err != nil {
			return err
		}
		e := audit.Entry{Actor: by, Action: "declaration.read"}
		if r.Stage == verification.Submitted {
			r.Stage, e.Action = verification.InReview, "declaration.taken"
			if err := s.update(ctx, tx, &r); err != nil {
				return err
			}
		}
		out = r
		return s.audit(ctx, tx, &r, e)
	})
	return &out, err
}

// Of gives a customer's declaration without an operator reading it, for exports. Errors: ErrNotFound.
func (s *Service) Of(ctx context.Context, customerID int64) (*Record, error) {
	r, err := s.Store.Declaration(ctx, customerID)
	if err != nil {
		return nil, err
	}
	return &r, s.open(&r)
}

// Decision is what an operator decides. Version is the record's as the operator saw it.
type Decision struct {
	Actor       audit.Actor
	Version     int64
	Reasons     []string
	Corrections []verification.Correction
	RequestID   string
}

// Accept accepts a declaration: the customer rises to tier 2, now or when the file is approved. Errors: ErrNotFound,
// verification.ErrTransition (decided already, or changed since it was read), customer.ErrFileHeld.
func (s *Service) Accept(ctx context.Context, customerID int64, d Decision) error {
	return s.decide(ctx, customerID, verification.OnApproved, d)
}

// Refuse refuses a declaration for reasons. Errors: ErrReasonsMissing and those of Accept.
func (s *Service) Refuse(ctx context.Context, customerID int64, d Decision) error {
	reasons := d.Reasons
	d.Reasons = nil
	for _, r := range reasons {
		if r = strings.TrimSpace(r); r != "" {
			d.Reasons = append(d.Reasons, r)
		}
	}
	if len(d.Reasons) == 0 {
		return ErrReasonsMissing
	}
	return s.decide(ctx, customerID, verification.OnRejected, d)
}

// RequestCorrection sends a declaration back for the named steps. Errors: customer.ErrCorrectionsMissing and those of Accept.
func (s *Service) RequestCorrection(ctx context.Context, customerID int64, d Decision) error {
	if len(d.Corrections) == 0 {
		return customer.ErrCorrectionsMissing
	}
	for i := range d.Corrections {
		c := &d.Corrections[i]
		if c.Message = strings.TrimSpace(c.Message); c.Message == "" {
			return customer.ErrCorrectionsMissing
		}
		if !Correctable(c.Item) {
			return errs.Newf(errs.Invalid, "item_unknown", "The declaration has no item %q.", c.Item)
		}
	}
	return s.decide(ctx, customerID, verification.OnCorrection, d)
}

func (s *Service) decide(ctx context.Context, customerID int64, e verification.Event, d Decision) error {
	return s.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		r, err := tx.LockDeclaration(ctx, customerID)
		if err != nil {
			return err
		}
		if r.Version != d.Version {
			return verification.ErrTransition
		}
		return s.move(ctx, tx, &r, e, d)
	})
}

// kinds are the letters that tell of a decision.
var kinds = map[verification.Stage]mail.Kind{
	verification.Approved: mail.DeclarationAccepted, verification.Rejected: mail.DeclarationRefused, verification.NeedsCorrection: mail.DeclarationCorrection,
}

// move takes a declaration along a decision: stage, tier, audit entry and mail, in the caller's transaction.
func (s *Service) move(ctx context.Context, tx Tx, r *Record, e verification.Event, d Decision) error {
	next, err := r.Stage.After(e)
	if err != nil {
		return err
	}
	if next == verification.Approved {
		if held, err := s.held(ctx, r.CustomerID); err != nil || held {
			return cmp.Or(err, error(customer.ErrFileHeld))
		}
	}
	r.Stage, r.Reasons, r.Corrections = next, d.Reasons, d.Corrections
	if next == verification.NeedsCorrection && r.Link.Dead(s.Now()) {
		r.Link = link.New(r.CustomerID, r.IntegrationID, s.Now())
	}
	if next == verification.Approved || next == verification.Rejected {
		r.DecidedAt, r.DecidedBy = s.Now(), d.Actor.Kind+" "+d.Actor.ID
	}
	if err := s.update(ctx, tx, r); err != nil {
		return err
	}
	if err := s.audit(ctx, tx, r, audit.Entry{Actor: d.Actor, RequestID: d.RequestID, Action: "declaration." + string(e)}); err != nil {
		return err
	}
	if next == verification.Approved {
		if err := s.Customers.GrantEnhanced(ctx, r.CustomerID, d.Actor, d.RequestID); err != nil {
			return err
		}
	}
	return s.tell(ctx, tx, r)
}

func (s *Service) tell(ctx context.Context, tx Tx, r *Record) error {
	kind, ok := kinds[r.Stage]
	if !ok {
		return errors.New("onboarding: a decision without a letter: " + string(r.Stage))
	}
	c, brand, _, err := s.Customers.Behind(ctx, r.CustomerID)
	if err != nil {
		return err
	}
	n := Notice{Kind: kind, Customer: c, Brand: brand, Corrections: r.Corrections, Reasons: r.Reasons}
	if !r.Link.Dead(s.Now()) {
		n.FormURL, n.ExpiresAt = s.formURL(&r.Link), r.Link.ExpiresAt
	}
	return tx.AppendMail(ctx, s.Mail(n))
}
