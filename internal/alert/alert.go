// Package alert is what an operator must look at before business with a customer goes on: a name on a list, payments
// that look odd, a number that somebody else has. An alert is raised once for a fact, may hold the customer, and is
// cleared or confirmed once, with a reason. It must not know what any kind of alert means, nor who a customer is.
package alert

import (
	"time"

	"rampa/internal/audit"
	"rampa/internal/errs"
)

// Kind tells what raised an alert.
type Kind string

// The kinds of alert.
const (
	Screening               Kind = "screening"                // a name resembles an entry of a list
	Monitoring              Kind = "monitoring"               // a rule about payments
	DuplicateIdentification Kind = "duplicate_identification" // another customer has the same identification number
	Verification            Kind = "verification"             // the identity check gave a doubt
	PaperExpired            Kind = "paper_expired"            // an identity paper is over
	Review                  Kind = "review"                   // the periodic review is due
)

// Kinds are all kinds, in the order in which filters offer them.
var Kinds = []Kind{Screening, Monitoring, DuplicateIdentification, Verification, PaperExpired, Review}

// State is where an alert stands.
type State string

// The states: an alert is open until it is decided, and is decided once.
const (
	Open      State = "open"
	Cleared   State = "cleared"   // it is not what it seemed
	Confirmed State = "confirmed" // it is
)

// Alert is one fact about one customer that somebody must judge.
type Alert struct {
	ID            int64
	CustomerID    int64
	IntegrationID int64
	Kind          Kind
	// Key names the fact within the customer: the same fact is raised once, and never again once it was cleared. It is
	// stored in the clear, so it holds codes and ids and no personal data.
	Key string
	// Summary is what the operator judges by: names, the list's entry, the score, amounts. It is sealed at rest.
	Summary map[string]string
	// Holds says that nothing goes on with the customer while the alert is open, nor once it is confirmed.
	Holds     bool
	State     State
	RaisedAt  time.Time
	DecidedAt time.Time
	DecidedBy string // the operator's id
	Reason    string // why it was decided so; sealed at rest
	Sealed    Sealed
}

// Sealed is what of an alert is stored encrypted.
type Sealed struct{ Summary, Reason []byte }

// Waiting is a line of the operators' queue.
type Waiting struct {
	Alert       Alert
	Customer    string // the customer's name
	Integration string
}

// Page is a page of open alerts.
type Page struct {
	Kind   Kind // "": all
	Limit  int
	Cursor string // what the last page gave as next
}

// Decision is what an operator makes of an alert.
type Decision struct {
	Confirm   bool
	Reason    string
	Actor     audit.Actor
	RequestID string
}

// The errors of this package.
var (
	ErrNotFound      = errs.New(errs.NotFound, "alert_not_found", "There is no such alert.")
	ErrDecided       = errs.New(errs.Conflict, "alert_decided", "Somebody decided this alert before you did. Look at the file again.")
	ErrReasonMissing = errs.New(errs.Invalid, "reason_missing", "Say why: the reason is kept with the decision.")
	ErrReasonLong    = errs.New(errs.Invalid, "reason_too_long", "The reason is too long: 2,000 characters at most.")
)
