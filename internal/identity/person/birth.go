package person

import (
	"strconv"
	"time"

	"rampa/internal/identity"
)

// The codes of the problems of a birth date, beside identity.CodeFormat for what is no date.
const (
	CodeFuture   = "future"   // not yet come
	CodeUnderage = "underage" // Params "minimum": years
	CodeTooOld   = "too_old"  // Params "maximum": years
)

// Ages in years that a customer must have reached, and cannot have passed.
const (
	Adult  = 18
	Oldest = 120
)

// BirthDate reads a birth date as identity.ParseDate does and gives it as YYYY-MM-DD when it is an adult's. Age is counted
// by the calendar at now's place: somebody is 18 from the first moment of the birthday there; who was born on 29 February
// has it on 1 March in other years. err is an *identity.Problem.
func BirthDate(date string, now time.Time) (iso string, err error) {
	iso, ok := identity.ParseDate(date)
	if !ok {
		return "", &identity.Problem{Code: identity.CodeFormat, Params: map[string]string{"example": "1990-05-17"}}
	}
	age := Age(iso, now)
	switch {
	case iso > now.Format(time.DateOnly):
		return "", &identity.Problem{Code: CodeFuture}
	case age < Adult:
		return "", &identity.Problem{Code: CodeUnderage, Params: map[string]string{"minimum": strconv.Itoa(Adult)}}
	case age > Oldest:
		return "", &identity.Problem{Code: CodeTooOld, Params: map[string]string{"maximum": strconv.Itoa(Oldest)}}
	}
	return iso, nil
}

// Age is the full years between a date (YYYY-MM-DD) and the calendar day of now at its place; below 0 before it.
func Age(date string, now time.Time) int {
	born, _ := time.Parse(time.DateOnly, date)
	years := now.Year() - born.Year()
	if month, day := now.Month(), now.Day(); month < born.Month() || month == born.Month() && day < born.Day() {
		years--
	}
	return years
}

// BornOn is the birth date (YYYY-MM-DD) that a paper's normalised number itself states; "" when it states none. A file whose
// birth date is another has a mistake in one of them.
func BornOn(country, typ, normalized string) string {
	if country == "MX" && typ == "CURP" {
		return identity.CURPBirthDate(normalized)
	}
	return ""
}
