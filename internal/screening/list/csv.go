package list

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"rampa/internal/errs"
)

// readCSV recognises OFAC's SDN list by its twelve columns without a header, and the simple CSV by its header.
func readCSV(in input, companions []io.Reader) (*List, error) {
	t, err := openTable(in)
	if err != nil {
		return nil, err
	}
	first, err := t.next()
	switch {
	case errors.Is(err, io.EOF):
		return nil, refuse("the file is empty")
	case err != nil:
		return nil, err
	case isOFACRow(first, ofacColumns) || len(first) == ofacColumns && strings.EqualFold(first[0], "ent_num"):
		return readOFACTable(t, first, companions)
	case isOFACRow(first, altColumns), isOFACRow(first, addColumns):
		return nil, t.place("").errorf("this is a companion of OFAC's sdn.csv: give it together with that file")
	case len(companions) > 0:
		return nil, refuse("only OFAC's CSV has companion files")
	}
	return readSimple(t, first)
}

// table reads rows of a CSV with whatever separator its first line has most of.
type table struct {
	csv  *csv.Reader
	line int
	row  []string
}

const maxField = 256 << 10

func openTable(in input) (*table, error) {
	head, err := in.Peek(4096)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	line, _, _ := strings.Cut(strings.TrimLeft(string(head), "\r\n"), "\n")
	t := &table{csv: csv.NewReader(&toUTF8{in: in})}
	best := 0
	for _, separator := range ",;\t|" {
		if n := strings.Count(line, string(separator)); n > best {
			t.csv.Comma, best = separator, n
		}
	}
	t.csv.LazyQuotes, t.csv.FieldsPerRecord, t.csv.ReuseRecord = true, -1, true
	return t, nil
}

func (t *table) place(column string) place {
	if column != "" {
		column = "column " + quoted(column)
	}
	return place{t.line, column}
}

// next gives the next row that is not empty, its fields trimmed; valid until the next call.
func (t *table) next() ([]string, error) {
	for {
		row, err := t.csv.Read()
		if errors.Is(err, io.EOF) || errs.KindOf(err) == errs.Invalid {
			return nil, err
		}
		if wrong, ok := errors.AsType[*csv.ParseError](err); ok {
			return nil, place{wrong.Line, ""}.errorf("%v", wrong.Err)
		}
		if err != nil {
			return nil, err
		}
		t.line, _ = t.csv.FieldPos(0)
		t.row = t.row[:0]
		filled := false
		for _, field := range row {
			if len(field) > maxField || strings.ContainsAny(field, "\r\n") {
				return nil, t.place("").errorf("a quote is not closed")
			}
			field = strings.Trim(cleanText(field), "\x1A")
			filled = filled || field != ""
			t.row = append(t.row, field)
		}
		if filled {
			return t.row, nil
		}
	}
}

// toUTF8 gives the lines of a file that may be in UTF-8 or in Windows-1252: a line that is not the one is the other.
type toUTF8 struct {
	in      input
	pending []byte
}

func (u *toUTF8) Read(p []byte) (int, error) {
	for len(u.pending) == 0 {
		line, err := u.in.ReadSlice('\n') // a piece of it where it is longer than the buffer
		if err != nil && len(line) == 0 {
			return 0, err
		}
		if utf8.Valid(line) || len(line) == u.in.Size() && validPiece(line) {
			u.pending = append(u.pending[:0], line...)
			continue
		}
		if u.pending, err = charmap.Windows1252.NewDecoder().Bytes(line); err != nil {
			return 0, err
		}
	}
	n := copy(p, u.pending)
	u.pending = u.pending[n:]
	return n, nil
}

// validPiece tells whether a piece of a long line is UTF-8 but for the characters that its ends cut.
func validPiece(piece []byte) bool {
	for len(piece) > 0 && !utf8.RuneStart(piece[0]) {
		piece = piece[1:]
	}
	for cut := range utf8.UTFMax {
		if len(piece) >= cut && utf8.Valid(piece[:len(piece)-cut]) {
			return true
		}
	}
	return false
}

