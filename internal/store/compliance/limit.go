package compliance

import (
	"context"
	"errors"
	"time"

	"rampa/internal/db"
	"rampa/internal/limit"
	"rampa/internal/store/row"
)

// Limits is the store of package limit.
func (s *Store) Limits() LimitStore {
	return LimitStore{domain[limit.Tx]{s, func(tx Tx) limit.Tx { return tx }}}
}

// LimitStore implements limit.Store.
type LimitStore struct{ domain[limit.Tx] }

// Used adds up uses that count.
func (s LimitStore) Used(ctx context.Context, q limit.Query) (sum int64, oldest time.Time, err error) {
	var w row.Where
	w.Add(`customer_id = ? AND released_at = 0 AND used_at >= ?`, q.CustomerID, row.Micros(q.From))
	if !q.Before.IsZero() {
		w.Add(`used_at < ?`, row.Micros(q.Before))
	}
	if q.Rail != limit.Any {
		w.Add(`rail = ?`, string(q.Rail))
	}
	if q.Except != "" {
		w.Add(`reference <> ?`, q.Except)
	}
	var first int64
	err = s.db.QueryRow(ctx, `SELECT COALESCE(SUM(amount), 0), COALESCE(MIN(used_at), 0) FROM limit_uses WHERE `+w.String(), w.Args...).Scan(&sum, &first)
	return sum, row.FromMicros(first), err
}

// LockLimits keeps others from checking and recording uses of a customer until the end of the transaction.
func (t Tx) LockLimits(ctx context.Context, customerID int64) error {
	if _, err := t.Exec(ctx, `INSERT INTO limit_locks (customer_id) VALUES ($1) ON CONFLICT (customer_id) DO NOTHING`, customerID); err != nil {
		return err
	}
	_, err := t.Exec(ctx, `UPDATE limit_locks SET taken = taken WHERE customer_id = $1`, customerID)
	return err
}

// UseOf reads the use of a reference.
func (t Tx) UseOf(ctx context.Context, reference string) (u limit.Use, released, found bool, err error) {
	var rail string
	var at, end int64
	err = t.QueryRow(ctx, `SELECT reference, customer_id, integration_id, rail, amount, used_at, released_at FROM limit_uses WHERE reference = $1`, reference).
		Scan(&u.Reference, &u.CustomerID, &u.IntegrationID, &rail, &u.Amount, &at, &end)
	if errors.Is(err, db.ErrNoRows) {
		return limit.Use{}, false, false, nil
	}
	u.Rail, u.At = limit.Rail(rail), row.FromMicros(at)
	return u, end != 0, err == nil, err
}

// PutUse adds a use, or lets a released one count again.
func (t Tx) PutUse(ctx context.Context, u limit.Use) error {
	n, err := t.Exec(ctx, `UPDATE limit_uses SET used_at = $2, released_at = 0 WHERE reference = $1`, u.Reference, row.Micros(u.At))
	if err != nil || n > 0 {
		return err
	}
	_, err = t.Exec(ctx, `INSERT INTO limit_uses (reference, customer_id, integration_id, rail, amount, used_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		u.Reference, u.CustomerID, u.IntegrationID, string(u.Rail), u.Amount, row.Micros(u.At))
	return err
}

// ReleaseUse lets a use count no more.
func (t Tx) ReleaseUse(ctx context.Context, reference string, at time.Time) error {
	_, err := t.Exec(ctx, `UPDATE limit_uses SET released_at = $2 WHERE reference = $1`, reference, row.Micros(at))
	return err
}
