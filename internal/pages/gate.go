package pages

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"rampa/internal/customer"
	"rampa/internal/verification"
	"rampa/internal/web/ui"
)

// sessionLife is how long the browser keeps the session; the service's own limit rules.
const sessionLife = 12 * 60 * 60

type gatePage struct {
	stepPage
	Company string
}

// home is the address of the link: the gate, then the overview, then the page that says how the file stands.
func (h *handler) home(v *visit) error {
	err := v.open()
	if errors.Is(err, customer.ErrSession) {
		return v.gate(http.StatusOK, "")
	}
	if err != nil {
		return err
	}
	if v.draft() || v.correcting() {
		return v.tasks()
	}
	return v.status()
}

// gate asks for the password. A locked link says so before anything is typed. problem is a key of a text, "" = none.
func (v *visit) gate(status int, problem string) error {
	form, err := v.h.Gate.Link(v.r.Context(), v.uuid)
	if err != nil {
		return err
	}
	v.form = form
	locked := form.Link.LockedUntil.After(v.h.Now())
	if locked && problem == "" {
		return customer.ErrLinkLocked
	}
	fields := ui.NewForm(v.words, url.Values{})
	if problem != "" {
		fields.Fail("password", v.words.T(problem))
	}
	page := &gatePage{stepPage{Page: v.page(v.words.T("gate.title")), ID: "password", Action: v.home(), Form: fields}, form.Customer.Name}
	page.Failed = fields.Failed()
	if status == http.StatusUnauthorized && problem == "" && v.r.Method == http.MethodPost {
		page.Banner = &ui.Banner{Kind: "warning", Title: v.words.T("gate.ended.title"), Text: v.words.T("gate.ended.text")}
	}
	if locked { // by this very try
		_, minutes := v.wait()
		page.Banner = &ui.Banner{Kind: "warning", Title: v.words.T("failure.link_locked.title"), Text: v.words.N("failure.link_locked.minutes", minutes)}
	}
	return v.render(status, "gate", page)
}

// unlock trades the password for a session. A first visit goes to the first step, a later one to the overview.
func (h *handler) unlock(v *visit) error {
	if err := v.parse(); err != nil {
		return err
	}
	password := strings.TrimSpace(v.in.Get("password"))
	if password == "" {
		return v.gate(http.StatusUnprocessableEntity, "gate.password.empty")
	}
	before, err := h.Gate.Link(v.r.Context(), v.uuid)
	v.form = customer.Form{Brand: before.Brand} // for the pages of failures
	if err != nil {
		return err
	}
	session, err := h.Gate.Unlock(v.r.Context(), v.uuid, password, v.visitor())
	if errors.Is(err, customer.ErrPassword) {
		return v.gate(http.StatusUnauthorized, "gate.password.incorrect")
	}
	if err != nil {
		return err
	}
	v.setSession(session, sessionLife)
	if before.Customer.Stage != verification.Draft {
		return v.redirect(v.home())
	}
	if v.form, err = h.Gate.Open(v.r.Context(), v.uuid, session); err != nil {
		return err
	}
	return v.redirect(v.to(v.unfinished()))
}

// leave ends the session in this browser.
func (h *handler) leave(v *visit) error {
	v.setSession("", -1)
	return v.redirect(v.home())
}
