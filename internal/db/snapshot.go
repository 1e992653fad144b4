package db

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// errReadOnly is what a statement that changes something gets in a snapshot.
var errReadOnly = errors.New("db: a snapshot only reads")

// Snapshot runs f with a context under which all reads of d, however many, see what was committed at one instant. Nothing
// can be changed in it and nobody waits for it; but as long as it runs, the engine keeps everything that it may still
// read, so it is for work of minutes and not of hours. A context that carries a transaction already has no snapshot.
func Snapshot(ctx context.Context, d DB, f func(ctx context.Context) error) error {
	if _, joined := txFrom(ctx); joined {
		return errors.New("db: a snapshot cannot begin within a transaction")
	}
	switch d := d.(type) {
	case *sqliteDB:
		return d.snapshot(ctx, f)
	case *postgresDB:
		return d.snapshot(ctx, f)
	}
	return fmt.Errorf("db: a %T has no snapshots", d)
}

// snapshot is a deferred transaction of one reader: its first read fixes what all others see.
func (d *sqliteDB) snapshot(ctx context.Context, f func(ctx context.Context) error) error {
	raw, err := d.readers.BeginTx(ctx, nil)
	if err != nil {
		return errUnavailable.Because(err)
	}
	defer raw.Rollback()
	return f(withTx(ctx, snapshotTx{sqlHandle{raw}}))
}

func (d *postgresDB) snapshot(ctx context.Context, f func(ctx context.Context) error) error {
	raw, err := d.pool.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
	if err != nil {
		return errUnavailable.Because(err)
	}
	defer raw.Rollback(context.WithoutCancel(ctx))
	// The limits are there against what holds others up, and a snapshot does not.
	if _, err := raw.Exec(ctx, "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0"); err != nil {
		return err
	}
	return f(withTx(ctx, snapshotTx{pgHandle{raw}}))
}

// snapshotTx is a transaction that only reads.
type snapshotTx struct{ Querier }

func (snapshotTx) Exec(context.Context, string, ...any) (int64, error) { return 0, errReadOnly }

// Collect has nothing that its items could be committed with: whoever comes here has forgotten where it runs.
func (snapshotTx) Collect(Collector, any) { panic(errReadOnly) }
