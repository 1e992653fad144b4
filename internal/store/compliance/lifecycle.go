package compliance

import (
	"context"
	"time"

	"rampa/internal/db"
	"rampa/internal/store/row"
)

// Reviews is the store of package lifecycle.
func (s *Store) Reviews() ReviewStore { return ReviewStore{s} }

// ReviewStore implements lifecycle.Store.
type ReviewStore struct{ *Store }

// reviewed are the customers whose files open again some day.
const reviewed = `review_at IS NOT NULL AND banned_at = 0 AND stage = 'approved'`

func scanNumber(from row.Scanner) (n int64, err error) {
	err = from.Scan(&n)
	return n, err
}

// ReviewsDue lists customers whose review has come.
func (s ReviewStore) ReviewsDue(ctx context.Context, before time.Time, limit int) ([]int64, error) {
	rows, err := s.db.Query(ctx, `SELECT id FROM customers WHERE `+reviewed+` AND review_at <= $1 ORDER BY review_at, id LIMIT $2`, row.Micros(before), limit)
	return row.Collect(rows, err, scanNumber)
}

// ReviewsNear lists customers whose review comes and who were not told.
func (s ReviewStore) ReviewsNear(ctx context.Context, before time.Time, limit int) ([]int64, error) {
	rows, err := s.db.Query(ctx, `SELECT id FROM customers WHERE `+reviewed+` AND review_reminded = 0 AND review_at <= $1 ORDER BY review_at, id LIMIT $2`, row.Micros(before), limit)
	return row.Collect(rows, err, scanNumber)
}

// NextReview gives the first review to come.
func (s ReviewStore) NextReview(ctx context.Context) (time.Time, bool, error) {
	return s.first(ctx, `SELECT review_at FROM customers WHERE `+reviewed+` ORDER BY review_at LIMIT 1`)
}

// NextUntold gives the first review that nobody was told of.
func (s ReviewStore) NextUntold(ctx context.Context) (time.Time, bool, error) {
	return s.first(ctx, `SELECT review_at FROM customers WHERE `+reviewed+` AND review_reminded = 0 ORDER BY review_at LIMIT 1`)
}

func (s ReviewStore) first(ctx context.Context, query string) (time.Time, bool, error) {
	at, err := scanNumber(s.db.QueryRow(ctx, query))
	found, err := row.Inserted(err) // no row: nothing to come
	return row.FromMicros(at), found, err
}

// Told notes that a customer was told of the review, in the transaction of ctx.
func (s ReviewStore) Told(ctx context.Context, customerID int64) (fresh bool, err error) {
	err = s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		n, err := tx.Exec(ctx, `UPDATE customers SET review_reminded = 1 WHERE id = $1 AND review_reminded = 0`, customerID)
		fresh = n == 1
		return err
	})
	return fresh, err
}
