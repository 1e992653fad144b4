package psp

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"time"

	"rampa/internal/audit"
	"rampa/internal/errs"
	"rampa/internal/id"
	"rampa/internal/money"
)

// The errors of refunds.
var (
	ErrNotPaid   = errs.New(errs.Conflict, "charge_not_paid", "Nothing was collected that could be given back.")
	ErrTooMuch   = errs.New(errs.Conflict, "refund_too_large", "More would be given back than was collected.")
	ErrForgotten = errs.New(errs.Conflict, "session_not_open", "The provider has not opened this charge.")
)

// Store is where charges live. Under a context that carries a transaction the reads see it.
type Store interface {
	InTx(ctx context.Context, f func(ctx context.Context, tx Tx) error) error
	reads
}

type reads interface {
	Charge(ctx context.Context, id string) (Charge, error)                             // ErrNotFound
	ChargeByReference(ctx context.Context, provider, reference string) (Charge, error) // ErrNotFound
	ChargesOf(ctx context.Context, paymentID string) ([]Charge, error)                 // oldest first
	DueRefunds(ctx context.Context, before time.Time, limit int) ([]Refund, error)     // requested, whose next try is due
	RefundsOf(ctx context.Context, chargeID string) ([]Refund, error)
}

// Tx is one change of charges.
type Tx interface {
	InsertCharge(ctx context.Context, c Charge) error
	LockCharge(ctx context.Context, id string) (Charge, error) // nobody else changes it until the end
	UpdateCharge(ctx context.Context, c Charge) error
	AddNotice(ctx context.Context, provider string, n Notice) (added bool, err error) // false: it came before
	refunds
}

type refunds interface {
	InsertRefund(ctx context.Context, r Refund) (inserted bool, err error)
	UpdateRefund(ctx context.Context, r Refund) error
	PutRefundOff(ctx context.Context, id string, until time.Time) error
	audit.Writer
}

// Config is what a Service needs.
type Config struct {
	Store     Store
	Providers map[string]Provider // by name
	Methods   map[string]string   // provider's name by method, lower case; "*": of every other
	Owner     Owner
	Now       func() time.Time
	Log       *slog.Logger
}

// Service keeps the charges. Owner may be set after New, before the first call.
type Service struct{ Config }

// New makes a Service.
func New(c Config) *Service { return &Service{c} }

// Start makes a charge in ctx's transaction; nobody outside hears of it. Errors: ErrMethod.
func (s *Service) Start(ctx context.Context, c Charge) (Charge, error) {
	name, ok := s.Methods[strings.ToLower(c.Method)]
	if !ok {
		name, ok = s.Methods["*"]
	}
	if _, known := s.Providers[name]; !ok || !known {
		return c, ErrMethod
	}
	c.Provider, c.State, c.Collected = name, Created, money.Zero(c.Amount.Asset())
	c.CreatedAt, c.UpdatedAt = s.Now(), s.Now()
	return c, s.Store.InTx(ctx, func(ctx context.Context, tx Tx) error { return tx.InsertCharge(ctx, c) })
}

// Open gives the payer's way to pay, in a language. It talks to the provider, outside of any transaction. Errors: ErrNotFound.
func (s *Service) Open(ctx context.Context, chargeID, language string) (Session, error) {
	c, err := s.Store.Charge(ctx, chargeID)
	if err != nil {
		return Session{}, err
	}
	c.Language = language
	session, err := s.Providers[c.Provider].Open(ctx, c)
	if err != nil || c.Reference == session.Reference {
		return session, err
	}
	return session, s.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		c, err := tx.LockCharge(ctx, chargeID)
		if err != nil {
			return err
		}
		c.Reference, c.Language, c.UpdatedAt = session.Reference, language, s.Now()
		return tx.UpdateCharge(ctx, c)
	})
}

// OfPayment gives the charges of a payment, the oldest first.
func (s *Service) OfPayment(ctx context.Context, paymentID string) ([]Charge, error) {
	return s.Store.ChargesOf(ctx, paymentID)
}

// Find gives a charge. Errors: ErrNotFound.
func (s *Service) Find(ctx context.Context, chargeID string) (Charge, error) {
	return s.Store.Charge(ctx, chargeID)
}

// Handle takes a provider's callback. Each notice counts once, whatever order they come in. Errors: ErrSignature, ErrCallback, ErrNotFound
// (a charge that we do not have: the provider is to try again).
func (s *Service) Handle(ctx context.Context, provider string, header func(string) string, body []byte) error {
	p, ok := s.Providers[provider]
	if !ok {
		return ErrNotFound
	}
	notices, err := p.Read(header, body, s.Now())
	if err != nil {
		return err
	}
	for _, n := range notices {
		if err := s.apply(ctx, provider, n); err != nil {
			return err
		}
	}
	return nil
}

// apply does what one notice says.
func (s *Service) apply(ctx context.Context, provider string, n Notice) error {
	found, err := s.Store.ChargeByReference(ctx, provider, n.Reference)
	if err != nil {
		return err
	}
	return s.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		c, err := tx.LockCharge(ctx, found.ID)
		if err != nil {
			return err
		}
		added, err := tx.AddNotice(ctx, provider, n)
		if err != nil || !added {
			return err
		}
		if n.RefundID != "" {
			return s.refundTold(ctx, tx, c, n)
		}
		to, moves := next(c.State, n.Kind)
		if n.Amount.Asset() != c.Amount.Asset() {
			moves = n.Kind == TellsDeclined || n.Kind == TellsPending // these need no amount
		}
		if !moves {
			return s.note(ctx, tx, &c, "charge.notice_ignored", string(n.Kind))
		}
		return s.move(ctx, tx, c, to, n)
	})
}

