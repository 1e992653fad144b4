package gateway

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/qr"

	"rampa/internal/errs"
	"rampa/internal/money"
	"rampa/internal/onramp"
	"rampa/internal/psp"
	"rampa/internal/web/ui"
)

// amount writes an amount as people of the page's language do.
func (v *visit) amount(a money.Amount) string {
	text := a.Decimal()
	if len(a.Asset().Code) == 3 && a.Asset().Scale == 2 {
		text = a.Fixed()
	}
	return v.number(text) + " " + a.Asset().Code
}

func (v *visit) number(text string) string {
	if v.Words.Lang != "en" {
		text = strings.Replace(text, ".", ",", 1)
	}
	return text
}

// summary is what is bought, with every fee.
func (v *visit) summary(t onramp.Terms) ui.Summary {
	p := &v.Pay.Payment
	rows := []ui.SummaryRow{ui.Row(v.Words.T("sum.amount"), v.amount(p.Amount)), ui.Row(v.Words.T("sum.tokens"), v.amount(t.Tokens)+" · "+v.Pay.ChainName),
		ui.Row(v.Words.T("sum.price"), v.Words.T("sum.price.value", "price", v.number(t.Price.String())+" "+p.Amount.Asset().Code, "coin", p.Coin.Code)),
		ui.Row(v.Words.T("sum.service"), v.amount(t.ServiceFee)), ui.Row(v.Words.T("sum.network"), v.amount(t.NetworkFee))}
	if !t.PartnerFee.IsZero() {
		rows = append(rows, ui.Row(v.Words.T("sum.partner"), v.amount(t.PartnerFee)))
	}
	if p.Wallet.Address != "" {
		rows = append(rows, ui.Row(v.Words.T("sum.wallet"), p.Wallet.Address))
	}
	return ui.Summary{Title: v.Words.T("sum.title"), Rows: rows}
}

// payment is what every page of a payment shows.
type payment struct {
	ui.Page
	Form    *ui.Form
	ID      string
	Status  string
	Home    string
	Amount  string
	Tokens  string
	Chain   string
	Summary ui.Summary
	Moved   bool
}

func (v *visit) payment(title string, form *ui.Form) payment {
	p := &v.Pay.Payment
	if form == nil {
		form = ui.NewForm(v.Words, nil)
	}
	page := v.Page(title)
	page.Failed = form.Failed()
	if strings.HasPrefix(v.R.URL.Path, "/gateway/") {
		page.Query = "token=" + v.Pay.Token
	} else {
		page.Path = v.home()
	}
	return payment{Page: page, Form: form, ID: p.ID, Status: string(p.Status), Home: v.home(), Amount: v.amount(p.Amount), Tokens: v.amount(p.Terms.Tokens),
		Chain: v.Pay.ChainName, Summary: v.summary(p.Terms), Moved: v.Moved}
}

type walletPage struct {
	payment
	Kinds []ui.Option
	EVM   bool
}

func (v *visit) walletPage(status int, form *ui.Form) error {
	if form == nil {
		w := v.Pay.Payment.Wallet
		form = ui.NewForm(v.Words, map[string][]string{"wallet": {w.Address}, "kind": {string(w.Kind)}, "provider": {w.Provider}})
	}
	page := walletPage{v.payment(v.Words.T("wallet.title"), form), []ui.Option{
		{Value: string(onramp.SelfHosted), Label: v.Words.T("wallet.self"), Hint: v.Words.T("wallet.self.hint")},
		{Value: string(onramp.Hosted), Label: v.Words.T("wallet.hosted"), Hint: v.Words.T("wallet.hosted.hint")}}, v.Pay.Payment.Chain != "bitcoin"}
	return v.Render(status, "wallet", &page)
}

type payPage struct {
	payment
	Methods []ui.Option
}

func (v *visit) payPage(status int, form *ui.Form) error {
	if form == nil {
		form = ui.NewForm(v.Words, map[string][]string{"method": {v.Pay.Payment.Method}})
	}
	page := payPage{payment: v.payment(v.Words.T("pay.title"), form)}
	for _, m := range v.Pay.Methods {
		page.Methods = append(page.Methods, ui.Option{Value: m.Code, Label: v.Words.T("method." + strings.ToLower(m.Code)),
			Hint: v.Words.T("pay.offer", "tokens", v.amount(m.Terms.Tokens), "fee", v.amount(m.Terms.ServiceFee))})
	}
	page.Summary.Change = &ui.Link{Label: v.Words.T("sum.wallet"), Href: v.home() + "?step=wallet"}
	return v.Render(status, "pay", &page)
}

type chargePage struct {
	payment
	Action string
	Method string
	Banks  []ui.Option
}

