package config

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"path/filepath"
	"strings"
)

// Engine is which database holds everything.
type Engine string

// The engines.
const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

// Database names a database: sqlite, sqlite:PATH, PATH or postgres://…. Printed, it loses its password.
type Database string

var errDatabase = errors.New("use sqlite, sqlite:PATH or postgres://user@host/name")

// Engine tells which engine it is.
func (d Database) Engine() Engine {
	scheme, _, _ := strings.Cut(string(d), ":")
	if scheme == "postgres" || scheme == "postgresql" {
		return Postgres
	}
	return SQLite
}

// Path is the file of a SQLite database: the one named, or rampa.db in the data folder.
func (d Database) Path(data string) string {
	if d == "" || d == "sqlite" {
		return filepath.Join(data, "rampa.db")
	}
	path := strings.TrimPrefix(string(d), "sqlite:")
	return strings.TrimPrefix(path, "//")
}

// DSN is the whole text, password included: for the driver only.
func (d Database) DSN() string { return string(d) }

// Check tells what is wrong with the text; nil when it names a database.
// Check tells whether d names a database.
func (d Database) Check() error {
	if d.Engine() == Postgres {
		if u, err := url.Parse(string(d)); err != nil || !strings.HasPrefix(string(d), u.Scheme+"://") {
			return errDatabase
		}
		return nil
	}
	if rest, ok := strings.CutPrefix(string(d), "sqlite:"); ok {
		if strings.Trim(rest, "/") == "" {
			return errDatabase
		}
		return nil
	}
	// A bare path must look like one, so that a misspelt engine makes no file.
	path := strings.ContainsRune(string(d), filepath.Separator) || strings.HasSuffix(string(d), ".db")
	if d != "sqlite" && (!path || strings.Contains(string(d), "://")) {
		return errDatabase
	}
	return nil
}

// String gives the text without its password.
func (d Database) String() string {
	if d.Engine() == SQLite {
		return string(d)
	}
	u, err := url.Parse(string(d))
	if err != nil {
		return Mask
	}
	if _, has := u.User.Password(); has {
		u.User = url.UserPassword(u.User.Username(), Mask)
	}
	q := u.Query()
	for _, key := range []string{"password", "sslpassword", "passfile"} {
		if q.Has(key) {
			q.Set(key, Mask)
		}
	}
	u.RawQuery = q.Encode()
	// url.URL escapes the stars: the reader should see the same mask everywhere.
	return strings.ReplaceAll(u.String(), url.QueryEscape(Mask), Mask)
}

// Format prints the text without its password for every verb of fmt.
func (d Database) Format(f fmt.State, _ rune) { io.WriteString(f, d.String()) }

// LogValue gives slog the text without its password.
func (d Database) LogValue() slog.Value { return slog.StringValue(d.String()) }

// MarshalText gives encoders the text without its password.
func (d Database) MarshalText() ([]byte, error) { return []byte(d.String()), nil }
