package pages

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"rampa/internal/errs"
	"rampa/internal/kyb"
	"rampa/internal/pages/legal"
	"rampa/internal/web/ui"
	"rampa/internal/web/ui/uitest"
)

const integrationUUID = "0193584e-7a11-7c02-8f00-0000000000bb"

type logos struct{}

// Logo draws a small picture.
func (logos) Logo(_ context.Context, integration string) (string, []byte, error) {
	if integration != integrationUUID {
		return "", nil, errs.New(errs.NotFound, "logo_not_found", "")
	}
	var b bytes.Buffer
	picture := image.NewRGBA(image.Rect(0, 0, 140, 36))
	picture.Set(7, 6, color.RGBA{R: 190, G: 80, B: 30, A: 255})
	err := png.Encode(&b, picture)
	return "image/png", b.Bytes(), err
}

func newHandler(t *testing.T, texts legal.Config) http.Handler {
	t.Helper()
	h, err := New(Config{
		Logos: logos{}, Rules: kyb.Rules(), Legal: texts, Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
		Now:       func() time.Time { return time.Date(2026, 11, 22, 10, 30, 0, 0, time.UTC) },
		Address:   func(*http.Request) string { return "203.0.113.9" },
		RequestID: func(context.Context) string { return "req-1" },
	})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func get(h http.Handler, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	return w
}

func TestTheLegalTextsAreTheirGoldens(t *testing.T) {
	t.Parallel()
	h := newHandler(t, legal.Config{})
	for _, text := range []string{"terms", "privacy"} {
		for _, lang := range ui.Languages {
			w := get(h, "/legal/"+text+"?lang="+lang)
			if w.Code != 200 || w.Header().Get("Cache-Control") != "no-store" {
				t.Errorf("%d %v", w.Code, w.Header())
			}
			uitest.Golden(t, text+"."+lang, w.Body.String())
		}
	}
}

func TestUnknownPagesSaySo(t *testing.T) {
	t.Parallel()
	h := newHandler(t, legal.Config{})
	for _, path := range []string{"/elsewhere", "/legal/imprint", "/kyb/", "/kyb/" + integrationUUID + "/company/more"} {
		if w := get(h, path+"?lang=en"); w.Code != 404 || !strings.Contains(w.Body.String(), "This page does not exist") {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

func TestAxeFindsNothingSeriousOnThePagesOutsideTheForms(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(newHandler(t, legal.Config{}))
	t.Cleanup(server.Close)
	b := uitest.NewBrowser(t)
	for _, path := range []string{"/legal/terms", "/legal/privacy", "/elsewhere"} {
		b.Open(server.URL+path, 390)
		if found := b.Axe(); found != "" {
			t.Errorf("%s:\n%s", path, found)
		}
	}
}

func TestAFormFromAnotherSiteIsRefused(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequest("POST", "/legal/terms?lang=en", nil)
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	w := httptest.NewRecorder()
	newHandler(t, legal.Config{}).ServeHTTP(w, r)
	if w.Code != 403 || !strings.Contains(w.Body.String(), "another website") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestOwnLegalTextsReplaceTheEmbeddedOnes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(dir+"/terms.en.txt", []byte("# Our terms\n\n<b>Plain</b> text\n\n- one\n- two\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	h := newHandler(t, legal.Config{Dir: os.DirFS(dir), Version: "7"})
	body := get(h, "/legal/terms?lang=en").Body.String()
	for _, want := range []string{"Our terms", "&lt;b&gt;Plain", "<li>two</li>", "Version 7"} {
		if !strings.Contains(body, want) {
			t.Errorf("lacks %s", want)
		}
	}
	if body := get(h, "/legal/terms?lang=es").Body.String(); !strings.Contains(body, "Condiciones del servicio") {
		t.Error("the embedded text is gone")
	}
	if err := os.WriteFile(dir+"/terms.en.txt", []byte("no title"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := New(Config{Legal: legal.Config{Dir: os.DirFS(dir)}, Rules: kyb.Rules()}); err == nil {
		t.Error("a text without a title was taken")
	}
}

func TestTheLogoIsServedAsAPictureOnly(t *testing.T) {
	t.Parallel()
	h := newHandler(t, legal.Config{})
	w := get(h, "/brand/"+integrationUUID+"/logo")
	if w.Code != 200 || w.Header().Get("Content-Type") != "image/png" || w.Header().Get("X-Content-Type-Options") != "nosniff" {
		t.Fatalf("%d %v", w.Code, w.Header())
	}
	for _, path := range []string{"/brand/0193584e-7a11-7c02-8f00-0000000000aa/logo", "/brand/x/logo"} {
		if w := get(h, path); w.Code != 404 {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}
