package db_test

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"rampa/internal/db"
	"rampa/internal/testenv"
)

// sources are empty databases, one an engine.
func sources(t *testing.T, test func(t *testing.T, engine, source string)) {
	t.Helper()
	for engine, source := range map[string]func(t *testing.T) string{
		"sqlite":     func(t *testing.T) string { return filepath.Join(t.TempDir(), "rampa.db") },
		"postgresql": func(t *testing.T) string { return testenv.Postgres(t) },
	} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			test(t, engine, source(t))
		})
	}
}

func TestMigratingTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	sources(t, func(t *testing.T, _, source string) {
		newest := int64(db.Versions())
		for _, want := range []int64{0, newest} {
			from, to, err := db.Migrate(t.Context(), db.Options{Source: source})
			if err != nil || from != want || to != newest {
				t.Errorf("from %d to %d, want from %d to %d (%v)", from, to, want, newest, err)
			}
		}
	})
}

func TestADatabaseOfANewerProgramIsRefused(t *testing.T) {
	t.Parallel()
	sources(t, func(t *testing.T, _, source string) {
		if _, _, err := db.Migrate(t.Context(), db.Options{Source: source}); err != nil {
			t.Fatal(err)
		}
		_, _, err := db.MigrateTo(t.Context(), db.Options{Source: source}, 1)
		if err == nil || !strings.Contains(err.Error(), "newer") {
			t.Errorf("an old program took a newer database: %v", err)
		}
	})
}

// On SQLite a lock on the data folder keeps the second process out.
func TestNodesThatStartAtOnceOnPostgreSQLMigrateOnce(t *testing.T) {
	t.Parallel()
	source := testenv.Postgres(t)
	var nodes sync.WaitGroup
	for range 4 {
		nodes.Go(func() {
			if _, _, err := db.Migrate(t.Context(), db.Options{Source: source}); err != nil {
				t.Error(err)
			}
		})
	}
	nodes.Wait()
}

func TestTheSizeOfThePoolMayStandInTheURL(t *testing.T) {
	t.Parallel()
	source := testenv.Postgres(t)
	if strings.Contains(source, "?") {
		source += "&pool_max_conns=20"
	} else {
		source += "?pool_max_conns=20"
	}
	if _, _, err := db.Migrate(t.Context(), db.Options{Source: source}); err != nil {
		t.Fatal(err)
	}
	d, err := db.Open(t.Context(), db.Options{Source: source})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
}

func TestMigrationsOnlyGoForward(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("migrations/*.sql")
	if err != nil || len(files) != db.Versions() {
		t.Fatal(files, err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(string(text), "-- +goose Up\n") || strings.Contains(string(text), "+goose Down") {
			t.Errorf("%s has a way down, or does not say that it goes up", name)
		}
	}
}
