// Package web is what every HTTP edge of Rampa shares: request ids, the client's address behind trusted proxies, one log
// line and one metric per request, draining, and the security headers of pages. It must not know any edge or domain.
package web

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"log/slog"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// RequestIDHeader carries the id of a request both ways.
const RequestIDHeader = "X-Request-Id"

type infoKey struct{}

// info is what the outermost handler learnt of a request.
type info struct {
	requestID string
	client    netip.Addr
}

// RequestID gives the id of the request that ctx belongs to, "" outside of one.
func RequestID(ctx context.Context) string {
	i, _ := ctx.Value(infoKey{}).(*info)
	if i == nil {
		return ""
	}
	return i.requestID
}

// ClientAddr gives the address of the client: the peer, or what trusted proxies say of it.
func ClientAddr(ctx context.Context) netip.Addr {
	i, _ := ctx.Value(infoKey{}).(*info)
	if i == nil {
		return netip.Addr{}
	}
	return i.client
}

// Address gives ClientAddr as text, "" when there is none.
func Address(ctx context.Context) string {
	if a := ClientAddr(ctx); a.IsValid() {
		return a.String()
	}
	return ""
}

// Config is what a Front needs.
type Config struct {
	Log            *slog.Logger
	Metrics        prometheus.Registerer // nil: not measured
	TrustedProxies []netip.Prefix
}

// Front is the outermost handler: it names each request, counts it, logs it in one line and survives its panics.
type Front struct {
	Config
	next     http.Handler
	requests *prometheus.HistogramVec
	inFlight prometheus.Gauge
	draining atomic.Bool
}

// NewFront puts a Front before next, a ServeMux whose patterns name the routes in logs and metrics.
func NewFront(c Config, next http.Handler) *Front {
	f := &Front{Config: c, next: next,
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{Namespace: "rampa", Subsystem: "http", Name: "request_seconds",
			Help: "Requests by route template, method and status.", Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10}},
			[]string{"route", "method", "status"}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{Namespace: "rampa", Subsystem: "http", Name: "in_flight", Help: "Requests being served."}),
	}
	if c.Metrics != nil {
		c.Metrics.MustRegister(f.requests, f.inFlight)
	}
	return f
}

// Drain makes /readyz answer 503, so that the balancer sends nobody any more; whoever comes is still served.
func (f *Front) Drain() { f.draining.Store(true) }

func (f *Front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	start := time.Now()
	in := &info{requestID: requestID(r), client: clientAddr(r, f.TrustedProxies)}
	r = r.WithContext(context.WithValue(r.Context(), infoKey{}, in))
	w.Header()[RequestIDHeader] = []string{in.requestID}
	rec := &recorder{ResponseWriter: w}
	f.inFlight.Inc()
	defer func() {
		f.inFlight.Dec()
		if p := recover(); p != nil {
			f.panicked(rec, r, p)
		}
		f.record(rec, r, time.Since(start))
	}()
	f.next.ServeHTTP(rec, r)
}

func (f *Front) panicked(w *recorder, r *http.Request, p any) {
	if p == http.ErrAbortHandler {
		panic(p)
	}
	f.Log.LogAttrs(r.Context(), slog.LevelError, "panic", slog.String("request_id", RequestID(r.Context())), slog.Any("panic", p), slog.String("stack", string(debug.Stack())))
	if w.status == 0 {
		http.Error(w, "Something went wrong on our side. Quote the header "+RequestIDHeader+" when you report it.", http.StatusInternalServerError)
	}
}

func (f *Front) record(w *recorder, r *http.Request, took time.Duration) {
	status := w.status
	if status == 0 {
		status = http.StatusOK
	}
	route := r.Pattern
	if _, path, ok := strings.Cut(route, " "); ok {
		route = path
	}
	if route == "" {
		route = "unknown"
	}
	f.requests.WithLabelValues(route, method(r.Method), strconv.Itoa(status)).Observe(took.Seconds())
	level := slog.LevelInfo
	if status >= 500 && status != http.StatusServiceUnavailable {
		level = slog.LevelError
	}
	f.Log.LogAttrs(r.Context(), level, "request", slog.String("method", method(r.Method)), slog.String("route", route), slog.Int("status", status),
		slog.Int64("bytes", w.bytes), slog.Duration("took", took), slog.String("request_id", RequestID(r.Context())), slog.String("client", Address(r.Context())))
}

// method bounds the label: a client may send any word.
func method(m string) string {
	switch m {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return m
	}
	return "OTHER"
}

// Health serves /healthz and /readyz: alive as long as it answers, ready when check gives nil and nothing drains.
func (f *Front) Health(mux *http.ServeMux, check func(ctx context.Context) error) {
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { plain(w, http.StatusOK, "ok\n") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
		defer cancel()
		switch err := check(ctx); {
		case f.draining.Load():
			plain(w, http.StatusServiceUnavailable, "draining\n")
		case err != nil:
			f.Log.WarnContext(ctx, "not ready", "error", err)
			plain(w, http.StatusServiceUnavailable, "not ready\n")
		default:
			plain(w, http.StatusOK, "ready\n")
		}
	})
}

// Draining reports whether Drain was called.
func (f *Front) Draining() bool { return f.draining.Load() }

func plain(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text))
}

// requestID takes the caller's id when it is short and plain, and makes one otherwise.
func requestID(r *http.Request) string {
	if given := r.Header.Get(RequestIDHeader); len(given) >= 1 && len(given) <= 128 {
		ok := true
		for _, c := range []byte(given) {
			ok = ok && c > ' ' && c <= '~'
		}
		if ok {
			return given
		}
	}
	var b [12]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// clientAddr walks X-Forwarded-For from the right for as long as the speaker is a trusted proxy.
func clientAddr(r *http.Request, trusted []netip.Prefix) netip.Addr {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	client := peer.Addr().Unmap().WithZone("")
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && trusts(trusted, client); i-- {
		next, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		client = next.Unmap().WithZone("")
	}
	return client
}

func trusts(trusted []netip.Prefix, a netip.Addr) bool {
	for _, p := range trusted {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// recorder remembers what was answered.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 && status >= 200 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(b)
	r.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// PageHeaders puts the security headers of hosted pages on every answer of next: nothing inline, nothing from elsewhere,
// no framing, no caching, no referrer.
func PageHeaders(https bool, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(self), geolocation=(), microphone=()")
		h.Set("Cache-Control", "no-store")
		if https {
			h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
		}
		next.ServeHTTP(w, r)
	})
}
