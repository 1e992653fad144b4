package idv

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"time"

	"rampa/internal/alert"
	"rampa/internal/audit"
	"rampa/internal/errs"
	"rampa/internal/id"
	"rampa/internal/verification"
)

// Config is what a Service needs.
type Config struct {
	Store    Store
	Sealer   Sealer
	Files    Files
	Decider  Decider
	Provider Provider // nil: manual, the operators review every file
	Now      func() time.Time
	// Raise makes an alert of a doubt, in the transaction of ctx.
	Raise func(ctx context.Context, a alert.Alert) (raised bool, err error)
	// SendLater makes sure, in tx, that Send is called soon.
	SendLater func(ctx context.Context, tx Tx, caseID string) error
}

// Service keeps the cases.
type Service struct{ Config }

// New makes a Service.
func New(c Config) *Service { return &Service{c} }

// ManualProvider is the name under which files are reviewed that no provider checks.
const ManualProvider = "manual"

// Name is the provider's.
func (s *Service) Name() string {
	if s.Provider == nil {
		return ManualProvider
	}
	return s.Provider.Name()
}

// Submission is a file that waits for its decision.
type Submission struct {
	CustomerID, IntegrationID int64
	Language                  string // of the customer
}

// Submitted opens a case for a file that was just submitted, in the transaction of ctx. Cases of earlier submissions end.
// Without a provider it does nothing.
func (s *Service) Submitted(ctx context.Context, f Submission) error {
	if s.Provider == nil {
		return nil
	}
	return s.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		now := s.Now()
		c := Case{ID: id.UUID(now), CustomerID: f.CustomerID, IntegrationID: f.IntegrationID, Provider: s.Provider.Name(), Language: f.Language, CreatedAt: now}
		if err := tx.SupersedeCases(ctx, f.CustomerID, now); err != nil {
			return err
		}
		if err := tx.InsertCase(ctx, c); err != nil {
			return err
		}
		if err := s.audit(ctx, tx, c, act{action: "idv.opened"}); err != nil {
			return err
		}
		return s.SendLater(ctx, tx, c.ID)
	})
}

// Send asks the provider about a case, and writes down its answer with done in one transaction. It may be repeated at any
// point: the provider then sees the same case again. A case that ended meanwhile is not sent.
func (s *Service) Send(ctx context.Context, caseID string, done func(ctx context.Context, tx Tx) error) error {
	c, err := s.Store.Case(ctx, caseID)
	switch {
	case errors.Is(err, ErrCaseNotFound): // forgotten meanwhile
		return s.Store.InTx(ctx, done)
	case err != nil:
		return err
	case !c.Open() || !c.StartedAt.IsZero() || s.Provider == nil || c.Provider != s.Provider.Name():
		return s.Store.InTx(ctx, done)
	}
	subject, err := s.Files.Subject(ctx, c.CustomerID)
	if err != nil {
		return err
	}
	started, err := s.Provider.Start(ctx, c, subject)
	if err != nil {
		return fmt.Errorf("start a check: %w", err)
	}
	if err := started.check(); err != nil {
		return err
	}
	if started.Reference == "" {
		started.Reference = c.ID
	}
	return s.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		if err := tx.StartCase(ctx, c.ID, started, s.Now()); err != nil {
			return err
		}
		if err := s.audit(ctx, tx, c, act{action: "idv.started"}); err != nil {
			return err
		}
		return done(ctx, tx)
	})
}

// check refuses an answer that cannot be kept.
func (s *Started) check() error {
	if len(s.Reference) > maxReference {
		return errs.New(errs.Invalid, "answer_invalid", "The provider's reference is too long.")
	}
	if s.RedirectURL == "" {
		return nil
	}
	u, err := url.Parse(s.RedirectURL)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || len(s.RedirectURL) > 2000 {
		return errs.New(errs.Invalid, "answer_invalid", "The provider's redirect_url is not an https address.")
	}
	return nil
}

// OpenDocument gives a picture of an open case to the provider. The caller closes it. Errors: ErrCaseNotFound, and those of
// Files.OpenDocument.
func (s *Service) OpenDocument(ctx context.Context, caseID, documentID, address string) (verification.Document, io.ReadCloser, error) {
	c, err := s.Store.Case(ctx, caseID)
	if err == nil && !c.Open() {
		err = ErrCaseNotFound
	}
	if err != nil {
		return verification.Document{}, nil, err
	}
	by := s.actor()
	by.Address = address
	return s.Files.OpenDocument(ctx, c.CustomerID, documentID, by)
}

// Of gives the cases of a customer with their evidence, newest first: for operators and for the export of personal data.
func (s *Service) Of(ctx context.Context, customerID int64) ([]Case, error) {
	cases, err := s.Store.CasesOf(ctx, customerID)
	for i := range cases {
		err = errors.Join(err, s.unseal(&cases[i]))
	}
	return cases, err
}

// act is what an audit entry says.
type act struct {
	action    string
	detail    map[string]string
	address   string
	requestID string
}

func (s *Service) actor() audit.Actor { return audit.System("verification provider " + s.Name()) }

func (s *Service) audit(ctx context.Context, tx audit.Writer, c Case, a act) error {
	actor := s.actor()
	actor.Address = a.address
	if a.detail == nil {
		a.detail = map[string]string{}
	}
	a.detail["case"] = c.ID
	return tx.AppendAudit(ctx, audit.Entry{At: s.Now(), IntegrationID: c.IntegrationID, Actor: actor, Action: a.action,
		Object: "customer", ObjectID: strconv.FormatInt(c.CustomerID, 10), Detail: a.detail, RequestID: a.requestID})
}
