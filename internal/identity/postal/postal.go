// Package postal is the rules of postal codes by country. Pure functions over strings: it must not know whose address it is.
package postal

import (
	"regexp"
	"strings"
)

// rule is how a country writes its postal codes, without separators, and how they are shown.
type rule struct {
	shape   *regexp.Regexp
	example string
	// split is where a separator stands in the normal form, counted from the end when negative; sep is that separator.
	split int
	sep   string
}

// rules holds the countries where a postal code is always known. Elsewhere it is free and optional: many have none.
// Source: Universal Postal Union, addressing sheets.
var rules = map[string]rule{
	"ES": {shape: regexp.MustCompile(`^(0[1-9]|[1-4]\d|5[0-2])\d{3}$`), example: "28013"},
	"PT": {shape: regexp.MustCompile(`^[1-9]\d{6}$`), example: "1100-148", split: 4, sep: "-"},
	"DE": {shape: regexp.MustCompile(`^\d{5}$`), example: "10115"},
	"FR": {shape: regexp.MustCompile(`^\d{5}$`), example: "75001"},
	"IT": {shape: regexp.MustCompile(`^\d{5}$`), example: "00185"},
	"NL": {shape: regexp.MustCompile(`^[1-9]\d{3}[A-Z]{2}$`), example: "1012 AB", split: 4, sep: " "},
	"GB": {shape: regexp.MustCompile(`^[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}$`), example: "SW1A 1AA", split: -3, sep: " "},
	"US": {shape: regexp.MustCompile(`^\d{5}(\d{4})?$`), example: "10001", split: 5, sep: "-"},
	"MX": {shape: regexp.MustCompile(`^\d{5}$`), example: "06000"},
	"BE": {shape: regexp.MustCompile(`^[1-9]\d{3}$`), example: "1000"},
	"AT": {shape: regexp.MustCompile(`^[1-9]\d{3}$`), example: "1010"},
	"CH": {shape: regexp.MustCompile(`^[1-9]\d{3}$`), example: "8001"},
	"PL": {shape: regexp.MustCompile(`^\d{5}$`), example: "00-001", split: 2, sep: "-"},
	"AD": {shape: regexp.MustCompile(`^AD\d{3}$`), example: "AD500"},
	"BR": {shape: regexp.MustCompile(`^\d{8}$`), example: "01001-000", split: 5, sep: "-"},
	"CA": {shape: regexp.MustCompile(`^[A-Z]\d[A-Z]\d[A-Z]\d$`), example: "K1A 0B1", split: 3, sep: " "},
}

// Example is how a postal code of a country looks; "" where there is no rule and a code may be missing.
func Example(country string) string { return rules[country].example }

// Normal gives a postal code as its country writes it. It comes back unchanged where the country has no rule, and when it is
// none: then ok is false.
func Normal(country, code string) (normal string, ok bool) {
	r, known := rules[country]
	if !known {
		return code, true
	}
	bare := strings.NewReplacer(" ", "", "-", "", ".", "", "\u00a0", "").Replace(strings.ToUpper(code))
	if !r.shape.MatchString(bare) {
		return code, false
	}
	at := r.split
	if at < 0 {
		at += len(bare)
	}
	if at > 0 && at < len(bare) {
		return bare[:at] + r.sep + bare[at:], true
	}
	return bare, true
}
