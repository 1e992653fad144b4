package db

import (
	"context"
	"io/fs"
	"testing/fstest"
)

// MigrateTo is Migrate of the program as it was at a version.
func MigrateTo(ctx context.Context, o Options, version int) (from, to int64, err error) {
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return 0, 0, err
	}
	old := fstest.MapFS{}
	for _, name := range names[:version] {
		text, err := migrations.ReadFile(name)
		if err != nil {
			return 0, 0, err
		}
		old[name[len("migrations/"):]] = &fstest.MapFile{Data: text}
	}
	return migrateFrom(ctx, o, old)
}

// Versions is how many migrations there are.
func Versions() int {
	names, _ := fs.Glob(migrations, "migrations/*.sql")
	return len(names)
}
