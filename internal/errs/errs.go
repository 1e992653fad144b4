// Package errs is the one error type of Rampa: a coarse kind, a stable code, a message that is safe to show, and the
// cause for the log. It knows neither HTTP nor the partner's wire: each edge maps kinds and codes to its own answers.
package errs

import (
	"errors"
	"fmt"
)

// Kind is the coarse class of an error. An error that is not an *Error is Internal and its text never leaves the process.
type Kind int

// The kinds, each with what the caller can do about it.
const (
	Internal     Kind = iota // our fault: nothing the caller can do
	Invalid                  // bad input: correct it
	Unauthorized             // who are you: authenticate
	Forbidden                // known, but not allowed
	NotFound                 // no such thing, or not the caller's
	Conflict                 // the state does not allow it (exists already, decided already)
	Expired                  // it was there, its time is over
	Locked                   // too many attempts: wait
	Unavailable              // try again later
)

// Error is a failure with a code that programs match on and a message that people may read.
type Error struct {
	Kind    Kind
	Code    string // stable, snake_case: user_not_found
	Message string // says what happened and what to do; safe to show
	cause   error
}

// New makes an error of a kind with its stable code and safe message.
func New(kind Kind, code, message string) *Error {
	return &Error{Kind: kind, Code: code, Message: message}
}

// Newf is New with a formatted message.
func Newf(kind Kind, code, format string, args ...any) *Error {
	return New(kind, code, fmt.Sprintf(format, args...))
}

// Because returns a copy of e that wraps cause. The cause is for the log only.
func (e *Error) Because(cause error) *Error {
	c := *e
	c.cause = cause
	return &c
}

// Error gives the code, the message and the cause: for logs, never for callers.
func (e *Error) Error() string {
	s := e.Code
	if e.Message != "" && e.Message != e.Code {
		s += ": " + e.Message
	}
	if e.cause != nil {
		s += ": " + e.cause.Error()
	}
	return s
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.cause }

// Is makes two errors of the same code equal for errors.Is, whatever their cause.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// KindOf gives the kind of err; Internal for anything untyped.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}

// CodeOf gives the stable code of err; "unexpected_error" for anything untyped.
func CodeOf(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return "unexpected_error"
}
