package book

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"rampa/internal/db"
	"rampa/internal/ledger"
	"rampa/internal/money"
	"rampa/internal/store/row"
)

// AddTransfer adds a transfer's row, or gives 0 when its key is taken or what it reverses is reversed.
func (t Tx) AddTransfer(ctx context.Context, l ledger.Transfer, digest []byte) (id int64, err error) {
	var reverses *int64
	if l.Reverses != "" {
		if err := t.QueryRow(ctx, `SELECT id FROM ledger_transfers WHERE key = $1`, l.Reverses).Scan(&reverses); err != nil {
			return 0, row.OrElse(err, ledger.ErrNoTransfer)
		}
	}
	err = t.QueryRow(ctx, `INSERT INTO ledger_transfers (key, kind, memo, reverses, digest, at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT DO NOTHING RETURNING id`, l.Key, l.Kind, l.Memo, reverses, digest, row.Micros(l.At)).Scan(&id)
	return id, row.OrElse(err, nil)
}

// RemoveTransfer takes back a transfer that has no entries yet.
func (t Tx) RemoveTransfer(ctx context.Context, id int64) error {
	_, err := t.Exec(ctx, `DELETE FROM ledger_transfers WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM ledger_entries e WHERE e.transfer_id = $1)`, id)
	return err
}

// AddEntries adds the entries, and makes those pending whose accounts are folded.
func (t Tx) AddEntries(ctx context.Context, l ledger.Transfer, accountIDs map[ledger.Account]int64) error {
	var entries, pending rowsOf
	for i, e := range l.Entries {
		id := accountIDs[e.Account]
		entries.add(l.ID, int64(i), id, e.Amount.Units())
		if !e.Account.Purpose.Guarded() {
			pending.add(id, e.Amount.Units())
		}
	}
	if _, err := t.Exec(ctx, `INSERT INTO ledger_entries (transfer_id, line, account_id, amount) VALUES `+entries.String(), entries.args...); err != nil {
		return err
	}
	if len(pending.args) == 0 {
		return nil
	}
	_, err := t.Exec(ctx, `INSERT INTO ledger_pending (account_id, amount) VALUES `+pending.String(), pending.args...)
	return err
}

// rowsOf collects rows of numbers for VALUES.
type rowsOf struct {
	text strings.Builder
	args []any
}

func (r *rowsOf) add(values ...int64) {
	for i, v := range values {
		switch {
		case i > 0:
			r.text.WriteString(", ")
		case len(r.args) > 0:
			r.text.WriteString("), (")
		default:
			r.text.WriteString("(")
		}
		r.args = append(r.args, v)
		r.text.WriteString("$" + strconv.Itoa(len(r.args)))
	}
}

func (r *rowsOf) String() string { return r.text.String() + ")" }

const transferColumns = `t.id, t.key, t.kind, t.memo, COALESCE((SELECT r.key FROM ledger_transfers r WHERE r.id = t.reverses), '') AS reversed, t.at`

// transferRow receives transferColumns.
type transferRow struct {
	ledger.Transfer
	at int64
}

func (r *transferRow) dest() []any {
	return []any{&r.ID, &r.Key, &r.Kind, &r.Memo, &r.Reverses, &r.at}
}

func (r *transferRow) value() ledger.Transfer {
	t := r.Transfer
	t.At = row.FromMicros(r.at)
	return t
}

// Transfer reads a transfer by its key.
func (s *Store) Transfer(ctx context.Context, key string) (ledger.Transfer, error) {
	all, err := s.transfers(ctx, `FROM ledger_transfers t WHERE t.key = $1`, key)
	if err != nil {
		return ledger.Transfer{}, err
	}
	if len(all) == 0 {
		return ledger.Transfer{}, ledger.ErrNoTransfer
	}
	return all[0], nil
}

// Journal reads transfers by id.
func (s *Store) Journal(ctx context.Context, q ledger.JournalQuery) ([]ledger.Transfer, error) {
	var w row.Where
	w.Add(`t.id > ?`, q.After)
	if !q.From.IsZero() {
		w.Add(`t.at >= ?`, row.Micros(q.From))
	}
	if !q.To.IsZero() {
		w.Add(`t.at < ?`, row.Micros(q.To))
	}
	limit := w.Arg(q.Limit)
	return s.transfers(ctx, `FROM ledger_transfers t WHERE `+w.String()+` ORDER BY t.id LIMIT `+limit, w.Args...)
}

