package php

import (
	"strings"
	"time"
)

// Date is a moment as PHP reads it: Real is false for a day that the calendar does not have (30 February), which PHP
// rolls over into the next month and reports beside.
type Date struct {
	Time time.Time
	Real bool
}

// clock collects the parts of a date before they become one.
type clock struct {
	year, month, day           int
	hour, minute, second, nano int
	zone                       *time.Location
}

func (c clock) date() Date {
	zone := c.zone
	if zone == nil {
		zone = time.UTC
	}
	t := time.Date(c.year, time.Month(c.month), c.day, c.hour, c.minute, c.second, c.nano, zone)
	first := time.Date(c.year, time.Month(c.month), 1, 0, 0, 0, 0, time.UTC)
	days := first.AddDate(0, 1, -1).Day()
	return Date{Time: t, Real: c.month >= 1 && c.month <= 12 && c.day >= 1 && c.day <= days && c.year >= 1}
}

// ParseDate reads a date with an optional time of day and zone. PHP's strtotime understands far more ("next monday");
// we take the absolute forms that people and programs write, and refuse the rest:
// 2026-06-26, 2026/06/26, 20260626, 2026-06, 26-06-2026, 26.06.2026, 06/26/2026, 26 June 2026, June 26, 2026.
func ParseDate(s string) (Date, bool) {
	var c clock
	r := &reader{s: strings.Trim(s, " \t\n\r")}
	if !r.day(&c) {
		return Date{}, false
	}
	if r.s == "" {
		return c.date(), true
	}
	if !r.literal("T") && !r.literal("t") && !r.spaces() {
		return Date{}, false
	}
	if !r.timeOfDay(&c) {
		return Date{}, false
	}
	r.spaces()
	if r.s != "" && !r.zone(&c) {
		return Date{}, false
	}
	return c.date(), r.s == ""
}

// reader takes a text apart from the left.
type reader struct{ s string }

func (r *reader) literal(text string) bool {
	rest, ok := strings.CutPrefix(r.s, text)
	r.s = rest
	return ok
}

func (r *reader) spaces() bool {
	rest := strings.TrimLeft(r.s, " \t")
	found := len(rest) < len(r.s)
	r.s = rest
	return found
}

// number takes between least and most digits that give at most limit.
func (r *reader) number(least, most, limit int) (int, bool) {
	n, i := 0, 0
	for i < len(r.s) && i < most && isDigit(r.s[i]) {
		n = n*10 + int(r.s[i]-'0')
		i++
	}
	if i < least || n > limit {
		return 0, false
	}
	r.s = r.s[i:]
	return n, true
}

// day takes the date; how long the first group of digits is and what follows it decide the form.
func (r *reader) day(c *clock) bool {
	digits, rest := takeDigits(r.s)
	switch {
	case len(digits) == 0:
		return r.monthFirst(c)
	case len(digits) == 8:
		return r.fixed(c, "Ymd")
	case len(digits) == 4 && strings.HasPrefix(rest, "-"):
		if r.fixed(c, "Y-m-d") {
			return true
		}
		c.day = 1
		return r.fixed(c, "Y-m")
	case len(digits) == 4:
		return r.fixed(c, "Y/m/d")
	case len(digits) > 2 || rest == "":
		return false
	case rest[0] == '/':
		return r.fixed(c, "m/d/Y")
	case rest[0] == '.':
		return r.fixed(c, "d.m.Y")
	case rest[0] == '-' && len(rest) > 1 && isDigit(rest[1]):
		return r.fixed(c, "d-m-Y")
	}
	return r.dayFirst(c)
}

// fixed takes the parts in the order of layout; on failure nothing is taken.
func (r *reader) fixed(c *clock, layout string) bool {
	before, old := r.s, *c
	least := 1
	if layout == "Ymd" {
		least = 2
	}
	ok := true
	for i := 0; i < len(layout) && ok; i++ {
		switch layout[i] {
		case 'Y':
			c.year, ok = r.number(4, 4, 9999)
		case 'm':
			c.month, ok = r.number(least, 2, 12)
		case 'd':
			c.day, ok = r.number(least, 2, 31)
		default:
			ok = r.literal(layout[i : i+1])
		}
	}
	if !ok {
		r.s, *c = before, old
	}
	return ok
}

// dayFirst takes "26 June 2026", "26-Jun-2026".
func (r *reader) dayFirst(c *clock) bool {
	var ok bool
	if c.day, ok = r.number(1, 2, 31); !ok {
		return false
	}
	r.gap()
	if c.month, ok = r.monthName(); !ok {
		return false
	}
	r.gap()
	c.year, ok = r.number(4, 4, 9999)
	return ok
}

// monthFirst takes "June 26, 2026".
func (r *reader) monthFirst(c *clock) bool {
	var ok bool
	if c.month, ok = r.monthName(); !ok {
		return false
	}
	r.gap()
	if c.day, ok = r.number(1, 2, 31); !ok {
		return false
	}
	comma := r.literal(",")
	if !r.gap() && !comma {
		return false
	}
	c.year, ok = r.number(4, 4, 9999)
	return ok
}

// gap takes the white space, points and hyphens that may stand between the parts of a written date.
func (r *reader) gap() bool {
	rest := strings.TrimLeft(r.s, " \t.-")
	found := len(rest) < len(r.s)
	r.s = rest
	return found
}

// monthName takes an English month, in full or by its first three letters ("Sept" too).
func (r *reader) monthName() (int, bool) {
	i := 0
	for i < len(r.s) && (r.s[i]|0x20) >= 'a' && (r.s[i]|0x20) <= 'z' {
		i++
	}
	word := strings.ToLower(r.s[:i])
	for m := time.January; m <= time.December; m++ {
		name := strings.ToLower(m.String())
		if word == name || word == name[:3] || (word == "sept" && m == time.September) {
			r.s = r.s[i:]
			return int(m), true
		}
	}
	return 0, false
}

// timeOfDay takes HH:MM, optionally :SS and a fraction.
func (r *reader) timeOfDay(c *clock) bool {
	var ok bool
	if c.hour, ok = r.number(1, 2, 24); !ok || !r.literal(":") {
		return false
	}
	if c.minute, ok = r.number(2, 2, 59); !ok {
		return false
	}
	if !r.literal(":") {
		return true
	}
	if c.second, ok = r.number(2, 2, 59); !ok {
		return false
	}
	if !r.literal(".") {
		return true
	}
	c.nano, ok = r.fraction(9)
	return ok
}

// fraction takes up to most digits behind the point of the seconds, as nanoseconds.
func (r *reader) fraction(most int) (int, bool) {
	before := len(r.s)
	n, ok := r.number(1, most, 999_999_999)
	for i := before - len(r.s); i < 9; i++ {
		n *= 10
	}
	return n, ok
}

// zone takes Z, UTC, GMT, +02:00, +0200 or +02.
func (r *reader) zone(c *clock) bool {
	for _, name := range []string{"Z", "z", "UTC", "GMT"} {
		if r.literal(name) {
			c.zone = time.UTC
			return true
		}
	}
	sign := 1
	switch {
	case r.literal("-"):
		sign = -1
	case !r.literal("+"):
		return false
	}
	hours, ok := r.number(2, 2, 14)
	if !ok {
		return false
	}
	minutes := 0
	if r.literal(":") || r.s != "" {
		if minutes, ok = r.number(2, 2, 59); !ok {
			return false
		}
	}
	c.zone = time.FixedZone("", sign*(hours*3600+minutes*60))
	return true
}
