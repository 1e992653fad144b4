// Package api is the partner's edge: it knows routes, tokens, idempotency keys and rate limits, turns requests into calls
// of the domains and their outcomes into the partner's bytes (package wire). It must not know SQL, nor decide anything
// that a domain should.
package api

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/semaphore"

	"rampa/internal/api/budget"
	"rampa/internal/api/intake"
	"rampa/internal/api/wire"
	"rampa/internal/audit"
	"rampa/internal/customer"
	"rampa/internal/errs"
	"rampa/internal/idempotency"
	"rampa/internal/integration"
	"rampa/internal/web"
)

// Config is what the API needs.
type Config struct {
	Log          *slog.Logger
	Tenants      Tenants
	Customers    Customers
	Reviews      Reviews
	Delegates    Delegates
	Documents    Documents
	Allowances   Allowances
	Declarations Declarations
	Market       Market
	Payments     Payments
	Plays        Plays // nil in production
	Forms        Forms
	// Fetch gets a document that a partner names by its address.
	Fetch    func(ctx context.Context, url string) ([]byte, error)
	Keys     *idempotency.Service
	Clock    SandboxClock // nil in production: the sandbox's calls are 404 then
	EmailKey func(address string) (string, error)
	// Countries tells ISO 3166-1 codes; Identification is what an identification number is looked up as.
	Countries      func(code string) bool
	Identification func(number string) []byte
	Limits         budget.Limits
	OpenAPI        []byte
	Now            func() time.Time
	CallbackRule   func(i *integration.Integration, url string) bool
}

// API is the partner's API.
type API struct {
	Config
	limits *budget.Limiter
	auth   *budget.Throttle
	intake *intake.Reader
	bodies *semaphore.Weighted // bytes of big bodies held at once
	paths  *http.ServeMux
}

// request is a call as its handler sees it.
type request struct {
	*http.Request
	Integration *integration.Integration
	Fields      wire.Fields
	brought     customer.Delegated // what prepare has made ready; its papers belong to nobody yet
}

func (r *request) actor() audit.Actor {
	return audit.Actor{Kind: "integration", ID: r.Integration.UUID, Address: web.Address(r.Context())}
}

// route is one operation of the API. handle gives the whole answer's body.
type route struct {
	method string
	path   string // below /api
	regime wire.Regime
	rules  *wire.Ruleset // nil: nothing to validate, or prepare does it
	handle handler
	flags  routeFlag
	limit  int64 // bytes of a body
	// prepare does what takes long, before the call's one transaction: it reads, fetches and stashes papers.
	prepare func(ctx context.Context, r *request) error
	// explain adds to an error what the caller needs to get past it, when the call's transaction is over.
	explain func(ctx context.Context, r *request, err error) error
}

type handler func(ctx context.Context, r *request) (any, error)

func get(path string, regime wire.Regime, rules wire.Rules, handle handler) route {
	r := route{method: http.MethodGet, path: path, regime: regime, handle: handle, limit: bodyLimit}
	if rules != nil {
		r.rules = wire.MustRules(rules)
	}
	return r
}

func post(path string, regime wire.Regime, rules wire.Rules, handle handler) route {
	r := get(path, regime, rules, handle)
	r.method = http.MethodPost
	return r
}

func (r route) with(flags routeFlag) route {
	r.flags = flags
	return r
}

// bringing makes a route of one that brings papers.
func (r route) bringing(limit int64, prepare func(ctx context.Context, r *request) error) route {
	r.limit, r.prepare = limit, prepare
	return r
}

// telling makes a route of one that explains its errors.
func (r route) telling(explain func(ctx context.Context, r *request, err error) error) route {
	r.explain = explain
	return r
}

// routeFlag says what is different about a route.
type routeFlag int

const (
	open    routeFlag = 1 << iota // needs no token
	keyless                       // takes no Idempotency-Key: it changes nothing that a transaction could hold
)

// New makes the API.
func New(c Config) *API {
	a := &API{Config: c, limits: budget.NewLimiter(c.Limits), auth: budget.NewThrottle(c.Limits.AuthFailures, c.Now), intake: intake.New(c.Now),
		bodies: semaphore.NewWeighted(bodiesHeld), paths: http.NewServeMux()}
	byPath := map[string][]route{}
	for _, r := range a.routes() {
		byPath[r.path] = append(byPath[r.path], r)
	}
	for path, routes := range byPath {
		a.paths.Handle("/api"+path, a.methods(routes))
	}
	a.paths.HandleFunc("/api/", a.NotFound)
	a.paths.Handle("/api/openapi.yaml", a.methods([]route{{method: http.MethodGet, path: "/openapi.yaml"}}))
	return a
}

// Mount adds the API to a mux.
func (a *API) Mount(mux *http.ServeMux) {
	mux.Handle("/api/", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.paths.ServeHTTP(w, r) // sets r.Pattern to the route's own
	}))
}

// NotFound answers for paths that are none of the API's.
func (a *API) NotFound(w http.ResponseWriter, r *http.Request) {
	a.fail(w, r, wire.ErrNotFound, wire.Business)
}

// Routes lists the operations as "METHOD /path", for the comparison with the OpenAPI file.
func (a *API) Routes() []string {
	out := []string{"GET /openapi.yaml"}
	for _, r := range a.routes() {
		out = append(out, r.method+" "+r.path)
	}
	slices.Sort(out)
	return out
}

