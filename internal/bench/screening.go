package bench

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"rampa/internal/bench/people"
	"rampa/internal/screening/list"
	"rampa/internal/screening/match"
)

// Screening is what `rampa bench screening` measures: names of a synthetic list as others would write them, which must be found,
// and names of others, near ones included, which must not.
type Screening struct {
	Seed             uint64           `json:"seed"`
	Recall           float64          `json:"recall"` // percent of the variants that were found
	FalseHitsPer1000 float64          `json:"false_hits_per_1000"`
	Variants         int              `json:"variants"`
	Clean            int              `json:"clean"` // names that are not on the list, the near misses included
	NearMisses       int              `json:"near_misses"`
	Entries          int              `json:"entries"`
	Threshold        int              `json:"threshold"` // basis points
	Config           string           `json:"config"`    // version of the weights
	NamesPerSecond   float64          `json:"names_per_second"`
	SlowestMS        float64          `json:"slowest_ms"`
	Classes          []ScreeningClass `json:"classes"`
	Missed           []string         `json:"missed,omitempty"` // a few variants that were not found, and …
	Wrong            []string         `json:"wrong,omitempty"`  // … a few others that were
}

// ScreeningClass is one way in which names differ.
type ScreeningClass struct {
	Class   string  `json:"class"`
	Same    bool    `json:"same"` // true: must be found; false: must not
	Names   int     `json:"names"`
	Hits    int     `json:"hits"`
	Percent float64 `json:"percent"` // of the names that were treated rightly
}

// ScreeningSize is how much is made and compared.
type ScreeningSize struct {
	People, Companies int // on the list
	Variants, Clean   int
}

// DefaultScreeningSize is a list as large as a real one.
func DefaultScreeningSize() ScreeningSize {
	return ScreeningSize{People: 5000, Companies: 2000, Variants: 6000, Clean: 6000}
}

const examples = 30

// RunScreening makes a list and names from a seed and compares them under the weights that screening uses.
func (e *Env) RunScreening(ctx context.Context, seed uint64, size ScreeningSize) (Screening, error) {
	b := &screeningBench{maker: people.New(seed), size: size, config: match.Default(), persons: map[string]bool{}, firms: map[string]bool{}, classes: map[string]*ScreeningClass{}}
	b.out = Screening{Seed: seed, Threshold: b.config.Threshold, Config: b.config.Version, Entries: size.People + size.Companies}
	b.list()
	b.index = b.config.NewIndex(b.entries)
	bar := e.progress("comparing names", int64(size.Variants+size.Clean))
	defer bar.Done()
	for n := 0; n < size.Variants+size.Clean; n++ {
		if ctx.Err() != nil {
			return b.out, ctx.Err()
		}
		if n < size.Variants {
			b.variant(n)
		} else {
			b.clean(n)
		}
		bar.Add(1)
	}
	return b.result(), nil
}

// progress shows nothing where nobody looks.
func (e *Env) progress(what string, parts int64) Bar {
	if e == nil || e.Progress == nil {
		return silent{}
	}
	return e.Progress(what, parts)
}

type silent struct{}

func (silent) Add(int64) {}
func (silent) Done()     {}

// screeningBench is one run.
type screeningBench struct {
	maker   *people.Maker
	size    ScreeningSize
	config  *match.Config
	index   *match.Index
	entries []list.Entry
	listed  []listedPerson
	firm    []people.Company
	persons map[string]bool // names of listed people, by two of their parts
	firms   map[string]bool // distinctive words of listed companies
	classes map[string]*ScreeningClass
	order   []string
	took    time.Duration
	slowest time.Duration
	out     Screening
}

// listedPerson is a person with its name as the list writes it.
type listedPerson struct {
	people.Person
	words []string
}

