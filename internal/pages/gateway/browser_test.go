package gateway

import (
	"flag"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"rampa/internal/onramp"
	"rampa/internal/web/ui"
	"rampa/internal/web/ui/uitest"
)

var shots = flag.String("shots", "", "write pictures of every page into this folder, at 390 and 1280 px")

// policy is that of the real server: nothing inline, nothing from elsewhere.
const policy = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"

// serve puts the static files and the headers of the real server around the pages.
func serve(t *testing.T, pages http.Handler) *httptest.Server {
	shared, err := ui.New(ui.Config{})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/static/", shared.Static())
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		pages.ServeHTTP(w, r)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server
}

// serveScenes serves each scene at /scene/<name>/<language>. Nothing is live there.
func serveScenes(t *testing.T) *httptest.Server {
	mux := http.NewServeMux()
	for _, s := range scenes() {
		for _, lang := range ui.Languages {
			_, header, body := s.page(t, lang)
			mux.HandleFunc("GET /scene/"+s.name+"/"+lang, func(out http.ResponseWriter, _ *http.Request) {
				out.Header().Set("Content-Type", header.Get("Content-Type"))
				_, _ = out.Write([]byte(body))
			})
		}
	}
	mux.HandleFunc("GET "+home+"/events", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	return serve(t, mux)
}

func TestAxeFindsNothingSeriousOnAnyPageOnAPhone(t *testing.T) {
	t.Parallel()
	server, b := serveScenes(t), uitest.NewBrowser(t)
	for i, s := range scenes() {
		lang := ui.Languages[i%len(ui.Languages)]
		b.Open(server.URL+"/scene/"+s.name+"/"+lang, 390)
		if found := b.Axe(); found != "" {
			t.Errorf("%s in %s:\n%s", s.name, lang, found)
		}
		if wide := b.Eval(`String(document.documentElement.scrollWidth)`); wide != "390" {
			t.Errorf("%s in %s is %s px wide", s.name, lang, wide)
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

func TestThePageChangesByItselfWhenThePaymentDoes(t *testing.T) {
	t.Parallel()
	m := with(func(m *memory, _ *onramp.Payment) { m.byTransfer(); m.at(onramp.PendingBank) })()
	m.later = func(n int, v *onramp.Visit) {
		if n == 3 { // the page, the first look of its events, and then
			sentCoins(m, &v.Payment)
		}
	}
	server, b := serve(t, newHandler(t, m)), uitest.NewBrowser(t)
	b.Open(server.URL+home+"?lang=en", 390)
	b.WaitFor(`document.getElementById("txid") && document.getElementById("txid").textContent === "` + txHash + `"`)
}
