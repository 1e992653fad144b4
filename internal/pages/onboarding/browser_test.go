package onboarding

import (
	"flag"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"rampa/internal/verification"
	"rampa/internal/web/ui"
	"rampa/internal/web/ui/uitest"
)

var shots = flag.String("shots", "", "write pictures of every page into this folder, at 390 and 1280 px")

// serve puts the static files beside a form, as package pages does.
func serve(t *testing.T, form http.Handler) *httptest.Server {
	shared, err := ui.New(ui.Config{})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/static/", shared.Static())
	mux.Handle("/", form)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server
}

// serveScenes serves each scene at /scene/<name>/<language>, with the security headers of the real server.
func serveScenes(t *testing.T) *httptest.Server {
	mux := http.NewServeMux()
	for _, s := range scenes() {
		for _, lang := range ui.Languages {
			_, header, body := s.page(t, lang)
			mux.HandleFunc("GET /scene/"+s.name+"/"+lang, func(out http.ResponseWriter, _ *http.Request) {
				out.Header().Set("Content-Type", header.Get("Content-Type"))
				out.Header().Set("Content-Security-Policy", "default-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
				out.Write([]byte(body))
			})
		}
	}
	return serve(t, mux)
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
			if wide := b.Eval(`String(document.documentElement.scrollWidth)`); wide != "390" {
				t.Errorf("%s in %s is %s px wide", s.name, lang, wide)
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
	server, b := serve(t, newHandler(t, m)), uitest.NewBrowser(t)
	b.Open(server.URL+base+"?lang=en", 390)
	focus := func() string {
		return b.Eval(`(document.activeElement.id || document.activeElement.textContent || document.activeElement.tagName).trim()`)
	}
	tab := func(want string) {
		t.Helper()
		for range 60 {
			b.Press("\t")
			if strings.HasPrefix(focus(), want) {
				return
			}
		}
		t.Fatalf("Tab never reaches %q", want)
	}
	enter := func(wait string) {
		t.Helper()
		b.Press("\r")
		b.WaitFor(`location.pathname.endsWith("` + wait + `")`)
	}
	tab("Start")
	enter("/funds")
	tab("source_of_funds")
	b.Press(" ") // the first: salary
	tab("source_of_wealth")
	b.Press(" ")
	tab("Save and continue")
	enter("/purpose")
	tab("purpose-2")
	b.Press(" ")
	tab("expected_monthly_volume")
	b.Press("6000")
	tab("expected_transactions")
	b.Press("4\r") // Enter sends the form
	b.WaitFor(`location.pathname.endsWith("/tax")`)
	tab("tax_residences-0-tin")
	b.Press("12345678A\r")
	b.WaitFor(`document.activeElement.id === "error-summary"`)
	tab("tax_residences-0-tin")
	b.Eval(`(document.activeElement.select(), "")`)
	b.Press("12345678Z")
	tab("us_person")
	b.Press(kb.ArrowDown) // of two radio buttons the second
	tab("Save and continue")
	enter("/pep")
	tab("pep")
	b.Press(" ")
	tab("Save and continue")
	enter("/check")
	tab("Continue to the declaration")
	enter("/declaration")
	tab("truthful")
	b.Press(" ")
	tab("terms")
	b.Press(" ")
	tab("signature")
	b.Press("Mara Quinones\r")
	b.WaitFor(`document.getElementById("status") !== null && document.getElementById("status").dataset.stage === "submitted"`)
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.visit.Form.Customer.Stage != verification.Submitted || m.visit.File.Funds.Source.Codes[0] != "salary" {
		t.Fatalf("%+v", m.visit.File)
	}
}
