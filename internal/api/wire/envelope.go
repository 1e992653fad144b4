package wire

import (
	"bytes"
	"encoding/json"
	"time"
)

// success and page are the two success envelopes, keys in the order of the contract.
type success struct {
	Status string `json:"status"`
	Data   any    `json:"data"`
}

type page struct {
	success
	Pagination Pagination `json:"pagination"`
}

// OK is the success envelope {"status":"ok","data":…}.
func OK(data any) any { return success{"ok", data} }

// Done is the success envelope of calls that answer no data: {"status":"ok"}.
func Done() any {
	return struct {
		Status string `json:"status"`
	}{"ok"}
}

// Page is the success envelope of a list: {"status":"ok","data":[…],"pagination":{…}}.
func Page[T any](items []T, p Pagination) any { return page{success{"ok", List[T](items)}, p} }

// Failure is the body of every error but validation; it holds exactly these two keys.
type Failure struct {
	Status string `json:"status"` // always "error"
	Error  string `json:"error"`  // the stable code
}

// Error is the error body {"status":"error","error":"code"}.
func Error(code string) Failure { return Failure{"error", code} }

// Told is an error with more to say than its code: the calls that create payments answer message and data beside it.
type Told struct {
	Err     error
	Message string // "": the code
	Data    any    // nil: none
}

// Error gives the error's own text, for the log.
func (t *Told) Error() string { return t.Err.Error() }

// Unwrap gives the error.
func (t *Told) Unwrap() error { return t.Err }

// told is the body of a Told.
type told struct {
	Failure
	Message string `json:"message"`
	Data    any    `json:"data,omitempty"`
}

// Marshal writes a body as it goes out: as encoding/json, but with <, > and & as they are, and without a final newline.
func Marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// quote writes s as a JSON string.
func quote(s string) []byte {
	b, err := Marshal(s)
	if err != nil {
		return []byte(`""`) // a string always marshals
	}
	return b
}

// Time is written as 2026-06-26T10:30:00.000000Z: UTC, microseconds, the rest cut off.
type Time time.Time

// timeLayout is Time's form.
const timeLayout = "2006-01-02T15:04:05.000000Z"

// String writes the time as on the wire.
func (t Time) String() string { return time.Time(t).UTC().Format(timeLayout) }

// MarshalJSON writes the time as a JSON string.
func (t Time) MarshalJSON() ([]byte, error) { return []byte(`"` + t.String() + `"`), nil }

// UnmarshalJSON reads what MarshalJSON wrote: for clients and tests.
func (t *Time) UnmarshalJSON(b []byte) error {
	parsed, err := time.Parse(`"`+timeLayout+`"`, string(b))
	*t = Time(parsed)
	return err
}

// List is a slice that is written as [] when it is nil: the contract's lists are never null.
type List[T any] []T

// MarshalJSON writes the list.
func (l List[T]) MarshalJSON() ([]byte, error) {
	if l == nil {
		return []byte("[]"), nil
	}
	return Marshal([]T(l))
}
