package idv

import (
	"context"
	"io"
	"time"

	"rampa/internal/audit"
	"rampa/internal/verification"
)

// Store is where cases live.
type Store interface {
	InTx(ctx context.Context, f func(ctx context.Context, tx Tx) error) error
	Case(ctx context.Context, id string) (Case, error)             // ErrCaseNotFound
	CasesOf(ctx context.Context, customerID int64) ([]Case, error) // newest first
}

// Tx is one change of cases.
type Tx interface {
	caseTx
	callbackTx
	audit.Writer
}

type caseTx interface {
	InsertCase(ctx context.Context, c Case) error
	// SupersedeCases ends the open cases of a customer.
	SupersedeCases(ctx context.Context, customerID int64, at time.Time) error
	// StartCase writes down what the provider answered to the question.
	StartCase(ctx context.Context, id string, s Started, at time.Time) error
	// EndCase closes a case and tells whether it was open: of two answers the first one counts.
	EndCase(ctx context.Context, c Case) (wasOpen bool, err error)
}

type callbackTx interface {
	// CaseByReference gives the case that a provider knows under a name; ErrReferenceUnknown.
	CaseByReference(ctx context.Context, provider, reference string) (Case, error)
	// InsertCallback remembers a message; fresh is false for one that was here before.
	InsertCallback(ctx context.Context, id, caseID string, at time.Time) (fresh bool, err error)
	SetEffect(ctx context.Context, id string, e Effect) error
}

// Files gives what a provider sees of a customer's file.
type Files interface {
	Subject(ctx context.Context, customerID int64) (Subject, error)
	// OpenDocument gives a picture and writes down who read it. The caller closes it.
	OpenDocument(ctx context.Context, customerID int64, documentID string, by audit.Actor) (verification.Document, io.ReadCloser, error)
}

// Verdict is what a provider's answer asks of the file.
type Verdict struct {
	Outcome     Outcome
	Reasons     []string                  // of a rejection
	Corrections []verification.Correction // of a retry
	Actor       audit.Actor
	RequestID   string
}

// Decider moves files. It joins the transaction of ctx. A file that is not waiting for a decision any more is refused with
// verification.ErrTransition, one that an alert holds with the code "file_held"; both before anything is written.
type Decider interface {
	DecideByProvider(ctx context.Context, customerID int64, v Verdict) error
}

// Sealer encrypts evidence.
type Sealer interface {
	Seal(plaintext, context []byte) ([]byte, error)
	Open(sealed, context []byte) ([]byte, error)
}
