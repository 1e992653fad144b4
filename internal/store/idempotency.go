package store

import (
	"context"
	"errors"
	"time"

	"rampa/internal/db"
	"rampa/internal/idempotency"
	"rampa/internal/store/row"
)

// ClaimKey adds a key; when it is there already, it gives the stored entry instead. Of two transactions at once, the
// second waits here for the end of the first.
func (s *Store) ClaimKey(ctx context.Context, k idempotency.Key, at time.Time) (*idempotency.Entry, error) {
	var key string
	err := s.db.QueryRow(ctx, `INSERT INTO idempotency_keys (integration_id, key, fingerprint, status, created_at) VALUES ($1, $2, $3, 0, $4)
		ON CONFLICT (integration_id, key) DO NOTHING RETURNING key`, k.IntegrationID, k.Value, k.FingerprintText(), row.Micros(at)).Scan(&key)
	if db.IsLockTimeout(err) {
		return nil, idempotency.ErrInProgress
	}
	if !errors.Is(err, db.ErrNoRows) {
		return nil, err
	}
	var e idempotency.Entry
	err = s.db.QueryRow(ctx, `SELECT fingerprint, status, sealed_answer FROM idempotency_keys WHERE integration_id = $1 AND key = $2`, k.IntegrationID, k.Value).
		Scan(&e.Fingerprint, &e.Status, &e.SealedAnswer)
	return &e, err
}

// StoreAnswer completes a claimed key.
func (s *Store) StoreAnswer(ctx context.Context, k idempotency.Key, status int, sealed []byte) error {
	_, err := s.db.Exec(ctx, `UPDATE idempotency_keys SET status = $3, sealed_answer = $4 WHERE integration_id = $1 AND key = $2`, k.IntegrationID, k.Value, status, sealed)
	return err
}

// PurgeKeys forgets keys claimed before an instant.
func (s *Store) PurgeKeys(ctx context.Context, before time.Time) error {
	_, err := s.db.Exec(ctx, `DELETE FROM idempotency_keys WHERE created_at < $1`, row.Micros(before))
	return err
}
