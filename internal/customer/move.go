package customer

import (
	"context"
	"slices"
	"time"

	"rampa/internal/customer/record"
	"rampa/internal/verification"
	"rampa/internal/webhook"
)

// Transition is an event with what it leaves behind.
type Transition struct {
	Event       verification.Event
	Force       verification.Stage // with this, the table is not asked: the sandbox's own decisions
	Reasons     []string
	Corrections []Correction
	Act         Act
}

// The tiers of a verified customer, without and with an accepted enhanced declaration.
const (
	tierVerified = 1
	tierEnhanced = 2
)

// tier is what a customer's stage and declaration come to.
func (c *Customer) tier() int {
	switch {
	case c.Stage != verification.Approved:
		return 0
	case c.Enhanced:
		return tierEnhanced
	}
	return tierVerified
}

// Move takes a customer along one transition: stage, record, audit entry, event and mail, in the caller's transaction.
func (s *Service) Move(ctx context.Context, tx Tx, c *Customer, t Transition) error {
	from, reasonsBefore := c.Stage, c.Reasons
	next, err := from.After(t.Event)
	if t.Force != "" {
		next, err = t.Force, nil
	}
	if err != nil {
		return err
	}
	r, err := tx.RecordForUpdate(ctx, c.ID)
	if err != nil {
		return err
	}
	if err := s.open(*c, &r); err != nil {
		return err
	}
	now := s.Now()
	if next == verification.Draft && len(r.OpenCorrections()) > 0 {
		next = verification.NeedsCorrection // renewed in the middle of a correction
	}
	c.Stage, c.Reasons, c.UpdatedAt = next, t.Reasons, now
	r.Enter(next, record.Decision{Corrections: t.Corrections, By: t.Act.Actor.Kind + " " + t.Act.Actor.ID}, now)
	c.Tier, c.ReviewAt = c.tier(), time.Time{}
	if next == verification.Approved && s.NextReview != nil {
		c.ReviewAt = s.NextReview(*c, &r)
	}
	if err := tx.UpdateCustomer(ctx, *c); err != nil {
		return err
	}
	if err := tx.UpdateRecord(ctx, r, r.WaitingSince(next)); err != nil {
		return err
	}
	if err := s.Audit(ctx, tx, *c, t.Act); err != nil {
		return err
	}
	return s.tell(ctx, tx, told{*c, r, from, !slices.Equal(reasonsBefore, c.Reasons)})
}

// told is a change that the integration and the customer may have to hear of.
type told struct {
	customer       Customer
	record         Record
	from           verification.Stage
	reasonsChanged bool
}

func (s *Service) tell(ctx context.Context, tx Tx, t told) error {
	if t.customer.Status() != t.from.Status() || t.reasonsChanged || t.customer.Stage == verification.NeedsCorrection {
		docs, err := s.Store.Documents(ctx, t.customer.ID)
		if err != nil {
			return err
		}
		standing := Standing{Customer: t.customer, Requirements: s.Records.Requirements(t.customer.Stage, &t.record, docs), Corrections: t.record.Corrections}
		if err := s.Announce(ctx, tx, webhook.KYCStatusChanged, standing, t.from); err != nil {
			return err
		}
	}
	kind, ok := map[verification.Stage]string{verification.Approved: NoticeApproved, verification.Rejected: NoticeRejected, verification.NeedsCorrection: NoticeCorrection}[t.customer.Stage]
	if !ok || t.customer.Stage == t.from {
		return nil
	}
	return s.mail(ctx, tx, kind, t.customer, t.record)
}

func (s *Service) mail(ctx context.Context, tx Tx, kind string, c Customer, r Record) error {
	form, err := s.Store.FormByCustomer(ctx, c.ID)
	if err != nil {
		return err
	}
	if form.Link.Dead(s.Now()) && c.Kind == Individual && kind == NoticeCorrection {
		if form.Link, err = s.replaceLink(ctx, tx, c); err != nil {
			return err
		}
	}
	n := Notice{Kind: kind, Customer: c, Brand: form.Brand, Corrections: r.Corrections, Reasons: c.Reasons}
	if !form.Link.Dead(s.Now()) {
		n.FormURL, n.ExpiresAt = s.FormURL(form.Link), form.Link.ExpiresAt
	}
	return tx.AppendMail(ctx, s.Mail(n))
}
