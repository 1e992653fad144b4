package reference

import (
	"fmt"
	"iter"
	"strings"

	"gopkg.in/yaml.v3"
)

// document is the OpenAPI file as nodes, which keep the order in which it was written.
type document struct {
	root *yaml.Node
	err  error // the first thing that could not be followed
}

func parse(spec []byte) (*document, error) {
	var n yaml.Node
	if err := yaml.Unmarshal(spec, &n); err != nil {
		return nil, err
	}
	if n.Kind != yaml.DocumentNode || len(n.Content) != 1 || n.Content[0].Kind != yaml.MappingNode {
		return nil, fmt.Errorf("the file is not a YAML mapping")
	}
	d := &document{root: n.Content[0]}
	if v := text(d.root, "openapi"); !strings.HasPrefix(v, "3.1") {
		return nil, fmt.Errorf("openapi is %q, not 3.1", v)
	}
	return d, nil
}

func (d *document) fail(format string, args ...any) {
	if d.err == nil {
		d.err = fmt.Errorf(format, args...)
	}
}

// child gives the value of a key; nil when there is none.
func child(n *yaml.Node, key string) *yaml.Node {
	for k, v := range pairs(n) {
		if k == key {
			return v
		}
	}
	return nil
}

// pairs walks a mapping in the file's order; nothing for any other node.
func pairs(n *yaml.Node) iter.Seq2[string, *yaml.Node] {
	return func(yield func(string, *yaml.Node) bool) {
		if n == nil || n.Kind != yaml.MappingNode {
			return
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			if !yield(n.Content[i].Value, n.Content[i+1]) {
				return
			}
		}
	}
}

// items gives the elements of a sequence.
func items(n *yaml.Node) []*yaml.Node {
	if n == nil || n.Kind != yaml.SequenceNode {
		return nil
	}
	return n.Content
}

// texts gives the elements of a sequence of scalars; a scalar counts as a sequence of one.
func texts(n *yaml.Node) []string {
	if n != nil && n.Kind == yaml.ScalarNode {
		return []string{n.Value}
	}
	var out []string
	for _, i := range items(n) {
		out = append(out, i.Value)
	}
	return out
}

// text gives a scalar below n; "" when it is not there.
func text(n *yaml.Node, key string) string {
	if c := child(n, key); c != nil && c.Kind == yaml.ScalarNode {
		return c.Value
	}
	return ""
}

// resolve follows a $ref and gives the name of what it leads to; a node without one is itself, nameless.
func (d *document) resolve(n *yaml.Node) (target *yaml.Node, name string) {
	ref := text(n, "$ref")
	if ref == "" {
		return n, ""
	}
	path, ok := strings.CutPrefix(ref, "#/")
	if !ok {
		d.fail("$ref %q leads out of the file", ref)
		return nil, ""
	}
	target = d.root
	for key := range strings.SplitSeq(path, "/") {
		name = key
		if target = child(target, key); target == nil {
			d.fail("$ref %q leads nowhere", ref)
			return nil, ""
		}
	}
	return target, name
}
