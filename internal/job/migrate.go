package job

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"

	"rampa/internal/db"
)

// Migrate brings the queue's own tables in the database at source (as in db.Options) up to date. Run it after
// db.Migrate, in `migrate` and at start.
func Migrate(ctx context.Context, source string) error {
	d, err := db.Open(ctx, db.Options{Source: source})
	if err != nil {
		return err
	}
	defer d.Close()
	switch pool := d.Raw().(type) {
	case *sql.DB:
		return migrate(ctx, riversqlite.New(pool))
	case *pgxpool.Pool:
		return migrate(ctx, riverpgxv5.New(pool))
	default:
		return fmt.Errorf("job: no queue for a %T", pool)
	}
}

func migrate[T any](ctx context.Context, driver riverdriver.Driver[T]) error {
	m, err := rivermigrate.New(driver, &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return fmt.Errorf("read the queue's migrations: %w", err)
	}
	if _, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("migrate the job queue: %w", err)
	}
	return nil
}
