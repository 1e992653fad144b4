package match_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"rampa/internal/screening/list"
	"rampa/internal/screening/match"
)

func born(s string) list.Birth {
	b, _ := list.ParseBirth(s)
	return b
}

func TestBirthDatesAndCountriesRaiseAndLower(t *testing.T) {
	t.Parallel()
	c := match.Default()
	for _, e := range []struct {
		birth, listed, country, countries string
		want                              map[string]int
	}{
		{"1962-11-23", "1962-11-23", "VE", "VE", map[string]int{"birth_date": 1500, "country": 200}},
		{"1962-05-11", "1962-11-05", "VE", "CU VE", map[string]int{"birth_date": 900, "country": 200}},
		{"1962-11-23", "1962", "ES", "VE", map[string]int{"birth_date": 200, "country": -500}},
		{"1962", "1962-11-23", "", "VE", map[string]int{"birth_date": 200}},
		{"1962-11-23", "circa 1961", "VE", "", map[string]int{"birth_date": 200}},
		{"1962-11-23", "1960 to 1965", "", "", map[string]int{"birth_date": 200}},
		{"1962-11-23", "1963", "", "", map[string]int{"birth_date": 0}},
		{"1962-11-23", "1963-11-23", "", "", map[string]int{"birth_date": 0}},
		{"1962-11-23", "1962-11-24", "", "", map[string]int{"birth_date": 0}},
		{"1962-11-23", "1962-04-02", "", "", map[string]int{"birth_date": -1000}},
		{"1962-11-23", "1968-04-02", "", "", map[string]int{"birth_date": -1500}},
		{"1962-11-23", "1985-11-23", "", "", map[string]int{"birth_date": -2000}},
		{"", "1985-11-23", "", "", map[string]int{}},
		{"1962-11-23", "", "", "", map[string]int{}},
	} {
		entry := list.Entry{ID: "1", Kind: list.Person, Names: []list.Name{{Text: "Nicanor Sample"}}, Countries: strings.Fields(e.countries)}
		if e.listed != "" {
			entry.Births = []list.Birth{born(e.listed)}
		}
		s := c.Compare(c.Prepare(match.Subject{Name: "Nicanor Sample", Birth: born(e.birth), Countries: strings.Fields(e.country)}), &entry)
		got := map[string]int{}
		sum := 0
		for _, p := range s.Parts {
			sum += p.Points
			if p.Code != match.PartName {
				got[p.Code] = p.Points
			}
		}
		if diff := cmp.Diff(e.want, got); diff != "" || s.Points != min(max(sum, 0), match.Perfect) {
			t.Errorf("%+v: %d, %v\n%s", e, s.Points, s.Parts, diff)
		}
	}
}

func TestTheBestOfSeveralBirthDatesCounts(t *testing.T) {
	t.Parallel()
	c := match.Default()
	e := list.Entry{ID: "1", Names: []list.Name{{Text: "Nicanor Sample"}}, Births: []list.Birth{born("1940"), born("1962-11-23"), born("1962")}}
	s := c.Compare(c.Prepare(match.Subject{Name: "Nicanor Sample", Birth: born("1962-11-23")}), &e)
	if s.Points != match.Perfect || !strings.Contains(s.Parts[1].Text, "the list says 1962-11-23: the same") {
		t.Errorf("%+v", s)
	}
}

func TestAWeakAliasCountsLess(t *testing.T) {
	t.Parallel()
	c := match.Default()
	e := list.Entry{ID: "1", Names: []list.Name{{Text: "Nicanor Sample"}, {Text: "El Zarco Ejemplar", Weak: true}}}
	s := c.Compare(c.Prepare(match.Subject{Name: "El Zarco Ejemplar"}), &e)
	if s.Points != 9500 || s.Matched != "El Zarco Ejemplar" || s.Parts[1].Code != match.PartWeak {
		t.Errorf("%+v", s)
	}
}

func TestPeopleAreNotCompaniesAndCraftsAreNobody(t *testing.T) {
	t.Parallel()
	c := match.Default()
	for kind, want := range map[list.Kind][2]bool{list.Person: {true, false}, list.Organisation: {false, true}, list.Craft: {}, "": {true, true}} {
		e := list.Entry{ID: "1", Kind: kind, Names: []list.Name{{Text: "Nicanor Sample"}}}
		for i, organisation := range []bool{false, true} {
			s := c.Compare(c.Prepare(match.Subject{Name: "Nicanor Sample", Organisation: organisation}), &e)
			if (s.Points > 0) != want[i] {
				t.Errorf("%q %v: %d", kind, organisation, s.Points)
			}
		}
	}
}

func TestAnExplanationNamesEveryWord(t *testing.T) {
	t.Parallel()
	s := score(t, "Nicolas Madura Gil", "MADURO MOROS, Nicolas", false)
	want := "nicolas = nicolas, madura ~ maduro (9334), gil is not in the list's name, moros is only in the list's name"
	if s.Parts[0].Text != want {
		t.Errorf("got %s", s.Parts[0].Text)
	}
}

// stock are pieces from which the properties below make names.
var stock = strings.Fields("Mohammed Muhammad Ahmed Ali Hussein Hassan al-Masri El-Masry Abd Rahman Abdulrahman José María Pérez López Gómez de la Cruz Juan Jean Pierre Jeanpierre " +
	"Владимир Сергей Иванов Ivanov Vladimir Wladimir Sergei Zhang Chang Wei Jianguo Chien-kuo 张伟 김정은 Kim Jong Un Jong-un محمد يوسف Youssef Smith Smyth Schmidt Müller Mueller J. M. O'Brien " +
	"Orion Trading Bank Banco Shipping S.A. Ltd LLC General 61398 Acme Ejemplar Nguyễn Văn")

