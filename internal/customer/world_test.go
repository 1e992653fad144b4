package customer_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"path"
	"strconv"
	"testing"
	"time"

	"rampa/internal/audit"
	"rampa/internal/blob"
	"rampa/internal/customer"
	"rampa/internal/customer/form"
	"rampa/internal/customer/registration"
	"rampa/internal/id"
	"rampa/internal/identity"
	"rampa/internal/integration"
	"rampa/internal/kyb"
	"rampa/internal/kyb/kybtest"
	"rampa/internal/mail"
	"rampa/internal/sandbox"
	"rampa/internal/storetest"
	"rampa/internal/vault"
	"rampa/internal/verification"
)

var (
	noon     = time.Date(2026, 6, 26, 12, 0, 0, 0, time.UTC)
	partner  = audit.Actor{Kind: "integration", ID: "1"}
	operator = audit.Actor{Kind: "operator", ID: "op-1", Address: "192.0.2.9"}
	visitor  = customer.Visitor{Address: "192.0.2.1", UserAgent: "test", Language: "pt", RequestID: "req-1"}
	pdf      = []byte("%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n")
)

type (
	registrations = registration.Service
	forms         = form.Service
)

// world is a Service over a real store, vault and folder, with a clock, and two integrations.
type world struct {
	*customer.Service
	*registrations
	*forms
	*testing.T
	storetest.Database
	now           time.Time
	tenant, other int64
	deletions     map[string]time.Time // of documents, when they are due
}

func worlds(t *testing.T, test func(w *world)) {
	t.Helper()
	storetest.Engines(t, func(t *testing.T, d storetest.Database) { test(newWorld(t, d)) })
}

func newWorld(t *testing.T, d storetest.Database) *world {
	sealer, err := vault.Open(t.Context(), make([]byte, vault.MasterKeySize), d.Store)
	if err != nil {
		t.Fatal(err)
	}
	files, err := blob.NewFolder(t.TempDir(), sealer)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{T: t, Database: d, now: noon, deletions: map[string]time.Time{}}
	w.tenant, w.other = w.integration("Remesas del Sur"), w.integration("Wallet & Co")
	w.Service = customer.New(customer.Config{Store: d.Store.Customers(), Sealer: sealer, Files: files, Rules: kyb.Rules(), PublicURL: "https://pay.example",
		Now: func() time.Time { return w.now }, EmailKey: identity.NormalizeEmail, Disposable: identity.NewDisposable(nil, nil).Is, EventData: eventData,
		Mail: func(n customer.Notice) mail.Message {
			return mail.Message{ID: id.UUID(w.now), CustomerID: n.Customer.ID, IntegrationID: n.Customer.IntegrationID, To: n.Customer.Email, Subject: n.FormURL,
				Kind: mail.Kind(n.Kind), Language: n.Customer.Language, CreatedAt: w.now, NextAt: w.now}
		},
		DeleteLater: func(_ context.Context, _ customer.Tx, documentID string, at time.Time) error {
			w.deletions[documentID] = at
			return nil
		}})
	w.registrations, w.forms = registration.New(w.Service), form.New(w.Service)
	return w
}

func eventData(s customer.Standing) []byte {
	b, _ := json.Marshal(map[string]any{"id": s.Customer.ID, "status": s.Customer.Status(), "missing": len(s.Requirements)})
	return b
}

func (w *world) integration(name string) int64 {
	w.Helper()
	i := integration.Integration{UUID: id.UUID(noon), Name: name, Mode: integration.Sandbox, CreatedAt: noon}
	err := w.Store.Integrations().InTx(w.Context(), func(ctx context.Context, tx integration.Tx) error {
		_, err := tx.InsertIntegration(ctx, &i, nil)
		return err
	})
	w.must(err)
	return i.ID
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) expect(what string, err, want error) {
	w.Helper()
	if !errors.Is(err, want) {
		w.Errorf("%s: %v, want %v", what, err, want)
	}
}

func (w *world) count(query string, args ...any) (n int) {
	w.Helper()
	w.must(w.DB.QueryRow(w.Context(), query, args...).Scan(&n))
	return n
}

func (w *world) expectCount(want int, query string, args ...any) {
	w.Helper()
	if n := w.count(query, args...); n != want {
		w.Errorf("%d of %s, want %d", n, query, want)
	}
}

// company is a registered one with the way into its form.
type company struct {
	*world
	id                      int64
	link, password, session string
}

