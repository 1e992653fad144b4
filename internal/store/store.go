// Package store is all SQL of Rampa: one text for both engines, one file per domain, one scan function per row type.
// It gives each domain the Store and Tx interfaces that the domain declares. It must not decide anything.
package store

import (
	"context"
	"encoding/json"
	"errors"
	"time"

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

// micros is a time as stored: microseconds since 1970 UTC, 0 for none.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// microsOrNull is micros with NULL for none, for columns of partial indexes.
func microsOrNull(t time.Time) *int64 {
	if t.IsZero() {
		return nil
	}
	m := t.UnixMicro()
	return &m
}

func fromMicros(m int64) time.Time {
	if m == 0 {
		return time.Time{}
	}
	return time.UnixMicro(m).UTC()
}

func textOrNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// encode is for lists and small maps kept as JSON text; nil lists are stored as [].
func encode[T any](v []T) (string, error) {
	if len(v) == 0 {
		return "[]", nil
	}
	b, err := json.Marshal(v)
	return string(b), err
}

func decode[T any](text string) ([]T, error) {
	if text == "[]" || text == "" {
		return nil, nil
	}
	var v []T
	err := json.Unmarshal([]byte(text), &v)
	return v, err
}

// orElse replaces "no rows" by the domain's own error.
func orElse(err, missing error) error {
	if errors.Is(err, db.ErrNoRows) {
		return missing
	}
	return err
}

// scanner is a row or the present row of rows.
type scanner interface{ Scan(dest ...any) error }

// collect reads all rows with the scan function of their type.
func collect[T any](rows db.Rows, err error, scan func(scanner) (T, error)) ([]T, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, rows.Err()
}

func scanText(row scanner) (string, error) {
	var s string
	err := row.Scan(&s)
	return s, err
}

// inserted reads the outcome of INSERT … ON CONFLICT DO NOTHING RETURNING: no row means that it was there already.
func inserted(err error) (bool, error) {
	if errors.Is(err, db.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}
