package screening

import (
	"context"
	"time"

	"rampa/internal/audit"
	"rampa/internal/errs"
)

// Snapshot is a list as it was imported once. It never changes and stays for replay.
type Snapshot struct {
	ID       int64
	Revision int // of the readers that read it
	List
	Body []byte // the entries, compressed; nil in lists of snapshots
}

// Generation is what customers are screened against since a moment: the active snapshots, and the weights.
type Generation struct {
	ID        int64 // counts from 1, without gaps
	At        time.Time
	Config    string // version of the weights
	Snapshots []int64
	// Walked is the last customer who was screened again because of this generation, of Customers with Hits so far;
	// FinishedAt says that all were.
	Walked, Customers, Hits int64
	FinishedAt              time.Time
}

// Store is where lists live, and what was screened against which.
type Store interface {
	InTx(ctx context.Context, f func(ctx context.Context, tx Tx) error) error
	// Generation gives the latest one; zero when no list was imported yet.
	Generation(ctx context.Context) (Generation, error)
	Snapshot(ctx context.Context, id int64) (Snapshot, error) // with its body
	Snapshots(ctx context.Context) ([]Snapshot, error)        // without bodies, the newest first
	Screenings
}

// Screenings is what else is read.
type Screenings interface {
	// Outdated gives customers whose last screening was against an earlier generation.
	Outdated(ctx context.Context, generation int64, limit int) ([]int64, error)
	// Weights gives the weights file of a version.
	Weights(ctx context.Context, version string) ([]byte, error)
}

// Tx is one change.
type Tx interface {
	InsertSnapshot(ctx context.Context, s *Snapshot) error              // sets the ID
	InsertGeneration(ctx context.Context, g Generation) (bool, error)   // false: somebody else added one with this ID
	KeepWeights(ctx context.Context, version string, file []byte) error // unless they are kept already
	Marks
	audit.Writer
}

// Marks say who was screened.
type Marks interface {
	// Walk notes how far a generation's walk has come, from where it stood; false: somebody else walked on meanwhile.
	Walk(ctx context.Context, g Generation, from int64) (bool, error)
	// Mark notes that a customer was screened against a generation.
	Mark(ctx context.Context, customerID, generation int64, at time.Time) error
}

// The errors of this package.
var (
	ErrNoSnapshot   = errs.New(errs.NotFound, "list_not_found", "There is no such version of a list.")
	ErrListName     = errs.New(errs.Invalid, "list_name_invalid", "A list needs a name of small letters, digits, dots and dashes, at most 64: for a simple CSV say which.")
	ErrImporting    = errs.New(errs.Conflict, "list_import_in_progress", "Other lists are being imported at this moment. Try again.")
	ErrNoScreening  = errs.New(errs.Invalid, "alert_not_screening", "This alert was not raised by screening: there is nothing to replay.")
	ErrOtherProgram = errs.New(errs.Conflict, "replay_other_program", "This score was made by another version of the program. Replay it with that version.")
)
