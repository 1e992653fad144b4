package kyc

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"rampa/internal/customer"
	"rampa/internal/errs"
	"rampa/internal/kyc"
	"rampa/internal/kyc/kyctest"
	"rampa/internal/pages/frame"
	"rampa/internal/pages/legal"
	"rampa/internal/verification"
)

const (
	linkUUID = "0193584e-7a11-7c02-8f00-0000000000aa"
	secret   = "abcdefghijklmnopqrstuvwxyz"
	base     = "/kyc/" + linkUUID + "-" + secret
)

var now = time.Date(2026, 11, 22, 10, 30, 0, 0, time.UTC)

// memory is the customer service in memory: one person with one link, the same rules as the real one.
type memory struct {
	mu    sync.Mutex
	form  customer.Form
	next  int
	saves int
}

func newMemory() *memory {
	return &memory{form: customer.Form{
		Customer: customer.Customer{
			ID: 7, UUID: "0193584e-7a11-7c02-8f00-0000000000cc", Kind: customer.Individual, Name: "Mara Quiñones Vidal", Email: "mara@example.org",
			Stage: verification.Draft, CallbackURL: "https://app.lumbre.example/kyc-done",
		},
		Link:  customer.Link{UUID: linkUUID, CustomerID: 7, CreatedAt: now, ExpiresAt: now.Add(90 * 24 * time.Hour)},
		Brand: customer.Brand{IntegrationUUID: "0193584e-7a11-7c02-8f00-0000000000bb", Name: "Lumbre Pagos"},
		Record: customer.Record{CustomerID: 7, Person: &kyc.File{
			Person: kyc.Person{Name: "Mara", LastName: "Quiñones", LastName2: "Vidal"}, Liveness: []string{kyc.TurnLeft, kyc.Smile, kyc.LookUp},
		}},
	}}
}

// copied gives the form with a file of its own, so that a page cannot change what is stored.
func (m *memory) copied() customer.Form {
	f, file := m.form, *m.form.Record.Person
	f.Record.Person = &file
	f.Record.Corrections, f.Documents = slices.Clone(f.Record.Corrections), slices.Clone(f.Documents)
	f.Missing = m.missing(&file)
	return f
}

func (m *memory) missing(file *kyc.File) []kyc.Requirement {
	return append(m.form.Record.OpenCorrections(), kyc.Missing(file, m.form.Documents)...)
}

func (m *memory) Open(_ context.Context, uuid, session string) (customer.Form, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.open(uuid, session)
}

func (m *memory) open(uuid, session string) (customer.Form, error) {
	f := customer.Form{Brand: m.form.Brand, Link: m.form.Link}
	switch {
	case uuid != linkUUID:
		return customer.Form{}, customer.ErrLinkNotFound
	case !now.Before(m.form.Link.ExpiresAt):
		return f, customer.ErrLinkExpired
	case session != secret:
		return f, customer.ErrLinkNotFound
	case m.form.Customer.Banned():
		return f, customer.ErrUserBanned
	}
	return m.copied(), nil
}

func (m *memory) Save(_ context.Context, uuid, session string, e customer.Edit) ([]kyc.Problem, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f, err := m.open(uuid, session)
	if err != nil {
		return nil, err
	}
	if !f.Editable(e.Step) {
		return nil, customer.ErrNotEditable
	}
	e.Person(f.Record.Person) // a transaction that was run again
	f = m.copied()
	if problems := e.Person(f.Record.Person); len(problems) > 0 {
		return problems, nil
	}
	m.form.Record.Person = f.Record.Person
	m.form.Record.Saved(e.Step, now)
	m.form.Customer.Language = e.Visitor.Language
	if m.form.Customer.Stage == verification.Draft {
		m.form.Customer.Stage = verification.InProgress
	}
	m.saves++
	return nil, nil
}

