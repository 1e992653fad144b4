package reference

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// page is all that the template shows.
type page struct {
	Title   string
	Version string
	Summary string
	Intro   []block
	Servers []server
	Groups  []group
	Codes   []code
	Schemas []schema
}

type server struct {
	URL   string
	About []block
}

// group is the operations of one tag.
type group struct {
	ID, Name   string
	About      []block
	Operations []*operation
}

type operation struct {
	ID, Method, Path, Summary, Origin string
	About                             []block
	Public                            bool // needs no token
	Parameters                        []parameters
	Body                              *body
	Responses                         []response
	Errors                            []code // its own
	Shared                            []code // those that many operations answer alike
	Curl                              string
}

// parameters are those of one place: path, query or header.
type parameters struct {
	In     string
	Fields []field
}

type body struct {
	Types   []string
	Schema  string
	Fields  []field
	Samples []sample
}

type response struct {
	Status  string
	About   []block
	Type    string
	Schemas []string
	Fields  []field // of a success; errors have their own table
	Headers []field
	Samples []sample
	Shared  bool // written once for many operations
}

// sample is one example with the coloured runs of its JSON.
type sample struct {
	Status, Name, Summary string
	Tokens                []token
}

// code is an error code with the statuses that carry it, or a body of messages by field (then Schema names it).
type code struct {
	Name, Origin string
	Schema       string
	Statuses     []string
	About        []block
}

// schema is a named one, in the section of its own.
type schema struct {
	Name   string
	Type   string
	About  []block
	Facts  []string
	Values []string
	Fields []field
}

var httpMethods = []string{"get", "put", "post", "delete", "options", "head", "patch", "trace"}

// reader builds a page from a document.
type reader struct {
	*document
	server string
	codes  map[string]code
}

func read(spec []byte) (*page, error) {
	d, err := parse(spec)
	if err != nil {
		return nil, err
	}
	r := &reader{document: d, codes: map[string]code{}}
	info := child(d.root, "info")
	p := &page{Title: text(info, "title"), Version: text(info, "version"), Summary: text(info, "summary"), Intro: prose(text(info, "description"))}
	for _, s := range items(child(d.root, "servers")) {
		p.Servers = append(p.Servers, server{text(s, "url"), prose(text(s, "description"))})
	}
	if len(p.Servers) > 0 {
		r.server = p.Servers[0].URL
	}
	schemas := child(child(d.root, "components"), "schemas")
	r.readCodes(child(schemas, "ErrorCode"))
	p.Groups = r.groups()
	p.Codes = r.allCodes(child(schemas, "ErrorCode"), p.Groups)
	for name, n := range pairs(schemas) {
		f := r.field(name, n)
		p.Schemas = append(p.Schemas, schema{name, f.Type, f.About, f.Facts, f.Values, r.fields(n, 0, name)})
	}
	return p, d.err
}

func (r *reader) groups() []group {
	var out []group
	for _, tag := range items(child(r.root, "tags")) {
		g := group{ID: "tag-" + strings.ToLower(text(tag, "name")), Name: text(tag, "name"), About: prose(text(tag, "description"))}
		for path, methods := range pairs(child(r.root, "paths")) {
			for method, n := range pairs(methods) {
				if slices.Contains(httpMethods, method) && slices.Contains(texts(child(n, "tags")), g.Name) {
					g.Operations = append(g.Operations, r.operation(path, method, n))
				}
			}
		}
		out = append(out, g)
	}
	return out
}

func (r *reader) operation(path, method string, n *yaml.Node) *operation {
	o := &operation{
		ID: text(n, "operationId"), Method: strings.ToUpper(method), Path: path, Summary: text(n, "summary"),
		Origin: text(n, "x-rampa-origin"), About: prose(text(n, "description")),
	}
	if o.ID == "" || o.Summary == "" {
		r.fail("%s %s has no operationId or no summary", o.Method, o.Path)
	}
	security := child(n, "security")
	o.Public = security != nil && len(items(security)) == 0
	var all []*yaml.Node
	for _, p := range items(child(n, "parameters")) {
		target, _ := r.resolve(p)
		all = append(all, target)
	}
	o.Parameters = r.parameters(all)
	example := r.body(o, child(n, "requestBody"))
	for status, answer := range pairs(child(n, "responses")) {
		r.response(o, status, answer)
	}
	o.Curl = curl(r.server, o, all, example)
	return o
}

func (r *reader) parameters(all []*yaml.Node) []parameters {
	var out []parameters
	for _, in := range []string{"path", "query", "header"} {
		group := parameters{In: in}
		for _, p := range all {
			if text(p, "in") != in {
				continue
			}
			f := r.field(text(p, "name"), child(p, "schema"))
			f.Required, f.Origin = text(p, "required") == "true", text(p, "x-rampa-origin")
			if about := text(p, "description"); about != "" {
				f.About = prose(about)
			}
			group.Fields = append(group.Fields, f)
		}
		if group.Fields != nil {
			out = append(out, group)
		}
	}
	return out
}

