package list

import (
	"strconv"
	"strings"
)

// readUN reads the consolidated list of the United Nations Security Council.
func readUN(w *walker, root *node) (*List, error) {
	var all collector
	err := w.walk(map[string]func(*node) error{
		"individual": func(n *node) error { return all.add(unEntry(n, Person, "INDIVIDUAL_"), n.place()) },
		"entity":     func(n *node) error { return all.add(unEntry(n, Organisation, "ENTITY_"), n.place()) },
	})
	if err != nil {
		return nil, err
	}
	return all.list(UNXML, parsePublished(root.attr("dateGenerated")))
}

func unEntry(n *node, kind Kind, prefix string) Entry {
	e := Entry{ID: firstOf(n.get("REFERENCE_NUMBER"), n.get("DATAID")), Kind: kind, Programs: n.texts("UN_LIST_TYPE")}
	e.Names = append(e.Names,
		Name{Text: joinNames(n.get("FIRST_NAME"), n.get("SECOND_NAME"), n.get("THIRD_NAME"), n.get("FOURTH_NAME"), n.get("FIFTH_NAME"))},
		Name{Text: n.get("NAME_ORIGINAL_SCRIPT")})
	for _, a := range n.all(prefix + "ALIAS") {
		weak := strings.EqualFold(a.get("QUALITY"), "low")
		for _, text := range strings.Split(a.get("ALIAS_NAME"), ";") {
			e.Names = append(e.Names, Name{text, weak})
		}
	}
	for _, b := range n.all(prefix + "DATE_OF_BIRTH") {
		if birth, ok := unBirth(b); ok {
			e.Births = append(e.Births, birth)
		}
	}
	for _, path := range [][]string{{"NATIONALITY", "VALUE"}, {"NATIONALITY2"}, {prefix + "ADDRESS", "COUNTRY"}} {
		for _, text := range n.texts(path...) {
			e.Countries = append(e.Countries, Country(text))
		}
	}
	return e
}

// unBirth reads a date of birth: exact, approximate, or between two years.
func unBirth(n *node) (Birth, bool) {
	circa := strings.HasPrefix(strings.ToLower(n.get("TYPE_OF_DATE")), "approx")
	from, _ := strconv.Atoi(n.get("FROM_YEAR")) // 0 is "not known"
	to, _ := strconv.Atoi(n.get("TO_YEAR"))
	b, ok := ParseBirth(n.get("DATE"))
	if !ok {
		b, ok = ParseBirth(n.get("YEAR"))
	}
	if !ok && (from > 0 || to > 0) {
		b, ok = betweenYears(firstOf(from, to), firstOf(to, from))
	}
	b.Circa = b.Circa || circa && ok
	return b, ok
}
