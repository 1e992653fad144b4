// Package person knows which papers people and companies of a country identify themselves with, by the type values of the
// partner API: which types fit whom, and whether a number is one of its type. It knows ages too. The numbers with check
// digits are identity's; here are those that only have a shape. Pure; it must not know forms, languages or storage.
package person

import (
	"slices"
	"strings"

	"rampa/internal/identity"
)

// The types that are not one country's own.
const (
	Passport     = "PASSPORT"
	GovernmentID = "GOVERNMENT_ID"              // national identity card
	Residence    = "PERMANENT_RESIDENCE_PERMIT" // foreigner's card
)

// paper is one type: checked by a scheme of identity, or by a rule of this package.
type paper struct {
	code   string
	scheme identity.Scheme
	rule   identity.Rule
}

// papers are the types of a country, in the order in which they are offered.
type papers struct{ people, companies []paper }

// tables holds the countries with types of their own.
var tables = map[string]papers{
	"ES": {
		people:    []paper{{code: GovernmentID, scheme: identity.ESDNI}, {code: Residence, scheme: identity.ESNIE}, {code: Passport, rule: passport}},
		companies: []paper{{code: "CIF", scheme: identity.ESCIF}},
	},
	"CL": {people: []paper{{code: "RUT", scheme: identity.CLRUT}}, companies: []paper{{code: "RUT", scheme: identity.CLRUT}}},
	"MX": {people: []paper{{code: "CURP", scheme: identity.MXCURP}}, companies: []paper{{code: "RFC", scheme: identity.MXRFC}}},
	"CO": {
		people: []paper{
			{code: "CED_CIU", rule: cedula}, {code: "CED_EXT", rule: foreignCard}, {code: "TI", rule: minorsCard}, {code: "NUIP", rule: nuip},
			{code: "TE", rule: foreignCard}, {code: "PPT", rule: protection}, {code: "PASS", rule: passport}, {code: "PEP", rule: permit},
			{code: "RC", rule: birthRecord},
		},
		companies: []paper{{code: "NIT", scheme: identity.CONIT}},
	},
	"PE": {
		people:    []paper{{code: "DNI", scheme: identity.PEDNI}, {code: "CE", scheme: identity.PECE}},
		companies: []paper{{code: "RUC", scheme: identity.PERUC}},
	},
	"AR": {
		people:    []paper{{code: "DNI", scheme: identity.ARDNI}, {code: "CUIT", scheme: identity.ARCUIL}},
		companies: []paper{{code: "CUIT", scheme: identity.ARCUIT}},
	},
}

// elsewhere are the types of every other country, whose numbers are hardly looked at.
var elsewhere = papers{people: []paper{{code: Passport, rule: passport}, {code: GovernmentID, rule: anyPaper}, {code: Residence, rule: anyPaper}}}

func of(country string) papers {
	if table, ok := tables[country]; ok {
		return table
	}
	if identity.IsCountry(country) {
		return elsewhere
	}
	return papers{}
}

// Types gives the types of people's papers of a country (ISO 3166-1 alpha-2) that has its own; nil for every other.
func Types(country string) []string { return codes(tables[country].people) }

// Accepted gives the types of people's papers that a country takes: its own, or those of any country; nil where there is none.
func Accepted(country string) []string { return codes(of(country).people) }

// CompanyTypes gives the types of companies' numbers of a country; nil where there is none.
func CompanyTypes(country string) []string { return codes(tables[country].companies) }

// TypeKind tells whom a type of a country identifies; neither when the country does not know it.
func TypeKind(country, typ string) (individual, company bool) {
	t := of(country)
	return find(t.people, typ) >= 0, find(t.companies, typ) >= 0
}

// Check tells whether number is one of a person's paper and gives its normal form, the same for every way of writing it.
// err is an *identity.Problem: CodeUnsupported, with Params "accepted", when people of the country have no such type.
func Check(country, typ, number string) (normalized string, err error) {
	return check(of(country).people, typ, number)
}

// CheckCompany is Check for a company's number.
func CheckCompany(country, typ, number string) (normalized string, err error) {
	return check(of(country).companies, typ, number)
}

// Example gives a valid number of a person's paper as people write it; "" for an unknown type.
func Example(country, typ string) string {
	list := of(country).people
	switch i := find(list, typ); {
	case i < 0:
		return ""
	case list[i].scheme != "":
		return identity.Example(list[i].scheme)
	default:
		return list[i].rule.Example
	}
}

func check(list []paper, typ, number string) (string, error) {
	i := find(list, typ)
	switch {
	case i < 0:
		return "", &identity.Problem{Code: identity.CodeUnsupported, Params: map[string]string{"scheme": typ, "accepted": strings.Join(codes(list), ", ")}}
	case list[i].scheme != "":
		return identity.Check(list[i].scheme, number)
	}
	return list[i].rule.Apply(number)
}

func find(list []paper, code string) int {
	return slices.IndexFunc(list, func(p paper) bool { return p.code == code })
}

func codes(list []paper) (codes []string) {
	for _, p := range list {
		codes = append(codes, p.code)
	}
	return codes
}
