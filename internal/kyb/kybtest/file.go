// Package kybtest builds company files for tests of what stands around package kyb. It must not be imported by anything
// that ships.
package kybtest

import (
	"rampa/internal/identity"
	"rampa/internal/kyb"
)

// Complete is the file of a Spanish sociedad limitada with everything that is asked but the papers and the signature:
// Papers names the former, Declaration is the latter.
func Complete(name string) *kyb.File {
	const country, form = "ES", "sl"
	f := &kyb.File{
		Company:    kyb.Company{Country: country, LegalForm: form},
		Registered: kyb.Address{Line1: "Calle Mayor 1", City: "Madrid", PostalCode: "28013", Region: "Madrid", Country: country},
		Activity:   kyb.Activity{Activity: "Software", ExpectedMonthlyVolume: "50000", SourceOfFunds: "Sales"},
	}
	inputs := map[string]*string{
		"legal_name": &f.Company.LegalName, "trade_name": &f.Company.TradeName, "registration_number": &f.Company.RegistrationNumber, "tax_id": &f.Company.TaxID,
		"vat_number": &f.Company.VATNumber, "lei": &f.Company.LEI, "incorporation_date": &f.Company.IncorporationDate, "website": &f.Company.Website,
	}
	for _, field := range kyb.Rules().Fields(country, form) {
		if into, ok := inputs[field.Name]; ok && field.Shown() {
			*into = identity.Example(field.Scheme)
			if *into == "" {
				*into = "12345"
			}
		}
	}
	f.Company.LegalName, f.Company.TradeName, f.Company.IncorporationDate, f.Company.Website = name, name, "2019-05-04", "https://ejemplo.example/"
	no := false
	for i := range max(1, kyb.Rules().People(country, form).Board) {
		p := kyb.Person{ID: "p" + string(rune('0'+i)), FirstName: "Ana", LastName: "García " + string(rune('A'+i)), BirthDate: "1980-02-29", Nationality: "ES", Role: kyb.RoleDirector, PEP: &no}
		if i == 0 {
			p.Role, p.OwnershipPercent = kyb.RoleRepresentative, "100"
		}
		f.People = append(f.People, p)
	}
	return f
}

// Papers gives the codes of the papers that f must have.
func Papers(f *kyb.File) []string {
	var codes []string
	for _, item := range kyb.Rules().Items(f, "en") {
		if !item.Optional {
			codes = append(codes, item.Code)
		}
	}
	return codes
}

// Declaration is the signature under a file of Complete.
func Declaration() kyb.Declaration {
	return kyb.Declaration{PersonID: "p0", Signature: "Ana García A", TermsVersion: "1"}
}
