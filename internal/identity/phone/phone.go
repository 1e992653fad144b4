// Package phone reads telephone numbers by the numbering plans of all countries (Google's libphonenumber, its Go port).
// Pure; it must not know who calls or whether anybody answers. The plans are unpacked when the process starts, which the
// library does not leave to its users.
package phone

import (
	"errors"
	"strings"

	"github.com/nyaruka/phonenumbers"
	"golang.org/x/text/unicode/norm"

	"rampa/internal/identity"
)

// maxInput is far above the longest number as written.
const maxInput = 64

// Normalize gives a number as E.164: "+34612345678". It may come in international form, with + or 00, or as it is dialled
// within country (ISO 3166-1 alpha-2; "" when none is known, and then the + is needed). Only numbers that the plan of
// their country has are taken; extensions and letters are not. err is an *identity.Problem: CodeLength for too short or too
// long a number, else CodeFormat, with Params "example", a number of the country.
func Normalize(number, country string) (e164 string, err error) {
	written := norm.NFKC.String(strings.TrimSpace(number))
	if len(number) > maxInput || strings.Trim(written, "+0123456789 .-/()\u00a0\u2010\u2011\u2012\u2013\u2014") != "" {
		return "", problem(identity.CodeFormat, country)
	}
	if international, ok := strings.CutPrefix(written, "00"); ok {
		written = "+" + international
	}
	parsed, err := phonenumbers.Parse(written, country)
	switch {
	case errors.Is(err, phonenumbers.ErrTooShortNSN), errors.Is(err, phonenumbers.ErrNumTooLong), errors.Is(err, phonenumbers.ErrTooShortAfterIDD):
		return "", problem(identity.CodeLength, country)
	case err != nil:
		return "", problem(identity.CodeFormat, country)
	}
	switch possible := phonenumbers.IsPossibleNumberWithReason(parsed); {
	case possible == phonenumbers.TOO_SHORT, possible == phonenumbers.TOO_LONG:
		return "", problem(identity.CodeLength, country)
	case !phonenumbers.IsValidNumber(parsed):
		return "", problem(identity.CodeFormat, country)
	}
	return phonenumbers.Format(parsed, phonenumbers.E164), nil
}

// Example is a mobile number of a country, in international form as people write it.
func Example(country string) string {
	example := phonenumbers.GetExampleNumberForType(country, phonenumbers.MOBILE)
	if example == nil {
		example = phonenumbers.GetExampleNumberForType("ES", phonenumbers.MOBILE)
	}
	return phonenumbers.Format(example, phonenumbers.INTERNATIONAL)
}

func problem(code, country string) error {
	return &identity.Problem{Code: code, Params: map[string]string{"example": Example(country)}}
}