// body fills o.Body and gives the first example, for curl.
func (r *reader) body(o *operation, n *yaml.Node) (example *yaml.Node) {
	if n == nil {
		return nil
	}
	o.Body = &body{}
	for mediaType, media := range pairs(child(n, "content")) {
		o.Body.Types = append(o.Body.Types, mediaType)
		if len(o.Body.Types) > 1 {
			continue
		}
		s := child(media, "schema")
		_, o.Body.Schema = r.resolve(s)
		o.Body.Fields = r.fields(s, 0)
		o.Body.Samples = r.samples("", media)
		for _, e := range pairs(child(media, "examples")) {
			target, _ := r.resolve(e)
			if example == nil {
				example = child(target, "value")
			}
		}
	}
	return example
}

func (r *reader) samples(status string, media *yaml.Node) []sample {
	var out []sample
	for name, e := range pairs(child(media, "examples")) {
		target, _ := r.resolve(e)
		value := child(target, "value")
		if value == nil {
			r.fail("the example %s has no value", name)
			continue
		}
		out = append(out, sample{status, name, text(target, "summary"), tokens(pretty(value))})
	}
	return out
}

// response adds an answer to o: its fields when it is a success, its codes when it may be an error.
func (r *reader) response(o *operation, status string, n *yaml.Node) {
	n, shared := r.resolve(n)
	answer := response{Status: status, About: prose(text(n, "description")), Shared: shared != ""}
	for name, h := range pairs(child(n, "headers")) {
		target, _ := r.resolve(h)
		f := r.field(name, child(target, "schema"))
		f.Origin, f.About, f.Required = text(target, "x-rampa-origin"), prose(text(target, "description")), text(target, "required") == "true"
		answer.Headers = append(answer.Headers, f)
	}
	for mediaType, media := range pairs(child(n, "content")) {
		answer.Type = mediaType
		answer.Samples = append(answer.Samples, r.samples(status, media)...)
		for _, s := range alternatives(child(media, "schema")) {
			r.alternative(o, &answer, s)
		}
	}
	o.Responses = append(o.Responses, answer)
}

func alternatives(s *yaml.Node) []*yaml.Node {
	if choices := items(child(s, "oneOf")); choices != nil {
		return choices
	}
	return []*yaml.Node{s}
}

func (r *reader) alternative(o *operation, answer *response, s *yaml.Node) {
	_, name := r.resolve(s)
	if name != "" {
		answer.Schemas = append(answer.Schemas, name)
	}
	fields := r.fields(s, 0)
	at := slices.IndexFunc(fields, func(f field) bool { return f.Name == "error" && f.Depth == 0 })
	if at < 0 {
		if answer.Status == "422" { // the body is always the same: shown once, among the schemas
			o.Errors = append(o.Errors, code{Schema: name, Statuses: []string{answer.Status}, About: answer.About})
			return
		}
		answer.Fields = asAnswer(fields)
		return
	}
	for _, name := range fields[at].Values {
		c, known := r.codes[name]
		if !known {
			r.fail("%s %s answers %s, which is no ErrorCode", o.Method, o.Path, name)
		}
		c.Statuses = []string{answer.Status}
		if answer.Shared {
			o.Shared = append(o.Shared, c)
		} else {
			o.Errors = append(o.Errors, c)
		}
	}
}

// asAnswer marks what a reader must know of an answer's fields: not which are there, but which may be absent.
func asAnswer(fields []field) []field {
	for i := range fields {
		fields[i].Required, fields[i].Sometimes = false, !fields[i].Required
	}
	return fields
}

func (r *reader) readCodes(n *yaml.Node) {
	for name, entry := range pairs(child(n, "x-rampa-codes")) {
		r.codes[name] = code{Name: name, Origin: text(entry, "origin"), About: prose(text(entry, "description"))}
	}
}

// allCodes lists the codes in the file's order, each with every status under which some operation answers it.
func (r *reader) allCodes(n *yaml.Node, groups []group) []code {
	var out []code
	for _, name := range texts(child(n, "enum")) {
		c := r.codes[name]
		for _, g := range groups {
			for _, o := range g.Operations {
				for _, e := range slices.Concat(o.Errors, o.Shared) {
					if e.Name == name && !slices.Contains(c.Statuses, e.Statuses[0]) {
						c.Statuses = append(c.Statuses, e.Statuses[0])
					}
				}
			}
		}
		slices.Sort(c.Statuses)
		out = append(out, c)
	}
	return out
}
