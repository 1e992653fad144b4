package gateway

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"rampa/internal/money"
	"rampa/internal/onramp"
	"rampa/internal/pages/frame"
	"rampa/internal/psp"
	"rampa/internal/web/ui"
	"rampa/internal/web/ui/uitest"
)

// scene is one page as a payer may meet it. The goldens, the accessibility test and the screenshots go over all of them.
type scene struct {
	name   string
	memory func() *memory
	path   string     // "" = the payment's page
	post   url.Values // nil: GET
	status int        // 0 = 200
}

func paused(why onramp.Pause) func() *memory {
	return with(func(m *memory, p *onramp.Payment) {
		m.paid().Pause = why
		switch why {
		case onramp.PriceMoved:
			offer := termsAt(151_200_000)
			p.Offer = &offer
		case onramp.ProofNeeded:
			m.visit.ProofText = "Rampa: this wallet is mine.\nPayment " + payID + "\nWallet " + wallet
		case onramp.WalletNeeded:
			m.guided()
		}
	})
}

func refund(units int64, state onramp.RefundState, why onramp.Reason) onramp.Refund {
	return onramp.Refund{ID: "Kx1ZjLOkQGdPHr1u8Rsy9JvTh", Amount: money.New(units, eur), Reason: why, State: state, CreatedAt: now, UpdatedAt: now}
}

func sentCoins(m *memory, p *onramp.Payment) {
	m.paid()
	m.at(onramp.CoinsSent).TxHash = txHash
	m.visit.Explorer = "https://polygonscan.com/tx/" + txHash
}

func transfer(m *memory, _ *onramp.Payment) { m.byTransfer() }

func scenes() []scene {
	guided := with(func(m *memory, _ *onramp.Payment) { m.guided() })
	choosing := with(func(m *memory, p *onramp.Payment) {
		m.guided()
		p.Wallet = onramp.Wallet{Address: wallet, Kind: onramp.SelfHosted, Own: true}
	})
	under := with(func(m *memory, _ *onramp.Payment) { m.byTransfer().Received = money.New(10000, eur); m.qr() })
	banks := with(func(m *memory, p *onramp.Payment) {
		p.Method = "psd2"
		m.session = psp.Session{URL: "/sandbox/provider/psd2/ch_1", Form: psp.Banks, Banks: []psp.Bank{{ID: "b1", Name: "Banco Uno"}, {ID: "b2", Name: "Caixa Dois"}}}
	})
	redirect := with(func(m *memory, p *onramp.Payment) {
		p.Method = "paypal"
		m.session = psp.Session{URL: "https://provider.example/pay/1"}
	})
	over := with(func(m *memory, p *onramp.Payment) {
		m.byTransfer()
		sentCoins(m, p)
		p.Received = money.New(16050, eur)
		p.Refunds = []onramp.Refund{refund(1000, onramp.RefundSent, onramp.ReasonOver)}
	})
	refunded := with(func(m *memory, p *onramp.Payment) {
		m.at(onramp.Refunded).Refunds = []onramp.Refund{refund(15050, onramp.RefundDone, onramp.ReasonThirdParty)}
	})
	return []scene{
		{name: "wallet", memory: guided},
		{name: "wallet-wrong", memory: guided, path: home + "/wallet", post: url.Values{"wallet": {""}, "kind": {"hosted"}}, status: 422},
		{name: "wallet-invalid", memory: with(func(m *memory, _ *onramp.Payment) { m.guided(); m.fails = onramp.ErrWallet }), path: home + "/wallet",
			post: url.Values{"wallet": {"0x52908400098527886E0F7030069857D2E4169Ee7"}, "kind": {"self_hosted"}, "own": {"yes"}}, status: 422},
		{name: "method", memory: choosing},
		{name: "method-wrong", memory: choosing, path: home + "/pay", post: url.Values{}, status: 422},
		{name: "card", memory: newMemory, path: "/gateway/card?token=" + token},
		{name: "card-moved", memory: with(func(m *memory, _ *onramp.Payment) { m.fails = onramp.ErrPriceMoved }), path: "/gateway/card?token=" + token},
		{name: "banks", memory: banks, path: "/gateway/psd2?token=" + token},
		{name: "redirect", memory: redirect, path: "/gateway/paypal?token=" + token},
		{name: "transfer", memory: with(func(m *memory, _ *onramp.Payment) { m.byTransfer(); m.visit.PayFromBank = true }), path: "/gateway/transfer?token=" + token},
		{name: "transfer-under", memory: under, path: "/gateway/transfer?token=" + token},
		{name: "started", memory: newMemory},
		{name: "transfer-waiting", memory: with(transfer)},
		{name: "pending", memory: with(func(m *memory, _ *onramp.Payment) { m.byTransfer(); m.at(onramp.PendingBank) })},
		{name: "under", memory: under},
		{name: "received", memory: with(func(m *memory, _ *onramp.Payment) { m.paid() })},
		{name: "price", memory: paused(onramp.PriceMoved)},
		{name: "review", memory: paused(onramp.ReviewNeeded)},
		{name: "ownership", memory: paused(onramp.ProofNeeded)},
		{name: "ownership-wrong", memory: func() *memory { m := paused(onramp.ProofNeeded)(); m.fails = onramp.ErrProof; return m }, path: home + "/proof", post: url.Values{"signature": {"0x12"}}, status: 422},
		{name: "wallet-needed", memory: paused(onramp.WalletNeeded)},
		{name: "sent", memory: with(sentCoins)},
		{name: "over", memory: over},
		{name: "receipt", memory: with(sentCoins), path: home + "/receipt"},
		{name: "rejected", memory: with(func(m *memory, _ *onramp.Payment) { m.at(onramp.Rejected) })},
		{name: "expired", memory: with(func(m *memory, p *onramp.Payment) {
			m.byTransfer()
			m.at(onramp.Expired).ExpiresAt = now.Add(-time.Hour)
		})},
		{name: "refunded", memory: refunded},
		{name: "unknown", memory: newMemory, path: "/payment/nobody", status: 404},
		{name: "unknown-token", memory: newMemory, path: "/gateway/card?token=nobody", status: 404},
	}
}

