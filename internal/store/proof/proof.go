// Package proof is the SQL of package prove: the ledger as it is stored, reports of runs, freezes of payouts. It must not
// decide anything, nor change the ledger.
package proof

import (
	"context"
	"errors"
	"time"

	"rampa/internal/db"
	"rampa/internal/prove"
	"rampa/internal/store"
	"rampa/internal/store/row"
)

// Store implements prove.Store.
type Store struct{ db db.DB }

// New makes a Store over an open, migrated database.
func New(d db.DB) *Store { return &Store{d} }

// Tx is one change: it implements prove.Tx.
type Tx struct{ store.Tx }

// InTx runs f in a transaction; see db.DB.
func (s *Store) InTx(ctx context.Context, f func(ctx context.Context, tx prove.Tx) error) error {
	return s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error { return f(ctx, Tx{store.Tx{Tx: tx}}) })
}

// Snapshot runs f with a context under which all reads see one instant.
func (s *Store) Snapshot(ctx context.Context, f func(ctx context.Context) error) error {
	return db.Snapshot(ctx, s.db, f)
}

// Past gives what later runs must not fall behind.
func (s *Store) Past(ctx context.Context) (p prove.Past, err error) {
	if err = s.db.QueryRow(ctx, `SELECT COALESCE(MAX(transfers), 0) FROM proofs`).Scan(&p.Transfers); err != nil {
		return p, err
	}
	err = s.db.QueryRow(ctx, `SELECT checkpoint FROM proofs WHERE checkpoint <> '' ORDER BY id DESC LIMIT 1`).Scan(&p.Checkpoint)
	if errors.Is(err, db.ErrNoRows) {
		err = nil
	}
	return p, err
}

// LastReport gives the newest run, or the newest whole one; false before the first.
func (s *Store) LastReport(ctx context.Context, whole bool) (r prove.Report, any bool, err error) {
	var at, took, isWhole int64
	var text string
	err = s.db.QueryRow(ctx, `SELECT id, at, took, mark, transfers, checkpoint, report, whole FROM proofs WHERE whole = 1 OR $1 = 0 ORDER BY id DESC LIMIT 1`, row.Flag(whole)).
		Scan(&r.ID, &at, &took, &r.Mark, &r.Transfers, &r.Checkpoint, &text, &isWhole)
	if any, err = row.Inserted(err); !any {
		return prove.Report{}, false, err
	}
	r.At, r.Took, r.Partial = row.FromMicros(at), time.Duration(took)*time.Microsecond, isWhole == 0
	return r, true, decode(text, &r)
}

// LastFreeze gives the newest, whether it stands or not; false before the first.
func (s *Store) LastFreeze(ctx context.Context) (f prove.Freeze, any bool, err error) {
	var at, lifted int64
	err = s.db.QueryRow(ctx, `SELECT id, reason, at, frozen_by, COALESCE(proof_id, 0), lifted_at, lifted_by, lift_reason, lifted_mark
		FROM payout_freezes ORDER BY id DESC LIMIT 1`).
		Scan(&f.ID, &f.Reason, &at, &f.By, &f.ProofID, &lifted, &f.LiftedBy, &f.LiftReason, &f.LiftedMark)
	if any, err = row.Inserted(err); !any {
		return prove.Freeze{}, false, err
	}
	f.At, f.LiftedAt = row.FromMicros(at), row.FromMicros(lifted)
	return f, true, nil
}

// LockFreeze keeps others from lifting the standing freeze until the end of the transaction.
func (t Tx) LockFreeze(ctx context.Context) error {
	_, err := t.Exec(ctx, `UPDATE payout_freezes SET standing = 1 WHERE standing = 1`)
	return err
}

// AddReport adds a run.
func (t Tx) AddReport(ctx context.Context, r prove.Report) (id int64, err error) {
	text, err := encode(r)
	if err != nil {
		return 0, err
	}
	err = t.QueryRow(ctx, `INSERT INTO proofs (at, took, failed, mark, transfers, checkpoint, report, whole) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id`,
		row.Micros(r.At), r.Took.Microseconds(), len(r.Failures()), r.Mark, r.Transfers, r.Checkpoint, text, row.Flag(!r.Partial)).Scan(&id)
	return id, err
}

// AddFreeze adds one; not fresh when one stands already.
func (t Tx) AddFreeze(ctx context.Context, f prove.Freeze) (id int64, fresh bool, err error) {
	var proof *int64
	if f.ProofID != 0 {
		proof = &f.ProofID
	}
	err = t.QueryRow(ctx, `INSERT INTO payout_freezes (standing, reason, at, frozen_by, proof_id) VALUES (1, $1, $2, $3, $4)
		ON CONFLICT (standing) DO NOTHING RETURNING id`, f.Reason, row.Micros(f.At), f.By, proof).Scan(&id)
	fresh, err = row.Inserted(err)
	return id, fresh, err
}

// LiftFreeze writes down who lifted a freeze, and that it stands no more.
func (t Tx) LiftFreeze(ctx context.Context, f prove.Freeze) error {
	_, err := t.Exec(ctx, `UPDATE payout_freezes SET standing = NULL, lifted_at = $2, lifted_by = $3, lift_reason = $4, lifted_mark = $5 WHERE id = $1`,
		f.ID, row.Micros(f.LiftedAt), f.LiftedBy, f.LiftReason, f.LiftedMark)
	return err
}

// ForgetAccepted takes back what operators accepted: it was repaired.
func (t Tx) ForgetAccepted(ctx context.Context) error {
	_, err := t.Exec(ctx, `UPDATE payout_freezes SET lifted_mark = '' WHERE lifted_mark <> ''`)
	return err
}
