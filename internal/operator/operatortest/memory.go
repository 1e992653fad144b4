// Package operatortest is what tests of and around package operator share: a Store in memory and the suite that it and
// the real store pass alike. It must not be imported by anything that ships.
package operatortest

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"rampa/internal/audit"
	"rampa/internal/operator"
)

// Memory is an operator.Store in memory. Transactions run one at a time and leave nothing behind when they fail.
type Memory struct {
	mu    sync.Mutex
	state state
}

type state struct {
	operators map[string]operator.Operator
	sessions  map[string]operator.Session
	attempts  map[string]operator.Attempts
	audit     []audit.Entry
}

// NewMemory makes an empty store.
func NewMemory() *Memory {
	return &Memory{state: state{operators: map[string]operator.Operator{}, sessions: map[string]operator.Session{}, attempts: map[string]operator.Attempts{}}}
}

// Audit gives the entries written so far.
func (m *Memory) Audit() []audit.Entry {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.state.audit)
}

// InTx implements operator.Store.
func (m *Memory) InTx(ctx context.Context, f func(context.Context, operator.Tx) error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := state{operators: maps.Clone(m.state.operators), sessions: maps.Clone(m.state.sessions), attempts: maps.Clone(m.state.attempts), audit: slices.Clone(m.state.audit)}
	if err := f(ctx, &tx{state: &s}); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	m.state = s
	return nil
}

// OperatorByEmail implements operator.Store.
func (m *Memory) OperatorByEmail(_ context.Context, email string) (*operator.Operator, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, o := range m.state.operators {
		if o.Email == email {
			return copied(o), nil
		}
	}
	return nil, operator.ErrNotFound
}

// Operators implements operator.Store.
func (m *Memory) Operators(context.Context) ([]operator.Operator, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	all := slices.Collect(maps.Values(m.state.operators))
	slices.SortFunc(all, func(a, b operator.Operator) int { return cmp.Compare(a.Email, b.Email) })
	return all, nil
}

// Session implements operator.Store.
func (m *Memory) Session(_ context.Context, hash []byte) (*operator.Session, *operator.Operator, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, ok := m.state.sessions[string(hash)]
	if !ok {
		return nil, nil, operator.ErrSession
	}
	return &s, copied(m.state.operators[s.OperatorID]), nil
}

func copied(o operator.Operator) *operator.Operator {
	o.Secret = bytes.Clone(o.Secret)
	return &o
}

type tx struct{ state *state }

func (t *tx) AppendAudit(_ context.Context, e audit.Entry) error {
	e.ID = int64(len(t.state.audit) + 1)
	t.state.audit = append(t.state.audit, e)
	return nil
}

func (t *tx) InsertOperator(_ context.Context, o *operator.Operator) error {
	for _, other := range t.state.operators {
		if other.Email == o.Email {
			return operator.ErrEmail
		}
	}
	t.state.operators[o.ID] = *copied(*o)
	return nil
}

func (t *tx) LockOperator(_ context.Context, id string) (*operator.Operator, error) {
	o, ok := t.state.operators[id]
	if !ok {
		return nil, operator.ErrNotFound
	}
	return copied(o), nil
}

func (t *tx) UpdateOperator(_ context.Context, o *operator.Operator) error {
	if _, ok := t.state.operators[o.ID]; !ok {
		return operator.ErrNotFound
	}
	t.state.operators[o.ID] = *copied(*o)
	return nil
}

func (t *tx) InsertSession(_ context.Context, s *operator.Session) error {
	if _, taken := t.state.sessions[string(s.Hash)]; taken {
		return errors.New("session hash taken")
	}
	t.state.sessions[string(s.Hash)] = *s
	return nil
}

func (t *tx) TouchSession(_ context.Context, hash []byte, seen time.Time) error {
	if s, ok := t.state.sessions[string(hash)]; ok {
		s.SeenAt = seen
		t.state.sessions[string(hash)] = s
	}
	return nil
}

func (t *tx) EndSession(_ context.Context, hash []byte) error {
	delete(t.state.sessions, string(hash))
	return nil
}

func (t *tx) EndSessions(_ context.Context, operatorID string) error {
	maps.DeleteFunc(t.state.sessions, func(_ string, s operator.Session) bool { return s.OperatorID == operatorID })
	return nil
}

func (t *tx) LockAttempts(_ context.Context, key string) (operator.Attempts, error) {
	a := t.state.attempts[key]
	a.Key = key
	return a, nil
}

func (t *tx) SaveAttempts(_ context.Context, a operator.Attempts) error {
	t.state.attempts[a.Key] = a
	return nil
}

func (t *tx) SweepLogins(_ context.Context, before time.Time) error {
	maps.DeleteFunc(t.state.sessions, func(_ string, s operator.Session) bool { return s.ExpiresAt.Before(before) })
	maps.DeleteFunc(t.state.attempts, func(_ string, a operator.Attempts) bool {
		return a.LastAt.Before(before) && a.LockedUntil.Before(before)
	})
	return nil
}
