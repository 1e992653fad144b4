package list

import (
	"errors"
	"io"
	"regexp"
	"strings"
	"time"
)

// The columns of sdn.csv, and of its companions alt.csv and add.csv.
const (
	ofacColumns = 12 // ent_num, name, type, program, title, call sign, vessel type, tonnage, GRT, flag, owner, remarks
	altColumns  = 5  // ent_num, alt_num, type, name, remarks
	addColumns  = 6  // ent_num, add_num, address, city, country, remarks
)

func readOFACTable(t *table, first []string, companions []io.Reader) (*List, error) {
	more := additions{names: map[string][]Name{}, countries: map[string][]string{}}
	for _, c := range companions {
		if err := more.read(c); err != nil {
			return nil, err
		}
	}
	var all collector
	for row, err := first, error(nil); ; row, err = t.next() {
		switch {
		case errors.Is(err, io.EOF):
			return all.list(OFACCSV, time.Time{})
		case err != nil:
			return nil, err
		case strings.EqualFold(row[0], "ent_num"):
			continue
		case !isOFACRow(row, ofacColumns):
			return nil, t.place("").errorf("a row of sdn.csv has %d columns and begins with a number, this one has %d", ofacColumns, len(row))
		}
		e := Entry{ID: row[0], Kind: ofacKind(row[2]), Names: []Name{{Text: uncomma(row[1], ofacKind(row[2]))}}}
		for _, program := range strings.FieldsFunc(row[3], func(r rune) bool { return strings.ContainsRune("[];", r) }) {
			e.Programs = append(e.Programs, cleanText(program))
		}
		for _, alias := range more.names[e.ID] {
			e.Names = append(e.Names, Name{uncomma(alias.Text, e.Kind), alias.Weak})
		}
		e.Countries = append(more.countries[e.ID], Country(row[9]))
		readRemarks(&e, row[11])
		if err := all.add(e, t.place("name")); err != nil {
			return nil, err
		}
	}
}

// uncomma turns "MADURO MOROS, Nicolas" round. Names of organisations keep their commas.
func uncomma(name string, kind Kind) string {
	last, first, found := strings.Cut(name, ",")
	if !found || kind != Person {
		return name
	}
	return joinNames(first, last)
}

// additions are what the companion files know, by ent_num.
type additions struct {
	names     map[string][]Name
	countries map[string][]string
}

func (a *additions) read(r io.Reader) error {
	in, isXML, err := open(r)
	if err != nil {
		return err
	}
	if isXML {
		return refuse("a companion of sdn.csv is a CSV as well")
	}
	t, err := openTable(in)
	if err != nil {
		return err
	}
	for {
		row, err := t.next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case strings.EqualFold(row[0], "ent_num"):
		case isOFACRow(row, altColumns):
			a.names[row[0]] = append(a.names[row[0]], Name{Text: row[3], Weak: strings.Contains(strings.ToLower(row[4]), "weak")})
		case isOFACRow(row, addColumns):
			a.countries[row[0]] = append(a.countries[row[0]], Country(row[4]))
		default:
			return t.place("").errorf("a row of alt.csv has %d columns, one of add.csv %d, this one has %d", altColumns, addColumns, len(row))
		}
	}
}

// alias finds names in remarks: a.k.a. 'EL VIEJO'. OFAC writes there only those that its XML calls weak.
var alias = regexp.MustCompile(`(?i)\b[anf]\.?k\.?a\.?\s*['"‘“]([^;]*?)['"’”](?:[;.,)\s]|$)`)

// readRemarks takes dates of birth, nationalities and aliases from the remarks of an entry:
// "DOB 23 Nov 1962; POB Caracas, Venezuela; citizen Venezuela; alt. DOB 1961; a.k.a. 'EL VIEJO'."
func readRemarks(e *Entry, remarks string) {
	for _, part := range strings.Split(remarks, ";") {
		word, value, _ := strings.Cut(strings.TrimSuffix(strings.TrimSpace(part), "."), " ")
		if strings.EqualFold(word, "alt.") {
			word, value, _ = strings.Cut(value, " ")
		}
		switch strings.ToLower(word) {
		case "dob":
			if b, ok := ParseBirth(value); ok {
				e.Births = append(e.Births, b)
			}
		case "citizen", "nationality":
			e.Countries = append(e.Countries, Country(value))
		}
	}
	for _, m := range alias.FindAllStringSubmatch(remarks, 20) {
		e.Names = append(e.Names, Name{Text: m[1], Weak: true})
	}
}
