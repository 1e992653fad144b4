package list

import (
	"strings"
	"time"
)

// readOFAC reads sdn.xml and consolidated.xml of the US Office of Foreign Assets Control.
func readOFAC(w *walker) (*List, error) {
	var all collector
	var published time.Time
	err := w.walk(map[string]func(*node) error{
		"publshinformation": func(n *node) error { // sic
			published = parsePublished(n.get("Publish_Date"))
			return nil
		},
		"publishinformation": func(n *node) error {
			published = parsePublished(n.get("Publish_Date"))
			return nil
		},
		"sdnentry": func(n *node) error { return all.add(ofacEntry(n), n.place()) },
	})
	if err != nil {
		return nil, err
	}
	return all.list(OFACXML, published)
}

func ofacEntry(n *node) Entry {
	e := Entry{ID: n.get("uid"), Kind: ofacKind(n.get("sdnType")), Programs: n.texts("programList", "program")}
	e.Names = append(e.Names, Name{Text: joinNames(n.get("firstName"), n.get("lastName"))})
	for _, aka := range n.all("akaList", "aka") {
		e.Names = append(e.Names, Name{joinNames(aka.get("firstName"), aka.get("lastName")), strings.EqualFold(aka.get("category"), "weak")})
	}
	for _, text := range n.texts("dateOfBirthList", "dateOfBirthItem", "dateOfBirth") {
		if b, ok := ParseBirth(text); ok {
			e.Births = append(e.Births, b)
		}
	}
	for _, path := range [][]string{{"nationalityList", "nationality", "country"}, {"citizenshipList", "citizenship", "country"}, {"addressList", "address", "country"}} {
		for _, text := range n.texts(path...) {
			e.Countries = append(e.Countries, Country(text))
		}
	}
	if flag := n.get("vesselInfo", "vesselFlag"); flag != "" {
		e.Countries = append(e.Countries, Country(flag))
	}
	return e
}

func ofacKind(s string) Kind {
	switch strings.ToLower(cleanText(s)) {
	case "individual":
		return Person
	case "vessel", "aircraft":
		return Craft
	}
	return Organisation
}
