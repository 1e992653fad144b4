// Package php reads single values as PHP and Laravel do: what they trim, what they call a number, a date, an URL. The
// partner's API promises Laravel's answers, so these readings are facts to reproduce and not ours to improve; where we
// are stricter, the function says so. Pure functions of text: it knows neither requests, nor rules, nor answers.
package php

import (
	"unicode"
	"unicode/utf8"
)

// Trim removes what Laravel's Str::trim removes at both ends: PCRE's Unicode white space, NUL, and the characters that
// take no ink (zero-width, fillers, byte order mark and the like).
func Trim(s string) string {
	start, end := 0, len(s)
	for start < end {
		r, n := utf8.DecodeRuneInString(s[start:end])
		if !trimmed(r) {
			break
		}
		start += n
	}
	for start < end {
		r, n := utf8.DecodeLastRuneInString(s[start:end])
		if !trimmed(r) {
			break
		}
		end -= n
	}
	return s[start:end]
}

// trimmed says whether Str::trim takes r. The first half of ASCII decides nearly every call, so it comes first.
func trimmed(r rune) bool {
	if r < 0x80 {
		return r == ' ' || r == 0 || (r >= '\t' && r <= '\r')
	}
	return unicode.Is(trimSet, r)
}

// trimSet is PCRE's \s under /u beyond ASCII together with Laravel's list of invisible characters.
var trimSet = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x0085, Hi: 0x0085, Stride: 1}, // next line
		{Lo: 0x00A0, Hi: 0x00A0, Stride: 1}, // no-break space
		{Lo: 0x00AD, Hi: 0x00AD, Stride: 1}, // soft hyphen
		{Lo: 0x034F, Hi: 0x034F, Stride: 1}, // combining grapheme joiner
		{Lo: 0x061C, Hi: 0x061C, Stride: 1}, // Arabic letter mark
		{Lo: 0x115F, Hi: 0x1160, Stride: 1}, // Hangul fillers
		{Lo: 0x1680, Hi: 0x1680, Stride: 1}, // Ogham space mark
		{Lo: 0x17B4, Hi: 0x17B5, Stride: 1}, // Khmer inherent vowels
		{Lo: 0x180E, Hi: 0x180E, Stride: 1}, // Mongolian vowel separator
		{Lo: 0x2000, Hi: 0x200F, Stride: 1}, // spaces, zero-width, direction marks
		{Lo: 0x2028, Hi: 0x2029, Stride: 1}, // line and paragraph separators
		{Lo: 0x202F, Hi: 0x202F, Stride: 1}, // narrow no-break space
		{Lo: 0x205F, Hi: 0x2065, Stride: 1}, // mathematical space, word joiner, invisible operators
		{Lo: 0x206A, Hi: 0x206F, Stride: 1}, // deprecated format characters
		{Lo: 0x2800, Hi: 0x2800, Stride: 1}, // blank braille pattern
		{Lo: 0x3000, Hi: 0x3000, Stride: 1}, // ideographic space
		{Lo: 0x3164, Hi: 0x3164, Stride: 1}, // Hangul filler
		{Lo: 0xFEFF, Hi: 0xFEFF, Stride: 1}, // byte order mark
		{Lo: 0xFFA0, Hi: 0xFFA0, Stride: 1}, // half-width Hangul filler
	},
	R32: []unicode.Range32{
		{Lo: 0x1D159, Hi: 0x1D159, Stride: 1}, // musical null notehead
		{Lo: 0x1D173, Hi: 0x1D17A, Stride: 1}, // musical format characters
		{Lo: 0xE0020, Hi: 0xE0020, Stride: 1}, // tag space
	},
}

// HasControl says whether s holds a control character other than tab, line feed and carriage return. Laravel lets them
// through; we refuse them everywhere, because they break whatever prints or stores the text later (NUL in PostgreSQL).
func HasControl(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c < 0x20:
			if c != '\t' && c != '\n' && c != '\r' {
				return true
			}
		case c == 0x7F:
			return true
		case c == 0xC2 && i+1 < len(s) && s[i+1] >= 0x80 && s[i+1] <= 0x9F: // U+0080 to U+009F
			return true
		}
	}
	return false
}

// UUID says whether s has the form 8-4-4-4-12 of hexadecimal digits, of either case. As in Laravel, version and variant
// are not looked at.
func UUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		if i == 8 || i == 13 || i == 18 || i == 23 {
			if c != '-' {
				return false
			}
			continue
		}
		if !isDigit(c) && (c|0x20 < 'a' || c|0x20 > 'f') {
			return false
		}
	}
	return true
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
