// Package kyc is the hosted form in which a person completes his file: who he is, where he lives, his identity paper with
// its pictures, his face, the declaration, and the page that says how it stands. The link's own secret lets him in; there
// is no password. Everything works without JavaScript, every step is saved on the server; with JavaScript the camera leads
// through the pictures of the face.
//
// It must not know storage, jobs or the partner API: it calls the customer service through the interfaces below, and the
// rules of package kyc, which are pure. What is wrong is worded here, from kyc's codes.
package kyc

import (
	"context"
	"embed"
	"net/http"
	"slices"

	"rampa/internal/customer"
	"rampa/internal/kyc"
	"rampa/internal/pages/frame"
)

//go:embed templates/*.html locales/*.yaml
var files embed.FS

// Gate lets a visitor in.
type Gate interface {
	// Open gives the whole form; session is the secret of the link. Errors: link_not_found, link_expired, user_banned.
	Open(ctx context.Context, linkUUID, session string) (customer.Form, error)
}

// Editor changes the file.
type Editor interface {
	Save(ctx context.Context, linkUUID, session string, edit customer.Edit) ([]kyc.Problem, error)
	Submit(ctx context.Context, linkUUID, session string, d kyc.Declaration, v customer.Visitor) ([]kyc.Requirement, error)
}

// Papers keeps the pictures.
type Papers interface {
	AddDocument(ctx context.Context, linkUUID, session string, u customer.Upload) (kyc.Document, error)
	RemoveDocument(ctx context.Context, linkUUID, session, documentID string, v customer.Visitor) error
}

// Config is what the form needs.
type Config struct {
	frame.Config
	Gate   Gate
	Editor Editor
	Papers Papers
	Terms  string // the version of the legal texts in force
}

type handler struct {
	Config
	frame *frame.Frame
	steps []step
}

// New makes the handler of /kyc/. It fails when a template or a text is broken.
func New(c Config) (http.Handler, error) {
	f, err := frame.New(c.Config, files)
	if err != nil {
		return nil, err
	}
	h := &handler{Config: c, frame: f, steps: []step{
		personalStep(), addressStep(), identityStep(), selfieStep(),
		{kyc.StepCheck, func(v *visit) error { return v.ShowCheck() }, func(v *visit) error { return v.SaveCheck() }},
		{kyc.StepDeclaration, showDeclaration, saveDeclaration},
	}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /kyc/{address}", h.page(h.home))
	mux.HandleFunc("GET /kyc/{address}/{step}", h.page(h.showStep))
	mux.HandleFunc("POST /kyc/{address}/{step}", h.page(h.saveStep))
	mux.HandleFunc("/", h.page(func(*visit) error { return frame.ErrNoPage }))
	return f.Guard(mux, h.page(func(*visit) error { return frame.ErrForeign })), nil
}

// step is one page of the form. Its name is what corrections and edits call it.
type step struct {
	name string
	show func(v *visit) error
	save func(v *visit) error
}

// home is the address of the link: the welcome, then the overview, then the page that says how the file stands.
func (h *handler) home(v *visit) error {
	if err := v.open(); err != nil {
		return err
	}
	switch {
	case v.fresh():
		return v.welcome()
	case v.Draft() || v.Correcting():
		return v.Overview()
	}
	return v.Status(v.file().Declaration)
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
	if v.asks(s.name) && !v.Editable(s.name) {
		return v.ReadOnly(s.name)
	}
	return s.show(v)
}

func (h *handler) saveStep(v *visit) error {
	s, err := h.enter(v)
	if err != nil {
		return err
	}
	if !v.Draft() && !v.Correcting() || v.asks(s.name) && !v.Editable(s.name) {
		return customer.ErrNotEditable
	}
	return s.save(v)
}
