// Package operator is the people behind the console: who they are, what each role may do, how they prove who they are
// (password and authenticator code) and how long a session lasts. It must not know HTTP, SQL or what the console shows.
package operator

import (
	"net/mail"
	"slices"
	"strings"
	"time"

	"rampa/internal/errs"
)

// Role is what an operator does at the firm.
type Role string

// The roles.
const (
	Admin      Role = "admin"      // everything, operators and mail included
	Compliance Role = "compliance" // reads and decides files
	Support    Role = "support"    // answers companies: reads the file, not its papers, decides nothing
	Viewer     Role = "viewer"     // an auditor: reads everything, changes nothing
)

// Roles lists every role.
func Roles() []Role { return []Role{Admin, Compliance, Support, Viewer} }

// Action is something that a role may or may not do.
type Action string

// The actions.
const (
	ReadQueue     Action = "read_queue"     // the list of submitted files, and search
	ReadFile      Action = "read_file"      // what a company says of itself and of its people
	ReadDocuments Action = "read_documents" // the papers themselves
	Decide        Action = "decide"         // approve, reject, ask for corrections
	Reopen        Action = "reopen"         // give a rejected or expired file back to the company
	ReadMail      Action = "read_mail"      // the outbox: what was written to companies
	ReadAlerts    Action = "read_alerts"    // what lists and monitoring say of a customer: whoever answers customers does not see it
	DecideAlerts  Action = "decide_alerts"  // clear or confirm an alert
	Ban           Action = "ban"            // ban a customer, and lift a ban
)

// Actions lists every action.
func Actions() []Action {
	return []Action{ReadQueue, ReadFile, ReadDocuments, Decide, Reopen, ReadMail, ReadAlerts, DecideAlerts, Ban}
}

var allowed = map[Role][]Action{
	Admin:      {ReadQueue, ReadFile, ReadDocuments, Decide, Reopen, ReadMail, ReadAlerts, DecideAlerts, Ban},
	Compliance: {ReadQueue, ReadFile, ReadDocuments, Decide, Reopen, ReadAlerts, DecideAlerts, Ban},
	Support:    {ReadQueue, ReadFile},
	Viewer:     {ReadQueue, ReadFile, ReadDocuments, ReadAlerts},
}

// May reports whether a role may do a. An unknown role may do nothing.
func (r Role) May(a Action) bool { return slices.Contains(allowed[r], a) }

// Valid reports whether r is a role.
func (r Role) Valid() bool { return slices.Contains(Roles(), r) }

// Operator is one account of the console.
type Operator struct {
	ID           string // UUID
	Email        string // lower case: how the account is found
	Name         string
	Role         Role
	PasswordHash string    // argon2id, as a PHC string
	OneTimeUntil time.Time // not zero: the password was handed out, works until then, and must be replaced at first use
	Secret       []byte    // the authenticator's secret, sealed; nil = none yet
	EnrolledAt   time.Time // zero: the secret has not been confirmed by a code
	LastStep     int64     // 30-second step of the last code accepted: a code works once
	DisabledAt   time.Time
	LastLoginAt  time.Time
	CreatedAt    time.Time
	UpdatedAt    time.Time
}

// Step is what an operator must still do before the console opens.
type Step string

// The steps of a first login, in order.
const (
	StepPassword Step = "password" // choose an own password
	StepCode     Step = "code"     // enrol an authenticator app
	StepDone     Step = ""
)

// Next gives the step of the first login that o has come to.
func (o *Operator) Next() Step {
	switch {
	case !o.OneTimeUntil.IsZero():
		return StepPassword
	case o.EnrolledAt.IsZero():
		return StepCode
	}
	return StepDone
}

// Session is one browser signed in. The cookie's token is not kept, only its SHA-256.
type Session struct {
	Hash       []byte
	OperatorID string
	Full       bool // false: opens only the pages of the first login
	CreatedAt  time.Time
	SeenAt     time.Time // last use, to the minute
	ExpiresAt  time.Time
	Address    string
	UserAgent  string
}

// Attempts counts failed logins of one account or of one client address.
type Attempts struct {
	Key         string
	Failures    int
	LastAt      time.Time
	LockedUntil time.Time
}

// The refusals. Every failed login says the same, so that nobody learns which accounts exist or which part was wrong.
var (
	ErrLogin    = errs.New(errs.Unauthorized, "login_failed", "We could not sign you in. Check the e-mail, the password and the code. After several failed tries you have to wait.")
	ErrLocked   = errs.New(errs.Locked, "login_locked", ErrLogin.Message)
	ErrSession  = errs.New(errs.Unauthorized, "session_required", "Sign in to continue.")
	ErrNotFound = errs.New(errs.NotFound, "operator_not_found", "There is no such operator.")
	ErrEmail    = errs.New(errs.Conflict, "operator_exists", "There is an operator with this e-mail already.")
	ErrCode     = errs.New(errs.Invalid, "code_incorrect", "The code is not right. Wait for the next one and try again.")
	ErrSame     = errs.New(errs.Invalid, "password_same", "Choose another password than the one that was handed to you.")
	ErrStep     = errs.New(errs.Conflict, "step_done", "This step is done already.")
	ErrBusy     = errs.New(errs.Unavailable, "busy", "Too many people are signing in. Try again in a moment.")
)

// NormalizeEmail gives the form in which e-mails of operators are kept and compared.
func NormalizeEmail(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

func checkEmail(email string) error {
	a, err := mail.ParseAddress(email)
	if err != nil || a.Address != email || len(email) > 254 {
		return errs.Newf(errs.Invalid, "email_invalid", "%q is not an e-mail address.", email)
	}
	return nil
}
