package intake

import (
	"strings"
	"time"

	"rampa/internal/api/wire"
	"rampa/internal/identity/person"
	"rampa/internal/kyc"
	"rampa/internal/verification"
)

// report gathers what is wrong with a call: first what the rules say, then what only the domain knows of fields that the
// rules have passed.
type report struct {
	rules   wire.Rules
	invalid *wire.Invalid
	now     time.Time
}

// add tells of a field that nothing was told of yet.
func (r *report) add(field, message string) {
	if r.invalid == nil {
		r.invalid = &wire.Invalid{}
	}
	if len(r.invalid.Messages(field)) == 0 {
		r.invalid.Add(field, message)
	}
}

func (r *report) required(field string) { r.add(field, "The "+label(field)+" field is required.") }

func (r *report) selected(field string) { r.add(field, "The selected "+label(field)+" is invalid.") }

// problem words a problem of a file as the field's rule would.
func (r *report) problem(p verification.Problem) {
	r.add(p.Field, words(p, r.now))
}

// done gives the answer with its fields in the order of the rules, nil when nothing is wrong.
func (r *report) done() *wire.Invalid {
	if r.invalid == nil {
		return nil
	}
	return r.invalid.InOrder(r.rules)
}

// Problems words what is wrong with a delegated file.
func Problems(problems []verification.Problem, now time.Time) *wire.Invalid {
	r := &report{rules: delegatedRules, now: now}
	for _, p := range problems {
		r.problem(p)
	}
	return r.done()
}

func label(field string) string { return strings.ReplaceAll(field, "_", " ") }

// words puts a problem into the words of the Laravel rule that would have found it.
func words(p verification.Problem, now time.Time) string {
	the := "The " + label(p.Field) + " field "
	switch p.Code {
	case kyc.CodeRequired:
		return the + "is required."
	case kyc.CodeTooLong:
		return the + "must not be greater than " + p.Params["max"] + " characters."
	case kyc.CodeControlCharacters:
		return the + "must be a string."
	case kyc.CodeCountryUnknown, kyc.CodePaperTypeUnknown:
		return "The selected " + label(p.Field) + " is invalid."
	case kyc.CodeDateFormat:
		return the + "must be a valid date."
	case kyc.CodeDateFuture, kyc.CodePersonTooYoung:
		return the + "must be a date before " + now.UTC().AddDate(-person.Adult, 0, 1).Format(time.DateOnly) + "."
	case kyc.CodePersonTooOld:
		return the + "must be a date after " + now.UTC().AddDate(-person.Oldest-1, 0, 0).Format(time.DateOnly) + "."
	case kyc.CodePaperExpired:
		return the + "must be a date after or equal to today."
	case kyc.CodeBirthDateDiffers:
		return the + "must match birth date."
	}
	return the + "format is invalid."
}
