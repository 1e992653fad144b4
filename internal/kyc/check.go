package kyc

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"rampa/internal/identity"
	"rampa/internal/identity/person"
	"rampa/internal/identity/phone"
	"rampa/internal/identity/postal"
)

const (
	maxShort  = 255
	maxNumber = 64
)

// checker gathers the problems of a step, the first one of each field: one thing to correct at a time.
type checker struct {
	problems []Problem
	now      time.Time // zero: dates are not compared with today
}

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

// wrong tells whether a field has its problem already.
func (c *checker) wrong(field string) bool {
	return slices.ContainsFunc(c.problems, func(p Problem) bool { return p.Field == field })
}

// required notes an empty field.
func (c *checker) required(field, value string) {
	if value == "" {
		c.add(field, CodeRequired)
	}
}

// line trims a text of one line and refuses what is too long (in code points) or would not print as typed: control
// characters, broken UTF-8, and the marks that turn the direction of writing, with which a name can be made to read as another.
func (c *checker) line(field, value string, limit int) string {
	value = strings.TrimSpace(value)
	if utf8.RuneCountInString(value) > limit {
		c.add(field, CodeTooLong, "max", strconv.Itoa(limit))
	}
	turns := func(r rune) bool {
		return unicode.IsControl(r) || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' || r == '\u2028' || r == '\u2029'
	}
	if !utf8.ValidString(value) || strings.ContainsFunc(value, turns) {
		c.add(field, CodeControlCharacters)
	}
	return value
}

// name checks a part of a person's name: a line with a letter in it.
func (c *checker) name(field, value string) string {
	value = c.line(field, value, maxShort)
	if value != "" && !strings.ContainsFunc(value, unicode.IsLetter) {
		c.add(field, CodeLettersMissing)
	}
	return value
}

// country normalises a country code.
func (c *checker) country(field, value string) string {
	value = strings.ToUpper(c.line(field, value, maxShort))
	switch {
	case value == "":
		c.add(field, CodeRequired)
	case !identity.IsCountry(value):
		c.add(field, CodeCountryUnknown)
	}
	return value
}

// date normalises a date. day is zero when it is empty or wrong.
func (c *checker) date(field, value string) (iso string, day time.Time) {
	value = strings.TrimSpace(value)
	if value == "" {
		return "", time.Time{}
	}
	iso, ok := identity.ParseDate(value)
	if !ok {
		c.add(field, CodeDateFormat)
		return c.line(field, value, maxShort), time.Time{}
	}
	day, _ = time.Parse(time.DateOnly, iso) // ParseDate gave it
	return iso, day
}

// birthDate wants an adult who can be alive.
func (c *checker) birthDate(field, value string) string {
	iso, born := c.date(field, value)
	c.required(field, iso)
	if born.IsZero() || c.now.IsZero() {
		return iso
	}
	switch age := person.Age(iso, c.now.UTC()); {
	case born.After(c.now.UTC().Add(14 * time.Hour)): // a day that has begun somewhere on earth is not in the future there
		c.add(field, CodeDateFuture)
	case age < person.Adult:
		c.add(field, CodePersonTooYoung, "age", strconv.Itoa(person.Adult))
	case age > person.Oldest:
		c.add(field, CodePersonTooOld, "age", strconv.Itoa(person.Oldest))
	}
	return iso
}

// CheckPerson checks and normalises the personal step. A phone number without its country is read as one of the nationality.
func CheckPerson(p Person, now time.Time) (Person, []Problem) {
	c := checker{now: now}
	p.Name, p.LastName, p.LastName2 = c.name("name", p.Name), c.name("last_name", p.LastName), c.name("last_name2", p.LastName2)
	c.required("name", p.Name)
	c.required("last_name", p.LastName)
	p.BirthDate = c.birthDate("birth_date", p.BirthDate)
	p.Nationality = c.country("nationality", p.Nationality)
	p.Phone = c.phone("phone", p.Phone, p.Nationality)
	if p.PEP == nil {
		c.add("pep", CodeRequired)
	}
	return p, c.problems
}

// phone normalises a telephone number to E.164.
func (c *checker) phone(field, value, country string) string {
	value = c.line(field, value, maxNumber)
	c.required(field, value)
	if c.wrong(field) {
		return value
	}
	normal, err := phone.Normalize(value, country)
	if err != nil {
		c.add(field, CodePhoneFormat, "example", phone.Example(country))
		return value
	}
	return normal
}

