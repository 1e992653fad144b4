package kyb_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rampa/internal/kyb"
)

// fields gives the fields of requirements, for comparing.
func fields(requirements []kyb.Requirement) []string {
	out := []string{}
	for _, r := range requirements {
		out = append(out, r.Field)
	}
	return out
}

func TestACompleteFileOfEveryLegalFormHasNothingMissing(t *testing.T) {
	t.Parallel()
	rules := kyb.Rules()
	for _, country := range countries {
		for _, form := range rules.LegalForms(country, "en") {
			f := complete(country, form.Value)
			if missing := rules.Missing(f, papers(f), today); len(missing) > 0 {
				t.Errorf("%s %s: missing %v", country, form.Value, missing)
			}
			for step, done := range rules.StepsDone(f, papers(f), today) {
				if !done {
					t.Errorf("%s %s: step %s is not done", country, form.Value, step)
				}
			}
			company, problems := kyb.CheckCompany(rules, f.Company, today)
			people, more := kyb.CheckPeople(rules, *f, today)
			if problems = append(problems, more...); len(problems) > 0 {
				t.Errorf("%s %s: %v", country, form.Value, problems)
			}
			again, _ := kyb.CheckCompany(rules, company, today)
			if diff := cmp.Diff(company, again); diff != "" {
				t.Errorf("%s %s: checking twice changes the company: %s", country, form.Value, diff)
			}
			if diff := cmp.Diff(*f, people); diff != "" {
				t.Errorf("%s %s: checking normal people changes them: %s", country, form.Value, diff)
			}
		}
	}
}

func TestTakingAwayARequiredThingReportsExactlyIt(t *testing.T) {
	t.Parallel()
	rules := kyb.Rules()
	for _, country := range countries {
		for _, form := range rules.LegalForms(country, "en") {
			for _, field := range rules.Fields(country, form.Value) {
				f := complete(country, form.Value)
				docs := papers(f)
				if *place(&f.Company, field.Name) = ""; field.Name == "legal_form" {
					continue // another form asks for other things: tested below
				}
				want := []string{}
				if field.Required() {
					want = []string{"company." + field.Name}
				}
				if diff := cmp.Diff(want, fields(rules.Missing(f, docs, today))); diff != "" {
					t.Errorf("%s %s without %s: %s", country, form.Value, field.Name, diff)
				}
			}
			f := complete(country, form.Value)
			docs := papers(f)
			for i, doc := range docs {
				got := rules.Missing(f, slices.Delete(slices.Clone(docs), i, i+1), today)
				if len(got) != 1 || got[0].Code != kyb.MissingDocument || got[0].Field != "documents."+doc.Item || got[0].Item != got[0].Field || len(got[0].Accepted) == 0 {
					t.Errorf("%s %s without %s: %v", country, form.Value, doc.Item, got)
				}
			}
		}
	}
}

