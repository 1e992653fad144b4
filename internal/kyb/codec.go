package kyb

import (
	"encoding/json"
	"fmt"
	"time"
)

// fileVersion is written with every file. A change that old readers would misread raises it and teaches Decode the old shape.
const fileVersion = 1

type storedFile struct {
	V           int                `json:"v"`
	Company     storedCompany      `json:"company"`
	Registered  storedAddress      `json:"registered"`
	Operating   *storedAddress     `json:"operating,omitempty"`
	Activity    storedActivity     `json:"activity"`
	People      []storedPerson     `json:"people,omitempty"`
	Entities    []storedEntity     `json:"entities,omitempty"`
	NoOther     bool               `json:"no_other,omitempty"`
	Declaration *storedDeclaration `json:"declaration,omitempty"`
}

type storedCompany struct {
	LegalName          string `json:"legal_name,omitempty"`
	TradeName          string `json:"trade_name,omitempty"`
	LegalForm          string `json:"legal_form,omitempty"`
	Country            string `json:"country,omitempty"`
	RegistrationNumber string `json:"registration_number,omitempty"`
	TaxID              string `json:"tax_id,omitempty"`
	VATNumber          string `json:"vat_number,omitempty"`
	LEI                string `json:"lei,omitempty"`
	IncorporationDate  string `json:"incorporation_date,omitempty"`
	Website            string `json:"website,omitempty"`
}

type storedAddress struct {
	Line1      string `json:"line1,omitempty"`
	Line2      string `json:"line2,omitempty"`
	City       string `json:"city,omitempty"`
	PostalCode string `json:"postal_code,omitempty"`
	Region     string `json:"region,omitempty"`
	Country    string `json:"country,omitempty"`
}

type storedActivity struct {
	Activity              string `json:"activity,omitempty"`
	ExpectedMonthlyVolume string `json:"expected_monthly_volume,omitempty"`
	SourceOfFunds         string `json:"source_of_funds,omitempty"`
}

type storedPerson struct {
	ID               string `json:"id"`
	FirstName        string `json:"first_name,omitempty"`
	LastName         string `json:"last_name,omitempty"`
	BirthDate        string `json:"birth_date,omitempty"`
	Nationality      string `json:"nationality,omitempty"`
	Role             string `json:"role,omitempty"`
	OwnershipPercent string `json:"ownership_percent,omitempty"`
	Through          string `json:"through,omitempty"`
	PEP              *bool  `json:"pep,omitempty"`
	ByPower          bool   `json:"by_power,omitempty"`
	Control          string `json:"control,omitempty"`
}

type storedEntity struct {
	ID                 string `json:"id"`
	LegalName          string `json:"legal_name,omitempty"`
	Country            string `json:"country,omitempty"`
	RegistrationNumber string `json:"registration_number,omitempty"`
	OwnershipPercent   string `json:"ownership_percent,omitempty"`
	Through            string `json:"through,omitempty"`
}

type storedDeclaration struct {
	PersonID     string    `json:"person_id"`
	Signature    string    `json:"signature"`
	TermsVersion string    `json:"terms_version"`
	SignedAt     time.Time `json:"signed_at"`
	Address      string    `json:"address,omitempty"`
	UserAgent    string    `json:"user_agent,omitempty"`
}

// Encode writes a file for storage. The stored structs have the domain's fields in the domain's order, so that the
// compiler refuses a field that was forgotten here.
func Encode(f *File) ([]byte, error) {
	s := storedFile{
		V: fileVersion, Company: storedCompany(f.Company), Registered: storedAddress(f.Registered),
		Operating: (*storedAddress)(f.Operating), Activity: storedActivity(f.Activity), NoOther: f.NoOther,
		Declaration: (*storedDeclaration)(f.Declaration),
	}
	for _, p := range f.People {
		s.People = append(s.People, storedPerson(p))
	}
	for _, e := range f.Entities {
		s.Entities = append(s.Entities, storedEntity(e))
	}
	data, err := json.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("encode company file: %w", err)
	}
	return data, nil
}

// Decode reads a stored file. Fields that an older version did not have are empty and those it dropped are ignored; a file
// of a newer version is refused, for saving it again would lose what this version does not know. No bytes are an empty file.
func Decode(data []byte) (*File, error) {
	if len(data) == 0 {
		return &File{}, nil
	}
	var s storedFile
	if err := json.Unmarshal(data, &s); err != nil {
		return nil, fmt.Errorf("decode company file: %w", err)
	}
	if s.V > fileVersion {
		return nil, fmt.Errorf("decode company file: version %d is newer than %d", s.V, fileVersion)
	}
	f := &File{
		Company: Company(s.Company), Registered: Address(s.Registered), Operating: (*Address)(s.Operating),
		Activity: Activity(s.Activity), NoOther: s.NoOther, Declaration: (*Declaration)(s.Declaration),
	}
	for _, p := range s.People {
		f.People = append(f.People, Person(p))
	}
	for _, e := range s.Entities {
		f.Entities = append(f.Entities, Entity(e))
	}
	return f, nil
}
