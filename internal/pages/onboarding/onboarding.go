// Package onboarding is the hosted form of the enhanced declaration: where the money comes from, what for and how much, tax
// residence, political exposure, the signature, and the page that says how it stands. The link's own secret lets the customer
// in; there is no password. Everything works without JavaScript, and every step is saved on the server.
//
// It must not know storage, jobs or the partner API: it calls the service of declarations through the interface below, and the
// rules of package onboarding, which are pure. What is wrong is worded here, from their codes.
package onboarding

import (
	"context"
	"embed"
	"net/http"
	"slices"

	"rampa/internal/customer"
	"rampa/internal/onboarding"
	"rampa/internal/pages/frame"
	"rampa/internal/verification"
)

//go:embed templates/*.html locales/*.yaml
var files embed.FS

// Declarations is the service behind the form. secret is the second half of the link's address. Errors: link_not_found,
// link_expired, user_banned, not_editable, stage_conflict.
type Declarations interface {
	Open(ctx context.Context, linkUUID, secret string) (onboarding.Visit, error)
	Save(ctx context.Context, linkUUID, secret string, edit onboarding.Edit) ([]onboarding.Problem, error)
	Submit(ctx context.Context, linkUUID, secret string, d verification.Declaration, v customer.Visitor) ([]onboarding.Requirement, error)
}

// Config is what the form needs.
type Config struct {
	frame.Config
	Declarations Declarations
	Terms        string // the version of the legal texts in force
}

type handler struct {
	Config
	frame *frame.Frame
	steps []step
}

// New makes the handler of /onboarding/. It fails when a template or a text is broken.
func New(c Config) (http.Handler, error) {
	f, err := frame.New(c.Config, files)
	if err != nil {
		return nil, err
	}
	h := &handler{Config: c, frame: f, steps: []step{
		fundsStep(), purposeStep(), taxStep(), pepStep(),
		{onboarding.StepCheck, func(v *visit) error { return v.ShowCheck() }, func(v *visit) error { return v.SaveCheck() }},
		{onboarding.StepDeclaration, showDeclaration, saveDeclaration},
	}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /onboarding/{address}", h.page(h.home))
	mux.HandleFunc("GET /onboarding/{address}/{step}", h.page(h.showStep))
	mux.HandleFunc("POST /onboarding/{address}/{step}", h.page(h.saveStep))
	mux.HandleFunc("/", h.page(func(*visit) error { return frame.ErrNoPage }))
	return f.Guard(mux, h.page(func(*visit) error { return frame.ErrForeign })), nil
}

// step is one page of the form. Its name is what corrections and edits call it.
type step struct {
	name string
	show func(v *visit) error
	save func(v *visit) error
}

// home is the address of the link: the welcome, then the overview, then the page that says how the declaration stands.
func (h *handler) home(v *visit) error {
	if err := v.open(); err != nil {
		return err
	}
	switch {
	case v.Form.Customer.Stage == verification.Draft:
		return v.welcome()
	case v.Draft() || v.Correcting():
		return v.Overview()
	}
	return v.Status(v.file.Declaration)
}

// enter opens the form at the step that the path names.
func (h *handler) enter(v *visit) (step, error) {
	v.Step = v.R.PathValue("step")
	i := slices.IndexFunc(h.steps, func(s step) bool { return s.name == v.Step })
	if i < 0 {
		return step{}, frame.ErrNoPage
	}
	return h.steps[i], v.open()
}

func (h *handler) showStep(v *visit) error {
	s, err := h.enter(v)
	if err != nil {
		return err
	}
	if !v.Draft() && !v.Correcting() {
		return v.Redirect(v.Home) // submitted: the status page shows all of it
	}
	if asks(s.name) && !v.Editable(s.name) {
		return v.ReadOnly(s.name)
	}
	return s.show(v)
}

func (h *handler) saveStep(v *visit) error {
	s, err := h.enter(v)
	if err != nil {
		return err
	}
	if !v.Draft() && !v.Correcting() || asks(s.name) && !v.Editable(s.name) {
		return customer.ErrNotEditable
	}
	return s.save(v)
}

// asks reports whether a step has something to enter, and not only to read and sign.
func asks(step string) bool { return onboarding.Correctable(step) }
