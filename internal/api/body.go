package api

import (
	"context"
	"errors"
	"net/http"
	"time"

	"rampa/internal/api/wire"
	"rampa/internal/customer"
	"rampa/internal/errs"
	"rampa/internal/idempotency"
)

const (
	bodyLimit = 1 << 20
	// documentLimit leaves room for a file that is too large to be told so: 10 MiB are 14 in base64.
	documentLimit  = 24 << 20
	delegatedLimit = 60 << 20
	// bodiesHeld bounds what big bodies take in memory at once, several times over as they are decoded.
	bodiesHeld = 128 << 20
	// roomWait is how long a call waits for others' bodies to be done with.
	roomWait = 30 * time.Second
)

// makeRoom waits until a big body may be read; release gives the room back. Errors: ErrUnavailable.
func (a *API) makeRoom(r *http.Request, limit int64) (release func(), err error) {
	if limit <= bodyLimit || r.ContentLength >= 0 && r.ContentLength <= bodyLimit || r.ContentLength > limit {
		return func() {}, nil
	}
	size := limit
	if r.ContentLength > 0 {
		size = r.ContentLength
	}
	ctx, cancel := context.WithTimeout(r.Context(), roomWait)
	defer cancel()
	if err := a.bodies.Acquire(ctx, size); err != nil {
		return nil, wire.ErrUnavailable.Because(err)
	}
	return func() { a.bodies.Release(size) }, nil
}

// errUnheard is what the question for a key's answer ends with when there is none.
var errUnheard = errors.New("api: the key is new")

// unheard asks whether a key has an answer without doing anything: an answer that is there must not wait for papers to be
// read, nor for an address that may be gone.
func unheard(context.Context) (idempotency.Answer, error) { return idempotency.Answer{}, errUnheard }

// settled reports whether an error says that nothing was changed. Of any other the change may stand all the same, papers
// included.
func settled(err error) bool {
	if _, invalid := errors.AsType[*wire.Invalid](err); invalid {
		return true
	}
	kind := errs.KindOf(err)
	return kind != errs.Internal && kind != errs.Unavailable
}

// tidy deletes the papers of a call that took none in.
func (a *API) tidy(r *request, refused bool) {
	if !refused || len(r.brought.Papers) == 0 {
		return
	}
	papers := make([]customer.Stashed, len(r.brought.Papers))
	for i, p := range r.brought.Papers {
		papers[i] = p.Stashed
	}
	a.Documents.Discard(r.Context(), papers...)
}
