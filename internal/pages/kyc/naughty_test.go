package kyc

import (
	"encoding/json"
	"maps"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// naughty gives the strings that break careless programs. The vectors stand beside the repository; where they are not
// there, a few of our own stand in, so that the test never passes for want of strings.
func naughty(t *testing.T) []string {
	t.Helper()
	list := []string{`"><script>alert(1)</script>`, `'><img src=x onerror=alert(1)>`, "{{.}}", "</textarea><b>", "`${7*7}`", "javascript:alert(1)", "\u202eevil", "田中さん", "🏴‍☠️", "\x00a"}
	b, err := os.ReadFile("../../../../shared/vectors/naughty-strings.json")
	if err != nil {
		t.Logf("the vectors are not there, %d strings of our own: %v", len(list), err)
		return list
	}
	var vectors []string
	if err := json.Unmarshal(b, &vectors); err != nil {
		t.Fatal(err)
	}
	return append(list, vectors...)
}

// shape gives the elements and the names of their attributes: what a string must never change. texts gives all the text
// and the values of a page.
func shape(t *testing.T, page string) (elements []string, texts map[string]bool) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	texts = map[string]bool{}
	for n := range root.Descendants() {
		if n.Type == html.TextNode {
			texts[n.Data] = true
		}
		if n.Type != html.ElementNode {
			continue
		}
		names := []string{n.Data}
		for _, a := range n.Attr {
			names = append(names, a.Key)
			texts[a.Val] = true
		}
		elements = append(elements, strings.Join(names, " "))
	}
	return elements, texts
}

// shown is a string as a parser of HTML gives it back from a value.
func shown(s string) string {
	return strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", "\uFFFD").Replace(strings.ToValidUTF8(s, "\uFFFD"))
}

func TestNaughtyStringsComeBackAsTypedWithoutNewElements(t *testing.T) {
	t.Parallel()
	b := visitor(t, complete())
	page := func(text string) string {
		in := maps.Clone(personal)
		in["name"], in["phone"], in["birth_date"] = []string{text}, []string{"wrong " + text}, []string{"wrong"}
		return b.post(base+"/personal", in).Body.String()
	}
	plain, _ := shape(t, page("plain"))
	refused, _ := shape(t, page("")) // one more line in the summary
	for _, s := range naughty(t) {
		got, texts := shape(t, page(s))
		if !slices.Equal(got, plain) && !slices.Equal(got, refused) {
			t.Errorf("new elements with %q", s)
		}
		if !texts[shown(s)] {
			t.Errorf("%q does not come back", s)
		}
	}
}

func TestNaughtyStringsThatAreSavedAreOnlyTextOnEveryPage(t *testing.T) {
	t.Parallel()
	b := visitor(t, complete())
	save := func(s string) bool {
		in := url.Values{"address": {s}, "city": {"Madrid"}, "postal_code": {"28014"}, "country": {"ES"}}
		return b.post(base+"/address", in).Code == 303
	}
	pages := []string{"", "/address", "/check"}
	plain := map[string][]string{}
	save("plain")
	for _, page := range pages {
		plain[page], _ = shape(t, b.get(base+page).Body.String())
	}
	saved := 0
	for _, s := range naughty(t) {
		if !save(s) {
			continue
		}
		saved++
		for _, page := range pages {
			if got, _ := shape(t, b.get(base+page).Body.String()); !slices.Equal(got, plain[page]) {
				t.Errorf("%s: new elements with %q", page, s)
			}
		}
	}
	if saved < 5 {
		t.Errorf("only %d strings were saved", saved)
	}
}
