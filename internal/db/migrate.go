package db

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib" // goose speaks database/sql
	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrate brings the database's tables up to this program's version, forward only, and gives the versions before and
// after. On PostgreSQL a statement that would wait more than a moment for a lock fails rather than stop the traffic.
func Migrate(ctx context.Context, o Options) (from, to int64, err error) {
	source, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return 0, 0, err
	}
	return migrateFrom(ctx, o, source)
}

func migrateFrom(ctx context.Context, o Options, source fs.FS) (from, to int64, err error) {
	postgres := IsPostgres(o.Source)
	handle, err := migrationHandle(ctx, o)
	if err != nil {
		return 0, 0, err
	}
	defer handle.Close()
	p, err := goose.NewProvider(gooseDialect(postgres), handle, migrationText(source, postgres), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return 0, 0, fmt.Errorf("read the migrations: %w", err)
	}
	if from, err = p.GetDBVersion(ctx); err != nil {
		return 0, 0, fmt.Errorf("read the database's version: %w", err)
	}
	for _, s := range p.ListSources() {
		to = max(to, s.Version)
	}
	if from > to {
		return from, to, fmt.Errorf("the database is at version %d, newer than this program's %d: run the newer program", from, to)
	}
	if from == to {
		return from, to, nil
	}
	if _, err := p.Up(ctx); err != nil {
		return from, to, fmt.Errorf("migrate the database: %w", err)
	}
	return from, to, nil
}

func migrationHandle(ctx context.Context, o Options) (*sql.DB, error) {
	if IsPostgres(o.Source) {
		cfg, err := pgxpool.ParseConfig(o.Source) // which knows the pool's own parameters of the URL
		if err != nil {
			return nil, fmt.Errorf("the database URL cannot be read: %w", err)
		}
		handle := stdlib.OpenDB(*cfg.ConnConfig)
		handle.SetMaxOpenConns(1)
		for _, statement := range []string{
			"SELECT pg_advisory_lock(7305808868112)", // nodes that start at once migrate one after the other; ends with the connection
			"SET lock_timeout = '750ms'",
		} {
			if _, err := handle.ExecContext(ctx, statement); err != nil {
				handle.Close()
				return nil, fmt.Errorf("open the database: %w", err)
			}
		}
		return handle, nil
	}
	if err := ownFile(o.Source); err != nil {
		return nil, err
	}
	d := &sqliteDB{metrics: newMetrics(nil)}
	return d.pool(o.Source, 1, nil), nil
}
