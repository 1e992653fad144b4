package reference

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"rampa/api"
	"rampa/internal/web/ui/uitest"
)

func TestThePageOfASmallFileIsThis(t *testing.T) {
	t.Parallel()
	spec, err := os.ReadFile("testdata/small.yaml")
	if err != nil {
		t.Fatal(err)
	}
	uitest.Golden(t, "small", get(handler(t, spec), "/docs").Body.String())
}

func TestEveryOperationSchemaAndCodeIsOnThePage(t *testing.T) {
	t.Parallel()
	ids := idsOf(pageOf(t, api.OpenAPI))
	d, err := parse(api.OpenAPI)
	if err != nil {
		t.Fatal(err)
	}
	operations := 0
	for path, methods := range pairs(child(d.root, "paths")) {
		for method, n := range pairs(methods) {
			operations++
			if id := text(n, "operationId"); !ids[id] {
				t.Errorf("%s %s (%s) is not on the page", method, path, id)
			}
		}
	}
	if operations < 10 {
		t.Errorf("only %d operations", operations)
	}
	schemas := child(child(d.root, "components"), "schemas")
	for name := range pairs(schemas) {
		if !ids["schema-"+name] {
			t.Errorf("the schema %s is not on the page", name)
		}
	}
	for _, code := range texts(child(child(schemas, "ErrorCode"), "enum")) {
		if !ids["error-"+code] {
			t.Errorf("the code %s is not on the page", code)
		}
	}
}

func TestEveryLinkOfThePageLeadsSomewhere(t *testing.T) {
	t.Parallel()
	h := handler(t, api.OpenAPI)
	page := pageOf(t, api.OpenAPI)
	ids := idsOf(page)
	links := 0
	for n := range page.Descendants() {
		for _, a := range n.Attr {
			if a.Key != "href" && a.Key != "src" {
				continue
			}
			links++
			if id, local := strings.CutPrefix(a.Val, "#"); local {
				if !ids[id] {
					t.Errorf("%s leads nowhere", a.Val)
				}
				continue
			}
			if a.Val == "/api/openapi.yaml" { // the API's own
				continue
			}
			if status := get(h, a.Val).Code; status != http.StatusOK {
				t.Errorf("%s answers %d", a.Val, status)
			}
		}
	}
	if links < 100 {
		t.Errorf("only %d links", links)
	}
}

func TestNothingOnThePageIsInlineOrFromElsewhere(t *testing.T) {
	t.Parallel()
	for n := range pageOf(t, api.OpenAPI).Descendants() {
		if n.DataAtom == atom.Script || n.DataAtom == atom.Style {
			t.Errorf("<%s> in the page", n.Data)
		}
		for _, a := range n.Attr {
			if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
				t.Errorf("inline %s=%q", a.Key, a.Val)
			}
			if a.Key == "src" && !strings.HasPrefix(a.Val, "/docs/") {
				t.Errorf("src=%q", a.Val)
			}
		}
	}
}

func TestEachAnswerCarriesTheSecurityHeadersAndAnETag(t *testing.T) {
	t.Parallel()
	h := handler(t, api.OpenAPI)
	for path, mediaType := range map[string]string{
		"/docs": "text/html; charset=utf-8", "/docs/reference.css": "text/css; charset=utf-8", "/docs/icon.svg": "image/svg+xml",
	} {
		w := get(h, path)
		for name, want := range map[string]string{
			"Content-Type": mediaType, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
			"Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
		} {
			if got := w.Header().Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", path, name, got, want)
			}
		}
		again := httptest.NewRequest(http.MethodGet, path, nil)
		again.Header.Set("If-None-Match", w.Header().Get("ETag"))
		second := httptest.NewRecorder()
		h.ServeHTTP(second, again)
		if second.Code != http.StatusNotModified {
			t.Errorf("%s with its own ETag answers %d", path, second.Code)
		}
	}
	if w := get(h, "/docs/"); w.Code != http.StatusMovedPermanently || w.Header().Get("Location") != "/docs" {
		t.Errorf("/docs/ answers %d to %q", w.Code, w.Header().Get("Location"))
	}
	if w := get(h, "/docs/other"); w.Code != http.StatusNotFound {
		t.Errorf("/docs/other answers %d", w.Code)
	}
}

func TestAFileThatCannotBeShownWholeIsRefused(t *testing.T) {
	t.Parallel()
	small, err := os.ReadFile("testdata/small.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string][2]string{
		"another version":         {"openapi: 3.1.0", "openapi: 3.0.3"},
		"a $ref to nowhere":       {"'#/components/schemas/Part'", "'#/components/schemas/Gone'"},
		"a $ref to another file":  {"'#/components/schemas/Part'", "'other.yaml#/Part'"},
		"a code nobody described": {"enum: [gone, broken]", "enum: [gone, unheard]"},
		"an operation without id": {"operationId: listThings", "x-id: listThings"},
		"not YAML":                {"openapi: 3.1.0", "openapi: [3.1.0"},
		"not a mapping":           {string(small), "[]"},
	} {
		if _, err := New([]byte(strings.Replace(string(small), change[0], change[1], 1))); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}

func TestDescriptionsKeepTheirSigns(t *testing.T) {
	t.Parallel()
	for in, want := range map[string][]span{
		"plain":               {{Text: "plain"}},
		"a `b` c":             {{Text: "a "}, {Kind: "code", Text: "b"}, {Text: " c"}},
		"**a** `**b**`":       {{Kind: "strong", Text: "a"}, {Text: " "}, {Kind: "code", Text: "**b**"}},
		"2 * 3 and a lone `":  {{Text: "2 *"}, {Text: " 3 and a lone `"}},
		"[a](#b), [c] and ``": {{Kind: "link", Text: "a", Href: "#b"}, {Text: ", ["}, {Text: "c] and `"}, {Text: "`"}},
	} {
		if diff := cmp.Diff(want, spans(in)); diff != "" {
			t.Errorf("%q (-want +got): %s", in, diff)
		}
	}
}

func get(h http.Handler, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w
}

func handler(t *testing.T, spec []byte) http.Handler {
	t.Helper()
	h, err := New(spec)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func pageOf(t *testing.T, spec []byte) *html.Node {
	t.Helper()
	n, err := html.Parse(get(handler(t, spec), "/docs").Body)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func idsOf(page *html.Node) map[string]bool {
	ids := map[string]bool{}
	for n := range page.Descendants() {
		for _, a := range n.Attr {
			if a.Key == "id" {
				ids[a.Val] = true
			}
		}
	}
	return ids
}
