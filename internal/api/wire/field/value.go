package field

import (
	"iter"
	"strings"

	"rampa/internal/api/wire/php"
)

// Kind is what a value was on the wire. The kinds stay apart because Laravel's rules tell them apart: 7 is no string
// and "7" is an integer.
type Kind uint8

// The kinds of a value.
const (
	Absent Kind = iota // the field was not sent
	Null               // null, or a string that was empty after trimming
	String
	Number
	Bool
	Array
	Object
	File // a file part of a multipart form
)

// Value is one decoded value. Numbers keep the text they were written with; no float exists anywhere.
type Value struct {
	kind Kind
	text string // a string's text, a number's text, "true" or "false"
	more *compound
}

// compound is what does not fit a plain Value, kept apart so that a Value stays small.
type compound struct {
	items  []Value
	fields Fields
	file   *Upload
}

// Upload is a file part. Its name and content type are the sender's claims: look at the bytes before believing either.
type Upload struct {
	Name        string
	ContentType string
	Bytes       []byte
}

// Kind tells what the value is.
func (v Value) Kind() Kind { return v.kind }

// Text gives the text of a string, or of a number exactly as it was written; "" for every other kind.
func (v Value) Text() string {
	if v.kind == String || v.kind == Number {
		return v.text
	}
	return ""
}

// Items gives the elements of an array.
func (v Value) Items() []Value {
	if v.kind != Array || v.more == nil {
		return nil
	}
	return v.more.items
}

// Fields gives the members of an object.
func (v Value) Fields() Fields {
	if v.kind != Object || v.more == nil {
		return Fields{}
	}
	return v.more.fields
}

// Upload gives the file of a file part, nil for every other kind.
func (v Value) Upload() *Upload {
	if v.kind != File || v.more == nil {
		return nil
	}
	return v.more.file
}

// Int reads an integer as Laravel's integer rule does: 7, "7", 7.0 and true (1) are integers, "007" and 7.5 are not.
func (v Value) Int() (int64, bool) { return php.Integer(v.Cast()) }

// Bool reads a boolean as Laravel's boolean rule does: true, false, 1, 0, "1", "0".
func (v Value) Bool() (value, ok bool) {
	switch {
	case v.kind == Bool:
		return v.text == "true", true
	case v.kind == Number && v.text == "-0": // PHP reads it as the integer 0
		return false, true
	case v.kind == String || v.kind == Number:
		return v.text == "1", v.text == "1" || v.text == "0"
	}
	return false, false
}

// Decimal reads an exact decimal and writes it plainly ("1e5" gives "100000"). It refuses what is not a number, what is
// out of bounds (1e400, 40 digits, more than 18 decimals) and minus zero: none of them is an amount.
func (v Value) Decimal() (string, bool) {
	n, ok := v.AsNumber()
	if !ok || !n.Bounded() || n.NegativeZero() {
		return "", false
	}
	return n.Plain(), true
}

// AsNumber reads what PHP's is_numeric accepts: a number, or a string that looks like one.
func (v Value) AsNumber() (php.Number, bool) {
	if v.kind != String && v.kind != Number {
		return php.Number{}, false
	}
	return php.ParseNumber(v.text)
}

// Cast gives the value as PHP's (string) does; "" for null, arrays and files.
func (v Value) Cast() string {
	switch v.kind {
	case String:
		return v.text
	case Bool:
		if v.text == "true" {
			return "1"
		}
	case Number:
		if !strings.ContainsAny(v.text, ".eE") {
			if i, ok := php.Integer(v.text); ok {
				if i == 0 {
					return "0"
				}
				return v.text
			}
		}
		if n, ok := php.ParseNumber(v.text); ok {
			return n.FloatText()
		}
	}
	return ""
}

// Elements walks an array's elements by their numbers, an object's members by their names: PHP makes no difference.
func (v Value) Elements() iter.Seq2[string, Value] {
	if v.kind == Object {
		return v.Fields().All()
	}
	return func(yield func(string, Value) bool) {
		for i, item := range v.Items() {
			if !yield(itoa(i), item) {
				return
			}
		}
	}
}

// Blank says whether the value is a string of nothing but ASCII white space, which only an untrimmed password can be.
func (v Value) Blank() bool { return v.kind == String && strings.Trim(v.text, " \t\n\r\v\x00") == "" }

// Empty says whether Laravel's required rule refuses the value: absent, null, a blank string, an empty array or object.
func (v Value) Empty() bool {
	switch v.kind {
	case Absent, Null:
		return true
	case String:
		return v.Blank()
	case Array:
		return len(v.Items()) == 0
	case Object:
		return v.Fields().Len() == 0
	}
	return false
}

// HasControl says whether a control character hides in the value or anywhere below it.
func (v Value) HasControl() bool {
	switch v.kind {
	case String:
		return php.HasControl(v.text)
	case Array:
		for _, item := range v.Items() {
			if item.HasControl() {
				return true
			}
		}
	case Object:
		for name, item := range v.Fields().All() {
			if php.HasControl(name) || item.HasControl() {
				return true
			}
		}
	}
	return false
}
