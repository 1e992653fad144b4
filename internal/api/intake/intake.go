// Package intake reads the people and companies that a partner registers out of a call's fields, and words what is wrong with
// them as the partner's validation does: the rules first, then the checks of the hosted form. It must not register anybody,
// nor know HTTP.
package intake

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"rampa/internal/api/wire"
	"rampa/internal/customer"
	"rampa/internal/identity/person"
	"rampa/internal/identity/phone"
	"rampa/internal/kyc"
	"rampa/internal/verification"
)

// Reader reads registrations.
type Reader struct {
	now             func() time.Time
	user, delegated *wire.Ruleset
}

// New makes a Reader.
func New(now func() time.Time) *Reader {
	return &Reader{now: now, user: wire.MustRules(userRules), delegated: wire.MustRules(delegatedRules)}
}

// Allows tells whether a customer may be led back to an address.
type Allows func(callbackURL string) bool

// User reads the fields of POST /registerUser. The registration has neither integration nor actor yet.
func (r *Reader) User(f wire.Fields, allows Allows) (customer.Registration, *wire.Invalid) {
	a := &applicant{Fields: f, report: report{rules: userRules, invalid: r.user.Check(f), now: r.now()}}
	in := a.registration(allows)
	in.Name = f.String("name")
	a.latam()
	return in, a.done()
}

// applicant is a call being read.
type applicant struct {
	wire.Fields
	report
	in    customer.Registration
	file  *kyc.File // of a person
	typ   string    // the identification's
	from  string    // the country whose identification it is
	given bool      // a country was
}

// registration reads what both calls have.
func (a *applicant) registration(allows Allows) customer.Registration {
	a.in = customer.Registration{Email: a.String("email"), ExternalID: a.String("external_id"), CallbackURL: a.String("callback_url"), Language: a.String("language"),
		Country: strings.ToUpper(a.String("country"))}
	a.typ = strings.ToUpper(a.String("identification_type"))
	a.given = a.in.Country != ""
	if !a.given {
		a.in.Country = onlyCountry(a.typ)
	}
	a.from = cmp.Or(strings.ToUpper(a.String("document_country")), a.in.Country)
	if a.typ != "" && a.from == "" {
		a.add("country", "The country field is required when identification type is present.")
	}
	if a.in.CallbackURL != "" && !allows(a.in.CallbackURL) {
		a.selected("callback_url")
	}
	a.kind()
	a.bank()
	if a.in.Kind == customer.Company {
		a.company()
	} else {
		a.individual()
	}
	return a.in
}

// kind is the one that is said, or the only one that the identification type can mean.
func (a *applicant) kind() {
	a.in.Kind = customer.Kind(a.String("kind"))
	if a.in.Kind == "" {
		a.in.Kind = customer.Individual
		if people, companies := person.TypeKind(a.from, a.typ); companies && !people {
			a.in.Kind = customer.Company
		}
	}
}

func (a *applicant) bank() {
	b := a.Object("bank_account")
	if b.Len() == 0 {
		return
	}
	a.in.Bank = &customer.BankAccount{BankName: b.String("bank_name"), AccountNumber: b.String("account_number"), AccountType: b.String("account_type")}
}

// company checks a company's country and number.
func (a *applicant) company() {
	_, problems := kyc.CheckAddress(kyc.Address{Country: a.in.Country})
	a.take(problems, "country")
	if _, companies := person.TypeKind(a.from, a.typ); a.typ != "" && a.from != "" && !companies {
		a.selected("identification_type")
		return
	}
	if number := a.String("identification_number"); a.typ != "" && a.from != "" && number != "" {
		normal, err := person.CheckCompany(a.from, a.typ, number)
		if err != nil {
			a.add("identification_number", "The identification number field format is invalid.")
		}
		a.in.TaxID, a.in.Identification = normal, normal
	}
}

// individual reads a person's file and checks it as the form does, but for what is missing.
func (a *applicant) individual() {
	country, nationality := a.in.Country, strings.ToUpper(a.String("nationality"))
	a.file = &kyc.File{
		Person: kyc.Person{Name: a.String("name"), LastName: a.String("last_name"), LastName2: a.String("last_name2"), BirthDate: a.day("birth_date"),
			Nationality: nationality, Phone: a.String("phone")},
		Address: kyc.Address{Line: a.String("address"), City: a.String("city"), PostalCode: a.String("postal_code"), Country: country},
		Paper:   kyc.Paper{Type: a.typ, Number: a.String("identification_number"), Country: a.from, ExpiresAt: a.day("document_expires_at")},
	}
	if pep, ok := a.Bool("pep"); ok {
		a.file.Person.PEP = &pep
	}
	if normal, err := phone.Normalize(a.file.Person.Phone, cmp.Or(country, nationality)); err == nil {
		a.file.Person.Phone = normal
	}
	var problems []verification.Problem
	a.file.Person, problems = kyc.CheckPerson(a.file.Person, a.now)
	a.take(problems, "name", "last_name", "last_name2", "birth_date", "nationality", "phone")
	_, problems = kyc.CheckAddress(a.file.Address)
	a.take(problems, "address", "city", "country") // the form asks again for a postal code that is none
	if a.typ != "" && a.from != "" {
		a.file.Paper, problems = kyc.CheckIdentity(a.file, a.now)
		a.take(problems, "identification_type", "identification_number", "document_country", "document_expires_at")
	}
	a.in.Person, a.in.Identification = a.file, a.file.Paper.Number
}

// take tells of the problems of fields, but for those that are missing.
func (a *applicant) take(problems []verification.Problem, fields ...string) {
	for _, p := range problems {
		if p.Field == "document_country" && !a.Has(p.Field) {
			continue // the country's own problem
		}
		if p.Code != kyc.CodeRequired && slices.Contains(fields, p.Field) {
			a.problem(p)
		}
	}
}

// day gives a date as a file has it; "" when there is none or the rules refuse it.
func (a *applicant) day(field string) string {
	at, ok := wire.ParseDate(a.String(field))
	if !ok {
		return ""
	}
	return at.Format(time.DateOnly)
}

// latam wants an identification where payouts need one.
func (a *applicant) latam() {
	if a.given && kyc.NumberRequired(a.in.Country) && a.typ == "" && !a.Has("identification_number") {
		when := " is required when country is " + a.in.Country + "."
		a.add("identification_type", "The identification type field"+when)
		a.add("identification_number", "The identification number field"+when)
	}
}

// onlyCountry gives the one country that has an identification type; "" for types of several and for unknown ones.
func onlyCountry(typ string) string {
	found := ""
	for _, country := range []string{"ES", "CL", "MX", "CO", "PE", "AR"} {
		if people, companies := person.TypeKind(country, typ); people || companies {
			if found != "" {
				return ""
			}
			found = country
		}
	}
	if slices.Contains(person.Accepted("DE"), typ) { // a type that any country may have
		return ""
	}
	return found
}
