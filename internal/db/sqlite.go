package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"

	"modernc.org/sqlite"
)

// sqliteDB is one file: a writer connection that one goroutine owns, shared with the job queue, and a pool of readers.
type sqliteDB struct {
	writer  *sql.DB
	readers *sql.DB
	metrics *metrics
	loop    *writerLoop
}

func openSQLite(ctx context.Context, o Options) (DB, error) {
	if err := os.MkdirAll(filepath.Dir(o.Source), 0o700); err != nil {
		return nil, fmt.Errorf("make the data folder: %w", err)
	}
	if err := ownFile(o.Source); err != nil {
		return nil, err
	}
	d := &sqliteDB{metrics: newMetrics(o.Metrics)}
	// The writer's cache holds the inner pages of indexes over millions of rows; it grows only as far as it is needed.
	d.writer = d.pool(o.Source, 1, url.Values{"_txlock": {"immediate"}, "_pragma": {"cache_size(-32768)"}})
	if err := d.checkDurable(ctx); err != nil {
		d.writer.Close()
		return nil, err
	}
	d.readers = d.pool(o.Source, max(4, runtime.NumCPU()), url.Values{"_pragma": {"query_only(1)"}})
	d.loop = startWriter(d.writer, d.metrics)
	return d, nil
}

// ownFile makes a new file for its owner only; SQLite gives the WAL the same mode. A file that is there is not touched:
// closing it again would drop the locks that this process holds on it.
func ownFile(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("make the database file: %w", err)
	}
	return f.Close()
}

func (d *sqliteDB) pool(path string, conns int, extra url.Values) *sql.DB {
	q := url.Values{"_pragma": append([]string{ // busy_timeout first: the others may have to wait
		"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)", "temp_store(MEMORY)",
		"secure_delete(fast)",      // what was erased is overwritten in the pages that are written anyway
		"wal_autocheckpoint(4000)", // pages; the writer checkpoints before that and counts, this is for other writers of the file
	}, extra["_pragma"]...)}
	if lock := extra.Get("_txlock"); lock != "" {
		q.Set("_txlock", lock)
	}
	dsn := "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
	pool := sql.OpenDB(&cachingConnector{dsn: dsn, driver: &sqlite.Driver{}, statements: d.metrics.statements})
	pool.SetMaxOpenConns(conns)
	pool.SetMaxIdleConns(conns)
	return pool
}

// checkDurable refuses to run when a commit would not reach the disk.
func (d *sqliteDB) checkDurable(ctx context.Context) error {
	var journal string
	var synchronous int
	if err := d.writer.QueryRowContext(ctx, "PRAGMA journal_mode").Scan(&journal); err != nil {
		return fmt.Errorf("open the database: %w", err)
	}
	if err := d.writer.QueryRowContext(ctx, "PRAGMA synchronous").Scan(&synchronous); err != nil {
		return fmt.Errorf("open the database: %w", err)
	}
	if journal != "wal" || synchronous != 2 {
		return fmt.Errorf("unsafe database setting: journal_mode=%s synchronous=%d; Rampa needs WAL and FULL (2), which this file system may not offer", journal, synchronous)
	}
	return nil
}

func (d *sqliteDB) InTx(ctx context.Context, f func(ctx context.Context, tx Tx) error) error {
	if tx, ok := txFrom(ctx); ok {
		return f(ctx, tx)
	}
	return d.loop.run(ctx, f)
}

func (d *sqliteDB) querier(ctx context.Context) Querier {
	if tx, ok := txFrom(ctx); ok {
		return tx
	}
	return sqlHandle{d.readers}
}

func (d *sqliteDB) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	var n int64
	err := d.InTx(ctx, func(ctx context.Context, tx Tx) (err error) {
		n, err = tx.Exec(ctx, query, args...)
		return err
	})
	return n, err
}

func (d *sqliteDB) Query(ctx context.Context, query string, args ...any) (Rows, error) {
	return d.querier(ctx).Query(ctx, query, args...)
}

func (d *sqliteDB) QueryRow(ctx context.Context, query string, args ...any) Row {
	return d.querier(ctx).QueryRow(ctx, query, args...)
}

func (d *sqliteDB) Raw() any { return d.writer }

func (d *sqliteDB) Ping(ctx context.Context) error { return d.readers.PingContext(ctx) }

// Close lets the units under way end, folds the WAL into the file and closes it.
func (d *sqliteDB) Close() error {
	d.loop.stop()
	_, err := d.writer.Exec("PRAGMA wal_checkpoint(TRUNCATE)")
	return errors.Join(err, d.readers.Close(), d.writer.Close())
}

// sqlHandle is a Querier over database/sql.
type sqlHandle struct {
	h interface {
		ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
		QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
		QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	}
}

func (s sqlHandle) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	r, err := s.h.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

func (s sqlHandle) Query(ctx context.Context, query string, args ...any) (Rows, error) {
	rows, err := s.h.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	return sqlRows{rows}, nil
}

func (s sqlHandle) QueryRow(ctx context.Context, query string, args ...any) Row {
	return sqlRow{s.h.QueryRowContext(ctx, query, args...)}
}

type sqlRows struct{ *sql.Rows }

func (r sqlRows) Close() { _ = r.Rows.Close() }

type sqlRow struct{ row *sql.Row }

func (r sqlRow) Scan(dest ...any) error {
	err := r.row.Scan(dest...)
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNoRows
	}
	return err
}
