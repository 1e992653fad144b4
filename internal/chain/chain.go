// Package chain is what Rampa says to a blockchain: what is sent, what a transaction uses up, where it stands. One adapter a
// kind of chain (chain/evm, chain/bitcoin), and one suite that every adapter passes (chain/chaintest). It must not know
// payments, customers or the ledger; who sends, when and how often is package payout's.
//
// An adapter never decides to send again. What it drafts and signs is committed by the caller before it is broadcast, and
// everything that a transaction uses up is named in Slots, so that the database can see to it that nothing is used twice.
package chain

import (
	"context"
	"math/big"
	"time"

	"rampa/internal/errs"
	"rampa/internal/money"
)

// The errors of adapters. Anything else is a failure of the adapter itself.
var (
	// ErrUnavailable means that no endpoint answered, or that endpoints disagree: nothing is known, try later.
	ErrUnavailable = errs.New(errs.Unavailable, "chain_unavailable", "The chain's nodes do not answer. Try again later.")
	// ErrFunds means that the sending address cannot pay for the order or its fee.
	ErrFunds = errs.New(errs.Conflict, "chain_funds_insufficient", "The sending wallet does not hold enough for this.")
	// ErrBudget means that the chain asks more for a transaction than the caller wants to spend.
	ErrBudget = errs.New(errs.Conflict, "chain_fee_over_budget", "The chain asks more than the fee budget at present.")
	// ErrUsed is what a broadcast says when something that the transaction uses up is used already: by itself, or by another.
	// Who hears it looks the transaction up.
	ErrUsed = errs.New(errs.Conflict, "chain_slot_used", "What this transaction uses up has been used already.")
	// ErrRefused means that nodes will never take this transaction: it is malformed or would fail.
	ErrRefused = errs.New(errs.Invalid, "chain_transaction_refused", "The chain refuses this transaction.")
)

// Token is something that is sent on a chain.
type Token struct {
	Asset    money.Asset
	Contract string // "" for the chain's own coin
	Decimals int    // of the contract, whatever the ledger's scale
}

// Block is one block.
type Block struct {
	Number int64
	Hash   string
	Time   time.Time
}

// Order is what a transaction is to do.
type Order struct {
	To     string // canonical, see chain/address
	Token  Token
	Amount *big.Int // base units, above nothing
	Budget *big.Int // the most that the transaction may cost, in base units of the chain's own coin; nil: the adapter's own
}

// Draft is a transaction before it is signed.
type Draft struct {
	Order Order
	// Slots are what the transaction uses up, and what only one transaction can ever use up: "nonce/7" on an EVM chain,
	// "txid:0" for each output that a bitcoin transaction spends.
	Slots   []string
	MaxFee  *big.Int // the most that it can cost, in base units of the chain's own coin
	Payload []byte   // the adapter's own: the unsigned transaction
}

// Signed is a transaction that can be broadcast any number of times.
type Signed struct {
	Hash string // as explorers write it
	Raw  []byte
}

// State is where a transaction stands, as far as its node knows.
type State string

// The states of a transaction.
const (
	Unknown State = "unknown" // no endpoint knows it: never seen, dropped, or the nodes lie
	Pooled  State = "pooled"  // it waits to be mined
	Mined   State = "mined"   // it is in a block that is part of the chain now
)

// Sighting is what is known of a transaction.
type Sighting struct {
	State         State
	Block         Block    // of a mined one
	Confirmations int64    // of a mined one: 1 in the newest block
	Failed        bool     // of a mined one: it was reverted; it moved nothing but its fee
	Fee           *big.Int // of a mined one: what it cost, in base units of the chain's own coin
}

// Network is a chain as anybody can see it. Its answers come from several endpoints: one that does not answer is passed over,
// one that lags or lies is outvoted where it matters (see each method).
type Network interface {
	Head(ctx context.Context) (Block, error)
	// Find looks a transaction up. It is Unknown only when every endpoint that answers says so, and Mined only when half of them do.
	Find(ctx context.Context, hash string) (Sighting, error)
	// Spent tells by which finality a slot of an address was used up: 0 when it is free, else the confirmations of the
	// transaction that used it. The smallest that any endpoint says counts, and where no more than half of them answer it is 0.
	Spent(ctx context.Context, from, slot string) (confirmations int64, err error)
	// Broadcast sends a signed transaction to every endpoint. What is known already is no error. Errors: ErrUsed, ErrRefused, ErrFunds
	// and ErrBudget (the sender cannot pay, or the fee is too low: now, it may be taken later), ErrUnavailable; after that one it may
	// have been sent all the same.
	Broadcast(ctx context.Context, raw []byte) error
	// Balance gives base units. Of several answers the smallest counts.
	Balance(ctx context.Context, address string, token Token) (*big.Int, error)
}

// Wallet makes transactions from one address of ours. It keeps no state: what is taken comes from the caller.
type Wallet interface {
	Address() string
	// Draft makes a transaction that uses up free slots only. Taken are the slots of all transactions from this address that
	// are not final yet, and the last one that was ever given out, whatever became of it. Errors: ErrFunds, ErrBudget, ErrRefused
	// (the transfer would fail, as far as every endpoint can tell), ErrUnavailable.
	Draft(ctx context.Context, o Order, taken []string) (Draft, error)
	// Replace makes the same transaction with a higher fee and the same slots, or more of them, so that of both only one can
	// ever be mined. Errors: ErrBudget, ErrFunds, ErrUnavailable.
	Replace(ctx context.Context, d Draft) (Draft, error)
	// Sign signs. The same draft may give another signature each time: commit what it gives before it is broadcast.
	Sign(ctx context.Context, d Draft) (Signed, error)
}

// Signer signs digests with keys that it never gives away.
type Signer interface {
	// Sign gives an ECDSA signature over secp256k1 of a 32-byte digest, with s in the lower half of the order, and the public
	// key (33 bytes, compressed) that it verifies under. key names the key.
	Sign(ctx context.Context, key string, digest [32]byte) (Signature, error)
	// Public gives the compressed public key (33 bytes) of a key.
	Public(ctx context.Context, key string) ([]byte, error)
}

// Signature is an ECDSA signature.
type Signature struct {
	R, S [32]byte // big-endian
	V    byte     // recovery id, 0 or 1
}
