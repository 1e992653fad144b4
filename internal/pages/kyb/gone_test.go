package kyb

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"rampa/internal/customer"
)

// goneGate is a service whose caller has gone away.
type goneGate struct{ *memory }

func (g goneGate) Open(ctx context.Context, _, _ string) (customer.Form, error) {
	return customer.Form{}, ctx.Err()
}

func TestAVisitorWhoGoesAwayIsNoFaultOfOurs(t *testing.T) {
	t.Parallel()
	m := newMemory()
	var log bytes.Buffer
	h := newHandler(t, m, func(c *Config) { c.Gate, c.Log = goneGate{m}, slog.New(slog.NewTextHandler(&log, nil)) })
	ctx, leave := context.WithCancel(t.Context())
	leave()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(ctx, "GET", base, nil))
	if w.Code != http.StatusServiceUnavailable || log.Len() > 0 {
		t.Errorf("%d %s", w.Code, log.String())
	}
}
