package fetch_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"rampa/internal/errs"
	"rampa/internal/fetch"
)

func TestADocumentIsFetchedWithoutTellingWhoAsks(t *testing.T) {
	t.Parallel()
	var asked http.Header
	base := site(t, func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "tracked", Value: "1", Path: "/"})
		if r.URL.Path == "/old" {
			http.Redirect(w, r, "/new?sig=1", http.StatusFound)
			return
		}
		asked = r.Header.Clone()
		_, _ = io.WriteString(w, "%PDF-1.7")
	})
	content, err := client(fetch.Config{}).Get(t.Context(), base+"/old?secret=1")
	if err != nil || string(content) != "%PDF-1.7" {
		t.Fatalf("%q, %v", content, err)
	}
	for _, name := range []string{"Cookie", "Referer", "Authorization", "Accept-Encoding", "X-Request-Id"} {
		if asked.Get(name) != "" {
			t.Errorf("%s: %s", name, asked.Get(name))
		}
	}
	if ua := asked.Get("User-Agent"); strings.Contains(strings.ToLower(ua), "rampa") || strings.Contains(ua, "Go-http") {
		t.Error(ua)
	}
}

// TestTheProxyOfTheEnvironmentIsNotUsed: it would dial for us what we must not.
func TestTheProxyOfTheEnvironmentIsNotUsed(t *testing.T) {
	var through atomic.Int64
	proxy := site(t, func(http.ResponseWriter, *http.Request) { through.Add(1) })
	for _, name := range []string{"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"} {
		t.Setenv(name, proxy)
	}
	c := newCanary(t)
	get := client(fetch.Config{Resolver: resolver(t, map[string][]string{"inside.example": {private}})})
	if _, err := get.Get(t.Context(), "http://inside.example:"+c.port+"/"); !errors.Is(err, fetch.ErrFetch) {
		t.Error(err)
	}
	c.wantNobody(t)
	if through.Load() != 0 {
		t.Error("the proxy was asked")
	}
}

// TestARedirectIsJudgedAsTheFirstAddressWas, and there are three at most.
func TestARedirectIsJudgedAsTheFirstAddressWas(t *testing.T) {
	t.Parallel()
	c := newCanary(t)
	var requests atomic.Int64
	base := site(t, func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		if left, err := strconv.Atoi(strings.TrimPrefix(r.URL.Path, "/hops/")); err == nil {
			if left == 0 {
				_, _ = io.WriteString(w, "there")
				return
			}
			http.Redirect(w, r, "/hops/"+strconv.Itoa(left-1), http.StatusFound)
			return
		}
		status, _ := strconv.Atoi(r.URL.Query().Get("status"))
		w.Header().Set("Location", r.URL.Query().Get("to"))
		w.WriteHeader(status)
	})
	get := client(fetch.Config{Resolver: resolver(t, map[string][]string{"inside.example": {private}, "mixed.example": {private + "+::1"}})})
	if content, err := get.Get(t.Context(), base+"/hops/3"); err != nil || string(content) != "there" {
		t.Errorf("three redirects: %q, %v", content, err)
	}
	before := requests.Load()
	if _, err := get.Get(t.Context(), base+"/hops/4"); !errors.Is(err, fetch.ErrFetch) || requests.Load()-before != 4 {
		t.Errorf("four redirects: %v, %d requests", err, requests.Load()-before)
	}
	before = requests.Load()
	if _, err := get.Get(t.Context(), base+"/?status=302&to=%2F%3Fstatus%3D302%26to%3D%252F"); !errors.Is(err, fetch.ErrFetch) || requests.Load()-before > 4 {
		t.Errorf("a loop: %v, %d requests", err, requests.Load()-before)
	}
	for _, to := range []string{"http://127.0.0.1:P/", "http://inside.example:P/", "http://mixed.example:P/", "http://[::1]:P/", "http://[::ffff:127.0.0.1]:P/", "http://2130706433:P/", "//127.0.0.1:P/",
		"http://user:pw@127.0.0.2:P/", "http://localhost:P/", "file:///etc/passwd", "ftp://127.0.0.2/", "gopher://127.0.0.1:P/", "http://127.0.0.2:25/", "http:///", "http://[fe80::1%25lo]:P/", "", "http://%zz/"} {
		for _, status := range []string{"301", "302", "303", "307", "308"} {
			target := base + "/?status=" + status + "&to=" + strings.NewReplacer(":P", ":"+c.port, "%", "%25", "&", "%26").Replace(to)
			if content, err := get.Get(t.Context(), target); !errors.Is(err, fetch.ErrFetch) {
				t.Errorf("%s to %s: %q, %v", status, to, content, err)
			}
		}
	}
	c.wantNobody(t)
}

// TestANameThatChangesIsJudgedByWhatIsDialled: the name is public when it is first looked up, and this machine's the next time.
func TestANameThatChangesIsJudgedByWhatIsDialled(t *testing.T) {
	t.Parallel()
	c := newCanary(t)
	l, err := net.Listen("tcp", public+":"+c.port)
	if err != nil {
		t.Fatal(err)
	}
	var served atomic.Int64
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		served.Add(1)
		http.Redirect(w, r, "http://rebound.example:"+c.port+"/again", http.StatusFound)
	})}
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { server.Close() })
	get := client(fetch.Config{Resolver: resolver(t, map[string][]string{"rebound.example": {public, private}})})
	if _, err := get.Get(t.Context(), "http://rebound.example:"+c.port+"/"); !errors.Is(err, fetch.ErrFetch) || served.Load() != 1 {
		t.Errorf("%v, served %d", err, served.Load())
	}
	c.wantNobody(t)
}

