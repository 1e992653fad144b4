package kyb

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"rampa/internal/customer"
	"rampa/internal/errs"
	"rampa/internal/kyb"
	"rampa/internal/pages/frame"
	"rampa/internal/pages/legal"
	"rampa/internal/verification"
)

const (
	linkUUID        = "0193584e-7a11-7c02-8f00-0000000000aa"
	integrationUUID = "0193584e-7a11-7c02-8f00-0000000000bb"
	password        = "xK9mP2nQ4rTv"
	mara            = "0193584e-7a11-7c02-8f00-000000000001"
	iker            = "0193584e-7a11-7c02-8f00-000000000002"
	holding         = "0193584e-7a11-7c02-8f00-000000000003"
)

var now = time.Date(2026, 11, 22, 10, 30, 0, 0, time.UTC)

// memory is the customer service in memory: one company with one link, the same rules as the real one.
type memory struct {
	mu    sync.Mutex
	now   func() time.Time
	form  customer.Form
	rules *kyb.Ruleset
	next  int
	saves int
}

func newMemory() *memory {
	return &memory{now: func() time.Time { return now }, rules: kyb.Rules(), form: customer.Form{
		Customer: customer.Customer{
			ID: 7, UUID: "0193584e-7a11-7c02-8f00-0000000000cc", Kind: customer.Company, Name: "Remesas Aurora S.L.", Email: "hola@aurora.example",
			Stage: verification.Draft, CallbackURL: "https://app.lumbre.example/kyb-done",
		},
		Link:   customer.Link{UUID: linkUUID, CustomerID: 7, CreatedAt: now, ExpiresAt: now.Add(90 * 24 * time.Hour)},
		Brand:  customer.Brand{IntegrationUUID: integrationUUID, Name: "Lumbre Pagos"},
		Record: customer.Record{CustomerID: 7, File: &kyb.File{}},
	}}
}

func (m *memory) session() string {
	sum := sha256.Sum256([]byte(linkUUID + password))
	return hex.EncodeToString(sum[:])
}

// copied gives the form with a file of its own, so that a page cannot change what is stored.
func (m *memory) copied() customer.Form {
	f := m.form
	file := *m.form.Record.File
	file.People, file.Entities = slices.Clone(file.People), slices.Clone(file.Entities)
	if file.Company.LegalName == "" {
		file.Company.LegalName = f.Customer.Name
	}
	f.Record.File = &file
	f.Record.Corrections = slices.Clone(f.Record.Corrections)
	f.Documents = slices.Clone(f.Documents)
	f.Missing = m.missing(&file)
	return f
}

func (m *memory) missing(file *kyb.File) (out []kyb.Requirement) {
	for _, c := range m.form.Record.Corrections {
		if !c.Done {
			out = append(out, kyb.Requirement{Code: "correction_requested", Field: c.Item, Item: c.Item})
		}
	}
	return append(out, m.rules.Missing(file, m.form.Documents, m.now())...)
}

func (m *memory) Link(_ context.Context, uuid string) (customer.Form, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.link(uuid)
}

func (m *memory) link(uuid string) (customer.Form, error) {
	if uuid != linkUUID {
		return customer.Form{}, customer.ErrLinkNotFound
	}
	f := customer.Form{Customer: m.form.Customer, Link: m.form.Link, Brand: m.form.Brand}
	if !m.now().Before(f.Link.ExpiresAt) {
		return f, customer.ErrLinkExpired
	}
	return f, nil
}

func (m *memory) Unlock(_ context.Context, uuid, typed string, v customer.Visitor) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, err := m.link(uuid); err != nil {
		return "", err
	}
	l := &m.form.Link
	switch {
	case m.now().Before(l.LockedUntil):
		return "", customer.ErrLinkLocked
	case typed != password:
		if l.Failures++; l.Failures >= 5 {
			l.LockedUntil = m.now().Add(15 * time.Minute)
		}
		return "", customer.ErrPassword
	}
	l.Failures = 0
	m.form.Customer.Language = v.Language
	if m.form.Customer.Stage == verification.Draft {
		m.form.Customer.Stage = verification.InProgress
	}
	return m.session(), nil
}

func (m *memory) Open(_ context.Context, uuid, session string) (customer.Form, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.open(uuid, session)
}

func (m *memory) open(uuid, session string) (customer.Form, error) {
	f, err := m.link(uuid)
	if err != nil {
		return f, err
	}
	if session != m.session() {
		return f, customer.ErrSession
	}
	return m.copied(), nil
}

func (m *memory) Save(_ context.Context, uuid, session string, e customer.Edit) ([]kyb.Problem, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f, err := m.open(uuid, session)
	if err != nil {
		return nil, err
	}
	if !f.Editable(e.Step) {
		return nil, customer.ErrNotEditable
	}
	e.Change(f.Record.File) // a transaction that was run again
	f = m.copied()
	if problems := e.Change(f.Record.File); len(problems) > 0 {
		return problems, nil
	}
	m.form.Record.File = f.Record.File
	m.done(e.Step)
	m.saves++
	return nil, nil
}

func (m *memory) done(item string) {
	for i, c := range m.form.Record.Corrections {
		if c.Item == item {
			m.form.Record.Corrections[i].Done = true
		}
	}
}