// simpleColumns are the columns of the simple CSV with what else they may be called.
var simpleColumns = map[string]string{
	"name": "name", "full_name": "name", "aliases": "aliases", "alias": "aliases", "aka": "aliases", "type": "type", "kind": "type", "schema": "type",
	"birth_date": "birth_date", "birthdate": "birth_date", "date_of_birth": "birth_date", "dob": "birth_date",
	"country": "country", "countries": "country", "nationality": "country", "program": "program", "programs": "program", "programme": "program",
	"list_id": "list_id", "id": "list_id", "uid": "list_id", "category": "category", "list_type": "category",
}

func readSimple(t *table, header []string) (*List, error) {
	var columns []string
	for _, h := range header {
		name := strings.ReplaceAll(strings.ToLower(strings.TrimSpace(h)), " ", "_")
		columns = append(columns, simpleColumns[name])
	}
	if !slices.Contains(columns, "name") {
		return nil, t.place("").errorf("the header has no column \"name\": the simple CSV has name,aliases,type,birth_date,country,program,list_id")
	}
	var all collector
	for {
		row, err := t.next()
		if errors.Is(err, io.EOF) {
			return all.list(CSV, time.Time{})
		}
		if err != nil {
			return nil, err
		}
		if len(row) > len(columns) && strings.Join(row[len(columns):], "") != "" {
			return nil, t.place("").errorf("it has %d fields, the header has %d", len(row), len(columns))
		}
		e, err := simpleEntry(t, columns, row)
		if err != nil {
			return nil, err
		}
		if err := all.add(e, t.place("name")); err != nil {
			return nil, err
		}
	}
}

func simpleEntry(t *table, columns, row []string) (e Entry, err error) {
	var aliases []Name
	for i, column := range columns {
		if i >= len(row) || row[i] == "" {
			continue
		}
		switch column {
		case "name":
			e.Names = append(e.Names, Name{Text: row[i]})
		case "aliases":
			for _, alias := range several(row[i]) {
				aliases = append(aliases, Name{Text: alias})
			}
		case "type":
			var known bool
			if e.Kind, known = simpleKind(row[i]); !known {
				return e, t.place(column).errorf("%s is neither person nor company nor vessel", quoted(row[i]))
			}
			if strings.EqualFold(row[i], "pep") {
				e.Category = PEP
			}
		case "category":
			if e.Category, err = ParseCategory(row[i]); err != nil {
				return e, t.place(column).errorf("%s is neither sanctions nor pep", quoted(row[i]))
			}
		case "birth_date":
			for _, text := range several(row[i]) {
				b, ok := ParseBirth(text)
				if !ok {
					return e, t.place(column).errorf("%s is no date of birth: write 1962-11-23, or 1962", quoted(text))
				}
				e.Births = append(e.Births, b)
			}
		case "country":
			for _, text := range several(row[i]) {
				e.Countries = append(e.Countries, Country(text))
			}
		case "program":
			e.Programs = append(e.Programs, several(row[i])...)
		case "list_id":
			e.ID = row[i]
		}
	}
	e.Names = append(e.Names, aliases...)
	return e, nil
}

// ParseCategory reads what being on a list means: sanctions, also when it says nothing, or pep.
func ParseCategory(s string) (Category, error) {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "", "sanctions", "sanction":
		return Sanctions, nil
	case "pep", "peps":
		return PEP, nil
	}
	return "", errs.New(errs.Invalid, "list_type_unknown", fmt.Sprintf("A list is of type sanctions or pep, not %s.", quoted(s)))
}

func several(s string) (out []string) {
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return r == ';' || r == '|' }) {
		if part = cleanText(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

func simpleKind(s string) (Kind, bool) {
	switch strings.ToLower(s) {
	case "person", "individual", "p", "pep", "natural person", "persona":
		return Person, true
	case "company", "entity", "organisation", "organization", "enterprise", "e", "legal person", "legalentity", "empresa":
		return Organisation, true
	case "vessel", "ship", "aircraft":
		return Craft, true
	}
	return "", false
}

// isOFACRow tells a row of OFAC's CSV: a number first, and as many columns as the file has.
func isOFACRow(row []string, columns int) bool {
	if len(row) != columns {
		return false
	}
	_, err := strconv.Atoi(row[0])
	return err == nil
}
