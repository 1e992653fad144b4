package customer

import (
	"context"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"rampa/internal/alert"
	"rampa/internal/audit"
	"rampa/internal/customer/record"
	"rampa/internal/errs"
	"rampa/internal/kyb"
	"rampa/internal/link"
	"rampa/internal/mail"
	"rampa/internal/screening"
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
	// Mail composes what the customer is told.
	Mail func(Notice) mail.Message
	// DeleteLater makes sure, in tx, that DeleteDocument is called at an instant.
	DeleteLater func(ctx context.Context, tx Tx, documentID string, at time.Time) error
	// Screen compares the names of a file with the sanctions and PEP lists and raises alerts, in ctx's transaction; Held tells
	// whether an alert holds the file; Raise raises one.
	Screen func(ctx context.Context, w screening.Who, names []screening.Subject) (hits int, err error)
	Held   func(ctx context.Context, customerID int64) (bool, error)
	Raise  func(ctx context.Context, a alert.Alert) (raised bool, err error)
	// NextReview says when a file approved now must be looked at again; zero: never.
	NextReview func(c Customer, r *Record) time.Time
	// Verify hands a person's submitted file to the verification provider, in ctx's transaction; nil: operators look at it.
	Verify func(ctx context.Context, c Customer, r *Record) error
	// Verdict decides a submitted file at once by its names: the sandbox's adapter; nil leaves all to the operators.
	// First tells the first submission from one after a correction.
	Verdict func(c Customer, r *Record, first bool) (Verdict, bool)
}

// Service keeps the customers.
type Service struct {
	Config
	Records *record.Keeper
	Keys    link.Keys
}

// New makes a Service.
func New(c Config) *Service {
	return &Service{Config: c, Records: record.NewKeeper(c.Sealer, c.Rules, c.Now), Keys: link.Keys{MAC: c.Sealer.MAC}}
}

// The errors of this package.
var (
	ErrUserNotFound     = errs.New(errs.NotFound, "user_not_found", "You have no customer with this id.")
	ErrNotInIntegration = errs.New(errs.Forbidden, "user_not_in_integration", "This customer is not one of your integration's.")
	ErrUserBanned       = errs.New(errs.Forbidden, "user_banned", "This customer is banned. Nothing can be done for them here.")
	ErrFileHeld         = errs.New(errs.Conflict, "file_held", "An alert holds this file. Clear it first, with a reason, or reject the file.")
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

// Standing is where a customer stands, with what is missing: /kyc/check and the customer's events give it.
type Standing struct {
	Customer     Customer
	Requirements []kyb.Requirement
	Shared       bool // Requirements is the same slice for every fresh file: a rendering of it may be kept
	Corrections  []Correction
}

// Notice is something the customer is told by mail.
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
func (s *Service) FormURL(l Link) string {
	if secret := s.Keys.Secret(&l); secret != "" {
		return s.PublicURL + "/kyc/" + link.Address(l.UUID, secret)
	}
	return s.PublicURL + "/kyb/" + l.UUID
}

// Act says who does something, for the audit entry.
type Act struct {
	Actor     audit.Actor
	RequestID string
	Action    string
	Detail    map[string]string
}

// Audit writes an act down. What happens to a form is called "kyb.…" here, and "kyc.…" in the entries of a person.
func (s *Service) Audit(ctx context.Context, tx audit.Writer, c Customer, a Act) error {
	if action, ok := strings.CutPrefix(a.Action, "kyb."); ok && c.Kind == Individual {
		a.Action = "kyc." + action
	}
	return tx.AppendAudit(ctx, audit.Entry{At: s.Now(), IntegrationID: c.IntegrationID, Actor: a.Actor, Action: a.Action,
		Object: "customer", ObjectID: strconv.FormatInt(c.ID, 10), Detail: a.Detail, RequestID: a.RequestID})
}

// Announce appends an event of a customer.
func (s *Service) Announce(ctx context.Context, tx webhook.Log, kind string, to Standing, from verification.Stage) error {
	e := webhook.Event{IntegrationID: to.Customer.IntegrationID, Type: kind, Object: "customer",
		ObjectID: strconv.FormatInt(to.Customer.ID, 10), Data: s.EventData(to), CreatedAt: s.Now()}
	if kind == webhook.CustomerCreated {
		e.Sequence = 1
	} else {
		e.Previous = []byte(`{"kyc_status":"` + from.Status() + `","stage":"` + string(from) + `"}`)
	}
	return tx.AppendEvent(ctx, e)
}

// open opens the sealed file of a customer's record.
func (s *Service) open(c Customer, r *Record) error {
	return s.Records.Open(r, record.Known{Kind: c.Kind, Name: c.Name, Country: c.Country})
}

// Hash is IdentificationHash as it is stored; "" for no number.
func (s *Service) Hash(number string) string {
	if number == "" {
		return ""
	}
	return hex.EncodeToString(s.IdentificationHash(number))
}
