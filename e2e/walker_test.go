package e2e

import (
	"bytes"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// walker is a program that walks forms as any program can: it reads a page's inputs, fills them in by their names, sends
// the form and follows. It has cookies, and no JavaScript.
type walker struct {
	t    testing.TB
	http *http.Client
	at   *url.URL

	status int
	header http.Header
	body   string
	doc    *html.Node
}

func newWalker(t testing.TB) *walker {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &walker{t: t, http: &http.Client{Jar: jar, Timeout: patience}}
}

func (w *walker) get(address string, headers ...string) *walker {
	w.t.Helper()
	r, err := http.NewRequest("GET", address, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return w.send(r)
}

func (w *walker) send(r *http.Request) *walker {
	w.t.Helper()
	response, err := w.http.Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	w.at, w.status, w.header, w.body = response.Request.URL, response.StatusCode, response.Header, string(body)
	if w.doc, err = html.Parse(bytes.NewReader(body)); err != nil {
		w.t.Fatal(err)
	}
	return w
}

// want checks the status of the page.
func (w *walker) want(status int) *walker {
	w.t.Helper()
	if w.status != status {
		w.t.Fatalf("%s: %d, want %d\n%s", w.at, w.status, status, text(w.doc))
	}
	return w
}

// find gives the elements of a name that has all of some attributes: "id=status". A "*" is any name.
func find(from *html.Node, name string, attributes ...string) (found []*html.Node) {
	for n := range from.Descendants() {
		if n.Type != html.ElementNode || name != "*" && n.Data != name {
			continue
		}
		if !slices.ContainsFunc(attributes, func(want string) bool {
			key, value, _ := strings.Cut(want, "=")
			return attribute(n, key) != value
		}) {
			found = append(found, n)
		}
	}
	return found
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, key string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key })
}

// text gives what stands in an element, in one line.
func text(n *html.Node) string {
	var words []string
	for c := range n.Descendants() {
		if c.Type == html.TextNode && c.Parent.Data != "style" && c.Parent.Data != "option" {
			words = append(words, strings.Fields(c.Data)...)
		}
	}
	return strings.Join(words, " ")
}

// element gives the one element of an id, nil when there is none.
func (w *walker) element(id string) *html.Node {
	if found := find(w.doc, "*", "id="+id); len(found) == 1 {
		return found[0]
	}
	return nil
}

// stage is what the status page tells, "" on any other page.
func (w *walker) stage() string {
	if status := w.element("status"); status != nil {
		return attribute(status, "data-stage")
	}
	return ""
}

// errors is the summary of errors, "" when there is none.
func (w *walker) errors() string {
	if summary := w.element("error-summary"); summary != nil {
		return text(summary)
	}
	return ""
}

// step is the name of the step whose form is shown.
func (w *walker) step() string {
	for _, form := range find(w.doc, "form") {
		if name, ok := strings.CutPrefix(attribute(form, "id"), "step-"); ok {
			return name
		}
	}
	return ""
}

// values gives what a form would send as it is, without its buttons.
func values(form *html.Node) url.Values {
	in := url.Values{}
	for n := range form.Descendants() {
		name := attribute(n, "name")
		if n.Type != html.ElementNode || name == "" || has(n, "disabled") {
			continue
		}
		switch {
		case n.Data == "textarea":
			in.Set(name, text(n))
		case n.Data == "select":
			in.Set(name, "")
			for _, option := range find(n, "option") {
				if has(option, "selected") {
					in.Set(name, attribute(option, "value"))
				}
			}
		case n.Data != "input", slices.Contains([]string{"file", "submit"}, attribute(n, "type")):
		case attribute(n, "type") == "checkbox" || attribute(n, "type") == "radio":
			if has(n, "checked") {
				in.Set(name, attribute(n, "value"))
			}
		default:
			in.Set(name, attribute(n, "value"))
		}
	}
	return in
}

// file is one to upload.
type file struct {
	name    string
	content []byte
}

// submit sends the form of an id with some inputs filled in, and follows. An input that the form does not have is an
// error: nothing is sent that a person could not.
func (w *walker) submit(id string, fill map[string]string, files map[string]file) *walker {
	w.t.Helper()
	form := w.element(id)
	if form == nil {
		w.t.Fatalf("%s has no form %s: %d %s", w.at, id, w.status, text(w.doc))
	}
	in := values(form)
	for name, value := range fill {
		if len(find(form, "*", "name="+name)) == 0 {
			w.t.Fatalf("the form %s has no input %s", id, name)
		}
		in.Set(name, value)
	}
	action, err := w.at.Parse(attribute(form, "action"))
	if err != nil {
		w.t.Fatal(err)
	}
	body, kind := encode(w.t, form, in, files)
	r, err := http.NewRequest("POST", action.String(), body)
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("Content-Type", kind)
	r.Header.Set("Origin", action.Scheme+"://"+action.Host)
	return w.send(r)
}

func encode(t testing.TB, form *html.Node, in url.Values, files map[string]file) (body io.Reader, kind string) {
	if attribute(form, "enctype") != "multipart/form-data" {
		return strings.NewReader(in.Encode()), "application/x-www-form-urlencoded"
	}
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(in)) {
		m.WriteField(name, in.Get(name))
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		part, err := m.CreateFormFile(name, files[name].name)
		if err != nil {
			t.Fatal(err)
		}
		part.Write(files[name].content)
	}
	m.Close()
	return &b, m.FormDataContentType()
}
