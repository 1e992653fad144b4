package question

import (
	"strconv"
	"strings"

	"rampa/internal/kyb"
	"rampa/internal/pages/kyb/input"
	"rampa/internal/web/ui"
)

// Card is a person or a company as a group of fields.
type Card struct {
	Legend string
	ID     string // the hidden input's name
	Value  string
	Fields []ui.Field
	Remove string // the button's value
}

// people is what the cards of one page share.
type people struct {
	w         ui.Words
	form      *ui.Form
	rule      kyb.PeopleRule
	companies []ui.Option // the owning companies, to choose one from
}

// People gives the cards of people and of owning companies, for the rows that the form holds.
func People(w ui.Words, rule kyb.PeopleRule, form *ui.Form) (persons, entities []Card) {
	q := people{w: w, form: form, rule: rule}
	held := count(form, "entities")
	for n := range held {
		q.companies = append(q.companies, ui.Option{Value: form.Value(input.RowField("entities", n, "id")), Label: rowName(w, form, "entities", n)})
	}
	for n := range max(count(form, "people"), 1) {
		persons = append(persons, q.person(n))
	}
	for n := range held {
		entities = append(entities, q.entity(n))
	}
	return persons, entities
}

// count gives the number of rows; they are contiguous.
func count(form *ui.Form, list string) int {
	n := 0
	for form.Has(input.RowField(list, n, "id")) {
		n++
	}
	return n
}

// rowName names a row by what was typed, or by its number.
func rowName(w ui.Words, form *ui.Form, list string, n int) string {
	name := form.Value(input.RowField(list, n, "legal_name"))
	if list == "people" {
		name = form.Value(input.RowField(list, n, "first_name")) + " " + form.Value(input.RowField(list, n, "last_name"))
	}
	if name = strings.TrimSpace(name); name != "" {
		return name
	}
	return w.T(list+".row", "n", strconv.Itoa(n+1))
}

func (q people) person(n int) Card {
	name := func(field string) string { return input.RowField("people", n, field) }
	card := Card{Legend: rowName(q.w, q.form, "people", n), ID: name("id"), Value: q.form.Value(name("id")), Remove: "remove_person:" + strconv.Itoa(n)}
	var roles []ui.Option
	for _, r := range q.rule.Roles {
		roles = append(roles, ui.Option{Value: r, Label: q.w.T("people.role." + r)})
	}
	card.Fields = []ui.Field{
		q.form.Input(name("first_name"), "people.first_name", "max=100"),
		q.form.Input(name("last_name"), "people.last_name", "max=100"),
		q.form.Input(name("birth_date"), "people.birth_date", "type=date"),
		q.form.Select(name("nationality"), "people.nationality", q.w.Countries()),
		q.form.Select(name("role"), "people.role", roles, "span"),
		q.form.Check(name("by_power"), "people.by_power", "span"),
	}
	if q.rule.Owners == kyb.OwnersHolders {
		card.Fields = append(card.Fields, q.form.Input(name("ownership_percent"), "people.ownership_percent", "inputmode=decimal", "width=5", "suffix=%", "max=12", "optional", "span"))
		if len(q.companies) > 0 {
			card.Fields = append(card.Fields, q.form.Select(name("through"), "people.through", q.companies, "optional", "span"))
		}
		card.Fields = append(card.Fields, q.control(name("control")))
	}
	pep := q.form.Radios(name("pep"), "people.pep", []ui.Option{{Value: "yes", Label: q.w.T("people.pep.yes")}, {Value: "no", Label: q.w.T("people.pep.no")}}, "span")
	card.Fields = append(card.Fields, pep)
	return card
}

// control asks how a person controls the company by other means; as long as nothing is answered: by none.
func (q people) control(name string) ui.Field {
	var ways []ui.Option
	for _, c := range kyb.Controls {
		ways = append(ways, ui.Option{Value: c, Label: q.w.T("people.control." + c)})
	}
	field := q.form.Select(name, "people.control", ways, "span")
	field.Options[0].Selected = field.Options[0].Selected || field.Value == ""
	return field
}

func (q people) entity(n int) Card {
	name := func(field string) string { return input.RowField("entities", n, field) }
	card := Card{Legend: rowName(q.w, q.form, "entities", n), ID: name("id"), Value: q.form.Value(name("id")), Remove: "remove_entity:" + strconv.Itoa(n)}
	card.Fields = []ui.Field{
		q.form.Input(name("legal_name"), "entities.legal_name", "max=255", "span"),
		q.form.Select(name("country"), "entities.country", q.w.Countries()),
		q.form.Input(name("registration_number"), "entities.registration_number", "max=60"),
		q.form.Input(name("ownership_percent"), "entities.ownership_percent", "inputmode=decimal", "width=5", "suffix=%", "max=12", "span"),
	}
	var others []ui.Option
	for _, c := range q.companies {
		if c.Value != card.Value {
			others = append(others, c)
		}
	}
	if len(others) > 0 {
		card.Fields = append(card.Fields, q.form.Select(name("through"), "entities.through", others, "optional", "span"))
	}
	return card
}
