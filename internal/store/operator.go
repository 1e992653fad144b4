package store

import (
	"context"
	"time"

	"rampa/internal/operator"
	"rampa/internal/store/row"
)

// Operators is the store of package operator.
func (s *Store) Operators() OperatorStore {
	return OperatorStore{domain[operator.Tx]{s, func(tx Tx) operator.Tx { return tx }}}
}

// OperatorStore implements operator.Store.
type OperatorStore struct{ domain[operator.Tx] }

const operatorColumns = `o.id, o.email, o.name, o.role, o.password_hash, o.one_time_until, o.sealed_secret, o.enrolled_at, o.last_step,
	o.disabled_at, o.last_login_at, o.created_at, o.updated_at`

// operatorRow receives operatorColumns.
type operatorRow struct {
	operator.Operator
	role                                                         string
	oneTime, enrolled, disabled, lastLogin, createdAt, updatedAt int64
}

func (r *operatorRow) dest() []any {
	return []any{&r.ID, &r.Email, &r.Name, &r.role, &r.PasswordHash, &r.oneTime, &r.Secret, &r.enrolled, &r.LastStep,
		&r.disabled, &r.lastLogin, &r.createdAt, &r.updatedAt}
}

func (r *operatorRow) value() operator.Operator {
	o := r.Operator
	o.Role = operator.Role(r.role)
	o.OneTimeUntil, o.EnrolledAt, o.DisabledAt = row.FromMicros(r.oneTime), row.FromMicros(r.enrolled), row.FromMicros(r.disabled)
	o.LastLoginAt, o.CreatedAt, o.UpdatedAt = row.FromMicros(r.lastLogin), row.FromMicros(r.createdAt), row.FromMicros(r.updatedAt)
	return o
}

func scanOperator(from row.Scanner) (operator.Operator, error) {
	var r operatorRow
	if err := from.Scan(r.dest()...); err != nil {
		return operator.Operator{}, row.OrElse(err, operator.ErrNotFound)
	}
	return r.value(), nil
}

// OperatorByEmail finds an account by its normalised e-mail.
func (s OperatorStore) OperatorByEmail(ctx context.Context, email string) (*operator.Operator, error) {
	o, err := scanOperator(s.db.QueryRow(ctx, `SELECT `+operatorColumns+` FROM operators o WHERE o.email = $1`, email))
	if err != nil {
		return nil, err
	}
	return &o, nil
}

// Operators lists all accounts.
func (s OperatorStore) Operators(ctx context.Context) ([]operator.Operator, error) {
	rows, err := s.db.Query(ctx, `SELECT `+operatorColumns+` FROM operators o ORDER BY o.email`)
	return row.Collect(rows, err, scanOperator)
}

// Session finds a session with its operator.
func (s OperatorStore) Session(ctx context.Context, hash []byte) (*operator.Session, *operator.Operator, error) {
	var session operator.Session
	var who operatorRow
	var full, created, seen, expires int64
	dest := append([]any{&session.Hash, &session.OperatorID, &full, &created, &seen, &expires, &session.Address, &session.UserAgent}, who.dest()...)
	err := s.db.QueryRow(ctx, `SELECT s.hash, s.operator_id, s.full_access, s.created_at, s.seen_at, s.expires_at, s.address, s.user_agent, `+operatorColumns+`
		FROM operator_sessions s JOIN operators o ON o.id = s.operator_id WHERE s.hash = $1`, hash).Scan(dest...)
	if err != nil {
		return nil, nil, row.OrElse(err, operator.ErrSession)
	}
	session.Full, session.CreatedAt, session.SeenAt, session.ExpiresAt = full == 1, row.FromMicros(created), row.FromMicros(seen), row.FromMicros(expires)
	o := who.value()
	return &session, &o, nil
}

// InsertOperator adds an account.
func (t Tx) InsertOperator(ctx context.Context, o *operator.Operator) error {
	var id string
	ok, err := row.Inserted(t.QueryRow(ctx, `INSERT INTO operators (id, email, name, role, password_hash, one_time_until, sealed_secret, enrolled_at, last_step,
		disabled_at, last_login_at, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (email) DO NOTHING RETURNING id`,
		o.ID, o.Email, o.Name, string(o.Role), o.PasswordHash, row.Micros(o.OneTimeUntil), o.Secret, row.Micros(o.EnrolledAt), o.LastStep,
		row.Micros(o.DisabledAt), row.Micros(o.LastLoginAt), row.Micros(o.CreatedAt), row.Micros(o.UpdatedAt)).Scan(&id))
	if err == nil && !ok {
		err = operator.ErrEmail
	}
	return err
}

