package customer

import (
	"cmp"
	"context"
	"errors"
	"strconv"
	"time"

	"rampa/internal/audit"
	"rampa/internal/errs"
	"rampa/internal/kyb"
	"rampa/internal/mail"
	"rampa/internal/verification"
	"rampa/internal/webhook"
)

// Config is what a Service needs.
type Config struct {
	Store     Store
	Sealer    Sealer
	Files     Files
	Rules     *kyb.Ruleset
	PublicURL string // without a slash at the end
	Now       func() time.Time
	// EmailKey normalises an address for comparison; Disposable refuses throw-away domains.
	EmailKey   func(address string) (string, error)
	Disposable func(address string) bool
	// EventData renders the state of a customer as its events carry it.
	EventData func(Standing) []byte
	// Mail composes what the company is told.
	Mail func(Notice) mail.Message
	// DeleteLater makes sure, in tx, that DeleteDocument is called at an instant.
	DeleteLater func(ctx context.Context, tx Tx, documentID string, at time.Time) error
	// Verdict decides a submitted file at once by its names: the sandbox's adapter; nil leaves all to the operators.
	// First tells the first submission from one after a correction.
	Verdict func(c Customer, f *kyb.File, first bool) (Verdict, bool)
}

// Service keeps the customers.
type Service struct {
	Config
	fresh func() []kyb.Requirement // what a file without a country lacks
}

// New makes a Service.
func New(c Config) *Service {
	empty := c.Rules.Missing(&kyb.File{Company: kyb.Company{LegalName: "any"}}, nil)
	return &Service{Config: c, fresh: func() []kyb.Requirement { return empty }}
}

// The errors of this package.
var (
	ErrUserNotFound     = errs.New(errs.NotFound, "user_not_found", "You have no customer with this id.")
	ErrUserExists       = errs.New(errs.Conflict, "user_already_exists", "A customer with this e-mail is registered already.")
	ErrEmailNotAllowed  = errs.New(errs.Forbidden, "email_not_allowed", "This e-mail domain is for throw-away addresses. Ask for a lasting one.")
	ErrLinkNotFound     = errs.New(errs.NotFound, "link_not_found", "This link is not known. Check that it was copied whole.")
	ErrLinkExpired      = errs.New(errs.Expired, "link_expired", "This link is over. Ask whoever sent it for a new one.")
	ErrLinkLocked       = errs.New(errs.Locked, "link_locked", "Too many wrong passwords. Wait before you try again.")
	ErrPassword         = errs.New(errs.Unauthorized, "password_incorrect", "The password is not right.")
	ErrSession          = errs.New(errs.Unauthorized, "session_required", "Enter the password to go on.")
	ErrNotEditable      = errs.New(errs.Conflict, "not_editable", "This part of the file cannot be changed now.")
	ErrDocumentNotFound = errs.New(errs.NotFound, "document_not_found", "This document is not there any more.")
)

// errRefused rolls a transaction back for a reason that the caller carries.
var errRefused = errors.New("customer: refused")

// Standing is where a customer stands, with what is missing: /kyc/check and the customer's events give it.
type Standing struct {
	Customer     Customer
	Requirements []kyb.Requirement
	Shared       bool // Requirements is the same slice for every fresh file: a rendering of it may be kept
	Corrections  []Correction
}

// Notice is something the company is told by mail.
type Notice struct {
	Kind        string // NoticeCorrection, NoticeApproved, NoticeRejected, NoticeExpiring
	Customer    Customer
	Brand       Brand
	FormURL     string // "" when there is no live link
	ExpiresAt   time.Time
	Corrections []Correction
	Reasons     []string
}

// The kinds of notice.
const (
	NoticeCorrection = "correction"
	NoticeApproved   = "approved"
	NoticeRejected   = "rejected"
	NoticeExpiring   = "expiring"
)

// FormURL gives the address of a link's form.
func (s *Service) FormURL(linkUUID string) string { return s.PublicURL + "/kyb/" + linkUUID }

// act says who does something, for the audit entry.
type act struct {
	actor     audit.Actor
	requestID string
	action    string
	detail    map[string]string
}

func (s *Service) audit(ctx context.Context, tx audit.Writer, c Customer, a act) error {
	return tx.AppendAudit(ctx, audit.Entry{At: s.Now(), IntegrationID: c.IntegrationID, Actor: a.actor, Action: a.action,
		Object: "customer", ObjectID: strconv.FormatInt(c.ID, 10), Detail: a.detail, RequestID: a.requestID})
}

func (s *Service) announce(ctx context.Context, tx webhook.Log, kind string, to Standing, from verification.Stage) error {
	e := webhook.Event{IntegrationID: to.Customer.IntegrationID, Type: kind, Object: "customer",
		ObjectID: strconv.FormatInt(to.Customer.ID, 10), Data: s.EventData(to), CreatedAt: s.Now()}
	if kind == webhook.CustomerCreated {
		e.Sequence = 1
	} else {
		e.Previous = []byte(`{"kyc_status":"` + from.Status() + `","stage":"` + string(from) + `"}`)
	}
	return tx.AppendEvent(ctx, e)
}

// file opens the sealed file of a customer's record. What the registration said stands in a file that does not say it yet.
func (s *Service) file(c Customer, r *Record) error {
	r.File = &kyb.File{}
	if len(r.SealedFile) > 0 {
		plain, err := s.Sealer.Open(r.SealedFile, fileContext(r.CustomerID))
		if err != nil {
			return err
		}
		if r.File, err = kyb.Decode(plain); err != nil {
			return err
		}
	}
	r.File.Company.Country = cmp.Or(r.File.Company.Country, c.Country)
	r.File.Company.LegalName = cmp.Or(r.File.Company.LegalName, c.Name)
	return nil
}

func (s *Service) seal(r *Record) error {
	plain, err := kyb.Encode(r.File)
	if err != nil {
		return err
	}
	r.SealedFile, err = s.Sealer.Seal(plain, fileContext(r.CustomerID))
	return err
}

func fileContext(customerID int64) []byte {
	return strconv.AppendInt([]byte("kyb_records/"), customerID, 10)
}

// requirements gives what the company is asked for now; nothing while others decide.
func (s *Service) requirements(c Customer, r Record, docs []kyb.Document) []kyb.Requirement {
	switch c.Stage {
	case verification.Draft:
		if len(r.SealedFile) == 0 && c.Country == "" {
			return s.fresh()
		}
		return s.missing(r, docs)
	case verification.InProgress:
		return s.missing(r, docs)
	case verification.NeedsCorrection:
		if r.SubmittedAt.IsZero() { // sent back by the sandbox's own call, as if it had been complete
			return r.openCorrections()
		}
		return s.missing(r, docs)
	}
	return nil
}

// missing gives what a file lacks before it can be submitted, open corrections first.
func (s *Service) missing(r Record, docs []kyb.Document) []kyb.Requirement {
	return append(r.openCorrections(), s.Rules.Missing(r.File, docs)...)
}

func (r *Record) openCorrections() []kyb.Requirement {
	var out []kyb.Requirement
	for _, open := range r.Corrections {
		if !open.Done {
			out = append(out, kyb.Requirement{Code: "correction_requested", Field: open.Item, Item: open.Item})
		}
	}
	return out
}
