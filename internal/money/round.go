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

// divide gives n ÷ d, rounded. d is above zero.
func divide(n, d *big.Int, r Rounding) *big.Int {
	quotient, rest := new(big.Int).QuoRem(n, d, new(big.Int))
	if rest.Sign() == 0 {
		return quotient
	}
	away := r == Up
	if r == HalfEven {
		twice := new(big.Int).Abs(rest)
		tie := twice.Lsh(twice, 1).Cmp(d)
		away = tie > 0 || tie == 0 && quotient.Bit(0) == 1
	}
	if away {
		quotient.Add(quotient, big.NewInt(int64(n.Sign())))
	}
	return quotient
}
