package compliance

import (
	"context"
	"time"

	"rampa/internal/limit"
	"rampa/internal/monitor"
	"rampa/internal/store/row"
)

// Monitored is the store of package monitor.
func (s *Store) Monitored() MonitorStore {
	return MonitorStore{domain[monitor.Tx]{s, func(tx Tx) monitor.Tx { return tx }}}
}

// MonitorStore implements monitor.Store.
type MonitorStore struct{ domain[monitor.Tx] }

// InsertMonitored adds a transaction; false when it was seen before.
func (t Tx) InsertMonitored(ctx context.Context, m monitor.Transaction) (bool, error) {
	n, err := t.Exec(ctx, `INSERT INTO monitored (reference, customer_id, rail, direction, amount, country, at) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (reference) DO NOTHING`, m.Reference, m.CustomerID, string(m.Rail), string(m.Direction), m.Amount, m.Country, row.Micros(m.At))
	return n == 1, err
}

// Monitored lists a customer's transactions since an instant, the newest first.
func (t Tx) Monitored(ctx context.Context, customerID int64, since time.Time, most int) ([]monitor.Transaction, error) {
	rows, err := t.Query(ctx, `SELECT reference, customer_id, rail, direction, amount, country, at FROM monitored
		WHERE customer_id = $1 AND at >= $2 ORDER BY at DESC, reference LIMIT $3`, customerID, row.Micros(since), most)
	return row.Collect(rows, err, func(from row.Scanner) (m monitor.Transaction, err error) {
		var rail, direction string
		var at int64
		err = from.Scan(&m.Reference, &m.CustomerID, &rail, &direction, &m.Amount, &m.Country, &at)
		m.Rail, m.Direction, m.At = limit.Rail(rail), monitor.Direction(direction), row.FromMicros(at)
		return m, err
	})
}

// InsertHit keeps that a rule spoke up.
func (t Tx) InsertHit(ctx context.Context, h monitor.Hit) error {
	_, err := t.Exec(ctx, `INSERT INTO monitor_hits (reference, rule, customer_id, holds, at) VALUES ($1, $2, $3, $4, $5)`,
		h.Reference, h.Rule, h.CustomerID, row.Flag(h.Holds), row.Micros(h.At))
	return err
}

// Hits lists the rules that spoke up about a customer since an instant, the newest first.
func (t Tx) Hits(ctx context.Context, customerID int64, since time.Time) ([]monitor.Hit, error) {
	rows, err := t.Query(ctx, `SELECT reference, rule, customer_id, holds, at FROM monitor_hits
		WHERE customer_id = $1 AND at >= $2 ORDER BY at DESC, reference, rule`, customerID, row.Micros(since))
	return row.Collect(rows, err, func(from row.Scanner) (h monitor.Hit, err error) {
		var holds, at int64
		err = from.Scan(&h.Reference, &h.Rule, &h.CustomerID, &holds, &at)
		h.Holds, h.At = holds == 1, row.FromMicros(at)
		return h, err
	})
}
