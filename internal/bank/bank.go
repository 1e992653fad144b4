// Package bank is our bank accounts: whom they serve, what came in on them, and which payment each euro is for. It must not
// know payments: who waits for money is told of it through an interface, in the transaction that books it.
package bank

import (
	"context"
	"time"

	"rampa/internal/money"
)

// Account is one of our bank accounts.
type Account struct {
	ID            int64
	IntegrationID int64 // whose payers pay into it; 0: everybody's who has none of their own
	IBAN          string
	BIC           string
	Holder        string // the name that payers write: "Fintech Payments, S.L"
	Currency      money.Asset
}

// Concept is what a payer writes so that the money is recognised: never given out twice on an account.
type Concept struct {
	Account   Account
	Number    int64  // its last digit is a Damm check digit
	Reference string // ISO 11649 of the same number: "RF07120032"
	PaymentID string
}

// Transaction is one line of an account, as the bank booked it.
type Transaction struct {
	ID               string // ours, 25 characters
	AccountID        int64
	Amount           money.Amount // in is positive
	BookedAt         time.Time
	ValueAt          time.Time
	Remittance       string // as the bank gave it
	CounterpartyName string
	CounterpartyIBAN string
	EndToEndID       string
	BankReference    string // the bank's own, unique on the account
	ReturnOf         string // the transaction that it returns; "": none
	PaymentID        string // what it was matched with; "": nothing yet
}

// Receipt is money that came in for a payment.
type Receipt struct {
	TransactionID string
	PaymentID     string
	Account       Account
	Amount        money.Amount
	BookedAt      time.Time
	PayerName     string // "": the bank gave none
	PayerIBAN     string
}

// Payments is who waits for money. Its methods run in the transaction that books it; the ledger has it on suspense:{iban} then.
type Payments interface {
	// Receive takes money that came in for a payment.
	Receive(ctx context.Context, r Receipt) error
	// Returned tells that money that was received goes back to the payer's bank: it must be on suspense:{iban} again afterwards.
	Returned(ctx context.Context, r Receipt) error
	// Executed tells that an instruction was sent, and booked.
	Executed(ctx context.Context, key string) error
}
