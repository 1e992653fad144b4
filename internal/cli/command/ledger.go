package command

import (
	"context"

	"rampa/internal/ledger"
	"rampa/internal/money"
)

// Ledger is the double-entry book; *ledger.Service is one.
type Ledger interface {
	Post(ctx context.Context, t ledger.Transfer) (ledger.Transfer, error)
	Reverse(ctx context.Context, r ledger.Reversal) (ledger.Transfer, error)
	LedgerReader
}

// LedgerReader is what the book is read with.
type LedgerReader interface {
	Assets(ctx context.Context) ([]money.Asset, error)
	Transfer(ctx context.Context, key string) (ledger.Transfer, error)
	Accounts(ctx context.Context, q ledger.AccountQuery, p ledger.Page) ([]ledger.Balance, string, error)
	History(ctx context.Context, a ledger.Account, p ledger.Page) ([]ledger.Line, string, error)
	Journal(ctx context.Context, q ledger.JournalQuery) ([]ledger.Transfer, error)
}
