// Package storetest is what both engines must do alike: it opens a fresh, migrated database on each of them, and holds
// the conformance suite of package store.
package storetest

import (
	"context"
	"path/filepath"
	"testing"

	"rampa/internal/db"
	"rampa/internal/store"
	"rampa/internal/testenv"
)

// Database is a fresh database of one engine.
type Database struct {
	Engine string
	Source string // what db.Open takes
	DB     db.DB
	Store  *store.Store
}

// Engines runs test on a fresh database of each engine, in parallel.
func Engines(t *testing.T, test func(t *testing.T, d Database)) {
	t.Helper()
	for engine, source := range map[string]func(t *testing.T) string{
		"sqlite":     func(t *testing.T) string { return filepath.Join(t.TempDir(), "rampa.db") },
		"postgresql": func(t *testing.T) string { return testenv.PostgresFrom(t, "rampa", migrated) },
	} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			test(t, Open(t, engine, source(t)))
		})
	}
}

func migrated(dsn string) error {
	_, _, err := db.Migrate(context.Background(), db.Options{Source: dsn})
	return err
}

// Open migrates and opens a database, and closes it when the test ends.
func Open(t testing.TB, engine, source string) Database {
	t.Helper()
	if err := migrated(source); err != nil {
		t.Fatal(err)
	}
	d, err := db.Open(context.Background(), db.Options{Source: source})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return Database{engine, source, d, store.New(d)}
}
