package onboarding

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"rampa/internal/identity"
	"rampa/internal/kyb"
	"rampa/internal/kyc"
	"rampa/internal/verification"
)

// The codes of a Problem, each with the Params that fill its message. Those that other files have too are spelled as there.
const (
	CodeRequired          = "required"
	CodeTooLong           = "too_long" // max: characters
	CodeControlCharacters = "control_characters"
	CodeUnknown           = "choice_unknown"     // not one of the choices
	CodeExplain           = "explain"            // a choice that needs words beside it
	CodeVolumeFormat      = "volume_format"      // whole euros are wanted
	CodeCountFormat       = "count_format"       // max: a whole number from 1 to it
	CodeCountryUnknown    = "country_unknown"    //
	CodeCountryRepeated   = "country_repeated"   // the same country twice
	CodeTooMany           = "too_many"           // max: rows
	CodeTINFormat         = "tin_format"         // example, or "" where only the shape of any number is known
	CodeTINCheckDigit     = "tin_check_digit"    // example
	CodeTINOrReason       = "tin_or_reason"      // both were given
	CodeTINIsIssued       = "tin_is_issued"      // the country does issue numbers
	CodeUSResidence       = "us_residence"       // a US person pays taxes in the United States, and the list does not say so
	CodeUSContradiction   = "us_contradiction"   // tax residence in the United States makes a US person
	CodeSignatureMismatch = "signature_mismatch" // name, "" where it is not shown
)

// Codes is every code of a Problem, for whoever puts them into words.
var Codes = []string{
	CodeRequired, CodeTooLong, CodeControlCharacters, CodeUnknown, CodeExplain, CodeVolumeFormat, CodeCountFormat, CodeCountryUnknown,
	CodeCountryRepeated, CodeTooMany, CodeTINFormat, CodeTINCheckDigit, CodeTINOrReason, CodeTINIsIssued, CodeUSResidence, CodeUSContradiction,
	CodeSignatureMismatch,
}

const (
	maxShort        = 255 // characters
	maxTIN          = 64
	maxProse        = 2000
	maxTransactions = 100000
	unitedStates    = "US"
)

// checker gathers the problems of a step, the first one of each field: one thing to correct at a time.
type checker struct{ problems []Problem }

// add notes a problem; params are name, value, name, value.
func (c *checker) add(field, code string, params ...string) {
	if c.wrong(field) {
		return
	}
	problem := Problem{Field: field, Code: code}
	for i := 0; i+1 < len(params); i += 2 {
		if problem.Params == nil {
			problem.Params = map[string]string{}
		}
		problem.Params[params[i]] = params[i+1]
	}
	c.problems = append(c.problems, problem)
}

func (c *checker) wrong(field string) bool {
	return slices.ContainsFunc(c.problems, func(p Problem) bool { return p.Field == field })
}

func (c *checker) required(field, value string) {
	if value == "" {
		c.add(field, CodeRequired)
	}
}

// text trims a text and refuses what is too long (in code points) or would not print as typed: control characters other than
// the allowed ones, broken UTF-8, and the marks that turn the direction of writing.
func (c *checker) text(field, value string, limit int, allowed string) string {
	value = strings.TrimSpace(strings.ReplaceAll(value, "\r\n", "\n"))
	if utf8.RuneCountInString(value) > limit {
		c.add(field, CodeTooLong, "max", strconv.Itoa(limit))
	}
	bad := func(r rune) bool {
		return unicode.IsControl(r) && !strings.ContainsRune(allowed, r) || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' || r == '\u2028' || r == '\u2029'
	}
	if !utf8.ValidString(value) || strings.ContainsFunc(value, bad) {
		c.add(field, CodeControlCharacters)
	}
	return value
}

func (c *checker) line(field, value string, limit int) string { return c.text(field, value, limit, "") }
func (c *checker) prose(field, value string) string           { return c.text(field, value, maxProse, "\n\t") }

// among wants one of the choices.
func (c *checker) among(field, value string, choices []string) string {
	value = strings.TrimSpace(value)
	if c.required(field, value); value != "" && !slices.Contains(choices, value) {
		c.add(field, CodeUnknown)
	}
	return value
}

// choice wants at least one of the choices, and words beside Other. Its text has the field's name with "_text".
func (c *checker) choice(field string, given Choice, choices []string) Choice {
	var out Choice
	for _, code := range choices {
		if slices.Contains(given.Codes, code) {
			out.Codes = append(out.Codes, code)
		}
	}
	for _, code := range given.Codes {
		if !slices.Contains(choices, code) {
			c.add(field, CodeUnknown)
		}
	}
	if len(out.Codes) == 0 {
		c.add(field, CodeRequired)
	}
	out.Text = c.prose(field+"_text", given.Text)
	if out.Text == "" && slices.Contains(out.Codes, Other) {
		c.add(field+"_text", CodeExplain)
	}
	return out
}

// CheckFunds checks and normalises the step of the sources.
func CheckFunds(f Funds, company bool) (Funds, []Problem) {
	var c checker
	f.Source = c.choice("source_of_funds", f.Source, Sources(company))
	f.Wealth = c.choice("source_of_wealth", f.Wealth, Wealths(company))
	return f, c.problems
}

