package kyb_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rampa/internal/kyb"
	"rampa/internal/kyb/share"
)

// regulation is the first day of Regulation (EU) 2024/1624.
var regulation = time.Date(2027, 7, 10, 0, 0, 0, 0, time.UTC)

// owners words who is a beneficial owner on a day, with the chains: "Ana control: 60 of Alfa! 30 of Ejemplo = 30".
func owners(f *kyb.File, day time.Time) []string {
	var out []string
	for _, o := range kyb.Rules().BeneficialOwners(f, day) {
		for _, g := range o.Grounds {
			line := fmt.Sprintf("%s %s", o.Person.FirstName, g.Basis)
			for _, p := range g.Paths {
				line += ":"
				for _, l := range p.Links {
					line += fmt.Sprintf(" %s of %s%s", share.Format(l.Share), l.Company, strings.Repeat("!", min(1, len(l.Means))))
				}
				line += " = " + share.FormatRat(p.Product)
			}
			out = append(out, line)
		}
	}
	return out
}

func TestTheRulesOfTheDayDecideWhoIsABeneficialOwner(t *testing.T) {
	t.Parallel()
	f := complete("ES", "sl")
	f.People[0].OwnershipPercent, f.NoOther = "40", true
	f.Entities = []kyb.Entity{{ID: "h", LegalName: "Alfa", Country: "NL", RegistrationNumber: "1", OwnershipPercent: "60"}}
	f.People = append(f.People, other("l", "Leo", "25", "h"), other("e", "Eva", "75", "h"))
	want := []string{"Ana ownership: 40 of Ejemplo = 40", "Eva ownership: 75 of Alfa 60 of Ejemplo = 45", "Eva control: 75 of Alfa 60 of Ejemplo = 100"}
	if diff := cmp.Diff(want, owners(f, today)); diff != "" {
		t.Errorf("by the directive: %s", diff)
	}
	want = append([]string{want[0], "Leo combined: 25 of Alfa = 25"}, want[1:]...)
	if diff := cmp.Diff(want, owners(f, regulation)); diff != "" {
		t.Errorf("by the regulation: %s", diff)
	}
	if got := kyb.Ownership(f, regulation).Rules.Code; got != "regulation" {
		t.Error(got)
	}
}

func TestAnExactQuarterIsEnoughFromTheRegulationOn(t *testing.T) {
	t.Parallel()
	f := complete("ES", "sl")
	f.People[0].OwnershipPercent = "75"
	for day, missing := range map[time.Time]int{today: 0, regulation.Add(-time.Microsecond): 0, regulation: 1} {
		if got := kyb.Rules().Missing(f, papers(f), day); len(got) != missing {
			t.Errorf("%s: %v", day, got)
		}
		if _, problems := kyb.CheckPeople(kyb.Rules(), *f, day); len(problems) != missing {
			t.Errorf("%s: %v", day, problems)
		}
	}
	f.People = append(f.People, other("l", "Leo", "25", ""))
	if got := len(owners(f, regulation)) - len(owners(f, today)); got != 1 {
		t.Errorf("%d more", got)
	}
}

