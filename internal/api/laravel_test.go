package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"rampa/internal/api"
	"rampa/internal/api/wire"
	"rampa/internal/errs"
	"rampa/internal/integration"
	"rampa/internal/web"
)

// laravelCase is one case of the reference: rules in their order, a body, and the exact answer or null.
type laravelCase struct {
	Rules  orderedRules    `json:"rules"`
	Input  json.RawMessage `json:"input"`
	Output json.RawMessage `json:"output"`
}

// orderedRules keeps the order in which an object's keys are written.
type orderedRules wire.Rules

func (r *orderedRules) UnmarshalJSON(b []byte) error {
	d := json.NewDecoder(bytes.NewReader(b))
	if _, err := d.Token(); err != nil {
		return err
	}
	for d.More() {
		var pair [2]string
		for i := range pair {
			token, err := d.Token()
			if err != nil {
				return err
			}
			pair[i], _ = token.(string)
		}
		*r = append(*r, pair)
	}
	return nil
}

// TestThe70CasesOfLaravelAreAnsweredOverHTTP sends the register cases to the real call, and the others to a route that
// only tests have, behind the real middleware.
func TestThe70CasesOfLaravelAreAnsweredOverHTTP(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("wire/testdata/laravel-422.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []laravelCase
	if err := json.Unmarshal(content, &cases); err != nil || len(cases) != 70 {
		t.Fatalf("%d cases: %v", len(cases), err)
	}
	w := newWorld(t, nil)
	a, bare := newBare(t, admitting{})
	for i, c := range cases {
		asked := call{"POST", "/test/" + strconv.Itoa(i), string(c.Input), header("Content-Type", "application/json", "Auth", "t")}
		a.HandleTest(asked.path, wire.Rules(c.Rules))
		got := ask(t, bare, asked)
		c.judge(t, got.Code, got.Body.String())
		if strings.HasPrefix(c.Rules[1][1], "required|string|max:255") && c.Rules[0][0] == "email" {
			real := w.main.send(call{"POST", "/register/company", string(c.Input), header("Content-Type", "application/json")})
			c.judge(t, real.status, real.body)
		}
	}
}

func (c laravelCase) judge(t *testing.T, status int, body string) {
	t.Helper()
	switch {
	case bytes.Contains(c.Input, []byte(`\u0000`)): // the one deliberate difference: no NUL anywhere
		if status != http.StatusBadRequest || body != `{"status":"error","error":"malformed_json"}` {
			t.Errorf("%s: %d %s", c.Input, status, body)
		}
	case string(c.Output) == "null":
		if status != http.StatusOK {
			t.Errorf("%v\n%s: %d %s", c.Rules, c.Input, status, body)
		}
	default:
		var want bytes.Buffer
		if err := json.Compact(&want, c.Output); err != nil {
			t.Fatal(err)
		}
		if status != http.StatusUnprocessableEntity || body != want.String() {
			t.Errorf("%v\n%s: %d %s\nwant %s", c.Rules, c.Input, status, body, want.String())
		}
	}
}

// admitting takes every token.
type admitting struct{ err error }

func (a admitting) Resolve(context.Context, string, netip.Addr) (*integration.Integration, error) {
	return &integration.Integration{ID: 1}, a.err
}

func (a admitting) Authenticate(context.Context, integration.Keys, netip.Addr) (integration.Token, error) {
	return integration.Token{}, a.err
}

// newBare is the API and the front alone, without domains.
func newBare(t *testing.T, tenants api.Tenants) (*api.API, http.Handler) {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	a := api.New(api.Config{Log: log, Tenants: tenants, Now: time.Now})
	mux := http.NewServeMux()
	a.Mount(mux)
	return a, web.NewFront(web.Config{Log: log}, mux)
}

func ask(t *testing.T, h http.Handler, c call) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(c.method, "/api"+c.path, strings.NewReader(c.body))
	r.Header = c.header
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestFailuresOfOursAreToldWithoutTheirText(t *testing.T) {
	t.Parallel()
	check := call{"GET", "/kyc/check", "", header("Auth", "t")}
	_, down := newBare(t, admitting{errs.New(errs.Unavailable, "unavailable", "disk 7 is full")}) // as package db says it
	if w := ask(t, down, check); w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" || strings.Contains(w.Body.String(), "disk") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	_, stopping := newBare(t, admitting{wire.ErrUnavailable})
	if w := ask(t, stopping, check); w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" || w.Body.String() != `{"status":"error","error":"unavailable"}` {
		t.Errorf("%d %s %v", w.Code, w.Body, w.Header())
	}
	_, broken := newBare(t, admitting{os.ErrPermission})
	if w := ask(t, broken, check); w.Code != http.StatusOK || w.Body.String() != `{"status":"error","error":"unexpected_error"}` {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
