// Package webhook is the event log that integrations are told of: events are written in the transaction of the change
// they tell of, numbered per object. It knows nothing of what the objects mean.
package webhook

import (
	"context"
	"time"
)

// The event types of customers.
const (
	CustomerCreated  = "CUSTOMER_CREATED"
	KYCStatusChanged = "KYC_STATUS_CHANGED"
)

// The event types of payments.
const (
	PayIn           = "PAY_IN" // what is due has come
	CoinsSent       = "COINS_SENT"
	PaymentExpired  = "PAYMENT_EXPIRED"
	PaymentRejected = "PAYMENT_REJECTED"
	PaymentRefunded = "PAYMENT_REFUNDED"
	PaymentLabeled  = "PAYMENT_LABELED"
)

// BankTransactionUnmatched tells of money on a bank account that no payment has claimed.
const BankTransactionUnmatched = "BANK_TRANSACTION_UNMATCHED"

// Event is one thing that happened to one object. Data and Previous are JSON as the partner reads it.
type Event struct {
	ID            int64
	IntegrationID int64
	Type          string
	Object        string // "customer"
	ObjectID      string
	Sequence      int64 // counts per object from 1; 0 when appending: the next one
	Data          []byte
	Previous      []byte // nil: none
	CreatedAt     time.Time
}

// Log appends events within a transaction.
type Log interface {
	AppendEvent(ctx context.Context, e Event) error
}
