package kyb

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"rampa/internal/customer"
	"rampa/internal/pages/frame"
	"rampa/internal/verification"
	"rampa/internal/web/ui"
)

// sessionLife is how long the browser keeps the session; the service's own limit rules.
const sessionLife = 12 * 60 * 60

type gatePage struct {
	frame.StepPage
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
	if v.Draft() || v.Correcting() {
		return v.Overview()
	}
	return v.Status(v.file().Declaration)
}

// gate asks for the password. A locked link says so before anything is typed. problem is a key of a text, "" = none.
func (v *visit) gate(status int, problem string) error {
	form, err := v.h.Gate.Link(v.R.Context(), v.uuid)
	if err != nil {
		return err
	}
	if form.Customer.Kind == customer.Individual {
		return customer.ErrLinkNotFound // a person's link: its form is another one, and its name is not shown here
	}
	v.Form, v.Brand = form, form.Brand
	locked := form.Link.LockedUntil.After(v.Now())
	if locked && problem == "" {
		return customer.ErrLinkLocked
	}
	fields := ui.NewForm(v.Words, url.Values{})
	if problem != "" {
		fields.Fail("password", v.Words.T(problem))
	}
	page := &gatePage{frame.StepPage{Page: v.Page(v.Words.T("gate.title")), ID: "password", Action: v.Home, Form: fields}, form.Customer.Name}
	page.Failed = fields.Failed()
	if status == http.StatusUnauthorized && problem == "" && v.R.Method == http.MethodPost {
		page.Banner = &ui.Banner{Kind: "warning", Title: v.Words.T("gate.ended.title"), Text: v.Words.T("gate.ended.text")}
	}
	if locked { // by this very try
		_, minutes := v.wait()
		page.Banner = &ui.Banner{Kind: "warning", Title: v.Words.T("failure.link_locked.title"), Text: v.Words.N("failure.link_locked.minutes", minutes)}
	}
	return v.Render(status, "gate", page)
}

// unlock trades the password for a session. A first visit goes to the first step, a later one to the overview.
func (h *handler) unlock(v *visit) error {
	if err := v.Parse(); err != nil {
		return err
	}
	password := strings.TrimSpace(v.In.Get("password"))
	if password == "" {
		return v.gate(http.StatusUnprocessableEntity, "gate.password.empty")
	}
	before, err := h.Gate.Link(v.R.Context(), v.uuid)
	v.Brand = before.Brand // for the pages of failures
	if err != nil {
		return err
	}
	session, err := h.Gate.Unlock(v.R.Context(), v.uuid, password, v.Visitor())
	if errors.Is(err, customer.ErrPassword) {
		return v.gate(http.StatusUnauthorized, "gate.password.incorrect")
	}
	if err != nil {
		return err
	}
	v.setSession(session, sessionLife)
	if before.Customer.Stage != verification.Draft {
		return v.Redirect(v.Home)
	}
	form, err := h.Gate.Open(v.R.Context(), v.uuid, session)
	if err != nil {
		return err
	}
	v.take(form)
	return v.Redirect(v.To(v.Unfinished()))
}

// leave ends the session in this browser.
func (h *handler) leave(v *visit) error {
	v.setSession("", -1)
	return v.Redirect(v.Home)
}
