package money

import (
	"errors"
	"math/big"

	"rampa/internal/errs"
)

// Rate is what one whole unit of something costs in another: a positive decimal with at most 12 decimals and 18 digits.
// It does not say of what; the code that holds it does. Rates are comparable with ==. The zero value is no rate.
type Rate struct {
	mantissa int64 // no zeros at its end but for scale 0
	scale    int
}

// The bounds of a Rate.
const (
	RateDecimals = 12
	rateDigits   = 18
)

// ErrRate is the answer to what is no rate.
var ErrRate = errs.New(errs.Invalid, "rate_not_valid", "A rate is a positive decimal with at most 12 decimals and 18 digits.")

// ParseRate reads a rate exactly. Errors: ErrSyntax, ErrRate.
func ParseRate(s string) (Rate, error) {
	digits, exponent, err := parse(s)
	switch {
	case errors.Is(err, ErrSyntax):
		return Rate{}, err
	case err != nil, exponent < -RateDecimals, exponent >= rateDigits:
		return Rate{}, ErrRate
	case exponent > 0:
		digits, exponent = digits.Mul(digits, pow10(exponent)), 0
	}
	if digits.Sign() <= 0 || digits.Cmp(pow10(rateDigits)) >= 0 {
		return Rate{}, ErrRate
	}
	return Rate{digits.Int64(), -exponent}, nil
}

// NewRate gives n as a rate, rounded to 12 decimals or 18 digits, whichever is coarser. ErrRate when it is not above
// zero, too large or too small.
func NewRate(n *big.Rat, rounding Rounding) (Rate, error) {
	return newRate(n.Num(), n.Denom(), rounding)
}

// newRate gives n ÷ d as a rate. d is above zero.
func newRate(n, d *big.Int, rounding Rounding) (Rate, error) {
	if n.Sign() <= 0 {
		return Rate{}, ErrRate
	}
	for scale := RateDecimals; scale >= 0; scale-- {
		mantissa := divide(n, d, scale, rounding)
		if mantissa.Cmp(pow10(rateDigits)) >= 0 {
			continue
		}
		if mantissa.Sign() == 0 {
			return Rate{}, ErrRate
		}
		return Rate{mantissa.Int64(), scale}.normal(), nil
	}
	return Rate{}, ErrRate
}

func (r Rate) normal() Rate {
	for r.scale > 0 && r.mantissa%10 == 0 {
		r.mantissa, r.scale = r.mantissa/10, r.scale-1
	}
	return r
}

// IsZero reports whether there is no rate.
func (r Rate) IsZero() bool { return r.mantissa == 0 }

// Rat is the rate as a fraction.
func (r Rate) Rat() *big.Rat { return new(big.Rat).SetFrac(big.NewInt(r.mantissa), pow10(r.scale)) }

// Cmp is -1, 0 or 1 as r is less than, equal to or greater than o.
func (r Rate) Cmp(o Rate) int { return r.over(o).Cmp(o.over(r)) }

// over is the rate's part of a comparison with o, in which both have the same scale.
func (r Rate) over(o Rate) *big.Int {
	n := big.NewInt(r.mantissa)
	return n.Mul(n, pow10(o.scale))
}

// Mul gives r × o: EUR per USD times USD per coin is EUR per coin. Errors: ErrRate.
func (r Rate) Mul(o Rate, rounding Rounding) (Rate, error) {
	n := big.NewInt(r.mantissa)
	return newRate(n.Mul(n, big.NewInt(o.mantissa)), pow10(r.scale+o.scale), rounding)
}

// Inverse gives 1 ÷ r. Errors: ErrRate.
func (r Rate) Inverse(rounding Rounding) (Rate, error) {
	if r.IsZero() {
		return Rate{}, ErrRate
	}
	return newRate(pow10(r.scale), big.NewInt(r.mantissa), rounding)
}

// Plus gives the rate raised by a percentage, which may be negative: a spread. Errors: ErrRate.
func (r Rate) Plus(p Percent, rounding Rounding) (Rate, error) {
	n, whole := big.NewInt(r.mantissa), big.NewInt(int64(Hundred))
	n.Mul(n, new(big.Int).Add(whole, big.NewInt(int64(p))))
	return newRate(n, whole.Mul(whole, pow10(r.scale)), rounding)
}

// String writes the rate exactly: "0.9213". It is a JSON number, and ParseRate reads it back.
func (r Rate) String() string { return shorten(fixed(big.NewInt(r.mantissa), r.scale)) }

// Times gives a × r in another asset: what tokens cost at a price. Errors: ErrRange, ErrRate for no rate.
func (a Amount) Times(r Rate, to Asset, rounding Rounding) (Amount, error) {
	if r.IsZero() {
		return Amount{}, ErrRate
	}
	n := big.NewInt(a.units)
	n.Mul(n, big.NewInt(r.mantissa))
	return fromBig(divide(n, pow10(0), to.Scale-a.asset.Scale-r.scale, rounding), to)
}

// Over gives a ÷ r in another asset: the tokens that money buys. Errors: ErrRange, ErrRate for no rate.
func (a Amount) Over(r Rate, to Asset, rounding Rounding) (Amount, error) {
	if r.IsZero() {
		return Amount{}, ErrRate
	}
	return fromBig(divide(big.NewInt(a.units), big.NewInt(r.mantissa), to.Scale-a.asset.Scale+r.scale, rounding), to)
}

// Percent is a percentage in its ten-thousandths: 2.5 % is 25000.
type Percent int64

// Hundred is 100 %.
const Hundred Percent = 1_000_000

const percentDecimals = 4

// ErrPercent is the answer to what is no percentage.
var ErrPercent = errs.New(errs.Invalid, "percent_not_valid", "A percentage is a decimal from -100 to 1000 with at most 4 decimals.")

// ParsePercent reads "2.5". Errors: ErrSyntax, ErrPercent.
func ParsePercent(s string) (Percent, error) {
	a, err := Parse(s, Asset{Code: "%", Scale: percentDecimals})
	if errors.Is(err, ErrSyntax) {
		return 0, err
	}
	if err != nil || a.units < -int64(Hundred) || a.units > 10*int64(Hundred) {
		return 0, ErrPercent
	}
	return Percent(a.units), nil
}

// String writes the percentage without its sign: "2.5".
func (p Percent) String() string { return Amount{int64(p), Asset{Scale: percentDecimals}}.Decimal() }

// Percent gives that part of the amount. Errors: ErrRange.
func (a Amount) Percent(p Percent, rounding Rounding) (Amount, error) {
	n := big.NewInt(a.units)
	n.Mul(n, big.NewInt(int64(p)))
	return fromBig(divide(n, big.NewInt(int64(Hundred)), 0, rounding), a.asset)
}

// Deviation is how far r lies from a reference, as a part of the reference, rounded up, whichever way; at most 1,000 %.
func (r Rate) Deviation(reference Rate) Percent {
	const most = 10 * Hundred
	if reference.IsZero() {
		return most
	}
	distance, whole := r.over(reference), reference.over(r)
	distance.Abs(distance.Sub(distance, whole))
	n := divide(distance.Mul(distance, big.NewInt(int64(Hundred))), whole, 0, Up)
	if !n.IsInt64() {
		return most
	}
	return min(Percent(n.Int64()), most)
}
