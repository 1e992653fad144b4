package identity

import (
	"strings"
	"time"
	"unicode/utf8"
)

// Mexico. Source: SAT, Anexo of the RFC: three letters of a company or four of a person, date, homoclave, check digit.
const MXRFC Scheme = "mx_rfc"

// homoclave is what the two characters before the check digit can be: SAT computes them, and 0 and O do not come up. The
// generic numbers of "the public" (XAXX010101000) and of foreigners (XEXX010101000), which name nobody, fail here.
const homoclave = "123456789ABCDEFGHIJKLMNPQRSTUVWXYZ"

func checkRFC(v string) (string, string) {
	n := utf8.RuneCountInString(v)
	if n != 12 && n != 13 {
		return "", CodeLength
	}
	tail := len(v) - 9
	if tail < 3 { // multi-byte characters where digits belong
		return "", CodeFormat
	}
	name, rest := v[:tail], v[tail:]
	if utf8.RuneCountInString(name) != n-9 || !matches("999999**", rest[:8]) || !oneOf("0123456789A", rest[8]) ||
		!oneOf(homoclave, rest[6]) || !oneOf(homoclave, rest[7]) || rest[6] > 'V' {
		return "", CodeFormat
	}
	if strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ&Ñ") != "" || !twoDigitYearDate(rest[:6]) {
		return "", CodeFormat
	}
	// SAT's table has & and Ñ; some offices once used one without, and those numbers are still out there.
	const table, older = "0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ Ñ", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ "
	front, control := v[:len(v)-1], rest[8]
	return verdict(v, control == rfcControl(front, table) || !strings.ContainsAny(name, "&Ñ") && control == rfcControl(front, older))
}

func rfcControl(front, table string) byte {
	runes := []rune(front)
	if len(runes) == 11 { // a company's counts as led by a space
		runes = append([]rune{' '}, runes...)
	}
	values := []rune(table)
	sum := 0
	for i, r := range runes {
		for value, c := range values {
			if c == r {
				sum += value * (13 - i)
			}
		}
	}
	return "0A987654321"[sum%11]
}

// twoDigitYearDate tells whether YYMMDD is a date in either century.
func twoDigitYearDate(s string) bool {
	for _, century := range []string{"19", "20"} {
		if _, err := time.Parse("20060102", century+s); err == nil {
			return true
		}
	}
	return false
}
