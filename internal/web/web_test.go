package web_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"rampa/internal/web"
)

// front serves mux behind trusted proxies in 10.0.0.0/8 and 2001:db8::/32, and keeps its log.
type front struct {
	*web.Front
	log     bytes.Buffer
	metrics *prometheus.Registry
}

func newFront(mux *http.ServeMux) *front {
	f := &front{metrics: prometheus.NewRegistry()}
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("2001:db8::/32")}
	f.Front = web.NewFront(web.Config{Log: slog.New(slog.NewTextHandler(&f.log, nil)), Metrics: f.metrics, TrustedProxies: trusted}, mux)
	return f
}

func (f *front) get(path string, change func(r *http.Request)) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	if change != nil {
		change(r)
	}
	w := httptest.NewRecorder()
	f.ServeHTTP(w, r)
	return w
}

func handle(pattern string, h http.HandlerFunc) *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc(pattern, h)
	return mux
}

func TestAPlainRequestIDIsEchoedAndAnyOtherReplaced(t *testing.T) {
	t.Parallel()
	var seen string
	f := newFront(handle("GET /", func(_ http.ResponseWriter, r *http.Request) { seen = web.RequestID(r.Context()) }))
	for id, kept := range map[string]bool{"a": true, "01J-ñ": false, "req_1/2:3": true, strings.Repeat("x", 128): true, strings.Repeat("x", 129): false, "": false, "two words": false, "a\tb": false, "x\x7f": false, "a\nlevel=ERROR": false} {
		w := f.get("/", func(r *http.Request) { r.Header[web.RequestIDHeader] = []string{id} })
		got := w.Header().Get(web.RequestIDHeader)
		if got != seen || (got == id) != kept || len(got) == 0 {
			t.Errorf("%q: answered %q, seen %q", id, got, seen)
		}
	}
	a, b := f.get("/", nil), f.get("/", nil)
	if a.Header().Get(web.RequestIDHeader) == b.Header().Get(web.RequestIDHeader) {
		t.Error("two requests got one id")
	}
	if web.RequestID(context.Background()) != "" || web.Address(context.Background()) != "" {
		t.Error("outside a request there is an id or an address")
	}
}

func TestTheClientIsTheLastAddressThatATrustedProxyNames(t *testing.T) {
	t.Parallel()
	var seen string
	f := newFront(handle("GET /", func(_ http.ResponseWriter, r *http.Request) { seen = web.Address(r.Context()) }))
	for _, c := range []struct {
		peer      string
		forwarded []string
		want      string
	}{
		{"192.0.2.1:5", nil, "192.0.2.1"},
		{"192.0.2.1:5", []string{"198.51.100.7"}, "192.0.2.1"}, // whoever is not trusted is not believed
		{"10.0.0.1:5", []string{"198.51.100.7"}, "198.51.100.7"},
		{"10.0.0.1:5", []string{"203.0.113.1, 198.51.100.7"}, "198.51.100.7"}, // the client wrote the first itself
		{"10.0.0.1:5", []string{"203.0.113.1", "198.51.100.7"}, "198.51.100.7"},
		{"10.0.0.1:5", []string{"203.0.113.1, 198.51.100.7, 10.2.3.4"}, "198.51.100.7"},
		{"10.0.0.1:5", []string{"10.9.9.9"}, "10.9.9.9"},
		{"10.0.0.1:5", []string{"127.0.0.1, junk"}, "10.0.0.1"},
		{"10.0.0.1:5", []string{""}, "10.0.0.1"},
		{"10.0.0.1:5", nil, "10.0.0.1"},
		{"[::ffff:10.0.0.1]:5", []string{"::ffff:198.51.100.7"}, "198.51.100.7"},
		{"[2001:db8::1]:5", []string{" 2001:dead::1 "}, "2001:dead::1"},
		{"[fe80::1%eth0]:5", nil, "fe80::1"},
		{"@", []string{"198.51.100.7"}, ""},
	} {
		f.get("/", func(r *http.Request) { r.RemoteAddr, r.Header["X-Forwarded-For"] = c.peer, c.forwarded })
		if seen != c.want {
			t.Errorf("%s with %q: %q, want %q", c.peer, c.forwarded, seen, c.want)
		}
	}
}

