package money

import (
	"math/big"
	"strings"
)

// maxDigits bounds how long a number may be written: more digits than any amount has, fewer than work for us.
const maxDigits = 39

// maxExponent is beyond every amount, whatever its digits; an exponent beyond it means the same.
const maxExponent = 1000

// Parse reads a decimal by the grammar of JSON's numbers: an optional minus, no leading zeros, no plus, ASCII digits. An
// exponent is read when the value is exact. Minus zero is none. Trailing zeros fit, whatever the scale, up to 39 digits in
// all. Errors: ErrSyntax, ErrPrecision, ErrRange.
func Parse(s string, asset Asset) (Amount, error) {
	digits, exponent, err := parse(s)
	if err != nil {
		return Amount{}, err
	}
	shift := exponent + asset.Scale
	if shift >= 0 {
		if shift > 2*maxDigits {
			return Amount{}, ErrRange
		}
		return fromBig(digits.Mul(digits, pow10(shift)), asset)
	}
	units, rest := digits.QuoRem(digits, pow10(-shift), new(big.Int))
	if rest.Sign() != 0 {
		return Amount{}, ErrPrecision
	}
	return fromBig(units, asset)
}

// parse reads a number as digits × 10^exponent, with no zeros at the digits' end. The exponent is bounded.
func parse(s string) (digits *big.Int, exponent int, err error) {
	mantissa, power, hasPower := cutAny(s, "eE")
	negative := strings.HasPrefix(mantissa, "-")
	whole, fraction, hasFraction := strings.Cut(strings.TrimPrefix(mantissa, "-"), ".")
	if !isDigits(whole) || len(whole) > 1 && whole[0] == '0' || hasFraction && !isDigits(fraction) {
		return nil, 0, ErrSyntax
	}
	if hasPower {
		if exponent, err = parseExponent(power); err != nil {
			return nil, 0, err
		}
	}
	text := strings.TrimLeft(whole+fraction, "0")
	short := strings.TrimRight(text, "0")
	switch {
	case short == "" && negative:
		return nil, 0, ErrSyntax
	case len(whole)+len(fraction) > maxDigits:
		return nil, 0, ErrRange
	case short == "":
		return new(big.Int), 0, nil
	}
	exponent += len(text) - len(short) - len(fraction)
	digits, _ = new(big.Int).SetString(short, 10)
	if negative {
		digits.Neg(digits)
	}
	return digits, exponent, nil
}

// parseExponent reads what follows the e.
func parseExponent(s string) (int, error) {
	unsigned := strings.TrimPrefix(s, "-")
	negative := len(unsigned) < len(s)
	if !negative {
		unsigned = strings.TrimPrefix(s, "+")
	}
	if !isDigits(unsigned) {
		return 0, ErrSyntax
	}
	n := 0
	for _, c := range []byte(unsigned) {
		n = min(n*10+int(c-'0'), maxExponent)
	}
	if negative {
		n = -n
	}
	return n, nil
}

func cutAny(s, separators string) (before, after string, found bool) {
	if i := strings.IndexAny(s, separators); i >= 0 {
		return s[:i], s[i+1:], true
	}
	return s, "", false
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// Decimal writes the amount exactly and as shortly as can be, without its asset: "148.32", "20", "-0.5". It is a JSON
// number, and Parse reads it back.
func (a Amount) Decimal() string { return shorten(a.Fixed()) }

// Fixed writes the amount with all decimals of its asset: "148.320000".
func (a Amount) Fixed() string { return fixed(big.NewInt(a.units), a.asset.Scale) }

// fixed writes n × 10^-scale with scale decimals.
func fixed(n *big.Int, scale int) string {
	sign, digits := "", n.String()
	if digits[0] == '-' {
		sign, digits = "-", digits[1:]
	}
	if scale == 0 {
		return sign + digits
	}
	if len(digits) <= scale {
		digits = strings.Repeat("0", scale+1-len(digits)) + digits
	}
	point := len(digits) - scale
	return sign + digits[:point] + "." + digits[point:]
}

// shorten removes the zeros at the end of a fraction.
func shorten(s string) string {
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}
