// Package db opens the database and runs transactions on it: SQLite (one writer that commits in groups) or PostgreSQL
// (a pool), behind one small handle. It knows no table of any domain; the SQL stands in package store, and whatever must
// differ between the engines stands in dialect.go.
package db

import (
	"context"
	"errors"
	"strings"

	"github.com/prometheus/client_golang/prometheus"

	"rampa/internal/errs"
)

// Querier runs statements written with $1 placeholders in the SQL that both engines share.
type Querier interface {
	// Exec gives the number of rows affected.
	Exec(ctx context.Context, query string, args ...any) (int64, error)
	Query(ctx context.Context, query string, args ...any) (Rows, error)
	QueryRow(ctx context.Context, query string, args ...any) Row
}

// Rows walks a result. Close is always safe to call.
type Rows interface {
	Next() bool
	Scan(dest ...any) error
	Err() error
	Close()
}

// Row is a result of at most one row; Scan gives ErrNoRows when there is none.
type Row interface {
	Scan(dest ...any) error
}

// ErrNoRows says that a QueryRow found nothing.
var ErrNoRows = errors.New("db: no rows")

// Tx is one unit of work: all of it is committed or none.
type Tx interface {
	Querier
	// Collect hands item to c, which gets the items of the whole commit at once, just before it.
	Collect(c Collector, item any)
}

// Collector receives, just before a commit, what the units in it collected: jobs to insert, for one. raw is the engine's
// own transaction, *sql.Tx or pgx.Tx. It must be comparable.
type Collector interface {
	Flush(ctx context.Context, raw any, items []any) error
}

// DB is an open database. Reads outside a transaction see committed rows; inside the context of a transaction they see it.
type DB interface {
	Querier
	// InTx runs f in a transaction and answers when it is durable. f may run twice, so it must have no effect outside
	// the transaction. With a context that already carries a transaction, f joins it.
	InTx(ctx context.Context, f func(ctx context.Context, tx Tx) error) error
	// Raw gives the engine's own handle, *sql.DB or *pgxpool.Pool, for the job queue that lives in the same database.
	Raw() any
	Ping(ctx context.Context) error
	Close() error
}

// Options say which database to open.
type Options struct {
	// Source is a postgres:// URL or the path of an SQLite file.
	Source  string
	Metrics prometheus.Registerer // nil: not measured
}

// IsPostgres reports whether source names a PostgreSQL database.
func IsPostgres(source string) bool {
	return strings.HasPrefix(source, "postgres://") || strings.HasPrefix(source, "postgresql://")
}

// Open opens the database, refusing settings under which a committed change could be lost. It does not migrate.
func Open(ctx context.Context, o Options) (DB, error) {
	if IsPostgres(o.Source) {
		return openPostgres(ctx, o)
	}
	return openSQLite(ctx, o)
}

var errUnavailable = errs.New(errs.Unavailable, "unavailable", "The database cannot be reached. Try again in a moment.")

type txKey struct{}

func withTx(ctx context.Context, tx Tx) context.Context { return context.WithValue(ctx, txKey{}, tx) }

func txFrom(ctx context.Context) (Tx, bool) {
	tx, ok := ctx.Value(txKey{}).(Tx)
	return tx, ok
}

// collected keeps items by collector, in the order in which the collectors were first used.
type collected struct {
	order []Collector
	items map[Collector][]any
}

func (c *collected) add(to Collector, item any) {
	if c.items == nil {
		c.items = make(map[Collector][]any)
	}
	if _, ok := c.items[to]; !ok {
		c.order = append(c.order, to)
	}
	c.items[to] = append(c.items[to], item)
}

func (c *collected) merge(from *collected) {
	for _, to := range from.order {
		for _, item := range from.items[to] {
			c.add(to, item)
		}
	}
}

func (c *collected) flush(ctx context.Context, raw any) error {
	for _, to := range c.order {
		if err := to.Flush(ctx, raw, c.items[to]); err != nil {
			return err
		}
	}
	return nil
}
