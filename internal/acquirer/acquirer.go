// Package acquirer is the edge to payment service providers: their callbacks come in here. It must not know payments nor storage.
package acquirer

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"

	"rampa/internal/errs"
	"rampa/internal/psp"
)

// Charges takes what providers tell: psp.Service.
type Charges interface {
	Handle(ctx context.Context, provider string, header func(name string) string, body []byte) error
}

// Config is what the edge needs.
type Config struct {
	Charges Charges
	Log     *slog.Logger
}

// Edge serves the callbacks.
type Edge struct{ Config }

// New makes an Edge.
func New(c Config) *Edge { return &Edge{c} }

// maxBody bounds a callback.
const maxBody = 256 << 10

// Mount adds the callbacks to a mux.
func (e *Edge) Mount(mux *http.ServeMux) { mux.HandleFunc("POST /psp/{provider}/callback", e.callback) }

// callback answers 204 for what was taken, and otherwise a status that makes the provider try again, or look at what it sends.
func (e *Edge) callback(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err == nil {
		err = e.Charges.Handle(r.Context(), r.PathValue("provider"), r.Header.Get, body)
	}
	status := http.StatusNoContent
	switch {
	case err == nil:
	case errors.As(err, new(*http.MaxBytesError)):
		status = http.StatusRequestEntityTooLarge
	case errors.Is(err, psp.ErrSignature):
		status = http.StatusUnauthorized
	case errs.KindOf(err) == errs.Invalid:
		status = http.StatusUnprocessableEntity
	case errs.KindOf(err) == errs.NotFound:
		status = http.StatusNotFound
	default:
		status = http.StatusServiceUnavailable
		e.Log.Error("a callback could not be taken", "provider", r.PathValue("provider"), "error", err)
	}
	w.WriteHeader(status)
}
