// Package match tells how alike two names are, across scripts, spellings, order and typos, with dates of birth and countries
// as evidence, and finds the entries of a list that resemble a name. It counts in basis points and whole numbers only, so that
// the same names under the same Config give the same score on every machine. It is pure: it must not know where lists come
// from nor what a score leads to.
package match

import "rampa/internal/screening/list"

// Perfect is the score of names that are the same.
const Perfect = 10_000

// Subject is whoever is looked for.
type Subject struct {
	Name         string
	Organisation bool
	Birth        list.Birth // zero: not known
	Countries    []string   // ISO 3166-1 alpha-2
}

// Score is how likely a subject is an entry, with the reasons.
type Score struct {
	Points  int // basis points, 0 to Perfect
	Matched string
	Parts   []Part
}

// Part is one reason: what it is about, what it adds or takes away, and the words for an operator.
type Part struct {
	Code   string // "name", "weak_alias", "birth_date", "country"
	Points int
	Text   string
}

// Parts' codes.
const (
	PartName    = "name"
	PartWeak    = "weak_alias"
	PartBirth   = "birth_date"
	PartCountry = "country"
)
