package api_test

import (
	"context"
	"net/netip"
	"strings"
	"testing"
	"time"

	"rampa/internal/app"
	"rampa/internal/audit"
	"rampa/internal/integration"
)

// wrongs are calls that are wrong in every other way as well.
func wrongs() []call {
	return []call{
		{"POST", "/register/company", "", nil},
		{"POST", "/register/company", "{", header("Content-Type", jsonBody)},
		{"POST", "/register/company", "<x/>", header("Content-Type", "text/xml")},
		{"POST", "/register/company", strings.Repeat("x", 2<<20), header("Content-Type", jsonBody)},
		{"POST", "/register/company", "{}", header("Content-Type", jsonBody, "Idempotency-Key", strings.Repeat("k", 300))},
		{"POST", "/register/company/1/link", "", nil},
		{"GET", "/kyc/check", "", nil}, {"GET", "/customers/list?page=-1", "", nil}, {"GET", "/users/find", "", nil},
		{"GET", "/sandbox/clock", "", nil}, {"POST", "/sandbox/clock", "{}", nil}, {"POST", "/sandbox/kyc", "{}", nil},
	}
}

func TestATokenIsLookedAtBeforeAnythingElse(t *testing.T) {
	t.Parallel()
	p := newWorld(t, nil).main
	p.get("/customers/list", "Auth", p.token).data(&[]any{})
	p.get("/customers/list", "Authorization", "Bearer "+p.token).data(&[]any{})
	p.get("/customers/list", "Authorization", "bearer  "+p.token).data(&[]any{})
	for _, c := range wrongs() {
		for _, token := range []string{"", "x", strings.Repeat("A", 43), p.token + "A", p.token[1:], "Bearer " + p.token, p.keys.APISecret} {
			c.header = c.header.Clone()
			if c.header == nil {
				c.header = header()
			}
			c.header.Set("Auth", token)
			a := p.send(c)
			a.fails(200, "authorization_incorrect")
		}
		c.header.Del("Auth")
		c.header.Set("Authorization", "Basic "+p.token)
		p.send(c).fails(200, "authorization_incorrect")
	}
	p.post("/authenticate", map[string]string{"api_key": p.keys.APIKey, "api_secret": "wrong"}).fails(200, "authorization_incorrect")
	p.post("/authenticate", map[string]string{"api_key": "wrong", "api_secret": p.keys.APISecret}).fails(200, "authorization_incorrect")
	if a := p.post("/authenticate", map[string]string{}); a.status != 422 {
		t.Errorf("%d %s", a.status, a.body)
	}
}

func TestATokenDiesAfterADay(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	other := w.partner("Otra")
	w.advance(23 * time.Hour)
	other.get("/customers/list").data(&[]any{})
	w.advance(2 * time.Hour)
	// What the process remembers of a token is a second old at most.
	for deadline := time.Now().Add(10 * time.Second); ; {
		a := other.get("/customers/list")
		if strings.Contains(a.body, "authorization_incorrect") {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s", a.body)
		}
	}
	other.authenticate()
	other.get("/customers/list").data(&[]any{})
}

func TestATokenOfARotatedSecretDiesWithIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	p := w.partner("Gira")
	old := p.keys
	w.admin(func(ctx context.Context, a *app.Admin) (err error) {
		_, p.keys, err = a.Integrations.Rotate(ctx, p.name, time.Hour, audit.System("test"))
		return err
	})
	body := func(k integration.Keys) map[string]string {
		return map[string]string{"api_key": k.APIKey, "api_secret": k.APISecret}
	}
	p.post("/authenticate", body(old)).data(&struct{}{})
	p.post("/authenticate", body(p.keys)).data(&struct{}{})
	w.advance(2 * time.Hour)
	p.post("/authenticate", body(old)).fails(200, "authorization_incorrect")
	p.post("/authenticate", body(p.keys)).data(&struct{}{})
}

// TestAnAllowListHoldsThroughTrustedProxiesOnly: the header is believed of the proxy in front, of nobody else.
func TestAnAllowListHoldsThroughTrustedProxiesOnly(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, proxies string
		admitted      map[string]bool // by X-Forwarded-For
	}{
		{"no proxy is trusted", "", map[string]bool{"": false, "192.0.2.7": false, "2001:db8::7": false}},
		{"this machine is", "127.0.0.0/8,10.0.0.0/8", map[string]bool{"": false, "192.0.2.7": true, "192.0.3.7": false, "2001:db8::7": true, "192.0.2.7, 198.51.100.1": false,
			"198.51.100.1, 192.0.2.7": true, "192.0.2.7, 10.1.1.1": true, "junk": false}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, map[string]string{"trusted-proxies": c.proxies})
			p := w.partner("Lista")
			w.admin(func(ctx context.Context, a *app.Admin) error {
				_, err := a.Integrations.Update(ctx, p.name, func(i *integration.Integration) error {
					i.AllowedIPs = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("2001:db8::/32")}
					return nil
				}, audit.System("test"))
				return err
			})
			w.forget(p)
			for forwarded, admitted := range c.admitted {
				a := p.get("/customers/list", "X-Forwarded-For", forwarded)
				if got := a.body != `{"status":"error","error":"authorization_incorrect"}`; got != admitted || a.status != 200 {
					t.Errorf("%q: %d %s", forwarded, a.status, a.body)
				}
				login := p.post("/authenticate", map[string]string{"api_key": p.keys.APIKey, "api_secret": p.keys.APISecret}, "X-Forwarded-For", forwarded, "Auth", "-")
				if got := strings.Contains(login.body, `"status":"ok"`); got != admitted {
					t.Errorf("authenticate from %q: %s", forwarded, login.body)
				}
			}
			w.main.get("/customers/list").data(&[]any{}) // others are not concerned
		})
	}
}

// forget waits until the process has read the integration anew: it remembers it for a second.
func (w *world) forget(p *partner) {
	w.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); {
		if p.get("/customers/list").body == `{"status":"error","error":"authorization_incorrect"}` {
			return
		}
	}
	w.Fatal("the allow-list is never read")
}

func TestLimitsAreToldAndKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]string{"rate-limit": "1", "rate-burst": "5", "auth-failures": "3"})
	p, other := w.main, w.partner("Otra")
	refused := 0
	for range 8 {
		a := p.get("/customers/list")
		for _, name := range []string{"RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"} {
			if a.header.Get(name) == "" {
				t.Errorf("%d without %s", a.status, name)
			}
		}
		if a.status == 429 {
			refused++
			if a.fails(429, "too_many_requests"); a.header.Get("Retry-After") == "" {
				t.Error("no Retry-After")
			}
		}
	}
	if refused < 2 || refused > 3 {
		t.Errorf("%d of 8 refused with a burst of 5", refused)
	}
	if a := other.get("/customers/list"); a.status != 200 || a.header.Get("RateLimit-Limit") != "5" {
		t.Errorf("another integration pays for it: %d", a.status)
	}
	for range 3 {
		p.post("/authenticate", map[string]string{"api_key": p.keys.APIKey, "api_secret": "wrong"}).fails(200, "authorization_incorrect")
	}
	if a := p.post("/authenticate", map[string]string{"api_key": p.keys.APIKey, "api_secret": p.keys.APISecret}); a.status != 429 || a.header.Get("Retry-After") == "" {
		t.Errorf("%d %s", a.status, a.body)
	}
	other.authenticate()
}
