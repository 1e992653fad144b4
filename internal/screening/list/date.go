package list

import (
	"strconv"
	"strings"
	"time"
	"unicode"
)

var months = map[string]int{
	"jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9, "oct": 10, "nov": 11, "dec": 12,
	"january": 1, "february": 2, "march": 3, "april": 4, "june": 6, "july": 7, "august": 8, "september": 9, "october": 10, "november": 11, "december": 12,
	"ene": 1, "abr": 4, "ago": 8, "dic": 12, "enero": 1, "febrero": 2, "marzo": 3, "abril": 4, "mayo": 5, "junio": 6, "julio": 7, "agosto": 8,
	"septiembre": 9, "octubre": 10, "noviembre": 11, "diciembre": 12,
}

// ParseBirth reads a date of birth as lists and people write it: 1962-11-23, 23 Nov 1962, Nov 1962, 23/11/1962, 1962, circa 1962,
// 1960 to 1965, between 1960 and 1965, 1950s. Days come before months where both are numbers, unless the year comes first.
func ParseBirth(s string) (Birth, bool) {
	text, _, _ := strings.Cut(strings.ToLower(s), "t00:")
	words := strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	var d dateWords
	for i, w := range words {
		d.take(i, w)
	}
	b, ok := d.birth()
	b.Circa = d.circa && ok
	return b, ok
}

// dateWords are the parts of a date in the order in which they are written.
type dateWords struct {
	years, numbers []int
	month          int
	circa, decade  bool
	yearFirst      bool
}

func (d *dateWords) take(at int, word string) {
	if m := months[word]; m > 0 && d.month == 0 {
		d.month = m
		return
	}
	switch word {
	case "circa", "c", "ca", "approximately", "approx", "about", "around", "aprox":
		d.circa = true
		return
	}
	digits := strings.TrimRightFunc(word, unicode.IsLetter)
	n, err := strconv.Atoi(digits)
	switch {
	case err != nil:
	case len(digits) == 8: // 19621123
		d.years, d.numbers, d.yearFirst = append(d.years, n/10000), append(d.numbers, n/100%100, n%100), true
	case len(digits) == 4:
		d.years, d.yearFirst = append(d.years, n), d.yearFirst || at == 0
		d.decade = d.decade || strings.HasSuffix(word, "s")
	case len(digits) <= 2:
		d.numbers = append(d.numbers, n)
	}
}

func (d *dateWords) birth() (Birth, bool) {
	switch {
	case len(d.years) == 0:
		return Birth{}, false
	case len(d.years) > 1 && len(d.numbers) == 0:
		return betweenYears(d.years[0], d.years[1])
	case d.decade:
		return betweenYears(d.years[0], d.years[0]+9)
	case d.month > 0 && len(d.numbers) > 0:
		return newBirth(d.years[0], d.month, d.numbers[0])
	case d.month > 0:
		return newBirth(d.years[0], d.month, 0)
	case len(d.numbers) == 0:
		return newBirth(d.years[0], 0, 0)
	case len(d.numbers) == 1:
		return newBirth(d.years[0], d.numbers[0], 0)
	}
	day, month := d.numbers[0], d.numbers[1]
	if d.yearFirst || month > 12 {
		day, month = month, day
	}
	return newBirth(d.years[0], month, day)
}

// parsePublished reads when a file was published: ISO 8601, or month/day/year as OFAC writes it.
func parsePublished(s string) time.Time {
	s = strings.TrimSpace(s)
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02", "01/02/2006", "1/2/2006", "02 Jan 2006"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}
