package provider

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"rampa/internal/psp"
	"rampa/internal/web/ui"
)

// chargebackAfter is how long a payment lasts that is charged back.
const chargebackAfter = 5 * time.Second

// maxForm bounds what is posted.
const maxForm = 64 << 10

// Mount adds the provider's pages to a mux.
func (p *Provider) Mount(mux *http.ServeMux) {
	guard := http.NewCrossOriginProtection()
	page := func(serve func(v *visit) error) http.Handler { return guard.Handler(p.page(serve)) }
	mux.Handle("GET /sandbox/pay/{reference}", page((*visit).redirected))
	mux.Handle("POST /sandbox/pay/{reference}", page((*visit).decide))
	mux.Handle("GET /sandbox/pay/{reference}/card", page((*visit).cardForm))
	mux.Handle("POST /sandbox/pay/{reference}/card", page((*visit).card))
	mux.Handle("POST /sandbox/pay/{reference}/secure", page((*visit).secure))
	mux.Handle("POST /sandbox/pay/{reference}/bank", page((*visit).bank))
	mux.Handle("POST /sandbox/pay/{reference}/consent", page((*visit).decide))
}

// visit is one request of a payer.
type visit struct {
	*Provider
	w      http.ResponseWriter
	r      *http.Request
	words  ui.Words
	charge psp.Charge
}

func (p *Provider) page(serve func(v *visit) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := &visit{Provider: p, w: w, r: r, words: p.ui.Words(w, r)}
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		c, err := p.Store.ChargeByReference(r.Context(), Name, r.PathValue("reference"))
		if err == nil {
			err = r.ParseForm()
		}
		if err == nil {
			v.charge = c
			err = serve(v)
		}
		switch {
		case errors.Is(err, psp.ErrNotFound):
			_ = p.ui.Render(w, http.StatusNotFound, "failure", &ui.Failure{Page: v.frame(v.words.T("provider.unknown.title")), Text: v.words.T("provider.unknown.text")})
		case err != nil:
			p.Log.Error("a page of the sandbox's provider failed", "error", err)
			p.ui.Fatal(w, r)
		}
	})
}

func (v *visit) frame(title string) ui.Page {
	return ui.Page{Words: v.words, Title: title, Path: v.r.URL.Path, Brand: ui.Brand{Name: v.words.T("provider.name")}}
}

// payPage is every page of the provider.
type payPage struct {
	ui.Page
	Form   *ui.Form
	Action string
	Amount string
	Method string
	Bank   string
	Holder string
	Code   string // what some methods are paid with: a voucher, an account, a text to copy
}

func (v *visit) pay(title string) *payPage {
	return &payPage{Page: v.frame(title), Form: ui.NewForm(v.words, v.r.PostForm), Amount: v.charge.Amount.Fixed() + " " + v.charge.Amount.Asset().Code, Method: v.charge.Method,
		Action: "/sandbox/pay/" + v.r.PathValue("reference")}
}

// over leads back where the charge is decided already.
func (v *visit) over() bool {
	if v.charge.State == psp.Created || v.charge.State == psp.Pending {
		return false
	}
	v.back()
	return true
}

func (v *visit) back() { http.Redirect(v.w, v.r, v.charge.ReturnURL, http.StatusSeeOther) }

// tell tells what became of the charge and leads the payer back.
func (v *visit) tell(t Told) error {
	if err := v.Tell(v.r.Context(), v.charge, t); err != nil {
		return err
	}
	v.back()
	return nil
}

func (v *visit) cardForm() error {
	if v.over() {
		return nil
	}
	page := v.pay(v.words.T("provider.card.title"))
	page.Action += "/card"
	return v.ui.Render(v.w, http.StatusOK, "card", page)
}

// The test cards; any other valid number is paid.
const (
	cardSecure     = "4000000000003220"
	cardDeclined   = "4000000000000002"
	cardPoor       = "4000000000009995"
	cardChargeback = "4000000000000259"
)

