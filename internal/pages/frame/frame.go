// Package frame is what every hosted form shares: the visit with its words, its bounded input and its uploads, the pages of
// failures, the frame around a page, and, for the forms that fill a customer's file step by step, the overview, the check,
// the status page and the progress between them.
//
// It must not know what any form asks: a form brings its steps, its words and its file through the interfaces below.
package frame

import (
	"context"
	"embed"
	"io/fs"
	"log/slog"
	"net/http"
	"time"

	"rampa/internal/errs"
	"rampa/internal/web/ui"
)

//go:embed templates/*.html locales/*.yaml
var files embed.FS

// Config is what every hosted form needs.
type Config struct {
	Secure bool // the public URL is https
	Logos  bool // the logos of integrations are served under /brand/
	Now    func() time.Time
	Log    *slog.Logger
	// Address gives the visitor's address behind trusted proxies; RequestID the id of the request.
	Address   func(*http.Request) string
	RequestID func(context.Context) string
}

// Frame renders the pages of one form. It is safe for concurrent use.
type Frame struct {
	Config
	UI *ui.Renderer
}

// New makes the frame of a form with its own pages (templates/*.html) and texts (locales/*.yaml).
func New(c Config, own fs.FS) (*Frame, error) {
	renderer, err := ui.New(ui.Config{Shared: files, Templates: own, Locales: own, Secure: c.Secure})
	if err != nil {
		return nil, err
	}
	return &Frame{c, renderer}, nil
}

// Guard refuses forms that another site sends; denied answers them.
func (f *Frame) Guard(next http.Handler, denied http.HandlerFunc) http.Handler {
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(denied)
	return f.plain(guard.Handler(next))
}

// plain lets forms be sent over plain http (a phone in the sandbox's network): browsers send no Sec-Fetch-Site there, and
// under our no-referrer policy the Origin "null". The session's SameSite cookie still keeps other sites out.
func (f *Frame) plain(guarded http.Handler) http.Handler {
	if f.Secure {
		return guarded
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Origin") == "null" && r.Header.Get("Sec-Fetch-Site") == "" {
			r.Header.Del("Origin")
		}
		guarded.ServeHTTP(w, r)
	})
}

// The failures that only a page knows.
var (
	ErrNoPage   = errs.New(errs.NotFound, "page_not_found", "There is no such page.")
	ErrForeign  = errs.New(errs.Forbidden, "foreign_origin", "The form was sent from another site.")
	errTooLarge = errs.New(errs.Invalid, "body_too_large", "Too much was sent at once.")
	errBadForm  = errs.New(errs.Invalid, "bad_form", "The form could not be read.")
)