// list makes the entries: people first, companies after them.
func (b *screeningBench) list() {
	for n := range b.size.People {
		p := b.maker.Person()
		for tries := 0; tries < 1000 && b.isListed(p); tries++ { // namesakes on a list are rare
			p = b.maker.Person()
		}
		words := p.Write(b.maker.AnySpelling)
		b.listed = append(b.listed, listedPerson{p, words})
		b.entries = append(b.entries, b.personEntry(n, p, words))
		for _, key := range pairsOf(p.Key()) {
			b.persons[key] = true
		}
	}
	for n := range b.size.Companies {
		c := b.maker.Company()
		b.firm = append(b.firm, c)
		b.entries = append(b.entries, list.Entry{ID: fmt.Sprintf("C%d", n), Kind: list.Organisation, Names: []list.Name{{Text: strings.ToUpper(c.Name())}}, Countries: []string{c.Country}})
		for _, w := range c.Words {
			b.firms[w] = true
		}
	}
}

// personEntry writes a person as lists do: some with aliases, and with more or less of a date of birth.
func (b *screeningBench) personEntry(n int, p people.Person, words []string) list.Entry {
	e := list.Entry{ID: fmt.Sprintf("P%d", n), Kind: list.Person, Names: []list.Name{{Text: strings.Join(words, " ")}}}
	if b.percent(40) {
		e.Names = append(e.Names, list.Name{Text: strings.Join(p.Write(b.maker.AnySpelling), " ")})
	}
	born := list.Birth{Year: p.Birth.Year, ToYear: p.Birth.Year, Month: p.Birth.Month, Day: p.Birth.Day}
	switch n := b.maker.R.IntN(100); {
	case n < 62:
		e.Births = []list.Birth{born}
	case n < 78:
		e.Births = []list.Birth{{Year: born.Year, ToYear: born.Year}}
	case n < 83:
		e.Births = []list.Birth{{Year: born.Year + 1, ToYear: born.Year + 1, Circa: true}}
	case n < 88:
		e.Births = []list.Birth{{Year: born.Year - 2, ToYear: born.Year + 2}}
	}
	if b.percent(85) {
		e.Countries = []string{p.Country}
	}
	return e
}

func (b *screeningBench) percent(n int) bool { return b.maker.R.IntN(100) < n }

// pairsOf gives the pairs of a name's parts: two people who share one have much of a name in common.
func pairsOf(key []string) (pairs []string) {
	for i := range key {
		for j := range key {
			if i != j {
				pairs = append(pairs, key[i]+"|"+key[j])
			}
		}
	}
	return pairs
}

// variant writes a listed name as somebody else would, and looks whether it is found.
func (b *screeningBench) variant(n int) {
	if n%4 == 3 {
		at := b.maker.R.IntN(len(b.firm))
		way := people.CompanyWays[(n/4)%len(people.CompanyWays)]
		if name, ok := way.Of(b.maker, b.firm[at]); ok {
			b.check(way.Name, fmt.Sprintf("C%d", at), match.Subject{Name: name, Organisation: true, Countries: []string{b.firm[at].Country}})
			return
		}
	}
	for {
		at := b.maker.R.IntN(len(b.listed))
		p, way := b.listed[at], people.Ways[b.maker.R.IntN(len(people.Ways))]
		if v, ok := way.Of(b.maker, p.Person, p.words); ok {
			b.check(way.Name, fmt.Sprintf("P%d", at), person(v.Name, v.Birth, p.Country))
			return
		}
	}
}

func person(name string, born people.Date, country string) match.Subject {
	return match.Subject{Name: name, Birth: list.Birth{Year: born.Year, ToYear: born.Year, Month: born.Month, Day: born.Day}, Countries: []string{country}}
}

// clean takes a name that is not on the list, half of them near to one that is, and looks whether it is left alone.
func (b *screeningBench) clean(n int) {
	var class string
	var other people.Person
	switch n % 8 {
	case 3, 7:
		b.cleanCompany(n%8 == 3)
		return
	case 2:
		class, other = "near_namesake", b.namesake()
	default:
		for {
			near := b.listed[b.maker.R.IntN(len(b.listed))].Person
			switch n % 8 {
			case 0:
				class, other = "near_other_given_name", b.maker.Another(near, people.Given)
			case 1:
				class, other = "near_other_family_name", b.maker.Another(near, people.Family)
			default:
				class, other = "clean_person", b.maker.Person()
			}
			if !b.isListed(other) { // by chance the name of another entry
				break
			}
		}
	}
	b.check(class, "", person(strings.Join(other.Write(b.maker.AnySpelling), " "), other.Birth, other.Country))
}

