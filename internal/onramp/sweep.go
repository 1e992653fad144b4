package onramp

import (
	"context"
	"time"

	"rampa/internal/audit"
)

// sweepBatch is how many payments one pass looks at.
const sweepBatch = 200

// Sweep does what time does to payments: they expire, offers lapse, what waits for somebody is tried again.
func (s *Service) Sweep(ctx context.Context) error {
	for {
		ids, err := s.Store.DuePayments(ctx, s.Now(), sweepBatch)
		if err != nil {
			return err
		}
		for _, id := range ids {
			if err := s.change(ctx, id, s.lapse); err != nil {
				return err
			}
		}
		if len(ids) < sweepBatch {
			return nil
		}
	}
}

// NextDue is when Sweep next has something to do.
func (s *Service) NextDue(ctx context.Context) (time.Time, bool, error) {
	return s.Store.NextDuePayment(ctx)
}

// lapse does what is due on one payment.
func (s *Service) lapse(ctx context.Context, tx Tx, r *Row) error {
	now := s.Now()
	if r.DueAt.IsZero() || r.DueAt.After(now) {
		return errUnchanged // somebody else was faster
	}
	r.DueAt = time.Time{}
	switch {
	case r.Status == Started || r.Status == PendingBank:
		return s.expire(ctx, tx, r)
	case r.Status != PaymentReceived || r.Owed > 0:
		return nil
	case r.Pause == PriceMoved && r.Offer != nil:
		return s.giveBack(ctx, tx, r, ReasonPrice, system)
	}
	return s.proceed(ctx, tx, r, time.Time{})
}

// expire ends the waiting for money. What came by then goes back, or an operator looks at it.
func (s *Service) expire(ctx context.Context, tx Tx, r *Row) error {
	left, err := r.left()
	if err != nil {
		return err
	}
	if left.Sign() > 0 && s.Policy.UnderExpired == Refuse {
		return s.giveBack(ctx, tx, r, ReasonUnder, system)
	}
	if left.Sign() > 0 {
		r.Pause = ReviewNeeded
	}
	if err := s.move(ctx, tx, r, Lapsed, system); err != nil {
		return err
	}
	r.DueAt = time.Time{}
	return s.Limits.Release(ctx, useOf(r))
}

// Decision is what an operator makes of a payment that waits.
type Decision struct {
	Refund    bool // give the money back; else let it go on
	Reason    string
	Actor     audit.Actor
	RequestID string
}

// Decide ends a review. Errors: ErrNotFound, ErrMove (nothing of it waits).
func (s *Service) Decide(ctx context.Context, paymentID string, d Decision) error {
	return s.change(ctx, paymentID, func(ctx context.Context, tx Tx, r *Row) error {
		left, err := r.left()
		if err != nil {
			return err
		}
		if left.Sign() <= 0 || r.Owed > 0 {
			return ErrMove
		}
		if err := s.note(ctx, tx, r, act{"payment.decided", d.Actor, d.RequestID}); err != nil {
			return err
		}
		if d.Refund {
			return s.giveBack(ctx, tx, r, ReasonOperator, d.Actor)
		}
		if r.Status != PaymentReceived {
			if err := s.move(ctx, tx, r, PaidUp, d.Actor); err != nil {
				return err
			}
		}
		r.Cleared = true
		return s.proceed(ctx, tx, r, time.Time{})
	})
}
