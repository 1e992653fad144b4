package app

import (
	"context"
	"io/fs"
	"net/http"
	"net/netip"
	"os"
	"path"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	openapi "rampa/api"
	"rampa/internal/api"
	"rampa/internal/api/budget"
	"rampa/internal/api/reference"
	"rampa/internal/console"
	"rampa/internal/fetch"
	"rampa/internal/id"
	"rampa/internal/identity"
	"rampa/internal/integration"
	"rampa/internal/kyb"
	"rampa/internal/pages"
	"rampa/internal/pages/legal"
	"rampa/internal/sandbox"
	"rampa/internal/web"
)

// front is the outermost handler.
type front = *web.Front

// newFront mounts every edge.
func (a *app) newFront(clock *sandbox.Clock, registry *prometheus.Registry) (front, error) {
	mux := http.NewServeMux()
	partner := a.newAPI(clock)
	f := web.NewFront(web.Config{Log: a.log, Metrics: registry, TrustedProxies: a.cfg.HTTP.TrustedProxies}, exact(mux, partner.NotFound))
	f.Health(mux, a.storage.db.Ping)
	mux.HandleFunc("/", partner.NotFound)
	mux.Handle("GET /metrics", near(promhttp.HandlerFor(registry, promhttp.HandlerOpts{})))
	partner.Mount(mux)
	a.mountProvider(mux)
	a.mountCharges(mux)
	docs, err := reference.New(openapi.OpenAPI)
	if err != nil {
		return nil, err
	}
	mux.Handle("/docs", docs)
	mux.Handle("/docs/", docs)
	hosted, err := a.newPages()
	if err != nil {
		return nil, err
	}
	for _, prefix := range []string{"/kyb/", "/kyc/", "/onboarding/", "/payment/", "/gateway/", "/legal/", "/static/", "/brand/"} {
		mux.Handle(prefix, web.PageHeaders(a.https(), hosted))
	}
	operators, err := a.newConsole()
	if err != nil {
		return nil, err
	}
	mux.Handle("/console", operators)
	mux.Handle("/console/", operators)
	mux.Handle("GET /{$}", http.RedirectHandler("/docs", http.StatusFound))
	return f, nil
}

func (a *app) https() bool { return strings.HasPrefix(a.publicURL, "https://") }

func (a *app) newAPI(clock *sandbox.Clock) *api.API {
	c := api.Config{Log: a.log, Tenants: a.services.integrations, Customers: a.services.customers, Reviews: a.services.customers, Keys: a.services.keys,
		Delegates: a.services.customers, Documents: a.services.customers, Allowances: a.services.limits, Declarations: a.services.onboarding, Market: a.services.quotes,
		Payments: a.services.payments, Forms: a.services.customers, Fetch: fetch.New(fetch.Config{}).Get,
		EmailKey: identity.NormalizeEmail, Countries: identity.IsCountry, Identification: a.services.customers.IdentificationHash,
		OpenAPI: openapi.OpenAPI, Now: a.now, CallbackRule: (*integration.Integration).AllowsURL,
		Limits: budget.Limits{PerSecond: a.cfg.Limits.Rate, Burst: a.cfg.Limits.Burst, AuthFailures: a.cfg.Limits.AuthFailures}}
	if clock != nil {
		c.Clock, c.Plays = clock, a.services
	}
	return api.New(c)
}

func (a *app) newPages() (http.Handler, error) {
	var texts fs.FS
	if a.cfg.Legal.Dir != "" {
		texts = os.DirFS(a.cfg.Legal.Dir)
	}
	return pages.New(pages.Config{Gate: a.services.customers, Editor: a.services.customers, Papers: a.services.customers, Declarations: a.services.onboarding, Payments: a.services.payments, Choices: a.services.payments, Logos: a.storage.store.Integrations(),
		Rules: kyb.Rules(), Legal: legal.Config{Dir: texts, Version: a.legalVersion()}, Secure: a.https(), Now: a.now,
		NewID: func() string { return id.UUID(a.now()) }, Log: a.log,
		Address: func(r *http.Request) string { return web.Address(r.Context()) }, RequestID: web.RequestID})
}

// legalVersion is the operator's word for its own texts; the embedded ones carry theirs.
func (a *app) legalVersion() string {
	if a.cfg.Legal.Dir == "" {
		return ""
	}
	return a.cfg.Legal.Version
}

func (a *app) newConsole() (http.Handler, error) {
	return console.New(console.Config{Files: a.services.customers, Decider: a.services.customers, Accounts: a.services.operators, FirstLogin: a.services.operators,
		Outbox: outbox{a.services.mail, a.services.customers.Keys, a.sandbox()}, Alerts: a.services.alerts, Checks: a.services.checks, Bans: a.services.customers, Declarations: a.services.onboarding, Rules: kyb.Rules(), Sandbox: a.sandbox(), Secure: a.https(), Now: a.now, Log: a.log,
		Address: func(r *http.Request) string { return web.Address(r.Context()) }, RequestID: web.RequestID})
}

// exact sends unclean paths (//, /../) to missing: the mux would redirect them, a POST with its body included.
func exact(next http.Handler, missing http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		clean := path.Clean(r.URL.Path)
		if clean != r.URL.Path && clean+"/" != r.URL.Path && r.Method != http.MethodConnect && r.URL.Path != "*" {
			missing(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// near admits clients of this machine and of private networks: metrics are for the operators' own collectors.
func near(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isNear(r.Context()) {
			http.NotFound(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func isNear(ctx context.Context) bool {
	a := web.ClientAddr(ctx)
	return a.IsLoopback() || a.IsPrivate() || a == netip.IPv6Unspecified()
}
