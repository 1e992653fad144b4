// Package gateway is the pages on which a customer pays: a guided payment from the wallet to the way to pay, the card form, the banks, the
// transfer with everything to copy, and the status page that says what happens now and what to do.
//
// It must not know storage, providers' protocols or chains.
package gateway

import (
	"context"
	"embed"
	"errors"
	"net/http"
	"strings"

	"rampa/internal/customer"
	"rampa/internal/errs"
	"rampa/internal/onramp"
	"rampa/internal/pages/frame"
	"rampa/internal/psp"
	"rampa/internal/web/ui"
)

//go:embed templates/*.html locales/*.yaml
var files embed.FS

// Payments is what a payer sees and does: onramp.Service.
type Payments interface {
	Visit(ctx context.Context, paymentID string) (onramp.Visit, error)
	VisitByToken(ctx context.Context, token string) (onramp.Visit, error)
	Agree(ctx context.Context, paymentID string, a onramp.Agreement) error
	Pay(ctx context.Context, paymentID, language string) (psp.Session, error)
	Announce(ctx context.Context, paymentID string, v customer.Visitor) error
}

// Choices is what a payer decides: onramp.Service.
type Choices interface {
	ChooseWallet(ctx context.Context, paymentID string, w onramp.WalletChoice) error
	ChooseMethod(ctx context.Context, paymentID, method string) error
	Prove(ctx context.Context, paymentID, signature string) error
	Answer(ctx context.Context, paymentID string, accept bool, v customer.Visitor) error
	PayFromBank(ctx context.Context, paymentID string) error
}

// Config is what the pages need.
type Config struct {
	frame.Config
	Payments Payments
	Choices  Choices
	Terms    string // version of the legal terms
}

type handler struct {
	Config
	frame *frame.Frame
	live  *streams
}

// New makes the handler of /payment/ and /gateway/. It fails when a template or a text is broken.
func New(c Config) (http.Handler, error) {
	f, err := frame.New(c.Config, files)
	if err != nil {
		return nil, err
	}
	h := &handler{c, f, &streams{open: map[string]int{}}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /payment/{id}", h.byID((*visit).show))
	mux.HandleFunc("GET /payment/{id}/receipt", h.byID((*visit).receipt))
	mux.HandleFunc("GET /payment/{id}/events", h.byID((*visit).events))
	mux.HandleFunc("POST /payment/{id}/wallet", h.byID((*visit).wallet))
	mux.HandleFunc("POST /payment/{id}/pay", h.byID((*visit).choose))
	mux.HandleFunc("POST /payment/{id}/sent", h.byID((*visit).sent))
	mux.HandleFunc("POST /payment/{id}/bank", h.byID((*visit).fromBank))
	mux.HandleFunc("POST /payment/{id}/price", h.byID((*visit).answer))
	mux.HandleFunc("POST /payment/{id}/proof", h.byID((*visit).prove))
	mux.HandleFunc("GET /gateway/{method}", h.byToken((*visit).gateway))
	mux.HandleFunc("/", h.page(func(*visit) error { return frame.ErrNoPage }))
	return f.Guard(mux, h.page(func(*visit) error { return frame.ErrForeign })), nil
}

// visit is one request about one payment.
type visit struct {
	*frame.Visit
	h     *handler
	Pay   onramp.Visit
	Moved bool // the price is another than the payer has seen before
}

// page makes a handler of a function that returns its error.
func (h *handler) page(serve func(*visit) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v := &visit{Visit: h.frame.Visit(w, r), h: h}
		if err := serve(v); err != nil {
			v.Fail(err, nil)
		}
	}
}

func (h *handler) byID(serve func(*visit) error) http.HandlerFunc {
	return h.page(func(v *visit) error {
		return v.about(serve)(h.Payments.Visit(v.R.Context(), v.R.PathValue("id")))
	})
}

func (h *handler) byToken(serve func(*visit) error) http.HandlerFunc {
	return h.page(func(v *visit) error {
		return v.about(serve)(h.Payments.VisitByToken(v.R.Context(), v.R.URL.Query().Get("token")))
	})
}

