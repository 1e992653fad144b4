package field

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// The bounds of a JSON body besides its size. The number of values is bounded because a value costs sixteen times the
// two bytes that "0," takes on the wire.
const (
	maxDepth  = 32
	maxValues = 65_536
)

// DecodeJSON reads a JSON body (RFC 8259) strictly: it refuses, with ErrMalformed, syntax errors, more than 32 levels,
// trailing data, a name twice in one object, invalid UTF-8, a byte order mark, an escaped lone surrogate or NUL. An
// empty body, an array and a scalar have no fields. Strings come trimmed as Laravel does; see normalize.
func DecodeJSON(body []byte) (Fields, error) {
	p := jsonParser{s: string(body)}
	if !utf8.ValidString(p.s) {
		return Fields{}, malformed("invalid UTF-8", 0)
	}
	p.space()
	if p.i == len(p.s) {
		return Fields{}, nil
	}
	v, err := p.value()
	if err != nil {
		return Fields{}, err
	}
	p.space()
	if p.i != len(p.s) {
		return Fields{}, malformed("trailing data", p.i)
	}
	f := v.Fields()
	normalize(f)
	return f, nil
}

// malformed says what was wrong and where, for the log: the partner gets the code alone.
func malformed(reason string, at int) error {
	return ErrMalformed.Because(errors.New(reason + " at byte " + itoa(at)))
}

func itoa(n int) string { return strconv.Itoa(n) }

// jsonParser walks over the text. Strings without escapes are slices of it, so that decoding hardly allocates.
type jsonParser struct {
	s      string
	i      int
	depth  int
	values int
}

func (p *jsonParser) space() {
	for p.i < len(p.s) {
		switch p.s[p.i] {
		case ' ', '\t', '\n', '\r':
			p.i++
		default:
			return
		}
	}
}

// peek gives the next byte, 0 at the end (a raw NUL is no token either).
func (p *jsonParser) peek() byte {
	if p.i < len(p.s) {
		return p.s[p.i]
	}
	return 0
}

func (p *jsonParser) value() (Value, error) {
	if p.values++; p.values > maxValues {
		return Value{}, ErrTooLarge.Because(errors.New("more than " + itoa(maxValues) + " values"))
	}
	switch c := p.peek(); {
	case c == '"':
		text, err := p.text()
		return Value{kind: String, text: text}, err
	case c == '{':
		return p.nested(p.object)
	case c == '[':
		return p.nested(p.array)
	case c == '-' || (c >= '0' && c <= '9'):
		return p.number()
	case p.word("null"):
		return Value{kind: Null}, nil
	case p.word("true"):
		return Value{kind: Bool, text: "true"}, nil
	case p.word("false"):
		return Value{kind: Bool, text: "false"}, nil
	}
	return Value{}, malformed("no value", p.i)
}

func (p *jsonParser) word(w string) bool {
	if strings.HasPrefix(p.s[p.i:], w) {
		p.i += len(w)
		return true
	}
	return false
}

// nested reads an array or object one level deeper.
func (p *jsonParser) nested(read func() (Value, error)) (Value, error) {
	if p.depth++; p.depth > maxDepth {
		return Value{}, malformed("too deep", p.i)
	}
	p.i++
	p.space()
	v, err := read()
	p.depth--
	return v, err
}

func (p *jsonParser) object() (Value, error) {
	v := Value{kind: Object}
	if p.peek() == '}' {
		p.i++
		return v, nil
	}
	v.more = &compound{fields: Fields{members: make([]member, 0, 4)}}
	for {
		at := p.i
		if p.peek() != '"' {
			return Value{}, malformed("no name", p.i)
		}
		name, err := p.text()
		if err != nil {
			return Value{}, err
		}
		p.space()
		if p.peek() != ':' {
			return Value{}, malformed("no colon", p.i)
		}
		p.i++
		p.space()
		item, err := p.value()
		if err != nil {
			return Value{}, err
		}
		if !v.more.fields.add(name, item) {
			return Value{}, malformed("a name twice", at)
		}
		if done, err := p.next('}'); done || err != nil {
			return v, err
		}
	}
}