// move takes a charge to the state that a notice leads to and tells its owner. A chargeback that overtook the payment is both.
func (s *Service) move(ctx context.Context, tx Tx, c Charge, to State, n Notice) error {
	steps := []State{to}
	if to == ChargedBack && c.State != Paid {
		steps = []State{Paid, ChargedBack}
	}
	for _, step := range steps {
		c.State, c.UpdatedAt = step, s.Now()
		if step == Paid {
			c.Collected = n.Amount
		}
		if n.Holder != "" {
			c.Holder = n.Holder
		}
		if n.Reason != "" {
			c.Reason = n.Reason
		}
		if err := tx.UpdateCharge(ctx, c); err != nil {
			return err
		}
		if err := s.note(ctx, tx, &c, "charge."+string(step), n.Reason); err != nil {
			return err
		}
		if err := s.Owner.ChargeMoved(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

// moves is what notices do to charges; what is not in it changes nothing.
var moves = map[State]map[Kind]State{
	Created:     {TellsPending: Pending, TellsPaid: Paid, TellsDeclined: Declined, TellsChargeback: ChargedBack},
	Pending:     {TellsPaid: Paid, TellsDeclined: Declined, TellsChargeback: ChargedBack},
	Paid:        {TellsChargeback: ChargedBack},
	Declined:    {TellsPaid: Paid, TellsChargeback: ChargedBack}, // the money is what counts
	ChargedBack: {},
}

func next(from State, k Kind) (State, bool) {
	to, ok := moves[from][k]
	return to, ok
}

func (s *Service) note(ctx context.Context, tx Tx, c *Charge, action, detail string) error {
	e := audit.Entry{At: s.Now(), IntegrationID: c.IntegrationID, Actor: audit.System("psp/" + c.Provider), Action: action, Object: "payment", ObjectID: c.PaymentID,
		Detail: map[string]string{"charge": c.ID}}
	if detail != "" {
		e.Detail["detail"] = detail
	}
	return tx.AppendAudit(ctx, e)
}

// Refund asks for money to be given back, in ctx's transaction; Work does it afterwards. Asking again with the same id changes nothing.
// Errors: ErrNotFound, ErrNotPaid, ErrTooMuch.
func (s *Service) Refund(ctx context.Context, chargeID string, r Refund) error {
	return s.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		c, err := tx.LockCharge(ctx, chargeID)
		if err != nil {
			return err
		}
		if c.State != Paid {
			return ErrNotPaid
		}
		before, err := s.Store.RefundsOf(ctx, chargeID)
		if err != nil {
			return err
		}
		sum := r.Amount
		for _, b := range before {
			if b.ID == r.ID {
				return nil
			}
			if b.State != Refused {
				if sum, err = sum.Add(b.Amount); err != nil {
					return err
				}
			}
		}
		if sum.Cmp(c.Collected) > 0 || r.Amount.Sign() <= 0 {
			return ErrTooMuch
		}
		r.ChargeID, r.State, r.CreatedAt, r.UpdatedAt = chargeID, Requested, s.Now(), s.Now()
		_, err = tx.InsertRefund(ctx, r)
		return err
	})
}

// retry is how long a refund waits that the provider did not take.
const retry = time.Minute

// Work gives back what was asked to be given back.
func (s *Service) Work(ctx context.Context) error {
	due, err := s.Store.DueRefunds(ctx, s.Now(), 100)
	if err != nil {
		return err
	}
	for _, r := range due {
		c, err := s.Store.Charge(ctx, r.ChargeID)
		if err != nil {
			return err
		}
		reference, refused := s.Providers[c.Provider].Refund(ctx, c, r)
		err = s.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
			if refused != nil {
				return tx.PutRefundOff(ctx, r.ID, s.Now().Add(retry))
			}
			return s.refundMoved(ctx, tx, c.ID, Notice{RefundID: r.ID, Reference: reference}, Sent)
		})
		if err != nil {
			return err
		}
		if refused != nil {
			s.Log.Warn("a refund was not taken by its provider; it is tried again", "refund", r.ID, "provider", c.Provider, "error", refused)
		}
	}
	return nil
}

// refundTold does what a notice of a refund says.
func (s *Service) refundTold(ctx context.Context, tx Tx, c Charge, n Notice) error {
	state := map[Kind]RefundState{TellsRefunded: Done, TellsRefundFailed: Refused}[n.Kind]
	if state == "" {
		return s.note(ctx, tx, &c, "charge.notice_ignored", string(n.Kind))
	}
	return s.refundMoved(ctx, tx, c.ID, n, state)
}

func (s *Service) refundMoved(ctx context.Context, tx Tx, chargeID string, n Notice, to RefundState) error {
	c, err := tx.LockCharge(ctx, chargeID)
	if err != nil {
		return err
	}
	all, err := s.Store.RefundsOf(ctx, chargeID)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(r Refund) bool { return r.ID == n.RefundID })
	if i < 0 {
		return ErrNotFound
	}
	r := all[i]
	if r.State == Done || r.State == Refused || r.State == to { // the provider was faster than its own answer
		return nil
	}
	r.State, r.Reason, r.UpdatedAt = to, n.Reason, s.Now()
	if to == Sent {
		r.Reference = n.Reference
	}
	if err := tx.UpdateRefund(ctx, r); err != nil {
		return err
	}
	return s.Owner.RefundMoved(ctx, c, r)
}

// NewID makes the id of a charge or refund.
func NewID() string { return id.Alphanumeric(25) }

// IsUnknown reports whether a callback was about a charge that we do not have.
func IsUnknown(err error) bool { return errors.Is(err, ErrNotFound) }
