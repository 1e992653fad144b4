package onboarding

import (
	"context"
	"time"

	"rampa/internal/audit"
	"rampa/internal/customer"
	"rampa/internal/errs"
	"rampa/internal/kyc"
	"rampa/internal/link"
	"rampa/internal/mail"
	"rampa/internal/verification"
)

// Record is a customer's declaration and where it stands. A customer has one.
type Record struct {
	CustomerID    int64
	IntegrationID int64
	Stage         verification.Stage
	Reasons       []string // why refused
	File          *File
	SealedFile    []byte // File as stored
	Corrections   []verification.Correction
	Link          link.Link
	Version       int64 // grows with each change
	SubmittedAt   time.Time
	DecidedAt     time.Time
	DecidedBy     string
	UpdatedAt     time.Time
}

// WaitingSince is since when the record stands in the operators' queue; zero: it does not.
func (r *Record) WaitingSince() time.Time {
	if r.Stage == verification.Submitted || r.Stage == verification.InReview {
		return r.SubmittedAt
	}
	return time.Time{}
}

// Waiting is a line of the operators' queue.
type Waiting struct {
	Customer        customer.Customer
	IntegrationName string
	SubmittedAt     time.Time
}

// Store is where declarations live.
type Store interface {
	InTx(ctx context.Context, f func(ctx context.Context, tx Tx) error) error
	Declaration(ctx context.Context, customerID int64) (Record, error)
	DeclarationByLink(ctx context.Context, linkUUID string) (Record, error)
	WaitingDeclarations(ctx context.Context, p customer.Page) ([]Waiting, error) // the oldest first
}

// Tx is one change of declarations.
type Tx interface {
	InsertDeclaration(ctx context.Context, r Record) error
	LockDeclaration(ctx context.Context, customerID int64) (Record, error) // nobody else changes it until the end
	UpdateDeclaration(ctx context.Context, r Record) error
	customerTx
	audit.Writer
	mail.Writer
}

type customerTx interface {
	LockCustomer(ctx context.Context, id int64) (customer.Customer, error)
	UpdateCustomer(ctx context.Context, c customer.Customer) error
}

// Customers are those who declare. Behind also names who may sign for them. Errors: customer.ErrUserNotFound.
type Customers interface {
	Find(ctx context.Context, integrationID int64, by customer.Lookup) (customer.Customer, error)
	Behind(ctx context.Context, customerID int64) (customer.Customer, customer.Brand, []kyc.Person, error)
	GrantEnhanced(ctx context.Context, customerID int64, by audit.Actor, requestID string) error
}

// Sealer encrypts declarations and makes the secrets of their links.
type Sealer interface {
	Seal(plaintext, context []byte) ([]byte, error)
	Open(sealed, context []byte) ([]byte, error)
	MAC(purpose string, data []byte) []byte
}

// Config is what a Service needs.
type Config struct {
	Store     Store
	Customers Customers
	Sealer    Sealer
	PublicURL string // without a slash at the end
	Now       func() time.Time
	Mail      func(Notice) mail.Message
	// Held tells whether an alert holds the customer: nothing is accepted then. nil: none does.
	Held func(ctx context.Context, customerID int64) (bool, error)
	// Verdict decides a submitted declaration at once by the customer's name: the sandbox's adapter; nil leaves all to the
	// operators.
	Verdict func(c customer.Customer) (verification.Event, bool)
}

// Notice is something the customer is told by mail. Kind is one of package mail's.
type Notice struct {
	Kind        mail.Kind
	Customer    customer.Customer
	Brand       customer.Brand
	FormURL     string
	ExpiresAt   time.Time
	Corrections []verification.Correction
	Reasons     []string
}

// The errors of this package.
var (
	ErrNotFound       = errs.New(errs.NotFound, "declaration_not_found", "This customer has no enhanced declaration.")
	ErrReasonsMissing = errs.New(errs.Invalid, "reasons_missing", "Give at least one reason: the customer will read it.")
)

// Service keeps the declarations.
type Service struct {
	Config
	keys link.Keys
}

// New makes a Service.
func New(c Config) *Service { return &Service{c, link.Keys{MAC: c.Sealer.MAC}} }

// Start asks for the way into a customer's declaration.
type Start struct {
	IntegrationID int64
	CustomerID    int64
	Actor         audit.Actor
	RequestID     string
}

// Begun is the way in.
type Begun struct {
	URL       string
	ExpiresAt time.Time
}

// Begin gives the link to a customer's declaration: the one that lives, or a new one. A refused declaration may be filled in
// again. Errors: customer.ErrUserNotFound, customer.ErrUserBanned.
func (s *Service) Begin(ctx context.Context, in Start) (Begun, error) {
	var out Begun
	err := s.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		c, err := s.Customers.Find(ctx, in.IntegrationID, customer.Lookup{ID: in.CustomerID})
		if err != nil {
			return err
		}
		if c.Banned() {
			return customer.ErrUserBanned
		}
		r, err := s.begun(ctx, tx, c)
		if err != nil {
			return err
		}
		out = Begun{s.formURL(&r.Link), r.Link.ExpiresAt}
		return s.audit(ctx, tx, &r, audit.Entry{Actor: in.Actor, RequestID: in.RequestID, Action: "declaration.asked"})
	})
	return out, err
}

func (s *Service) begun(ctx context.Context, tx Tx, c customer.Customer) (Record, error) {
	now := s.Now()
	r, err := tx.LockDeclaration(ctx, c.ID)
	if errs.CodeOf(err) == ErrNotFound.Code {
		r = Record{CustomerID: c.ID, IntegrationID: c.IntegrationID, Stage: verification.Draft, File: &File{}, Link: link.New(c.ID, c.IntegrationID, now), Version: 1, UpdatedAt: now}
		if err := s.seal(&r); err != nil {
			return r, err
		}
		return r, tx.InsertDeclaration(ctx, r)
	}
	if err != nil || !r.Link.Dead(now) && r.Stage != verification.Rejected {
		return r, err
	}
	if r.Link.Dead(now) {
		r.Link = link.New(c.ID, c.IntegrationID, now)
	}
	if r.Stage == verification.Rejected {
		if err := s.open(&r); err != nil {
			return r, err
		}
		r.Stage, r.Reasons, r.File.Declaration = verification.InProgress, nil, nil
	}
	return r, s.update(ctx, tx, &r)
}

// held reports whether an alert holds the customer.
func (s *Service) held(ctx context.Context, customerID int64) (bool, error) {
	if s.Held == nil {
		return false, nil
	}
	return s.Held(ctx, customerID)
}

func (s *Service) formURL(l *link.Link) string {
	return s.PublicURL + "/onboarding/" + link.Address(l.UUID, s.keys.Secret(l))
}

// open opens the sealed file of a record that has none open.
func (s *Service) open(r *Record) error {
	if r.File != nil {
		return nil
	}
	plain, err := s.Sealer.Open(r.SealedFile, place(r))
	if err == nil {
		r.File, err = Decode(plain)
	}
	return err
}

func (s *Service) seal(r *Record) error {
	plain, err := Encode(r.File)
	if err == nil {
		r.SealedFile, err = s.Sealer.Seal(plain, place(r))
	}
	return err
}

// update seals and stores a changed record.
func (s *Service) update(ctx context.Context, tx Tx, r *Record) error {
	r.Version++
	r.UpdatedAt = s.Now()
	if r.File != nil {
		if err := s.seal(r); err != nil {
			return err
		}
	}
	return tx.UpdateDeclaration(ctx, *r)
}