// url gives a scene's address in a language.
func (s scene) url(lang string) string {
	path := s.path
	if path == "" {
		path = home
	}
	if strings.Contains(path, "?") {
		return path + "&lang=" + lang
	}
	return path + "?lang=" + lang
}

// page renders a scene.
func (s scene) page(t *testing.T, lang string) (status int, header http.Header, body string) {
	b := payer(t, s.memory())
	w := b.get
	if s.post != nil {
		w = func(path string) *httptest.ResponseRecorder { return b.post(path, s.post) }
	}
	got := w(s.url(lang))
	return got.Code, got.Header(), got.Body.String()
}

func TestEveryPageInEveryLanguageIsItsGolden(t *testing.T) {
	t.Parallel()
	for _, s := range scenes() {
		for _, lang := range ui.Languages {
			t.Run(s.name+"/"+lang, func(t *testing.T) {
				t.Parallel()
				status, header, body := s.page(t, lang)
				if want := max(s.status, 200); status != want {
					t.Fatalf("%d, want %d\n%s", status, want, body)
				}
				if !strings.Contains(body, `<html lang="`+lang+`">`) || header.Get("Cache-Control") != "no-store" {
					t.Errorf("language or headers: %v", header)
				}
				uitest.Golden(t, s.name+"."+lang, body)
			})
		}
	}
}

func TestEveryTextThatThePagesUseExists(t *testing.T) {
	t.Parallel()
	f, err := frame.New(frame.Config{}, files)
	if err != nil {
		t.Fatal(err)
	}
	words := f.UI.Catalogue().Words("es")
	uitest.Texts(t, words, os.DirFS("."))
	for _, s := range []onramp.Status{onramp.Started, onramp.PendingBank, onramp.PaymentReceived, onramp.CoinsSent, onramp.Rejected, onramp.Expired, onramp.Refunded} {
		for _, key := range []string{"state." + string(s), "status." + string(s) + ".title", "status." + string(s) + ".text", "status." + string(s) + ".next"} {
			if !words.Has(key) {
				t.Errorf("no text %q", key)
			}
		}
	}
	for _, s := range []onramp.RefundState{onramp.RefundRequested, onramp.RefundSent, onramp.RefundDone, onramp.RefundFailed} {
		if !words.Has("refund." + string(s)) {
			t.Errorf("no text for a refund that is %q", s)
		}
	}
	for _, r := range reasons {
		if !words.Has("refund.why." + string(r)) {
			t.Errorf("no text for the reason %q", r)
		}
	}
}
