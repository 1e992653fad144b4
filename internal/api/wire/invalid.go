package wire

import (
	"cmp"
	"slices"
	"strconv"
)

// Invalid is Laravel's 422 answer: the failing fields in the order of declaration, each with its messages in the order of
// its rules. Handlers make one themselves for what rules cannot say (a tax number's check digit): NewInvalid, then Add.
type Invalid struct {
	fields []invalidField
}

type invalidField struct {
	name     string
	messages []string
}

// NewInvalid makes an answer of one message.
func NewInvalid(field, message string) *Invalid { return (&Invalid{}).Add(field, message) }

// Add puts a message behind the others of its field and gives the answer back. The same message is told once.
func (i *Invalid) Add(field, message string) *Invalid {
	for n := range i.fields {
		if i.fields[n].name == field {
			i.fields[n].add(message)
			return i
		}
	}
	i.fields = append(i.fields, invalidField{field, []string{message}})
	return i
}

func (f *invalidField) add(message string) {
	if !slices.Contains(f.messages, message) {
		f.messages = append(f.messages, message)
	}
}

// Messages gives the messages of a field.
func (i *Invalid) Messages(field string) []string {
	for _, f := range i.fields {
		if f.name == field {
			return f.messages
		}
	}
	return nil
}

// Summary is the first message of the first field, and how many more there are.
func (i *Invalid) Summary() string {
	if len(i.fields) == 0 {
		return "The given data was invalid."
	}
	more := -1
	for _, f := range i.fields {
		more += len(f.messages)
	}
	first := i.fields[0].messages[0]
	switch more {
	case 0:
		return first
	case 1:
		return first + " (and 1 more error)"
	}
	return first + " (and " + strconv.Itoa(more) + " more errors)"
}

// Error names the failing fields only, so that a log shows nothing of what the partner sent.
func (i *Invalid) Error() string {
	text := "validation failed:"
	for _, f := range i.fields {
		text += " " + f.name
	}
	return text
}

// MarshalJSON writes {"message":…,"errors":{field:[…]}} with the fields in order.
func (i *Invalid) MarshalJSON() ([]byte, error) {
	b := append([]byte(`{"message":`), quote(i.Summary())...)
	b = append(b, `,"errors":{`...)
	for n, f := range i.fields {
		if n > 0 {
			b = append(b, ',')
		}
		b = append(append(b, quote(f.name)...), ':', '[')
		for m, message := range f.messages {
			if m > 0 {
				b = append(b, ',')
			}
			b = append(b, quote(message)...)
		}
		b = append(b, ']')
	}
	return append(b, '}', '}'), nil
}

// InOrder gives the answer with its fields in the order in which rules declare them; others stand behind, as they were added.
func (i *Invalid) InOrder(rules Rules) *Invalid {
	place := make(map[string]int, len(rules))
	for n, r := range rules {
		place[r[0]] = n
	}
	at := func(f invalidField) int {
		if n, ok := place[f.name]; ok {
			return n
		}
		return len(rules)
	}
	slices.SortStableFunc(i.fields, func(a, b invalidField) int { return cmp.Compare(at(a), at(b)) })
	return i
}