func TestNobodyGoesFromHTTPSToHTTP(t *testing.T) {
	t.Parallel()
	var plain atomic.Int64
	open := site(t, func(w http.ResponseWriter, _ *http.Request) { plain.Add(1); _, _ = io.WriteString(w, "plain") })
	port, roots := secureSite(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/down" {
			http.Redirect(w, r, open+"/", http.StatusFound)
			return
		}
		_, _ = io.WriteString(w, "secure")
	})
	r := resolver(t, map[string][]string{"example.com": {public}, "wrong.example": {public}})
	get := client(fetch.Config{Resolver: r, Roots: roots})
	if content, err := get.Get(t.Context(), "https://example.com:"+port+"/"); err != nil || string(content) != "secure" {
		t.Errorf("%q, %v", content, err)
	}
	for _, address := range []string{"https://example.com:" + port + "/down", "https://wrong.example:" + port + "/"} {
		if _, err := get.Get(t.Context(), address); !errors.Is(err, fetch.ErrFetch) {
			t.Errorf("%s: %v", address, err)
		}
	}
	if _, err := client(fetch.Config{Resolver: r}).Get(t.Context(), "https://example.com:"+port+"/"); !errors.Is(err, fetch.ErrFetch) {
		t.Errorf("a certificate of nobody's: %v", err)
	}
	if plain.Load() != 0 {
		t.Error("it went on in the open")
	}
}

// TestOnlyTenMebibytesAreTaken, whatever the answer says of its length, and nothing is inflated.
func TestOnlyTenMebibytesAreTaken(t *testing.T) {
	t.Parallel()
	big := bytes.Repeat([]byte{'x'}, fetch.MaxBytes+1)
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	for range 20 {
		_, _ = z.Write(big)
	}
	z.Close()
	base := site(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/most":
			_, _ = w.Write(big[:fetch.MaxBytes])
		case "/more":
			w.WriteHeader(http.StatusOK)
			w.(http.Flusher).Flush() // no length
			_, _ = w.Write(big)
		case "/announced":
			w.Header().Set("Content-Length", strconv.Itoa(len(big)))
			_, _ = w.Write(big)
		case "/endless":
			for r.Context().Err() == nil {
				if _, err := w.Write(big[:1<<16]); err != nil {
					return
				}
			}
		case "/bomb":
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(bomb.Bytes())
		case "/short": // less than announced
			w.Header().Set("Content-Length", "100")
			_, _ = w.Write(big[:10])
		}
	})
	get := client(fetch.Config{})
	if content, err := get.Get(t.Context(), base+"/most"); err != nil || len(content) != fetch.MaxBytes {
		t.Errorf("exactly the most: %d, %v", len(content), err)
	}
	for _, path := range []string{"/more", "/announced", "/endless", "/short"} {
		if content, err := get.Get(t.Context(), base+path); !errors.Is(err, fetch.ErrFetch) || content != nil {
			t.Errorf("%s: %d bytes, %v", path, len(content), err)
		}
	}
	if content, err := get.Get(t.Context(), base+"/bomb"); err != nil || !bytes.Equal(content, bomb.Bytes()) {
		t.Errorf("compressed: %d bytes, %v", len(content), err)
	}
}

func TestASlowServerIsLeftInTime(t *testing.T) {
	t.Parallel()
	never := make(chan struct{})
	t.Cleanup(func() { close(never) })
	base := site(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/silent":
		case "/headers":
			w.WriteHeader(http.StatusOK)
			w.(http.Flusher).Flush()
		case "/drops":
			for r.Context().Err() == nil { // a byte at a time, as fast as they go: never the whole
				_, _ = w.Write([]byte("x"))
				w.(http.Flusher).Flush()
				if r.URL.Query().Has("once") {
					break
				}
			}
		}
		select {
		case <-never:
		case <-r.Context().Done():
		}
	})
	mute, err := net.Listen("tcp", public+":0") // accepts and never says a word
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { mute.Close() })
	get := client(fetch.Config{Longest: short})
	for _, address := range []string{base + "/silent", base + "/headers", base + "/drops", base + "/drops?once", "http://" + mute.Addr().String(), "https://" + mute.Addr().String()} {
		if content, err := get.Get(t.Context(), address); !errors.Is(err, fetch.ErrFetch) || content != nil {
			t.Errorf("%s: %d bytes, %v", address, len(content), err)
		}
	}
	gone, leave := context.WithCancel(t.Context())
	leave()
	if _, err := get.Get(gone, base+"/silent"); !errors.Is(err, context.Canceled) || errs.KindOf(err) == errs.Invalid {
		t.Errorf("a caller who left: %v", err)
	}
}

func TestOnly200IsADocument(t *testing.T) {
	t.Parallel()
	base := site(t, func(w http.ResponseWriter, r *http.Request) {
		status, err := strconv.Atoi(r.URL.Path[1:])
		if err != nil {
			w.Header().Set("X-Long", strings.Repeat("x", 1<<17))
			status = http.StatusOK
		}
		w.WriteHeader(status)
	})
	get := client(fetch.Config{})
	for _, path := range []string{"/201", "/204", "/206", "/300", "/304", "/401", "/403", "/404", "/407", "/500", "/503", "/headers"} {
		if content, err := get.Get(t.Context(), base+path); !errors.Is(err, fetch.ErrFetch) || content != nil {
			t.Errorf("%s: %q, %v", path, content, err)
		}
	}
	if _, err := get.Get(t.Context(), base+"/200"); err != nil {
		t.Error(err)
	}
}