// about reads what was posted and serves the page of a payment.
func (v *visit) about(serve func(*visit) error) func(onramp.Visit, error) error {
	return func(p onramp.Visit, err error) error {
		if err != nil {
			return err
		}
		v.Pay = p
		v.Brand = customer.Brand{IntegrationUUID: p.Brand.IntegrationUUID, Name: p.Brand.Name, HasLogo: p.Brand.HasLogo}
		v.Home = v.home()
		if v.R.Method == http.MethodPost {
			if err := v.Parse(); err != nil {
				return err
			}
		}
		return serve(v)
	}
}

func (v *visit) home() string { return "/payment/" + v.Pay.Payment.ID }

// show is the page of a payment: the next step of a guided one, or where it stands.
func (v *visit) show() error {
	p := &v.Pay.Payment
	switch {
	case p.Guided && p.Status == onramp.Started && p.Wallet.Address == "", p.Pause == onramp.WalletNeeded:
		return v.walletPage(http.StatusOK, nil)
	case p.Guided && p.Status == onramp.Started && v.R.URL.Query().Get("step") == "wallet":
		return v.walletPage(http.StatusOK, nil)
	case p.Guided && p.Status == onramp.Started:
		return v.payPage(http.StatusOK, nil)
	}
	return v.status()
}

// wallet takes the address that the coins go to.
func (v *visit) wallet() error {
	choice := onramp.WalletChoice{Address: strings.TrimSpace(v.In.Get("wallet")), Kind: onramp.WalletKind(v.In.Get("kind")), Provider: strings.TrimSpace(v.In.Get("provider")),
		Own: v.In.Get("own") != "", Visitor: v.Visitor()}
	form := ui.NewForm(v.Words, v.In)
	if choice.Address == "" {
		form.Fail("wallet", v.Words.T("wallet.error.empty"))
	}
	if choice.Kind == "" {
		form.Fail("kind", v.Words.T("wallet.error.kind"))
	}
	if choice.Kind == onramp.Hosted && choice.Provider == "" {
		form.Fail("provider", v.Words.T("wallet.error.provider"))
	}
	if !choice.Own {
		form.Fail("own", v.Words.T("wallet.error.own"))
	}
	if form.Failed() {
		return v.walletPage(http.StatusUnprocessableEntity, form)
	}
	err := v.h.Choices.ChooseWallet(v.R.Context(), v.Pay.Payment.ID, choice)
	switch errs.CodeOf(err) {
	case onramp.ErrWallet.Code:
		form.Fail("wallet", v.Words.T("wallet.error.invalid", "chain", v.Pay.ChainName))
		return v.walletPage(http.StatusUnprocessableEntity, form)
	case onramp.ErrWalletBlocked.Code:
		form.Fail("wallet", v.Words.T("wallet.error.blocked"))
		return v.walletPage(http.StatusUnprocessableEntity, form)
	}
	if err != nil && !errors.Is(err, onramp.ErrMove) {
		return err
	}
	return v.Redirect(v.home())
}

// choose takes the way to pay and the payer's agreement, and leads to the gateway.
func (v *visit) choose() error {
	form := ui.NewForm(v.Words, v.In)
	if v.In.Get("terms") == "" {
		form.Fail("terms", v.Words.T("pay.error.terms"))
	}
	method := v.In.Get("method")
	if method == "" {
		form.Fail("method", v.Words.T("pay.error.method"))
	}
	if form.Failed() {
		return v.payPage(http.StatusUnprocessableEntity, form)
	}
	ctx, id := v.R.Context(), v.Pay.Payment.ID
	err := v.h.Choices.ChooseMethod(ctx, id, method)
	if err == nil {
		err = v.h.Payments.Agree(ctx, id, onramp.Agreement{Terms: v.h.Terms, Visitor: v.Visitor()})
	}
	switch {
	case errors.Is(err, onramp.ErrMove):
		return v.Redirect(v.home())
	case err != nil && errs.KindOf(err) != errs.Internal:
		form.Fail("", v.reason(err))
		if v.Pay, err = v.h.Payments.Visit(ctx, id); err != nil {
			return err
		}
		return v.payPage(http.StatusUnprocessableEntity, form)
	case err != nil:
		return err
	}
	return v.Redirect("/gateway/" + strings.ToLower(method) + "?token=" + v.Pay.Token)
}

