package wire

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"rampa/internal/api/wire/field"
	"rampa/internal/api/wire/php"
	"rampa/internal/identity"
)

// newRule makes one rule ready. The messages are Laravel 11's English texts.
func newRule(word, parameter string) (rule, error) {
	if r, ok := plainRules[word]; ok {
		if parameter != "" {
			return rule{}, fmt.Errorf("rule %s takes no parameter", word)
		}
		return r, nil
	}
	build, ok := parameterRules[word]
	switch {
	case !ok:
		return rule{}, fmt.Errorf("unknown rule %q", word)
	case parameter == "":
		return rule{}, fmt.Errorf("rule %s needs a parameter", word)
	}
	r, err := build(parameter)
	if err != nil {
		return rule{}, fmt.Errorf("rule %s:%s: %w", word, parameter, err)
	}
	return r, nil
}

// plainRules are the rules without parameters.
var plainRules = map[string]rule{
	"required": {implicit: true, check: func(s subject) bool { return !s.value.Empty() }, message: text("is required.")},
	"string": {
		check:   func(s subject) bool { return s.value.Kind() == field.String && !php.HasControl(s.value.Text()) },
		message: text("must be a string."),
	},
	"email": {
		check: func(s subject) bool {
			return s.value.Kind() == field.String && !php.HasControl(s.value.Text()) && identity.ValidEmail(s.value.Text())
		},
		message: text("must be a valid email address."),
	},
	"integer": {check: func(s subject) bool { _, ok := s.value.Int(); return ok }, message: text("must be an integer.")},
	"numeric": {check: func(s subject) bool { return isNumeric(s.value) }, message: text("must be a number.")},
	"amount":  {check: func(s subject) bool { return isAmount(s.value) }, message: text("must be a number.")},
	"boolean": {check: func(s subject) bool { _, ok := s.value.Bool(); return ok }, message: text("must be true or false.")},
	"array": {
		check: func(s subject) bool {
			return (s.value.Kind() == field.Array || s.value.Kind() == field.Object) && !s.value.HasControl()
		},
		message: text("must be an array."),
	},
	"file": {check: func(s subject) bool { return s.value.Kind() == field.File }, message: text("must be a file.")},
	"url": {
		check:   func(s subject) bool { return s.value.Kind() == field.String && php.URL(s.value.Text()) },
		message: text("must be a valid URL."),
	},
	"uuid": {
		check:   func(s subject) bool { return s.value.Kind() == field.String && php.UUID(s.value.Text()) },
		message: text("must be a valid UUID."),
	},
	"date": {
		check: func(s subject) bool {
			d, ok := php.ParseDate(scalar(s.value))
			return ok && d.Real
		},
		message: text("must be a valid date."),
	},
}

// parameterRules make the rules with parameters.
var parameterRules = map[string]func(string) (rule, error){
	"min":              sizeRule("min", func(order int) bool { return order >= 0 }),
	"max":              sizeRule("max", func(order int) bool { return order <= 0 }),
	"size":             sizeRule("size", func(order int) bool { return order == 0 }),
	"gt":               gtRule,
	"decimal":          decimalRule,
	"in":               inRule,
	"regex":            regexRule,
	"date_format":      dateFormatRule,
	"before":           beforeRule,
	"required_if":      requiredIfRule,
	"required_with":    requiredWithRule,
	"required_without": requiredWithoutRule,
}

// text makes a message that depends on the field alone.
func text(rest string) func(subject) string {
	return func(s subject) string { return "The " + s.rules.label + " field " + rest }
}

// isNumeric says whether PHP's is_numeric accepts the value and it lies within the numbers that we read.
func isNumeric(v field.Value) bool {
	n, ok := v.AsNumber()
	return ok && n.Bounded()
}

// scalar gives the text of a string or number as PHP casts it; "" for the rest, which no rule on texts accepts.
func scalar(v field.Value) string {
	if v.Kind() == field.String || v.Kind() == field.Number {
		return v.Cast()
	}
	return ""
}

