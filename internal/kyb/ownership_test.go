package kyb_test

import (
	"fmt"
	"math/big"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"rampa/internal/kyb"
)

// group is a company held by Ana directly and through a holding of a holding, and by Leo.
func group() *kyb.File {
	f := complete("ES", "sl")
	f.Company.LegalName = "Ejemplo, S.L."
	f.People[0].OwnershipPercent = "10"
	again := f.People[0]
	again.ID, again.Role, again.OwnershipPercent, again.Through = "a2", kyb.RoleOwner, "50", "h2"
	f.People = append(f.People, again, other("l", "Leo", "50", "h2"), other("e", "Eva", "25", ""))
	f.People[2].PEP = answered(true)
	f.Entities = []kyb.Entity{
		{ID: "h1", LegalName: "Alfa Holding", Country: "NL", RegistrationNumber: "68750110", OwnershipPercent: "65"},
		{ID: "h2", LegalName: "Beta Capital", Country: "LU", RegistrationNumber: "B1", OwnershipPercent: "80", Through: "h1"},
		{ID: "h3", LegalName: "Gamma", Country: "LU", RegistrationNumber: "B2", OwnershipPercent: "20", Through: "h1"},
	}
	return f
}

func TestTheOwnershipTreeAddsUpAllPathsOfAPerson(t *testing.T) {
	t.Parallel()
	ana := kyb.Node{Name: "Ana García A", Kind: "person", Percent: "50", Effective: "36", Beneficial: true, Basis: kyb.BasisOwnership}
	direct := ana
	direct.Percent = "10"
	want := kyb.Node{Name: "Ejemplo, S.L.", Kind: "company", Children: []kyb.Node{
		{Name: "Alfa Holding", Kind: "entity", Percent: "65", Effective: "65", Children: []kyb.Node{
			{Name: "Beta Capital", Kind: "entity", Percent: "80", Effective: "52", Children: []kyb.Node{
				ana, {Name: "Leo Ruiz", Kind: "person", Percent: "50", Effective: "26", PEP: true, Beneficial: true, Basis: kyb.BasisOwnership},
			}},
			{Name: "Gamma", Kind: "entity", Percent: "20", Effective: "13"},
		}},
		direct,
		{Name: "Eva Ruiz", Kind: "person", Percent: "25", Effective: "25"},
	}}
	if diff := cmp.Diff(want, kyb.Ownership(group(), today).Tree); diff != "" {
		t.Error(diff)
	}
	if _, problems := kyb.CheckPeople(kyb.Rules(), *group(), today); len(problems) > 0 {
		t.Error(problems)
	}
}