func drawName(t *rapid.T, label string) string {
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom(stock), 1, 5).Draw(t, label), " ")
}

func drawEntries(t *rapid.T) []list.Entry {
	var out []list.Entry
	for i := range rapid.IntRange(1, 40).Draw(t, "entries") {
		e := list.Entry{ID: string(rune('A' + i)), Kind: rapid.SampledFrom([]list.Kind{list.Person, list.Organisation, ""}).Draw(t, "kind")}
		for range rapid.IntRange(1, 3).Draw(t, "names") {
			e.Names = append(e.Names, list.Name{Text: drawName(t, "listed"), Weak: rapid.Bool().Draw(t, "weak")})
		}
		if rapid.Bool().Draw(t, "dated") {
			e.Births = []list.Birth{born(rapid.SampledFrom([]string{"1962-11-23", "1962", "1980-01-02"}).Draw(t, "born"))}
			e.Countries = []string{rapid.SampledFrom([]string{"ES", "VE"}).Draw(t, "country")}
		}
		out = append(out, e)
	}
	return out
}

func TestTheIndexFindsWhatComparingWithEveryEntryFinds(t *testing.T) {
	t.Parallel()
	c := match.Default()
	rapid.Check(t, func(t *rapid.T) {
		entries := drawEntries(t)
		index := c.NewIndex(entries)
		p := c.Prepare(match.Subject{Name: drawName(t, "subject"), Organisation: rapid.Bool().Draw(t, "organisation"), Birth: born("1962-11-23"), Countries: []string{"VE"}})
		want := map[string]match.Score{}
		for i := range entries {
			if s := c.Compare(p, &entries[i]); s.Points >= c.Threshold {
				want[entries[i].ID] = s
			}
		}
		got := map[string]match.Score{}
		for _, f := range index.Search(p, c.Threshold) {
			got[f.Entry.ID] = f.Score
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%s (-every entry +index):\n%s", p.Name, diff)
		}
	})
}

func TestANameIsLikeItselfInAnyOrderAndCase(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		// With an x inside no word is a title, such as Capt, which counts at one end of a name only.
		words := rapid.SliceOfNDistinct(rapid.StringMatching(`[A-Z][a-z]{2,4}x[a-z]{2,4}`), 2, 5, rapid.ID[string]).Draw(t, "words")
		swapped := slices.Clone(words)
		slices.Reverse(swapped)
		c := match.Default()
		e := list.Entry{ID: "1", Names: []list.Name{{Text: strings.Join(words, " ")}}}
		s := c.Compare(c.Prepare(match.Subject{Name: strings.ToUpper(strings.Join(swapped, " "))}), &e)
		if s.Points < 9900 {
			t.Fatalf("%v: %+v", words, s)
		}
	})
}

func TestAScoreIsTheSameBothWays(t *testing.T) {
	t.Parallel()
	c := match.Default()
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawName(t, "a"), drawName(t, "b")
		one := c.Compare(c.Prepare(match.Subject{Name: a}), &list.Entry{Names: []list.Name{{Text: b}}})
		other := c.Compare(c.Prepare(match.Subject{Name: b}), &list.Entry{Names: []list.Name{{Text: a}}})
		if d := one.Points - other.Points; d > 1 || d < -1 {
			t.Fatalf("%q %q: %+v %+v", a, b, one, other)
		}
	})
}

func TestAVersionNamesTheWeights(t *testing.T) {
	t.Parallel()
	source := match.Default().Source()
	again, err := match.NewConfig(source)
	if err != nil || again.Version != match.Default().Version {
		t.Errorf("%v, %v", again, err)
	}
	changed, err := match.NewConfig(bytes.Replace(source, []byte("threshold: 8800"), []byte("threshold: 9000"), 1))
	if err != nil || changed.Version == again.Version || changed.Threshold != 9000 {
		t.Errorf("%v, %v", changed, err)
	}
	for _, wrong := range []string{"", "threshold: 0", "unknown: 1", string(source) + "\nextra: 1\n"} {
		if _, err := match.NewConfig([]byte(wrong)); err == nil {
			t.Errorf("%.40q is taken", wrong)
		}
	}
}

// FuzzCompare holds the comparison of any two texts to a score between nothing and Perfect, the same each time, with parts
// that a page can show.
func FuzzCompare(f *testing.F) {
	for _, p := range slices.Concat(samePeople, otherPartners) {
		f.Add(p[0], p[1], false)
		f.Add(p[0], p[1], true)
	}
	f.Add("", "\xff\xfe", false)
	f.Add("İ ﷺ", "a a a a a a a a a a a a a a a a a a a a a a a a", true)
	c := match.Default()
	f.Fuzz(func(t *testing.T, a, b string, organisation bool) {
		e := []list.Entry{{ID: "1", Names: []list.Name{{Text: b}}}}
		p := c.Prepare(match.Subject{Name: a, Organisation: organisation})
		s := c.Compare(p, &e[0])
		if again := c.Compare(p, &e[0]); !cmp.Equal(s, again) || s.Points < 0 || s.Points > match.Perfect {
			t.Fatalf("%+v, %+v", s, again)
		}
		for _, part := range s.Parts {
			if utf8.ValidString(a) && utf8.ValidString(b) && !utf8.ValidString(part.Text) {
				t.Fatalf("%q", part.Text)
			}
		}
		c.NewIndex(e).Search(p, c.Threshold)
	})
}
