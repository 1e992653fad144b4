package list

import (
	"strconv"
	"strings"
)

// readEU reads the consolidated list of the European Union: the FSF export, version 1.1.
func readEU(w *walker, root *node) (*List, error) {
	var all collector
	err := w.walk(map[string]func(*node) error{
		"sanctionentity": func(n *node) error { return all.add(euEntry(n), n.place()) },
	})
	if err != nil {
		return nil, err
	}
	return all.list(EUXML, parsePublished(root.attr("generationDate")))
}

func euEntry(n *node) Entry {
	e := Entry{ID: firstOf(n.attr("euReferenceNumber"), n.attr("logicalId"), n.attr("unitedNationId"))}
	for _, t := range n.all("subjectType") {
		e.Kind = euKind(t.attr("code"), t.attr("classificationCode"))
	}
	for _, a := range n.all("nameAlias") {
		whole := firstOf(a.attr("wholeName"), joinNames(a.attr("firstName"), a.attr("middleName"), a.attr("lastName")))
		e.Names = append(e.Names, Name{whole, strings.EqualFold(a.attr("strong"), "false")})
	}
	for _, b := range n.all("birthdate") {
		if birth, ok := euBirth(b); ok {
			e.Births = append(e.Births, birth)
		}
	}
	for _, name := range []string{"citizenship", "address"} {
		for _, c := range n.all(name) {
			e.Countries = append(e.Countries, firstOf(Country(c.attr("countryIso2Code")), Country(c.attr("countryDescription"))))
		}
	}
	for _, r := range n.all("regulation") {
		e.Programs = append(e.Programs, r.attr("programme"))
	}
	return e
}

func euKind(code, class string) Kind {
	switch {
	case strings.EqualFold(code, "person"), strings.EqualFold(class, "P"):
		return Person
	case strings.EqualFold(code, "enterprise"), strings.EqualFold(code, "entity"), strings.EqualFold(class, "E"):
		return Organisation
	case strings.EqualFold(code, "vessel"), strings.EqualFold(code, "aircraft"), strings.EqualFold(class, "V"):
		return Craft
	}
	return ""
}

// euBirth reads a birthdate, which says the same in several attributes of which some are missing. Dates of other calendars
// are given in ours as well, or not at all.
func euBirth(n *node) (Birth, bool) {
	if calendar := n.attr("calendarType"); calendar != "" && !strings.EqualFold(calendar, "GREGORIAN") {
		return Birth{}, false
	}
	number := func(name string) int {
		i, _ := strconv.Atoi(n.attr(name)) // 0 is "not known"
		return i
	}
	circa := strings.EqualFold(n.attr("circa"), "true")
	from, to := number("yearRangeFrom"), number("yearRangeTo")
	b, ok := ParseBirth(n.attr("birthdate"))
	switch {
	case ok:
	case number("year") > 0:
		b, ok = newBirth(number("year"), number("monthOfYear"), number("dayOfMonth"))
	case from > 0 || to > 0:
		b, ok = betweenYears(firstOf(from, to), firstOf(to, from))
	}
	b.Circa = circa && ok
	return b, ok
}

func firstOf[T comparable](values ...T) T {
	var zero T
	for _, v := range values {
		if v != zero {
			return v
		}
	}
	return zero
}
