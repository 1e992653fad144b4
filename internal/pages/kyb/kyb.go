// Package kyb is the hosted form in which a company completes its file: the password gate, one page a step, papers, the
// declaration, and the page that says how it stands. Everything works without JavaScript, and every step is saved on the
// server.
//
// It must not know storage, jobs or the partner API: it calls the customer service through the interfaces below, and the
// rules of package kyb, which are pure. What is wrong is worded here, from kyb's codes.
package kyb

import (
	"context"
	"embed"
	"net/http"
	"slices"

	"rampa/internal/customer"
	"rampa/internal/kyb"
	"rampa/internal/pages/frame"
)

//go:embed templates/*.html locales/*.yaml
var files embed.FS

// Gate lets a visitor in.
type Gate interface {
	// Link gives the company and the link without the file. Errors: link_not_found, link_expired.
	Link(ctx context.Context, linkUUID string) (customer.Form, error)
	// Unlock trades the password for a session. Errors: password_incorrect, link_locked, and Link's.
	Unlock(ctx context.Context, linkUUID, password string, v customer.Visitor) (session string, err error)
	// Open gives the whole form. Errors: session_required, and Link's.
	Open(ctx context.Context, linkUUID, session string) (customer.Form, error)
}

// Editor changes the file.
type Editor interface {
	Save(ctx context.Context, linkUUID, session string, edit customer.Edit) ([]kyb.Problem, error)
	Submit(ctx context.Context, linkUUID, session string, d kyb.Declaration, v customer.Visitor) ([]kyb.Requirement, error)
}

// Papers keeps the documents.
type Papers interface {
	AddDocument(ctx context.Context, linkUUID, session string, u customer.Upload) (kyb.Document, error)
	RemoveDocument(ctx context.Context, linkUUID, session, documentID string, v customer.Visitor) error
}

// Config is what the form needs.
type Config struct {
	frame.Config
	Gate   Gate
	Editor Editor
	Papers Papers
	Rules  *kyb.Ruleset
	Terms  string        // the version of the legal texts in force
	NewID  func() string // ids of people and companies
}

type handler struct {
	Config
	frame *frame.Frame
	steps []step
	names []string // of the steps
}

// New makes the handler of /kyb/. It fails when a template or a text is broken.
func New(c Config) (http.Handler, error) {
	f, err := frame.New(c.Config, files)
	if err != nil {
		return nil, err
	}
	h := &handler{Config: c, frame: f}
	h.steps = []step{countryStep(), companyStep(), addressesStep(), activityStep(), peopleStep(), documentsStep(), checkStep(), declarationStep()}
	for _, s := range h.steps {
		h.names = append(h.names, s.name)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /kyb/{uuid}", h.page(h.home))
	mux.HandleFunc("POST /kyb/{uuid}", h.page(h.unlock))
	mux.HandleFunc("POST /kyb/{uuid}/leave", h.page(h.leave))
	mux.HandleFunc("GET /kyb/{uuid}/{step}", h.page(h.showStep))
	mux.HandleFunc("POST /kyb/{uuid}/{step}", h.page(h.saveStep))
	mux.HandleFunc("/", h.page(func(*visit) error { return frame.ErrNoPage }))
	return f.Guard(mux, h.page(func(*visit) error { return frame.ErrForeign })), nil
}

// step is one page of the form. item is what corrections and edits call it.
type step struct {
	name string
	item string
	show func(v *visit) error
	save func(v *visit) error
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
	if s.name != "country" && v.file().Company.Country == "" {
		return v.Redirect(v.To("country"))
	}
	if s.item != "" && !v.Editable(s.item) {
		return v.readOnly(s)
	}
	return s.show(v)
}

func (h *handler) saveStep(v *visit) error {
	s, err := h.enter(v)
	if err != nil {
		return err
	}
	if s.item != "" && !v.Editable(s.item) || s.item == "" && !v.Draft() && !v.Correcting() {
		return customer.ErrNotEditable
	}
	return s.save(v)
}

// readOnly shows a step that is not the company's to change now. The country is the first of the company's answers.
func (v *visit) readOnly(s step) error {
	if s.name == "country" {
		return v.ReadOnly("company")
	}
	return v.ReadOnly(s.name)
}

func checkStep() step {
	return step{name: frame.Check, show: func(v *visit) error { return v.ShowCheck() }, save: func(v *visit) error { return v.SaveCheck() }}
}