func (m *memory) AddDocument(_ context.Context, uuid, session string, u customer.Upload) (kyc.Document, error) {
	content, err := io.ReadAll(io.LimitReader(u.Body, 10<<20+1))
	if err != nil {
		return kyc.Document{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	f, err := m.open(uuid, session)
	kind := http.DetectContentType(content)
	switch {
	case err != nil:
		return kyc.Document{}, err
	case !f.Editable("documents." + u.Item):
		return kyc.Document{}, customer.ErrNotEditable
	case !slices.ContainsFunc(kyc.Items(f.Record.Person), func(i kyc.Item) bool { return i.Code == u.Item }):
		return kyc.Document{}, customer.ErrItemUnknown
	case len(content) == 0:
		return kyc.Document{}, errs.New(errs.Invalid, "file_empty", "")
	case len(content) > 10<<20:
		return kyc.Document{}, errs.New(errs.Invalid, "file_too_large", "")
	case !slices.Contains([]string{"application/pdf", "image/png", "image/jpeg", "image/webp"}, kind):
		return kyc.Document{}, errs.New(errs.Invalid, "file_type_not_allowed", "")
	}
	m.next++
	d := kyc.Document{ID: fmt.Sprintf("doc-%d", m.next), Item: u.Item, Name: u.Name, Type: kind, Size: int64(len(content)), AddedAt: now}
	m.form.Documents = append(m.form.Documents, d)
	m.form.Record.Saved("documents."+u.Item, now)
	return d, nil
}

func (m *memory) RemoveDocument(_ context.Context, uuid, session, id string, _ customer.Visitor) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, err := m.open(uuid, session); err != nil {
		return err
	}
	n := len(m.form.Documents)
	m.form.Documents = slices.DeleteFunc(m.form.Documents, func(d kyc.Document) bool { return d.ID == id })
	if len(m.form.Documents) == n {
		return customer.ErrDocumentNotFound
	}
	return nil
}

func (m *memory) Submit(_ context.Context, uuid, session string, d kyc.Declaration, v customer.Visitor) ([]kyc.Requirement, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f, err := m.open(uuid, session)
	if err != nil {
		return nil, err
	}
	next, err := f.Customer.Stage.After(verification.OnSubmitted)
	if err != nil {
		return nil, err
	}
	d.SignedAt, d.Address, d.UserAgent = now, v.Address, v.UserAgent
	f.Record.Sign(d)
	if missing := m.missing(f.Record.Person); len(missing) > 0 {
		return missing, nil
	}
	m.form.Record.Person, m.form.Record.SubmittedAt, m.form.Customer.Stage = f.Record.Person, now, next
	return nil, nil
}

// complete fills the whole file of a Spanish adult but the signature.
func (m *memory) complete() *memory {
	m.form.Customer.Stage = verification.InProgress
	file := kyctest.Complete("Mara", "Quiñones")
	file.Person.LastName2, file.Paper.ExpiresAt = "Vidal", "2031-05-17"
	m.form.Record.Person = file
	for _, code := range kyctest.Papers(file) {
		m.next++
		m.form.Documents = append(m.form.Documents, kyc.Document{
			ID: fmt.Sprintf("doc-%d", m.next), Item: code, Name: strings.ReplaceAll(code, ".", "-") + ".jpg", Type: "image/jpeg", Size: 482_113, AddedAt: now,
		})
	}
	return m
}

func (m *memory) at(stage verification.Stage) *memory {
	m.form.Customer.Stage = stage
	m.form.Record.SubmittedAt = now.Add(-26 * time.Hour)
	if stage == verification.Approved || stage == verification.Rejected {
		m.form.Record.DecidedAt = now.Add(-time.Hour)
	}
	m.form.Record.Person.Declaration = &kyc.Declaration{Signature: "Mara Quiñones Vidal", TermsVersion: legal.EmbeddedVersion, SignedAt: now.Add(-26 * time.Hour)}
	return m
}

// newHandler serves a memory.
func newHandler(t *testing.T, m *memory) http.Handler {
	t.Helper()
	h, err := New(Config{Gate: m, Editor: m, Papers: m, Terms: legal.EmbeddedVersion, Config: testFrame(t)})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func testFrame(t *testing.T) frame.Config {
	return frame.Config{
		Now: func() time.Time { return now }, Log: slog.New(slog.NewTextHandler(testLog{t}, nil)),
		Address:   func(*http.Request) string { return "203.0.113.9" },
		RequestID: func(context.Context) string { return "req-1" },
	}
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
		b.Fatalf("got %d to %q, want 303 to %q\n%s", w.Code, w.Header().Get("Location"), to, errorLines(w.Body.String()))
	}
}

// errorLines gives the part of a page that says what is wrong.
func errorLines(page string) string {
	if _, rest, ok := strings.Cut(page, `id="error-summary"`); ok {
		summary, _, _ := strings.Cut(rest, "</div>")
		return summary
	}
	return page
}