func TestMissingNamesEachPartOfTheFile(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name   string
		change func(f *kyb.File)
		want   []string
		step   string
	}{
		{"no country", func(f *kyb.File) { f.Company.Country = "" }, []string{"company.country", "company.legal_form"}, "country"},
		{"no legal form", func(f *kyb.File) { f.Company.LegalForm = "" }, []string{"company.legal_form"}, "company"},
		{"a legal form of another country", func(f *kyb.File) { f.Company.LegalForm = "gmbh" }, []string{"company.legal_form"}, "company"},
		{"a wrong number", func(f *kyb.File) { f.Company.TaxID = "B12345678" }, []string{"company.tax_id"}, "company"},
		{"no city", func(f *kyb.File) { f.Registered.City = "" }, []string{"registered_address.city"}, "addresses"},
		{"an operating address without a street", func(f *kyb.File) {
			f.Operating = &kyb.Address{City: "Lugo", PostalCode: "27001", Country: "ES"}
		}, []string{"operating_address.line1"}, "addresses"},
		{"no volume", func(f *kyb.File) { f.Activity.ExpectedMonthlyVolume = "" }, []string{"activity.expected_monthly_volume"}, "activity"},
		{"no birth date", func(f *kyb.File) { f.People[0].BirthDate = "" }, []string{"people.0.birth_date"}, "people"},
		{"political exposure not answered", func(f *kyb.File) { f.People[0].PEP = nil }, []string{"people.0.pep"}, "people"},
		{"a representative who only directs", func(f *kyb.File) { f.People[0].Role = kyb.RoleDirector; f.Declaration = nil },
			[]string{"people.representative", "declaration"}, "people"},
		{"nobody who manages it by office", func(f *kyb.File) { f.People[0].ByPower = true }, []string{"people.board", "documents.power_of_attorney"}, "people"},
		{"owners of 74.9999 %", func(f *kyb.File) { f.People[0].OwnershipPercent = "74.9999" }, []string{"people.no_other"}, "people"},
		{"owners of 75 %", func(f *kyb.File) { f.People[0].OwnershipPercent = "75" }, []string{}, ""},
		{"owners of 20 % and nobody else declared", func(f *kyb.File) { f.People[0].OwnershipPercent = "20"; f.NoOther = true }, []string{}, ""},
		{"an owning company with nobody behind it", func(f *kyb.File) {
			f.People[0].OwnershipPercent = "40"
			f.Entities = []kyb.Entity{{ID: "e", LegalName: "H", Country: "ES", RegistrationNumber: "1", OwnershipPercent: "60"}}
		}, []string{"people.no_other"}, "people"},
		{"an owning company without its number", func(f *kyb.File) {
			f.People[0].OwnershipPercent = "80"
			f.Entities = []kyb.Entity{{ID: "e", LegalName: "H", Country: "ES", OwnershipPercent: "20"}}
		}, []string{"entities.0.registration_number"}, "people"},
		{"no signature", func(f *kyb.File) { f.Declaration = nil }, []string{"declaration"}, "declaration"},
		{"the signature of somebody else", func(f *kyb.File) { f.Declaration.Signature = "Luis Pérez" }, []string{"declaration.signature"}, "declaration"},
		{"no terms accepted", func(f *kyb.File) { f.Declaration.TermsVersion = "" }, []string{"declaration.terms"}, "declaration"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := complete("ES", "sl")
			docs := papers(f)
			if c.change(f); f.Company.Country != "ES" || f.Company.LegalForm != "sl" {
				docs = papers(f) // another form asks for other papers, which are not the subject here
				f.Company.RegistrationNumber = "1"
			}
			got := kyb.Rules().Missing(f, docs, today)
			if diff := cmp.Diff(c.want, fields(got)); diff != "" {
				t.Fatalf("missing (-want +got): %s", diff)
			}
			for step, done := range kyb.Rules().StepsDone(f, docs, today) {
				if step == c.step && done {
					t.Errorf("step %s is said to be done", step)
				}
			}
			if len(got) > 0 && got[0].Item != c.step {
				t.Errorf("item %q, want %q", got[0].Item, c.step)
			}
		})
	}
}

func TestAnEmptyFileIsMissingEverythingInTheOrderOfTheForm(t *testing.T) {
	t.Parallel()
	got := kyb.Rules().Missing(&kyb.File{}, nil, today)
	var steps []string
	for _, r := range got {
		if step := r.Item; len(steps) == 0 || steps[len(steps)-1] != step {
			steps = append(steps, step)
		}
	}
	if steps[0] != "country" || steps[len(steps)-1] != "declaration" || !slices.Contains(steps, "documents.registry_extract") {
		t.Errorf("steps %v", steps)
	}
	for step, done := range kyb.Rules().StepsDone(&kyb.File{}, nil, today) {
		if done {
			t.Errorf("step %s of an empty file is done", step)
		}
	}
}

func TestConditionalPapersFollowTheFile(t *testing.T) {
	t.Parallel()
	rules := kyb.Rules()
	find := func(f *kyb.File, code string) (kyb.Item, bool) {
		items := rules.Items(f, "es")
		i := slices.IndexFunc(items, func(x kyb.Item) bool { return x.Code == code })
		if i < 0 {
			return kyb.Item{}, false
		}
		return items[i], true
	}
	f := complete("ES", "sl")
	if item, ok := find(f, "power_of_attorney"); !ok || !item.Optional {
		t.Error("a power of attorney is optional while nobody acts by one")
	}
	f.People = append(f.People, kyb.Person{ID: "att", FirstName: "Luis", LastName: "Pérez", BirthDate: "1970-01-01", Role: kyb.RoleRepresentative, ByPower: true})
	if item, ok := find(f, "power_of_attorney"); !ok || item.Optional {
		t.Error("a power of attorney is required where a representative acts by one")
	}
	if item, ok := find(f, "identity_document.att"); !ok || item.Person == nil || item.Person.LastName != "Pérez" {
		t.Errorf("the attorney's identity document is not asked: %+v", item)
	}
	f = complete("ES", "cb")
	if _, ok := find(f, "ownership_chart"); ok {
		t.Error("partners without owning companies need no chart")
	}
	f.Entities = []kyb.Entity{{ID: "e"}}
	if _, ok := find(f, "ownership_chart"); !ok {
		t.Error("partners with an owning company need a chart")
	}
}

func TestAPersonInTwoRowsIsAskedForOneIdentityDocument(t *testing.T) {
	t.Parallel()
	f := complete("ES", "sl")
	docs := papers(f)
	second := f.People[0]
	second.ID, second.Role, second.OwnershipPercent, second.FirstName = "p9", kyb.RoleDirector, "", "ANA"
	f.People = append([]kyb.Person{second}, f.People...) // the row without the document comes first
	if missing := kyb.Rules().Missing(f, docs, today); len(missing) > 0 {
		t.Errorf("missing %v", missing)
	}
}
