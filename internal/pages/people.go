package pages

import (
	"net/url"
	"strconv"
	"strings"

	"rampa/internal/id"
	"rampa/internal/kyb"
	"rampa/internal/web/ui"
)

type peoplePage struct {
	stepPage
	Intro    string
	People   []rowCard
	Entities []rowCard
	Holders  bool // people and companies have shares in this company
	NoOther  ui.Field
}

// rowCard is a person or a company as a group of fields.
type rowCard struct {
	Legend string
	ID     string // the hidden input's name
	Value  string
	Fields []ui.Field
	Remove string // the button's value
}

func peopleStep() step {
	return fields{name: "people", item: "people", read: readPeople, edit: editPeople, alter: alterPeople, page: showPeople}.step()
}

func readPeople(v *visit) url.Values {
	f, values := v.file(), url.Values{}
	var people, entities []row
	for _, p := range f.People {
		r := row{
			"id": p.ID, "first_name": p.FirstName, "last_name": p.LastName, "birth_date": p.BirthDate, "nationality": p.Nationality,
			"role": p.Role, "ownership_percent": p.OwnershipPercent, "through": p.Through,
		}
		if p.PEP != nil {
			r["pep"] = map[bool]string{true: "yes", false: "no"}[*p.PEP]
		}
		if p.ByPower {
			r["by_power"] = "yes"
		}
		people = append(people, r)
	}
	for _, e := range f.Entities {
		entities = append(entities, row{
			"id": e.ID, "legal_name": e.LegalName, "country": e.Country, "registration_number": e.RegistrationNumber,
			"ownership_percent": e.OwnershipPercent, "through": e.Through,
		})
	}
	if len(people) == 0 {
		people = append(people, row{"id": v.h.NewID()})
	}
	spread(values, "people", people)
	spread(values, "entities", entities)
	if f.NoOther {
		values.Set("no_other_owners", "yes")
	}
	return values
}

// alterPeople serves the buttons that add or take out a row: what was typed stays, nothing is saved.
func alterPeople(v *visit, in url.Values, action string) bool {
	people, entities := collect(in, "people"), collect(in, "entities")
	verb, number, _ := strings.Cut(action, ":")
	switch verb {
	case "add_person":
		people = append(people, row{})
	case "add_entity":
		entities = append(entities, row{})
	case "remove_person":
		people = without(people, number)
	case "remove_entity":
		entities = without(entities, number)
	default:
		return false
	}
	identified(people, id.IsUUID, v.h.NewID)
	identified(entities, id.IsUUID, v.h.NewID)
	spread(in, "people", people)
	spread(in, "entities", entities)
	return true
}

// editPeople leaves out blank rows and gives each row its id before anything is checked, so that messages name the rows as
// the page shows them and a second run of the change makes the same file.
func editPeople(v *visit, in url.Values) func(*kyb.File) []kyb.Problem {
	people, entities := filled(collect(in, "people")), filled(collect(in, "entities"))
	known := map[string]bool{}
	for _, p := range v.file().People {
		known[p.ID] = true
	}
	for _, e := range v.file().Entities {
		known[e.ID] = true
	}
	valid := func(s string) bool { return known[s] || id.IsUUID(s) }
	identified(people, valid, v.h.NewID)
	identified(entities, valid, v.h.NewID)
	spread(in, "people", people)
	spread(in, "entities", entities)
	return func(f *kyb.File) []kyb.Problem {
		f.People, f.Entities, f.NoOther = nil, nil, in.Get("no_other_owners") != ""
		for _, r := range people {
			f.People = append(f.People, person(r))
		}
		for _, r := range entities {
			f.Entities = append(f.Entities, kyb.Entity{
				ID: r["id"], LegalName: r["legal_name"], Country: r["country"], RegistrationNumber: r["registration_number"],
				OwnershipPercent: r["ownership_percent"], Through: r["through"],
			})
		}
		checked, problems := kyb.CheckPeople(v.h.Rules, *f, v.h.Now())
		*f = checked
		for i := range problems {
			if problems[i].Field == "no_other" {
				problems[i].Field = "no_other_owners"
			}
		}
		return problems
	}
}

func filled(rows []row) []row {
	var out []row
	for _, r := range rows {
		if !r.blank() {
			out = append(out, r)
		}
	}
	return out
}

