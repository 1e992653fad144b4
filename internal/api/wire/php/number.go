package php

import (
	"strconv"
	"strings"
)

// Number is an exact decimal: 0.digits × 10^point, without leading or trailing zeros in digits. Binary floats appear
// nowhere, so that no amount is ever rounded by reading it.
type Number struct {
	negative bool
	digits   string
	point    int
	written  int // digits in the mantissa as they were written, zeros included
}

// The bounds of a number that we read at all. Laravel would turn what lies beyond into a rounded float; the contract
// asks for a validation error instead.
const (
	maxWritten  = 39 // digits as written
	maxInteger  = 30 // digits before the point
	maxDecimals = 18 // digits behind it: the finest token unit in use
	maxExponent = 1_000_000
)

// ParseNumber reads what PHP's is_numeric accepts as a string: optional white space around, a sign, digits with an
// optional point (either side may be empty) and an exponent. It refuses NaN, Infinity, hexadecimal, "_" and "".
func ParseNumber(s string) (Number, bool) {
	s = strings.Trim(s, " \t\n\r\v\f")
	var n Number
	if s != "" && (s[0] == '+' || s[0] == '-') {
		n.negative = s[0] == '-'
		s = s[1:]
	}
	whole, s := takeDigits(s)
	fraction := ""
	if s != "" && s[0] == '.' {
		fraction, s = takeDigits(s[1:])
	}
	if whole == "" && fraction == "" {
		return Number{}, false
	}
	exponent := 0
	if s != "" {
		var ok bool
		if exponent, ok = parseExponent(s); !ok {
			return Number{}, false
		}
	}
	n.written = len(whole) + len(fraction)
	digits := whole
	if fraction != "" {
		digits = whole + fraction
	}
	stripped := strings.TrimLeft(digits, "0")
	n.digits = strings.TrimRight(stripped, "0")
	if n.digits != "" {
		n.point = len(whole) - (len(digits) - len(stripped)) + exponent
	}
	return n, true
}

func takeDigits(s string) (digits, rest string) {
	i := 0
	for i < len(s) && isDigit(s[i]) {
		i++
	}
	return s[:i], s[i:]
}

// parseExponent reads "e5", "E+5", "e-5" to the end of s. A huge one is cut: its number is out of bounds all the same.
func parseExponent(s string) (int, bool) {
	if s[0] != 'e' && s[0] != 'E' {
		return 0, false
	}
	s = s[1:]
	negative := false
	if s != "" && (s[0] == '+' || s[0] == '-') {
		negative = s[0] == '-'
		s = s[1:]
	}
	digits, rest := takeDigits(s)
	if digits == "" || rest != "" {
		return 0, false
	}
	e, err := strconv.Atoi(digits)
	if err != nil || e > maxExponent {
		e = maxExponent
	}
	if negative {
		e = -e
	}
	return e, true
}

// Bounded says whether n lies within what we read: at most 30 digits before the point, 18 behind it and 39 written.
func (n Number) Bounded() bool {
	return n.written <= maxWritten && n.point <= maxInteger && len(n.digits)-n.point <= maxDecimals
}

// IsZero says whether n is zero, of either sign.
func (n Number) IsZero() bool { return n.digits == "" }

// Positive says whether n is above zero.
func (n Number) Positive() bool { return n.sign() > 0 }

// NegativeZero says whether n was written as minus zero.
func (n Number) NegativeZero() bool { return n.negative && n.IsZero() }

// Compare gives -1, 0 or +1 as n is less than, equal to or greater than m.
func (n Number) Compare(m Number) int {
	if s, t := n.sign(), m.sign(); s != t {
		if s < t {
			return -1
		}
		return 1
	}
	order := n.point - m.point
	if order == 0 {
		order = strings.Compare(n.digits, m.digits)
	}
	switch {
	case order == 0:
		return 0
	case (order > 0) == n.negative:
		return -1
	}
	return 1
}

func (n Number) sign() int {
	switch {
	case n.IsZero():
		return 0
	case n.negative:
		return -1
	}
	return 1
}

// Plain writes n without exponent, leading or trailing zeros: "-12.5", "0", "0.05". Only for a Bounded number.
func (n Number) Plain() string {
	if n.IsZero() {
		return "0"
	}
	var b strings.Builder
	if n.negative {
		b.WriteByte('-')
	}
	switch {
	case n.point <= 0:
		b.WriteString("0.")
		b.WriteString(strings.Repeat("0", -n.point))
		b.WriteString(n.digits)
	case n.point >= len(n.digits):
		b.WriteString(n.digits)
		b.WriteString(strings.Repeat("0", n.point-len(n.digits)))
	default:
		b.WriteString(n.digits[:n.point])
		b.WriteByte('.')
		b.WriteString(n.digits[n.point:])
	}
	return b.String()
}

// precision is PHP's default for floats as text: beyond so many digits before the point it writes an exponent.
const precision = 14

// FloatText writes n as PHP casts the float to a string: "12.5", "1.0E+15", "-0". Unlike PHP it never rounds: digits
// beyond the precision stay.
func (n Number) FloatText() string {
	if n.NegativeZero() {
		return "-0"
	}
	if n.IsZero() || (n.point >= -3 && n.point <= precision) {
		return n.Plain()
	}
	sign, rest := "", "0"
	if n.negative {
		sign = "-"
	}
	if len(n.digits) > 1 {
		rest = n.digits[1:]
	}
	exponent := strconv.Itoa(n.point - 1)
	if n.point > 0 {
		exponent = "+" + exponent
	}
	return sign + n.digits[:1] + "." + rest + "E" + exponent
}

// Integer reads what PHP's FILTER_VALIDATE_INT accepts as a string: white space around, a sign, no leading zeros, within
// 64 bits.
func Integer(s string) (int64, bool) {
	s = strings.Trim(s, " \t\n\r\v")
	digits := s
	if digits != "" && (digits[0] == '+' || digits[0] == '-') {
		digits = digits[1:]
	}
	if digits == "" || !isDigit(digits[0]) || (digits[0] == '0' && len(digits) > 1) {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil
}

// Decimals counts the digits behind the point of a number written without exponent; false for any other text.
func Decimals(s string) (int, bool) {
	if s != "" && (s[0] == '+' || s[0] == '-') {
		s = s[1:]
	}
	whole, s := takeDigits(s)
	fraction := ""
	if s != "" && s[0] == '.' {
		fraction, s = takeDigits(s[1:])
	}
	if s != "" || whole+fraction == "" {
		return 0, false
	}
	return len(fraction), true
}
