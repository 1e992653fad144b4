// Package kyb is the file of a company under verification: what is asked of it, what is missing, which papers satisfy it,
// and who owns it. Pure functions over one struct: it knows neither storage, nor pages, nor the partner API.
package kyb

import "rampa/internal/verification"

// File is everything a company says of itself in the KYB form. Texts are stored as given, trimmed; identifiers normalised.
type File struct {
	Company     Company
	Registered  Address
	Operating   *Address // nil: the same as Registered
	Activity    Activity
	People      []Person
	Entities    []Entity
	NoOther     bool // declared: nobody else is a beneficial owner
	Declaration *Declaration
}

// Company is the legal person itself.
type Company struct {
	LegalName          string
	TradeName          string
	LegalForm          string // a code of requirements.yaml: "sl"
	Country            string // ISO 3166-1 alpha-2
	RegistrationNumber string
	TaxID              string
	VATNumber          string
	LEI                string
	IncorporationDate  string // YYYY-MM-DD
	Website            string
}

// Address is a postal address. Country is ISO 3166-1 alpha-2.
type Address struct {
	Line1, Line2, City, PostalCode, Region, Country string
}

// Activity is what the company does and expects.
type Activity struct {
	Activity              string
	ExpectedMonthlyVolume string // EUR, whole units, digits only
	SourceOfFunds         string
}

// Person is a representative, director or beneficial owner.
type Person struct {
	ID               string // stable across edits; documents refer to it
	FirstName        string
	LastName         string
	BirthDate        string // YYYY-MM-DD
	Nationality      string // ISO 3166-1 alpha-2
	Role             string // a key of Roles
	OwnershipPercent string // exact decimal as given, "" = none: "33.34"
	Through          string // ID of the Entity through which it is held; "" = directly
	PEP              *bool  // politically exposed; nil = not answered
	ByPower          bool   // a representative who acts by power of attorney, not by office
	Control          string // a key of Controls: how he controls the company (or Through) by other means than shares; "" = he does not
}

// Entity is a company that owns part of the company, directly or through another entity.
type Entity struct {
	ID                 string
	LegalName          string
	Country            string
	RegistrationNumber string
	OwnershipPercent   string
	Through            string
}

// The parts that files of every kind have.
type (
	Declaration = verification.Declaration
	Document    = verification.Document
	Problem     = verification.Problem
	Requirement = verification.Requirement
)

// How a Person controls a company by other means than shares: Regulation (EU) 2024/1624, art. 53(3) and (4).
const (
	ControlNone      = "none" // an answer of the form, stored as ""
	ControlVotes     = "votes"
	ControlBoard     = "appoints_board"
	ControlAgreement = "agreement"
	ControlOther     = "other"
)

// Controls is every answer, in the order of the form.
var Controls = []string{ControlNone, ControlVotes, ControlBoard, ControlAgreement, ControlOther}

// The roles of a Person.
const (
	RoleRepresentative = "representative" // signs for the company (director or attorney)
	RoleDirector       = "director"       // director without signature
	RoleOwner          = "owner"          // owner only
)
