// Package row is what all SQL shares: how Go values become columns and rows become Go values, and how conditions are
// collected. It knows no table.
package row

import (
	"encoding/json"
	"errors"
	"time"

	"rampa/internal/db"
)

// Micros is a time as stored: microseconds since 1970 UTC, 0 for none.
func Micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// MicrosOrNull is Micros with NULL for none, for columns of partial indexes.
func MicrosOrNull(t time.Time) *int64 {
	if t.IsZero() {
		return nil
	}
	m := t.UnixMicro()
	return &m
}

// FromMicros reads a stored time.
func FromMicros(m int64) time.Time {
	if m == 0 {
		return time.Time{}
	}
	return time.UnixMicro(m).UTC()
}

// TextOrNull is a text with NULL for none.
func TextOrNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// Flag is a boolean as stored: 1 or 0.
func Flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// Encode is for lists and small maps kept as JSON text; nil lists are stored as [].
func Encode[T any](v []T) (string, error) {
	if len(v) == 0 {
		return "[]", nil
	}
	b, err := json.Marshal(v)
	return string(b), err
}

// Decode reads what Encode wrote.
func Decode[T any](text string) ([]T, error) {
	if text == "[]" || text == "" {
		return nil, nil
	}
	var v []T
	err := json.Unmarshal([]byte(text), &v)
	return v, err
}

// OrElse replaces "no rows" by the domain's own error.
func OrElse(err, missing error) error {
	if errors.Is(err, db.ErrNoRows) {
		return missing
	}
	return err
}

// Scanner is a row or the present row of rows.
type Scanner interface{ Scan(dest ...any) error }

// Collect reads all rows with the scan function of their type; err is the query's own.
func Collect[T any](rows db.Rows, err error, scan func(Scanner) (T, error)) ([]T, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, rows.Err()
}

// ScanText reads a row of one text.
func ScanText(r Scanner) (string, error) {
	var s string
	err := r.Scan(&s)
	return s, err
}

// Inserted reads the outcome of INSERT … ON CONFLICT DO NOTHING RETURNING: no row means that it was there already.
func Inserted(err error) (bool, error) {
	if errors.Is(err, db.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}