func (w *world) register(name string) *company {
	w.Helper()
	r, err := w.Register(w.Context(), customer.Registration{Kind: customer.Company, IntegrationID: w.tenant, Email: "Ana@" + url.PathEscape(name) + ".example", Name: name, Country: "ES", Actor: partner})
	w.must(err)
	c := &company{world: w, id: r.Customer.ID}
	c.took(r)
	return c
}

func (c *company) took(r customer.Registered) { c.link, c.password = path.Base(r.LinkURL), r.Password }

// opened registers a company and unlocks its form.
func (w *world) opened(name string) *company {
	w.Helper()
	c := w.register(name)
	c.unlock()
	return c
}

func (c *company) unlock() {
	c.Helper()
	session, err := c.Unlock(c.Context(), c.link, c.password, visitor)
	c.must(err)
	c.session = session
}

// filled has everything but the signature.
func (w *world) filled(name string) *company {
	w.Helper()
	c := w.opened(name)
	file := kybtest.Complete(name)
	c.must(c.save("company", func(f *kyb.File) { *f = *file }))
	for _, item := range kybtest.Papers(file) {
		_, err := c.upload(item, pdf)
		c.must(err)
	}
	return c
}

func (w *world) submitted(name string) *company {
	w.Helper()
	c := w.filled(name)
	c.submit()
	return c
}

func (c *company) save(step string, change func(*kyb.File)) error {
	problems, err := c.Save(c.Context(), c.link, c.session, customer.Edit{Step: step, Visitor: visitor, Change: func(f *kyb.File) []kyb.Problem { change(f); return nil }})
	if len(problems) > 0 {
		c.Errorf("problems: %v", problems)
	}
	return err
}

func (c *company) upload(item string, content []byte) (kyb.Document, error) {
	return c.AddDocument(c.Context(), c.link, c.session, customer.Upload{Item: item, Name: "nota.pdf", Body: bytes.NewReader(content), Visitor: visitor})
}

func (c *company) submit() {
	c.Helper()
	missing, err := c.Submit(c.Context(), c.link, c.session, kybtest.Declaration(), visitor)
	c.must(err)
	if len(missing) > 0 {
		c.Fatalf("missing: %+v", missing)
	}
}

func (c *company) standing() customer.Standing {
	c.Helper()
	s, err := c.Standing(c.Context(), c.tenant, c.id)
	c.must(err)
	return s
}

func (c *company) expectStage(want verification.Stage) {
	c.Helper()
	if got := c.standing().Customer.Stage; got != want {
		c.Errorf("the file is %s, want %s", got, want)
	}
}

// read is what an operator sees; decision answers it.
func (c *company) read() *customer.Review {
	c.Helper()
	r, err := c.Review(c.Context(), c.id, operator)
	c.must(err)
	return r
}

func (c *company) decision() customer.Decision {
	c.Helper()
	return customer.Decision{Actor: operator, Version: c.read().Record.Version, RequestID: "req-2"}
}

func (c *company) correct(items ...string) {
	c.Helper()
	d := c.decision()
	for _, item := range items {
		d.Corrections = append(d.Corrections, customer.Correction{Item: item, Message: "Mend " + item})
	}
	c.must(c.RequestCorrection(c.Context(), c.id, d))
}

// events gives the statuses that the company's events tell, in order of their sequence.
func (c *company) events() (statuses []string) {
	c.Helper()
	rows, err := c.DB.Query(c.Context(), `SELECT sequence, data FROM events WHERE object_id = $1 ORDER BY id`, strconv.FormatInt(c.id, 10))
	c.must(err)
	defer rows.Close()
	for rows.Next() {
		var sequence int
		var data string
		c.must(rows.Scan(&sequence, &data))
		var told struct{ Status string }
		c.must(json.Unmarshal([]byte(data), &told))
		if statuses = append(statuses, told.Status); sequence != len(statuses) {
			c.Errorf("event %d has sequence %d", len(statuses), sequence)
		}
	}
	return statuses
}

// mails gives the kinds of the mails to the company, in order.
func (c *company) mails() (kinds []string) {
	c.Helper()
	rows, err := c.DB.Query(c.Context(), `SELECT kind, language FROM mails WHERE customer_id = $1 ORDER BY created_at, id`, c.id)
	c.must(err)
	defer rows.Close()
	for rows.Next() {
		var kind, language string
		c.must(rows.Scan(&kind, &language))
		kinds = append(kinds, kind+" "+language)
	}
	return kinds
}

func sandboxed(w *world) *world {
	w.Service.Verdict = sandbox.Verdict
	return w
}