func TestWhoControlsByOtherMeansIsABeneficialOwner(t *testing.T) {
	t.Parallel()
	f := complete("ES", "sl")
	leo, eva := other("l", "Leo", "", ""), other("e", "Eva", "0", "h")
	leo.Control, eva.Control = kyb.ControlAgreement, kyb.ControlVotes
	f.People[0].OwnershipPercent, f.People[0].Control = "70", kyb.ControlNone
	f.Entities = []kyb.Entity{{ID: "h", LegalName: "Alfa", Country: "NL", RegistrationNumber: "1", OwnershipPercent: "30"}}
	f.People = append(f.People, leo, eva, other("m", "Max", "100", "h"))
	checked, problems := kyb.CheckPeople(kyb.Rules(), *f, today)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if p := checked.People; p[0].Control != "" || p[2].OwnershipPercent != "" {
		t.Errorf("got %+v", p)
	}
	want := []string{"Ana ownership: 70 of Ejemplo = 70", "Leo other_means: 0 of Ejemplo! = 100", "Eva other_means: 0 of Alfa! 30 of Ejemplo = 30", "Max ownership: 100 of Alfa 30 of Ejemplo = 30"}
	if diff := cmp.Diff(want, owners(&checked, today)); diff != "" {
		t.Error(diff)
	}
	tree := kyb.Ownership(&checked, today).Tree
	if n := len(tree.Children); n != 4 || tree.Children[2].Name != "Leo Ruiz" || tree.Children[2].Basis != kyb.BasisMeans {
		t.Errorf("got %+v", tree.Children)
	}
	f.People[1].Control = "magic"
	if _, problems := kyb.CheckPeople(kyb.Rules(), *f, today); !strings.Contains(strings.Join(said(problems), "|"), "people[1][control] control_unknown") {
		t.Error(problems)
	}
	f.Company.LegalForm = "association"
	if checked, _ := kyb.CheckPeople(kyb.Rules(), *f, today); checked.People[1].Control != "" {
		t.Error("an association keeps what it is not asked")
	}
}

func TestAnUnsoundOwnershipIsExplainedWithNames(t *testing.T) {
	t.Parallel()
	explained := func(change func(f *kyb.File)) (out []map[string]string) {
		f := complete("ES", "sl")
		f.NoOther = true
		f.Entities = []kyb.Entity{
			{ID: "h", LegalName: "Alfa", Country: "NL", RegistrationNumber: "1", OwnershipPercent: "60"},
			{ID: "i", LegalName: "Beta", Country: "NL", RegistrationNumber: "2", OwnershipPercent: "40", Through: "h"},
		}
		f.People[0].OwnershipPercent = ""
		change(f)
		_, problems := kyb.CheckPeople(kyb.Rules(), *f, today)
		for _, p := range problems {
			out = append(out, p.Params)
		}
		return out
	}
	cases := map[string]struct {
		change func(f *kyb.File)
		want   []map[string]string
	}{
		"a circle": {func(f *kyb.File) {
			f.Entities = append(f.Entities, f.Entities[0])
			f.Entities[2].ID, f.Entities[2].Through = "h2", "i"
		}, []map[string]string{{"names": "Alfa → Beta → Alfa"}, {"names": "Beta → Alfa → Beta"}, {"names": "Alfa → Beta → Alfa"}}},
		"the company among its own owners": {func(f *kyb.File) {
			f.Entities[0].Country, f.Entities[0].RegistrationNumber = "ES", f.Company.TaxID
		}, []map[string]string{{"names": "Ejemplo → Ejemplo"}}},
		"more than all of it": {func(f *kyb.File) {
			f.People[0].OwnershipPercent = "40"
			f.People = append(f.People, other("l", "Leo", "0.0001", ""))
		}, []map[string]string{{"total": "100.0001", "names": "Alfa 60 %, Ana García A 40 %, Leo Ruiz 0.0001 %"}}},
		"more than all of an owner": {func(f *kyb.File) {
			f.People = append(f.People, other("l", "Leo", "40", "h"), other("l2", "Leo", "21", "h"))
		}, []map[string]string{{"total": "101", "name": "Alfa", "names": "Beta 40 %, Leo Ruiz 61 %"}}},
	}
	for name, c := range cases {
		if diff := cmp.Diff(c.want, explained(c.change)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestAFileFromBeforeControlWasAskedIsRead(t *testing.T) {
	t.Parallel()
	f, err := kyb.Decode([]byte(`{"v":1,"people":[{"id":"p","first_name":"Ana","ownership_percent":"30"}]}`))
	if err != nil || f.People[0].Control != "" || f.People[0].OwnershipPercent != "30" {
		t.Errorf("%+v %v", f, err)
	}
}
