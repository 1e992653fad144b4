package kyb

import (
	"flag"
	"net/http"
	"net/http/httptest"

	"path/filepath"
	"strings"
	"testing"

	"rampa/internal/web/ui"
	"rampa/internal/web/ui/uitest"
)

var shots = flag.String("shots", "", "write pictures of every page into this folder, at 390 and 1280 px")

// withStatic puts the static files beside a form, as package pages does.
func withStatic(t *testing.T, form http.Handler) http.Handler {
	shared, err := ui.New(ui.Config{})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/static/", shared.Static())
	mux.Handle("/", form)
	return mux
}

// serveScenes serves each scene at /scene/<name>/<language>, with the security headers of the real server.
func serveScenes(t *testing.T) *httptest.Server {
	mux := http.NewServeMux()
	mux.Handle("/", withStatic(t, http.NotFoundHandler()))
	for _, s := range scenes() {
		for _, lang := range ui.Languages {
			b := signedIn(t, s.memory())
			if s.out {
				clear(b.cookies)
			}
			w := b.get(s.url(lang))
			if s.post != nil {
				w = b.post(s.url(lang), s.post)
			}
			mux.HandleFunc("GET /scene/"+s.name+"/"+lang, func(out http.ResponseWriter, _ *http.Request) {
				out.Header().Set("Content-Type", w.Header().Get("Content-Type"))
				out.Header().Set("Content-Security-Policy", "default-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
				out.Write(w.Body.Bytes())
			})
		}
	}
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server
}

func TestAxeFindsNothingSeriousOnAnyPageOnAPhone(t *testing.T) {
	t.Parallel()
	server, b := serveScenes(t), uitest.NewBrowser(t)
	for _, s := range scenes() {
		for _, lang := range ui.Languages {
			b.Open(server.URL+"/scene/"+s.name+"/"+lang, 390)
			if found := b.Axe(); found != "" {
				t.Errorf("%s in %s:\n%s", s.name, lang, found)
			}
		}
	}
}

func TestPicturesOfEveryPage(t *testing.T) {
	if *shots == "" {
		return // only when asked for: there is nothing to compare them with but eyes
	}
	server, b := serveScenes(t), uitest.NewBrowser(t)
	for _, s := range scenes() {
		for _, width := range []int64{390, 1280} {
			b.Open(server.URL+"/scene/"+s.name+"/es", width)
			suffix := map[int64]string{390: "phone", 1280: "desk"}[width]
			b.Shot(filepath.Join(*shots, s.name+"-"+suffix+".png"))
		}
	}
}

func TestTheFormCanBeFilledInWithAKeyboardAlone(t *testing.T) {
	t.Parallel()
	m := newMemory()
	server := httptest.NewServer(withStatic(t, newHandler(t, m)))
	t.Cleanup(server.Close)
	b := uitest.NewBrowser(t)
	b.Open(server.URL+base+"?lang=en", 390)
	focus := func() string {
		return b.Eval(`(document.activeElement.id || document.activeElement.textContent || document.activeElement.tagName).trim()`)
	}
	tab := func(want string) {
		t.Helper()
		for range 40 {
			b.Press("\t")
			if strings.HasPrefix(focus(), want) {
				return
			}
		}
		t.Fatalf("Tab never reaches %q", want)
	}
	b.Press("\t")
	if got := focus(); got != "Skip to the content" {
		t.Fatalf("Tab begins at %q", got)
	}
	send := func(wait string) {
		t.Helper()
		b.Press("\r")
		b.WaitFor(`location.pathname.endsWith("` + wait + `")`)
	}
	tab("password")
	b.Press("wrong")
	b.Press("\r")
	b.WaitFor(`document.activeElement.id === "error-summary"`)
	tab("password")
	b.Press(password)
	send("/country")
	tab("country")
	b.Press("Spain")
	tab("Save and continue")
	send("/company")
	tab("legal_name")
	tab("legal_form")
	tab("tax_id")
	b.Press("B58378431")
	tab("Save and finish later")
	send(linkUUID)
	if m.form.Record.File.Company.TaxID != "B58378431" {
		t.Fatalf("%+v", m.form.Record.File.Company)
	}
}
