package input

import (
	"net/url"
	"strings"

	"rampa/internal/id"
	"rampa/internal/kyb"
)

// People gives the inputs of the people step, with one empty person where there is none. fresh makes ids.
func People(f *kyb.File, fresh func() string) url.Values {
	values := url.Values{}
	var people, entities []row
	for _, p := range f.People {
		r := row{
			"id": p.ID, "first_name": p.FirstName, "last_name": p.LastName, "birth_date": p.BirthDate, "nationality": p.Nationality,
			"role": p.Role, "ownership_percent": p.OwnershipPercent, "through": p.Through,
			"control": p.Control,
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
		people = append(people, row{"id": fresh()})
	}
	spread(values, "people", people)
	spread(values, "entities", entities)
	if f.NoOther {
		values.Set("no_other_owners", "yes")
	}
	return values
}

// Alter serves the buttons that add or take out a row (add_person, remove_entity:2): in is changed, what was typed stays.
// It gives false for any other button.
func Alter(in url.Values, action string, fresh func() string) bool {
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
	identified(people, id.IsUUID, fresh)
	identified(entities, id.IsUUID, fresh)
	spread(in, "people", people)
	spread(in, "entities", entities)
	return true
}

// PostedPeople reads the rows that are not blank. in is put in order as well, so that messages name the rows as the page
// shows them. A row keeps the id it came with when it is one of held or a UUID, and no other row's.
func PostedPeople(in url.Values, held *kyb.File, fresh func() string) (people []kyb.Person, entities []kyb.Entity) {
	known := map[string]bool{}
	for _, p := range held.People {
		known[p.ID] = true
	}
	for _, e := range held.Entities {
		known[e.ID] = true
	}
	valid := func(s string) bool { return known[s] || id.IsUUID(s) }
	persons, companies := filled(collect(in, "people")), filled(collect(in, "entities"))
	identified(persons, valid, fresh)
	identified(companies, valid, fresh)
	spread(in, "people", persons)
	spread(in, "entities", companies)
	for _, r := range persons {
		people = append(people, person(r))
	}
	for _, r := range companies {
		entities = append(entities, kyb.Entity{
			ID: r["id"], LegalName: r["legal_name"], Country: r["country"], RegistrationNumber: r["registration_number"],
			OwnershipPercent: r["ownership_percent"], Through: r["through"],
		})
	}
	return people, entities
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
		Control: r["control"],
	}
	switch r["pep"] {
	case "yes", "no":
		exposed := r["pep"] == "yes"
		p.PEP = &exposed
	}
	return p
}
