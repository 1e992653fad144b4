package kyb_test

import (
	"fmt"
	"time"

	"rampa/internal/identity"
	"rampa/internal/kyb"
)

var today = time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)

// countries is every country with rules of its own, and one that gets the strict default.
var countries = []string{"AR", "CL", "CO", "DE", "ES", "FR", "GB", "IT", "MX", "NL", "PE", "PT", "US", "JP"}

var postalCodes = map[string]string{
	"ES": "28013", "PT": "1100-148", "DE": "10115", "FR": "75001", "IT": "00185", "NL": "1012 AB", "GB": "SW1A 1AA", "US": "10001", "MX": "06000",
}

func answered(pep bool) *bool { return &pep }

// complete is a file of a legal form with everything that is asked, before its signature is set.
func complete(country, form string) *kyb.File {
	rules := kyb.Rules()
	f := &kyb.File{
		Company: kyb.Company{LegalName: "Ejemplo", LegalForm: form, Country: country},
		Registered: kyb.Address{
			Line1: "Calle Mayor 1", City: "Capital", PostalCode: postalCodes[country], Region: "Region", Country: country,
		},
		Activity: kyb.Activity{Activity: "Software", ExpectedMonthlyVolume: "50000", SourceOfFunds: "Sales"},
	}
	for _, field := range rules.Fields(country, form) {
		if !field.Shown() {
			continue
		}
		value := identity.Example(field.Scheme)
		if value == "" {
			value = "12345"
		}
		switch field.Name {
		case "legal_name", "trade_name":
			value = "Ejemplo"
		case "legal_form":
			value = form
		case "incorporation_date":
			value = "2019-05-04"
		case "website":
			value = "https://ejemplo.example/"
		}
		*place(&f.Company, field.Name) = value
	}
	who := rules.People(country, form)
	for i := range max(1, who.Board) {
		p := kyb.Person{
			ID: fmt.Sprintf("p%d", i), FirstName: "Ana", LastName: fmt.Sprintf("García %c", 'A'+i), BirthDate: "1980-02-29",
			Nationality: "ES", Role: kyb.RoleDirector, PEP: answered(false),
		}
		if i == 0 {
			p.Role = kyb.RoleRepresentative
			if who.Owners == kyb.OwnersHolders {
				p.OwnershipPercent = "100"
			}
		}
		f.People = append(f.People, p)
	}
	f.Declaration = &kyb.Declaration{PersonID: "p0", Signature: "Ana García", TermsVersion: "1", SignedAt: today}
	return f
}

// papers is one document for each paper that is not optional.
func papers(f *kyb.File) []kyb.Document {
	var docs []kyb.Document
	for _, item := range kyb.Rules().Items(f, "en") {
		if !item.Optional {
			docs = append(docs, kyb.Document{ID: item.Code, Item: item.Code, Type: "application/pdf"})
		}
	}
	return docs
}

// place is the field of a company behind the name of an input.
func place(c *kyb.Company, name string) *string {
	return map[string]*string{
		"legal_name": &c.LegalName, "trade_name": &c.TradeName, "legal_form": &c.LegalForm, "registration_number": &c.RegistrationNumber,
		"tax_id": &c.TaxID, "vat_number": &c.VATNumber, "lei": &c.LEI, "incorporation_date": &c.IncorporationDate, "website": &c.Website,
	}[name]
}
