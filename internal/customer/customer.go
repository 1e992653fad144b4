// Package customer is people and companies under verification: registration, hosted-form links, the state machine of a
// file from draft to decision, its documents and its reviewers. What a file must hold is the business of packages kyb
// and kyc, behind customer/record;
// how the partner, the customer and the operator see any of it is their edges'. It must not know HTTP or SQL.
package customer

import (
	"slices"
	"strings"
	"time"

	"rampa/internal/audit"
	"rampa/internal/customer/record"
	"rampa/internal/kyb"
	"rampa/internal/kyc"
	"rampa/internal/link"
	"rampa/internal/verification"
)

// Kind tells people from companies.
type Kind = record.Kind

// The kinds of customer.
const (
	Individual = record.Individual
	Company    = record.Company
)

// Customer is a person or company, always of one integration.
type Customer struct {
	ID             int64
	UUID           string
	IntegrationID  int64
	Kind           Kind
	Name           string // a company's as registered, a person's in full
	Email          string // as given
	EmailKey       string // as compared: identity.NormalizeEmail
	ExternalID     string // the integration's own reference, "" = none
	Identification string // what the identification number is looked up as: IdentificationHash, in hex; "" = none given
	Country        string // ISO 3166-1 alpha-2, "" = not known yet
	CallbackURL    string
	Language       string // es, en or pt: the form's language when last used
	Stage          verification.Stage
	Reasons        []string // why rejected, expired or sent back
	Tier           int
	Enhanced       bool      // the enhanced declaration was accepted: verified means tier 2
	ReviewAt       time.Time // when an approved file must be looked at again; zero: never
	BannedAt       time.Time // zero: not banned
	BanReason      string    // for operators only
	CreatedAt      time.Time
	UpdatedAt      time.Time
}

// Banned reports whether nothing may be done for the customer any more.
func (c *Customer) Banned() bool { return !c.BannedAt.IsZero() }

// Status is the verification status on the partner's wire.
func (c *Customer) Status() string { return c.Stage.Status() }

// Link is a way into the hosted form.
type Link = link.Link

// Record is the verification record behind a customer.
type Record = record.Record

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

// Editable reports whether the customer may change item now: everything before submission, the open corrections after. A
// step of a person's form that is to be corrected opens its pictures with it.
func (f *Form) Editable(item string) bool {
	switch f.Customer.Stage {
	case verification.Draft, verification.InProgress:
		return true
	case verification.NeedsCorrection:
		return slices.ContainsFunc(f.Record.Corrections, func(c Correction) bool {
			return c.Item == item || item == "documents" && strings.HasPrefix(c.Item, "documents.") || c.Item == kyc.StepOf(item)
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
	Ownership kyb.Structure
	History   []audit.Entry // newest first
}

// QueueRow is one line of the reviewers' queue, oldest submission first.
type QueueRow struct {
	Customer        Customer
	IntegrationName string
	SubmittedAt     time.Time
}

// Edit is the change of one step of the form of a company, or of a person. Change and Person edit a copy and say what is
// wrong with it; they may run twice.
type Edit struct {
	Step    string
	Change  func(*kyb.File) []kyb.Problem
	Person  func(*kyc.File) []kyb.Problem
	Visitor Visitor
}
