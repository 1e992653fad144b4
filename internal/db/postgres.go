package db

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

const txAttempts = 8

type postgresDB struct {
	pool    *pgxpool.Pool
	metrics *metrics
}

func openPostgres(ctx context.Context, o Options) (DB, error) {
	cfg, err := pgxpool.ParseConfig(o.Source)
	if err != nil {
		return nil, fmt.Errorf("the database URL cannot be read: %w", err)
	}
	m := newMetrics(o.Metrics)
	cfg.ConnConfig.Tracer = statementCounter{m}
	for name, value := range map[string]string{
		"timezone": "UTC", "lock_timeout": "5s", "statement_timeout": "30s", "idle_in_transaction_session_timeout": "60s",
	} {
		if _, set := cfg.ConnConfig.RuntimeParams[name]; !set {
			cfg.ConnConfig.RuntimeParams[name] = value
		}
	}
	if cfg.MaxConns < 16 {
		cfg.MaxConns = 16
	}
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	d := &postgresDB{pool: pool, metrics: m}
	if err := d.checkDurable(ctx); err != nil {
		pool.Close()
		return nil, err
	}
	return d, nil
}

// checkDurable refuses to run when a commit would not reach the disk.
func (d *postgresDB) checkDurable(ctx context.Context) error {
	for _, setting := range []string{"fsync", "synchronous_commit", "full_page_writes"} {
		var value string
		if err := d.pool.QueryRow(ctx, "SELECT current_setting($1)", setting).Scan(&value); err != nil {
			return fmt.Errorf("open the database: %w", err)
		}
		if value == "off" {
			return fmt.Errorf("unsafe database setting: %s=off; a committed payment could be lost: set it to on", setting)
		}
	}
	return nil
}

func (d *postgresDB) InTx(ctx context.Context, f func(ctx context.Context, tx Tx) error) error {
	if tx, ok := txFrom(ctx); ok {
		return f(ctx, tx)
	}
	for attempt := 1; ; attempt++ {
		err := d.try(ctx, f)
		if err == nil || !again(err) || attempt == txAttempts || ctx.Err() != nil {
			return err
		}
		d.metrics.retries.Inc()
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Duration(attempt*attempt) * 2 * time.Millisecond):
		}
	}
}

func (d *postgresDB) try(ctx context.Context, f func(ctx context.Context, tx Tx) error) error {
	raw, err := d.pool.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.ReadCommitted})
	if err != nil {
		return errUnavailable.Because(err)
	}
	defer raw.Rollback(context.WithoutCancel(ctx))
	tx := &postgresTx{pgHandle: pgHandle{raw}}
	if err := f(withTx(ctx, tx), tx); err != nil {
		return err
	}
	if err := tx.jobs.flush(ctx, raw); err != nil {
		return err
	}
	if err := raw.Commit(ctx); err != nil {
		return err
	}
	d.metrics.commits.Inc()
	d.metrics.fsyncs.Inc()
	d.metrics.units.Observe(1)
	return nil
}

// again reports whether a transaction failed only because of its neighbours.
func again(err error) bool {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (pg.Code == "40001" || pg.Code == "40P01")
}

func (d *postgresDB) querier(ctx context.Context) Querier {
	if tx, ok := txFrom(ctx); ok {
		return tx
	}
	return pgHandle{d.pool}
}

func (d *postgresDB) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	return d.querier(ctx).Exec(ctx, query, args...)
}

func (d *postgresDB) Query(ctx context.Context, query string, args ...any) (Rows, error) {
	return d.querier(ctx).Query(ctx, query, args...)
}

func (d *postgresDB) QueryRow(ctx context.Context, query string, args ...any) Row {
	return d.querier(ctx).QueryRow(ctx, query, args...)
}

func (d *postgresDB) Raw() any                       { return d.pool }
func (d *postgresDB) Ping(ctx context.Context) error { return d.pool.Ping(ctx) }

func (d *postgresDB) Close() error {
	d.pool.Close()
	return nil
}

type postgresTx struct {
	pgHandle
	jobs collected
}

func (t *postgresTx) Collect(c Collector, item any) { t.jobs.add(c, item) }

// pgHandle is a Querier over pgx.
type pgHandle struct {
	h interface {
		Exec(ctx context.Context, query string, args ...any) (pgconn.CommandTag, error)
		Query(ctx context.Context, query string, args ...any) (pgx.Rows, error)
		QueryRow(ctx context.Context, query string, args ...any) pgx.Row
	}
}

func (p pgHandle) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	tag, err := p.h.Exec(ctx, query, args...)
	return tag.RowsAffected(), err
}

func (p pgHandle) Query(ctx context.Context, query string, args ...any) (Rows, error) {
	return p.h.Query(ctx, query, args...)
}

func (p pgHandle) QueryRow(ctx context.Context, query string, args ...any) Row {
	return pgRow{p.h.QueryRow(ctx, query, args...)}
}

type pgRow struct{ pgx.Row }

func (r pgRow) Scan(dest ...any) error {
	err := r.Row.Scan(dest...)
	if errors.Is(err, pgx.ErrNoRows) {
		return ErrNoRows
	}
	return err
}

type statementCounter struct{ m *metrics }

func (s statementCounter) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	s.m.statements.Inc()
	return ctx
}

func (s statementCounter) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// IsLockTimeout reports whether a statement gave up waiting for a row that another transaction holds.
func IsLockTimeout(err error) bool {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	return ok && pg.Code == "55P03"
}
