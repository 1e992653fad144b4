package onramp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"rampa/internal/audit"
	"rampa/internal/money"
	"rampa/internal/webhook"
)

// act is who does what.
type act struct {
	action    string // "payment.received"
	by        audit.Actor
	requestID string
}

// system is the actor of what nobody asked for.
var system = audit.System("onramp")

// change locks a payment, lets f change it, and stores it.
func (s *Service) change(ctx context.Context, paymentID string, f func(ctx context.Context, tx Tx, r *Row) error) error {
	return s.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		r, err := tx.LockPayment(ctx, paymentID)
		if err != nil {
			return err
		}
		if err := s.unseal(&r); err != nil {
			return err
		}
		if err := f(ctx, tx, &r); err != nil {
			if errors.Is(err, errUnchanged) {
				return nil
			}
			return err
		}
		if err := s.seal(&r); err != nil {
			return err
		}
		r.UpdatedAt = s.Now()
		return tx.UpdatePayment(ctx, &r)
	})
}

// errUnchanged ends a change that changes nothing.
var errUnchanged = errors.New("unchanged")

// move takes a payment to the status that an event leads to, with its audit entry. Errors: ErrMove.
func (s *Service) move(ctx context.Context, tx Tx, r *Row, e Event, by audit.Actor) error {
	to, err := next(r.Status, e)
	if err != nil {
		return err
	}
	from := r.Status
	r.Status = to
	r.History = append(r.History, Step{to, s.Now()})
	r.DueAt = s.due(r)
	if err := s.note(ctx, tx, r, act{"payment." + string(e), by, ""}); err != nil {
		return err
	}
	if told := eventOf[to]; told != "" && e != Undone {
		return s.tell(ctx, tx, r, told, from)
	}
	return nil
}

// eventOf is what partners are told of a new status.
var eventOf = map[Status]string{PaymentReceived: webhook.PayIn, CoinsSent: webhook.CoinsSent, Rejected: webhook.PaymentRejected,
	Expired: webhook.PaymentExpired, Refunded: webhook.PaymentRefunded}

// tell writes an event.
func (s *Service) tell(ctx context.Context, tx Tx, r *Row, kind string, from Status) error {
	data, err := s.EventData(&r.Payment)
	if err != nil {
		return err
	}
	previous, err := json.Marshal(map[string]Status{"status": from})
	if err != nil {
		return err
	}
	return tx.AppendEvent(ctx, webhook.Event{IntegrationID: r.IntegrationID, Type: kind, Object: "payment", ObjectID: r.ID, Data: data, Previous: previous, CreatedAt: s.Now()})
}

// note writes an audit entry.
func (s *Service) note(ctx context.Context, tx Tx, r *Row, a act) error {
	detail := map[string]string{"status": string(r.Status)}
	if r.Pause != Going {
		detail["pause"] = string(r.Pause)
	}
	return tx.AppendAudit(ctx, audit.Entry{At: s.Now(), IntegrationID: r.IntegrationID, Actor: a.by, Action: a.action, Object: "payment", ObjectID: r.ID,
		Detail: detail, RequestID: a.requestID})
}

// facts is what money brings with it.
type facts struct {
	bookedAt time.Time
	third    bool // it is clearly another's
}

// label brings the labels up to date and tells of new ones.
func (s *Service) label(ctx context.Context, tx Tx, r *Row, f facts) error {
	before := r.Labels
	var now []Label
	if r.Received.Cmp(r.Amount) > 0 {
		now = append(now, Over)
	}
	if r.Received.Sign() > 0 && r.Received.Cmp(r.Amount) < 0 {
		now = append(now, Under)
	}
	if slices.Contains(before, Late) || !f.bookedAt.Before(r.ExpiresAt) {
		now = append(now, Late)
	}
	if slices.Contains(before, ThirdParty) || f.third {
		now = append(now, ThirdParty)
	}
	r.Labels = now
	if slices.Equal(before, now) {
		return nil
	}
	return s.tell(ctx, tx, r, webhook.PaymentLabeled, r.Status)
}

// due is when the sweep must look at a payment next; zero: never.
func (s *Service) due(r *Row) time.Time {
	switch {
	case r.Status == Started || r.Status == PendingBank:
		return r.ExpiresAt
	case r.Status != PaymentReceived || r.Owed > 0:
		return time.Time{}
	case r.Pause == PriceMoved && r.Offer != nil:
		return r.Offer.Until
	case r.Pause == ReviewNeeded || r.Pause == PriceMoved:
		return s.Now().Add(lookAgain)
	}
	return time.Time{}
}

// lookAgain is how long the sweep waits before it looks again at a payment that somebody else must free.
const lookAgain = 10 * time.Second

func sealContext(r *Row) []byte { return []byte("payment/" + r.ID) }

func (s *Service) seal(r *Row) error {
	if r.Holder == "" && r.PayerIBAN == "" {
		r.Sealed = nil
		return nil
	}
	plain, err := json.Marshal([2]string{r.Holder, r.PayerIBAN})
	if err != nil {
		return err
	}
	r.Sealed, err = s.Sealer.Seal(plain, sealContext(r))
	return err
}

func (s *Service) unseal(r *Row) error {
	if len(r.Sealed) == 0 {
		return nil
	}
	plain, err := s.Sealer.Open(r.Sealed, sealContext(r))
	if err != nil {
		return fmt.Errorf("payment %s: %w", r.ID, err)
	}
	var both [2]string
	err = json.Unmarshal(plain, &both)
	r.Holder, r.PayerIBAN = both[0], both[1]
	return err
}

// left is what came in and is neither spent nor given back.
func (r *Row) left() (money.Amount, error) {
	return money.Sum(r.Amount.Asset(), r.Received, r.Returned.Neg(), money.New(-r.Spent, r.Amount.Asset()))
}