func person(r row) kyb.Person {
	p := kyb.Person{
		ID: r["id"], FirstName: r["first_name"], LastName: r["last_name"], BirthDate: r["birth_date"], Nationality: r["nationality"],
		Role: r["role"], OwnershipPercent: r["ownership_percent"], Through: r["through"], ByPower: r["by_power"] != "",
	}
	switch r["pep"] {
	case "yes", "no":
		exposed := r["pep"] == "yes"
		p.PEP = &exposed
	}
	return p
}

func showPeople(v *visit, form *ui.Form) ui.View {
	c := v.file().Company
	rule := v.h.Rules.People(c.Country, c.LegalForm)
	page := &peoplePage{stepPage: v.stepPage(form), Holders: rule.Owners == kyb.OwnersHolders}
	page.Intro = v.words.T("people.intro." + rule.Owners)
	people, entities := count(form, "people"), count(form, "entities")
	var companies []ui.Option
	for n := range entities {
		companies = append(companies, ui.Option{Value: form.Value(rowField("entities", n, "id")), Label: v.rowName(form, "entities", n)})
	}
	for n := range max(people, 1) {
		page.People = append(page.People, v.personCard(form, n, rule, companies))
	}
	for n := range entities {
		page.Entities = append(page.Entities, v.entityCard(form, n, companies))
	}
	page.NoOther = form.Check("no_other_owners", "people.no_other_owners")
	return page
}

// count gives the number of rows; they are contiguous.
func count(form *ui.Form, list string) int {
	n := 0
	for form.Has(rowField(list, n, "id")) {
		n++
	}
	return n
}

// rowName names a row by what was typed, or by its number.
func (v *visit) rowName(form *ui.Form, list string, n int) string {
	name := form.Value(rowField(list, n, "legal_name"))
	if list == "people" {
		name = form.Value(rowField(list, n, "first_name")) + " " + form.Value(rowField(list, n, "last_name"))
	}
	if name = strings.TrimSpace(name); name != "" {
		return name
	}
	return v.words.T(list+".row", "n", strconv.Itoa(n+1))
}

func (v *visit) personCard(form *ui.Form, n int, rule kyb.PeopleRule, companies []ui.Option) rowCard {
	name := func(field string) string { return rowField("people", n, field) }
	card := rowCard{Legend: v.rowName(form, "people", n), ID: name("id"), Value: form.Value(name("id")), Remove: "remove_person:" + strconv.Itoa(n)}
	var roles []ui.Option
	for _, r := range rule.Roles {
		roles = append(roles, ui.Option{Value: r, Label: v.words.T("people.role." + r)})
	}
	card.Fields = []ui.Field{
		form.Input(name("first_name"), "people.first_name", "max=100"),
		form.Input(name("last_name"), "people.last_name", "max=100"),
		form.Input(name("birth_date"), "people.birth_date", "type=date"),
		form.Select(name("nationality"), "people.nationality", v.words.Countries()),
		form.Select(name("role"), "people.role", roles, "span"),
		form.Check(name("by_power"), "people.by_power", "span"),
	}
	if rule.Owners == kyb.OwnersHolders {
		card.Fields = append(card.Fields, form.Input(name("ownership_percent"), "people.ownership_percent", "inputmode=decimal", "width=5", "suffix=%", "max=12", "optional", "span"))
		if len(companies) > 0 {
			card.Fields = append(card.Fields, form.Select(name("through"), "people.through", companies, "optional", "span"))
		}
	}
	pep := form.Radios(name("pep"), "people.pep", []ui.Option{{Value: "yes", Label: v.words.T("people.pep.yes")}, {Value: "no", Label: v.words.T("people.pep.no")}}, "span")
	card.Fields = append(card.Fields, pep)
	return card
}

func (v *visit) entityCard(form *ui.Form, n int, companies []ui.Option) rowCard {
	name := func(field string) string { return rowField("entities", n, field) }
	card := rowCard{Legend: v.rowName(form, "entities", n), ID: name("id"), Value: form.Value(name("id")), Remove: "remove_entity:" + strconv.Itoa(n)}
	card.Fields = []ui.Field{
		form.Input(name("legal_name"), "entities.legal_name", "max=255", "span"),
		form.Select(name("country"), "entities.country", v.words.Countries()),
		form.Input(name("registration_number"), "entities.registration_number", "max=60"),
		form.Input(name("ownership_percent"), "entities.ownership_percent", "inputmode=decimal", "width=5", "suffix=%", "max=12", "span"),
	}
	var others []ui.Option
	for _, c := range companies {
		if c.Value != card.Value {
			others = append(others, c)
		}
	}
	if len(others) > 0 {
		card.Fields = append(card.Fields, form.Select(name("through"), "entities.through", others, "optional", "span"))
	}
	return card
}