// CheckAddress checks and normalises the address step.
func CheckAddress(a Address) (Address, []Problem) {
	var c checker
	a.Line, a.City = c.line("address", a.Line, maxShort), c.line("city", a.City, maxShort)
	a.PostalCode = c.line("postal_code", a.PostalCode, maxShort)
	c.required("address", a.Line)
	c.required("city", a.City)
	a.Country = c.country("country", a.Country)
	if example := postal.Example(a.Country); example != "" {
		c.required("postal_code", a.PostalCode)
		normal, ok := postal.Normal(a.Country, a.PostalCode)
		if a.PostalCode = normal; !ok {
			c.add("postal_code", CodePostalCodeFormat, "example", example)
		}
	}
	return a, c.problems
}

// CheckPaper checks and normalises the identity paper by the rules of the country that issued it.
func CheckPaper(p Paper, now time.Time) (Paper, []Problem) {
	c := checker{now: now}
	p.Country = c.country("document_country", p.Country)
	p.Type = c.line("identification_type", p.Type, maxShort)
	c.required("identification_type", p.Type)
	p.Number = c.line("identification_number", p.Number, maxNumber)
	c.required("identification_number", p.Number)
	if _, ok := papers().find(p.Country, p.Type); !ok && !c.wrong("document_country") {
		c.add("identification_type", CodePaperTypeUnknown)
	}
	if !c.wrong("document_country") && !c.wrong("identification_type") && !c.wrong("identification_number") {
		p.Number = c.number("identification_number", p)
	}
	p.ExpiresAt = c.expiry("document_expires_at", p)
	return p, c.problems
}

// CheckIdentity is CheckPaper with what the number itself says of the person: a CURP holds the birth date.
func CheckIdentity(f *File, now time.Time) (Paper, []Problem) {
	p, problems := CheckPaper(f.Paper, now)
	c := checker{problems: problems}
	if born := person.BornOn(p.Country, p.Type, p.Number); born != "" && f.Person.BirthDate != "" && born != f.Person.BirthDate {
		c.add("identification_number", CodeBirthDateDiffers, "date", born)
	}
	return p, c.problems
}

// number normalises a paper's number.
func (c *checker) number(field string, p Paper) string {
	normal, err := person.Check(p.Country, p.Type, p.Number)
	if err == nil {
		return normal
	}
	example := person.Example(p.Country, p.Type)
	problem, ok := errors.AsType[*identity.Problem](err)
	switch {
	case ok && problem.Code == identity.CodeCheckDigit:
		c.add(field, CodeIdentifierCheckDigit, "example", example)
	case ok && problem.Code == identity.CodeLength:
		c.add(field, CodeIdentifierLength, "example", example, "length", problem.Params["length"])
	default:
		c.add(field, CodeIdentifierFormat, "example", example)
	}
	return p.Number
}

// expiry normalises a paper's end: in the future, and given where every paper of the type has one.
func (c *checker) expiry(field string, p Paper) string {
	required, asked := ExpiryRequired(p.Country, p.Type)
	if !asked {
		return ""
	}
	iso, day := c.date(field, p.ExpiresAt)
	if required {
		c.required(field, iso)
	}
	if day.IsZero() || c.now.IsZero() {
		return iso
	}
	if day.Before(c.now.UTC().Add(-12 * time.Hour).Truncate(24 * time.Hour)) { // good to the end of its last day, everywhere on earth
		c.add(field, CodePaperExpired)
	}
	return iso
}

// CheckDeclaration checks the signature: the person signs with his own name.
func CheckDeclaration(f *File, d Declaration) (Declaration, []Problem) {
	var c checker
	d.Signature = c.line("signature", d.Signature, maxShort)
	c.required("signature", d.Signature)
	c.required("terms", d.TermsVersion)
	if d.Signature != "" && !signs(f.Person, d.Signature) {
		c.add("signature", CodeSignatureMismatch, "name", FullName(f.Person))
	}
	return d, c.problems
}

// signs tells whether a typed signature is the person's: a word of the first names and a word of the surname stand in it.
func signs(p Person, signature string) bool {
	words := strings.Fields(signature)
	has := func(name string) bool {
		return slices.ContainsFunc(strings.Fields(name), func(part string) bool {
			part = fold(part)
			return part != "" && slices.ContainsFunc(words, func(w string) bool { return fold(w) == part })
		})
	}
	return has(p.Name) && has(p.LastName)
}

// fold makes words comparable: letters and digits only, without case and accents.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, norm.NFKD.String(s))
}
