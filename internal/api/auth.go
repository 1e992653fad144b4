package api

import (
	"context"
	"crypto/sha256"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"rampa/internal/api/budget"
	"rampa/internal/api/wire"
	"rampa/internal/errs"
	"rampa/internal/integration"
	"rampa/internal/web"
)

// Tenants judges credentials and tokens.
type Tenants interface {
	Authenticate(ctx context.Context, keys integration.Keys, from netip.Addr) (integration.Token, error)
	Resolve(ctx context.Context, token string, from netip.Addr) (*integration.Integration, error)
}

// token reads the bare header auth, or Authorization: Bearer.
func token(h http.Header) string {
	if t := h.Get("Auth"); t != "" {
		return t
	}
	scheme, t, _ := strings.Cut(h.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(t)
}

func fingerprint(r *http.Request, body []byte) []byte {
	h := sha256.New()
	h.Write([]byte(r.Method + " " + r.URL.Path + "\n"))
	h.Write(body)
	return h.Sum(nil)
}

var authenticateRules = wire.Rules{{"api_key", "required|string|max:255"}, {"api_secret", "required|string|max:255"}}

// authenticate is POST /authenticate.
func (a *API) authenticate(ctx context.Context, r *request) (any, error) {
	keys := integration.Keys{APIKey: r.Fields.String("api_key"), APISecret: r.Fields.String("api_secret")}
	from := web.ClientAddr(ctx)
	if wait := a.auth.Wait(keys.APIKey, from.String()); wait > 0 {
		return nil, &budget.RetryError{Cause: wire.ErrTooMany, After: wait}
	}
	t, err := a.Tenants.Authenticate(ctx, keys, from)
	if errs.CodeOf(err) == integration.ErrAuthorization.Code {
		a.auth.Failed(keys.APIKey, from.String())
	}
	if err != nil {
		return nil, err
	}
	a.auth.Succeeded(keys.APIKey)
	return wire.OK(wire.Token{Token: t.Value, ExpiresAt: wire.Time(t.ExpiresAt), ExpiresIn: int64(t.ExpiresAt.Sub(a.Now()).Round(time.Second).Seconds())}), nil
}
