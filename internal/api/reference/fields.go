package reference

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// field is one line of a table of fields.
type field struct {
	Name      string
	Depth     int
	Type      string
	Schema    string // the named schema to link to
	Required  bool
	Sometimes bool // of an answer: may be absent
	Origin    string
	About     []block
	Facts     []string // "at most 254 characters"
	Values    []string // the only values allowed
	Default   string
}

// fields lists what a schema holds, nested, in the file's order. within names the schemas that it stands in: one that
// holds itself is not opened again.
func (d *document) fields(schema *yaml.Node, depth int, within ...string) []field {
	schema, name := d.resolve(schema)
	if name != "" {
		if slices.Contains(within, name) {
			return nil
		}
		within = append(slices.Clip(within), name)
	}
	if parts := items(child(schema, "allOf")); parts != nil {
		return d.merged(parts, depth, within)
	}
	required := texts(child(schema, "required"))
	var out []field
	for name, property := range pairs(child(schema, "properties")) {
		f := d.field(name, property)
		f.Depth, f.Required = depth, slices.Contains(required, name)
		out = append(out, f)
		out = append(out, d.fields(d.inside(property), depth+1, within...)...)
	}
	return out
}

// merged lists the fields of an allOf: a later part refines the fields of an earlier one.
func (d *document) merged(parts []*yaml.Node, depth int, within []string) []field {
	var out []field
	for _, part := range parts {
		for _, f := range d.fields(part, depth, within...) {
			at := slices.IndexFunc(out, func(o field) bool { return o.Name == f.Name && o.Depth == f.Depth })
			if at < 0 {
				out = append(out, f)
				continue
			}
			out[at].Values = f.Values
			out[at].Type, out[at].Schema = f.Type, f.Schema
		}
	}
	return out
}

// inside gives the schema of what a property contains: itself, or an array's elements.
func (d *document) inside(property *yaml.Node) *yaml.Node {
	target, _ := d.resolve(property)
	if element := child(target, "items"); element != nil {
		return element
	}
	return property
}

// field describes one property, header or parameter schema. What stands beside a $ref rules over what it leads to.
func (d *document) field(name string, n *yaml.Node) field {
	target, schema := d.resolve(n)
	f := field{Name: name, Schema: schema, Type: d.typeOf(n), Origin: text(n, "x-rampa-origin")}
	about := text(n, "description")
	if about == "" {
		about = text(target, "description")
	}
	if f.Origin == "" {
		f.Origin = text(target, "x-rampa-origin")
	}
	f.About = prose(about)
	f.Facts = facts(target)
	f.Values = texts(child(target, "enum"))
	f.Default = text(target, "default")
	if element := child(target, "items"); element != nil {
		_, f.Schema = d.resolve(element)
	}
	return f
}

func (d *document) typeOf(n *yaml.Node) string {
	target, schema := d.resolve(n)
	if element := child(target, "items"); element != nil {
		return "array of " + d.typeOf(element)
	}
	types := texts(child(target, "type"))
	if schema != "" && (len(types) == 0 || types[0] == "object") {
		return schema
	}
	if c := text(target, "const"); c != "" && len(types) == 1 && types[0] == "string" {
		return `"` + c + `"`
	}
	name := strings.Join(types, " or ")
	if format := text(target, "format"); format != "" && len(types) > 0 && types[0] == "string" {
		name += " (" + format + ")"
	}
	return name
}

// facts puts a schema's bounds into words.
func facts(n *yaml.Node) []string {
	var out []string
	for _, fact := range []struct{ key, before, after string }{
		{"minLength", "at least ", " characters"}, {"maxLength", "at most ", " characters"},
		{"minimum", "at least ", ""}, {"maximum", "at most ", ""},
	} {
		if v := text(n, fact.key); v != "" {
			out = append(out, strings.TrimSuffix(fact.before+v+fact.after, plural(fact.key, v)))
		}
	}
	return out
}

func plural(key, value string) string {
	if strings.HasSuffix(key, "Length") && value == "1" {
		return "s"
	}
	return ""
}
