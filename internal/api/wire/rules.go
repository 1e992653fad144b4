package wire

import (
	"fmt"
	"strings"
	"time"

	"rampa/internal/api/wire/field"
)

// Rules declare what a request must look like, in the order in which errors are told: pairs of a field and its Laravel
// rules, {"email", "required|email|max:254"}. A field may be a path ("bank_account.bank_name") or every element of an
// array ("reasons.*").
//
// As in Laravel, a field without required is not looked at when it is absent, but null is: optional fields need
// nullable.
type Rules [][2]string

// Ruleset is Rules made ready. It is safe for concurrent use.
type Ruleset struct {
	fields []fieldRules
	now    func() time.Time
}

// fieldRules are one field's rules and what the checks ask about them.
type fieldRules struct {
	name  string // as in errors: "company_name"
	label string // as in messages: "company name"
	rules []rule

	each      bool // the name ends in ".*": check every element
	path      bool // the name has dots
	numeric   bool // sizes are amounts
	array     bool // messages about sizes speak of items
	nullable  bool
	sometimes bool
	bail      bool
	format    string // of date_format, which before reads by
}

// rule is one rule made ready: its check, and its message when that fails.
type rule struct {
	implicit bool // runs for absent fields too, and ends the field's checks when it fails
	check    func(subject) bool
	message  func(subject) string
}

// subject is what a check looks at.
type subject struct {
	rules  *fieldRules
	value  field.Value
	fields field.Fields
	now    func() time.Time
}

// MustRules makes rules ready; it panics on a rule that the engine does not know, so keep it in package variables or
// constructors.
func MustRules(rules Rules) *Ruleset {
	set, err := NewRules(rules)
	if err != nil {
		panic(err)
	}
	return set
}

// NewRules makes rules ready, or says which one it does not understand.
func NewRules(rules Rules) (*Ruleset, error) {
	set := &Ruleset{}
	seen := make(map[string]bool)
	for _, declared := range rules {
		if seen[declared[0]] {
			return nil, fmt.Errorf("wire: field %s is declared twice", declared[0])
		}
		seen[declared[0]] = true
		f, err := newFieldRules(declared[0], declared[1])
		if err != nil {
			return nil, fmt.Errorf("wire: field %s: %w", declared[0], err)
		}
		set.fields = append(set.fields, f)
	}
	return set, nil
}

// WithClock gives a copy of the rules whose relative dates (before:today) follow now. Check panics on a relative date
// without a clock.
func (r *Ruleset) WithClock(now func() time.Time) *Ruleset {
	return &Ruleset{fields: r.fields, now: now}
}

func newFieldRules(name, declared string) (fieldRules, error) {
	f := fieldRules{name: name, label: strings.ReplaceAll(name, "_", " ")}
	if base, ok := strings.CutSuffix(name, ".*"); ok {
		f.name, f.each = base, true
	}
	f.path = strings.Contains(f.name, ".")
	parts := strings.Split(declared, "|")
	for _, part := range parts { // what the checks ask about the whole must be known before the first is made
		word, parameter, _ := strings.Cut(part, ":")
		switch word {
		case "numeric", "integer", "decimal", "amount":
			f.numeric = true
		case "array":
			f.array = true
		case "nullable":
			f.nullable = true
		case "sometimes":
			f.sometimes = true
		case "bail":
			f.bail = true
		case "date_format":
			f.format = parameter
		}
	}
	for _, part := range parts {
		word, parameter, _ := strings.Cut(part, ":")
		switch word {
		case "nullable", "sometimes", "bail":
			continue
		}
		r, err := newRule(word, parameter)
		if err != nil {
			return f, err
		}
		f.rules = append(f.rules, r)
	}
	return f, nil
}

// Check gives nil when the fields follow the rules, and otherwise the body of the 422 answer. It returns a plain
// pointer: compare it with nil before making it an error.
func (r *Ruleset) Check(f field.Fields) *Invalid {
	var invalid *Invalid
	for i := range r.fields {
		declared := &r.fields[i]
		s := subject{rules: declared, value: declared.find(f), fields: f, now: r.now}
		if !declared.each {
			invalid = s.check(invalid)
			continue
		}
		for n, item := range s.value.Elements() {
			one := *declared
			one.name += "." + n
			one.label = one.name // Laravel names an element as it stands
			s.rules, s.value = &one, item
			invalid = s.check(invalid)
		}
	}
	return invalid
}

// find gives the value that the rules are about.
func (d *fieldRules) find(f field.Fields) field.Value {
	if d.path {
		return f.Path(d.name)
	}
	return f.Get(d.name)
}

// check runs one field's rules in order and adds what fails to invalid, which may be nil.
func (s subject) check(invalid *Invalid) *Invalid {
	if s.rules.sometimes && s.value.Kind() == field.Absent {
		return invalid
	}
	failed := false
	for _, r := range s.rules.rules {
		if !r.implicit && !s.validatable() {
			continue
		}
		if r.check(s) {
			continue
		}
		failed = true
		invalid = invalid.with(s.rules.name, r.message(s))
		if r.implicit || s.rules.bail {
			return invalid
		}
	}
	if !failed && s.value.HasControl() { // no rule about its type was declared
		invalid = invalid.with(s.rules.name, "The "+s.rules.label+" field must be a string.")
	}
	return invalid
}

// validatable says whether rules that do not imply presence look at the value.
func (s subject) validatable() bool {
	switch s.value.Kind() {
	case field.Absent:
		return false
	case field.Null:
		return !s.rules.nullable
	}
	return !s.value.Blank()
}

// with adds a message to the answer, which it makes when there is none yet. Fields come in order and each once, so it
// looks at the last one only: an array of many bad elements must not cost their square.
func (i *Invalid) with(name, message string) *Invalid {
	if i == nil {
		i = &Invalid{}
	}
	if last := len(i.fields) - 1; last >= 0 && i.fields[last].name == name {
		i.fields[last].add(message)
		return i
	}
	i.fields = append(i.fields, invalidField{name, []string{message}})
	return i
}