// chargePage shows the provider's way to pay.
func (v *visit) chargePage() error {
	session, err := v.h.Payments.Pay(v.R.Context(), v.Pay.Payment.ID, v.Words.Lang)
	if errs.CodeOf(err) == onramp.ErrMove.Code {
		return v.Redirect(v.home())
	}
	if err != nil {
		return err
	}
	page := chargePage{payment: v.payment(v.Words.T("charge.title", "amount", v.amount(v.Pay.Payment.Amount)), nil), Action: session.URL, Method: v.method()}
	switch session.Form {
	case psp.Card:
		return v.Render(http.StatusOK, "card", &page)
	case psp.Banks:
		for i, b := range session.Banks {
			page.Banks = append(page.Banks, ui.Option{Value: b.ID, Label: b.Name, Selected: i == 0})
		}
		page.Form = ui.NewForm(v.Words, map[string][]string{"bank": {session.Banks[0].ID}})
		return v.Render(http.StatusOK, "bank", &page)
	}
	return v.Render(http.StatusOK, "redirect", &page)
}

// method is the way to pay in words.
func (v *visit) method() string {
	switch code := strings.ToLower(v.Pay.Payment.Method); code {
	case "card", "psd2", "transfer", "paypal":
		return v.Words.T("method." + code)
	}
	return v.Pay.Payment.Method
}

type transferPage struct {
	payment
	IBAN, Grouped, BIC, Holder, Concept, Reference string
	Due                                            string
	DueText                                        string // as it is typed
	Until                                          string
	QR                                             *code
	FromBank                                       bool
	Announced                                      bool
	Live                                           string
	Missing                                        string // what is still missing of an amount that came short
}

func (v *visit) transferPage() error {
	p := &v.Pay.Payment
	c := p.Concept
	page := transferPage{payment: v.payment(v.Words.T("transfer.title", "amount", v.amount(p.Due())), nil), IBAN: c.Account.IBAN, Grouped: grouped(c.Account.IBAN), BIC: c.Account.BIC,
		Holder: c.Account.Holder, Concept: fmt.Sprint(c.Number), Reference: c.Reference, Due: v.amount(p.Due()), DueText: p.Due().Fixed(),
		Until: v.Words.Moment(p.ExpiresAt), FromBank: v.Pay.PayFromBank, Announced: p.Status == onramp.PendingBank, Live: v.liveURL()}
	if p.Received.Sign() > 0 {
		page.Missing = v.amount(p.Due())
	}
	if v.Pay.QR != "" {
		drawn, err := draw(v.Pay.QR)
		if err != nil {
			return err
		}
		page.QR = drawn
	}
	return v.Render(http.StatusOK, "transfer", &page)
}

func grouped(iban string) string {
	var parts []string
	for len(iban) > 4 {
		parts, iban = append(parts, iban[:4]), iban[4:]
	}
	return strings.Join(append(parts, iban), " ")
}

// code is a QR code as an SVG path, with its quiet zone.
type code struct {
	Size int
	Path string
}

// draw makes the QR code of an EPC069-12 payload: error correction M, as the guideline asks.
func draw(text string) (*code, error) {
	b, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return nil, err
	}
	const quiet = 4
	size := b.Bounds().Dx()
	var path strings.Builder
	for y := range size {
		for x := range size {
			if dark(b, x, y) {
				fmt.Fprintf(&path, "M%d %dh1v1h-1z", x+quiet, y+quiet)
			}
		}
	}
	return &code{size + 2*quiet, path.String()}, nil
}

func dark(b barcode.Barcode, x, y int) bool {
	r, _, _, _ := b.At(x, y).RGBA()
	return r == 0
}

type statusPage struct {
	payment
	Tag       ui.Tag
	Lead      string
	Next      string
	Live      string // address of the events; "" when nothing changes any more
	Timeline  []moment
	Callback  string
	TxID      string
	Explorer  string
	Receipt   string
	Pay       string // where to go on paying; "" = nowhere
	Look      bool   // nothing is left to do there: the payer may only want to see the data again
	Over      bool   // the way on leads back to the partner
	OldTokens string // with a new price: what was promised, and what it is now
	NewTokens string
	ProofText string
	Wallet    string
	Refunds   []string
	PayFrom   bool
}

type moment struct{ State, Label, Note string }

func (v *visit) status() error { return v.statusPage(http.StatusOK, nil) }

