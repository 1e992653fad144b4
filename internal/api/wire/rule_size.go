package wire

import (
	"cmp"
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"

	"rampa/internal/api/wire/field"
	"rampa/internal/api/wire/php"
)

// sizeRule makes min, max and size: amounts where a rule says that the field is a number, items of an array, kilobytes
// of a file, and otherwise code points.
func sizeRule(word string, accepts func(order int) bool) func(string) (rule, error) {
	return func(parameter string) (rule, error) {
		limit, err := newSizeLimit(parameter)
		if err != nil {
			return rule{}, err
		}
		return rule{
			check:   func(s subject) bool { return accepts(s.compareSize(limit)) },
			message: func(s subject) string { return text(sizeText(word, s.measure(), parameter))(s) },
		}, nil
	}
}

// sizeLimit is the parameter of a size rule. Counts of characters and items are compared as machine integers where it is
// one too, because they are checked on every request.
type sizeLimit struct {
	number  php.Number
	count   int64
	isCount bool
}

func newSizeLimit(parameter string) (sizeLimit, error) {
	number, ok := php.ParseNumber(parameter)
	if !ok || !number.Bounded() {
		return sizeLimit{}, errors.New("no number")
	}
	count, isCount := php.Integer(parameter)
	return sizeLimit{number, count, isCount}, nil
}

func (l sizeLimit) compareCount(n int) int {
	if l.isCount {
		return cmp.Compare(int64(n), l.count)
	}
	number, _ := php.ParseNumber(strconv.Itoa(n))
	return number.Compare(l.number)
}

// compareSize compares the size of the value with limit.
func (s subject) compareSize(limit sizeLimit) int {
	if s.rules.numeric {
		if n, ok := s.value.AsNumber(); ok {
			return n.Compare(limit.number)
		}
	}
	switch s.value.Kind() {
	case field.Array:
		return limit.compareCount(len(s.value.Items()))
	case field.Object:
		return limit.compareCount(s.value.Fields().Len())
	case field.File:
		return kilobytes(len(s.value.Upload().Bytes)).Compare(limit.number)
	}
	return limit.compareCount(utf8.RuneCountInString(s.value.Cast()))
}

// kilobytes is n/1024 exactly: ten binary digits make ten decimal ones.
func kilobytes(n int) php.Number {
	const inTenths = 9_765_625 // 10^10 / 1024
	number, _ := php.ParseNumber(strconv.Itoa(n/1024) + "." + pad10(n%1024*inTenths))
	return number
}

func pad10(n int) string {
	digits := strconv.Itoa(n)
	return strings.Repeat("0", 10-len(digits)) + digits
}

// measure is the word that Laravel chooses a size message by.
func (s subject) measure() string {
	switch {
	case s.rules.numeric:
		return "numeric"
	case s.rules.array:
		return "array"
	case s.value.Kind() == field.File:
		return "file"
	}
	return "string"
}

// sizeTexts are the size messages behind "The … field", % standing for the limit.
var sizeTexts = map[string]map[string]string{
	"min": {
		"numeric": "must be at least %.",
		"string":  "must be at least % characters.",
		"array":   "must have at least % items.",
		"file":    "must be at least % kilobytes.",
	},
	"max": {
		"numeric": "must not be greater than %.",
		"string":  "must not be greater than % characters.",
		"array":   "must not have more than % items.",
		"file":    "must not be greater than % kilobytes.",
	},
	"size": {
		"numeric": "must be %.",
		"string":  "must be % characters.",
		"array":   "must contain % items.",
		"file":    "must be % kilobytes.",
	},
	"gt": {
		"numeric": "must be greater than %.",
		"string":  "must be greater than % characters.",
		"array":   "must have more than % items.",
		"file":    "must be greater than % kilobytes.",
	},
}

func sizeText(word, measure, limit string) string {
	return strings.Replace(sizeTexts[word][measure], "%", limit, 1)
}

// gtRule accepts numbers above the limit, and nothing else: it fails beside numeric on "abc". A number counts as an
// amount here even without a numeric rule.
func gtRule(parameter string) (rule, error) {
	limit, err := newSizeLimit(parameter)
	if err != nil {
		return rule{}, err
	}
	return rule{
		check: func(s subject) bool {
			n, ok := s.value.AsNumber()
			return ok && n.Compare(limit.number) > 0
		},
		message: func(s subject) string {
			measure := s.measure()
			if _, ok := s.value.AsNumber(); ok {
				measure = "numeric"
			}
			return text(sizeText("gt", measure, parameter))(s)
		},
	}, nil
}

// decimalRule accepts numbers without exponent that have so many digits behind the point: "2", or "0,2" from and to.
func decimalRule(parameter string) (rule, error) {
	low, high, isRange := strings.Cut(parameter, ",")
	least, err := strconv.Atoi(low)
	if err != nil {
		return rule{}, err
	}
	most, shown := least, low
	if isRange {
		if most, err = strconv.Atoi(high); err != nil {
			return rule{}, err
		}
		shown = low + "-" + high
	}
	return rule{
		check: func(s subject) bool {
			n, ok := php.Decimals(scalar(s.value))
			return ok && isNumeric(s.value) && n >= least && n <= most
		},
		message: text("must have " + shown + " decimal places."),
	}, nil
}
