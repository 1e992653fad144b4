// Package onboarding is the enhanced declaration that raises a customer's limits: where the money comes from, what for, how
// much of it, tax residence, political exposure. It is asked for by the integration, filled in by the customer behind a
// link without password, and decided by an operator. What a file must hold is pure (file, check, tin, missing); the service
// moves it. It must not know HTTP or SQL, nor what a tier allows.
package onboarding

import (
	"slices"

	"rampa/internal/verification"
)

// The steps of the form. Corrections name them.
const (
	StepFunds       = "funds"
	StepPurpose     = "purpose"
	StepTax         = "tax"
	StepPEP         = "pep"
	StepCheck       = "check"
	StepDeclaration = "declaration"
)

// Steps gives the steps in their order.
func Steps() []string {
	return []string{StepFunds, StepPurpose, StepTax, StepPEP, StepCheck, StepDeclaration}
}

// The shared shapes of a file.
type (
	// Problem is one thing wrong with what was entered.
	Problem = verification.Problem
	// Requirement is one thing that a file lacks.
	Requirement = verification.Requirement
)

// File is what a customer declares.
type File struct {
	Funds       Funds
	Use         Use
	Tax         Tax
	PEP         PEP
	Declaration *verification.Declaration
}

// Choice is what was ticked of a list, with words of one's own.
type Choice struct {
	Codes []string // in the order of the list
	Text  string   // required beside Other
}

// Other is the choice that must be explained.
const Other = "other"

// Funds is where the money comes from: that which is sent now, and all there is.
type Funds struct {
	Source Choice // of funds
	Wealth Choice // source of wealth
}

// Use is what the service is for, and how much of it is expected.
type Use struct {
	Purpose       Choice
	MonthlyVolume string // EUR, whole units, digits only
	Transactions  string // a month, digits only
}

// Tax is where the customer pays taxes, as CRS and FATCA ask.
type Tax struct {
	Residences  []Residence
	USPerson    *bool  // of FATCA
	EntityClass string // of a company, by CRS: one of EntityClasses
}

// Residence is one country of tax residence.
type Residence struct {
	Country     string // ISO 3166-1 alpha-2
	TIN         string // in its normal form
	NoTINReason string // one of NoTINReasons, without a TIN
	NoTINText   string // why a TIN could not be obtained
}

// The reasons not to have a tax number: A, B and C of the CRS self-certification.
const (
	TINNotIssued   = "not_issued"
	TINNotObtained = "not_obtained"
	TINNotRequired = "not_required"
)

// The classes of an entity under CRS, asked simply.
const (
	EntityActive    = "active"    // does business
	EntityPassive   = "passive"   // holds assets and lives of their income
	EntityFinancial = "financial" // a financial institution
)

// PEP is political exposure: of the person, or of those who own and run the company.
type PEP struct {
	Relation string // one of Relations; "" = not answered
	Function string // the office held
	Name     string // who holds it, when it is somebody else
}

// The relations to a public office.
const (
	PEPNone      = "no"
	PEPSelf      = "self"
	PEPRelative  = "relative"
	PEPAssociate = "associate"
)

// correctable are the steps that a correction may name.
var correctable = []string{StepFunds, StepPurpose, StepTax, StepPEP}

// MaxResidences bounds the countries of tax residence.
const MaxResidences = 5

// NoTINReasons lists the reasons not to have a tax number.
func NoTINReasons() []string { return []string{TINNotIssued, TINNotObtained, TINNotRequired} }

// EntityClasses lists the classes of an entity.
func EntityClasses() []string { return []string{EntityActive, EntityPassive, EntityFinancial} }

// Relations lists the relations to a public office.
func Relations() []string { return []string{PEPNone, PEPSelf, PEPRelative, PEPAssociate} }

// Sources lists the sources of funds to choose from.
func Sources(company bool) []string {
	if company {
		return []string{"sales", "capital", "loan", "investments", "asset_sale", "grants", "crypto", Other}
	}
	return []string{"salary", "self_employment", "pension", "benefits", "savings", "investments", "property_sale", "inheritance", "gift", "loan", "crypto", Other}
}

// Wealths lists the sources of wealth to choose from.
func Wealths(company bool) []string {
	if company {
		return []string{"capital", "retained_earnings", "investments", "property", "loan", "crypto", Other}
	}
	return []string{"employment", "business", "savings", "investments", "property", "inheritance", "gift", "crypto", Other}
}

// Purposes lists the purposes to choose from.
func Purposes(company bool) []string {
	if company {
		return []string{"suppliers", "collections", "treasury", "payroll", "investment", "intermediation", Other}
	}
	return []string{"investment", "savings", "trading", "payments", "remittances", "income", Other}
}

// Correctable tells whether a correction may name an item.
func Correctable(item string) bool { return slices.Contains(correctable, item) }
