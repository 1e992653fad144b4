package kyc

import (
	"slices"
	"time"
)

// The codes of a Requirement.
const (
	MissingField    = "field_missing"
	MissingDocument = "document_missing"
)

// Missing gives everything that stands between a file and its decision, in the order of the form. It is the checks of the
// steps without those against today's date: a value that was right for another country or paper is missing as much as an
// empty one. A delegated file lacks what its integration is not asked for: the answers and the signature of the person.
func Missing(f *File, docs []Document) []Requirement {
	var m missing
	_, problems := CheckPerson(f.Person, time.Time{})
	m.problems(f, StepPersonal, "", problems)
	_, problems = CheckAddress(f.Address)
	m.problems(f, StepAddress, "", problems)
	_, problems = CheckIdentity(f, time.Time{})
	m.problems(f, StepIdentity, "", problems)
	for _, item := range Items(f) {
		if item.Optional || slices.ContainsFunc(docs, func(d Document) bool { return d.Item == item.Code }) {
			continue
		}
		m.list = append(m.list, Requirement{
			Code: MissingDocument, Field: "documents." + item.Code, Accepted: item.Accepted, Item: "documents." + item.Code,
		})
	}
	switch {
	case f.Delegated != nil:
	case f.Declaration == nil:
		m.field(StepDeclaration, "declaration")
	default:
		_, problems = CheckDeclaration(f, *f.Declaration)
		m.problems(f, StepDeclaration, "declaration.", problems)
	}
	return m.list
}

// StepsDone tells which steps of the form have nothing missing. The check is done when everything before it is.
func StepsDone(f *File, docs []Document) map[string]bool {
	done := map[string]bool{}
	for _, step := range Steps {
		done[step] = true
	}
	for _, req := range Missing(f, docs) {
		step := StepOf(req.Item)
		done[step] = false
		if step != StepDeclaration {
			done[StepCheck] = false
		}
	}
	return done
}

// missing turns the problems of the steps into requirements.
type missing struct{ list []Requirement }

// notDelegated are the fields that an integration does not gather.
var notDelegated = []string{"pep", "document_expires_at"}

func (m *missing) problems(f *File, step, prefix string, problems []Problem) {
	for _, p := range problems {
		if f.Delegated != nil && p.Code == CodeRequired && slices.Contains(notDelegated, p.Field) {
			continue
		}
		m.field(step, prefix+p.Field)
	}
}

func (m *missing) field(step, field string) {
	if !slices.ContainsFunc(m.list, func(r Requirement) bool { return r.Field == field }) {
		m.list = append(m.list, Requirement{Code: MissingField, Field: field, Item: step})
	}
}
