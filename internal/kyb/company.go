package kyb

import (
	"strings"
	"time"

	"rampa/internal/identity/postal"
)

// The steps of the form, in order.
const (
	StepCountry     = "country"
	StepCompany     = "company"
	StepAddresses   = "addresses"
	StepActivity    = "activity"
	StepPeople      = "people"
	StepDocuments   = "documents"
	StepDeclaration = "declaration"
)

// Steps is all steps in the order of the form.
var Steps = []string{StepCountry, StepCompany, StepAddresses, StepActivity, StepPeople, StepDocuments, StepDeclaration}

// earliestIncorporation is before any company that is still alive could have been registered with papers to show.
const earliestIncorporation = "1600-01-01"

// CheckCountry checks the country of incorporation.
func CheckCountry(country string) (string, []Problem) {
	var c checker
	country = c.country("country", country)
	return country, c.problems
}

// CheckCompany checks and normalises the company step by the rules of its country and legal form. What the form does not
// ask is emptied: a field hidden after a change of legal form must not live on unseen.
func CheckCompany(rules *Ruleset, company Company, now time.Time) (Company, []Problem) {
	c := checker{now: now}
	country, problems := CheckCountry(company.Country)
	c.problems = problems
	company.Country = country
	company.LegalForm = strings.TrimSpace(company.LegalForm)
	if code, ok := rules.LegalForm(country, company.LegalForm); ok {
		company.LegalForm = code
	} else if company.LegalForm != "" {
		c.line("legal_form", company.LegalForm)
		c.add("legal_form", CodeLegalFormUnknown)
	}
	for _, field := range rules.Fields(country, company.LegalForm) {
		value := company.field(field.Name)
		switch {
		case !field.Shown():
			*value = ""
			continue
		case field.Name == "legal_form":
		case field.Name == "website":
			*value = c.website(field.Name, *value)
		case field.Name == "incorporation_date":
			var day time.Time
			if *value, day = c.date(field.Name, *value); !day.IsZero() && *value < earliestIncorporation {
				c.add(field.Name, CodeDateTooEarly, "min", earliestIncorporation)
			}
		default:
			*value = c.identifier(field.Name, *value, field.Scheme)
		}
		if field.Required() {
			c.required(field.Name, *value)
		}
	}
	return company, c.problems
}

// field gives the place of a field by the name of its input.
func (c *Company) field(name string) *string {
	return map[string]*string{
		"legal_name": &c.LegalName, "trade_name": &c.TradeName, "legal_form": &c.LegalForm,
		"registration_number": &c.RegistrationNumber, "tax_id": &c.TaxID, "vat_number": &c.VATNumber,
		"lei": &c.LEI, "incorporation_date": &c.IncorporationDate, "website": &c.Website,
	}[name]
}

// regionRequired are the countries where an address without its state or province is not one.
var regionRequired = map[string]bool{"US": true, "CA": true, "AU": true, "BR": true, "MX": true}

// CheckAddress checks and normalises an address. prefix is the name of its inputs: "registered_address".
func CheckAddress(prefix string, a Address) (Address, []Problem) {
	var c checker
	name := func(field string) string { return prefix + "[" + field + "]" }
	a.Line1, a.Line2 = c.line(name("line1"), a.Line1), c.line(name("line2"), a.Line2)
	a.City, a.Region = c.line(name("city"), a.City), c.line(name("region"), a.Region)
	a.PostalCode = c.line(name("postal_code"), a.PostalCode)
	c.required(name("line1"), a.Line1)
	c.required(name("city"), a.City)
	a.Country = c.country(name("country"), a.Country)
	if regionRequired[a.Country] {
		c.required(name("region"), a.Region)
	}
	if example := postal.Example(a.Country); example != "" {
		c.required(name("postal_code"), a.PostalCode)
		normal, ok := postal.Normal(a.Country, a.PostalCode)
		if a.PostalCode = normal; !ok {
			c.add(name("postal_code"), CodePostalCodeFormat, "example", example)
		}
	}
	return a, c.problems
}

// CheckActivity checks and normalises the activity step.
func CheckActivity(a Activity) (Activity, []Problem) {
	var c checker
	a.Activity, a.SourceOfFunds = c.prose("activity", a.Activity), c.prose("source_of_funds", a.SourceOfFunds)
	a.ExpectedMonthlyVolume = c.line("expected_monthly_volume", a.ExpectedMonthlyVolume)
	c.required("activity", a.Activity)
	c.required("expected_monthly_volume", a.ExpectedMonthlyVolume)
	if digits, ok := ParseVolume(a.ExpectedMonthlyVolume); ok {
		a.ExpectedMonthlyVolume = digits
	} else {
		c.add("expected_monthly_volume", CodeVolumeFormat)
	}
	c.required("source_of_funds", a.SourceOfFunds)
	return a, c.problems
}