// methods serves one path: the operation of the request's method, or 405.
func (a *API) methods(routes []route) http.Handler {
	allowed := make([]string, 0, len(routes)+1)
	for _, r := range routes {
		allowed = append(allowed, r.method)
		if r.method == http.MethodGet {
			allowed = append(allowed, http.MethodHead)
		}
	}
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		method := req.Method
		if method == http.MethodHead {
			method = http.MethodGet
		}
		for _, r := range routes {
			switch {
			case r.method != method:
			case r.handle == nil:
				a.serveOpenAPI(w)
				return
			default:
				a.serve(w, req, &r)
				return
			}
		}
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		a.fail(w, req, wire.ErrMethod, wire.Business)
	})
}

func (a *API) serveOpenAPI(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/yaml; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write(a.OpenAPI)
}

// serve answers one request: token, rate limit, body, idempotency key, validation, the call itself.
func (a *API) serve(w http.ResponseWriter, req *http.Request, rt *route) {
	r := &request{Request: req}
	if rt.flags&open == 0 {
		i, err := a.Tenants.Resolve(req.Context(), token(req.Header), web.ClientAddr(req.Context()))
		if err != nil {
			a.fail(w, req, err, wire.Business)
			return
		}
		r.Integration = i
		if !a.limits.Admit(w.Header(), i.ID) {
			a.fail(w, req, wire.ErrTooMany, wire.Business)
			return
		}
	}
	answer, replayed, err := a.answer(r, rt)
	if err != nil {
		if rt.explain != nil {
			err = rt.explain(req.Context(), r, err)
		}
		if wait, ok := errors.AsType[*budget.RetryError](err); ok {
			w.Header().Set("Retry-After", wait.Seconds())
		}
		a.fail(w, req, err, rt.regime)
		return
	}
	if replayed {
		w.Header().Set("Idempotent-Replayed", "true")
	}
	write(w, answer.Status, answer.Body)
}

// answer decodes a request and runs its call, under its Idempotency-Key when it has one.
func (a *API) answer(r *request, rt *route) (answer idempotency.Answer, replayed bool, err error) {
	run := func(ctx context.Context) (idempotency.Answer, error) { return rt.run(ctx, r) }
	if rt.method == http.MethodGet {
		if r.Fields, err = wire.DecodeQuery(r.URL.RawQuery); err != nil {
			return answer, false, err
		}
		answer, err = run(r.Context())
		return answer, false, err
	}
	release, err := a.makeRoom(r.Request, rt.limit)
	if err != nil {
		return answer, false, err
	}
	defer release()
	body, err := wire.ReadBody(r.Request, rt.limit)
	if err != nil {
		return answer, false, err
	}
	if r.Fields, err = wire.DecodeBody(r.Header, body); err != nil {
		return answer, false, err
	}
	k, keyed := idempotency.Key{}, false
	if keys := r.Header.Values("Idempotency-Key"); len(keys) > 0 && rt.flags&keyless == 0 {
		k, keyed = idempotency.Key{IntegrationID: r.Integration.ID, Value: strings.Join(keys, ","), Fingerprint: fingerprint(r.Request, body)}, true
	}
	if rt.prepare != nil {
		if keyed {
			if answer, replayed, err = a.Keys.Do(r.Context(), k, unheard); !errors.Is(err, errUnheard) {
				return answer, replayed, err
			}
		}
		defer func() { a.tidy(r, err != nil && settled(err) || replayed) }()
		if err = rt.prepare(r.Context(), r); err != nil {
			return answer, false, err
		}
	}
	if keyed {
		return a.Keys.Do(r.Context(), k, run)
	}
	answer, err = run(r.Context())
	return answer, false, err
}

// run validates and does the call.
func (rt *route) run(ctx context.Context, r *request) (idempotency.Answer, error) {
	if rt.rules != nil {
		if invalid := rt.rules.Check(r.Fields); invalid != nil {
			return idempotency.Answer{}, invalid
		}
	}
	body, err := rt.handle(ctx, r)
	if err != nil {
		return idempotency.Answer{}, err
	}
	bytes, err := wire.Marshal(body)
	return idempotency.Answer{Status: http.StatusOK, Body: bytes}, err
}

// fail answers with an error, and logs it when it is our own fault.
func (a *API) fail(w http.ResponseWriter, r *http.Request, err error, regime wire.Regime) {
	if errors.Is(err, context.Canceled) && r.Context().Err() != nil {
		err = wire.ErrUnavailable.Because(err) // nobody reads the answer
	}
	status, body := wire.ErrorStatus(err, regime)
	var invalid *wire.Invalid
	if errs.KindOf(err) == errs.Internal && !errors.As(err, &invalid) {
		a.Log.LogAttrs(r.Context(), slog.LevelError, "call failed", slog.String("route", r.Pattern), slog.String("request_id", web.RequestID(r.Context())), slog.Any("error", err))
	} else if errs.KindOf(err) == errs.Unavailable {
		a.Log.LogAttrs(r.Context(), slog.LevelWarn, "call refused", slog.String("route", r.Pattern), slog.String("request_id", web.RequestID(r.Context())), slog.Any("error", err))
	}
	if (status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable) && w.Header().Get("Retry-After") == "" {
		w.Header().Set("Retry-After", "1")
	}
	bytes, err := wire.Marshal(body)
	if err != nil {
		bytes = []byte(`{"status":"error","error":"unexpected_error"}`)
	}
	write(w, status, bytes)
}

var jsonType = []string{"application/json"}

func write(w http.ResponseWriter, status int, body []byte) {
	h := w.Header()
	h["Content-Type"] = jsonType
	h["Content-Length"] = []string{strconv.Itoa(len(body))} // or a long answer would come in chunks
	h["Cache-Control"] = []string{"no-store"}
	h["X-Content-Type-Options"] = []string{"nosniff"}
	w.WriteHeader(status)
	_, _ = w.Write(body)
}
