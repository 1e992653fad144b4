package ledger

import (
	"context"
	"time"

	"rampa/internal/audit"
	"rampa/internal/money"
)

// Store is where the book lives. Under a context that carries a transaction the reads see it.
type Store interface {
	InTx(ctx context.Context, f func(ctx context.Context, tx Tx) error) error
	// Fold moves what is pending into the balances, and learns the accounts that there are.
	Fold(ctx context.Context) error
	bookReader
	accountReader
}

type bookReader interface {
	Transfer(ctx context.Context, key string) (Transfer, error)      // ErrNoTransfer
	Journal(ctx context.Context, q JournalQuery) ([]Transfer, error) // by id
	History(ctx context.Context, q HistoryQuery) ([]Line, error)     // the newest first
	FindHold(ctx context.Context, key string) (Hold, error)          // ErrNoHold
}

type accountReader interface {
	Balance(ctx context.Context, code string) (b Balance, found bool, err error)
	Accounts(ctx context.Context, q AccountQuery) ([]NumberedBalance, error) // by id
	Assets(ctx context.Context) ([]money.Asset, error)                       // by code
}

// Tx is one change of the book.
type Tx interface {
	transferTx
	accountTx
	holdTx
	audit.Writer
}

type transferTx interface {
	// AddTransfer adds a transfer without its entries. 0: its key is taken, or what it reverses is reversed already.
	AddTransfer(ctx context.Context, t Transfer, digest []byte) (id int64, err error)
	// RemoveTransfer takes back an AddTransfer of the same transaction that had no entries yet.
	RemoveTransfer(ctx context.Context, id int64) error
	// AddEntries adds the transfer's entries, and makes those pending whose accounts are folded.
	AddEntries(ctx context.Context, t Transfer, accountIDs map[Account]int64) error
}

type accountTx interface {
	// AccountIDs gives the ids of accounts, making those that are missing. ErrAsset, ErrScale when its asset is not the ledger's.
	AccountIDs(ctx context.Context, accounts []Account, now time.Time) (map[Account]int64, error)
	// Move adds to the balance of an account that is there when that lies within bounds, and keeps others from it until
	// the end. 0: it does not, or there is no such account.
	Move(ctx context.Context, m Move) (accountID int64, err error)
	// Lock gives the true balance of an account and keeps others from moving or locking it until the end.
	Lock(ctx context.Context, accountID int64) (balance int64, err error)
	// PutAsset registers an asset, or changes the scale of one that no account is in. false: an account is in it.
	PutAsset(ctx context.Context, a money.Asset, at time.Time) (put bool, err error)
}

type holdTx interface {
	AddHold(ctx context.Context, h Hold, accountIDs map[Account]int64) error
	// CloseHold closes an open hold, so that h is what is stored. false: it is closed already.
	CloseHold(ctx context.Context, h Hold) (closed bool, err error)
	// ReopenHold takes back a CloseHold of the same transaction.
	ReopenHold(ctx context.Context, key string) error
}

// Move is a change of a balance that must lie within bounds before it.
type Move struct {
	Account   Account
	Units     int64 // to add: debits are positive
	Low, High int64 // bounds of the balance before, both included
}

// JournalQuery asks for transfers with their entries.
type JournalQuery struct {
	After    int64     // transfers of a higher id
	From, To time.Time // posted at From or later and before To; zero: no bound
	Limit    int
}

// HistoryQuery asks for the lines of an account.
type HistoryQuery struct {
	Account        Account
	Transfer, Line int64 // lines before this one; 0: from the newest
	Limit          int
}

// AccountQuery asks for accounts with their balances.
type AccountQuery struct {
	Purpose Purpose // "": all
	Detail  string  // "": all
	Asset   string  // "": all
	After   int64   // accounts of a higher id
	Limit   int
}

// NumberedBalance is a balance with its account's id.
type NumberedBalance struct {
	ID int64
	Balance
}