// namesake gives somebody with a listed name, another birth year and another country, of an entry that tells both.
func (b *screeningBench) namesake() people.Person {
	for {
		at := b.maker.R.IntN(len(b.listed))
		if e := b.entries[at]; len(e.Births) > 0 && len(e.Countries) > 0 {
			return b.maker.Namesake(b.listed[at].Person)
		}
	}
}

func (b *screeningBench) isListed(p people.Person) bool {
	for _, pair := range pairsOf(p.Key()) {
		if b.persons[pair] {
			return true
		}
	}
	return false
}

func (b *screeningBench) cleanCompany(near bool) {
	c, class := b.maker.Company(), "clean_company"
	if near {
		c, class = b.maker.AnotherCompany(b.firm[b.maker.R.IntN(len(b.firm))]), "near_company"
	}
	for all := true; all; {
		all = false
		for i, w := range c.Words {
			if b.firms[w] && (class == "clean_company" || len(c.Words) == 1) {
				c.Words[i], all = b.maker.Company().Words[0], true
			}
		}
	}
	b.check(class, "", match.Subject{Name: c.Name(), Organisation: true, Countries: []string{c.Country}})
}

// check looks a name up. want is the entry that must be found, "" for none.
func (b *screeningBench) check(class, want string, s match.Subject) {
	at := b.classes[class]
	if at == nil {
		at = &ScreeningClass{Class: class, Same: want != ""}
		b.classes[class] = at
		b.order = append(b.order, class)
	}
	at.Names++
	began := time.Now()
	found := b.index.Search(b.config.Prepare(s), b.config.Threshold)
	took := time.Since(began)
	b.took += took
	b.slowest = max(b.slowest, took)
	if want == "" {
		if len(found) > 0 {
			at.Hits++
			b.example(&b.out.Wrong, class, s, found[0])
		}
		return
	}
	for _, f := range found {
		if f.Entry.ID == want {
			at.Hits++
			return
		}
	}
	b.missed(class, want, s)
}

func (b *screeningBench) example(to *[]string, class string, s match.Subject, f match.Found) {
	if len(*to) < examples {
		*to = append(*to, fmt.Sprintf("%s: %s %s %v is %d like %q: %v", class, s.Name, s.Birth, s.Countries, f.Points, f.Matched, f.Parts))
	}
}

func (b *screeningBench) missed(class, want string, s match.Subject) {
	for i := range b.entries {
		if b.entries[i].ID == want {
			b.example(&b.out.Missed, class, s, match.Found{Entry: &b.entries[i], Score: b.config.Compare(b.config.Prepare(s), &b.entries[i])})
		}
	}
}

func (b *screeningBench) result() Screening {
	hits, falseHits := 0, 0
	for _, name := range b.order {
		c := b.classes[name]
		right := c.Hits
		if c.Same {
			b.out.Variants += c.Names
			hits += c.Hits
		} else {
			right = c.Names - c.Hits
			b.out.Clean += c.Names
			falseHits += c.Hits
			if strings.HasPrefix(c.Class, "near") {
				b.out.NearMisses += c.Names
			}
		}
		c.Percent = rounded(100 * float64(right) / float64(c.Names))
		b.out.Classes = append(b.out.Classes, *c)
	}
	b.out.Recall = rounded(100 * float64(hits) / float64(max(b.out.Variants, 1)))
	b.out.FalseHitsPer1000 = rounded(1000 * float64(falseHits) / float64(max(b.out.Clean, 1)))
	b.out.NamesPerSecond = math.Round(float64(b.out.Variants+b.out.Clean) / b.took.Seconds())
	b.out.SlowestMS = rounded(float64(b.slowest.Microseconds()) / 1000)
	return b.out
}

func rounded(f float64) float64 { return math.Round(f*100) / 100 }
