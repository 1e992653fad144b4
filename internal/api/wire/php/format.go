package php

import (
	"strconv"
	"strings"
	"time"
)

// formatLetters are the letters of PHP's date formats that ParseFormat knows.
const formatLetters = "djmnYHGisuvPp"

// KnownFormat says whether ParseFormat can read format: rule declarations are checked with it once, at start.
func KnownFormat(format string) bool {
	for i := 0; i < len(format); i++ {
		c := format[i]
		if c == '\\' {
			i++
			continue
		}
		letter := (c|0x20) >= 'a' && (c|0x20) <= 'z'
		if letter && !strings.ContainsRune(formatLetters, rune(c)) || strings.IndexByte("!|?*+#", c) >= 0 {
			return false
		}
	}
	return true
}

// ParseFormat reads s by a PHP format. Exact says that writing the result by the same format gives s again, which is
// what Laravel's date_format asks: "1990-2-8" and the 30th of February are read, but not exact.
func ParseFormat(format, s string) (t time.Time, exact, ok bool) {
	c := clock{year: 1970, month: 1, day: 1}
	r := &reader{s: s}
	for i := 0; i < len(format); i++ {
		if format[i] == '\\' && i+1 < len(format) {
			i++
			ok = r.literal(format[i : i+1])
		} else {
			ok = r.formatLetter(format[i], &c)
		}
		if !ok {
			return time.Time{}, false, false
		}
	}
	if r.s != "" {
		return time.Time{}, false, false
	}
	t = c.date().Time
	return t, Format(format, t) == s, true
}

// formatLetter takes what one letter stands for. Two digits may be too many for a month or an hour: PHP rolls them over.
func (r *reader) formatLetter(letter byte, c *clock) (ok bool) {
	switch letter {
	case 'd', 'j':
		c.day, ok = r.number(1, 2, 99)
	case 'm', 'n':
		c.month, ok = r.number(1, 2, 99)
	case 'Y':
		c.year, ok = r.number(1, 4, 9999)
	case 'H', 'G':
		c.hour, ok = r.number(1, 2, 99)
	case 'i':
		c.minute, ok = r.number(2, 2, 59)
	case 's':
		c.second, ok = r.number(2, 2, 59)
	case 'u':
		c.nano, ok = r.fraction(6)
	case 'v':
		c.nano, ok = r.fraction(3)
	case 'P', 'p':
		ok = r.zone(c)
	default:
		ok = r.literal(string(rune(letter)))
	}
	return ok
}

// Format writes t by a PHP format.
func Format(format string, t time.Time) string {
	var b strings.Builder
	for i := 0; i < len(format); i++ {
		if format[i] == '\\' && i+1 < len(format) {
			i++
			b.WriteByte(format[i])
			continue
		}
		if layout, ok := goLayouts[format[i]]; ok {
			b.WriteString(t.Format(layout))
			continue
		}
		switch format[i] {
		case 'G':
			b.WriteString(strconv.Itoa(t.Hour()))
		case 'u':
			b.WriteString(t.Format(".000000")[1:])
		case 'v':
			b.WriteString(t.Format(".000")[1:])
		default:
			b.WriteByte(format[i])
		}
	}
	return b.String()
}

// goLayouts are the PHP letters that have one equal in Go.
var goLayouts = map[byte]string{
	'd': "02", 'j': "2", 'm': "01", 'n': "1", 'Y': "2006", 'H': "15", 'i': "04", 's': "05", 'P': "-07:00", 'p': "Z07:00",
}
