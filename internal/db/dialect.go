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

// A TextIndex is an index of one engine's own kind.
const (
	postgresTextIndex = "CREATE EXTENSION IF NOT EXISTS pg_trgm;\nCREATE INDEX $1 ON $2 USING gin ($3 gin_trgm_ops);"
	sqliteTextIndex   = "CREATE VIRTUAL TABLE $1 USING fts5($3, content='', contentless_delete=1, tokenize='trigram', detail=none);"
)

// migrationText gives the migrations in the engine's words.
func migrationText(source fs.FS, postgres bool) fs.FS {
	if postgres {
		return rewordedFS{source, func(text string) string { return createTextIndex.ReplaceAllString(text, postgresTextIndex) }}
	}
	return rewordedFS{source, func(text string) string {
		return createTextIndex.ReplaceAllString(sqliteWords.Replace(text), sqliteTextIndex)
	}}
}

// rewordedFS reads the files of an fs.FS in an engine's words.
type rewordedFS struct {
	fs.FS
	reword func(string) string
}

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
	return rewordedFile{strings.NewReader(r.reword(string(text))), info}, err
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
