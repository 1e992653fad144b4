// Package rule reads what is asked of a company, per country and legal form, from the requirement engine's one data file:
// it checks that file strictly and lays its layers on each other. It must not know a company's file, its checks or its pages.
package rule

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Set is the data file, checked and resolved. It is read-only and safe for concurrent use.
type Set struct {
	Items       []Item // in the order of the form
	Documents   map[string]Text
	Identifiers map[string]Identifier
	countries   map[string]*Country
	fallback    *Country
}

// Text is one text in the languages of the form.
type Text struct{ ES, EN, PT string }

// In gives the text in lang ("es", "en", "pt"); English for any other.
func (t Text) In(lang string) string {
	switch lang {
	case "es":
		return t.ES
	case "pt":
		return t.PT
	}
	return t.EN
}

// Complete tells whether no language is missing.
func (t Text) Complete() bool { return t.ES != "" && t.EN != "" && t.PT != "" }

// Item is a paper that may be asked for.
type Item struct {
	Code      string
	Label     Text
	Hint      Text
	Accepts   []string // document types that satisfy it where nothing more is said
	PerPerson bool     `yaml:"per_person"`
}

// Identifier is the local name of a number, and how one looks.
type Identifier struct {
	ES, EN, PT string
	Example    string
}

// Label gives the name in all languages.
func (i Identifier) Label() Text { return Text{i.ES, i.EN, i.PT} }

// The rules of a field or a paper.
const (
	Required   = "required"
	Optional   = "optional"
	Hidden     = "hidden"
	IfEntities = "if_entities" // required when another company stands among the owners, hidden otherwise
	IfByPower  = "if_by_power" // required when a representative acts by power of attorney, optional otherwise
)

// How the people behind a company are found.
const (
	OwnersHolders = "holders" // by their shares
	OwnersBoard   = "board"   // nobody owns it: the board controls it
	OwnersSelf    = "self"    // a sole trader
)

// Other is the catch-all form that every country has.
const Other = "other"

// FieldNames are the inputs of the company step in the order of the form.
func FieldNames() []string {
	return []string{"legal_name", "trade_name", "legal_form", "registration_number", "tax_id", "vat_number", "lei", "incorporation_date", "website"}
}

// Country is the legal forms of a country in the order of the file, and the folded names by which each is found.
type Country struct {
	Code  string // "default" for the rules of every country that is not listed
	Forms []*Form
	names map[string]*Form
}

// Form is one legal form in one country: all layers laid on each other.
type Form struct {
	Code, Kind string
	Label      Text
	Owners     string
	Board      int                 // people to name who manage it
	Fields     map[string]string   // field → rule
	Items      map[string]string   // paper → rule
	Papers     map[string][]string // paper → document types
	Hints      map[string]Text     // paper → hint
	Labels     map[string]string   // field → identifier
	Schemes    map[string]string   // field → identity scheme; absent for free text
}

// Country gives the rules of a country: its own or the strict default.
func (s *Set) Country(code string) *Country {
	if c, ok := s.countries[code]; ok {
		return c
	}
	return s.fallback
}

// Form gives the rules of a form; those of the catch-all form while none, or an unknown one, is chosen.
func (c *Country) Form(code string) *Form {
	for _, f := range c.Forms {
		if f.Code == code {
			return f
		}
	}
	return c.names[Other]
}

// Find gives a form by its code, a label or an alias, however written.
func (c *Country) Find(name string) (*Form, bool) {
	f, ok := c.names[Fold(name)]
	return f, ok
}

// Fold drops what people write differently: case, accents, spaces, dots and other signs.
func Fold(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, norm.NFKD.String(s))
}
