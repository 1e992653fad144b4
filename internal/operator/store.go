package operator

import (
	"context"
	"time"

	"rampa/internal/audit"
)

// Store keeps operators, their sessions and the count of failed logins.
type Store interface {
	// InTx runs f in a transaction. f may run twice and must have no outside effects.
	InTx(ctx context.Context, f func(ctx context.Context, tx Tx) error) error
	// OperatorByEmail finds an account by its normalised e-mail: ErrNotFound.
	OperatorByEmail(ctx context.Context, email string) (*Operator, error)
	// Operators lists all accounts by e-mail.
	Operators(ctx context.Context) ([]Operator, error)
	// Session finds a session by its hash, with its operator: ErrSession.
	Session(ctx context.Context, hash []byte) (*Session, *Operator, error)
}

// Tx is what one transaction may change.
type Tx interface {
	audit.Writer
	OperatorTx
	SessionTx
	AttemptTx
}

// OperatorTx writes accounts.
type OperatorTx interface {
	// InsertOperator adds an account: ErrEmail when the e-mail is taken.
	InsertOperator(ctx context.Context, o *Operator) error
	// LockOperator reads an account and keeps others from changing it until the transaction ends: ErrNotFound.
	LockOperator(ctx context.Context, id string) (*Operator, error)
	// UpdateOperator writes every field but ID, Email and CreatedAt.
	UpdateOperator(ctx context.Context, o *Operator) error
}

// SessionTx writes sessions. Ending one removes it; a session that is not there is no error.
type SessionTx interface {
	InsertSession(ctx context.Context, s *Session) error
	TouchSession(ctx context.Context, hash []byte, seen time.Time) error
	EndSession(ctx context.Context, hash []byte) error
	EndSessions(ctx context.Context, operatorID string) error
}

// AttemptTx counts failed logins.
type AttemptTx interface {
	// LockAttempts reads the count of key, zero when there is none, and keeps others from it until the transaction ends.
	LockAttempts(ctx context.Context, key string) (Attempts, error)
	SaveAttempts(ctx context.Context, a Attempts) error
	// SweepLogins removes sessions that expired, and counts whose last failure and lock are over, before the given time.
	SweepLogins(ctx context.Context, before time.Time) error
}

// Sealer encrypts small secrets under keys outside the database. What is sealed with one context opens only with it.
type Sealer interface {
	Seal(plaintext, context []byte) ([]byte, error)
	Open(sealed, context []byte) ([]byte, error)
}
