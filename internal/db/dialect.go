package db

import (
	"io"
	"io/fs"
	"strings"

	"github.com/pressly/goose/v3"
)

// The engines' differences, all of them: migrations are written in PostgreSQL's words, and SQLite reads these instead.
var sqliteWords = strings.NewReplacer(
	"BIGSERIAL PRIMARY KEY", "INTEGER PRIMARY KEY AUTOINCREMENT",
	"BYTEA", "BLOB",
)

// migrationText gives the migrations in the engine's words.
func migrationText(source fs.FS, postgres bool) fs.FS {
	if postgres {
		return source
	}
	return rewordedFS{source}
}

// rewordedFS reads the files of an fs.FS with sqliteWords applied.
type rewordedFS struct{ fs.FS }

func (r rewordedFS) Open(name string) (fs.File, error) {
	f, err := r.FS.Open(name)
	if err != nil || !strings.HasSuffix(name, ".sql") {
		return f, err
	}
	defer f.Close()
	text, err := io.ReadAll(f)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	return rewordedFile{strings.NewReader(sqliteWords.Replace(string(text))), info}, err
}

type rewordedFile struct {
	*strings.Reader
	info fs.FileInfo
}

func (r rewordedFile) Stat() (fs.FileInfo, error) { return r.info, nil }
func (r rewordedFile) Close() error               { return nil }

func gooseDialect(postgres bool) goose.Dialect {
	if postgres {
		return goose.DialectPostgres
	}
	return goose.DialectSQLite3
}
