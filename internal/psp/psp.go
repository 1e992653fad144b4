// Package psp collects money through payment service providers: card, PSD2, PayPal and the LATAM redirect methods. One interface
// for all of them; what they tell comes signed, may come twice and out of order, and counts once. It must not know payments:
// whoever asked for a charge is told of each move in the transaction of that move.
package psp

import (
	"context"
	"time"

	"rampa/internal/errs"
	"rampa/internal/money"
)

// The errors of this package.
var (
	ErrNotFound  = errs.New(errs.NotFound, "charge_not_found", "There is no such charge.")
	ErrSignature = errs.New(errs.Unauthorized, "callback_signature_not_valid", "The callback's signature does not fit its body.")
	ErrCallback  = errs.New(errs.Invalid, "callback_not_valid", "The callback cannot be read.")
	ErrMethod    = errs.New(errs.Invalid, "method_not_provided", "No provider is configured for this payment method.")
)

// State is where a charge stands.
type State string

// The states: created → pending → paid | declined; paid → charged_back. Refunds have states of their own.
const (
	Created     State = "created" // asked for; the payer may not have seen it
	Pending     State = "pending" // the payer has agreed; the money is under way
	Paid        State = "paid"
	Declined    State = "declined"
	ChargedBack State = "charged_back"
)

// Charge is an amount to be collected from one payer.
type Charge struct {
	ID            string // 25 characters from a CSPRNG; the provider's idempotency key
	IntegrationID int64
	PaymentID     string // whom it is for; one payment may have several charges, one after another
	Method        string // as the matrix writes it: "card", "PSE"
	Provider      string // name of the provider, set by the service
	Amount        money.Amount
	Description   string // what the payer reads on the provider's page
	ReturnURL     string // where the provider sends the payer back to
	Language      string // "es", "en" or "pt"

	// The service sets these.
	State     State
	Reference string       // the provider's; "" until a session was opened
	Collected money.Amount // what the provider collected; zero until paid
	Holder    string       // the payer's name as the provider gives it; "": not given
	Reason    string       // why it was declined or charged back, the provider's code: "insufficient_funds"
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Session is the payer's way to pay a charge at its provider.
type Session struct {
	Reference string // the provider's
	// URL is the provider's. With Form empty the payer is sent there; otherwise the gateway page shows that form, which posts
	// straight to URL: what is typed never touches us.
	URL   string
	Form  Form
	Banks []Bank // of a bank form
}

// Form is what the gateway page shows.
type Form string

// The forms.
const (
	Redirect Form = ""     // none: the provider has pages of its own
	Card     Form = "card" // fields card_number, expiry (MM/YY), cvc, holder
	Banks    Form = "bank" // field bank: one of Session.Banks
)

// Bank is one that a payer can pay from.
type Bank struct{ ID, Name string }

// Kind says what a provider tells.
type Kind string

// The kinds.
const (
	TellsPending      Kind = "pending"
	TellsPaid         Kind = "paid"
	TellsDeclined     Kind = "declined"
	TellsChargeback   Kind = "chargeback"
	TellsRefunded     Kind = "refunded"
	TellsRefundFailed Kind = "refund_failed"
)

// Notice is one thing that a provider tells.
type Notice struct {
	ID        string // the provider's, unique for ever: a notice that came before changes nothing
	Reference string // of the charge
	RefundID  string // ours, of a refund
	Kind      Kind
	Amount    money.Amount // collected, charged back or refunded
	Holder    string
	Reason    string
	At        time.Time
}

// RefundState is where a refund stands.
type RefundState string

// The states of a refund.
const (
	Requested RefundState = "requested"
	Sent      RefundState = "sent" // the provider has taken it
	Done      RefundState = "done"
	Refused   RefundState = "failed"
)

// Refund gives a payer money back the way it came.
type Refund struct {
	ID        string // 25 characters; the provider's idempotency key
	ChargeID  string
	Amount    money.Amount
	State     RefundState
	Reference string // the provider's
	Reason    string // why it failed
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Provider is one payment service provider. Its methods talk to the world: they are called outside transactions, may be called
// again with the same id, and then change nothing.
type Provider interface {
	// Open gives the payer's way to pay. The same charge gives the same session.
	Open(ctx context.Context, c Charge) (Session, error)
	// Refund asks for money to be given back and gives the provider's reference.
	Refund(ctx context.Context, c Charge, r Refund) (reference string, err error)
	// Read verifies a callback and reads it. Errors: ErrSignature, ErrCallback.
	Read(header func(name string) string, body []byte, at time.Time) ([]Notice, error)
}

// Owner is told of charges and refunds, in the transaction of the move. An error ends the move.
type Owner interface {
	ChargeMoved(ctx context.Context, c Charge) error
	RefundMoved(ctx context.Context, c Charge, r Refund) error
}
