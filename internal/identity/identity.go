// Package identity is the rules of identifiers: national registration and tax numbers, VAT, IBAN, BIC, LEI, e-mail
// addresses, disposable mail domains, countries and dates. Pure functions over strings: it does no I/O and must not know
// customers, forms, languages of messages or storage. One file per country; further documents of a country go in its file.
package identity

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Scheme names one kind of identifier, stable for storage and for message keys: "es_nif".
type Scheme string

// The codes of a Problem.
const (
	CodeFormat      = "format"      // not written as this identifier is; Params "example"
	CodeCheckDigit  = "check_digit" // well written, but its check digit does not fit: a typing mistake; Params "example"
	CodeLength      = "length"      // too short or too long; Params "example", "length" (what is wanted)
	CodeUnsupported = "unsupported" // no rule for this scheme or country; Params "scheme"
)

// Problem says why a value is not an identifier of its scheme, as a code that pages translate with Params.
type Problem struct {
	Code   string
	Params map[string]string
}

// Error gives the code: for logs, never for people.
func (p *Problem) Error() string { return "identity: " + p.Code }

// Rule is how one kind of number is checked. Check gets the cleaned value and returns its normal form or the code of the problem.
type Rule struct {
	Check   func(v string) (normal, code string)
	Example string
	Length  string // what is wanted, for CodeLength: "9", "10-11"
	Raw     bool   // Check wants the text as typed (trimmed, NFKC), not cleaned: upper case without separators
}

// maxInput is far above the longest identifier; longer input is refused before any work is done on it.
const maxInput = 128

// Check tells whether value is an identifier of scheme and gives its normal form: upper case, without separators or country
// prefix (VAT numbers keep it). Normal forms are fixed points of Check. err is a *Problem. A right check digit does not mean
// that the number was ever issued.
func Check(scheme Scheme, value string) (normalized string, err error) {
	r, ok := ruleOf(scheme)
	if !ok {
		return "", &Problem{Code: CodeUnsupported, Params: map[string]string{"scheme": string(scheme)}}
	}
	return r.Apply(value)
}

// Example gives a valid value of scheme as people write it, for hints; "" for an unknown scheme.
func Example(scheme Scheme) string {
	r, _ := ruleOf(scheme)
	return r.Example
}

// Apply cleans value and checks it; what Check says of a scheme holds for every Rule.
func (r Rule) Apply(value string) (normalized string, err error) {
	if len(value) > maxInput {
		return "", r.problem(CodeLength)
	}
	clean := compact
	if r.Raw {
		clean = tidy
	}
	v := clean(value)
	// Past here every check may count bytes; only a Mexican Ñ is longer than one.
	foreign := func(c rune) bool { return c >= utf8.RuneSelf && c != 'Ñ' }
	if v == "" || !r.Raw && strings.ContainsFunc(v, foreign) {
		return "", r.problem(CodeFormat)
	}
	normal, code := r.Check(v)
	if code != "" {
		return "", r.problem(code)
	}
	return normal, nil
}

func (r Rule) problem(code string) *Problem {
	p := &Problem{Code: code, Params: map[string]string{"example": r.Example}}
	if code == CodeLength && r.Length != "" {
		p.Params["length"] = r.Length
	}
	return p
}

func ruleOf(scheme Scheme) (Rule, bool) {
	if r, ok := rules[scheme]; ok {
		return r, true
	}
	if country, ok := strings.CutPrefix(string(scheme), vatPrefix); ok {
		if v, ok := vatRules[strings.ToUpper(country)]; ok {
			return v.rule(), true
		}
	}
	return Rule{}, false
}

// tidy is the text as typed, with full-width forms made plain and runs of spaces made one.
func tidy(s string) string { return strings.Join(strings.Fields(norm.NFKC.String(s)), " ") }

// compact drops what people put between the characters of an identifier and makes letters upper case. Only ASCII and Ñ
// are raised: a dotless i must not become an I.
func compact(s string) string { return Compact(s) }

// Compact is a number as normal forms have it: upper case, without separators.
func Compact(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r == 'ñ':
			return 'Ñ'
		case strings.ContainsRune(" -./,:_\u2010\u2011\u2012\u2013\u2014\u00b7'", r), r == '\t', r == '\u200b':
			return -1
		}
		return r
	}, norm.NFKC.String(s))
}

