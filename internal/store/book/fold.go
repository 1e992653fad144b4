package book

import (
	"context"
	"slices"

	"rampa/internal/db"
	"rampa/internal/ledger"
)

// foldBatch bounds how many rows one fold takes up, and so how long it keeps other writers waiting.
const foldBatch = 5_000

// learnBatch bounds how many accounts are looked up at once.
const learnBatch = 500

// Fold adds what is pending to the balances, a batch at a time, and learns the accounts that were asked for. It ends at a batch that is not
// full: what is posted meanwhile is the next fold's.
func (s *Store) Fold(ctx context.Context) error {
	if err := s.learn(ctx); err != nil {
		return err
	}
	for {
		taken := 0
		err := s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) (err error) {
			taken, err = fold(ctx, tx)
			return err
		})
		if err != nil || taken < foldBatch {
			return err
		}
	}
}

// fold deletes up to foldBatch rows and adds their sums to the balances. Rows committed meanwhile stay for the next: only
// rows that this transaction itself deleted are added.
func fold(ctx context.Context, tx db.Tx) (taken int, err error) {
	rows, err := tx.Query(ctx, `DELETE FROM ledger_pending WHERE id IN (SELECT id FROM ledger_pending ORDER BY id LIMIT $1) RETURNING account_id, amount`, foldBatch)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	sums := map[int64]int64{}
	for rows.Next() {
		var account, amount int64
		if err := rows.Scan(&account, &amount); err != nil {
			return 0, err
		}
		sum := sums[account] + amount
		if (sum > sums[account]) != (amount > 0) {
			return 0, ledger.ErrRange // nothing is lost: all rows stay
		}
		sums[account] = sum
		taken++
	}
	if err := rows.Err(); err != nil {
		return 0, err
	}
	rows.Close()
	accounts := make([]int64, 0, len(sums))
	for account := range sums {
		accounts = append(accounts, account)
	}
	slices.Sort(accounts)
	for _, account := range accounts {
		if _, err := tx.Exec(ctx, `UPDATE ledger_accounts SET balance = balance + $1 WHERE id = $2`, sums[account], account); err != nil {
			return 0, err
		}
	}
	return taken, nil
}

// learn looks up the accounts that were not known. It does so outside any transaction: what it sees is there for good.
func (s *Store) learn(ctx context.Context) error {
	for codes := range slices.Chunk(s.known.take(), learnBatch) {
		found, err := findAccounts(ctx, s.db, codes)
		if err != nil {
			return err
		}
		for a, id := range found {
			s.known.learn(a, id)
		}
	}
	return nil
}