// reason words why something cannot be done.
func (v *visit) reason(err error) string {
	switch errs.CodeOf(err) {
	case onramp.ErrPriceMoved.Code:
		return v.Words.T("pay.error.price")
	case "require_kyc", "kyc_reinforced_required", "limit_exceded":
		return v.Words.T("pay.error.limit")
	}
	return v.Words.T("pay.error.other")
}

// gateway is the page on which a payment is paid.
func (v *visit) gateway() error {
	p := &v.Pay.Payment
	right := strings.ToLower(p.Method)
	if v.R.PathValue("method") != right {
		return v.Redirect("/gateway/" + right + "?token=" + v.Pay.Token)
	}
	switch {
	case p.Guided && (p.Wallet.Address == "" || p.TermsText == "") && p.Status == onramp.Started:
		return v.Redirect(v.home())
	case p.Concept != nil && (p.Status == onramp.Started || p.Status == onramp.PendingBank):
		if err := v.shown(); err != nil {
			return err
		}
		return v.transferPage()
	case p.Status == onramp.Started:
		if err := v.shown(); err != nil {
			return err
		}
		return v.chargePage()
	}
	return v.Redirect(v.home())
}

// shown records that the payer has the terms before their eyes: whoever pays on this page accepts them, as it says.
func (v *visit) shown() error {
	p := &v.Pay.Payment
	if p.TermsText == v.h.Terms && (p.Concept != nil || v.h.frame.Now().Before(p.Terms.Until)) {
		return nil
	}
	err := v.h.Payments.Agree(v.R.Context(), p.ID, onramp.Agreement{Terms: v.h.Terms, Visitor: v.Visitor()})
	if errors.Is(err, onramp.ErrPriceMoved) {
		v.Moved = true
		if v.Pay, err = v.h.Payments.Visit(v.R.Context(), p.ID); err == nil {
			err = v.h.Payments.Agree(v.R.Context(), p.ID, onramp.Agreement{Terms: v.h.Terms, Visitor: v.Visitor()})
		}
	}
	if errors.Is(err, onramp.ErrMove) || errs.KindOf(err) == errs.Unavailable {
		return nil // the page says where it stands; without a price the one that was agreed is held against the day's
	}
	return err
}

func (v *visit) sent() error {
	if err := v.h.Payments.Announce(v.R.Context(), v.Pay.Payment.ID, v.Visitor()); err != nil {
		return err
	}
	return v.Redirect(v.home())
}

func (v *visit) fromBank() error {
	if err := v.h.Choices.PayFromBank(v.R.Context(), v.Pay.Payment.ID); err != nil && !errors.Is(err, onramp.ErrMove) {
		return err
	}
	return v.Redirect(v.home())
}

func (v *visit) answer() error {
	err := v.h.Choices.Answer(v.R.Context(), v.Pay.Payment.ID, v.In.Get("answer") == "accept", v.Visitor())
	if err != nil && !errors.Is(err, onramp.ErrMove) && !errors.Is(err, onramp.ErrPriceMoved) {
		return err
	}
	return v.Redirect(v.home())
}

func (v *visit) prove() error {
	err := v.h.Choices.Prove(v.R.Context(), v.Pay.Payment.ID, v.In.Get("signature"))
	if errors.Is(err, onramp.ErrProof) {
		form := ui.NewForm(v.Words, v.In)
		form.Fail("signature", v.Words.T("proof.error"))
		return v.statusPage(http.StatusUnprocessableEntity, form)
	}
	if err != nil && !errors.Is(err, onramp.ErrMove) {
		return err
	}
	return v.Redirect(v.home())
}
