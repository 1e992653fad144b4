// Package privacy gives out and erases what is held about a customer: an export of everything, and an erasure that keeps
// sealed, and for as long as the law says, what the law wants kept. It must not know what any of it means: the store lists
// the rows, the domains open what they keep sealed, and package blob holds the papers.
package privacy

import (
	"context"
	"io"
	"strconv"
	"time"

	"rampa/internal/audit"
	"rampa/internal/errs"
)

// Retention is how many years after the end of the business the identification of a customer is kept: five by article 40
// of Directive (EU) 2015/849, and by article 77 of Regulation (EU) 2024/1624 from 10 July 2027.
const Retention = 5

// The refusals.
var (
	ErrNotFound  = errs.New(errs.NotFound, "customer_not_found", "There is no customer with this number.")
	ErrErased    = errs.New(errs.Expired, "customer_erased", "This customer was erased, and nothing of them is kept any more.")
	ErrAlertOpen = errs.New(errs.Conflict, "alert_open", "An alert that holds this customer waits for a decision. Clear or confirm it in the console first.")
)

// Request says who asks, and by which call.
type Request struct {
	Actor     audit.Actor
	RequestID string
}

// Row is a row of a table, or what stands for one, as an export shows it.
type Row map[string]any

// Section is what one table holds about a customer.
type Section struct {
	Name     string
	Rows     []Row
	Internal bool // not for the customer's eyes: see Export
	Kept     bool // the law wants it kept
}

// Paper is an uploaded file.
type Paper struct{ ID, Item, Name, Type string }

// Standing is what decides about an erasure.
type Standing struct {
	CustomerID    int64
	IntegrationID int64
	Erased        bool
	OpenAlerts    bool
	// The grounds to keep: the identity was ever decided upon, an alert ever held the customer or they are banned, money
	// was ever moved.
	Decided, Held, Business bool
}

// grounds are why the law keeps something of a customer; none: it does not.
func (s Standing) grounds() (grounds []string) {
	if s.Decided {
		grounds = append(grounds, "decided")
	}
	if s.Held {
		grounds = append(grounds, "held")
	}
	if s.Business {
		grounds = append(grounds, "business")
	}
	return grounds
}

// Erasure is what remains of an erased customer.
type Erasure struct {
	CustomerID    int64
	IntegrationID int64
	ErasedAt      time.Time
	Grounds       []string  // why something is kept: "decided", "held", "business"
	KeepUntil     time.Time // zero: nothing is kept
	PurgedAt      time.Time // zero: papers, or all that is kept, still have to go
	Papers        []string  // files that are still there
	Sealed        []byte    // the dossier that is kept
}

// Store is where customers' rows are, whatever domain they are of.
type Store interface {
	InTx(ctx context.Context, f func(ctx context.Context, tx Tx) error) error
	Holdings(ctx context.Context, customerID int64) ([]Section, error) // nothing that is stored sealed
	Papers(ctx context.Context, customerID int64) ([]Paper, error)     // removed ones too, while their files are there
	Erasure(ctx context.Context, customerID int64) (Erasure, error)    // ErrNotFound
	Due(ctx context.Context, at time.Time, limit int) ([]Erasure, error)
}

// Tx is one change of what is held.
type Tx interface {
	Standing(ctx context.Context, customerID int64) (Standing, error) // nobody else changes the customer until the end
	Erase(ctx context.Context, e Erasure) error                       // takes every row away, and notes e
	Purge(ctx context.Context, customerID int64, at time.Time) error  // the rest of an erased one
	audit.Writer
}

// Sealer encrypts the dossiers that are kept.
type Sealer interface {
	Seal(plaintext, context []byte) ([]byte, error)
	Open(sealed, context []byte) ([]byte, error)
}

// Files keeps the papers.
type Files interface {
	Get(ctx context.Context, name string) (io.ReadCloser, error)
	Delete(ctx context.Context, name string) error
}

// Opened reads something that a domain keeps sealed about a customer: a value for JSON, nil for nothing.
type Opened struct {
	Name     string
	Internal bool
	Read     func(ctx context.Context, customerID int64) (any, error)
}

// Config is what a Service needs.
type Config struct {
	Store  Store
	Sealer Sealer
	Files  Files
	Now    func() time.Time
	Opened []Opened // all of it is kept where the law keeps anything
}

// Service exports and erases.
type Service struct{ Config }

// New makes a Service.
func New(c Config) *Service { return &Service{c} }

func (s *Service) audit(ctx context.Context, tx Tx, of Standing, e audit.Entry) error {
	e.At, e.IntegrationID, e.Object, e.ObjectID = s.Now(), of.IntegrationID, "customer", strconv.FormatInt(of.CustomerID, 10)
	return tx.AppendAudit(ctx, e)
}
