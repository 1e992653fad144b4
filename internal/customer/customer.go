// Package customer is people and companies under verification: registration, hosted-form links, the state machine of a
// file from draft to decision, its documents and its reviewers. What a company's file must hold is package kyb's business;
// how the partner, the company and the operator see any of it is their edges'. It must not know HTTP or SQL.
package customer

import (
	"slices"
	"strings"
	"time"

	"rampa/internal/audit"
	"rampa/internal/kyb"
	"rampa/internal/verification"
)

// Kind tells people from companies.
type Kind string

// The kinds of customer.
const (
	Individual Kind = "individual"
	Company    Kind = "company"
)

// Customer is a person or company, always of one integration.
type Customer struct {
	ID            int64
	UUID          string
	IntegrationID int64
	Kind          Kind
	Name          string
	Email         string // as given
	EmailKey      string // as compared: identity.NormalizeEmail
	ExternalID    string // the integration's own reference, "" = none
	Country       string // ISO 3166-1 alpha-2, "" = not known yet
	CallbackURL   string
	Language      string // es, en or pt: the form's language when last used
	Stage         verification.Stage
	Reasons       []string // why rejected, expired or sent back
	Tier          int
	CreatedAt     time.Time
	UpdatedAt     time.Time
}

// Status is the verification status on the partner's wire.
func (c *Customer) Status() string { return c.Stage.Status() }

// Link is the way into a hosted form: the bearer also needs the password. It dies 90 days after creation.
type Link struct {
	UUID          string
	CustomerID    int64
	IntegrationID int64
	PasswordMAC   []byte
	CreatedAt     time.Time
	ExpiresAt     time.Time
	EndedAt       time.Time // zero while alive; replaced by a newer link or swept after expiry
	Failures      int       // wrong passwords in a row
	LockedUntil   time.Time
	Reminded      bool // the "about to expire" mail was written, or is not needed
}

// Record is the KYB record behind a company: its file and where it stands with the reviewers.
type Record struct {
	CustomerID    int64
	IntegrationID int64
	File          *kyb.File
	SealedFile    []byte       // File as stored; empty before the first step is saved
	Corrections   []Correction // open ones: what the reviewer asked for
	Version       int64        // grows with each change of the record
	SubmittedAt   time.Time
	DecidedAt     time.Time
	DecidedBy     string
	UpdatedAt     time.Time
}

// Correction is one thing that a reviewer wants mended.
type Correction = verification.Correction

// Brand is how an integration presents itself on hosted pages.
type Brand struct {
	IntegrationUUID string
	Name            string
	HasLogo         bool
}

// Form is all that the hosted form shows of a file.
type Form struct {
	Customer  Customer
	Link      Link
	Brand     Brand
	Record    Record
	Documents []kyb.Document
	Missing   []kyb.Requirement
}

// Editable reports whether the company may change item now: everything before submission, the open corrections after.
func (f *Form) Editable(item string) bool {
	switch f.Customer.Stage {
	case verification.Draft, verification.InProgress:
		return true
	case verification.NeedsCorrection:
		return slices.ContainsFunc(f.Record.Corrections, func(c Correction) bool {
			return c.Item == item || item == "documents" && strings.HasPrefix(c.Item, "documents.")
		})
	}
	return false
}

// Visitor is who stands behind a hosted page.
type Visitor struct {
	Address   string
	UserAgent string
	Language  string
	RequestID string
}

// Review is a submitted file as an operator sees it.
type Review struct {
	Form
	Ownership kyb.Tree
	History   []audit.Entry // newest first
}

// QueueRow is one line of the reviewers' queue, oldest submission first.
type QueueRow struct {
	Customer        Customer
	IntegrationName string
	SubmittedAt     time.Time
}
