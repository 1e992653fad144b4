package rule

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"rampa/internal/identity"
)

var codePattern = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// loader resolves the layers of a source and gathers everything wrong with it.
type loader struct {
	src  *source
	errs []error
}

func (l *loader) fail(format string, args ...any) {
	l.errs = append(l.errs, fmt.Errorf(format, args...))
}

func (l *loader) label(what, code string, text Text) {
	if !codePattern.MatchString(code) {
		l.fail("%s %q: codes are lower case, digits and _", what, code)
	}
	if !text.Complete() {
		l.fail("%s %s: a label in es, en and pt is wanted", what, code)
	}
}

// catalogues checks what stands before the countries: papers, document types, identifiers and kinds.
func (l *loader) catalogues() {
	if l.src.Version != 1 {
		l.fail("version %d is not known", l.src.Version)
	}
	for code, text := range l.src.Documents {
		l.label("document", code, text)
	}
	for code, id := range l.src.Identifiers {
		l.label("Identifier", code, id.Label())
	}
	seen := map[string]bool{}
	for _, item := range l.src.Items {
		l.label("item", item.Code, item.Label)
		if !item.Hint.Complete() || seen[item.Code] {
			l.fail("item %s: a hint in es, en and pt is wanted, once", item.Code)
		}
		seen[item.Code] = true
		l.accepted("item "+item.Code, item.Accepts)
	}
	for name, kind := range l.src.Kinds {
		where := "kind " + name
		if !slices.Contains([]string{OwnersHolders, OwnersBoard, OwnersSelf}, kind.Owners) || kind.Board < 0 {
			l.fail("%s: owners are holders, board or self, and board is a count", where)
		}
		l.layer(where, kind.layer)
		if len(kind.Fields) != len(FieldNames()) || len(kind.Items) != len(seen) {
			l.fail("%s: every field and every item must be decided", where)
		}
	}
}

func (l *loader) accepted(where string, types []string) {
	if len(types) == 0 {
		l.fail("%s: no document satisfies it", where)
	}
	for _, code := range types {
		if _, ok := l.src.Documents[code]; !ok {
			l.fail("%s: document %q is unknown", where, code)
		}
	}
}

// layer checks that a layer speaks only of fields, papers and codes that exist.
func (l *loader) layer(where string, y layer) {
	field := func(name string) {
		if !slices.Contains(FieldNames(), name) {
			l.fail("%s: field %q is unknown", where, name)
		}
	}
	item := func(code string) {
		if !slices.ContainsFunc(l.src.Items, func(i Item) bool { return i.Code == code }) {
			l.fail("%s: item %q is unknown", where, code)
		}
	}
	for name, rule := range y.Fields {
		field(name)
		always := name == "legal_name" || name == "legal_form"
		if !slices.Contains([]string{Required, Optional, Hidden}, rule) || always && rule != Required {
			l.fail("%s: field %s cannot be %q", where, name, rule)
		}
	}
	for code, rule := range y.Items {
		item(code)
		if !slices.Contains([]string{Required, Optional, Hidden, IfEntities, IfByPower}, rule) {
			l.fail("%s: item %s cannot be %q", where, code, rule)
		}
	}
	for code, types := range y.Papers {
		item(code)
		l.accepted(where+": item "+code, types)
	}
	for code, hint := range y.Hints {
		item(code)
		if !hint.Complete() {
			l.fail("%s: the hint of %s is wanted in es, en and pt", where, code)
		}
	}
	for name, code := range y.Labels {
		field(name)
		if _, ok := l.src.Identifiers[code]; !ok {
			l.fail("%s: Identifier %q is unknown", where, code)
		}
	}
	for name, scheme := range y.Schemes {
		field(name)
		if scheme != noScheme && identity.Example(identity.Scheme(scheme)) == "" {
			l.fail("%s: scheme %q is unknown", where, scheme)
		}
	}
}

