package onboarding

import (
	"errors"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"rampa/internal/identity"
	"rampa/internal/identity/person"
)

// tinRule is how the tax numbers of a country are checked: a number of any of the schemes, or of any of the papers of
// people, that fits.
type tinRule struct {
	schemes []identity.Scheme
	papers  []string                 // types of package person, for numbers without a check digit
	fits    func(normal string) bool // nil: all fit
	example string                   // "" = the first scheme's
}

// peopleTINs are the countries whose people's tax numbers have a rule. Source: OECD, "Tax identification numbers", by country.
var peopleTINs = map[string]tinRule{
	"ES": {schemes: []identity.Scheme{identity.ESDNI, identity.ESNIE, identity.ESNIF}, fits: notCompanyOf(identity.ESCIF)},
	"PT": {schemes: []identity.Scheme{identity.PTNIF}},
	"IT": {schemes: []identity.Scheme{identity.ITCF}},
	"NL": {schemes: []identity.Scheme{identity.NLRSIN}}, // the BSN has the same check
	"CL": {schemes: []identity.Scheme{identity.CLRUT}},
	"MX": {schemes: []identity.Scheme{identity.MXRFC, identity.MXCURP}, fits: func(v string) bool { return utf8.RuneCountInString(v) != 12 }},
	"CO": {schemes: []identity.Scheme{identity.CONIT}, papers: []string{"CED_CIU", "CED_EXT"}},
	"PE": {schemes: []identity.Scheme{identity.PERUC, identity.PEDNI}},
	"AR": {schemes: []identity.Scheme{identity.ARCUIL}},
}

// companyTINs are those where a company's number is not simply the tax scheme of its country.
var companyTINs = map[string]tinRule{
	"ES": {schemes: []identity.Scheme{identity.ESCIF}},
	"PT": {schemes: []identity.Scheme{identity.PTNIPC}},
	"MX": {schemes: []identity.Scheme{identity.MXRFC}, fits: func(v string) bool { return utf8.RuneCountInString(v) == 12 }, example: "SAT970701NN3"},
}

func notCompanyOf(s identity.Scheme) func(string) bool {
	return func(v string) bool { _, err := identity.Check(s, v); return err != nil }
}

// ruleOf gives the rule of a country; ok is false where only the shape of any number is known.
func ruleOf(country string, company bool) (r tinRule, ok bool) {
	if !company {
		r, ok = peopleTINs[country]
		return r, ok
	}
	if r, ok = companyTINs[country]; ok {
		return r, true
	}
	if _, tax := identity.CompanySchemes(country); tax != "" {
		return tinRule{schemes: []identity.Scheme{tax}}, true
	}
	return r, false
}

// TINExample gives a valid tax number of a country as people write it; "" where none is known.
func TINExample(country string, company bool) string {
	r, ok := ruleOf(country, company)
	switch {
	case country == unitedStates && !company:
		return usExample
	case !ok:
		return ""
	case r.example != "":
		return r.example
	}
	return identity.Example(r.schemes[0])
}

// tin normalises a tax number by the rule of its country. Elsewhere a number has a digit in it.
func (c *checker) tin(field string, r Residence, company bool) string {
	rule, ok := ruleOf(r.Country, company)
	example := TINExample(r.Country, company)
	switch {
	case ok:
		normal, code := rule.check(r.Country, r.TIN)
		if code == "" {
			return normal
		}
		c.add(field, code, "example", example)
	case r.Country == unitedStates && !company:
		if digits, ok := usNumber(r.TIN); ok {
			return digits
		}
		c.add(field, CodeTINFormat, "example", example)
	case !strings.ContainsFunc(r.TIN, unicode.IsDigit):
		c.add(field, CodeTINFormat, "example", "")
	}
	return r.TIN
}

// check tries every scheme and paper. A wrong check digit says more than a wrong shape.
func (r tinRule) check(country, value string) (normal, code string) {
	code = CodeTINFormat
	for _, scheme := range r.schemes {
		normal, err := identity.Check(scheme, value)
		if err == nil && (r.fits == nil || r.fits(normal)) {
			return normal, ""
		}
		if p, ok := errors.AsType[*identity.Problem](err); ok && p.Code == identity.CodeCheckDigit {
			code = CodeTINCheckDigit
		}
	}
	for _, paper := range r.papers {
		if normal, err := person.Check(country, paper, value); err == nil {
			return normal, ""
		}
	}
	return "", code
}

const usExample = "123-45-6789"

// usNumber reads a social security number or an ITIN: nine digits. Source: SSA, "Social Security Number Randomization" (areas
// 000 and 666, group 00 and serial 0000 are never issued).
func usNumber(value string) (digits string, ok bool) {
	digits = strings.Map(func(r rune) rune {
		if r == '-' || unicode.IsSpace(r) {
			return -1
		}
		return r
	}, value)
	if len(digits) != 9 || strings.Trim(digits, "0123456789") != "" {
		return "", false
	}
	never := slices.Contains([]string{"000", "666"}, digits[:3]) || digits[3:5] == "00" || digits[5:] == "0000"
	return digits, !never
}