// LockOperator reads an account and keeps others from changing it: the UPDATE takes the row's lock on both engines.
func (t Tx) LockOperator(ctx context.Context, id string) (*operator.Operator, error) {
	if _, err := t.Exec(ctx, `UPDATE operators SET updated_at = updated_at WHERE id = $1`, id); err != nil {
		return nil, err
	}
	o, err := scanOperator(t.QueryRow(ctx, `SELECT `+operatorColumns+` FROM operators o WHERE o.id = $1`, id))
	if err != nil {
		return nil, err
	}
	return &o, nil
}

// UpdateOperator writes an account.
func (t Tx) UpdateOperator(ctx context.Context, o *operator.Operator) error {
	n, err := t.Exec(ctx, `UPDATE operators SET name = $2, role = $3, password_hash = $4, one_time_until = $5, sealed_secret = $6, enrolled_at = $7,
		last_step = $8, disabled_at = $9, last_login_at = $10, updated_at = $11 WHERE id = $1`,
		o.ID, o.Name, string(o.Role), o.PasswordHash, row.Micros(o.OneTimeUntil), o.Secret, row.Micros(o.EnrolledAt), o.LastStep,
		row.Micros(o.DisabledAt), row.Micros(o.LastLoginAt), row.Micros(o.UpdatedAt))
	if err == nil && n == 0 {
		err = operator.ErrNotFound
	}
	return err
}

// InsertSession adds a session.
func (t Tx) InsertSession(ctx context.Context, s *operator.Session) error {
	full := 0
	if s.Full {
		full = 1
	}
	_, err := t.Exec(ctx, `INSERT INTO operator_sessions (hash, operator_id, full_access, created_at, seen_at, expires_at, address, user_agent)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, s.Hash, s.OperatorID, full, row.Micros(s.CreatedAt), row.Micros(s.SeenAt), row.Micros(s.ExpiresAt), s.Address, s.UserAgent)
	return err
}

// TouchSession keeps when a session was used last.
func (t Tx) TouchSession(ctx context.Context, hash []byte, seen time.Time) error {
	_, err := t.Exec(ctx, `UPDATE operator_sessions SET seen_at = $2 WHERE hash = $1`, hash, row.Micros(seen))
	return err
}

// EndSession removes a session.
func (t Tx) EndSession(ctx context.Context, hash []byte) error {
	_, err := t.Exec(ctx, `DELETE FROM operator_sessions WHERE hash = $1`, hash)
	return err
}

// EndSessions removes all sessions of an operator.
func (t Tx) EndSessions(ctx context.Context, operatorID string) error {
	_, err := t.Exec(ctx, `DELETE FROM operator_sessions WHERE operator_id = $1`, operatorID)
	return err
}

// LockAttempts reads the count of key. The upsert makes the row that is locked when there is none yet.
func (t Tx) LockAttempts(ctx context.Context, key string) (operator.Attempts, error) {
	a := operator.Attempts{Key: key}
	var last, locked int64
	err := t.QueryRow(ctx, `INSERT INTO operator_attempts (key, failures, last_at, locked_until) VALUES ($1, 0, 0, 0)
		ON CONFLICT (key) DO UPDATE SET failures = operator_attempts.failures RETURNING failures, last_at, locked_until`, key).Scan(&a.Failures, &last, &locked)
	a.LastAt, a.LockedUntil = row.FromMicros(last), row.FromMicros(locked)
	return a, err
}

// SaveAttempts writes the count of a key that LockAttempts has read.
func (t Tx) SaveAttempts(ctx context.Context, a operator.Attempts) error {
	_, err := t.Exec(ctx, `UPDATE operator_attempts SET failures = $2, last_at = $3, locked_until = $4 WHERE key = $1`,
		a.Key, a.Failures, row.Micros(a.LastAt), row.Micros(a.LockedUntil))
	return err
}

// SweepLogins removes expired sessions and forgotten failures.
func (t Tx) SweepLogins(ctx context.Context, before time.Time) error {
	if _, err := t.Exec(ctx, `DELETE FROM operator_sessions WHERE expires_at < $1`, row.Micros(before)); err != nil {
		return err
	}
	_, err := t.Exec(ctx, `DELETE FROM operator_attempts WHERE last_at < $1 AND locked_until < $1`, row.Micros(before))
	return err
}
