package onboarding_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"rampa/internal/audit"
	"rampa/internal/customer"
	"rampa/internal/customer/registration"
	"rampa/internal/id"
	"rampa/internal/identity"
	"rampa/internal/integration"
	"rampa/internal/kyb"
	"rampa/internal/kyc"
	"rampa/internal/link"
	"rampa/internal/mail"
	"rampa/internal/onboarding"
	"rampa/internal/onboarding/onboardingtest"
	"rampa/internal/sandbox"
	"rampa/internal/store/compliance"
	"rampa/internal/storetest"
	"rampa/internal/vault"
	"rampa/internal/verification"
)

var (
	noon     = time.Date(2026, 6, 26, 12, 0, 0, 0, time.UTC)
	partner  = audit.Actor{Kind: "integration", ID: "1"}
	operator = audit.Actor{Kind: "operator", ID: "op-1", Address: "192.0.2.9"}
	visitor  = customer.Visitor{Address: "192.0.2.1", UserAgent: "test", Language: "pt", RequestID: "req-1"}
)

// world is a Service over a real store, vault and customers, with a clock and two integrations.
type world struct {
	*onboarding.Service
	*testing.T
	storetest.Database
	customers     *customer.Service
	registrations *registration.Service
	now           time.Time
	tenant, other int64
	held          bool
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
	w := &world{T: t, Database: d, now: noon}
	w.tenant, w.other = w.integration("Remesas del Sur"), w.integration("Wallet & Co")
	clock := func() time.Time { return w.now }
	letter := func(kind string, c customer.Customer, url string) mail.Message {
		return mail.Message{ID: id.UUID(w.now), CustomerID: c.ID, IntegrationID: c.IntegrationID, To: c.Email, Subject: url, Kind: mail.Kind(kind), Language: c.Language, CreatedAt: w.now, NextAt: w.now}
	}
	w.customers = customer.New(customer.Config{Store: d.Store.Customers(), Sealer: sealer, Rules: kyb.Rules(), PublicURL: "https://pay.example", Now: clock,
		EmailKey: identity.NormalizeEmail, Disposable: identity.NewDisposable(nil, nil).Is,
		EventData: func(s customer.Standing) []byte { return []byte(`{"tier":` + string(rune('0'+s.Customer.Tier)) + `}`) },
		Mail:      func(n customer.Notice) mail.Message { return letter(n.Kind, n.Customer, n.FormURL) }})
	w.registrations = registration.New(w.customers)
	w.Service = onboarding.New(onboarding.Config{Store: compliance.New(d.DB).Onboarding(), Customers: w.customers, Sealer: sealer, PublicURL: "https://pay.example", Now: clock,
		Mail: func(n onboarding.Notice) mail.Message { return letter(string(n.Kind), n.Customer, n.FormURL) },
		Held: func(context.Context, int64) (bool, error) { return w.held, nil }})
	return w
}

func (w *world) integration(name string) int64 {
	w.Helper()
	i := integration.Integration{UUID: id.UUID(noon), Name: name, Mode: integration.Sandbox, CreatedAt: noon}
	w.must(w.Store.Integrations().InTx(w.Context(), func(ctx context.Context, tx integration.Tx) error {
		_, err := tx.InsertIntegration(ctx, &i, nil)
		return err
	}))
	return i.ID
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// sandboxed lets names decide.
func (w *world) sandboxed() *world {
	w.Service.Verdict = func(c customer.Customer) (verification.Event, bool) { return sandbox.DeclarationVerdict(c.Name) }
	return w
}

// declarant is a registered customer with the way into the declaration.
type declarant struct {
	*world
	id           int64
	url          string
	link, secret string
}

func (w *world) person(name, lastName string) *declarant {
	return w.register(customer.Registration{Kind: customer.Individual, Email: strings.ReplaceAll(name+lastName, " ", ".") + "@people.example", Person: &kyc.File{Person: kyc.Person{Name: name, LastName: lastName}}})
}

func (w *world) company(name string) *declarant {
	return w.register(customer.Registration{Kind: customer.Company, Email: strings.ReplaceAll(name, " ", "") + "@companies.example", Name: name})
}

func (w *world) register(r customer.Registration) *declarant {
	w.Helper()
	r.IntegrationID, r.Actor = w.tenant, partner
	got, err := w.registrations.Register(w.Context(), r)
	w.must(err)
	return &declarant{world: w, id: got.Customer.ID}
}

// begin asks for the form.
func (d *declarant) begin() *declarant {
	d.Helper()
	b, err := d.Begin(d.Context(), onboarding.Start{IntegrationID: d.tenant, CustomerID: d.id, Actor: partner, RequestID: "req-0"})
	d.must(err)
	d.url = b.URL
	d.link, d.secret = link.Split(b.URL[strings.LastIndex(b.URL, "/")+1:])
	return d
}

func (d *declarant) save(step string, change func(*onboarding.File)) error {
	d.Helper()
	problems, err := d.Save(d.Context(), d.link, d.secret, onboarding.Edit{Step: step, Visitor: visitor, Change: func(f *onboarding.File) []onboarding.Problem { change(f); return nil }})
	if len(problems) > 0 {
		d.Errorf("problems: %v", problems)
	}
	return err
}

// fill puts everything in but the signature.
func (d *declarant) fill(company bool) *declarant {
	d.Helper()
	d.must(d.save(onboarding.StepFunds, func(f *onboarding.File) { *f = *onboardingtest.Complete(company) }))
	return d
}

func (d *declarant) sign(signature string) []onboarding.Requirement {
	d.Helper()
	missing, err := d.Submit(d.Context(), d.link, d.secret, verification.Declaration{Signature: signature, TermsVersion: "1"}, visitor)
	d.must(err)
	return missing
}

// submitted is a person whose declaration waits for an operator.
func (w *world) submitted(name, lastName string) *declarant {
	w.Helper()
	d := w.person(name, lastName).begin().fill(false)
	if missing := d.sign(name + " " + lastName); len(missing) > 0 {
		w.Fatalf("missing %v", missing)
	}
	return d
}

func (d *declarant) stage() verification.Stage {
	d.Helper()
	r, err := d.Of(d.Context(), d.id)
	d.must(err)
	return r.Stage
}

// decision answers what an operator sees now.
func (d *declarant) decision(reasons ...string) onboarding.Decision {
	d.Helper()
	r, err := d.Read(d.Context(), d.id, operator)
	d.must(err)
	return onboarding.Decision{Actor: operator, Version: r.Version, Reasons: reasons, RequestID: "req-2"}
}

func (d *declarant) customer() customer.Customer {
	d.Helper()
	c, err := d.Store.Customers().Customer(d.Context(), d.tenant, d.id)
	d.must(err)
	return c
}

// verified approves the customer's own file.
func (d *declarant) verified() *declarant {
	d.Helper()
	_, err := d.DB.Exec(d.Context(), `UPDATE customers SET stage = 'approved', tier = 1 WHERE id = $1`, d.id)
	d.must(err)
	return d
}

// texts gives a column of what is said about the customer, by number or by its text.
func (d *declarant) texts(query string, by any) (out []string) {
	d.Helper()
	rows, err := d.DB.Query(d.Context(), query, by)
	d.must(err)
	defer rows.Close()
	for rows.Next() {
		var text string
		d.must(rows.Scan(&text))
		out = append(out, text)
	}
	return out
}

// letters gives the mails to the customer, "kind language".
func (d *declarant) letters() []string {
	d.Helper()
	return d.texts(`SELECT kind || ' ' || language FROM mails WHERE customer_id = $1 ORDER BY created_at, id`, d.id)
}
