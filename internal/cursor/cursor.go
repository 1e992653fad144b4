// Package cursor writes the place where a page of a list ended as an opaque text, and reads it back.
package cursor

import (
	"encoding/base64"
	"strconv"
	"strings"

	"rampa/internal/errs"
)

// ErrInvalid refuses a cursor that this program did not make.
var ErrInvalid = errs.New(errs.Invalid, "cursor_not_valid", "The cursor is not one that a list gave. Start again without it.")

// Of writes the numbers that name a place.
func Of(place ...int64) string {
	texts := make([]string, len(place))
	for i, n := range place {
		texts[i] = strconv.FormatInt(n, 36)
	}
	return base64.RawURLEncoding.EncodeToString([]byte(strings.Join(texts, ".")))
}

// Read gives the n positive numbers that Of wrote, or ErrInvalid.
func Read(text string, n int) ([]int64, error) {
	plain, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return nil, ErrInvalid
	}
	parts := strings.Split(string(plain), ".")
	if len(parts) != n {
		return nil, ErrInvalid
	}
	place := make([]int64, n)
	for i, part := range parts {
		if place[i], err = strconv.ParseInt(part, 36, 64); err != nil || place[i] <= 0 {
			return nil, ErrInvalid
		}
	}
	return place, nil
}
