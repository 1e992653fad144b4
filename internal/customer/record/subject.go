package record

import (
	"slices"
	"strings"

	"rampa/internal/kyb"
	"rampa/internal/kyc"
	"rampa/internal/screening"
)

// Subjects gives everybody whom the file names, to be compared with the lists: the customer, and the people and owning
// companies behind one.
func (r *Record) Subjects() []screening.Subject {
	if r.Person != nil {
		p := r.Person.Person
		return []screening.Subject{{Key: "customer", Name: kyc.FullName(p), BirthDate: p.BirthDate,
			Countries: countries(p.Nationality, r.Person.Address.Country, r.Person.Paper.Country)}}
	}
	f := r.File
	out := []screening.Subject{{Key: "customer", Name: f.Company.LegalName, Organisation: true, Countries: countries(f.Company.Country)}}
	if trade := f.Company.TradeName; trade != "" && trade != f.Company.LegalName {
		out = append(out, screening.Subject{Key: "trade_name", Name: trade, Organisation: true, Countries: countries(f.Company.Country)})
	}
	for _, p := range f.People {
		out = append(out, screening.Subject{Key: "person:" + p.ID, Name: personName(p), BirthDate: p.BirthDate, Countries: countries(p.Nationality)})
	}
	for _, e := range f.Entities {
		out = append(out, screening.Subject{Key: "entity:" + e.ID, Name: e.LegalName, Organisation: true, Countries: countries(e.Country)})
	}
	return slices.DeleteFunc(out, func(s screening.Subject) bool { return s.Name == "" })
}

func personName(p kyb.Person) string { return strings.TrimSpace(p.FirstName + " " + p.LastName) }

// Signers gives who may sign for the customer: a person himself, the representatives of a company.
func (r *Record) Signers() []kyc.Person {
	if r.Person != nil {
		return []kyc.Person{r.Person.Person}
	}
	var out []kyc.Person
	for _, p := range r.File.People {
		if p.Role == kyb.RoleRepresentative {
			out = append(out, kyc.Person{Name: p.FirstName, LastName: p.LastName})
		}
	}
	return out
}

// PEP tells whether anybody in the file is politically exposed.
func (r *Record) PEP() bool {
	if r.Person != nil {
		return r.Person.Person.PEP != nil && *r.Person.Person.PEP
	}
	return slices.ContainsFunc(r.File.People, func(p kyb.Person) bool { return p.PEP != nil && *p.PEP })
}

func countries(codes ...string) []string {
	slices.Sort(codes)
	return slices.DeleteFunc(slices.Compact(codes), func(c string) bool { return c == "" })
}
