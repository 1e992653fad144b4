package customer

import (
	"time"

	"rampa/internal/audit"
	"rampa/internal/kyc"
)

// Registration is a person or company that an integration brings, with what it knows of them already.
type Registration struct {
	IntegrationID  int64
	Kind           Kind
	Email          string
	Name           string    // a company's; a person's stands in Person
	Person         *kyc.File // of an individual
	TaxID          string    // of a company
	Identification string    // the identification number in its normal form, "" = not given
	Country        string
	ExternalID     string
	CallbackURL    string
	Language       string
	Bank           *BankAccount
	Actor          audit.Actor
	RequestID      string
}

// BankAccount is where a customer wants to be paid.
type BankAccount struct {
	BankName      string
	AccountNumber string
	AccountType   string
}

// Registered is a new customer with the way into its form. The password is a company's, and shown this once.
type Registered struct {
	Customer Customer
	LinkURL  string
	Password string
	Expires  time.Time
}

// Renewal asks for a new link. Kind is what the customer must be, "" = either.
type Renewal struct {
	IntegrationID int64
	CustomerID    int64
	Kind          Kind
	Actor         audit.Actor
	RequestID     string
}

// Delegated is a customer whom the integration has verified itself, under a reliance agreement, with the evidence.
type Delegated struct {
	Registration
	Papers     []DelegatedPaper
	VerifiedAt time.Time // zero: not said
	Reference  string    // of the integration's own verification
}

// DelegatedPaper is one paper of a delegated verification.
type DelegatedPaper struct {
	Item string // document_front, document_back, face_image, liveness_capture
	Stashed
}
