package compliance

import (
	"context"
	"strings"

	"rampa/internal/alert"
	"rampa/internal/cursor"
	"rampa/internal/store/row"
)

// Alerts is the store of package alert.
func (s *Store) Alerts() AlertStore {
	return AlertStore{domain[alert.Tx]{s, func(tx Tx) alert.Tx { return tx }}}
}

// AlertStore implements alert.Store.
type AlertStore struct{ domain[alert.Tx] }

const alertColumns = `a.id, a.customer_id, a.integration_id, a.kind, a.fact, a.sealed_summary, a.holds, a.state, a.raised_at, a.decided_at, a.decided_by, a.sealed_reason`

// alertRow receives alertColumns.
type alertRow struct {
	alert.Alert
	kind, state            string
	holds, raised, decided int64
}

func (r *alertRow) dest() []any {
	return []any{&r.ID, &r.CustomerID, &r.IntegrationID, &r.kind, &r.Key, &r.Sealed.Summary, &r.holds, &r.state, &r.raised, &r.decided, &r.DecidedBy, &r.Sealed.Reason}
}

func (r *alertRow) value() alert.Alert {
	a := r.Alert
	a.Kind, a.State, a.Holds = alert.Kind(r.kind), alert.State(r.state), r.holds == 1
	a.RaisedAt, a.DecidedAt = row.FromMicros(r.raised), row.FromMicros(r.decided)
	return a
}

func scanAlert(from row.Scanner) (alert.Alert, error) {
	var r alertRow
	if err := from.Scan(r.dest()...); err != nil {
		return alert.Alert{}, row.OrElse(err, alert.ErrNotFound)
	}
	return r.value(), nil
}

// Alert reads one.
func (s AlertStore) Alert(ctx context.Context, id int64) (alert.Alert, error) {
	return scanAlert(s.db.QueryRow(ctx, `SELECT `+alertColumns+` FROM alerts a WHERE a.id = $1`, id))
}

// AlertsOf lists a customer's, the newest first.
func (s AlertStore) AlertsOf(ctx context.Context, customerID int64) ([]alert.Alert, error) {
	rows, err := s.db.Query(ctx, `SELECT `+alertColumns+` FROM alerts a WHERE a.customer_id = $1 ORDER BY a.raised_at DESC, a.id DESC`, customerID)
	return row.Collect(rows, err, scanAlert)
}

func scanWaiting(from row.Scanner) (alert.Waiting, error) {
	var w alert.Waiting
	var r alertRow
	err := from.Scan(append(r.dest(), &w.Customer, &w.Integration)...)
	w.Alert = r.value()
	return w, err
}

// OpenAlerts lists open ones of all integrations, those that hold first, then the oldest.
func (s AlertStore) OpenAlerts(ctx context.Context, p alert.Page) ([]alert.Waiting, error) {
	var w row.Where
	w.Add(`a.state = 'open'`)
	if p.Kind != "" {
		w.Add(`a.kind = ?`, string(p.Kind))
	}
	if p.Cursor != "" {
		place, err := cursor.Read(p.Cursor, 3)
		if err != nil {
			return nil, err
		}
		w.Add(`(2 - a.holds > ? OR (2 - a.holds = ? AND (a.raised_at > ? OR (a.raised_at = ? AND a.id > ?))))`, place[0], place[0], place[1], place[1], place[2])
	}
	limit := w.Arg(p.Limit)
	rows, err := s.db.Query(ctx, `SELECT `+alertColumns+`, c.name, i.name FROM alerts a JOIN customers c ON c.id = a.customer_id
		JOIN integrations i ON i.id = a.integration_id WHERE `+w.String()+` ORDER BY a.holds DESC, a.raised_at, a.id LIMIT `+limit, w.Args...)
	return row.Collect(rows, err, scanWaiting)
}

// HeldAmong gives those customers that an alert holds which was not cleared.
func (s AlertStore) HeldAmong(ctx context.Context, customerIDs []int64) ([]int64, error) {
	args := make([]any, len(customerIDs))
	for i, id := range customerIDs {
		args[i] = id
	}
	var w row.Where
	w.Add(`a.holds = 1 AND a.state <> 'cleared'`)
	w.Add(`a.customer_id IN (?`+strings.Repeat(`, ?`, len(args)-1)+`)`, args...)
	rows, err := s.db.Query(ctx, `SELECT DISTINCT a.customer_id FROM alerts a WHERE `+w.String(), w.Args...)
	return row.Collect(rows, err, func(from row.Scanner) (id int64, err error) { return id, from.Scan(&id) })
}

// InsertAlert adds one, setting its ID; false when the customer has one with its key.
func (t Tx) InsertAlert(ctx context.Context, a *alert.Alert) (bool, error) {
	err := t.QueryRow(ctx, `INSERT INTO alerts (customer_id, integration_id, kind, fact, sealed_summary, holds, state, raised_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (customer_id, fact) DO NOTHING RETURNING id`,
		a.CustomerID, a.IntegrationID, string(a.Kind), a.Key, a.Sealed.Summary, row.Flag(a.Holds), string(a.State), row.Micros(a.RaisedAt)).Scan(&a.ID)
	return row.Inserted(err)
}

// LockAlert reads one that nobody else changes until the end of the transaction.
func (t Tx) LockAlert(ctx context.Context, id int64) (alert.Alert, error) {
	if _, err := t.Exec(ctx, `UPDATE alerts SET decided_at = decided_at WHERE id = $1`, id); err != nil {
		return alert.Alert{}, err
	}
	return scanAlert(t.QueryRow(ctx, `SELECT `+alertColumns+` FROM alerts a WHERE a.id = $1`, id))
}

// DecideAlert stores what an operator made of one.
func (t Tx) DecideAlert(ctx context.Context, a alert.Alert) error {
	_, err := t.Exec(ctx, `UPDATE alerts SET state = $2, decided_at = $3, decided_by = $4, sealed_reason = $5 WHERE id = $1`,
		a.ID, string(a.State), row.Micros(a.DecidedAt), a.DecidedBy, a.Sealed.Reason)
	return err
}
