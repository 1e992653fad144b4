package wire

import "strconv"

// Token is what POST /authenticate gives.
type Token struct {
	Token     string `json:"token"`
	ExpiresAt Time   `json:"expires_at"`
	ExpiresIn int64  `json:"expires_in"` // seconds
}

// RegisteredCompany is what POST /register/company gives.
type RegisteredCompany struct {
	ID       int64  `json:"id"`
	UUID     string `json:"uuid"` // the customer's, not the link's
	KYBLink  string `json:"kyb_link"`
	Password string `json:"password"` // shown this once
}

// RenewedLink is what POST /register/company/{user_id}/link gives.
type RenewedLink struct {
	RegisteredCompany
	ExpiresAt Time `json:"expires_at"`
}

// RegisteredUser is what POST /registerUser gives.
type RegisteredUser struct {
	ID         int64  `json:"id"`
	UUID       string `json:"uuid"`
	KYCFormURL string `json:"kyc_form_url"`
	Password   string `json:"password,omitempty"` // a company's, shown this once
}

// RenewedUserLink is what POST /registerUser/{user_id}/link gives.
type RenewedUserLink struct {
	RegisteredUser
	ExpiresAt Time `json:"expires_at"`
}

// DelegatedUser is what POST /registerUser/kyc-delegated gives.
type DelegatedUser struct {
	ID        int64  `json:"id"`
	UUID      string `json:"uuid"`
	KYCStatus string `json:"kyc_status"`
}

// Document is what POST /customers/{user_id}/documents gives.
type Document struct {
	DocumentID string `json:"document_id"`
}

// OnboardingLink is what POST /onboarding-form gives.
type OnboardingLink struct {
	OnboardingLink string `json:"onboarding_link"`
	ExpiresAt      Time   `json:"expires_at"`
}

// CustomerLimits is what GET /customers/{user_id}/limits gives.
type CustomerLimits struct {
	Tier   int             `json:"tier"`
	Limits List[Allowance] `json:"limits"`
}

// Allowance is one limit with what is left of it. Amounts are decimals of the currency's unit.
type Allowance struct {
	Rail      string `json:"rail"`
	Window    string `json:"window"`
	Limit     string `json:"limit"`
	Used      string `json:"used"`
	Remaining string `json:"remaining"`
	Currency  string `json:"currency"`
	ResetsAt  *Time  `json:"resets_at"` // null where nothing has to be waited for
}

// KYCCheck is what GET /kyc/check gives, and what customer events carry.
type KYCCheck struct {
	UserID       int64             `json:"user_id"`
	Kind         string            `json:"kind"`       // individual, company
	KYCStatus    string            `json:"kyc_status"` // unused, processing, valid, fail
	Stage        string            `json:"stage"`      // draft, in_progress, submitted, …
	Requirements List[Requirement] `json:"requirements"`
	Reasons      List[string]      `json:"reasons"`
	Tier         int               `json:"tier"`
	Banned       bool              `json:"banned"`
	Limits       *List[Allowance]  `json:"limits,omitempty"` // in answers only: an event would be out of date
	UpdatedAt    Time              `json:"updated_at"`
}

// Requirement is one thing that is missing before a decision.
type Requirement struct {
	Code                  string       `json:"code"`
	Field                 string       `json:"field"`
	AcceptedDocumentTypes List[string] `json:"accepted_document_types"`
}

// Customer is one customer of GET /customers/list and GET /users/find.
type Customer struct {
	ID         int64   `json:"id"`
	UUID       string  `json:"uuid"`
	ExternalID *string `json:"external_id"` // null when the integration gave none
	Kind       string  `json:"kind"`
	Name       string  `json:"name"`
	Email      string  `json:"email"`
	Country    *string `json:"country"` // ISO 3166-1 alpha-2, null while unknown
	KYCStatus  string  `json:"kyc_status"`
	Stage      string  `json:"stage"`
	Tier       int     `json:"tier"`
	CreatedAt  Time    `json:"created_at"`
	UpdatedAt  Time    `json:"updated_at"`
}

// Pagination says where in a list an answer stands.
type Pagination struct {
	CurrentPage int     `json:"current_page"`
	PerPage     int     `json:"per_page"`
	Total       int64   `json:"total"`
	LastPage    int64   `json:"last_page"`
	NextCursor  *string `json:"next_cursor"`            // null on the last page
	TotalCapped bool    `json:"total_capped,omitempty"` // a filtered total beyond 10,000 is not counted further
}

// Clock is what GET /sandbox/clock gives.
type Clock struct {
	Now    Time `json:"now"`
	Frozen bool `json:"frozen"`
}

// ClockSet is what POST /sandbox/clock gives.
type ClockSet struct {
	Now Time `json:"now"`
}

// SandboxKYC is what POST /sandbox/kyc gives.
type SandboxKYC struct {
	UserID    int64  `json:"user_id"`
	KYCStatus string `json:"kyc_status"`
}

// Optional gives nil for "", so that an absent text is written as null.
func Optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// Cents writes an amount of cents, not below zero, as a decimal of the unit: 2000.00.
func Cents(n int64) string {
	return strconv.FormatInt(n/100, 10) + "." + strconv.FormatInt(n/10%10, 10) + strconv.FormatInt(n%10, 10)
}
