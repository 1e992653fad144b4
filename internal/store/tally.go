package store

import (
	"context"
	"errors"

	"rampa/internal/db"
)

// foldBatch bounds how many rows one fold takes up, and so how long it keeps other writers waiting.
const foldBatch = 5_000

// FoldTallies replaces the rows of each count by their sum, a batch at a time, until there is nothing to fold.
func (s *Store) FoldTallies(ctx context.Context) error {
	for {
		var one int
		err := s.db.QueryRow(ctx, `SELECT 1 FROM tallies GROUP BY integration_id, name HAVING COUNT(*) > 1 LIMIT 1`).Scan(&one)
		if errors.Is(err, db.ErrNoRows) {
			return nil
		}
		if err == nil {
			err = s.InTx(ctx, func(ctx context.Context) error { return foldTallies(ctx, s.db) })
		}
		if err != nil {
			return err
		}
	}
}

type tally struct {
	integrationID int64
	name          string
}

// foldTallies deletes up to foldBatch rows and puts their sums back, one a count. Rows committed meanwhile stay for the
// next fold: only rows that this transaction itself deleted are summed.
func foldTallies(ctx context.Context, q db.Querier) error {
	rows, err := q.Query(ctx, `DELETE FROM tallies WHERE id IN (SELECT id FROM tallies ORDER BY id LIMIT $1) RETURNING integration_id, name, n`, foldBatch)
	if err != nil {
		return err
	}
	defer rows.Close()
	sums, order, taken := map[tally]int64{}, []tally{}, 0
	for rows.Next() {
		var k tally
		var n int64
		if err := rows.Scan(&k.integrationID, &k.name, &n); err != nil {
			return err
		}
		if _, ok := sums[k]; !ok {
			order = append(order, k)
		}
		sums[k] += n
		taken++
	}
	if err := rows.Err(); err != nil {
		return err
	}
	rows.Close()
	for _, k := range order {
		if _, err := q.Exec(ctx, `INSERT INTO tallies (integration_id, name, n) VALUES ($1, $2, $3)`, k.integrationID, k.name, sums[k]); err != nil {
			return err
		}
	}
	return nil
}
