package ui

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

func testRenderer(t *testing.T, page string) *Renderer {
	t.Helper()
	locale := &fstest.MapFile{Data: []byte("a.label: A\na.hint: H\n")}
	files := fstest.MapFS{
		"templates/try.html": {Data: []byte(page)},
		"locales/es.yaml":    locale, "locales/en.yaml": locale, "locales/pt.yaml": locale,
	}
	r, err := New(Config{Templates: files, Locales: files})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestLanguageIsChosenByQueryThenCookieThenHeaderThenSpanish(t *testing.T) {
	t.Parallel()
	r := testRenderer(t, `{{define "content"}}x{{end}}`)
	for _, c := range []struct{ query, cookie, header, want string }{
		{"", "", "", "es"},
		{"", "", "fr-FR,fr;q=0.9", "es"},
		{"", "", "pt-BR,en;q=0.5", "pt"},
		{"", "", "en-GB", "en"},
		{"", "pt", "en", "pt"},
		{"?lang=en", "pt", "es", "en"},
		{"?lang=xx", "pt", "es", "pt"},
		{"", "xx", "en", "en"},
		{"", "", "%%%", "es"},
	} {
		req := httptest.NewRequest("GET", "/kyb/x"+c.query, nil)
		req.Header.Set("Accept-Language", c.header)
		if c.cookie != "" {
			req.AddCookie(&http.Cookie{Name: "lang", Value: c.cookie})
		}
		w := httptest.NewRecorder()
		if got := r.Words(w, req).Lang; got != c.want {
			t.Errorf("%+v: got %s", c, got)
		}
		if set := w.Header().Get("Set-Cookie") != ""; set != (c.query == "?lang=en") {
			t.Errorf("%+v: cookie set = %v", c, set)
		}
	}
}

func TestAPageThatFailsToRenderWritesNothing(t *testing.T) {
	t.Parallel()
	r := testRenderer(t, `{{define "content"}}written before {{.Nope}}{{end}}`)
	w := httptest.NewRecorder()
	err := r.Render(w, 200, "try", &struct{ Page }{Page{Words: r.Catalogue().Words("en")}})
	if err == nil || w.Body.Len() != 0 {
		t.Fatalf("err %v, body %q", err, w.Body)
	}
	w = httptest.NewRecorder()
	r.Fatal(w, httptest.NewRequest("GET", "/?lang=pt", nil))
	if w.Code != 500 || !strings.Contains(w.Body.String(), `<html lang="pt">`) {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
}

func TestStaticFilesAreServedForEverUnderTheirHash(t *testing.T) {
	t.Parallel()
	r := testRenderer(t, `{{define "content"}}{{asset "ui.css"}}{{end}}`)
	url, err := r.assets.url("ui.css")
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	r.Static().ServeHTTP(w, httptest.NewRequest("GET", url, nil))
	if w.Code != 200 || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/css") || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
		t.Fatalf("%d %v", w.Code, w.Header())
	}
	for _, bad := range []string{"/static/ui.css", "/static/", "/static/../ui.go"} {
		w := httptest.NewRecorder()
		r.Static().ServeHTTP(w, httptest.NewRequest("GET", bad, nil))
		if w.Code != 404 {
			t.Errorf("%s: %d", bad, w.Code)
		}
	}
}

func TestFieldsAreTiedToTheirHintAndError(t *testing.T) {
	t.Parallel()
	r := testRenderer(t, `{{define "content"}}{{template "error-summary" .F.Errors}}{{template "field" (.F.Input "p[0][x]" "a" "suffix=%" "type=text")}}{{end}}`)
	f := NewForm(r.Catalogue().Words("en"), map[string][]string{"p[0][x]": {`"><b>`}})
	f.Fail("p[0][x]", "Wrong")
	w := httptest.NewRecorder()
	page := &struct {
		Page
		F *Form
	}{Page{Words: r.Catalogue().Words("en"), Failed: true}, f}
	if err := r.Render(w, 200, "try", page); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`id="p-0-x"`, `aria-describedby="p-0-x-hint p-0-x-error"`, `aria-invalid="true"`, `<a href="#p-0-x">Wrong</a>`,
		`id="error-summary" role="alert"`, `value="&#34;&gt;&lt;b&gt;"`,
	} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("lacks %s", want)
		}
	}
}

func TestACatalogueWithAHoleIsRefused(t *testing.T) {
	t.Parallel()
	ok := &fstest.MapFile{Data: []byte("a: x {n}")}
	for name, bad := range map[string]string{"missing": "b: x", "placeholder": "a: x {m}", "empty": "a: ''"} {
		files := fstest.MapFS{"locales/es.yaml": ok, "locales/en.yaml": ok, "locales/pt.yaml": {Data: []byte(bad)}}
		if _, err := NewCatalogue(files); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestDatesSizesAndNumbersReadAsInEachLanguage(t *testing.T) {
	t.Parallel()
	c, err := NewCatalogue(files)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 2, 9, 5, 0, 0, time.UTC)
	for lang, want := range map[string]string{
		"es": "2 de noviembre de 2026, 09:05 UTC|1,5 MB|12 KB|1.250.000|Alemania",
		"en": "2 November 2026, 09:05 UTC|1.5 MB|12 KB|1,250,000|Germany",
		"pt": "2 de novembro de 2026, 09:05 UTC|1,5 MB|12 KB|1.250.000|Alemanha",
	} {
		w := c.Words(lang)
		got := strings.Join([]string{w.Moment(at), w.Bytes(3 << 19), w.Bytes(12 * 1024), w.Number("1250000"), w.Country("DE")}, "|")
		if got != want {
			t.Errorf("%s: %s", lang, got)
		}
		if n := len(w.Countries()); n != 249 {
			t.Errorf("%s: %d countries", lang, n)
		}
	}
}
