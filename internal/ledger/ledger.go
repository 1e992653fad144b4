// Package ledger is the double-entry book: accounts by purpose, transfers whose entries sum to zero per asset and are
// never changed, holds and reversals. What money is for is its callers' matter: it must not know payments or customers.
package ledger

import (
	"time"

	"rampa/internal/audit"
	"rampa/internal/errs"
	"rampa/internal/money"
)

// Entry is one line of a transfer. A positive amount is a debit: more of what we have, less of what we owe. A negative
// one is a credit.
type Entry struct {
	Account Account
	Amount  money.Amount // not nothing
}

// Transfer is one movement of money.
type Transfer struct {
	ID       int64  // grows with each transfer, with gaps
	Key      string // idempotency key, unique for ever: "payment/9NM6…/received"
	Kind     string // "payment.received": for people who read the journal
	Memo     string // at most 200 characters, no personal data
	Reverses string // the key of the transfer that it takes back, set by Reverse; "": none
	Entries  []Entry
	At       time.Time   // when it was posted, UTC, microseconds
	By       audit.Actor // who posts it, for the audit log; zero: the ledger itself. A transfer that is read has none
}

// Balance is what an account holds.
type Balance struct {
	Account Account
	Amount  money.Amount // debits less credits: see Natural
}

// Natural gives the balance as people say it: what we have of an asset, what we owe of a liability.
func (b Balance) Natural() money.Amount {
	if b.Account.Purpose.Liability() {
		return b.Amount.Neg()
	}
	return b.Amount
}

// Line is what one entry did to an account.
type Line struct {
	Transfer Transfer // without its entries
	Number   int      // of the entry within the transfer, from 0
	Amount   money.Amount
}

// The errors of this package.
var (
	ErrTransfer   = errs.New(errs.Invalid, "ledger_transfer_not_valid", "A transfer needs a key and a kind without spaces, and a memo of at most 200 characters on one line.")
	ErrUnbalanced = errs.New(errs.Invalid, "ledger_unbalanced", "The entries of a transfer must be 2 to 100, none of them nothing, and sum to zero in each asset.")
	ErrAccount    = errs.New(errs.Invalid, "ledger_account_not_valid", "There is no such account. An account is purpose:detail:ASSET, such as treasury:polygon:USDC.")
	ErrAsset      = errs.New(errs.Invalid, "ledger_asset_unknown", "The ledger does not know this asset. Add it to the availability matrix and start again.")
	ErrTwin       = errs.New(errs.Conflict, "ledger_account_of_holds", "Money that is held moves by settling or releasing its hold only.")
	ErrKeyReused  = errs.New(errs.Conflict, "ledger_key_reused", "Another transfer has this key.")
	ErrFunds      = errs.New(errs.Conflict, "ledger_funds_insufficient", "The account does not hold this much.")
	ErrRange      = errs.New(errs.Conflict, "ledger_balance_too_large", "The account cannot hold this much.")
	ErrReversed   = errs.New(errs.Conflict, "ledger_already_reversed", "This transfer has been reversed already.")
	ErrNoTransfer = errs.New(errs.NotFound, "ledger_transfer_not_found", "There is no such transfer.")
	ErrNoHold     = errs.New(errs.NotFound, "ledger_hold_not_found", "There is no such hold.")
	ErrHoldAmount = errs.New(errs.Invalid, "ledger_hold_amount_not_valid", "A hold is of an amount above nothing of its account's asset, and all of it is settled or given back at once.")
	ErrHold       = errs.New(errs.Conflict, "ledger_hold_closed", "This hold was settled or released already.")
	ErrScale      = errs.New(errs.Conflict, "ledger_scale_fixed", "The scale of an asset cannot change.")
)