// rules is the table of all schemes but VAT, which is data of its own.
var rules = map[Scheme]Rule{
	ESCIF: {Check: checkCIF, Example: "A58818501", Length: "9"},
	ESDNI: {Check: checkDNI, Example: "12345678Z", Length: "9"},
	ESNIE: {Check: checkNIE, Example: "X1234567L", Length: "9"},
	ESNIF: {Check: checkNIF, Example: "A58818501", Length: "9"},

	PTNIF:  {Check: checkPTNIF, Example: "123456789", Length: "9"},
	PTNIPC: {Check: checkPTNIPC, Example: "500960046", Length: "9"},

	DERegister:     {Check: checkDERegister, Example: "HRB 86891", Raw: true},
	DESteuernummer: {Check: checkSteuernummer, Example: "181/815/08155", Length: "10-13"},
	DEVAT:          {Check: checkUSt, Example: "DE136695976", Length: "9"},

	FRSIREN: {Check: checkSIREN, Example: "732 829 320", Length: "9"},
	FRSIRET: {Check: checkSIRET, Example: "732 829 320 00074", Length: "14"},

	ITIVA: {Check: checkIVA, Example: "00743110157", Length: "11"},
	ITCF:  {Check: checkCodiceFiscale, Example: "RSSMRA85T10A562S", Length: "11, 16"},

	NLKVK:  {Check: checkKVK, Example: "68750110", Length: "8"},
	NLRSIN: {Check: checkRSIN, Example: "111222333", Length: "9"},

	GBCompany: {Check: checkGBCompany, Example: "SC123456", Length: "8"},
	GBUTR:     {Check: checkUTR, Example: "1955839661", Length: "10"},

	USEIN:  {Check: checkEIN, Example: "91-1144442", Length: "9"},
	CLRUT:  {Check: checkRUT, Example: "76.086.428-5", Length: "8-9"},
	MXRFC:  {Check: checkRFC, Example: "GODE561231GR8", Length: "12-13"},
	CONIT:  {Check: checkNIT, Example: "800.197.268-4", Length: "8-11"},
	PERUC:  {Check: checkRUC, Example: "20131312955", Length: "11"},
	ARCUIT: {Check: checkCUIT, Example: "30-50001091-2", Length: "11"},

	MXCURP: {Check: checkCURP, Example: "HEGG560427MVZRRL04", Length: "18"},
	PEDNI:  {Check: checkPEDNI, Example: "10117410-2", Length: "8-9"},
	PECE:   {Check: checkPECE, Example: "001043328", Length: "9"},
	ARDNI:  {Check: checkARDNI, Example: "20.123.456", Length: "7-8"},
	ARCUIL: {Check: checkCUIL, Example: "20-26756539-3", Length: "11"},

	LEI:  {Check: checkLEI, Example: "529900T8BM49AURSDO55", Length: "20"},
	IBAN: {Check: checkIBAN, Example: "ES91 2100 0418 4502 0005 1332", Length: "15-34"},
	BIC:  {Check: checkBIC, Example: "CAIXESBBXXX", Length: "8, 11"},
}

// companySchemes are the identifiers of a company by country of registration: of its register and of its tax office.
var companySchemes = map[string][2]Scheme{
	"ES": {"", ESNIF}, // the Registro Mercantil gives volume, folio and sheet: free text
	"PT": {PTNIPC, PTNIF},
	"DE": {DERegister, DESteuernummer},
	"FR": {FRSIREN, FRSIREN},
	"IT": {ITCF, ITIVA}, // the number in the Registro Imprese is the codice fiscale
	"NL": {NLKVK, NLRSIN},
	"GB": {GBCompany, GBUTR},
	"US": {"", USEIN}, // a register per state
	"CL": {"", CLRUT},
	"MX": {"", MXRFC},
	"CO": {"", CONIT},
	"PE": {"", PERUC},
	"AR": {"", ARCUIT},
}

// CompanySchemes gives the schemes of a company's registration number and tax identifier in a country (ISO 3166-1 alpha-2);
// "" where only free text can be accepted.
func CompanySchemes(country string) (registration, tax Scheme) {
	s := companySchemes[country]
	return s[0], s[1]
}

// wantDigits is the code of the problem when v is not exactly n digits, or is nothing but zeros, which no office issues.
func wantDigits(v string, n int) string {
	switch {
	case !isDigits(v):
		return CodeFormat
	case len(v) != n:
		return CodeLength
	case strings.Trim(v, "0") == "":
		return CodeFormat
	}
	return ""
}

// verdict ends a check: the value, or a wrong check digit.
func verdict(v string, ok bool) (string, string) {
	if !ok {
		return "", CodeCheckDigit
	}
	return v, ""
}

// cutCountry drops a country prefix in front of a value that without it has n characters.
func cutCountry(v, country string, n int) string {
	if len(v) == n+len(country) {
		v = strings.TrimPrefix(v, country)
	}
	return v
}

// number is the value of a short run of digits.
func number(digits string) int {
	n, _ := strconv.Atoi(digits)
	return n
}