func (m *memory) AddDocument(_ context.Context, uuid, session string, u customer.Upload) (kyb.Document, error) {
	content, err := io.ReadAll(io.LimitReader(u.Body, 10<<20+1))
	if err != nil {
		return kyb.Document{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	f, err := m.open(uuid, session)
	kind := http.DetectContentType(content)
	asked := slices.ContainsFunc(m.rules.Items(f.Record.File, "en"), func(i kyb.Item) bool { return i.Code == u.Item })
	switch {
	case err != nil:
		return kyb.Document{}, err
	case !f.Editable("documents." + u.Item):
		return kyb.Document{}, customer.ErrNotEditable
	case !asked:
		return kyb.Document{}, customer.ErrItemUnknown
	case len(content) == 0:
		return kyb.Document{}, errs.New(errs.Invalid, "file_empty", "")
	case len(content) > 10<<20:
		return kyb.Document{}, errs.New(errs.Invalid, "file_too_large", "")
	case kind != "application/pdf" && kind != "image/png" && kind != "image/jpeg" && kind != "image/webp":
		return kyb.Document{}, errs.New(errs.Invalid, "file_type_not_allowed", "")
	}
	m.next++
	d := kyb.Document{ID: fmt.Sprintf("doc-%d", m.next), Item: u.Item, Name: u.Name, Type: kind, Size: int64(len(content)), AddedAt: m.now()}
	m.form.Documents = append(m.form.Documents, d)
	m.done("documents." + u.Item)
	return d, nil
}

func (m *memory) RemoveDocument(_ context.Context, uuid, session, id string, _ customer.Visitor) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, err := m.open(uuid, session); err != nil {
		return err
	}
	n := len(m.form.Documents)
	m.form.Documents = slices.DeleteFunc(m.form.Documents, func(d kyb.Document) bool { return d.ID == id })
	if len(m.form.Documents) == n {
		return customer.ErrDocumentNotFound
	}
	return nil
}

func (m *memory) Submit(_ context.Context, uuid, session string, d kyb.Declaration, v customer.Visitor) ([]kyb.Requirement, error) {
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
	d.SignedAt, d.Address, d.UserAgent = m.now(), v.Address, v.UserAgent
	f.Record.File.Declaration = &d
	if missing := m.missing(f.Record.File); len(missing) > 0 {
		return missing, nil
	}
	m.form.Record.File, m.form.Record.SubmittedAt, m.form.Customer.Stage = f.Record.File, m.now(), next
	return nil, nil
}

// complete fills the whole file of a Spanish S.L. with an owning company.
func (m *memory) complete() *memory {
	no, yes := false, true
	m.form.Customer.Stage = verification.InProgress
	m.form.Record.File = &kyb.File{
		Company: kyb.Company{
			LegalName: "Remesas Aurora S.L.", TradeName: "Aurora Envíos", LegalForm: "sl", Country: "ES", TaxID: "B58378431",
			IncorporationDate: "2015-03-09", Website: "https://www.aurora.example",
		},
		Registered: kyb.Address{Line1: "Calle de Alcalá 45", Line2: "3.º izquierda", City: "Madrid", PostalCode: "28014", Region: "Madrid", Country: "ES"},
		Activity: kyb.Activity{
			Activity: "Envío de remesas de particulares desde España a Colombia y Perú.", ExpectedMonthlyVolume: "250000",
			SourceOfFunds: "Comisiones por envío y aportaciones de los socios.",
		},
		People: []kyb.Person{
			{ID: mara, FirstName: "Mara", LastName: "Quiñones Vidal", BirthDate: "1984-05-17", Nationality: "ES", Role: kyb.RoleRepresentative, OwnershipPercent: "40", PEP: &no},
			{ID: iker, FirstName: "Iker", LastName: "Olabarría", BirthDate: "1979-12-02", Nationality: "PT", Role: kyb.RoleOwner, OwnershipPercent: "100", Through: holding, PEP: &yes},
		},
		Entities: []kyb.Entity{{ID: holding, LegalName: "Costa Norte Holding Lda", Country: "PT", RegistrationNumber: "501442600", OwnershipPercent: "60"}},
	}
	for _, item := range m.rules.Items(m.form.Record.File, "en") {
		if !item.Optional {
			m.next++
			m.form.Documents = append(m.form.Documents, kyb.Document{
				ID: fmt.Sprintf("doc-%d", m.next), Item: item.Code, Name: strings.ReplaceAll(item.Code, ".", "-")[:8] + ".pdf", Type: "application/pdf", Size: 482_113, AddedAt: now,
			})
		}
	}
	return m
}

func (m *memory) at(stage verification.Stage) *memory {
	m.form.Customer.Stage = stage
	m.form.Record.SubmittedAt = now.Add(-26 * time.Hour)
	if stage == verification.Approved || stage == verification.Rejected {
		m.form.Record.DecidedAt = now.Add(-time.Hour)
	}
	if stage != verification.InProgress {
		m.form.Record.File.Declaration = &kyb.Declaration{PersonID: mara, Signature: "Mara Quiñones Vidal", TermsVersion: "2026-11", SignedAt: now.Add(-26 * time.Hour)}
	}
	return m
}

// newHandler serves a memory; ids are counted, so that pages are the same each time.
func newHandler(t *testing.T, m *memory, alter ...func(*Config)) http.Handler {
	t.Helper()
	ids := 0
	c := Config{
		Gate: m, Editor: m, Papers: m, Rules: m.rules, Terms: legal.EmbeddedVersion,
		NewID: func() string {
			ids++
			return fmt.Sprintf("0193584e-7a11-7c02-8f00-%012d", 900+ids)
		},
		Config: frame.Config{
			Now: m.now, Log: quiet(t),
			Address:   func(*http.Request) string { return "203.0.113.9" },
			RequestID: func(context.Context) string { return "req-1" },
		},
	}
	for _, a := range alter {
		a(&c)
	}
	h, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return h
}
