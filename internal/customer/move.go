package customer

import (
	"context"
	"slices"
	"time"

	"rampa/internal/verification"
	"rampa/internal/webhook"
)

// transition is an event with what it leaves behind.
type transition struct {
	event       verification.Event
	force       verification.Stage // with this, the table is not asked: the sandbox's own decisions
	reasons     []string
	corrections []Correction
	act         act
}

// tierVerified is the tier that an approved verification gives.
const tierVerified = 1

// move takes a customer along one transition: stage, record, audit entry, event and mail, in the caller's transaction.
func (s *Service) move(ctx context.Context, tx Tx, c *Customer, t transition) error {
	from, reasonsBefore := c.Stage, c.Reasons
	next, err := from.After(t.event)
	if t.force != "" {
		next, err = t.force, nil
	}
	if err != nil {
		return err
	}
	r, err := tx.RecordForUpdate(ctx, c.ID)
	if err != nil {
		return err
	}
	if err := s.file(*c, &r); err != nil {
		return err
	}
	now := s.Now()
	if next == verification.Draft && len(r.openCorrections()) > 0 {
		next = verification.NeedsCorrection // renewed in the middle of a correction
	}
	c.Stage, c.Reasons, c.UpdatedAt = next, t.reasons, now
	c.Tier = 0
	if next == verification.Approved {
		c.Tier = tierVerified
	}
	r.enter(next, t, now)
	if err := tx.UpdateCustomer(ctx, *c); err != nil {
		return err
	}
	if err := tx.UpdateRecord(ctx, r, r.waitingSince(next)); err != nil {
		return err
	}
	if err := s.audit(ctx, tx, *c, t.act); err != nil {
		return err
	}
	return s.tell(ctx, tx, told{*c, r, from, !slices.Equal(reasonsBefore, c.Reasons)})
}

// enter changes the record as entering a stage asks for.
func (r *Record) enter(stage verification.Stage, t transition, now time.Time) {
	r.Version++
	r.UpdatedAt = now
	switch stage {
	case verification.Submitted:
		r.SubmittedAt, r.Corrections = now, nil
	case verification.NeedsCorrection:
		if t.corrections != nil {
			r.Corrections = t.corrections
		}
	case verification.Approved, verification.Rejected:
		r.DecidedAt, r.DecidedBy, r.Corrections = now, t.act.actor.Kind+" "+t.act.actor.ID, nil
	}
}

func (r *Record) waitingSince(stage verification.Stage) time.Time {
	if stage == verification.Submitted || stage == verification.InReview {
		return r.SubmittedAt
	}
	return time.Time{}
}

// told is a change that the integration and the company may have to hear of.
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
		standing := Standing{Customer: t.customer, Requirements: s.requirements(t.customer, t.record, docs), Corrections: t.record.Corrections}
		if err := s.announce(ctx, tx, webhook.KYCStatusChanged, standing, t.from); err != nil {
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
	n := Notice{Kind: kind, Customer: c, Brand: form.Brand, Corrections: r.Corrections, Reasons: c.Reasons}
	if !form.Link.dead(s.Now()) {
		n.FormURL, n.ExpiresAt = s.FormURL(form.Link.UUID), form.Link.ExpiresAt
	}
	return tx.AppendMail(ctx, s.Mail(n))
}
