// Package input stands between a company's file and the named inputs of its form: it makes the values of a page from the
// file, and the parts of a file from what was posted. It checks nothing (package kyb does) and shows nothing.
package input

import (
	"net/url"

	"rampa/internal/kyb"
)

// Company gives the inputs of the company step.
func Company(c kyb.Company) url.Values {
	return url.Values{
		"legal_name": {c.LegalName}, "trade_name": {c.TradeName}, "legal_form": {c.LegalForm},
		"registration_number": {c.RegistrationNumber}, "tax_id": {c.TaxID}, "vat_number": {c.VATNumber},
		"lei": {c.LEI}, "incorporation_date": {c.IncorporationDate}, "website": {c.Website},
	}
}

// PostedCompany reads them; the country is chosen in a step of its own.
func PostedCompany(in url.Values, country string) kyb.Company {
	return kyb.Company{
		Country: country, LegalName: in.Get("legal_name"), TradeName: in.Get("trade_name"), LegalForm: in.Get("legal_form"),
		RegistrationNumber: in.Get("registration_number"), TaxID: in.Get("tax_id"), VATNumber: in.Get("vat_number"),
		LEI: in.Get("lei"), IncorporationDate: in.Get("incorporation_date"), Website: in.Get("website"),
	}
}

// Addresses gives the inputs of both addresses. An address that is not given yet is in the company's country.
func Addresses(f *kyb.File) url.Values {
	registered := f.Registered
	if registered == (kyb.Address{}) {
		registered.Country = f.Company.Country
	}
	values := url.Values{}
	setAddress(values, "registered_address", registered)
	if f.Operating == nil {
		values.Set("operating_same", "yes")
	} else {
		setAddress(values, "operating_address", *f.Operating)
	}
	return values
}

func setAddress(values url.Values, name string, a kyb.Address) {
	for field, value := range map[string]string{
		"line1": a.Line1, "line2": a.Line2, "city": a.City, "postal_code": a.PostalCode, "region": a.Region, "country": a.Country,
	} {
		values.Set(name+"["+field+"]", value)
	}
}

// PostedAddress reads one address.
func PostedAddress(in url.Values, name string) kyb.Address {
	return kyb.Address{
		Line1: in.Get(name + "[line1]"), Line2: in.Get(name + "[line2]"), City: in.Get(name + "[city]"),
		PostalCode: in.Get(name + "[postal_code]"), Region: in.Get(name + "[region]"), Country: in.Get(name + "[country]"),
	}
}

// HasOperating reports whether a second address was given. A form that was sent without those inputs at all means the same
// as the box that says "the same".
func HasOperating(in url.Values) bool {
	return in.Get("operating_same") == "" && in.Has("operating_address[line1]")
}

// Activity gives the inputs of the activity step.
func Activity(a kyb.Activity) url.Values {
	return url.Values{"activity": {a.Activity}, "expected_monthly_volume": {a.ExpectedMonthlyVolume}, "source_of_funds": {a.SourceOfFunds}}
}

// PostedActivity reads them.
func PostedActivity(in url.Values) kyb.Activity {
	return kyb.Activity{Activity: in.Get("activity"), ExpectedMonthlyVolume: in.Get("expected_monthly_volume"), SourceOfFunds: in.Get("source_of_funds")}
}

// incomplete are the problems that only say that something is not there yet.
var incomplete = map[string]bool{
	kyb.CodeRequired: true, kyb.CodeOwnersIncomplete: true, kyb.CodeRepresentative: true, kyb.CodeTraderMissing: true, kyb.CodeBoardIncomplete: true,
}

// Partly lets a half-filled step be saved and finished another day: what is still empty is no reason to lose the rest.
func Partly(change func(*kyb.File) []kyb.Problem) func(*kyb.File) []kyb.Problem {
	return func(f *kyb.File) []kyb.Problem {
		var wrong []kyb.Problem
		for _, p := range change(f) {
			if !incomplete[p.Code] {
				wrong = append(wrong, p)
			}
		}
		return wrong
	}
}
