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
	if err != nil {
		return Rate{}, err
	}
	r, exact, err := newRate(ratio(digits, exponent), Down)
	if err != nil || !exact {
		return Rate{}, ErrRate
	}
	return r, nil
}

// NewRate gives n as a rate, rounded to 12 decimals or 18 digits, whichever is coarser. ErrRate when it is not above
// zero, too large or too small.
func NewRate(n *big.Rat, rounding Rounding) (Rate, error) {
	r, _, err := newRate(n, rounding)
	return r, err
}

// ratio is digits × 10^exponent.
func ratio(digits *big.Int, exponent int) *big.Rat {
	if exponent >= 0 {
		return new(big.Rat).SetInt(new(big.Int).Mul(digits, pow10(exponent)))
	}
	return new(big.Rat).SetFrac(digits, pow10(-exponent))
}

func newRate(n *big.Rat, rounding Rounding) (r Rate, exact bool, err error) {
	if n.Sign() <= 0 {
		return Rate{}, false, ErrRate
	}
	for scale := RateDecimals; scale >= 0; scale-- {
		scaled := new(big.Int).Mul(n.Num(), pow10(scale))
		mantissa := divide(scaled, n.Denom(), rounding)
		if mantissa.Cmp(pow10(rateDigits)) >= 0 {
			continue
		}
		if mantissa.Sign() == 0 {
			return Rate{}, false, ErrRate
		}
		exact = new(big.Int).Rem(scaled, n.Denom()).Sign() == 0
		return Rate{mantissa.Int64(), scale}.normal(), exact, nil
	}
	return Rate{}, false, ErrRate
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
func (r Rate) Cmp(o Rate) int { return r.Rat().Cmp(o.Rat()) }

// Mul gives r × o: EUR per USD times USD per coin is EUR per coin. Errors: ErrRate.
func (r Rate) Mul(o Rate, rounding Rounding) (Rate, error) {
	return NewRate(new(big.Rat).Mul(r.Rat(), o.Rat()), rounding)
}

// Inverse gives 1 ÷ r. Errors: ErrRate.
func (r Rate) Inverse(rounding Rounding) (Rate, error) {
	return NewRate(new(big.Rat).Inv(r.Rat()), rounding)
}

// Plus gives the rate raised by a percentage, which may be negative: a spread. Errors: ErrRate.
func (r Rate) Plus(p Percent, rounding Rounding) (Rate, error) {
	return NewRate(new(big.Rat).Mul(r.Rat(), big.NewRat(int64(Hundred+p), int64(Hundred))), rounding)
}

// String writes the rate exactly: "0.9213". It is a JSON number, and ParseRate reads it back.
func (r Rate) String() string { return shorten(fixed(big.NewInt(r.mantissa), r.scale)) }

// Times gives a × r in another asset: tokens at a price per token. Errors: ErrRange.
func (a Amount) Times(r Rate, to Asset, rounding Rounding) (Amount, error) {
	n := new(big.Int).Mul(big.NewInt(a.units), big.NewInt(r.mantissa))
	return a.convert(n.Mul(n, pow10(to.Scale)), pow10(r.scale), to, rounding)
}

// Over gives a ÷ r in another asset: the tokens that money buys. Errors: ErrRange, ErrRate for no rate.
func (a Amount) Over(r Rate, to Asset, rounding Rounding) (Amount, error) {
	if r.mantissa <= 0 {
		return Amount{}, ErrRate
	}
	n := new(big.Int).Mul(big.NewInt(a.units), pow10(r.scale+to.Scale))
	return a.convert(n, big.NewInt(r.mantissa), to, rounding)
}

// convert gives n ÷ d ÷ 10^scale of a's asset.
func (a Amount) convert(n, d *big.Int, to Asset, rounding Rounding) (Amount, error) {
	return fromBig(divide(n, d.Mul(d, pow10(a.asset.Scale)), rounding), to)
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
	n := new(big.Int).Mul(big.NewInt(a.units), big.NewInt(int64(p)))
	return fromBig(divide(n, big.NewInt(int64(Hundred)), rounding), a.asset)
}

// Deviation is how far r lies from a reference, as a part of the reference, whichever way; at most 1,000 %.
func (r Rate) Deviation(reference Rate) Percent {
	if reference.IsZero() {
		return 10 * Hundred
	}
	d := new(big.Rat).Sub(r.Rat(), reference.Rat())
	d.Abs(d.Quo(d, reference.Rat()))
	d.Mul(d, new(big.Rat).SetInt64(int64(Hundred)))
	n := divide(d.Num(), d.Denom(), Up)
	if n.Cmp(big.NewInt(10*int64(Hundred))) > 0 {
		return 10 * Hundred
	}
	return Percent(n.Int64())
}
