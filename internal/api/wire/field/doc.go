// Package field turns a request body into named values without losing what they were on the wire: absent, null, text,
// number (by its exact digits), boolean, array, object or file. It reads JSON strictly, forms as PHP does, and trims as
// Laravel does. It knows neither which fields a call has nor what they must look like: that is for the rules of wire.
package field

import "rampa/internal/errs"

// The errors of a body that cannot be read.
var (
	ErrMalformed = errs.New(errs.Invalid, "malformed_json", "The body cannot be read.")
	ErrTooLarge  = errs.New(errs.Invalid, "payload_too_large", "The body is too large.")
	ErrMediaType = errs.New(errs.Invalid, "unsupported_media_type", "The content type is neither JSON nor a form.")
)
