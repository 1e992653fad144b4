// Package compliance is the SQL of what is known about customers beside their files: alerts, lists, limits, checks,
// declarations. One file a domain. It must not decide anything.
package compliance

import (
	"context"

	"rampa/internal/db"
	"rampa/internal/store"
)

// Store is the database as these domains see it.
type Store struct {
	db db.DB
}

// New makes a Store over an open, migrated database.
func New(d db.DB) *Store { return &Store{db: d} }

// Tx is one change: it implements the Tx interface of every domain here. Audit entries, events and mails are the embedded
// store's.
type Tx struct {
	store.Tx
}

// domain runs transactions that its domain sees through its own interface T, and shares the reads. A transaction that ctx
// already carries is joined.
type domain[T any] struct {
	*Store
	see func(Tx) T
}

// InTx runs f in a transaction; see db.DB.
func (d domain[T]) InTx(ctx context.Context, f func(ctx context.Context, tx T) error) error {
	return d.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error { return f(ctx, d.see(Tx{store.Tx{Tx: tx}})) })
}
