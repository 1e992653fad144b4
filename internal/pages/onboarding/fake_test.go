package onboarding

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"rampa/internal/customer"
	"rampa/internal/kyc"
	"rampa/internal/onboarding"
	"rampa/internal/onboarding/onboardingtest"
	"rampa/internal/pages/frame"
	"rampa/internal/pages/legal"
	"rampa/internal/verification"
)

const (
	linkUUID = "0193584e-7a11-7c02-8f00-0000000000aa"
	secret   = "abcdefghijklmnopqrstuvwxyz"
	base     = "/onboarding/" + linkUUID + "-" + secret
)

var now = time.Date(2026, 11, 22, 10, 30, 0, 0, time.UTC)

// memory is the service of declarations in memory: one customer with one link, the same rules as the real one.
type memory struct {
	mu    sync.Mutex
	visit onboarding.Visit
	saves int
}

func newMemory() *memory {
	return &memory{visit: onboarding.Visit{
		Form: customer.Form{
			Customer: customer.Customer{ID: 7, UUID: "0193584e-7a11-7c02-8f00-0000000000cc", Kind: customer.Individual, Name: "Mara Quiñones Vidal", Country: "ES",
				Stage: verification.Draft, CallbackURL: "https://app.lumbre.example/done"},
			Link:  customer.Link{UUID: linkUUID, CustomerID: 7, CreatedAt: now, ExpiresAt: now.Add(90 * 24 * time.Hour)},
			Brand: customer.Brand{IntegrationUUID: "0193584e-7a11-7c02-8f00-0000000000bb", Name: "Lumbre Pagos"},
		},
		File: &onboarding.File{}, Signers: []kyc.Person{{Name: "Mara", LastName: "Quiñones", LastName2: "Vidal"}},
	}}
}

// company makes the customer one.
func (m *memory) company() *memory {
	m.visit.Form.Customer.Kind, m.visit.Form.Customer.Name = customer.Company, "Tejidos Vega, S.L."
	return m
}

func (m *memory) isCompany() bool { return m.visit.Form.Customer.Kind == customer.Company }

// complete fills the whole declaration but the signature.
func (m *memory) complete() *memory {
	m.visit.Form.Customer.Stage = verification.InProgress
	m.visit.File = onboardingtest.Complete(m.isCompany())
	return m
}

func (m *memory) at(stage verification.Stage) *memory {
	m.visit.Form.Customer.Stage = stage
	m.visit.Form.Record.SubmittedAt = now.Add(-26 * time.Hour)
	if stage == verification.Approved || stage == verification.Rejected {
		m.visit.Form.Record.DecidedAt = now.Add(-time.Hour)
	}
	m.visit.File.Declaration = &verification.Declaration{Signature: "Mara Quiñones Vidal", TermsVersion: legal.EmbeddedVersion, SignedAt: now.Add(-26 * time.Hour)}
	return m
}

func (m *memory) missing(f *onboarding.File) []onboarding.Requirement {
	return append(m.visit.Form.Record.OpenCorrections(), onboarding.Missing(f, m.isCompany(), m.visit.Signers)...)
}

func (m *memory) Open(_ context.Context, uuid, given string) (onboarding.Visit, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.open(uuid, given)
}

func (m *memory) open(uuid, given string) (onboarding.Visit, error) {
	known := onboarding.Visit{Form: customer.Form{Brand: m.visit.Form.Brand, Link: m.visit.Form.Link}}
	switch {
	case uuid != linkUUID || given != secret:
		return onboarding.Visit{}, customer.ErrLinkNotFound
	case !now.Before(m.visit.Form.Link.ExpiresAt):
		return known, customer.ErrLinkExpired
	case m.visit.Form.Customer.Banned():
		return known, customer.ErrUserBanned
	}
	v, file := m.visit, *m.visit.File
	v.File = &file // of its own: a page cannot change what is stored
	v.Form.Missing = m.missing(&file)
	return v, nil
}

func (m *memory) Save(_ context.Context, uuid, given string, e onboarding.Edit) ([]onboarding.Problem, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v, err := m.open(uuid, given)
	if err != nil {
		return nil, err
	}
	if !v.Form.Editable(e.Step) {
		return nil, customer.ErrNotEditable
	}
	e.Change(v.File) // a transaction that was run again
	if v, err = m.open(uuid, given); err != nil {
		return nil, err
	}
	if problems := e.Change(v.File); len(problems) > 0 {
		return problems, nil
	}
	m.visit.File = v.File
	m.visit.Form.Record.Saved(e.Step, now)
	if m.visit.Form.Customer.Stage == verification.Draft {
		m.visit.Form.Customer.Stage = verification.InProgress
	}
	m.saves++
	return nil, nil
}

func (m *memory) Submit(_ context.Context, uuid, given string, d verification.Declaration, by customer.Visitor) ([]onboarding.Requirement, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v, err := m.open(uuid, given)
	if err != nil {
		return nil, err
	}
	next, err := v.Form.Customer.Stage.After(verification.OnSubmitted)
	if err != nil {
		return nil, err
	}
	d.SignedAt, d.Address, d.UserAgent = now, by.Address, by.UserAgent
	v.File.Declaration = &d
	if missing := m.missing(v.File); len(missing) > 0 {
		return missing, nil
	}
	m.visit.File, m.visit.Form.Record.SubmittedAt, m.visit.Form.Customer.Stage = v.File, now, next
	return nil, nil
}

// newHandler serves a memory.
func newHandler(t *testing.T, m *memory) http.Handler {
	t.Helper()
	h, err := New(Config{Declarations: m, Terms: legal.EmbeddedVersion, Config: frame.Config{
		Now: func() time.Time { return now }, Log: slog.New(slog.NewTextHandler(testLog{t}, nil)),
		Address:   func(*http.Request) string { return "203.0.113.9" },
		RequestID: func(context.Context) string { return "req-1" },
	}})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// testLog fails the test on a logged error: one means a bug of ours.
type testLog struct{ t *testing.T }

func (l testLog) Write(b []byte) (int, error) {
	if strings.Contains(string(b), "level=ERROR") {
		l.t.Errorf("logged: %s", b)
	}
	return len(b), nil
}

// browser is a visitor.
type browser struct {
	*testing.T
	h http.Handler
}

func visitor(t *testing.T, m *memory) *browser { return &browser{t, newHandler(t, m)} }

func (b *browser) send(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	b.h.ServeHTTP(w, r)
	return w
}

func (b *browser) get(path string) *httptest.ResponseRecorder {
	return b.send(httptest.NewRequest("GET", path, nil))
}

func (b *browser) post(path string, form url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.send(r)
}

func (b *browser) redirected(w *httptest.ResponseRecorder, to string) {
	b.Helper()
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != to {
		b.Fatalf("got %d to %q, want 303 to %q\n%s", w.Code, w.Header().Get("Location"), to, w.Body)
	}
}
