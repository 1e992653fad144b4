package onramp

import (
	"strings"

	"rampa/internal/errs"
	"rampa/internal/limit"
)

// Event is what moves a payment from one status to another.
type Event string

// The events.
const (
	Announced Event = "announced" // the payer or the provider says that money is under way
	PaidUp    Event = "paid"      // what is due has come
	Refused   Event = "refused"   // the provider collected nothing
	Lapsed    Event = "lapsed"    // its time is over
	Delivered Event = "delivered" // the coins are final
	Undone    Event = "undone"    // a reorganisation of the chain took the coins back: they are sent again
	GaveBack  Event = "gave_back" // all that came goes back
)

// Events are all events.
var Events = []Event{Announced, PaidUp, Refused, Lapsed, Delivered, Undone, GaveBack}

// Statuses are all statuses.
var Statuses = []Status{Started, PendingBank, PaymentReceived, CoinsSent, Rejected, Expired, Refunded}

// moves is the whole state machine: what is not in it is refused. Money that comes for a payment that is over revives it;
// only a refunded one stays what it is, whatever comes.
var moves = map[Status]map[Event]Status{
	Started:         {Announced: PendingBank, PaidUp: PaymentReceived, Refused: Rejected, Lapsed: Expired, GaveBack: Refunded},
	PendingBank:     {PaidUp: PaymentReceived, Refused: Rejected, Lapsed: Expired, GaveBack: Refunded},
	PaymentReceived: {Delivered: CoinsSent, GaveBack: Refunded},
	CoinsSent:       {Undone: PaymentReceived, GaveBack: Refunded},
	Rejected:        {PaidUp: PaymentReceived, GaveBack: Refunded},
	Expired:         {PaidUp: PaymentReceived, GaveBack: Refunded},
	Refunded:        {},
}

// ErrMove refuses an event that the payment's status does not take.
var ErrMove = errs.New(errs.Conflict, "payment_state", "The payment is not in a state that allows this.")

// next gives the status that an event leads to. Errors: ErrMove.
func next(from Status, e Event) (Status, error) {
	to, ok := moves[from][e]
	if !ok {
		return from, ErrMove
	}
	return to, nil
}

// Over reports whether nothing more happens to a payment in this status by itself.
func (s Status) Over() bool {
	return s == CoinsSent || s == Rejected || s == Expired || s == Refunded
}

// railOf is the rail that a method's uses count on.
func railOf(method string) limit.Rail {
	switch strings.ToLower(method) {
	case "card":
		return limit.Card
	case "psd2":
		return limit.PSD2
	case "transfer":
		return limit.Transfer
	case "paypal":
		return limit.PayPal
	}
	return limit.Latam
}
