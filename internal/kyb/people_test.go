package kyb_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"rampa/internal/kyb"
)

// peopleCase is a change of a complete file and what CheckPeople says of it.
type peopleCase struct {
	name   string
	form   string
	change func(f *kyb.File)
	want   []string
}

func (c peopleCase) run(t *testing.T) {
	t.Parallel()
	f := complete("ES", c.form)
	c.change(f)
	_, problems := kyb.CheckPeople(kyb.Rules(), *f, today)
	if diff := cmp.Diff(c.want, said(problems)); diff != "" {
		t.Errorf("problems (-want +got): %s", diff)
	}
}

func TestThePeopleStepSaysWhatIsWrongWithPeople(t *testing.T) {
	t.Parallel()
	cases := []peopleCase{
		{"nobody", "sl", func(f *kyb.File) { f.People = nil; f.NoOther = true }, []string{" representative_missing"}},
		{"nobody of a foundation", "foundation", func(f *kyb.File) { f.People = nil }, []string{" representative_missing", " board_incomplete"}},
		{"two of three trustees", "foundation", func(f *kyb.File) { f.People = f.People[:2] }, []string{" board_incomplete"}},
		{"the same trustee twice", "foundation", func(f *kyb.File) { f.People[2].LastName = f.People[1].LastName }, []string{" board_incomplete"}},
		{"an owner of an association", "association", func(f *kyb.File) { f.People[1].Role = kyb.RoleOwner },
			[]string{"people[1][role] role_not_allowed", "people[1][ownership_percent] owners_not_allowed", " board_incomplete"}},
		{"an owning company of an association", "association", func(f *kyb.File) { f.Entities = []kyb.Entity{{ID: "h", LegalName: "Holding"}} },
			[]string{"entities[0][legal_name] owners_not_allowed"}},
		{"a share of a sole trader's business", "sole_trader", func(f *kyb.File) { f.People[0].OwnershipPercent = "100" },
			[]string{"people[0][ownership_percent] owners_not_allowed"}},
		{"a sole trader who is only an attorney", "sole_trader", func(f *kyb.File) { f.People[0].ByPower = true }, []string{" trader_missing"}},
		{"a row without anything", "sl", func(f *kyb.File) { f.People = append(f.People, kyb.Person{ID: "x"}) }, []string{
			"people[1][first_name] required", "people[1][last_name] required", "people[1][birth_date] required",
			"people[1][nationality] required", "people[1][role] required", "people[1][pep] required"}},
		{"a role that is none", "sl", func(f *kyb.File) { f.People[0].Role = "king" },
			[]string{"people[0][role] role_unknown", " representative_missing"}},
		{"a child", "sl", func(f *kyb.File) { f.People[0].BirthDate = "2008-03-11" }, []string{"people[0][birth_date] person_too_young"}},
		{"an adult since today", "sl", func(f *kyb.File) { f.People[0].BirthDate = "2008-03-10" }, []string{}},
		{"a person of 120", "sl", func(f *kyb.File) { f.People[0].BirthDate = "1905-03-11" }, []string{}},
		{"a person of 121", "sl", func(f *kyb.File) { f.People[0].BirthDate = "1905-03-09" }, []string{"people[0][birth_date] person_too_old"}},
		{"somebody not born yet", "sl", func(f *kyb.File) { f.People[0].BirthDate = "2030-01-01" }, []string{"people[0][birth_date] date_future"}},
		{"a nationality that is none", "sl", func(f *kyb.File) { f.People[0].Nationality = "ZZ" }, []string{"people[0][nationality] country_unknown"}},
		{"51 people", "sl", func(f *kyb.File) { f.People = make([]kyb.Person, 51) }, []string{" too_many"}},
	}
	for _, c := range cases {
		t.Run(c.name, c.run)
	}
}

