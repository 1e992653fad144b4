package job

import (
	"context"
	"errors"
	"fmt"
	"time"

	"rampa/internal/db"
)

// leaseTTL is how long the periodic work rests at most after the node that did it was killed (on PostgreSQL).
const leaseTTL = 30 * time.Second

// lease is the right to do what one node at a time may do. It goes by the wall clock, not the injected one: whether a
// process is alive has nothing to do with the time that a sandbox plays. fence grows with each holder.
type lease struct {
	db     db.DB
	name   string
	holder string
	fence  int64
	wall   func() time.Time
}

// acquire takes the lease if it is free, over, or ours.
func (l *lease) acquire(ctx context.Context) (bool, error) {
	now := l.wall()
	err := l.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		return tx.QueryRow(ctx, `INSERT INTO leases (name, holder, fence, expires_at) VALUES ($1, $2, 1, $3)
			ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, fence = leases.fence + 1, expires_at = excluded.expires_at
			WHERE leases.expires_at <= $4 OR leases.holder = excluded.holder RETURNING fence`,
			l.name, l.holder, now.Add(leaseTTL).UnixMicro(), now.UnixMicro()).Scan(&l.fence)
	})
	if errors.Is(err, db.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("take the lease %s: %w", l.name, err)
	}
	return true, nil
}

// renew prolongs the lease; false says that it was lost.
func (l *lease) renew(ctx context.Context) (bool, error) {
	n, err := l.db.Exec(ctx, `UPDATE leases SET expires_at = $1 WHERE name = $2 AND holder = $3 AND fence = $4`,
		l.wall().Add(leaseTTL).UnixMicro(), l.name, l.holder, l.fence)
	if err != nil {
		return false, fmt.Errorf("renew the lease %s: %w", l.name, err)
	}
	return n == 1, nil
}

// release lets the next node begin at once.
func (l *lease) release(ctx context.Context) error {
	if _, err := l.db.Exec(ctx, `UPDATE leases SET expires_at = 0 WHERE name = $1 AND holder = $2`, l.name, l.holder); err != nil {
		return fmt.Errorf("release the lease %s: %w", l.name, err)
	}
	return nil
}

// clear ends every lease, whoever holds it.
func (l *lease) clear(ctx context.Context) error {
	if _, err := l.db.Exec(ctx, `UPDATE leases SET expires_at = 0 WHERE expires_at > 0`); err != nil {
		return fmt.Errorf("end the leases of a stopped process: %w", err)
	}
	return nil
}
