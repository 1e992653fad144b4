package e2e

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestEachLinkThatLeadsNowhereSaysWhatToDo: unknown, expired and locked links have pages of their own.
func TestEachLinkThatLeadsNowhereSaysWhatToDo(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := s.client()
	registered := c.register("enlaces@acmecorp.com", "Enlaces S.L.")
	for _, unknown := range []string{"/kyb/550e8400-e29b-41d4-a716-446655440000", "/kyb/nonsense", "/kyb/"} {
		newWalker(t).get(s.PublicURL + unknown).want(404)
	}
	newWalker(t).get(strings.Replace(registered.Link, "/kyb/", "/kyb/x", 1)).want(404)

	w := newWalker(t).get(registered.Link).want(200)
	for range 5 {
		w.submit("step-password", map[string]string{"password": "wrong password"}, nil)
		if w.status != 401 || w.errors() == "" || w.step() != "password" {
			t.Fatalf("%d %s", w.status, text(w.doc))
		}
	}
	if w.submit("step-password", map[string]string{"password": registered.Password}, nil).want(429); w.header.Get("Retry-After") == "" {
		t.Error("the locked page does not say when to come again")
	}
	if newWalker(t).get(registered.Link).want(429); w.stage() != "" {
		t.Error("locked, and yet open")
	}
	c.want(registered.ID, "unused", "draft")
	c.advance(16 * time.Minute)
	newWalker(t).unlock(registered)

	replaced := c.renew(registered.ID)
	newWalker(t).get(registered.Link).want(410)
	c.advance(91 * day)
	newWalker(t).get(replaced.Link).want(410)
}

// TestEveryPageIsSentWithTheHeadersOfABank.
func TestEveryPageIsSentWithTheHeadersOfABank(t *testing.T) {
	t.Parallel()
	s := start(t)
	registered := s.client().register("cabeceras@acmecorp.com", "Cabeceras S.L.")
	w := newWalker(t).unlock(registered)
	for _, path := range []string{registered.Link, registered.Link + "/country", s.PublicURL + "/kyb/550e8400-e29b-41d4-a716-446655440000",
		s.ConsoleURL + "/login", s.PublicURL + "/legal/terms"} {
		w.get(path)
		for header, wants := range map[string][]string{
			"Content-Security-Policy": {"default-src", "frame-ancestors 'none'"}, "X-Content-Type-Options": {"nosniff"}, "Cache-Control": {"no-store"},
			"Referrer-Policy": {"no-referrer"}, "Cross-Origin-Opener-Policy": {"same-origin"}, "X-Request-Id": {""},
		} {
			for _, want := range wants {
				if got := w.header.Get(header); got == "" || !strings.Contains(got, want) {
					t.Errorf("%s: %s is %q, without %q", path, header, got, want)
				}
			}
		}
		if strings.Contains(w.header.Get("Content-Security-Policy"), "unsafe") || strings.Contains(w.body, "<script>") || strings.Contains(w.body, " style=") {
			t.Errorf("%s has something inline", path)
		}
	}
	for _, cookie := range w.http.Jar.Cookies(w.get(registered.Link).at) {
		if strings.Contains(w.body, cookie.Value) {
			t.Error("the page shows its own session")
		}
	}
}

// TestPagesSpeakThreeLanguages: by ?lang first, then by what the browser prefers.
func TestPagesSpeakThreeLanguages(t *testing.T) {
	t.Parallel()
	s := start(t)
	registered := s.client().register("idiomas@acmecorp.com", "Idiomas S.L.")
	language := func(w *walker) string { return attribute(find(w.doc, "html")[0], "lang") }
	seen := map[string]bool{}
	for _, lang := range []string{"es", "en", "pt"} {
		w := newWalker(t).get(registered.Link+"?lang="+lang, "Accept-Language", "fr").want(200)
		if language(w) != lang {
			t.Errorf("?lang=%s speaks %s", lang, language(w))
		}
		seen[text(find(w.doc, "h1")[0])] = true
		if w = newWalker(t).get(registered.Link, "Accept-Language", "fr, "+lang+";q=0.8, en;q=0.1").want(200); language(w) != lang {
			t.Errorf("Accept-Language %s speaks %s", lang, language(w))
		}
	}
	if len(seen) != 3 {
		t.Errorf("the headings are %v", seen)
	}
	newWalker(t).get(registered.Link + "?lang=xx").want(200)
}

// TestFormsAreNotTakenFromOtherSites.
func TestFormsAreNotTakenFromOtherSites(t *testing.T) {
	t.Parallel()
	s := start(t)
	registered := s.client().register("ajenos@acmecorp.com", "Ajenos S.L.")
	r, err := http.NewRequest("POST", registered.Link, strings.NewReader("password="+registered.Password))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", "https://evil.example")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	newWalker(t).send(r).want(403)
	s.client().want(registered.ID, "unused", "draft")
}