// transfers reads the transfers of a query with their entries, by id.
func (s *Store) transfers(ctx context.Context, from string, args ...any) ([]ledger.Transfer, error) {
	rows, err := s.db.Query(ctx, `SELECT t.id, t.key, t.kind, t.memo, t.reversed, t.at, e.amount, `+accountColumns+`
		FROM (SELECT `+transferColumns+` `+from+`) t
		JOIN ledger_entries e ON e.transfer_id = t.id JOIN ledger_accounts a ON a.id = e.account_id ORDER BY t.id, e.line`, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []ledger.Transfer
	for rows.Next() {
		var r transferRow
		var a accountRow
		var units int64
		if err := rows.Scan(append(append(r.dest(), &units), a.dest()...)...); err != nil {
			return nil, err
		}
		if n := len(all); n == 0 || all[n-1].ID != r.ID {
			all = append(all, r.value())
		}
		last := &all[len(all)-1]
		last.Entries = append(last.Entries, ledger.Entry{Account: a.value(), Amount: money.New(units, a.Asset)})
	}
	return all, rows.Err()
}

// History reads the lines of an account, the newest first.
func (s *Store) History(ctx context.Context, q ledger.HistoryQuery) ([]ledger.Line, error) {
	var w row.Where
	w.Add(`e.account_id = (SELECT a.id FROM ledger_accounts a WHERE a.code = ? AND a.scale = ?)`, q.Account.Code(), q.Account.Asset.Scale)
	if q.Transfer > 0 {
		w.Add(`(e.transfer_id, e.line) < (?, ?)`, q.Transfer, q.Line)
	}
	limit := w.Arg(q.Limit)
	rows, err := s.db.Query(ctx, `SELECT `+transferColumns+`, e.line, e.amount FROM ledger_entries e JOIN ledger_transfers t ON t.id = e.transfer_id
		WHERE `+w.String()+` ORDER BY e.transfer_id DESC, e.line DESC LIMIT `+limit, w.Args...)
	return row.Collect(rows, err, func(from row.Scanner) (l ledger.Line, err error) {
		var r transferRow
		var units int64
		err = from.Scan(append(r.dest(), &l.Number, &units)...)
		l.Transfer, l.Amount = r.value(), money.New(units, q.Account.Asset)
		return l, err
	})
}

// AddHold adds an open hold.
func (t Tx) AddHold(ctx context.Context, h ledger.Hold, accountIDs map[ledger.Account]int64) error {
	twin := h.Account
	twin.Purpose = twin.Purpose.Twin()
	_, err := t.Exec(ctx, `INSERT INTO ledger_holds (key, account_id, twin_id, amount, state, opened_by, opened_at) VALUES ($1, $2, $3, $4, 'open', $5, $6)`,
		h.Key, accountIDs[h.Account], accountIDs[twin], h.Amount.Units(), h.OpenedBy, row.Micros(h.OpenedAt))
	return err
}

// CloseHold closes an open hold.
func (t Tx) CloseHold(ctx context.Context, h ledger.Hold) (bool, error) {
	n, err := t.Exec(ctx, `UPDATE ledger_holds SET state = $1, settled = $2, closed_by = $3, closed_at = $4 WHERE key = $5 AND state = 'open'`,
		string(h.State), h.Settled.Units(), h.ClosedBy, row.Micros(h.ClosedAt), h.Key)
	return n == 1, err
}

// ReopenHold takes back a CloseHold of this transaction.
func (t Tx) ReopenHold(ctx context.Context, key string) error {
	_, err := t.Exec(ctx, `UPDATE ledger_holds SET state = 'open', settled = 0, closed_by = NULL, closed_at = NULL WHERE key = $1`, key)
	return err
}

// FindHold reads a hold by its key.
func (s *Store) FindHold(ctx context.Context, key string) (h ledger.Hold, err error) {
	var a accountRow
	var amount, settled, opened int64
	var state string
	var closedBy, closed *int64
	err = s.db.QueryRow(ctx, `SELECT h.key, t.kind, t.memo, `+accountColumns+`, h.amount, h.state, h.settled, h.opened_by, h.closed_by, h.opened_at, h.closed_at
		FROM ledger_holds h JOIN ledger_accounts a ON a.id = h.account_id JOIN ledger_transfers t ON t.id = h.opened_by WHERE h.key = $1`, key).
		Scan(append(append([]any{&h.Key, &h.Kind, &h.Memo}, a.dest()...), &amount, &state, &settled, &h.OpenedBy, &closedBy, &opened, &closed)...)
	if errors.Is(err, db.ErrNoRows) {
		return ledger.Hold{}, ledger.ErrNoHold
	}
	if err != nil {
		return ledger.Hold{}, err
	}
	h.Account, h.State, h.OpenedAt = a.value(), ledger.HoldState(state), row.FromMicros(opened)
	h.Amount, h.Settled = money.New(amount, a.Asset), money.New(settled, a.Asset)
	if closedBy != nil && closed != nil {
		h.ClosedBy, h.ClosedAt = *closedBy, row.FromMicros(*closed)
	}
	return h, nil
}
