// Package quote is what a customer gets for an amount: fees that add up, at a price that is known, for as long as a quote
// lives. Arithmetic on the terms of package asset and the prices of package price; it must not know payments or HTTP.
package quote

import (
	"time"

	"rampa/internal/errs"
	"rampa/internal/money"
	"rampa/internal/price"
)

// Side says which way coins go.
type Side string

// The sides.
const (
	Buy  Side = "buy"  // the customer pays money and gets coins
	Sell Side = "sell" // the customer sends coins and gets money
)

// Quote is an offer. Amount = what Tokens are worth at Price + TotalFee for a purchase, less it for a sale; what rounding
// leaves stays with the house: under one unit of the coin at Price, or under one unit of the currency.
type Quote struct {
	ID            string // "" unless locked
	IntegrationID int64
	Side          Side
	Chain         string
	Method        string       // of a purchase, as the matrix writes it
	Amount        money.Amount // a purchase: what is paid; a sale: what is paid out
	Tokens        money.Amount
	Price         money.Rate // currency per coin, spread included
	ServiceFee    money.Amount
	NetworkFee    money.Amount
	PartnerFee    money.Amount
	Used          []price.Observation // what the price was made of
	CreatedAt     time.Time
	ExpiresAt     time.Time // an instant before it, the quote holds
}

// TotalFee is what all fees come to.
func (q Quote) TotalFee() money.Amount {
	total, _ := money.Sum(q.Amount.Asset(), q.ServiceFee, q.NetworkFee, q.PartnerFee) // was summed when it was made
	return total
}

// Alive reports whether the quote holds at an instant.
func (q Quote) Alive(at time.Time) bool { return at.Before(q.ExpiresAt) }

// Life is how long a locked quote holds.
const Life = 5 * time.Minute

// ErrNotFound is the answer for a quote that there is not, or that is another integration's.
var ErrNotFound = errs.New(errs.NotFound, "quote_not_found", "There is no such quote. Ask for a new one.")

// CodeMinimum is the code of a Below.
const CodeMinimum = "min_purchase"

// Below refuses an amount under the least.
type Below struct{ Least money.Amount }

// Error names the least amount.
func (e *Below) Error() string { return CodeMinimum + ": " + e.Least.String() }

// Unwrap gives the typed error that edges answer.
func (e *Below) Unwrap() error {
	return errs.Newf(errs.Invalid, CodeMinimum, "The minimum is %s.", e.Least)
}

// Above refuses an amount over what the payment method takes.
type Above struct{ Most money.Amount }

// Error names the greatest amount.
func (e *Above) Error() string { return "above the method's maximum: " + e.Most.String() }

// Unwrap gives the typed error that edges answer.
func (e *Above) Unwrap() error {
	return errs.Newf(errs.Invalid, "max_purchase", "The maximum is %s.", e.Most)
}