func (p *jsonParser) array() (Value, error) {
	v := Value{kind: Array}
	if p.peek() == ']' {
		p.i++
		return v, nil
	}
	v.more = &compound{}
	for {
		item, err := p.value()
		if err != nil {
			return Value{}, err
		}
		v.more.items = append(v.more.items, item)
		if done, err := p.next(']'); done || err != nil {
			return v, err
		}
	}
}

// next takes the closing byte (done) or a comma.
func (p *jsonParser) next(closing byte) (done bool, err error) {
	p.space()
	switch p.peek() {
	case closing:
		p.i++
		return true, nil
	case ',':
		p.i++
		p.space()
		return false, nil
	}
	return false, malformed("neither comma nor end", p.i)
}

// number takes the grammar's number and keeps its text.
func (p *jsonParser) number() (Value, error) {
	start := p.i
	if p.peek() == '-' {
		p.i++
	}
	ok := p.peek() == '0'
	if ok {
		p.i++
	} else {
		ok = p.digits()
	}
	if ok && p.peek() == '.' {
		p.i++
		ok = p.digits()
	}
	if ok && p.peek()|0x20 == 'e' {
		p.i++
		if c := p.peek(); c == '+' || c == '-' {
			p.i++
		}
		ok = p.digits()
	}
	if !ok {
		return Value{}, malformed("no number", p.i)
	}
	return Value{kind: Number, text: p.s[start:p.i]}, nil
}

func (p *jsonParser) digits() bool {
	start := p.i
	for c := p.peek(); c >= '0' && c <= '9'; c = p.peek() {
		p.i++
	}
	return p.i > start
}

// text takes a string, quotes included.
func (p *jsonParser) text() (string, error) {
	p.i++
	start := p.i
	for p.i < len(p.s) {
		switch c := p.s[p.i]; {
		case c == '"':
			p.i++
			return p.s[start : p.i-1], nil
		case c == '\\':
			return p.escaped(start)
		case c < 0x20:
			return "", malformed("control character", p.i)
		}
		p.i++
	}
	return "", malformed("unfinished string", p.i)
}

// escaped goes on with a string whose first escape stands at p.i.
func (p *jsonParser) escaped(start int) (string, error) {
	var b strings.Builder
	b.WriteString(p.s[start:p.i])
	for p.i < len(p.s) {
		switch c := p.s[p.i]; {
		case c == '"':
			p.i++
			return b.String(), nil
		case c == '\\':
			r, err := p.escape()
			if err != nil {
				return "", err
			}
			b.WriteRune(r)
		case c < 0x20:
			return "", malformed("control character", p.i)
		default:
			b.WriteByte(c)
			p.i++
		}
	}
	return "", malformed("unfinished string", p.i)
}

// escape takes one escape sequence, a surrogate pair as one.
func (p *jsonParser) escape() (rune, error) {
	p.i++
	c := p.peek()
	p.i++
	switch c {
	case '"', '\\', '/':
		return rune(c), nil
	case 'b':
		return '\b', nil
	case 'f':
		return '\f', nil
	case 'n':
		return '\n', nil
	case 'r':
		return '\r', nil
	case 't':
		return '\t', nil
	case 'u':
		return p.unicode()
	}
	return 0, malformed("unknown escape", p.i-1)
}

// unicode takes the digits of \uXXXX, and the second half where they are the first of a pair.
func (p *jsonParser) unicode() (rune, error) {
	r, ok := p.hex()
	if !ok || r == 0 {
		return 0, malformed("bad or NUL escape", p.i)
	}
	if !utf16.IsSurrogate(r) {
		return r, nil
	}
	if !p.word(`\u`) {
		return 0, malformed("lone surrogate", p.i)
	}
	second, ok := p.hex()
	if r = utf16.DecodeRune(r, second); !ok || r == utf8.RuneError {
		return 0, malformed("lone surrogate", p.i)
	}
	return r, nil
}

func (p *jsonParser) hex() (rune, bool) {
	if p.i+4 > len(p.s) {
		return 0, false
	}
	var r rune
	for _, c := range []byte(p.s[p.i : p.i+4]) {
		switch {
		case c >= '0' && c <= '9':
			r = r<<4 | rune(c-'0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			r = r<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	p.i += 4
	return r, true
}