func TestBeneficialOwnersHaveMoreThanAQuarterOrControl(t *testing.T) {
	t.Parallel()
	two := func(a, b string) *kyb.File {
		f := complete("ES", "sl")
		f.People[0].OwnershipPercent, f.NoOther = a, true
		f.People = append(f.People, other("l", "Leo", b, ""))
		return f
	}
	trustees := complete("ES", "foundation")
	trustees.People = append(trustees.People, kyb.Person{ID: "att", FirstName: "Luis", LastName: "Gil", BirthDate: "1970-01-01", Role: kyb.RoleRepresentative, ByPower: true})
	cases := []struct {
		name string
		file *kyb.File
		want []string
	}{
		{"two halves", two("50", "50"), []string{"Ana ownership 50", "Leo ownership 50"}},
		{"a hair more than a quarter", two("25", "25.0001"), []string{"Leo ownership 25.0001"}},
		{"quarters only", two("25", "25"), []string{"Ana senior_official 25"}},
		{"the trustees but not their attorney", trustees, []string{"Ana board ", "Ana board ", "Ana board "}},
		{"the trader", complete("ES", "sole_trader"), []string{"Ana self "}},
	}
	for _, c := range cases {
		var got []string
		for _, o := range kyb.Rules().BeneficialOwners(c.file, today) {
			got = append(got, fmt.Sprintf("%s %s %s", o.Person.FirstName, o.Basis, o.Effective))
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

func TestControllersWithoutAShareStandUnderTheCompany(t *testing.T) {
	t.Parallel()
	tree := kyb.Ownership(complete("ES", "association"), today).Tree
	if len(tree.Children) != 2 || tree.Children[1].Basis != kyb.BasisBoard || tree.Children[1].Percent != "" {
		t.Errorf("got %+v", tree)
	}
}

func TestTheTreeOfAnUnsoundDraftEnds(t *testing.T) {
	t.Parallel()
	f := complete("ES", "sl")
	for i := range 40 { // each holds all the others: the number of paths is beyond counting
		f.Entities = append(f.Entities, kyb.Entity{ID: fmt.Sprint(i), LegalName: fmt.Sprint("E", i%4), Country: "ES", OwnershipPercent: "50", Through: fmt.Sprint((i + 7) % 40)})
	}
	f.Entities[0].Through = ""
	var count func(n kyb.Node) int
	count = func(n kyb.Node) int {
		total := 1
		for _, c := range n.Children {
			total += count(c)
		}
		return total
	}
	if n := count(kyb.Ownership(f, today).Tree); n < 10 || n > 600 {
		t.Errorf("%d nodes", n)
	}
}

// file draws people and companies with a sound ownership.
func file(t *rapid.T) *kyb.File {
	f := complete("ES", "sl")
	f.NoOther, f.People[0].OwnershipPercent = true, ""
	left := map[string]int{"": 100}
	at := []string{""}
	for i := range rapid.IntRange(0, 6).Draw(t, "entities") {
		id := fmt.Sprintf("e%d", i)
		through := rapid.SampledFrom(at).Draw(t, "through")
		n := rapid.IntRange(0, left[through]).Draw(t, "percent")
		if n == 0 {
			continue
		}
		left[through] -= n
		left[id] = 100
		at = append(at, id)
		f.Entities = append(f.Entities, kyb.Entity{ID: id, LegalName: id, Country: "ES", RegistrationNumber: id, OwnershipPercent: fmt.Sprint(n), Through: through})
	}
	for i := range rapid.IntRange(1, 8).Draw(t, "rows") {
		through := rapid.SampledFrom(at).Draw(t, "holds in")
		n := rapid.IntRange(0, left[through]).Draw(t, "share")
		if n > 0 {
			left[through] -= n
			f.People = append(f.People, other(fmt.Sprintf("o%d", i), string(rune('A'+rapid.IntRange(0, 3).Draw(t, "who"))), fmt.Sprint(n), through))
		}
	}
	return f
}

func TestBeneficialOwnersDoNotDependOnTheOrderOfTheRows(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f := file(t)
		if _, problems := kyb.CheckPeople(kyb.Rules(), *f, today); len(problems) > 0 {
			t.Fatalf("a sound file is refused: %v", problems)
		}
		names := func(f *kyb.File) map[string]string {
			out := map[string]string{}
			for _, o := range kyb.Rules().BeneficialOwners(f, today) {
				out[o.Person.FirstName] = string(o.Basis) + o.Effective
			}
			return out
		}
		before := names(f)
		turned := *f
		turned.People, turned.Entities = slices.Clone(f.People), slices.Clone(f.Entities)
		slices.Reverse(turned.People)
		slices.Reverse(turned.Entities)
		if diff := cmp.Diff(before, names(&turned)); diff != "" {
			t.Fatal(diff)
		}
		sum := new(big.Rat)
		for _, o := range kyb.Rules().BeneficialOwners(f, today) {
			if r, ok := new(big.Rat).SetString(o.Effective); ok {
				sum.Add(sum, r)
			}
		}
		if sum.Cmp(big.NewRat(100, 1)) > 0 {
			t.Fatalf("owners hold %s %%", sum)
		}
	})
}
