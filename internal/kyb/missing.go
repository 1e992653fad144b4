package kyb

import (
	"slices"
	"strings"
	"time"
)

// The codes of a Requirement.
const (
	MissingField    = "field_missing"
	MissingDocument = "document_missing"
)

// Missing gives everything that stands between a file and its decision, in the order of the form. It is the checks of the
// steps without those against today's date: a value that was right for another country or form is missing as much as an
// empty one. The rules of a day say whether the owners who are named are enough.
func (r *Ruleset) Missing(f *File, docs []Document, day time.Time) []Requirement {
	var m missing
	m.step(f, r, day)
	for _, item := range r.Items(f, "en") {
		if item.Optional || slices.ContainsFunc(docs, func(d Document) bool { return answers(f, d.Item, item) }) {
			continue
		}
		m.list = append(m.list, Requirement{
			Code: MissingDocument, Field: "documents." + item.Code, Accepted: item.Accepted, Item: "documents." + item.Code,
		})
	}
	if f.Declaration == nil {
		m.field(StepDeclaration, "declaration")
		return m.list
	}
	_, problems := CheckDeclaration(f, *f.Declaration)
	m.problems(StepDeclaration, "declaration.", problems)
	return m.list
}

// StepsDone tells which steps of the form have nothing missing.
func (r *Ruleset) StepsDone(f *File, docs []Document, day time.Time) map[string]bool {
	done := map[string]bool{}
	for _, step := range Steps {
		done[step] = true
	}
	for _, req := range r.Missing(f, docs, day) {
		step, _, _ := strings.Cut(req.Item, ".")
		done[step] = false
	}
	return done
}

// answers tells whether a document stands for a paper. One filed under another row of the same person does.
func answers(f *File, filed string, item Item) bool {
	if filed == item.Code || item.Person == nil {
		return filed == item.Code
	}
	paper := strings.TrimSuffix(item.Code, item.Person.ID)
	return slices.ContainsFunc(f.People, func(p Person) bool {
		return filed == paper+p.ID && personKey(p) == personKey(*item.Person)
	})
}

// missing turns the problems of the steps into requirements.
type missing struct{ list []Requirement }

func (m *missing) step(f *File, r *Ruleset, day time.Time) {
	company, problems := CheckCompany(r, f.Company, time.Time{})
	for _, p := range problems {
		if p.Field == "country" {
			m.field(StepCountry, "company.country")
		}
	}
	for _, p := range problems {
		if p.Field != "country" {
			m.field(StepCompany, "company."+p.Field)
		}
	}
	_, problems = CheckAddress("registered_address", f.Registered)
	m.problems(StepAddresses, "", problems)
	if f.Operating != nil {
		_, problems = CheckAddress("operating_address", *f.Operating)
		m.problems(StepAddresses, "", problems)
	}
	_, problems = CheckActivity(f.Activity)
	m.problems(StepActivity, "activity.", problems)
	people := *f
	people.Company = company
	_, problems = checkPeople(r, people, checker{}, day)
	m.problems(StepPeople, "", problems)
}

// pageFields are the requirement fields of problems with a page as a whole or with an input that is not of one row.
var pageFields = map[string]string{
	CodeRepresentative:      "people.representative",
	CodeTraderMissing:       "people.trader",
	CodeBoardIncomplete:     "people.board",
	CodeOwnersIncomplete:    "people.no_other",
	CodeOwnersOver100:       "people.ownership_percent",
	CodeEntityOwnersOver100: "entities.ownership_percent",
	CodeTooMany:             "people",
}

func (m *missing) problems(step, prefix string, problems []Problem) {
	dots := strings.NewReplacer("][", ".", "[", ".", "]", "")
	for _, p := range problems {
		if field, ok := pageFields[p.Code]; ok {
			m.field(step, field)
			continue
		}
		m.field(step, prefix+dots.Replace(p.Field))
	}
}

func (m *missing) field(step, field string) {
	if !slices.ContainsFunc(m.list, func(r Requirement) bool { return r.Field == field }) {
		m.list = append(m.list, Requirement{Code: MissingField, Field: field, Item: step})
	}
}
