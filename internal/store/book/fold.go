package book

import (
	"context"
	"errors"
	"slices"

	"rampa/internal/db"
	"rampa/internal/ledger"
)

// foldBatch bounds how many rows one fold takes up, and so how long it keeps other writers waiting.
const foldBatch = 5_000

// learnBatch bounds how many accounts are looked up at once.
const learnBatch = 500

// Fold adds what is pending to the balances, a batch at a time, until no account has more than a row, and learns the
// accounts that were asked for.
func (s *Store) Fold(ctx context.Context) error {
	if err := s.learn(ctx); err != nil {
		return err
	}
	for {
		var one int
		err := s.db.QueryRow(ctx, `SELECT 1 FROM ledger_pending LIMIT 1`).Scan(&one)
		if errors.Is(err, db.ErrNoRows) {
			return nil
		}
		if err == nil {
			err = s.db.InTx(ctx, fold)
		}
		if err != nil {
			return err
		}
	}
}

// fold deletes up to foldBatch rows and adds their sums to the balances. Rows committed meanwhile stay for the next: only
// rows that this transaction itself deleted are added.
func fold(ctx context.Context, tx db.Tx) error {
	rows, err := tx.Query(ctx, `DELETE FROM ledger_pending WHERE id IN (SELECT id FROM ledger_pending ORDER BY id LIMIT $1) RETURNING account_id, amount`, foldBatch)
	if err != nil {
		return err
	}
	defer rows.Close()
	sums := map[int64]int64{}
	for rows.Next() {
		var account, amount int64
		if err := rows.Scan(&account, &amount); err != nil {
			return err
		}
		sum := sums[account] + amount
		if (sum > sums[account]) != (amount > 0) {
			return ledger.ErrRange // nothing is lost: all rows stay
		}
		sums[account] = sum
	}
	if err := rows.Err(); err != nil {
		return err
	}
	rows.Close()
	accounts := make([]int64, 0, len(sums))
	for account := range sums {
		accounts = append(accounts, account)
	}
	slices.Sort(accounts)
	for _, account := range accounts {
		if _, err := tx.Exec(ctx, `UPDATE ledger_accounts SET balance = balance + $1 WHERE id = $2`, sums[account], account); err != nil {
			return err
		}
	}
	return nil
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
