// Package idv is how a verification provider checks people: a submitted file becomes a case, the provider is asked about it
// from a durable job, and what it answers moves the file. With no provider the operators review every file themselves. It
// knows neither HTTP nor a provider's wire, and of the file only what a provider is told.
package idv

import (
	"context"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"rampa/internal/errs"
	"rampa/internal/verification"
)

// Provider checks people. Start asks it to; its answer comes later, as a Callback. Start may be called again with the same
// case after a crash: the case's ID says that it is the same one.
type Provider interface {
	Name() string // short, lower case, stable for ever: stored cases carry it
	Start(ctx context.Context, c Case, s Subject) (Started, error)
}

// Started is what a provider answers to a new case.
type Started struct {
	Reference   string // the provider's own name of the case, "" = our ID
	RedirectURL string // where the person goes on, "" = nowhere
}

// Case is one check of one submitted file.
type Case struct {
	ID            string // a UUID
	CustomerID    int64
	IntegrationID int64
	Provider      string
	Language      string // the customer's: "es", "en", "pt"
	Reference     string // "" until the provider has answered
	RedirectURL   string
	CreatedAt     time.Time
	StartedAt     time.Time // zero until the provider has answered
	EndedAt       time.Time // zero while open
	Effect        Effect    // "" while open
	Evidence      *Evidence // nil without a callback
	Sealed        []byte    // Evidence, as stored
}

// Open tells whether the provider's answer is still waited for.
func (c *Case) Open() bool { return c.EndedAt.IsZero() }

// Subject is what a provider is told of a person.
type Subject struct {
	CustomerUUID                 string
	Name, LastName, LastName2    string
	BirthDate, Nationality       string // YYYY-MM-DD; ISO 3166-1 alpha-2
	Country                      string // of residence
	PaperType, PaperNumber       string
	PaperCountry, PaperExpiresAt string
	Movements                    []string // asked before the camera, in order
	Images                       []verification.Document
}

// Outcome is a provider's word on a case.
type Outcome string

// The outcomes.
const (
	Approved Outcome = "approved"
	Rejected Outcome = "rejected"
	Retry    Outcome = "retry" // the pictures do not do: the person takes them again
)

// Result is how one check ended.
type Result string

// The results.
const (
	Pass   Result = "pass"
	Fail   Result = "fail"
	Unsure Result = "unsure"
)

// Checks are the checks of one case. An empty Result: not made.
type Checks struct {
	Document  Result
	FaceMatch Result
	Liveness  Result
	Score     int // basis points, 0–10000
}

// Evidence is what a provider says of a case. It is kept sealed and shown to the operators.
type Evidence struct {
	Outcome           Outcome
	Reasons           []string // in words that the person may read
	Checks            Checks
	DocumentExpiresAt string // YYYY-MM-DD as read from the paper, "" = not read
	ReceivedAt        time.Time
}

// Callback is an authentic message of a provider.
type Callback struct {
	ID        string // the message's own; a repeated message has the same
	Reference string
	Evidence
	Address   string // of the caller
	RequestID string
}

// Effect is what a case did to its file.
type Effect string

// The effects.
const (
	EffectApproved   Effect = "approved"
	EffectRejected   Effect = "rejected"
	EffectCorrection Effect = "correction"
	EffectHeld       Effect = "held"       // an alert holds the file: the operators decide
	EffectDoubtful   Effect = "doubtful"   // approved with a check that did not pass: an alert holds it now
	EffectLate       Effect = "late"       // the file was decided, or changed, before the answer came
	EffectSuperseded Effect = "superseded" // the file was submitted again before the answer came
)

// The errors of this package.
var (
	ErrReferenceUnknown = errs.New(errs.NotFound, "reference_unknown", "There is no case with this reference. Send it again later if it is new.")
	ErrCaseNotFound     = errs.New(errs.NotFound, "case_not_found", "There is no open case with this id.")
)

const (
	maxReasons   = 20
	maxReason    = 500 // characters
	maxScore     = 10000
	maxReference = 200 // bytes
)

// check refuses what no provider means.
func (c *Callback) check() error {
	bad := func(field, why string) error {
		return errs.Newf(errs.Invalid, "callback_invalid", "%s %s.", field, why)
	}
	switch {
	case c.Reference == "" || len(c.Reference) > maxReference:
		return bad("reference", "must have 1 to "+strconv.Itoa(maxReference)+" bytes")
	case c.Outcome != Approved && c.Outcome != Rejected && c.Outcome != Retry:
		return bad("outcome", "must be approved, rejected or retry")
	case c.Outcome == Rejected && len(c.Reasons) == 0:
		return bad("reasons", "must say why the person is rejected")
	case len(c.Reasons) > maxReasons:
		return bad("reasons", "are too many")
	case c.Checks.Score < 0 || c.Checks.Score > maxScore:
		return bad("checks.score", "must be 0 to 10000 basis points")
	}
	for _, r := range c.Reasons {
		if strings.TrimSpace(r) == "" || utf8.RuneCountInString(r) > maxReason {
			return bad("reasons", "must each have 1 to "+strconv.Itoa(maxReason)+" characters")
		}
	}
	for _, r := range []Result{c.Checks.Document, c.Checks.FaceMatch, c.Checks.Liveness} {
		if r != "" && r != Pass && r != Fail && r != Unsure {
			return bad("checks", "must be pass, fail or unsure")
		}
	}
	if c.DocumentExpiresAt != "" {
		if _, err := time.Parse(time.DateOnly, c.DocumentExpiresAt); err != nil {
			return bad("document_expires_at", "must be a date, YYYY-MM-DD")
		}
	}
	return nil
}

// sure tells whether no check speaks against an approval.
func (c Checks) sure() bool {
	for _, r := range []Result{c.Document, c.FaceMatch, c.Liveness} {
		if r == Fail || r == Unsure {
			return false
		}
	}
	return true
}
