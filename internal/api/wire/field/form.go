package field

import (
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxPairs is the number of pairs a form or query may have, as PHP's max_input_vars.
const maxPairs = 1000

// DecodeForm reads an urlencoded body as PHP does: "a[b]=1" makes an object, "a[]=1" an array, a plain name given twice
// keeps its last value, dots and spaces in a name become "_". Unlike PHP it refuses, with ErrMalformed, a broken escape,
// invalid UTF-8, more than 1,000 pairs and more than 32 levels. Strings come trimmed as Laravel does.
func DecodeForm(query string) (Fields, error) {
	var b formBuilder
	pairs := 0
	for pair := range strings.SplitSeq(query, "&") {
		if pair == "" {
			continue
		}
		if pairs++; pairs > maxPairs {
			return Fields{}, malformed("too many pairs", 0)
		}
		rawName, rawText, _ := strings.Cut(pair, "=")
		name, err := unescape(rawName)
		if err != nil {
			return Fields{}, err
		}
		text, err := unescape(rawText)
		if err != nil {
			return Fields{}, err
		}
		if err := b.set(name, Value{kind: String, text: text}); err != nil {
			return Fields{}, err
		}
	}
	return b.fields(), nil
}

// DecodeQuery reads the query of an URL by the rules of DecodeForm.
func DecodeQuery(rawQuery string) (Fields, error) { return DecodeForm(rawQuery) }

func unescape(s string) (string, error) {
	text, err := url.QueryUnescape(s)
	if err != nil {
		return "", ErrMalformed.Because(err)
	}
	if !utf8.ValidString(text) {
		return "", malformed("invalid UTF-8", 0)
	}
	return text, nil
}

// formBuilder grows PHP's arrays out of names with brackets.
type formBuilder struct{ root formNode }

// formNode is a leaf with a value, or a PHP array: keys in order of arrival and the next number that "[]" takes.
type formNode struct {
	value    Value
	keys     []string
	children map[string]*formNode
	next     int
}

// set puts v under a name such as "a[b][]". A name that is empty without its brackets is dropped, as in PHP.
func (b *formBuilder) set(name string, v Value) error {
	if strings.IndexByte(name, 0) >= 0 {
		return malformed("NUL in a name", 0)
	}
	keys := formKeys(name)
	if len(keys) > maxDepth {
		return malformed("too deep", 0)
	}
	if keys[0] == "" {
		return nil
	}
	node := &b.root
	for _, key := range keys {
		node = node.child(key)
	}
	*node = formNode{value: v}
	return nil
}

// formKeys splits "a[b][]" into "a", "b", "". What follows a closing bracket and is no bracket is ignored; a bracket
// that is never closed is part of the name.
func formKeys(name string) []string {
	name = strings.TrimLeft(name, " ")
	base, rest := name, ""
	if i := strings.IndexByte(name, '['); i > 0 && strings.IndexByte(name[i:], ']') > 0 {
		base, rest = name[:i], name[i:]
	}
	keys := []string{strings.NewReplacer(".", "_", " ", "_", "[", "_").Replace(base)}
	for strings.HasPrefix(rest, "[") {
		end := strings.IndexByte(rest, ']')
		if end < 0 {
			break
		}
		keys = append(keys, strings.TrimLeft(rest[1:end], " \t\r\n"))
		rest = rest[end+1:]
	}
	return keys
}

// child gives the node under key, which makes a leaf into an array and drops its value. The key "" takes the next number.
func (n *formNode) child(key string) *formNode {
	n.value = Value{}
	if key == "" {
		key = strconv.Itoa(n.next)
	}
	if c, ok := n.children[key]; ok {
		return c
	}
	if i, err := strconv.Atoi(key); err == nil && i >= n.next && i < maxPairs*maxPairs && strconv.Itoa(i) == key {
		n.next = i + 1
	}
	if n.children == nil {
		n.children = make(map[string]*formNode)
	}
	c := new(formNode)
	n.children[key] = c
	n.keys = append(n.keys, key)
	return c
}

// tree turns the node into a value: an array where the keys are 0, 1, 2 … in order, an object otherwise.
func (n *formNode) tree() Value {
	if n.children == nil {
		return n.value
	}
	list := true
	for i, key := range n.keys {
		list = list && key == strconv.Itoa(i)
	}
	if !list {
		return Value{kind: Object, more: &compound{fields: n.members()}}
	}
	items := make([]Value, 0, len(n.keys))
	for _, key := range n.keys {
		items = append(items, n.children[key].tree())
	}
	return Value{kind: Array, more: &compound{items: items}}
}

func (n *formNode) members() Fields {
	var f Fields
	for _, key := range n.keys {
		f.add(key, n.children[key].tree())
	}
	return f
}

func (b *formBuilder) fields() Fields {
	f := b.root.members()
	normalize(f)
	return f
}
