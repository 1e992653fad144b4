package sandbox_test

import (
	"testing"

	"rampa/internal/sandbox"
	"rampa/internal/screening"
	"rampa/internal/screening/list"
	"rampa/internal/screening/match"
)

func TestNamesThatEndInSanctionedHitTheFixtureListOnce(t *testing.T) {
	t.Parallel()
	l, err := list.Read(sandbox.Sanctions())
	if err != nil {
		t.Fatal(err)
	}
	c := match.Default()
	index := c.NewIndex(l.Entries)
	for _, e := range []struct {
		subject screening.Subject
		want    string
	}{
		{screening.Subject{Name: "Ana Sanctioned"}, "person-1"},
		{screening.Subject{Name: "Marta Ruiz Sanctioned"}, "person-1"},
		{screening.Subject{Name: "Ana Sanctioned Ruiz"}, "person-1"}, // between two last names
		{screening.Subject{Name: "Juan Pérez NotSanctioned"}, "person-1"},
		{screening.Subject{Name: "Acme Sanctioned", Organisation: true}, "company-1"},
		{screening.Subject{Name: "Acme Sanctioned, S.L.", Organisation: true}, "company-1"},
		{screening.Subject{Name: "Ana Ruiz"}, ""},
		{screening.Subject{Name: "Sanction Edwards"}, ""},
		{screening.Subject{Name: "Acme Valid", Organisation: true}, ""},
	} {
		found := map[string]int{}
		for _, name := range append([]string{e.subject.Name}, sandbox.SanctionedNames(e.subject)...) {
			birth, _ := list.ParseBirth("1985-04-03")
			for _, f := range index.Search(c.Prepare(match.Subject{Name: name, Organisation: e.subject.Organisation, Birth: birth, Countries: []string{"ES"}}), c.Threshold) {
				found[f.Entry.ID]++
			}
		}
		if len(found) > 1 || e.want == "" && len(found) != 0 || e.want != "" && found[e.want] == 0 {
			t.Errorf("%s: %v", e.subject.Name, found)
		}
	}
}
