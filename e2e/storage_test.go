package e2e

import (
	"context"
	"database/sql"
	"encoding/hex"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"
)

// inspectStorage looks for secrets in every file of the data folder and in every row of the database.
func (s *server) inspectStorage() {
	known := []string{"sandbox-master.key", "credentials.json"} // what protects the rest, and what hands out
	err := filepath.WalkDir(s.dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || slices.Contains(known, entry.Name()) {
			return err
		}
		content, err := os.ReadFile(name)
		s.leaks(entry.Name(), content)
		return err
	})
	if err != nil && s.cmd != nil && !os.IsNotExist(err) {
		s.Errorf("look through the data folder: %v", err)
	}
	if s.db != "" {
		s.inspectPostgres()
	}
}

func (s *server) inspectPostgres() {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, s.db)
	if err != nil {
		s.Errorf("look through the database: %v", err)
		return
	}
	defer conn.Close(ctx)
	rows, _ := conn.Query(ctx, `SELECT tablename FROM pg_tables WHERE schemaname = current_schema()`)
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(tables) < 10 {
		s.Errorf("%d tables: %v", len(tables), err)
	}
	for _, table := range tables {
		rows, _ := conn.Query(ctx, `SELECT t::text FROM `+pgx.Identifier{table}.Sanitize()+` t`)
		lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			s.Error(err)
		}
		for _, line := range lines {
			s.leaks("a row of "+table, []byte(line))
			s.secrets.Range(func(text, what any) bool {
				s.leaksHex(table, line, text.(string))
				return true
			})
		}
	}
}

// leaksHex finds a secret in a column of bytes, which PostgreSQL prints in hexadecimal.
func (s *server) leaksHex(table, line, text string) {
	if what, ok := s.secrets.Load(text); ok && len(line) > 2*len(text) && strings.Contains(line, hex.EncodeToString([]byte(text))) {
		s.Errorf("bytes of %s hold the %s", table, what)
	}
}

// database opens the storage beside all the program's own code.
func (s *server) database() *sql.DB {
	s.Helper()
	driver, source := "sqlite", "file:"+url.PathEscape(filepath.Join(s.dir, "rampa.db"))
	if s.db != "" {
		driver, source = "pgx", s.db
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		s.Fatal(err)
	}
	return db
}

// column gives the first column of a query, in one line.
func (s *server) column(query string) string {
	s.Helper()
	db := s.database()
	defer db.Close()
	rows, err := db.Query(query)
	if err != nil {
		s.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	var values []string
	for rows.Next() {
		var value string
		if err := rows.Scan(&value); err != nil {
			s.Fatalf("%s: %v", query, err)
		}
		values = append(values, value)
	}
	return strings.Join(values, " ")
}
