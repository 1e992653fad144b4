package wire

import (
	"cmp"
	"errors"
	"net/http"

	"rampa/internal/api/wire/field"
	"rampa/internal/errs"
)

// The errors that belong to the partner edge itself and not to a domain.
var (
	ErrUnauthorized  = errs.New(errs.Unauthorized, "authorization_incorrect", "The token or the key pair is not valid.")
	ErrMalformed     = field.ErrMalformed
	ErrTooLarge      = field.ErrTooLarge
	ErrMediaType     = field.ErrMediaType
	ErrNotFound      = errs.New(errs.NotFound, "not_found", "There is nothing at this path.")
	ErrMethod        = errs.New(errs.Invalid, "method_not_allowed", "The path does not take this method.")
	ErrTooMany       = errs.New(errs.Locked, "too_many_requests", "Too many requests: wait and try again.")
	ErrUnavailable   = errs.New(errs.Unavailable, "unavailable", "The service is starting or stopping: try again.")
	ErrKey           = errs.New(errs.Invalid, "idempotency_key_invalid", "The key has 1 to 255 printable characters.")
	ErrKeyReused     = errs.New(errs.Conflict, "idempotency_key_reused", "The key was used with another request.")
	ErrKeyInProgress = errs.New(errs.Conflict, "idempotency_in_progress", "The first request of this key is running.")
)

// Regime says how an endpoint tells errors of the domain; the contract has two.
type Regime int

// The regimes.
const (
	Business Regime = iota // HTTP 200 with the code in the body
	REST                   // real HTTP codes: 403, 404, 409, 422
)

// plain is what is the edge's own: a domain may use the same code for an error of another kind.
type plain struct {
	kind errs.Kind
	code string
}

func plainOf(e *errs.Error) plain { return plain{e.Kind, e.Code} }

// plainHTTP are the errors of the edge itself: the same status in both regimes.
var plainHTTP = map[plain]int{
	plainOf(ErrUnauthorized):  http.StatusOK,
	plainOf(ErrMalformed):     http.StatusBadRequest,
	plainOf(ErrKey):           http.StatusBadRequest,
	plainOf(ErrNotFound):      http.StatusNotFound,
	plainOf(ErrMethod):        http.StatusMethodNotAllowed,
	plainOf(ErrTooLarge):      http.StatusRequestEntityTooLarge,
	plainOf(ErrMediaType):     http.StatusUnsupportedMediaType,
	plainOf(ErrTooMany):       http.StatusTooManyRequests,
	plainOf(ErrUnavailable):   http.StatusServiceUnavailable,
	plainOf(ErrKeyReused):     http.StatusConflict,
	plainOf(ErrKeyInProgress): http.StatusConflict,
}

// kinds map an error's kind: its status under REST, and the code that stands in place of its own, if any.
var kinds = map[errs.Kind]struct {
	rest int
	code string
}{
	errs.Internal:     {http.StatusOK, "unexpected_error"}, // 200 by contract, and no text of ours leaves
	errs.Invalid:      {http.StatusUnprocessableEntity, ""},
	errs.Unauthorized: {http.StatusOK, ErrUnauthorized.Code}, // one code whatever the reason: no oracle
	errs.Forbidden:    {http.StatusForbidden, ""},
	errs.NotFound:     {http.StatusNotFound, ""},
	errs.Conflict:     {http.StatusConflict, ""},
	errs.Expired:      {http.StatusConflict, ""},
	errs.Locked:       {http.StatusTooManyRequests, ErrTooMany.Code},
	errs.Unavailable:  {http.StatusServiceUnavailable, ""},
}

// ErrorStatus gives the HTTP status and the body that tell err to the partner: the one table of the API. The body is an
// *Invalid for failed validation and a Failure otherwise; write it with Marshal.
func ErrorStatus(err error, regime Regime) (status int, body any) {
	if invalid, ok := errors.AsType[*Invalid](err); ok {
		return http.StatusUnprocessableEntity, invalid
	}
	code, kind := errs.CodeOf(err), errs.KindOf(err)
	if status, ok := plainHTTP[plain{kind, code}]; ok {
		return status, Error(code)
	}
	mapped, ok := kinds[kind]
	if !ok {
		kind, mapped = errs.Internal, kinds[errs.Internal]
	}
	if mapped.code != "" {
		code = mapped.code
	}
	if kind == errs.Locked {
		return mapped.rest, Error(code)
	}
	if regime == REST {
		return mapped.rest, Error(code)
	}
	if t, ok := errors.AsType[*Told](err); ok && kind != errs.Unauthorized {
		return http.StatusOK, told{Error(code), cmp.Or(t.Message, code), t.Data}
	}
	return http.StatusOK, Error(code)
}