func TestAPanicIsA500WithoutItsTextAndALogLineWithIt(t *testing.T) {
	t.Parallel()
	f := newFront(handle("GET /", func(http.ResponseWriter, *http.Request) { panic("the password is x") }))
	w := f.get("/", nil)
	if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "password") || w.Header().Get(web.RequestIDHeader) == "" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if log := f.log.String(); !strings.Contains(log, "the password is x") || !strings.Contains(log, w.Header().Get(web.RequestIDHeader)) || !strings.Contains(log, "status=500") {
		t.Error(log)
	}
	started := newFront(handle("GET /", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "half"); panic("late") }))
	if w := started.get("/", nil); w.Body.String() != "half" {
		t.Errorf("after half an answer: %s", w.Body)
	}
}

func TestAnAbortedHandlerAbortsItsConnection(t *testing.T) {
	t.Parallel()
	f := newFront(handle("GET /", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	defer func() {
		if p := recover(); p != http.ErrAbortHandler {
			t.Errorf("recovered %v", p)
		}
	}()
	f.get("/", nil)
	t.Error("the abort was swallowed")
}

func TestReadinessFollowsTheCheckAndTheDraining(t *testing.T) {
	t.Parallel()
	mux := http.NewServeMux()
	f := newFront(mux)
	var sick error
	f.Health(mux, func(context.Context) error { return sick })
	expect := func(path string, want int) {
		t.Helper()
		if w := f.get(path, nil); w.Code != want || strings.Contains(w.Body.String(), "secret") || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d %s, want %d", path, w.Code, w.Body, want)
		}
	}
	expect("/readyz", 200)
	sick = errors.New("secret dsn")
	expect("/readyz", 503)
	expect("/healthz", 200)
	sick = nil
	f.Drain()
	expect("/readyz", 503)
	expect("/healthz", 200)
	if !f.Draining() {
		t.Error("not draining")
	}
}

func TestPagesCarryTheSecurityHeaders(t *testing.T) {
	t.Parallel()
	for _, https := range []bool{false, true} {
		w := httptest.NewRecorder()
		web.PageHeaders(https, http.NotFoundHandler()).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
		h := w.Header()
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store", "X-Frame-Options": "DENY", "Cross-Origin-Opener-Policy": "same-origin"} {
			if h.Get(name) != want {
				t.Errorf("%s: %q", name, h.Get(name))
			}
		}
		csp := h.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'self'", "frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'"} {
			if !strings.Contains(csp, part) {
				t.Errorf("the policy lacks %s", part)
			}
		}
		if strings.Contains(csp, "unsafe") || (h.Get("Strict-Transport-Security") != "") != https {
			t.Errorf("https %v: %s, %s", https, csp, h.Get("Strict-Transport-Security"))
		}
	}
}

func TestWhateverClientsSendTheMetricsStayFew(t *testing.T) {
	t.Parallel()
	f := newFront(handle("GET /customers/{id}", func(http.ResponseWriter, *http.Request) {}))
	for i := range 200 {
		f.get("/customers/"+strings.Repeat("x", i+1), nil)
		f.get("/nowhere/"+strings.Repeat("x", i+1), func(r *http.Request) { r.Method = strings.Repeat("Z", i+1) })
	}
	families, err := f.metrics.Gather()
	if err != nil {
		t.Fatal(err)
	}
	var series []string
	for _, family := range families {
		for _, m := range family.Metric {
			text := family.GetName()
			for _, l := range m.Label {
				text += " " + l.GetValue()
			}
			series = append(series, text)
		}
	}
	if len(series) != 3 { // the gauge, the route, and the unknown
		t.Errorf("%d series: %q", len(series), series)
	}
}
