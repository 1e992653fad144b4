package match

import (
	"fmt"
	"slices"
	"strings"

	"rampa/internal/screening/list"
)

// Prepared is a subject made ready to be compared with many.
type Prepared struct {
	Subject
	reading reading
}

// Prepare makes a subject ready.
func (c *Config) Prepare(s Subject) *Prepared {
	return &Prepared{Subject: s, reading: c.read(s.Name, s.Organisation)}
}

// Comparable tells whether a subject and an entry may be the same at all: a person is no company. Crafts are nobody.
func Comparable(organisation bool, kind list.Kind) bool {
	switch kind {
	case list.Person:
		return !organisation
	case list.Organisation:
		return organisation
	case list.Craft:
		return false
	}
	return true
}

// Compare scores a subject against all names of an entry and gives the best score with its explanation.
func (c *Config) Compare(p *Prepared, e *list.Entry) Score {
	if !Comparable(p.Organisation, e.Kind) {
		return Score{}
	}
	var best Score
	for _, n := range e.Names {
		r := c.read(n.Text, p.Organisation)
		if s := c.compare(p, e, n, &r); s.Points > best.Points {
			best = s
		}
	}
	return best
}

// compare scores a subject against one name of an entry.
func (c *Config) compare(p *Prepared, e *list.Entry, n list.Name, r *reading) Score {
	al := c.align(&p.reading, r)
	points := c.points(&al)
	if points == 0 {
		return Score{}
	}
	s := Score{Matched: n.Text, Parts: []Part{{PartName, points, al.explain()}}}
	if n.Weak {
		s.Parts = append(s.Parts, Part{PartWeak, c.weights.Weak, "the publisher calls this alias weak"})
	}
	if !p.Organisation {
		s.Parts = append(s.Parts, c.birth(p.Birth, e.Births)...)
	}
	s.Parts = append(s.Parts, c.country(p, e.Countries)...)
	for _, part := range s.Parts {
		s.Points += part.Points
	}
	s.Points = min(max(s.Points, 0), Perfect)
	return s
}

// explain words an alignment: "nicolas = nicolas, madura ~ maduro (8400), moros is only in the list".
func (al *alignment) explain() string {
	var out []string
	for _, p := range al.pairs {
		a, b := textOf(al.a, p.a, p.lenA), textOf(al.b, p.b, p.lenB)
		switch {
		case p.credit == Perfect:
			out = append(out, a+" = "+b)
		case p.initial:
			out = append(out, fmt.Sprintf("%s may be short for %s (%d)", a, b, p.credit))
		default:
			out = append(out, fmt.Sprintf("%s ~ %s (%d)", a, b, p.credit))
		}
	}
	onlyA, _ := left(al.a, &al.usedA)
	onlyB, _ := left(al.b, &al.usedB)
	for _, w := range onlyA {
		out = append(out, w.text+" is not in the list's name")
	}
	for _, w := range onlyB {
		out = append(out, w.text+" is only in the list's name")
	}
	return strings.Join(out, ", ")
}

func textOf(r *reading, at, n int) string {
	text := r.words[at].text
	if n == 2 {
		text += " " + r.words[at+1].text
	}
	return text
}

// birth compares a date of birth with those of an entry; the best one counts. No part where one side knows none.
func (c *Config) birth(b list.Birth, of []list.Birth) []Part {
	if b.Year == 0 || len(of) == 0 {
		return nil
	}
	best := Part{Code: PartBirth, Points: -Perfect - 1}
	for _, e := range of {
		if points, how := c.birthPoints(b, e); points > best.Points {
			best.Points, best.Text = points, fmt.Sprintf("born %s, the list says %s: %s", b, e, how)
		}
	}
	return []Part{best}
}

func (c *Config) birthPoints(b, e list.Birth) (int, string) {
	w := &c.weights.Birth
	from, to := e.Year, max(e.Year, e.ToYear)
	if b.Circa || e.Circa {
		from, to = from-2, to+2
	}
	away := 0
	switch {
	case b.Year < from:
		away = from - b.Year
	case b.Year > to:
		away = b.Year - to
	}
	full := from == to && b.Month > 0 && b.Day > 0 && e.Month > 0 && e.Day > 0
	agree := 0
	for _, same := range []bool{away == 0, b.Month == e.Month, b.Day == e.Day} {
		if same {
			agree++
		}
	}
	switch {
	case full && agree == 3:
		return w.Same, "the same"
	case full && away == 0 && b.Month == e.Day && b.Day == e.Month:
		return w.Swapped, "day and month change places"
	case full && agree == 2 && away <= 10:
		return w.Near, "all but one of day, month and year"
	case away > 10:
		return w.Far, "far apart"
	case away > 1:
		return w.Other, "different years"
	case full:
		return w.Off, "different days"
	case away == 1:
		return w.Near, "a year apart"
	}
	return w.Year, "the same as far as known"
}

// country compares countries; one in common is enough. No part where one side knows none.
func (c *Config) country(p *Prepared, of []string) []Part {
	if len(p.Countries) == 0 || len(of) == 0 {
		return nil
	}
	for _, code := range p.Countries {
		if slices.Contains(of, code) {
			return []Part{{PartCountry, c.weights.Country.Same, code + " in common"}}
		}
	}
	points := c.weights.Country.Other
	if p.Organisation {
		points = c.weights.Country.Organisation
	}
	return []Part{{PartCountry, points, strings.Join(p.Countries, " ") + " is none of " + strings.Join(of[:min(len(of), 8)], " ")}}
}
