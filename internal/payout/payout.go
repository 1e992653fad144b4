// Package payout sends coins once. A payout is asked for in the transaction of the change that it pays for; what would send
// it is committed before it is broadcast; a retry sends the same bytes; what is lost is looked up and never made anew. It
// must not know payments: whoever asks is told of each move in the transaction of that move.
package payout

import (
	"context"
	"math/big"
	"time"

	"rampa/internal/ledger"
	"rampa/internal/money"
)

// State is where a payout stands.
type State string

// The states. Order of the way: created → reserved → signed → broadcast → seen → final. What waits, waits in created: for an
// operator's approval, for funds, for a limit, for a freeze to be lifted (see Payout.Waits).
const (
	Created   State = "created"
	Reserved  State = "reserved"  // the treasury's coins are set aside in the ledger
	Signed    State = "signed"    // slots, raw bytes and hash are committed; nobody outside has seen them
	Broadcast State = "broadcast" // it may be anywhere; from here on it is only looked up and sent again
	Seen      State = "seen"      // in a block; not final yet
	Final     State = "final"     // in a block with the chain's confirmations
	Failed    State = "failed"    // nothing was sent, and provably never will be
	Cancelled State = "cancelled" // taken back by its owner before it was signed
)

// Order asks for a payout.
type Order struct {
	Key           string // unique for ever: "payment/9NM6…". One payout a key, whatever happens
	IntegrationID int64
	CustomerID    int64
	Chain         string // code
	To            string // canonical address
	Amount        money.Amount
	// Hold is the key of the open ledger hold on the customer's account that pays for it. It is settled together with the
	// treasury's when the payout is final. The payout never closes it otherwise: the owner does, when told Failed or Cancelled.
	Hold string
}

// Payout is one sending of coins.
type Payout struct {
	Order
	ID    string // 25 characters
	State State
	Waits string // why it does not go on by itself: "", "approval", "frozen", "funds", "limit", "cool_down", "fee"
	// Attempts are its transactions, the first first. At most one of them is ever mined: they share a slot.
	Attempts  []Attempt
	Hash      string   // of the attempt that was mined; "" until then
	Cost      *big.Int // what the mined one cost, in base units of the chain's own coin; nil until then
	CreatedAt time.Time
	UpdatedAt time.Time
	FinalAt   time.Time // zero: not yet
	Approvals int       // by different operators
	DueAt     time.Time // when the engine looks at it next; zero: never
	Number    int64     // grows with each payout
}

// Attempt is one signed transaction of a payout.
type Attempt struct {
	Number  int // from 1
	Slots   []string
	Draft   []byte // payload, to be replaced from
	Raw     []byte
	Hash    string
	MaxFee  *big.Int
	At      time.Time
	Because string // "" of the first; "stuck": replaced for a higher fee; "lost": its slots were used by another transaction
}

// Owner asks for payouts and is told of them. A method runs in the transaction of the move: what it writes is committed with it
// or not at all, and an error ends the move. It may be told again of a state that it knows.
type Owner interface {
	// PayoutMoved tells that a payout is in another state: Broadcast, Seen, Final, Failed or Cancelled, or that a reorg took a
	// Seen or Final one back to Broadcast.
	PayoutMoved(ctx context.Context, p Payout) error
}

// Ledger is what payouts book in: ledger.Service.
type Ledger interface {
	Hold(ctx context.Context, h ledger.Hold) (ledger.Transfer, error)
	Release(ctx context.Context, r ledger.Release) (ledger.Transfer, error)
	Settle(ctx context.Context, s ledger.Settlement) (ledger.Transfer, error)
	Post(ctx context.Context, t ledger.Transfer) (ledger.Transfer, error)
}
