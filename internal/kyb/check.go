package kyb

import (
	"errors"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"rampa/internal/identity"
)

const (
	maxShort = 255
	maxLong  = 2000
)

// checker gathers the problems of a step, the first one of each field: one thing to correct at a time.
type checker struct {
	problems []Problem
	now      time.Time // zero: dates are not compared with today
}

// add notes a problem; params are name, value, name, value.
func (c *checker) add(field, code string, params ...string) {
	for _, p := range c.problems {
		if p.Field == field && field != "" {
			return
		}
	}
	problem := Problem{Field: field, Code: code}
	for i := 0; i+1 < len(params); i += 2 {
		if problem.Params == nil {
			problem.Params = map[string]string{}
		}
		problem.Params[params[i]] = params[i+1]
	}
	c.problems = append(c.problems, problem)
}

// required notes an empty field.
func (c *checker) required(field, value string) {
	if value == "" {
		c.add(field, CodeRequired)
	}
}

// line trims a text of one line and checks it.
func (c *checker) line(field, value string) string {
	value = strings.TrimSpace(value)
	c.plain(field, value, maxShort)
	return value
}

// prose trims a text of several lines and checks it; line ends become \n.
func (c *checker) prose(field, value string) string {
	value = strings.TrimSpace(strings.ReplaceAll(value, "\r\n", "\n"))
	flat := strings.NewReplacer("\n", " ", "\t", " ").Replace(value)
	c.plain(field, flat, maxLong)
	return value
}

// plain refuses what is too long (in code points) or would not print as typed: control characters, broken UTF-8, and the
// marks that turn the direction of writing, with which a name can be made to read as another.
func (c *checker) plain(field, value string, limit int) {
	if utf8.RuneCountInString(value) > limit {
		c.add(field, CodeTooLong, "max", strconv.Itoa(limit))
	}
	turns := func(r rune) bool {
		return unicode.IsControl(r) || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' || r == '\u2028' || r == '\u2029'
	}
	if !utf8.ValidString(value) || strings.ContainsFunc(value, turns) {
		c.add(field, CodeControlCharacters)
	}
}

// country normalises a country code.
func (c *checker) country(field, value string) string {
	value = strings.ToUpper(strings.TrimSpace(value))
	switch {
	case value == "":
		c.add(field, CodeRequired)
	case !identity.IsCountry(value):
		c.add(field, CodeCountryUnknown)
	}
	return value
}

// identifier normalises a number by its scheme; free text where there is none.
func (c *checker) identifier(field, value string, scheme identity.Scheme) string {
	value = c.line(field, value)
	if value == "" || scheme == "" {
		return value
	}
	normal, err := identity.Check(scheme, value)
	if err == nil {
		return normal
	}
	problem, ok := errors.AsType[*identity.Problem](err)
	if !ok {
		c.add(field, CodeIdentifierFormat, "example", identity.Example(scheme))
		return value
	}
	switch problem.Code {
	case identity.CodeUnsupported:
	case identity.CodeCheckDigit:
		c.add(field, CodeIdentifierCheckDigit, "example", identity.Example(scheme))
	case identity.CodeLength:
		c.add(field, CodeIdentifierLength, "example", identity.Example(scheme), "length", problem.Params["length"])
	default:
		c.add(field, CodeIdentifierFormat, "example", identity.Example(scheme))
	}
	return value
}

// date normalises a date that is not in the future. day is zero when it is empty or wrong.
func (c *checker) date(field, value string) (iso string, day time.Time) {
	value = strings.TrimSpace(value)
	if value == "" {
		return "", time.Time{}
	}
	iso, ok := identity.ParseDate(value)
	if !ok {
		c.add(field, CodeDateFormat)
		return c.line(field, value), time.Time{}
	}
	day, _ = time.Parse(time.DateOnly, iso) // ParseDate gave it
	// A day that has begun somewhere on earth is not in the future there.
	if !c.now.IsZero() && day.After(c.now.UTC().Add(14*time.Hour)) {
		c.add(field, CodeDateFuture)
	}
	return iso, day
}

var hostPattern = regexp.MustCompile(`^([\p{L}\p{N}]([\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?\.)+[\p{L}][\p{L}\p{M}\p{N}-]*$`)

// website normalises an address on the web; https is added when no scheme was typed.
func (c *checker) website(field, value string) string {
	value = c.line(field, value)
	if value == "" {
		return ""
	}
	full := value
	if !strings.Contains(full, "://") {
		full = "https://" + full
	}
	u, err := url.Parse(full)
	if err != nil || u.User != nil || u.Opaque != "" || !hostPattern.MatchString(u.Hostname()) || strings.ContainsFunc(full, unicode.IsSpace) ||
		u.Scheme != "http" && u.Scheme != "https" {
		c.add(field, CodeURLFormat)
		return value
	}
	_, rest, _ := strings.Cut(full, "://")
	end := strings.IndexAny(rest+"/", "/?#")
	full = u.Scheme + "://" + strings.ToLower(rest[:end]) + rest[end:]
	c.plain(field, full, maxShort)
	return full
}

var (
	plainDigits   = regexp.MustCompile(`^\d+$`)
	groupedDigits = regexp.MustCompile(`^\d{1,3}(?:\.\d{3})+$|^\d{1,3}(?:,\d{3})+$|^\d{1,3}(?: \d{3})+$|^\d{1,3}(?:'\d{3})+$`)
	zeroCents     = regexp.MustCompile(`^(.*\d)[.,]00?$`)
)

// ParseVolume reads whole euros as people write them: 50000, 50.000, 50,000, 50 000 €, EUR 50.000,00.
func ParseVolume(s string) (digits string, ok bool) {
	s = strings.Join(strings.FieldsFunc(s, unicode.IsSpace), " ")
	s = strings.NewReplacer("€", "", "\u2019", "'").Replace(s)
	upper := strings.TrimSpace(strings.ToUpper(s))
	for _, unit := range []string{"EUROS", "EUR"} {
		upper = strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(upper, unit), unit))
	}
	s = upper
	if m := zeroCents.FindStringSubmatch(s); m != nil {
		s = m[1]
	}
	if !plainDigits.MatchString(s) && !groupedDigits.MatchString(s) {
		return "", false
	}
	digits = strings.TrimLeft(strings.NewReplacer(".", "", ",", "", " ", "", "'", "").Replace(s), "0")
	return digits, digits != "" && len(digits) <= 12
}
