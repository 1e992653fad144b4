// Package ledger is the double-entry book: accounts by purpose, transfers whose entries sum to zero per asset and are
// never changed, holds and reversals. What money is for is its callers' matter: it must not know payments or customers.
package ledger

import (
	"time"

	"rampa/internal/errs"
	"rampa/internal/money"
)

// Purpose says what an account is for, and with it whether it is an asset or a liability of the house, whether it may go
// below nothing, and whether its balance is kept by each posting or folded later.
type Purpose string

// The purposes.
const (
	Customer Purpose = "customer" // what we owe a customer: customer:100067:EUR
	Held     Purpose = "held"     // of what we owe a customer, what is spoken for: held:100067:EUR
	Refund   Purpose = "refund"   // owed back to a payer
	Suspense Purpose = "suspense" // money in that nobody has claimed yet
	Partner  Purpose = "partner"  // partner fees owed to an integration
	Treasury Purpose = "treasury" // coins we have, per chain
	Reserved Purpose = "reserved" // of the treasury, what is about to be sent: reserved:polygon:USDC
	Bank     Purpose = "bank"     // money we have, per account
	Clearing Purpose = "clearing" // money on its way from a payment method's provider
	Fee      Purpose = "fee"      // what we earned
	Network  Purpose = "network"  // what sending cost
	FX       Purpose = "fx"       // our position between assets
	Rounding Purpose = "rounding" // remainders of conversions
	Dust     Purpose = "dust"     // what came in below the ledger's unit
	Equity   Purpose = "equity"   // opening balances and what owners put in
)

// Account is one account: its code is its name, "treasury:polygon:USDC".
type Account struct {
	Purpose Purpose
	Detail  string // chain, customer, bank account, method; "" where one account per asset is enough
	Asset   money.Asset
}

// Code is purpose, detail and asset, or purpose and asset where there is no detail: "customer:100067:EUR", "fee:EUR".
func (a Account) Code() string {
	if a.Detail == "" {
		return string(a.Purpose) + ":" + a.Asset.Code
	}
	return string(a.Purpose) + ":" + a.Detail + ":" + a.Asset.Code
}

// Entry is one line of a transfer. A positive amount is a debit: more of what we have, less of what we owe. A negative
// one is a credit.
type Entry struct {
	Account Account
	Amount  money.Amount // not nothing
}

// Transfer is one movement of money.
type Transfer struct {
	ID       int64
	Key      string // idempotency key, unique for ever: "payment/9NM6…/received"
	Kind     string // "payment.received": for people who read the journal
	Memo     string // at most 200 characters, no personal data
	Reverses int64  // the transfer that it takes back; 0: none
	Entries  []Entry
	At       time.Time // when it was posted
}

// Balance is what an account holds.
type Balance struct {
	Account Account
	Amount  money.Amount // debits less credits: see Natural
}

// Natural gives the balance as people say it: what we have of an asset, what we owe of a liability.
func (b Balance) Natural() money.Amount {
	if b.Account.Purpose.liability() {
		return b.Amount.Neg()
	}
	return b.Amount
}

// liability reports whether credits raise an account of the purpose.
func (p Purpose) liability() bool {
	switch p {
	case Customer, Held, Refund, Suspense, Partner, Fee, Equity:
		return true
	}
	return false
}

// The errors of this package.
var (
	ErrUnbalanced = errs.New(errs.Internal, "ledger_unbalanced", "The entries of a transfer must be two or more, none of them nothing, and sum to zero in each asset.")
	ErrAccount    = errs.New(errs.Invalid, "ledger_account_not_valid", "There is no such account. An account is purpose:detail:ASSET, such as treasury:polygon:USDC.")
	ErrKeyReused  = errs.New(errs.Conflict, "ledger_key_reused", "Another transfer has this key.")
	ErrFunds      = errs.New(errs.Conflict, "ledger_funds_insufficient", "The account does not hold this much.")
	ErrReversed   = errs.New(errs.Conflict, "ledger_already_reversed", "This transfer has been reversed already.")
	ErrNoTransfer = errs.New(errs.NotFound, "ledger_transfer_not_found", "There is no such transfer.")
	ErrHold       = errs.New(errs.Conflict, "ledger_hold_closed", "This hold was settled or released already.")
	ErrScale      = errs.New(errs.Conflict, "ledger_scale_fixed", "The scale of an asset cannot change.")
)
