package field

import (
	"iter"
	"strconv"
	"strings"
)

// Fields are the named values of a request, or of an object within it, in the order they were sent. Names match exactly.
// The zero Fields has none.
type Fields struct {
	members []member
	index   map[string]int // only beyond indexFrom members: most requests have a handful
}

type member struct {
	name  string
	value Value
}

// indexFrom is the number of members from which a map finds names faster than looking at each.
const indexFrom = 16

// Len counts the fields.
func (f Fields) Len() int { return len(f.members) }

// All walks the fields in the order they were sent.
func (f Fields) All() iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) {
		for _, m := range f.members {
			if !yield(m.name, m.value) {
				return
			}
		}
	}
}

// Get gives a field by its exact name; a Value of kind Absent when it was not sent.
func (f Fields) Get(name string) Value {
	if i := f.find(name); i >= 0 {
		return f.members[i].value
	}
	return Value{}
}

func (f Fields) find(name string) int {
	if f.index != nil {
		if i, ok := f.index[name]; ok {
			return i
		}
		return -1
	}
	for i := range f.members {
		if f.members[i].name == name {
			return i
		}
	}
	return -1
}

// add puts a field behind the others and says whether its name was new.
func (f *Fields) add(name string, v Value) bool {
	if f.find(name) >= 0 {
		return false
	}
	f.members = append(f.members, member{name, v})
	switch {
	case f.index != nil:
		f.index[name] = len(f.members) - 1
	case len(f.members) == indexFrom:
		f.index = make(map[string]int, 2*indexFrom)
		for i, m := range f.members {
			f.index[m.name] = i
		}
	}
	return true
}

// Path gives a value by its path: "bank_account.bank_name", "people.0.role".
func (f Fields) Path(path string) Value {
	name, rest, deeper := strings.Cut(path, ".")
	v := f.Get(name)
	for deeper {
		name, rest, deeper = strings.Cut(rest, ".")
		v = v.child(name)
	}
	return v
}

// child gives a member of an object, or an element of an array by its number.
func (v Value) child(name string) Value {
	if v.kind == Object {
		return v.Fields().Get(name)
	}
	items := v.Items()
	if i, err := strconv.Atoi(name); err == nil && i >= 0 && i < len(items) {
		return items[i]
	}
	return Value{}
}

// Has says whether the field was sent with a value; null and blank strings count as absent.
func (f Fields) Has(name string) bool { return f.Get(name).kind > Null }

// String gives the text of a string or number, "" when there is none.
func (f Fields) String(name string) string { return f.Get(name).Text() }

// Strings gives the texts of an array of strings, without its other elements. A single string counts as an array of
// one, since a query can hardly say the difference.
func (f Fields) Strings(name string) []string {
	v := f.Get(name)
	if v.kind == String {
		return []string{v.text}
	}
	var texts []string
	for _, item := range v.Items() {
		if item.kind == String {
			texts = append(texts, item.text)
		}
	}
	return texts
}

// Int gives an integer field; see [Value.Int].
func (f Fields) Int(name string) (int64, bool) { return f.Get(name).Int() }

// Bool gives a boolean field; see [Value.Bool].
func (f Fields) Bool(name string) (value, ok bool) { return f.Get(name).Bool() }

// Decimal gives an amount as plain decimal text; see [Value.Decimal].
func (f Fields) Decimal(name string) (string, bool) { return f.Get(name).Decimal() }

// Object gives the members of an object field.
func (f Fields) Object(name string) Fields { return f.Get(name).Fields() }

// File gives an uploaded file, nil when the field is none.
func (f Fields) File(name string) *Upload { return f.Get(name).Upload() }
