package gateway

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

	"rampa/internal/bank"
	"rampa/internal/bank/remittance"
	"rampa/internal/customer"
	"rampa/internal/money"
	"rampa/internal/onramp"
	"rampa/internal/pages/frame"
	"rampa/internal/psp"
)

const (
	payID  = "9NM6ICl2KDaUiMtkDm4JSTqdQ"
	token  = "0193584e-7a11-7c02-8f00-0000000000aa"
	home   = "/payment/" + payID
	wallet = "0x52908400098527886E0F7030069857D2E4169EE7"
	txHash = "0x6b1cd2f64cbd61b6a5b9e3ab9a4f0a53a8d1b3f2e94e0f55d3f1f70f2b1c9e77"
	terms  = "2026-11-01"
)

var (
	now  = time.Date(2026, 11, 22, 10, 30, 0, 0, time.UTC)
	eur  = money.Asset{Code: "EUR", Scale: 2}
	usdc = money.Asset{Code: "USDC", Scale: 6}
)

// memory is the payment service in memory: one payment, and what its payer did.
type memory struct {
	mu      sync.Mutex
	visit   onramp.Visit
	session psp.Session
	fails   error // what the next thing that the payer does ends with
	did     []string
	asked   int                          // how often the payment was looked at
	later   func(n int, v *onramp.Visit) // changes what the n-th look sees; nil: nothing
}

func price(text string) money.Rate {
	r, err := money.ParseRate(text)
	if err != nil {
		panic(err)
	}
	return r
}

func termsAt(tokens int64) onramp.Terms {
	return onramp.Terms{Tokens: money.New(tokens, usdc), Price: price("0.932145"), ServiceFee: money.New(376, eur), NetworkFee: money.New(12, eur), PartnerFee: money.New(75, eur),
		Until: now.Add(5 * time.Minute)}
}

// newMemory is a card payment that nobody has paid yet.
func newMemory() *memory {
	p := onramp.Payment{ID: payID, IntegrationID: 1, CustomerID: 7, Method: "card", Amount: money.New(15050, eur), Coin: usdc, Chain: "polygon", Terms: termsAt(156_493_892),
		Wallet: onramp.Wallet{Address: wallet, DeclaredBy: "integration"}, Status: onramp.Started, Received: money.Zero(eur), Returned: money.Zero(eur),
		History: []onramp.Step{{Status: onramp.Started, At: now.Add(-10 * time.Minute)}}, CreatedAt: now.Add(-10 * time.Minute), UpdatedAt: now, ExpiresAt: now.Add(50 * time.Minute)}
	return &memory{
		visit: onramp.Visit{Payment: p, Customer: "Mara Quiñones Vidal", Token: token, ChainName: "Polygon PoS", CallbackURL: "https://app.lumbre.example/paid?payment_id=" + payID + "&status=started",
			Brand: onramp.Brand{IntegrationUUID: "0193584e-7a11-7c02-8f00-0000000000bb", Name: "Lumbre Pagos"}},
		session: psp.Session{Reference: "ch_1", URL: "/sandbox/provider/card/ch_1", Form: psp.Card},
	}
}

func with(change func(m *memory, p *onramp.Payment)) func() *memory {
	return func() *memory { m := newMemory(); change(m, &m.visit.Payment); return m }
}

// at is a payment that has come to a status.
func (m *memory) at(s onramp.Status) *onramp.Payment {
	p := &m.visit.Payment
	p.Status = s
	p.History = append(p.History, onramp.Step{Status: s, At: now.Add(-2 * time.Minute)})
	return p
}

// paid is a payment whose money is here.
func (m *memory) paid() *onramp.Payment {
	p := m.at(onramp.PaymentReceived)
	p.Received = p.Amount
	return p
}

func (m *memory) byTransfer() *onramp.Payment {
	p := &m.visit.Payment
	p.Method, p.ExpiresAt = "transfer", now.Add(7*24*time.Hour)
	p.Concept = &bank.Concept{Account: bank.Account{ID: 1, IBAN: "ES9121000418450200051332", BIC: "PFSSESM1XXX", Holder: "Fintech Payments, S.L", Currency: eur}, Number: 120037, Reference: "RF18120037", PaymentID: payID}
	m.qr()
	return p
}

// qr is what the service puts into the code.
func (m *memory) qr() {
	p := &m.visit.Payment
	c := p.Concept.Account
	m.visit.QR = remittance.EPC(remittance.Payment{BIC: c.BIC, Name: c.Holder, IBAN: c.IBAN, Amount: p.Due(), Text: "120037"})
}

func (m *memory) guided() *onramp.Payment {
	p := &m.visit.Payment
	p.Guided, p.Wallet = true, onramp.Wallet{}
	for _, code := range []string{"card", "psd2", "transfer"} {
		m.visit.Methods = append(m.visit.Methods, onramp.Method{Code: code, Name: code, Terms: termsAt(156_493_892 + int64(len(code))*1000)})
	}
	return p
}

func (m *memory) Visit(_ context.Context, id string) (onramp.Visit, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if id != payID {
		return onramp.Visit{}, onramp.ErrNotFound
	}
	m.asked++
	if m.later != nil {
		m.later(m.asked, &m.visit)
	}
	return m.visit, nil
}

func (m *memory) VisitByToken(ctx context.Context, t string) (onramp.Visit, error) {
	if t != token {
		return onramp.Visit{}, onramp.ErrNotFound
	}
	return m.Visit(ctx, payID)
}

// do notes what a payer did.
func (m *memory) do(what ...string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.did = append(m.did, strings.Join(what, " "))
	err := m.fails
	m.fails = nil
	return err
}

func (m *memory) Agree(_ context.Context, _ string, a onramp.Agreement) error {
	return m.do("agree", a.Terms, a.Visitor.Address)
}

func (m *memory) Pay(_ context.Context, _, language string) (psp.Session, error) {
	return m.session, m.do("pay", language)
}

func (m *memory) Announce(_ context.Context, _ string, _ customer.Visitor) error {
	return m.do("announce")
}

func (m *memory) ChooseWallet(_ context.Context, _ string, w onramp.WalletChoice) error {
	return m.do("wallet", w.Address, string(w.Kind), w.Provider)
}

func (m *memory) ChooseMethod(_ context.Context, _, method string) error {
	return m.do("method", method)
}

func (m *memory) Prove(_ context.Context, _, signature string) error { return m.do("prove", signature) }

func (m *memory) Answer(_ context.Context, _ string, accept bool, _ customer.Visitor) error {
	if accept {
		return m.do("accept")
	}
	return m.do("refuse")
}

func (m *memory) PayFromBank(context.Context, string) error { return m.do("pay-from-bank") }

func newHandler(t *testing.T, m *memory) http.Handler {
	t.Helper()
	h, err := New(Config{Payments: m, Choices: m, Terms: terms, Config: frame.Config{
		Now: func() time.Time { return now }, Log: slog.New(slog.NewTextHandler(testLog{t}, nil)),
		Address: func(*http.Request) string { return "203.0.113.9" }, RequestID: func(context.Context) string { return "req-1" }}})
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

// browser is a payer without JavaScript.
type browser struct {
	*testing.T
	h http.Handler
}

func payer(t *testing.T, m *memory) *browser { return &browser{t, newHandler(t, m)} }

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
