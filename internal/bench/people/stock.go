// Package people makes people and companies who do not exist, of many cultures and the same for the same seed, and writes
// their names as others would: misspelt, swapped, shortened, transliterated another way. It must not know who compares them.
package people

import (
	"cmp"
	_ "embed"
	"math/rand/v2"
	"strings"
	"sync"
)

//go:embed stock.txt
var stockText string

// Item is a name in its spellings, the usual one first, and in its original script.
type Item struct {
	Spellings []string
	Original  string
	root      string // of the form that women bear: that of men
}

// culture is a stock of names.
type culture struct {
	name                        string
	countries                   []string
	given, middle, family, word []Item
}

// stock reads the embedded text; its head explains it.
var stock = sync.OnceValue(func() (all []*culture) {
	var c *culture
	for line := range strings.Lines(stockText) {
		line = strings.TrimSpace(line)
		if head, ok := strings.CutPrefix(line, "["); ok {
			fields := strings.Fields(strings.TrimSuffix(head, "]"))
			c = &culture{name: fields[0], countries: fields[1:]}
			all = append(all, c)
			continue
		}
		kind, names, ok := strings.Cut(line, ": ")
		if !ok || c == nil {
			continue
		}
		for _, name := range strings.Fields(names) {
			c.add(kind, name)
		}
	}
	return all
})

func (c *culture) add(kind, name string) {
	spellings, original, _ := strings.Cut(name, "=")
	item := Item{Spellings: strings.Split(spellings, "/"), Original: original}
	switch c.name {
	case "russian", "ukrainian", "greek":
		item = romanised(c.name, name)
	case "chinese":
		if old := wadeGiles(spellings); old != spellings {
			item.Spellings = append(item.Spellings, old)
		}
	}
	switch kind {
	case "given":
		c.given = append(c.given, item)
	case "middle":
		c.middle = append(c.middle, item)
	case "family":
		c.family = append(c.family, item)
	case "word":
		c.word = append(c.word, item)
	}
}

func pick[T any](r *rand.Rand, of []T) T { return of[r.IntN(len(of))] }

func chance(r *rand.Rand, percent int) bool { return r.IntN(100) < percent }

// Maker makes people and companies from a seed.
type Maker struct {
	R         *rand.Rand
	cultures  []*culture
	companies *culture
}

// New makes a Maker: the same seed gives the same people.
func New(seed uint64) *Maker {
	m := &Maker{R: rand.New(rand.NewPCG(seed, 0x5eed))}
	for _, c := range stock() {
		if c.name == "companies" {
			m.companies = c
			continue
		}
		for range 1 + len(c.family)/40 { // a large stock makes more people
			m.cultures = append(m.cultures, c)
		}
	}
	return m
}

// Role is what a part of a name is.
type Role int

// The roles.
const (
	Given Role = iota
	Middle
	Family
	SecondFamily
)

// Part is a part of a person's name.
type Part struct {
	Role Role
	Item Item
}

// Date is a date of birth.
type Date struct{ Year, Month, Day int }

// Person is nobody.
type Person struct {
	Culture string
	Country string
	Birth   Date
	Parts   []Part // in the order in which the culture writes them
	culture *culture
}

// Person makes a person.
func (m *Maker) Person() Person {
	c := pick(m.R, m.cultures)
	p := Person{Culture: c.name, Country: pick(m.R, c.countries), Birth: m.Birth(), culture: c}
	given := []Part{{Given, pick(m.R, c.given)}}
	family := []Part{{Family, pick(m.R, c.family)}}
	switch c.name {
	case "chinese", "korean", "vietnamese":
		p.Parts = append(family, given...)
		return p
	case "spanish", "portuguese":
		if chance(m.R, 50) {
			given = append(given, Part{Middle, other(m.R, c.given, given[0].Item)})
		}
		if chance(m.R, 75) {
			family = append(family, Part{SecondFamily, other(m.R, c.family, family[0].Item)})
		}
	case "russian":
		middle := pick(m.R, c.middle)
		if isFeminine(given[0].Item.Original) {
			middle, family[0].Item = feminine(middle), feminine(family[0].Item)
		}
		if chance(m.R, 60) {
			given = append(given, Part{Middle, middle})
		}
	case "arabic":
		for range m.R.IntN(3) {
			given = append(given, Part{Middle, other(m.R, c.given, given[len(given)-1].Item)})
		}
	default:
		if chance(m.R, 35) {
			given = append(given, Part{Middle, other(m.R, c.given, given[0].Item)})
		}
	}
	p.Parts = append(given, family...)
	return p
}

func other(r *rand.Rand, of []Item, than Item) Item {
	for {
		if item := pick(r, of); item.Spellings[0] != than.Spellings[0] {
			return item
		}
	}
}

// Birth makes a date of birth.
func (m *Maker) Birth() Date { return Date{1935 + m.R.IntN(70), 1 + m.R.IntN(12), 1 + m.R.IntN(28)} }

// Another gives a person with another name in one role, another birth date, and every second time another country.
func (m *Maker) Another(p Person, role Role) Person {
	q := p
	q.Parts = append([]Part(nil), p.Parts...)
	for i, part := range q.Parts {
		if part.Role != role {
			continue
		}
		from := p.culture.given
		if role == Family || role == SecondFamily {
			from = p.culture.family
		}
		q.Parts[i].Item = other(m.R, from, part.Item)
	}
	q.Birth = m.distantBirth(p.Birth)
	if chance(m.R, 50) {
		q.Country = m.otherCountry(p.Country)
	}
	return q
}

// Namesake gives a person of the same name with another birth year and country.
func (m *Maker) Namesake(p Person) Person {
	p.Birth, p.Country = m.distantBirth(p.Birth), m.otherCountry(p.Country)
	return p
}

func (m *Maker) distantBirth(from Date) Date {
	for {
		if b := m.Birth(); b.Year < from.Year-4 || b.Year > from.Year+4 {
			return b
		}
	}
}

func (m *Maker) otherCountry(than string) string {
	for {
		if c := pick(m.R, pick(m.R, m.cultures).countries); c != than {
			return c
		}
	}
}

// Key names the family and given names of a person, whatever their order, for telling namesakes.
func (p Person) Key() []string {
	var key []string
	for _, part := range p.Parts {
		key = append(key, cmp.Or(part.Item.root, part.Item.Spellings[0]))
	}
	return key
}

// Write gives the name, each part in the spelling that spell chooses for it.
func (p Person) Write(spell func(Item) string) []string {
	words := make([]string, len(p.Parts))
	for i, part := range p.Parts {
		words[i] = spell(part.Item)
	}
	return words
}

// First is the usual spelling.
func First(i Item) string { return i.Spellings[0] }

// AnySpelling chooses one.
func (m *Maker) AnySpelling(i Item) string { return pick(m.R, i.Spellings) }
