package store

import (
	"context"

	"rampa/internal/errs"
	"rampa/internal/store/row"
)

var errNoSetting = errs.New(errs.NotFound, "setting_not_found", "This setting was never stored.")

// Setting gives a stored value.
func (s *Store) Setting(ctx context.Context, name string) ([]byte, error) {
	var value []byte
	err := s.db.QueryRow(ctx, `SELECT value FROM settings WHERE name = $1`, name).Scan(&value)
	return value, row.OrElse(err, errNoSetting)
}

// AddSetting stores a value unless the name exists already, and gives what is stored then: of two nodes that start at
// once, both go on with the first one's.
func (s *Store) AddSetting(ctx context.Context, name string, value []byte) ([]byte, error) {
	if _, err := s.db.Exec(ctx, `INSERT INTO settings (name, value, updated_at) VALUES ($1, $2, 0) ON CONFLICT (name) DO NOTHING`, name, value); err != nil {
		return nil, err
	}
	return s.Setting(ctx, name)
}

// SetSetting stores a value over whatever was there.
func (s *Store) SetSetting(ctx context.Context, name string, value []byte) error {
	_, err := s.db.Exec(ctx, `INSERT INTO settings (name, value, updated_at) VALUES ($1, $2, 0) ON CONFLICT (name) DO UPDATE SET value = $2`, name, value)
	return err
}
