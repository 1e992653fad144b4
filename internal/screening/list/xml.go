package list

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"golang.org/x/text/encoding/htmlindex"

	"rampa/internal/errs"
)

// node is an element with all that is in it. Names of elements and attributes are compared without case and namespace.
type node struct {
	name  string
	line  int
	attrs []xml.Attr
	kids  []*node
	text  string
}

// attr gives an attribute, "" when there is none.
func (n *node) attr(name string) string {
	for _, a := range n.attrs {
		if strings.EqualFold(a.Name.Local, name) {
			return cleanText(a.Value)
		}
	}
	return ""
}

// all gives the elements below n at a path of names.
func (n *node) all(path ...string) []*node {
	found := []*node{n}
	for _, name := range path {
		var next []*node
		for _, parent := range found {
			for _, kid := range parent.kids {
				if strings.EqualFold(kid.name, name) {
					next = append(next, kid)
				}
			}
		}
		found = next
	}
	return found
}

// get gives the text of the first element at a path that has one.
func (n *node) get(path ...string) string {
	for _, found := range n.all(path...) {
		if text := cleanText(found.text); text != "" {
			return text
		}
	}
	return ""
}

// texts gives the texts of all elements at a path.
func (n *node) texts(path ...string) (out []string) {
	for _, found := range n.all(path...) {
		if text := cleanText(found.text); text != "" {
			out = append(out, text)
		}
	}
	return out
}

func (n *node) place() place { return place{n.line, "<" + n.name + ">"} }

const (
	maxDepth = 64
	maxNodes = 50_000  // elements of one entry
	maxChars = 4 << 20 // bytes of one entry
)

// walker reads a file element by element: the elements that somebody takes are given whole, the others are walked into.
// Entities other than XML's own five are not known, and a document type is refused: nothing outside the file is ever read.
type walker struct {
	decoder *xml.Decoder
	open    []string // the elements around
}

func newWalker(in input) *walker {
	d := xml.NewDecoder(in.Reader)
	d.CharsetReader = func(label string, r io.Reader) (io.Reader, error) {
		if in.decoded {
			return r, nil
		}
		encoding, err := htmlindex.Get(strings.ToLower(label))
		if err != nil {
			return nil, errors.New("its encoding " + quoted(label) + " is not known")
		}
		return encoding.NewDecoder().Reader(r), nil
	}
	return &walker{decoder: d}
}

func (w *walker) place() place {
	line, _ := w.decoder.InputPos()
	element := "the document"
	if len(w.open) > 0 {
		element = "<" + w.open[len(w.open)-1] + ">"
	}
	return place{line, element}
}

// fail says where reading stopped.
func (w *walker) fail(err error) error {
	if errors.Is(err, io.EOF) {
		return w.place().errorf("the file ends in the middle")
	}
	if errs.KindOf(err) != errs.Internal {
		return err
	}
	if syntax, ok := errors.AsType[*xml.SyntaxError](err); ok {
		at := w.place()
		at.line = syntax.Line
		if syntax.Msg == "unexpected EOF" {
			return at.errorf("the file ends in the middle")
		}
		return at.errorf("%s", syntax.Msg)
	}
	return w.place().errorf("%v", err)
}

// start reads up to the root element.
func (w *walker) start() (*node, error) {
	for {
		token, err := w.decoder.Token()
		if err != nil {
			return nil, w.fail(err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			return w.enter(t), nil
		case xml.Directive:
			return nil, w.place().errorf("a document type is not allowed in a list")
		}
	}
}

func (w *walker) enter(t xml.StartElement) *node {
	line, _ := w.decoder.InputPos()
	w.open = append(w.open, t.Name.Local)
	return &node{name: t.Name.Local, line: line, attrs: t.Attr}
}

// walk goes to the end of the root element and gives each element that is named in take, whole.
func (w *walker) walk(take map[string]func(*node) error) error {
	for len(w.open) > 0 {
		token, err := w.decoder.Token()
		if err != nil {
			return w.fail(err)
		}
		switch t := token.(type) {
		case xml.Directive:
			return w.place().errorf("a document type is not allowed in a list")
		case xml.EndElement:
			w.open = w.open[:len(w.open)-1]
		case xml.StartElement:
			if len(w.open) >= maxDepth {
				return w.place().errorf("elements nest deeper than %d", maxDepth)
			}
			n := w.enter(t)
			give := take[strings.ToLower(n.name)]
			if give == nil {
				continue
			}
			if err := w.fill(n); err != nil {
				return err
			}
			if err := give(n); err != nil {
				return err
			}
		}
	}
	return w.rest()
}

// rest makes sure that nothing but comments follows the root element.
func (w *walker) rest() error {
	for {
		token, err := w.decoder.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return w.fail(err)
		}
		switch t := token.(type) {
		case xml.CharData:
			if strings.Trim(string(t), " \t\r\n\x00\x1A\uFEFF") != "" {
				return w.place().errorf("text after the end")
			}
		case xml.StartElement, xml.Directive:
			return w.place().errorf("something follows the end")
		}
	}
}

// fill reads the rest of an element that was entered.
func (w *walker) fill(top *node) error {
	stack := []*node{top}
	nodes, chars := 1, 0
	for len(stack) > 0 {
		token, err := w.decoder.Token()
		if err != nil {
			return w.fail(err)
		}
		here := stack[len(stack)-1]
		switch t := token.(type) {
		case xml.StartElement:
			kid := w.enter(t)
			for _, a := range t.Attr {
				chars += len(a.Value)
			}
			here.kids = append(here.kids, kid)
			stack = append(stack, kid)
			nodes++
		case xml.EndElement:
			stack, w.open = stack[:len(stack)-1], w.open[:len(w.open)-1]
		case xml.CharData:
			chars += len(t)
			here.text += string(t)
		case xml.Directive:
			return w.place().errorf("a document type is not allowed in a list")
		}
		if len(stack) > maxDepth || nodes > maxNodes || chars > maxChars {
			return top.place().errorf("the entry is too large")
		}
	}
	return nil
}

// readXML recognises the publisher by the root element.
func readXML(in input) (*List, error) {
	w := newWalker(in)
	root, err := w.start()
	if err != nil {
		return nil, err
	}
	switch strings.ToLower(root.name) {
	case "sdnlist":
		return readOFAC(w)
	case "export":
		return readEU(w, root)
	case "consolidated_list":
		return readUN(w, root)
	case "sanctions":
		return nil, root.place().errorf("this is OFAC's advanced format: take sdn.xml")
	}
	return nil, root.place().errorf("no list of OFAC, the EU or the UN begins like this")
}
