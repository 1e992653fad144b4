package wire

import (
	"errors"
	"time"

	"rampa/internal/api/wire/field"
	"rampa/internal/api/wire/php"
)

func dateFormatRule(format string) (rule, error) {
	if !php.KnownFormat(format) {
		return rule{}, errors.New("unknown letter")
	}
	return rule{
		check: func(s subject) bool {
			_, exact, ok := php.ParseFormat(format, scalar(s.value))
			return ok && exact
		},
		message: text("must match the format " + format + "."),
	}, nil
}

// beforeRule accepts moments before a date, today, tomorrow or now. As in Laravel, a text that is no date at all fails
// only where date_format stands beside it; without, the date rule is the one to tell.
func beforeRule(parameter string) (rule, error) {
	limit, err := beforeLimit(parameter)
	if err != nil {
		return rule{}, err
	}
	return rule{
		check: func(s subject) bool {
			given := scalar(s.value)
			if s.value.Kind() != field.String && s.value.Kind() != field.Number {
				return false
			}
			if s.rules.format != "" {
				if t, _, ok := php.ParseFormat(s.rules.format, given); ok {
					return t.Before(limit(s.now))
				}
			}
			d, ok := php.ParseDate(given)
			if !ok {
				return s.rules.format == ""
			}
			return d.Time.Before(limit(s.now))
		},
		message: text("must be a date before " + parameter + "."),
	}, nil
}

// beforeLimit gives the moment that a parameter of before stands for at a time.
func beforeLimit(parameter string) (func(now func() time.Time) time.Time, error) {
	days := map[string]int{"today": 0, "tomorrow": 1}
	if ahead, ok := days[parameter]; ok {
		return func(now func() time.Time) time.Time {
			y, m, d := clockOf(now)().UTC().Date()
			return time.Date(y, m, d+ahead, 0, 0, 0, 0, time.UTC)
		}, nil
	}
	if parameter == "now" {
		return func(now func() time.Time) time.Time { return clockOf(now)() }, nil
	}
	d, ok := php.ParseDate(parameter)
	if !ok || !d.Real {
		return nil, errors.New("no date")
	}
	return func(func() time.Time) time.Time { return d.Time }, nil
}

func clockOf(now func() time.Time) func() time.Time {
	if now == nil {
		panic("wire: a relative date needs WithClock")
	}
	return now
}

// ParseDate reads what the date rule accepts, for handlers after validation.
func ParseDate(text string) (time.Time, bool) {
	d, ok := php.ParseDate(text)
	return d.Time, ok && text != ""
}