func TestThePeopleStepSaysWhatIsWrongWithTheOwnership(t *testing.T) {
	t.Parallel()
	holding := kyb.Entity{ID: "h", LegalName: "Holding", Country: "ES", RegistrationNumber: "1", OwnershipPercent: "60"}
	cases := []peopleCase{
		{"an owner without a share", "sl", func(f *kyb.File) { f.People[0].OwnershipPercent = "100"; owner(f, "", "") },
			[]string{"people[1][ownership_percent] required"}},
		{"an owner of nothing", "sl", func(f *kyb.File) { owner(f, "0", "") }, []string{"people[1][ownership_percent] percent_range"}},
		{"more than all", "sl", func(f *kyb.File) { f.People[0].OwnershipPercent = "100.0001" }, []string{"people[0][ownership_percent] percent_range"}},
		{"five decimals", "sl", func(f *kyb.File) { f.People[0].OwnershipPercent = "33.33333" }, []string{"people[0][ownership_percent] percent_format"}},
		{"a share in words", "sl", func(f *kyb.File) { f.People[0].OwnershipPercent = "half" }, []string{"people[0][ownership_percent] percent_format"}},
		{"owners of 100.0001 %", "sl", func(f *kyb.File) { owner(f, "0.0001", "") }, []string{" owners_over_100"}},
		{"owners of half", "sl", func(f *kyb.File) { f.People[0].OwnershipPercent = "50" }, []string{"no_other owners_incomplete"}},
		{"a share through a company that is not there", "sl", func(f *kyb.File) { owner(f, "10", "gone") }, []string{"people[1][through] through_unknown"}},
		{"owners of 101 % of a holding", "sl", func(f *kyb.File) {
			f.People[0].OwnershipPercent, f.Entities = "40", []kyb.Entity{holding}
			owner(f, "61", "h")
			f.People[0].Through = ""
			f.People = append(f.People, other("o2", "Eva", "40", "h"))
		}, []string{" entity_owners_over_100"}},
		{"a holding that owns itself", "sl", func(f *kyb.File) {
			f.NoOther, f.People[0].OwnershipPercent = true, ""
			f.Entities = []kyb.Entity{holding}
			f.Entities[0].Through = "h"
		}, []string{"entities[0][through] ownership_cycle"}},
		{"two holdings that own each other", "sl", func(f *kyb.File) {
			f.NoOther, f.People[0].OwnershipPercent = true, ""
			f.Entities = []kyb.Entity{holding, {ID: "i", LegalName: "I", Country: "ES", RegistrationNumber: "2", OwnershipPercent: "5", Through: "h"}, holding}
			f.Entities[2].ID, f.Entities[2].Through = "h2", "i"
		}, []string{"entities[0][through] ownership_cycle", "entities[1][through] ownership_cycle", "entities[2][through] ownership_cycle"}},
		{"an owning company without anything", "sl", func(f *kyb.File) { f.Entities = []kyb.Entity{{ID: "x"}} }, []string{
			"entities[0][legal_name] required", "entities[0][country] required", "entities[0][registration_number] required",
			"entities[0][ownership_percent] required"}},
		{"an owning company with a mistyped number", "sl", func(f *kyb.File) {
			f.People[0].OwnershipPercent = "80"
			f.Entities = []kyb.Entity{{ID: "x", LegalName: "X", Country: "FR", RegistrationNumber: "732829321", OwnershipPercent: "20"}}
		}, []string{"entities[0][registration_number] identifier_check_digit"}},
	}
	for _, c := range cases {
		t.Run(c.name, c.run)
	}
}

func other(id, name, percent, through string) kyb.Person {
	return kyb.Person{ID: id, FirstName: name, LastName: "Ruiz", BirthDate: "1990-01-01", Nationality: "PT", Role: kyb.RoleOwner,
		OwnershipPercent: percent, Through: through, PEP: answered(false)}
}

func owner(f *kyb.File, percent, through string) {
	f.People = append(f.People, other("o1", "Leo", percent, through))
}

func TestThePeopleStepNormalisesAndLeavesItsInputAlone(t *testing.T) {
	t.Parallel()
	f := complete("ES", "sl")
	f.People[0].OwnershipPercent, f.People[0].BirthDate, f.People[0].Nationality = " 66,660 % ", "1/2/1980", "es"
	owner(f, "33.34%", "")
	f.People = append(f.People, other("d", "Eva", "0", ""))
	f.People[2].Role, f.People[2].ByPower = kyb.RoleDirector, true
	got, problems := kyb.CheckPeople(kyb.Rules(), *f, today)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	p := got.People
	if p[0].OwnershipPercent != "66.66" || p[0].BirthDate != "1980-02-01" || p[0].Nationality != "ES" || p[1].OwnershipPercent != "33.34" ||
		p[2].OwnershipPercent != "" || p[2].ByPower {
		t.Errorf("got %+v", p)
	}
	if f.People[0].OwnershipPercent != " 66,660 % " {
		t.Error("the input was changed")
	}
}
