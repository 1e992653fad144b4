// Package pages is the hosted form in which a company completes its file: the password gate, one page a step, papers, the
// declaration, and the page that says how it stands; with the legal texts and the logos those pages show. Everything works
// without JavaScript, and every step is saved on the server.
//
// It must not know storage, jobs or the partner API: it calls the customer service through the interfaces below, and the
// rules of package kyb, which are pure. What is wrong is worded here, from kyb's codes.
package pages

import (
	"context"
	"embed"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"rampa/internal/customer"
	"rampa/internal/kyb"
	"rampa/internal/pages/legal"
	"rampa/internal/web/ui"
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

// Logos gives the logo of an integration: its media type and its bytes, or an errs.NotFound.
type Logos interface {
	Logo(ctx context.Context, integrationUUID string) (mediaType string, image []byte, err error)
}

// Config is what the pages need.
type Config struct {
	Gate   Gate
	Editor Editor
	Papers Papers
	Logos  Logos // nil: no logos
	Rules  *kyb.Ruleset
	Legal  legal.Config
	Secure bool // the public URL is https: cookies are Secure, with the __Host- prefix
	Now    func() time.Time
	NewID  func() string // ids of people and companies
	Log    *slog.Logger
	// Address gives the visitor's address behind trusted proxies; RequestID the id of the request.
	Address   func(*http.Request) string
	RequestID func(context.Context) string
}

type handler struct {
	Config
	ui    *ui.Renderer
	texts legal.Texts
	steps []step
}

// New makes the handler of /kyb/, /legal/, /static/ and /brand/. It fails when a template, a text or a legal text is broken.
func New(c Config) (http.Handler, error) {
	renderer, err := ui.New(ui.Config{Templates: files, Locales: files, Secure: c.Secure})
	if err != nil {
		return nil, err
	}
	texts, err := legal.Read(c.Legal, ui.Languages)
	if err != nil {
		return nil, fmt.Errorf("legal texts: %w", err)
	}
	h := &handler{Config: c, ui: renderer, texts: texts}
	h.steps = []step{countryStep(), companyStep(), addressesStep(), activityStep(), peopleStep(), documentsStep(), checkStep(), declarationStep()}
	mux := http.NewServeMux()
	mux.Handle("GET /static/", renderer.Static())
	mux.HandleFunc("GET /brand/{integration}/logo", h.logo)
	mux.HandleFunc("GET /legal/{text}", h.page(h.legal))
	mux.HandleFunc("GET /kyb/{uuid}", h.page(h.home))
	mux.HandleFunc("POST /kyb/{uuid}", h.page(h.unlock))
	mux.HandleFunc("POST /kyb/{uuid}/leave", h.page(h.leave))
	mux.HandleFunc("GET /kyb/{uuid}/{step}", h.page(h.showStep))
	mux.HandleFunc("POST /kyb/{uuid}/{step}", h.page(h.saveStep))
	mux.HandleFunc("/", h.page(func(*visit) error { return errNoPage }))
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(h.page(func(*visit) error { return errForeign }))
	return c.plain(guard.Handler(mux)), nil
}

// plain lets forms be sent over plain http (a phone in the sandbox's network): browsers send no Sec-Fetch-Site there, and
// under our no-referrer policy the Origin "null". The session's SameSite cookie still keeps other sites out.
func (c Config) plain(guarded http.Handler) http.Handler {
	if c.Secure {
		return guarded
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Origin") == "null" && r.Header.Get("Sec-Fetch-Site") == "" {
			r.Header.Del("Origin")
		}
		guarded.ServeHTTP(w, r)
	})
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
	v.step = v.r.PathValue("step")
	i := slices.IndexFunc(h.steps, func(s step) bool { return s.name == v.step })
	if i < 0 {
		return step{}, errNoPage
	}
	return h.steps[i], v.open()
}

func (h *handler) showStep(v *visit) error {
	s, err := h.enter(v)
	if err != nil {
		return err
	}
	if !v.draft() && !v.correcting() {
		return v.redirect(v.home()) // submitted: the status page shows all of it
	}
	if s.name != "country" && v.file().Company.Country == "" {
		return v.redirect(v.to("country"))
	}
	if s.item != "" && !v.editable(s.item) {
		return v.readOnly(s)
	}
	return s.show(v)
}

func (h *handler) saveStep(v *visit) error {
	s, err := h.enter(v)
	if err != nil {
		return err
	}
	if s.item != "" && !v.editable(s.item) || s.item == "" && !v.draft() && !v.correcting() {
		return customer.ErrNotEditable
	}
	return s.save(v)
}