func (v *visit) statusPage(code int, form *ui.Form) error {
	p := &v.Pay.Payment
	key := v.situation()
	words := []string{"amount", v.amount(p.Amount), "tokens", v.amount(p.Terms.Tokens), "due", v.amount(p.Due()), "received", v.amount(p.Received), "until", v.Words.Moment(p.ExpiresAt), "chain", v.Pay.ChainName}
	page := statusPage{payment: v.payment(v.Words.T("status."+key+".title", words...), form), Lead: v.Words.T("status."+key+".text", words...), Next: v.Words.T("status."+key+".next", words...),
		Tag: ui.Tag{Kind: kinds[p.Status], Label: v.Words.T("state." + string(p.Status))}, Callback: v.Pay.CallbackURL, Explorer: v.Pay.Explorer, Wallet: p.Wallet.Address}
	if !p.Status.Over() || p.Refunding() {
		page.Live = v.liveURL()
	}
	if p.Status == onramp.CoinsSent {
		page.TxID, page.Receipt = p.TxHash, v.home()+"/receipt"
	}
	if p.Status == onramp.Started || p.Status == onramp.PendingBank {
		page.Pay = "/gateway/" + strings.ToLower(p.Method) + "?token=" + v.Pay.Token
		page.PayFrom, page.Look = v.Pay.PayFromBank, p.Status == onramp.PendingBank && p.Received.IsZero()
	}
	if p.Pause == onramp.PriceMoved && p.Offer != nil {
		page.OldTokens, page.NewTokens = v.amount(p.Terms.Tokens), v.amount(p.Offer.Tokens)
	}
	if p.Pause == onramp.ProofNeeded {
		page.ProofText = v.Pay.ProofText
	}
	for _, r := range p.Refunds {
		page.Refunds = append(page.Refunds, v.Words.T("refund."+string(r.State), "amount", v.amount(r.Amount))+" "+v.Words.T("refund.why."+string(r.Reason)))
	}
	page.Timeline, page.Over = v.timeline(), p.Status.Over()
	return v.Render(code, "status", &page)
}

// reasons are why money goes back, as texts refund.why.* say.
var reasons = []onramp.Reason{onramp.ReasonOver, onramp.ReasonUnder, onramp.ReasonLate, onramp.ReasonThirdParty, onramp.ReasonPrice, onramp.ReasonOperator,
	onramp.ReasonChargeback, onramp.ReasonReturned, onramp.ReasonUnsent}

// situation names what a payer must be told now.
func (v *visit) situation() string {
	p := &v.Pay.Payment
	switch {
	case p.Pause != onramp.Going && (p.Pause != onramp.PriceMoved || p.Offer != nil):
		return string(p.Pause)
	case (p.Status == onramp.Started || p.Status == onramp.PendingBank) && p.Received.Sign() > 0:
		return "under"
	case p.Status == onramp.Started && p.Concept != nil:
		return "transfer"
	}
	return string(p.Status)
}

var kinds = map[onramp.Status]string{onramp.Started: "neutral", onramp.PendingBank: "info", onramp.PaymentReceived: "info", onramp.CoinsSent: "success",
	onramp.Rejected: "danger", onramp.Expired: "warning", onramp.Refunded: "warning"}

func (v *visit) timeline() []moment {
	p := &v.Pay.Payment
	var out []moment
	for i, s := range p.History {
		state, label := "done", v.Words.T("state."+string(s.Status))
		if s.Status == onramp.Started && i < len(p.History)-1 {
			label = v.Words.T("way.started")
		}
		if i == len(p.History)-1 && !p.Status.Over() {
			state = "current"
		}
		out = append(out, moment{state, label, v.Words.Moment(s.At)})
	}
	if p.Status == onramp.Started || p.Status == onramp.PendingBank {
		out = append(out, moment{"todo", v.Words.T("state.payment_received"), ""})
	}
	if !p.Status.Over() {
		out = append(out, moment{"todo", v.Words.T("state.coins_sent"), ""})
	}
	return out
}

type receiptPage struct {
	payment
	Rows ui.Summary
}

// receipt is what a payer keeps.
func (v *visit) receipt() error {
	p := &v.Pay.Payment
	if p.Status != onramp.CoinsSent {
		return v.Redirect(v.home())
	}
	page := receiptPage{payment: v.payment(v.Words.T("receipt.title"), nil)}
	page.Summary.Rows = append(page.Summary.Rows, ui.Row(v.Words.T("receipt.method"), v.method()), ui.Row(v.Words.T("receipt.paid"), v.amount(p.Received)),
		ui.Row(v.Words.T("receipt.date"), v.Words.Moment(p.History[len(p.History)-1].At)), ui.Row(v.Words.T("receipt.txid"), p.TxHash), ui.Row(v.Words.T("receipt.id"), p.ID))
	return v.Render(http.StatusOK, "receipt", &page)
}
