// Package pages serves what people outside see without an account: the hosted forms (pages/kyb, pages/kyc, pages/onboarding), the payment pages (pages/gateway), the legal texts
// they accept, the logos they show and the static files of all of them. It is the one entry to them: app knows no other.
//
// It must not know storage, jobs or the partner API.
package pages

import (
	"context"
	"embed"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	rules "rampa/internal/kyb"
	"rampa/internal/pages/frame"
	"rampa/internal/pages/gateway"
	"rampa/internal/pages/kyb"
	"rampa/internal/pages/kyc"
	"rampa/internal/pages/legal"
	"rampa/internal/pages/onboarding"
	"rampa/internal/web/ui"
)

//go:embed templates/*.html locales/*.yaml
var files embed.FS

// Logos gives the logo of an integration: its media type and its bytes, or an errs.NotFound.
type Logos interface {
	Logo(ctx context.Context, integrationUUID string) (mediaType string, image []byte, err error)
}

// Config is what the pages need.
type Config struct {
	Gate   kyb.Gate
	Editor kyb.Editor
	Papers kyb.Papers
	Logos  Logos // nil: no logos
	// Declarations is the service of the enhanced declarations.
	Declarations onboarding.Declarations
	// Payments and Choices are the service of the payments.
	Payments gateway.Payments
	Choices  gateway.Choices
	Rules    *rules.Ruleset
	Legal    legal.Config
	Secure   bool // the public URL is https: cookies are Secure, with the __Host- prefix
	Now      func() time.Time
	NewID    func() string // ids of people and companies
	Log      *slog.Logger
	// Address gives the visitor's address behind trusted proxies; RequestID the id of the request.
	Address   func(*http.Request) string
	RequestID func(context.Context) string
}

type handler struct {
	Config
	frame *frame.Frame
	texts legal.Texts
}

// New makes the handler of /kyb/, /kyc/, /onboarding/, /payment/, /gateway/, /legal/, /static/ and /brand/. It fails when a template, a text or a legal text is broken.
func New(c Config) (http.Handler, error) {
	shared := frame.Config{Secure: c.Secure, Logos: c.Logos != nil, Now: c.Now, Log: c.Log, Address: c.Address, RequestID: c.RequestID}
	own, err := frame.New(shared, files)
	if err != nil {
		return nil, err
	}
	texts, err := legal.Read(c.Legal, ui.Languages)
	if err != nil {
		return nil, fmt.Errorf("legal texts: %w", err)
	}
	companies, err := kyb.New(kyb.Config{Config: shared, Gate: c.Gate, Editor: c.Editor, Papers: c.Papers, Rules: c.Rules, Terms: texts.Version, NewID: c.NewID})
	if err != nil {
		return nil, err
	}
	people, err := kyc.New(kyc.Config{Config: shared, Gate: c.Gate, Editor: c.Editor, Papers: c.Papers, Terms: texts.Version})
	if err != nil {
		return nil, err
	}
	declarations, err := onboarding.New(onboarding.Config{Config: shared, Declarations: c.Declarations, Terms: texts.Version})
	if err != nil {
		return nil, err
	}
	payments, err := gateway.New(gateway.Config{Config: shared, Payments: c.Payments, Choices: c.Choices, Terms: texts.Version})
	if err != nil {
		return nil, err
	}
	h := &handler{Config: c, frame: own, texts: texts}
	mux := http.NewServeMux()
	mux.Handle("GET /static/", own.UI.Static())
	mux.HandleFunc("GET /brand/{integration}/logo", h.logo)
	mux.HandleFunc("GET /legal/{text}", h.page(h.legal))
	mux.Handle("/kyb/", companies)
	mux.Handle("/kyc/", people)
	mux.Handle("/onboarding/", declarations)
	mux.Handle("/payment/", payments)
	mux.Handle("/gateway/", payments)
	mux.HandleFunc("/", h.page(func(*frame.Visit) error { return frame.ErrNoPage }))
	return own.Guard(mux, h.page(func(*frame.Visit) error { return frame.ErrForeign })), nil
}

// page makes a handler of a function that returns its error.
func (h *handler) page(serve func(*frame.Visit) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v := h.frame.Visit(w, r)
		if err := serve(v); err != nil {
			v.Fail(err, nil)
		}
	}
}
