package db_test

import (
	"context"
	"path/filepath"
	"sync"
	"testing"

	"rampa/internal/db"
	"rampa/internal/testenv"
)

func TestASnapshotSeesOneInstant(t *testing.T) {
	t.Parallel()
	for engine, source := range map[string]func(t *testing.T) string{
		"sqlite":     func(t *testing.T) string { return filepath.Join(t.TempDir(), "rampa.db") },
		"postgresql": func(t *testing.T) string { return testenv.Postgres(t) },
	} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			d, err := db.Open(t.Context(), db.Options{Source: source(t)})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = d.Close() })
			execute(t, d, `CREATE TABLE numbers (n BIGINT NOT NULL)`)
			execute(t, d, `INSERT INTO numbers (n) VALUES (1)`)
			count := func(ctx context.Context) (n int) {
				if err := d.QueryRow(ctx, `SELECT COUNT(*) FROM numbers`).Scan(&n); err != nil {
					t.Error(err)
				}
				return n
			}
			err = db.Snapshot(t.Context(), d, func(ctx context.Context) error {
				before := count(ctx)
				var others sync.WaitGroup
				for range 8 { // nobody waits for it
					others.Go(func() { execute(t, d, `INSERT INTO numbers (n) VALUES (2)`) })
				}
				others.Wait()
				if after := count(ctx); before != 1 || after != 1 {
					t.Errorf("%d rows, then %d", before, after)
				}
				if n := count(t.Context()); n != 9 {
					t.Errorf("%d rows outside", n)
				}
				if _, err := d.Exec(ctx, `INSERT INTO numbers (n) VALUES (3)`); err == nil {
					t.Error("it writes")
				}
				if err := d.QueryRow(ctx, `INSERT INTO numbers (n) VALUES (3) RETURNING n`).Scan(new(int)); err == nil {
					t.Error("it writes by reading")
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if n := count(t.Context()); n != 9 {
				t.Errorf("%d rows afterwards", n)
			}
			err = d.InTx(t.Context(), func(ctx context.Context, _ db.Tx) error {
				return db.Snapshot(ctx, d, func(context.Context) error { return nil })
			})
			if err == nil {
				t.Error("a transaction is no snapshot")
			}
		})
	}
}

func execute(t *testing.T, d db.DB, query string) {
	t.Helper()
	if _, err := d.Exec(t.Context(), query); err != nil {
		t.Error(err)
	}
}
