// Package list reads sanctions and PEP lists as their publishers write them, recognised by content: OFAC's SDN list as XML and
// as CSV, the consolidated lists of the EU and of the UN as XML, and a simple CSV. It is pure: it must not know where lists
// are kept nor whom they are compared with.
package list

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"rampa/internal/errs"
)

// Revision counts the changes of these readers that make other entries of the same file.
const Revision = 1

// The formats.
const (
	OFACXML = "ofac-xml"
	OFACCSV = "ofac-csv"
	EUXML   = "eu-xml"
	UNXML   = "un-xml"
	CSV     = "csv"
)

// Kind is what an entry names. The zero Kind is unknown: the list does not say.
type Kind string

// The kinds.
const (
	Person       Kind = "person"
	Organisation Kind = "organisation"
	Craft        Kind = "craft" // a vessel or an aircraft
)

// Category is what being on a list means.
type Category string

// The categories.
const (
	Sanctions Category = "sanctions"
	PEP       Category = "pep"
)

// Entry is one person, organisation or craft of a list.
type Entry struct {
	ID        string // as the list counts: OFAC's uid, the EU's and the UN's reference number
	Kind      Kind
	Category  Category // "": the list's own
	Names     []Name   // the first one is the primary name; at least one
	Births    []Birth
	Countries []string // ISO 3166-1 alpha-2: nationalities, citizenships, addresses
	Programs  []string
}

// Name is a name or alias as written. A weak one is of little worth alone: the publisher says so.
type Name struct {
	Text string
	Weak bool
}

// List is a file that was read whole.
type List struct {
	Format      string
	PublishedAt time.Time // zero: the file does not say
	Entries     []Entry
}

const (
	maxBytes    = 1 << 29 // of a file
	maxEntries  = 2_000_000
	maxText     = 2_000 // runes of a name
	maxPerEntry = 2_000 // names, dates or countries of an entry
)

// codeUnreadable is the code of every error about a list's content.
const codeUnreadable = "list_unreadable"

// Unreadable is what the readers answer for a file that they refuse; compare with errors.Is.
var Unreadable = errs.New(errs.Invalid, codeUnreadable, "The list cannot be read.")

// place is where in a file something stands.
type place struct {
	line    int
	element string // "<sdnEntry>", `column "type"`; "" for none
}

func (p place) errorf(format string, args ...any) error {
	at := fmt.Sprintf("line %d", p.line)
	if p.element != "" {
		at += ", " + p.element
	}
	return errs.New(errs.Invalid, codeUnreadable, "The list cannot be read: "+at+": "+fmt.Sprintf(format, args...)+". Nothing was changed.")
}

func refuse(format string, args ...any) error {
	return errs.New(errs.Invalid, codeUnreadable, "The list cannot be read: "+fmt.Sprintf(format, args...)+". Nothing was changed.")
}

// collector gathers the entries of a file and makes them uniform.
type collector struct {
	entries []Entry
	ids     map[string]int
}

// add checks and takes an entry in.
func (c *collector) add(e Entry, at place) error {
	if len(c.entries) >= maxEntries {
		return at.errorf("more than %d entries", maxEntries)
	}
	e.Names = cleanNames(e.Names)
	switch {
	case len(e.Names) == 0:
		return at.errorf("an entry without a name")
	case len(e.Names) > maxPerEntry || len(e.Births) > maxPerEntry || len(e.Countries) > maxPerEntry:
		return at.errorf("an entry with more than %d names, dates or countries", maxPerEntry)
	}
	for _, n := range e.Names {
		if utf8.RuneCountInString(n.Text) > maxText {
			return at.errorf("a name of more than %d characters", maxText)
		}
	}
	e.Births = unique(e.Births)
	e.Countries = unique(e.Countries)
	e.Programs = unique(e.Programs)
	c.identify(&e)
	c.entries = append(c.entries, e)
	return nil
}

// identify makes sure that an entry has an id of its own that is the same in the list's next version.
func (c *collector) identify(e *Entry) {
	if c.ids == nil {
		c.ids = map[string]int{}
	}
	if e.ID = strings.Join(strings.Fields(e.ID), " "); e.ID == "" || len(e.ID) > 100 {
		digest := sha256.Sum256([]byte(e.Names[0].Text))
		e.ID = "name-" + hex.EncodeToString(digest[:8])
	}
	base := e.ID
	for c.ids[e.ID] > 0 {
		c.ids[base]++
		e.ID = fmt.Sprintf("%s#%d", base, c.ids[base])
	}
	c.ids[e.ID]++
}

// list closes the file.
func (c *collector) list(format string, published time.Time) (*List, error) {
	if len(c.entries) == 0 {
		return nil, refuse("it has no entries, and an empty list would switch screening off")
	}
	return &List{Format: format, PublishedAt: published, Entries: c.entries}, nil
}

// cleanNames drops what is empty or written twice, the strong ones first where a text is both.
func cleanNames(names []Name) []Name {
	at := map[string]int{}
	var out []Name
	for _, n := range names {
		n.Text = cleanText(n.Text)
		if n.Text == "" {
			continue
		}
		if i, ok := at[n.Text]; ok {
			out[i].Weak = out[i].Weak && n.Weak
			continue
		}
		at[n.Text] = len(out)
		out = append(out, n)
	}
	return out
}

// cleanText makes one line of a text, without signs that do not print. OFAC's "-0-" stands for nothing.
func cleanText(s string) string {
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r <= ' ' || r == 0xA0 || r == 0xFEFF || r == 0x7F }), " ")
	switch s {
	case "-0-", "-", "--", "n/a", "N/A", "na":
		return ""
	}
	return s
}

func joinNames(parts ...string) string {
	kept := parts[:0:0]
	for _, p := range parts {
		if p = cleanText(p); p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, " ")
}

func unique[T comparable](values []T) []T {
	var out []T
	var zero T
	for _, v := range values {
		if v != zero && !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

// Birth is a date of birth as far as it is known. ToYear differs from Year for "between" and "1950s".
type Birth struct {
	Year, ToYear int
	Month, Day   int // 0: not known
	Circa        bool
}

// String writes a Birth as ISO 8601 does, as far as it is known: "1962-11-23", "1962", "1960/1965", "~1960".
func (b Birth) String() string {
	s := fmt.Sprintf("%04d", b.Year)
	switch {
	case b.ToYear > b.Year:
		s += fmt.Sprintf("/%04d", b.ToYear)
	case b.Month > 0 && b.Day > 0:
		s += fmt.Sprintf("-%02d-%02d", b.Month, b.Day)
	case b.Month > 0:
		s += fmt.Sprintf("-%02d", b.Month)
	}
	if b.Circa {
		return "~" + s
	}
	return s
}

func newBirth(year, month, day int) (Birth, bool) {
	b := Birth{Year: year, ToYear: year, Month: month, Day: day}
	if year < 1800 || year > 2200 {
		return Birth{}, false
	}
	if month < 1 || month > 12 {
		b.Month, b.Day = 0, 0
	} else if last := time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day(); day < 1 || day > last {
		b.Day = 0
	}
	return b, true
}

func betweenYears(from, to int) (Birth, bool) {
	b, ok := newBirth(min(from, to), 0, 0)
	b.ToYear = cmp.Or(max(from, to), b.Year)
	return b, ok && b.ToYear <= 2200
}