// inRule accepts the listed values. PHP compares loosely, so "1.0" is in:1; an array must have listed elements only.
func inRule(parameter string) (rule, error) {
	values := strings.Split(parameter, ",")
	return rule{
		check: func(s subject) bool {
			switch s.value.Kind() {
			case field.Array, field.Object:
				if !s.rules.array {
					return false
				}
				for _, item := range s.value.Elements() {
					if item.Kind() >= field.Array || !slices.Contains(values, item.Cast()) {
						return false
					}
				}
				return true
			case field.File:
				return false
			}
			return slices.ContainsFunc(values, func(v string) bool { return looselyEqual(v, s.value.Cast()) })
		},
		message: func(s subject) string { return "The selected " + s.rules.label + " is invalid." },
	}, nil
}

// looselyEqual is PHP's == on two strings: as numbers where both are numbers.
func looselyEqual(a, b string) bool {
	if a == b {
		return true
	}
	n, ok := php.ParseNumber(a)
	if !ok {
		return false
	}
	m, ok := php.ParseNumber(b)
	return ok && n.Compare(m) == 0
}

// regexRule reads a PHP pattern, delimiters and the modifiers i, u, s, m included. The pattern cannot hold "|", which
// separates rules: write a class or an in rule instead.
func regexRule(parameter string) (rule, error) {
	end := strings.LastIndexByte(parameter, parameter[0])
	if end < 1 {
		return rule{}, errors.New("no closing delimiter")
	}
	pattern, modifiers := parameter[1:end], strings.ReplaceAll(parameter[end+1:], "u", "")
	if strings.Trim(modifiers, "ism") != "" {
		return rule{}, errors.New("unknown modifier")
	}
	if modifiers != "" {
		pattern = "(?" + modifiers + ")" + pattern
	}
	re, err := regexp.Compile(pattern)
	if err != nil {
		return rule{}, err
	}
	return rule{
		check: func(s subject) bool {
			return (s.value.Kind() == field.String || s.value.Kind() == field.Number) &&
				!php.HasControl(s.value.Text()) && re.MatchString(s.value.Cast())
		},
		message: text("format is invalid."),
	}, nil
}

// requiredIfRule is required where another field has one of the values.
func requiredIfRule(parameter string) (rule, error) {
	other, list, ok := strings.Cut(parameter, ",")
	if !ok {
		return rule{}, errors.New("needs a field and its values")
	}
	values := strings.Split(list, ",")
	return rule{
		implicit: true,
		check: func(s subject) bool {
			return !s.value.Empty() || !slices.ContainsFunc(values, func(word string) bool {
				return equalsWord(s.fields.Path(other), word)
			})
		},
		message: func(s subject) string {
			return text("is required when " + label(other) + " is " + shown(s.fields.Path(other)) + ".")(s)
		},
	}, nil
}

// equalsWord compares with a value of required_if: true, false and null are words there, the rest compares loosely.
func equalsWord(v field.Value, word string) bool {
	switch v.Kind() {
	case field.Bool:
		return shown(v) == word
	case field.Null:
		return word == "null"
	case field.String, field.Number:
		return looselyEqual(word, v.Cast())
	}
	return false
}

// shown is how a message names a value.
func shown(v field.Value) string {
	switch v.Kind() {
	case field.Bool:
		if yes, _ := v.Bool(); yes {
			return "true"
		}
		return "false"
	case field.Absent, field.Null:
		return "empty"
	}
	return v.Cast()
}

func requiredWithRule(parameter string) (rule, error) {
	others := strings.Split(parameter, ",")
	given := func(f field.Fields, other string) bool { return !f.Path(other).Empty() }
	return rule{
		implicit: true,
		check: func(s subject) bool {
			return !s.value.Empty() || !slices.ContainsFunc(others, func(o string) bool { return given(s.fields, o) })
		},
		message: text("is required when " + labels(others) + " is present."),
	}, nil
}

func requiredWithoutRule(parameter string) (rule, error) {
	others := strings.Split(parameter, ",")
	missing := func(f field.Fields, other string) bool { return f.Path(other).Empty() }
	return rule{
		implicit: true,
		check: func(s subject) bool {
			return !s.value.Empty() || !slices.ContainsFunc(others, func(o string) bool { return missing(s.fields, o) })
		},
		message: text("is required when " + labels(others) + " is not present."),
	}, nil
}

// label is how messages name a field.
func label(name string) string { return strings.ReplaceAll(name, "_", " ") }

func labels(names []string) string { return label(strings.Join(names, " / ")) }
