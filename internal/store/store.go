// Package store is all SQL of Rampa: one text for both engines, one file per domain, one scan function per row type.
// It gives each domain the Store and Tx interfaces that the domain declares. It must not decide anything.
package store

import (
	"context"

	"rampa/internal/db"
)

// Store is the database as the domains see it.
type Store struct {
	db db.DB
}

// New makes a Store over an open, migrated database.
func New(d db.DB) *Store { return &Store{db: d} }

// Tx is one change: it implements the Tx interface of every domain.
type Tx struct {
	db.Tx
}

// domain runs transactions that its domain sees through its own interface T, and shares the reads.
type domain[T any] struct {
	*Store
	see func(Tx) T
}

// InTx runs f in a transaction; see db.DB.
func (d domain[T]) InTx(ctx context.Context, f func(ctx context.Context, tx T) error) error {
	return d.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error { return f(ctx, d.see(Tx{tx})) })
}

// InTx runs f in one transaction that whatever runs under its context joins: what makes an idempotency key and the
// change it stands for one unit.
func (s *Store) InTx(ctx context.Context, f func(ctx context.Context) error) error {
	return s.db.InTx(ctx, func(ctx context.Context, _ db.Tx) error { return f(ctx) })
}