// CheckUse checks and normalises the step of the purpose.
func CheckUse(u Use, company bool) (Use, []Problem) {
	var c checker
	u.Purpose = c.choice("purpose", u.Purpose, Purposes(company))
	u.MonthlyVolume = c.line("expected_monthly_volume", u.MonthlyVolume, maxShort)
	c.required("expected_monthly_volume", u.MonthlyVolume)
	if digits, ok := kyb.ParseVolume(u.MonthlyVolume); ok {
		u.MonthlyVolume = digits
	} else {
		c.add("expected_monthly_volume", CodeVolumeFormat)
	}
	u.Transactions = c.line("expected_transactions", u.Transactions, maxShort)
	c.required("expected_transactions", u.Transactions)
	n, err := strconv.Atoi(u.Transactions)
	if err != nil || n < 1 || n > maxTransactions {
		c.add("expected_transactions", CodeCountFormat, "max", strconv.Itoa(maxTransactions))
	} else {
		u.Transactions = strconv.Itoa(n)
	}
	return u, c.problems
}

// CheckTax checks and normalises the step of the tax residences. Rows with nothing in them are none.
func CheckTax(t Tax, company bool) (Tax, []Problem) {
	var c checker
	t.Residences = slices.DeleteFunc(slices.Clone(t.Residences), func(r Residence) bool { return strings.TrimSpace(r.Country+r.TIN+r.NoTINReason+r.NoTINText) == "" })
	if len(t.Residences) > MaxResidences {
		c.add("tax_residences", CodeTooMany, "max", strconv.Itoa(MaxResidences))
	}
	if len(t.Residences) == 0 {
		c.add(ResidenceField(0, "country"), CodeRequired)
	}
	american, seen := false, map[string]bool{}
	for i, r := range t.Residences {
		r = c.residence(i, r, company)
		if seen[r.Country] {
			c.add(ResidenceField(i, "country"), CodeCountryRepeated)
		}
		seen[r.Country] = true
		american = american || r.Country == unitedStates
		t.Residences[i] = r
	}
	switch {
	case t.USPerson == nil:
		c.add("us_person", CodeRequired)
	case *t.USPerson && !american:
		c.add("us_person", CodeUSResidence)
	case !*t.USPerson && american:
		c.add("us_person", CodeUSContradiction)
	}
	if company {
		t.EntityClass = c.among("entity_class", t.EntityClass, EntityClasses())
	} else {
		t.EntityClass = ""
	}
	return t, c.problems
}

// ResidenceField gives the name of an input of a tax residence: "tax_residences[0][tin]".
func ResidenceField(n int, name string) string {
	return "tax_residences[" + strconv.Itoa(n) + "][" + name + "]"
}

// residence checks one country with its number, or the reason for having none.
func (c *checker) residence(i int, r Residence, company bool) Residence {
	field := func(name string) string { return ResidenceField(i, name) }
	r.Country = strings.ToUpper(c.line(field("country"), r.Country, maxShort))
	switch {
	case r.Country == "":
		c.add(field("country"), CodeRequired)
	case !identity.IsCountry(r.Country):
		c.add(field("country"), CodeCountryUnknown)
	}
	r.TIN, r.NoTINReason = c.line(field("tin"), r.TIN, maxTIN), strings.TrimSpace(r.NoTINReason)
	r.NoTINText = c.prose(field("no_tin_text"), r.NoTINText)
	switch {
	case r.TIN != "" && r.NoTINReason != "":
		c.add(field("no_tin_reason"), CodeTINOrReason)
	case r.TIN != "":
		r.NoTINText = ""
		if !c.wrong(field("country")) && !c.wrong(field("tin")) {
			r.TIN = c.tin(field("tin"), r, company)
		}
	case r.NoTINReason == "":
		c.add(field("tin"), CodeRequired)
	case !slices.Contains(NoTINReasons(), r.NoTINReason):
		c.add(field("no_tin_reason"), CodeUnknown)
	case r.NoTINReason == TINNotIssued && TINExample(r.Country, company) != "":
		c.add(field("no_tin_reason"), CodeTINIsIssued)
	case r.NoTINReason == TINNotObtained && r.NoTINText == "":
		c.add(field("no_tin_text"), CodeExplain)
	}
	return r
}

// CheckPEP checks and normalises the step of political exposure.
func CheckPEP(p PEP) (PEP, []Problem) {
	var c checker
	p.Relation = c.among("pep", p.Relation, Relations())
	if p.Relation == PEPNone {
		return PEP{Relation: PEPNone}, c.problems
	}
	p.Function, p.Name = c.line("pep_function", p.Function, maxShort), c.line("pep_name", p.Name, maxShort)
	if p.Relation != "" {
		c.required("pep_function", p.Function)
	}
	if p.Relation == PEPRelative || p.Relation == PEPAssociate {
		c.required("pep_name", p.Name)
	}
	return p, c.problems
}

// CheckDeclaration checks the signature: one of the signers signs with the own name. Where none is known anybody may.
func CheckDeclaration(d verification.Declaration, signers []kyc.Person) (verification.Declaration, []Problem) {
	var c checker
	d.Signature = c.line("signature", d.Signature, maxShort)
	c.required("signature", d.Signature)
	c.required("terms", d.TermsVersion)
	signs := func(p kyc.Person) bool {
		p.Name, p.LastName = cmp.Or(p.Name, p.LastName), cmp.Or(p.LastName, p.Name) // registered in one piece
		_, problems := kyc.CheckDeclaration(&kyc.File{Person: p}, verification.Declaration{Signature: d.Signature, TermsVersion: "any"})
		return len(problems) == 0
	}
	signers = slices.DeleteFunc(slices.Clone(signers), func(p kyc.Person) bool { return kyc.FullName(p) == "" })
	if len(signers) > 0 && !slices.ContainsFunc(signers, signs) {
		name := ""
		if len(signers) == 1 {
			name = kyc.FullName(signers[0])
		}
		c.add("signature", CodeSignatureMismatch, "name", name)
	}
	return d, c.problems
}
