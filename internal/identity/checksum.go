package identity

import "strings"

// The checksums that national offices share. Callers pass digits only, unless said otherwise.

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

func isAlnum(c byte) bool { return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' }

// weighted is the sum of digit × weight; weights count from the left and may be shorter than v.
func weighted(v string, weights ...int) int {
	sum := 0
	for i, w := range weights {
		sum += int(v[i]-'0') * w
	}
	return sum
}

// luhnSum is the sum of the Luhn algorithm with the last digit undoubled: a multiple of 10 for a right number.
func luhnSum(v string) int {
	sum := 0
	for i := range len(v) {
		d := int(v[len(v)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum
}

func luhn(v string) bool { return luhnSum(v)%10 == 0 }

// mod97 is the remainder of ISO 7064 MOD 97-10: letters count as 10 to 35. v holds ASCII letters and digits only.
func mod97(v string) int {
	rest := 0
	for i := range len(v) {
		if c := v[i]; c >= 'A' {
			rest = (rest*100 + int(c-'A') + 10) % 97
		} else {
			rest = (rest*10 + int(c-'0')) % 97
		}
	}
	return rest
}

// mod11x10 is ISO 7064 MOD 11,10: the whole number, check digit last, is right when the product ends at 1.
func mod11x10(v string) bool {
	p := 10
	for i := range len(v) - 1 {
		s := (p + int(v[i]-'0')) % 10
		if s == 0 {
			s = 10
		}
		p = s * 2 % 11
	}
	return (p+int(v[len(v)-1]-'0'))%10 == 1
}

// matches tells whether v has a shape: 9 is a digit, @ an upper-case letter, * either, anything else itself.
func matches(shape, v string) bool {
	if len(shape) != len(v) {
		return false
	}
	for i := range len(v) {
		c, ok := v[i], false
		switch shape[i] {
		case '9':
			ok = c >= '0' && c <= '9'
		case '@':
			ok = c >= 'A' && c <= 'Z'
		case '*':
			ok = isAlnum(c)
		default:
			ok = c == shape[i]
		}
		if !ok {
			return false
		}
	}
	return true
}

// oneOf tells whether c is one of the characters of set.
func oneOf(set string, c byte) bool { return strings.IndexByte(set, c) >= 0 }
