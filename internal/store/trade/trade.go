// Package trade is the SQL of buying and selling: quotes and payments. One file a domain. It must not decide anything.
package trade

import "rampa/internal/db"

// Store is the database as these domains see it.
type Store struct {
	db db.DB
}

// New makes a Store over an open, migrated database.
func New(d db.DB) *Store { return &Store{db: d} }
