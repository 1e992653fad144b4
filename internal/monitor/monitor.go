// Package monitor watches transactions for what money launderers do: splitting, hurrying, sending money through. Its rules
// are data; what they find becomes an alert in words, in the transaction of the payment itself. It decides nothing: an
// operator does. It must not know how payments work, nor customers' files.
package monitor

import (
	"time"

	"rampa/internal/errs"
	"rampa/internal/limit"
)

// Direction is which way money goes, as the customer sees it.
type Direction string

// The directions.
const (
	In  Direction = "in"  // the customer pays and gets coins
	Out Direction = "out" // the customer gives coins and is paid
)

// Transaction is money of a customer on its way.
type Transaction struct {
	CustomerID    int64
	IntegrationID int64
	Reference     string // a payment's or an off-ramp's id: unique on the platform
	Rail          limit.Rail
	Direction     Direction
	Amount        int64     // cents of EUR, above 0
	Country       string    // the counterparty's, ISO 3166-1 alpha-2; "" = not known
	At            time.Time // when the money came, or was asked for
	// Declared is the monthly volume in cents that the customer declared, 0 for none. It is not kept.
	Declared int64
}

// Outcome is what monitoring says of a transaction.
type Outcome struct {
	Rules []string // the codes of the rules that raised an alert, sorted
	Hold  bool     // one of them says that nothing goes on before an operator has looked
}

// Hit is a rule that spoke up at a transaction.
type Hit struct {
	Reference  string
	Rule       string
	CustomerID int64
	Holds      bool
	At         time.Time // the transaction's
}

// ErrTransaction refuses a transaction that says too little.
var ErrTransaction = errs.New(errs.Invalid, "transaction_not_valid", "A transaction needs a customer, a reference, a direction, an instant and an amount above zero.")
