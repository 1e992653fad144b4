// Package provider is the sandbox's payment service provider: its pages (a card form with 3-D Secure, banks with their consent, the pages of
// redirect methods) and what it tells, signed as a real one's callbacks are. It must not know payments.
package provider

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"rampa/internal/id"
	"rampa/internal/money"
	"rampa/internal/psp"
	"rampa/internal/web/ui"
)

//go:embed templates/*.html locales/*.yaml
var files embed.FS

// Name is the provider's.
const Name = "sandbox"

// Store keeps what is told later, over restarts, and gives charges to its pages.
type Store interface {
	ChargeByReference(ctx context.Context, provider, reference string) (psp.Charge, error)
	Later(ctx context.Context, id string, body []byte, due time.Time) error
	DueNotices(ctx context.Context, before time.Time, limit int) (map[string][]byte, error)
	Told(ctx context.Context, id string) error
	NextNotice(ctx context.Context) (time.Time, bool, error)
}

// Config is what a Provider needs.
type Config struct {
	Key       []byte // signs what it tells
	Store     Store
	PublicURL string
	Secure    bool
	Now       func() time.Time
	Log       *slog.Logger
	// Deliver hands a callback to whom it is for, as HTTP would.
	Deliver func(ctx context.Context, header func(name string) string, body []byte) error
}

// Provider implements psp.Provider and serves its pages.
type Provider struct {
	Config
	ui *ui.Renderer
}

// New makes a Provider. Its templates are part of the program: a mistake in them is found by the first test.
func New(c Config) *Provider {
	r, err := ui.New(ui.Config{Templates: files, Locales: files, Secure: c.Secure})
	if err != nil {
		panic("provider: " + err.Error())
	}
	return &Provider{c, r}
}

// banks are those that a payer can pay from.
var banks = []psp.Bank{{ID: "marea", Name: "Banco Marea"}, {ID: "olivar", Name: "Caja del Olivar"}, {ID: "nordia", Name: "Nordia Bank"}, {ID: "tejo", Name: "Banco do Tejo"}, {ID: "lumen", Name: "Lumen"}}

// Open gives the payer's way to pay. A charge's reference is made of its id.
func (p *Provider) Open(_ context.Context, c psp.Charge) (psp.Session, error) {
	s := psp.Session{Reference: "sb_" + c.ID}
	s.URL = p.PublicURL + "/sandbox/pay/" + s.Reference
	switch strings.ToLower(c.Method) {
	case "card":
		s.Form, s.URL = psp.Card, s.URL+"/card"
	case "psd2":
		s.Form, s.URL, s.Banks = psp.Banks, s.URL+"/bank", banks
	}
	return s, nil
}

// Refund takes a refund, and tells that it is done.
func (p *Provider) Refund(ctx context.Context, c psp.Charge, r psp.Refund) (string, error) {
	err := p.later(ctx, notice{Reference: c.Reference, RefundID: r.ID, Kind: string(psp.TellsRefunded), Amount: r.Amount.Decimal(), Currency: r.Amount.Asset().Code,
		Scale: r.Amount.Asset().Scale, ID: "refund_" + r.ID}, p.Now())
	return "sbr_" + r.ID, err
}

// notice is a callback's body.
type notice struct {
	ID        string `json:"id"`
	Reference string `json:"reference"`
	RefundID  string `json:"refund_id,omitempty"`
	Kind      string `json:"kind"`
	Amount    string `json:"amount,omitempty"`
	Currency  string `json:"currency,omitempty"`
	Scale     int    `json:"scale"`
	Holder    string `json:"holder,omitempty"`
	Reason    string `json:"reason,omitempty"`
}

// tolerance is how old a signature may be.
const tolerance = 5 * time.Minute

// The headers of a callback: unix seconds, and HMAC-SHA256 over them, a dot and the body, in lower-case hexadecimal.
const (
	headerTime      = "X-Provider-Timestamp"
	headerSignature = "X-Provider-Signature"
)

func (p *Provider) sign(at string, body []byte) string {
	m := hmac.New(sha256.New, p.Key)
	m.Write([]byte(at + "."))
	m.Write(body)
	return hex.EncodeToString(m.Sum(nil))
}

// Read verifies a callback.
func (p *Provider) Read(header func(string) string, body []byte, at time.Time) ([]psp.Notice, error) {
	stamp := header(headerTime)
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || !hmac.Equal([]byte(p.sign(stamp, body)), []byte(header(headerSignature))) {
		return nil, psp.ErrSignature
	}
	if age := at.Sub(time.Unix(seconds, 0)); age > tolerance || age < -tolerance {
		return nil, psp.ErrSignature
	}
	var n notice
	if err := json.Unmarshal(body, &n); err != nil || n.ID == "" || n.Reference == "" {
		return nil, psp.ErrCallback
	}
	out := psp.Notice{ID: n.ID, Reference: n.Reference, RefundID: n.RefundID, Kind: psp.Kind(n.Kind), Holder: n.Holder, Reason: n.Reason, At: at}
	if n.Amount != "" {
		if out.Amount, err = money.Parse(n.Amount, money.Asset{Code: n.Currency, Scale: n.Scale}); err != nil {
			return nil, psp.ErrCallback.Because(err)
		}
	}
	return []psp.Notice{out}, nil
}

// Told is what is to be told of a charge.
type Told struct {
	Outcome string // "paid", "declined" or "chargeback"
	Holder  string
	Reason  string
	Amount  money.Amount
}

// Tell tells what became of a charge, at once. It answers when that was taken.
func (p *Provider) Tell(ctx context.Context, c psp.Charge, t Told) error {
	return p.deliver(ctx, p.noticeOf(c, t))
}

func (p *Provider) noticeOf(c psp.Charge, t Told) notice {
	a := t.Amount
	if a.Asset() != c.Amount.Asset() {
		a = c.Amount
	}
	return notice{ID: "evt_" + id.Alphanumeric(20), Reference: "sb_" + c.ID, Kind: t.Outcome, Amount: a.Decimal(), Currency: a.Asset().Code, Scale: a.Asset().Scale,
		Holder: t.Holder, Reason: t.Reason}
}

func (p *Provider) deliver(ctx context.Context, n notice) error {
	body, err := json.Marshal(n)
	if err != nil {
		return err
	}
	return p.callback(ctx, body)
}

func (p *Provider) callback(ctx context.Context, body []byte) error {
	at := strconv.FormatInt(p.Now().Unix(), 10)
	h := http.Header{}
	h.Set(headerTime, at)
	h.Set(headerSignature, p.sign(at, body))
	return p.Deliver(ctx, h.Get, body)
}

// later keeps what is told at an instant.
func (p *Provider) later(ctx context.Context, n notice, at time.Time) error {
	body, err := json.Marshal(n)
	if err != nil {
		return err
	}
	return p.Store.Later(ctx, n.ID, body, at)
}

// Work tells what is due. What is not taken is told again.
func (p *Provider) Work(ctx context.Context) error {
	due, err := p.Store.DueNotices(ctx, p.Now(), 100)
	if err != nil {
		return err
	}
	for id, body := range due {
		if err := p.callback(ctx, body); err != nil {
			p.Log.Warn("the sandbox's provider was not heard", "notice", id, "error", err)
			continue
		}
		if err := p.Store.Told(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// NextDue is when Work next has something to tell.
func (p *Provider) NextDue(ctx context.Context) (time.Time, bool, error) {
	return p.Store.NextNotice(ctx)
}
