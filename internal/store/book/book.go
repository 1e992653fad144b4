// Package book is the SQL of the ledger: transfers and their entries, which are only ever added, and the balances that
// follow from them. It must not decide anything.
package book

import (
	"context"
	"sync"
	"time"

	"rampa/internal/db"
	"rampa/internal/ledger"
	"rampa/internal/money"
	"rampa/internal/store"
	"rampa/internal/store/row"
)

// Store implements ledger.Store.
type Store struct {
	db    db.DB
	known known
}

// New makes a Store over an open, migrated database.
func New(d db.DB) *Store { return &Store{db: d} }

// InTx runs f in a transaction, or in the one that ctx carries.
func (s *Store) InTx(ctx context.Context, f func(ctx context.Context, tx ledger.Tx) error) error {
	return s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error { return f(ctx, Tx{store.Tx{Tx: tx}, &s.known}) })
}

// Tx implements ledger.Tx.
type Tx struct {
	store.Tx
	known *known
}

// known keeps the ids of accounts that were seen committed: they never change. An account that a transaction has made or
// found may still go with it, so what is missing here is only noted, and learnt by Fold outside any transaction.
type known struct {
	mu     sync.RWMutex
	ids    map[ledger.Account]int64
	wanted map[string]bool
}

// knownAccounts bounds how many accounts are known; those that all transfers share are few.
const knownAccounts = 10_000

// find puts the ids that are known in ids and gives the accounts that are not.
func (k *known) find(accounts []ledger.Account, ids map[ledger.Account]int64) (missing []ledger.Account) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	for _, a := range accounts {
		if id, ok := k.ids[a]; ok {
			ids[a] = id
		} else {
			missing = append(missing, a)
		}
	}
	return missing
}

func (k *known) want(accounts []ledger.Account) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.wanted == nil {
		k.wanted = map[string]bool{}
	}
	for _, a := range accounts {
		if len(k.wanted) < knownAccounts {
			k.wanted[a.Code()] = true
		}
	}
}

// take gives the codes to learn.
func (k *known) take() []string {
	k.mu.Lock()
	defer k.mu.Unlock()
	codes := make([]string, 0, len(k.wanted))
	for code := range k.wanted {
		codes = append(codes, code)
	}
	k.wanted = nil
	return codes
}

func (k *known) learn(a ledger.Account, id int64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.ids == nil || len(k.ids) >= knownAccounts {
		k.ids = map[ledger.Account]int64{}
	}
	k.ids[a] = id
}

// Assets gives the assets that are registered.
func (s *Store) Assets(ctx context.Context) ([]money.Asset, error) {
	rows, err := s.db.Query(ctx, `SELECT code, scale FROM assets ORDER BY code`)
	return row.Collect(rows, err, func(from row.Scanner) (a money.Asset, err error) { return a, from.Scan(&a.Code, &a.Scale) })
}

// PutAsset registers an asset, or changes the scale of one that no account is in.
func (t Tx) PutAsset(ctx context.Context, a money.Asset, at time.Time) (bool, error) {
	n, err := t.Exec(ctx, `INSERT INTO assets (code, scale, created_at) VALUES ($1, $2, $3)
		ON CONFLICT (code) DO UPDATE SET scale = excluded.scale
		WHERE assets.scale = excluded.scale OR NOT EXISTS (SELECT 1 FROM ledger_accounts a WHERE a.asset = excluded.code)`, a.Code, a.Scale, row.Micros(at))
	return n == 1, err
}
