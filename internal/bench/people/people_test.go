package people_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"rampa/internal/bench/people"
)

func TestEveryWayMakesAnotherName(t *testing.T) {
	t.Parallel()
	m := people.New(1)
	made := map[string]int{}
	for range 3000 {
		p := m.Person()
		words := p.Write(m.AnySpelling)
		for _, way := range people.Ways {
			v, ok := way.Of(m, p, words)
			if !ok {
				continue
			}
			made[way.Name]++
			if strings.TrimSpace(v.Name) == "" || !utf8.ValidString(v.Name) || v.Birth.Day < 1 || v.Birth.Month < 1 || v.Birth.Month > 12 {
				t.Fatalf("%s of %q: %+v", way.Name, words, v)
			}
		}
	}
	for _, way := range people.Ways {
		if made[way.Name] < 100 {
			t.Errorf("%s happened to %d of 3000 names", way.Name, made[way.Name])
		}
	}
}

func TestAnotherPersonHasAnotherNameAndBirthDate(t *testing.T) {
	t.Parallel()
	m := people.New(2)
	for range 1000 {
		p := m.Person()
		q := m.Another(p, people.Given)
		if strings.Join(p.Key(), " ") == strings.Join(q.Key(), " ") || p.Birth == q.Birth {
			t.Fatalf("%v and %v", p, q)
		}
		if n := m.Namesake(p); strings.Join(n.Key(), " ") != strings.Join(p.Key(), " ") || n.Birth.Year == p.Birth.Year || n.Country == p.Country {
			t.Fatalf("%v and %v", p, n)
		}
	}
}

func TestCompaniesAreWrittenInEveryWay(t *testing.T) {
	t.Parallel()
	m := people.New(3)
	made := map[string]int{}
	for range 1000 {
		c := m.Company()
		for _, way := range people.CompanyWays {
			if name, ok := way.Of(m, c); ok {
				made[way.Name]++
				if strings.TrimSpace(name) == "" {
					t.Fatalf("%s of %+v is empty", way.Name, c)
				}
			}
		}
	}
	for _, way := range people.CompanyWays {
		if made[way.Name] < 50 {
			t.Errorf("%s happened to %d of 1000 companies", way.Name, made[way.Name])
		}
	}
}