func (v *visit) card() error {
	if v.over() {
		return nil
	}
	number := strings.NewReplacer(" ", "", "-", "").Replace(v.r.PostFormValue("card_number"))
	holder := strings.TrimSpace(v.r.PostFormValue("holder"))
	page := v.pay(v.words.T("provider.card.title"))
	page.Action += "/card"
	if !luhn(number) {
		page.Form.Fail("card_number", v.words.T("provider.card.number"))
	}
	if !v.valid(v.r.PostFormValue("expiry")) {
		page.Form.Fail("expiry", v.words.T("provider.card.expiry"))
	}
	if cvc := v.r.PostFormValue("cvc"); len(cvc) < 3 || len(cvc) > 4 || strings.Trim(cvc, "0123456789") != "" {
		page.Form.Fail("cvc", v.words.T("provider.card.cvc"))
	}
	if len(holder) > 140 {
		page.Form.Fail("holder", v.words.T("provider.card.holder"))
	}
	if page.Form.Failed() {
		page.Failed = true
		return v.ui.Render(v.w, http.StatusUnprocessableEntity, "card", page)
	}
	switch number {
	case cardSecure:
		page := v.pay(v.words.T("provider.secure.title"))
		page.Action, page.Holder = page.Action+"/secure", holder
		return v.ui.Render(v.w, http.StatusOK, "secure", page)
	case cardDeclined:
		return v.tell(Told{Outcome: "declined", Reason: "declined"})
	case cardPoor:
		return v.tell(Told{Outcome: "declined", Reason: "insufficient_funds"})
	case cardChargeback:
		if err := v.later(v.r.Context(), v.noticeOf(v.charge, Told{Outcome: "chargeback", Reason: "fraudulent"}), v.Now().Add(chargebackAfter)); err != nil {
			return err
		}
	}
	return v.tell(Told{Outcome: "paid", Holder: holder})
}

// valid reads MM/YY, and says whether that month is not over.
func (v *visit) valid(expiry string) bool {
	month, year, ok := strings.Cut(strings.ReplaceAll(expiry, " ", ""), "/")
	if !ok && len(month) == 4 {
		month, year = month[:2], month[2:]
	}
	m, err := strconv.Atoi(month)
	y, err2 := strconv.Atoi(year)
	if err != nil || err2 != nil || m < 1 || m > 12 || y < 0 {
		return false
	}
	if y < 100 {
		y += 2000
	}
	return v.Now().Before(time.Date(y, time.Month(m)+1, 1, 0, 0, 0, 0, time.UTC))
}

func luhn(number string) bool {
	if len(number) < 12 || len(number) > 19 || strings.Trim(number, "0123456789") != "" {
		return false
	}
	sum := 0
	for i := range len(number) {
		d := int(number[len(number)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// secure is the answer to the bank's question (3-D Secure).
func (v *visit) secure() error {
	if v.over() {
		return nil
	}
	if v.r.PostFormValue("decision") != "approve" {
		return v.tell(Told{Outcome: "declined", Reason: "authentication_failed"})
	}
	return v.tell(Told{Outcome: "paid", Holder: v.r.PostFormValue("holder")})
}

func (v *visit) bank() error {
	if v.over() {
		return nil
	}
	for _, b := range banks {
		if b.ID == v.r.PostFormValue("bank") {
			page := v.pay(v.words.T("provider.consent.title"))
			page.Action, page.Bank, page.Brand.Name = page.Action+"/consent", b.Name, b.Name
			return v.ui.Render(v.w, http.StatusOK, "consent", page)
		}
	}
	http.Redirect(v.w, v.r, v.charge.ReturnURL, http.StatusSeeOther)
	return nil
}

// redirected is the page of a method that has pages of its own.
func (v *visit) redirected() error {
	if v.over() {
		return nil
	}
	page := v.pay(v.words.T("provider.redirect.title", "method", v.charge.Method))
	page.Code = codeOf(v.charge)
	return v.ui.Render(v.w, http.StatusOK, "redirect", page)
}

// codeOf is what a method is paid with: made of the charge's id, so that it stays the same.
func codeOf(c psp.Charge) string {
	digits := ""
	for _, b := range []byte(c.ID) {
		digits += strconv.Itoa(int(b) % 10)
	}
	switch strings.ToUpper(c.Method) {
	case "PIX":
		return "00020126580014br.gov.bcb.pix0136" + c.ID
	case "SPEI":
		return "646180" + digits[:12]
	case "PAGOEFECTIVO":
		return digits[:8]
	}
	return ""
}

// decide is the answer to a consent or a redirect page.
func (v *visit) decide() error {
	if v.over() {
		return nil
	}
	if v.r.PostFormValue("decision") != "approve" {
		return v.tell(Told{Outcome: "declined", Reason: "cancelled_by_payer"})
	}
	if err := v.Tell(v.r.Context(), v.charge, Told{Outcome: "pending"}); err != nil {
		return err
	}
	return v.tell(Told{Outcome: "paid", Holder: v.r.PostFormValue("holder")})
}
