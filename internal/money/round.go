package money

import "math/big"

// Rounding says what becomes of a remainder. It is named at every call that may leave one.
type Rounding int

// The roundings.
const (
	Down     Rounding = iota // toward zero: what we pay out
	Up                       // away from zero: what we charge
	HalfEven                 // to the nearest, a tie to the even one: conversions between our own accounts
)

// divide gives n × 10^shift ÷ d, rounded. d is above zero.
func divide(n, d *big.Int, shift int, r Rounding) *big.Int {
	var scaled, rest big.Int
	if shift >= 0 {
		n = scaled.Mul(n, pow10(shift))
	} else {
		d = scaled.Mul(d, pow10(-shift))
	}
	quotient, _ := new(big.Int).QuoRem(n, d, &rest)
	if rest.Sign() == 0 {
		return quotient
	}
	away := r == Up
	if r == HalfEven {
		var twice big.Int
		tie := twice.Lsh(twice.Abs(&rest), 1).Cmp(d)
		away = tie > 0 || tie == 0 && quotient.Bit(0) == 1
	}
	if away {
		quotient.Add(quotient, big.NewInt(int64(n.Sign())))
	}
	return quotient
}

// powers are the powers of ten that amounts need, to be read only.
var powers = func() (all [2*maxDigits + 1]*big.Int) {
	for i := range all {
		all[i] = new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(i)), nil)
	}
	return all
}()

// pow10 is 10^n, to be read only.
func pow10(n int) *big.Int {
	if n < len(powers) {
		return powers[n]
	}
	return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil)
}