// country resolves the forms of one country, with those that every country has.
func (l *loader) country(code string, src countrySource) *Country {
	l.layer(code, src.layer)
	out := &Country{Code: code, names: map[string]*Form{}}
	forms := slices.Clone(src.Forms)
	if code != "default" {
		forms = append(forms, slices.DeleteFunc(slices.Clone(l.src.Default.Forms), func(f formSource) bool { return !f.Everywhere })...)
	}
	for _, raw := range forms {
		where := code + " " + raw.Code
		l.label("form", raw.Code, raw.Label)
		l.layer(where, raw.layer)
		kind, ok := l.src.Kinds[raw.Kind]
		if !ok {
			l.fail("%s: kind %q is unknown", where, raw.Kind)
			continue
		}
		f := l.resolve(code, kind, src.layer, raw)
		out.Forms = append(out.Forms, f)
		for _, name := range namesOf(raw) {
			if other, taken := out.names[name]; taken && other != f {
				l.fail("%s: %q already means %s", where, name, other.Code)
			}
			out.names[name] = f
		}
	}
	if out.names[Other] == nil {
		l.fail("%s: the form %q is wanted", code, Other)
	}
	return out
}

// resolve lays kind, country and form on each other.
func (l *loader) resolve(country string, kind kindSource, of layer, raw formSource) *Form {
	f := &Form{
		Code: raw.Code, Kind: raw.Kind, Label: raw.Label, Owners: kind.Owners, Board: kind.Board,
		Fields: maps.Clone(kind.Fields), Items: maps.Clone(kind.Items),
		Papers: map[string][]string{}, Hints: map[string]Text{}, Labels: map[string]string{}, Schemes: map[string]string{},
	}
	if raw.Board != nil {
		f.Board = *raw.Board
	}
	for _, item := range l.src.Items {
		f.Papers[item.Code], f.Hints[item.Code] = item.Accepts, item.Hint
	}
	registration, tax := identity.CompanySchemes(country)
	f.Schemes["registration_number"], f.Schemes["tax_id"], f.Schemes["lei"] = string(registration), string(tax), string(identity.LEI)
	for _, name := range []string{"registration_number", "tax_id", "vat_number", "lei"} {
		f.Labels[name] = name
	}
	overlay(f.Fields, unlessHidden(of.Fields, kind.Fields), raw.Fields)
	overlay(f.Items, unlessHidden(of.Items, kind.Items), raw.Items)
	overlay(f.Papers, kind.Papers, of.Papers, raw.Papers)
	overlay(f.Hints, kind.Hints, of.Hints)
	for _, item := range l.src.Items { // other papers than the country's: its hint would mislead
		if types, own := raw.Papers[item.Code]; own && !slices.Equal(types, of.Papers[item.Code]) {
			f.Hints[item.Code] = item.Hint
		}
	}
	overlay(f.Hints, raw.Hints)
	overlay(f.Labels, kind.Labels, of.Labels, raw.Labels)
	overlay(f.Schemes, kind.Schemes, of.Schemes, raw.Schemes)
	maps.DeleteFunc(f.Schemes, func(_, scheme string) bool { return scheme == noScheme || scheme == "" })
	return f
}

func overlay[V any](base map[string]V, layers ...map[string]V) {
	for _, y := range layers {
		maps.Copy(base, y)
	}
}

// unlessHidden drops what the kind hides: a country speaks of its usual company, not of every kind.
func unlessHidden(country, kind map[string]string) map[string]string {
	out := maps.Clone(country)
	maps.DeleteFunc(out, func(key, _ string) bool { return kind[key] == Hidden })
	return out
}

// namesOf is everything a form is known by, folded: its code, its aliases, and its labels whole, without the brackets and
// by what stands in them.
func namesOf(raw formSource) []string {
	names := append([]string{raw.Code}, raw.Aliases...)
	for _, label := range []string{raw.Label.ES, raw.Label.EN, raw.Label.PT} {
		names = append(names, label)
		if before, rest, ok := strings.Cut(label, "("); ok {
			inside, _, _ := strings.Cut(rest, ")")
			names = append(names, before, inside)
		}
	}
	for i, name := range names {
		names[i] = Fold(name)
	}
	slices.Sort(names)
	return slices.DeleteFunc(slices.Compact(names), func(s string) bool { return s == "" })
}
