package money_test

import (
	"errors"
	"fmt"
	"maps"
	"math/big"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/cockroachdb/apd/v3"

	"rampa/internal/money"
)

// trial is the operands of one random operation.
type trial struct {
	rnd      *rand.Rand
	a, b     money.Amount // of one asset
	to       money.Asset
	r, s     money.Rate
	percent  money.Percent
	rounding money.Rounding
}

func (t *trial) draw() {
	of := t.asset()
	t.a, t.b, t.to = t.amount(of), t.amount(of), t.asset()
	t.r, t.s = t.rate(), t.rate()
	t.percent = money.Percent(t.rnd.Int64N(int64(11*money.Hundred))) - money.Hundred
	t.rounding = money.Rounding(t.rnd.IntN(3))
}

func (t *trial) String() string {
	return fmt.Sprintf("a %v, b %v, to %v, r %v, s %v, percent %v, rounding %d", t.a, t.b, t.to, t.r, t.s, t.percent, t.rounding)
}

func (t *trial) asset() money.Asset {
	return money.Asset{Code: "T", Scale: t.rnd.IntN(money.MaxScale + 1)}
}

// digits gives a number of up to n digits, each length being as likely, with many that lie about a power of ten.
func (t *trial) digits(n int) int64 {
	least := int64(1)
	for range t.rnd.IntN(n) {
		least *= 10
	}
	if t.rnd.IntN(4) == 0 {
		return max(least+t.rnd.Int64N(3)-1, 0)
	}
	return least + t.rnd.Int64N(9*least)
}

func (t *trial) amount(of money.Asset) money.Amount {
	units := t.digits(18)
	switch t.rnd.IntN(8) {
	case 0:
		units = money.Max - t.rnd.Int64N(3)
	case 1:
		units = t.rnd.Int64()
	}
	if t.rnd.IntN(2) == 0 {
		units = -units
	}
	return money.New(units, of)
}

func (t *trial) rate() money.Rate {
	n := apd.New(max(t.digits(18), 1), -int32(t.rnd.IntN(money.RateDecimals+1)))
	return mustRate(n.Text('f'))
}

// exactly computes without rounding, widely to more digits than anything here has.
var exactly, widely = &apd.BaseContext, apd.Context{Precision: 120, MaxExponent: apd.MaxExponent, MinExponent: apd.MinExponent, Rounding: apd.RoundDown}

var roundings = map[money.Rounding]apd.Rounder{money.Down: apd.RoundDown, money.Up: apd.RoundUp, money.HalfEven: apd.RoundHalfEven}

func decimal(a money.Amount) *apd.Decimal { return apd.New(a.Units(), -int32(a.Asset().Scale)) }

func decimalOf(s fmt.Stringer) *apd.Decimal {
	d, _, err := apd.NewFromString(s.String())
	must(err)
	return d
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func compute(do func(d, x, y *apd.Decimal) (apd.Condition, error), x, y *apd.Decimal) *apd.Decimal {
	d := new(apd.Decimal)
	_, err := do(d, x, y)
	must(err)
	return d
}

// quotient gives x ÷ y to so many digits that it rounds as the exact one: what was cut off leaves a digit behind.
func quotient(x, y *apd.Decimal) *apd.Decimal {
	d := new(apd.Decimal)
	cut, err := widely.Quo(d, x, y)
	must(err)
	if cut.Inexact() {
		d.Coeff.Mul(&d.Coeff, apd.NewBigInt(10))
		d.Coeff.Add(&d.Coeff, apd.NewBigInt(1))
		d.Exponent--
	}
	return d
}

// rounded gives x with scale decimals, 0 or more. It is rounded ten away from zero, because apd makes zero of what is less
// than a tenth of the last digit, whatever the rounding.
func rounded(x *apd.Decimal, scale int, rounding money.Rounding) *apd.Decimal {
	far := apd.New(10, 0)
	far.Negative = x.Negative
	d := compute(exactly.Add, x, far)
	c := widely
	c.Rounding = roundings[rounding]
	_, err := c.Quantize(d, d, -int32(scale))
	must(err)
	return compute(exactly.Sub, d, far)
}

// amountOperations give our answer and the exact one; the error is ours.
var amountOperations = map[string]func(t *trial) (money.Amount, *apd.Decimal, error){
	"add": func(t *trial) (money.Amount, *apd.Decimal, error) {
		t.to = t.a.Asset()
		got, err := t.a.Add(t.b)
		return got, compute(exactly.Add, decimal(t.a), decimal(t.b)), err
	},
	"subtract": func(t *trial) (money.Amount, *apd.Decimal, error) {
		t.to = t.a.Asset()
		got, err := t.a.Sub(t.b)
		return got, compute(exactly.Sub, decimal(t.a), decimal(t.b)), err
	},
	"times": func(t *trial) (money.Amount, *apd.Decimal, error) {
		got, err := t.a.Times(t.r, t.to, t.rounding)
		return got, compute(exactly.Mul, decimal(t.a), decimalOf(t.r)), err
	},
	"over": func(t *trial) (money.Amount, *apd.Decimal, error) {
		got, err := t.a.Over(t.r, t.to, t.rounding)
		return got, quotient(decimal(t.a), decimalOf(t.r)), err
	},
	"percent": func(t *trial) (money.Amount, *apd.Decimal, error) {
		t.to = t.a.Asset()
		got, err := t.a.Percent(t.percent, t.rounding)
		return got, compute(exactly.Mul, decimal(t.a), apd.New(int64(t.percent), -6)), err
	},
	"from base": func(t *trial) (money.Amount, *apd.Decimal, error) {
		t.rounding = money.Down
		n, decimals := big.NewInt(t.a.Units()), t.rnd.IntN(25)
		n.Mul(n, big.NewInt(t.digits(18)))
		got, _, err := money.FromBase(n, decimals, t.to)
		return got, apd.NewWithBigInt(new(apd.BigInt).SetMathBigInt(n), -int32(decimals)), err
	},
}

var rateOperations = map[string]func(t *trial) (money.Rate, *apd.Decimal, error){
	"rate × rate": func(t *trial) (money.Rate, *apd.Decimal, error) {
		got, err := t.r.Mul(t.s, t.rounding)
		return got, compute(exactly.Mul, decimalOf(t.r), decimalOf(t.s)), err
	},
	"1 ÷ rate": func(t *trial) (money.Rate, *apd.Decimal, error) {
		got, err := t.r.Inverse(t.rounding)
		return got, quotient(apd.New(1, 0), decimalOf(t.r)), err
	},
	"rate + percent": func(t *trial) (money.Rate, *apd.Decimal, error) {
		got, err := t.r.Plus(t.percent, t.rounding)
		return got, compute(exactly.Mul, decimalOf(t.r), apd.New(int64(money.Hundred+t.percent), -6)), err
	},
}

// textOperations compare what is written and read.
var textOperations = map[string]func(t *trial) bool{
	"print": func(t *trial) bool {
		exact := decimal(t.a)
		back, err := money.Parse(t.a.Decimal(), t.a.Asset())
		short, _, failed := apd.NewFromString(t.a.Decimal())
		return t.a.Fixed() == exact.Text('f') && failed == nil && short.Cmp(exact) == 0 && err == nil && back == t.a
	},
	"parse": func(t *trial) bool {
		n := apd.New(t.a.Units(), int32(t.rnd.IntN(30)-24))
		if t.a.IsZero() {
			n.Exponent = min(n.Exponent, 0) // apd writes 0E+2 as 000
		}
		got, err := money.Parse(n.Text("feEgG"[t.rnd.IntN(5)]), t.to)
		want := rounded(n, t.to.Scale, money.Down)
		if want.Cmp(n) != 0 || !inRange(want) {
			return errors.Is(err, money.ErrPrecision) && want.Cmp(n) != 0 || errors.Is(err, money.ErrRange) && !inRange(want)
		}
		return err == nil && decimal(got).Cmp(n) == 0 && got.Asset() == t.to
	},
	"rate's order": func(t *trial) bool { return t.r.Cmp(t.s) == decimalOf(t.r).Cmp(decimalOf(t.s)) },
	"rate's text": func(t *trial) bool {
		back, err := money.ParseRate(t.r.String())
		return err == nil && back == t.r
	},
	"base": func(t *trial) bool {
		decimals := t.rnd.IntN(25)
		got, err := t.a.Base(decimals)
		want := rounded(decimal(t.a), decimals, money.Down)
		if want.Cmp(decimal(t.a)) != 0 {
			return errors.Is(err, money.ErrPrecision)
		}
		return err == nil && apd.NewWithBigInt(new(apd.BigInt).SetMathBigInt(got), -int32(decimals)).Cmp(want) == 0
	},
}

// The order of the operations, so that a seed gives the same run.
var (
	namesAmount = slices.Sorted(maps.Keys(amountOperations))
	namesRate   = slices.Sorted(maps.Keys(rateOperations))
	namesText   = slices.Sorted(maps.Keys(textOperations))
)

// inRange says whether a decimal is an amount's.
func inRange(d *apd.Decimal) bool { return d.Coeff.IsUint64() && d.Coeff.Uint64() <= money.Max }

// units gives a decimal's coefficient with its sign.
func units(d *apd.Decimal) int64 {
	if d.Negative {
		return -d.Coeff.Int64()
	}
	return d.Coeff.Int64()
}

func agreesOnAmount(t *trial, got money.Amount, exact *apd.Decimal, err error) bool {
	want := rounded(exact, t.to.Scale, t.rounding)
	if !inRange(want) {
		return errors.Is(err, money.ErrRange)
	}
	return err == nil && got == money.New(units(want), t.to)
}

func agreesOnRate(t *trial, got money.Rate, exact *apd.Decimal, err error) bool {
	whole := exact.NumDigits() + int64(exact.Exponent) // digits before the point
	want := rounded(exact, min(money.RateDecimals, 18-int(min(whole, 18))), t.rounding)
	if want.Sign() <= 0 || want.Cmp(apd.New(1, 18)) >= 0 {
		return errors.Is(err, money.ErrRate)
	}
	return err == nil && decimalOf(got).Cmp(want) == 0
}

// newRand gives random numbers; MONEY_SEED repeats a run.
func newRand(t *testing.T, stream int) *rand.Rand {
	seed, err := strconv.ParseUint(os.Getenv("MONEY_SEED"), 10, 64)
	if err != nil {
		seed = rand.Uint64()
	}
	t.Logf("MONEY_SEED=%d", seed)
	return rand.New(rand.NewPCG(seed, uint64(stream)))
}

func TestAMillionRandomOperationsGiveWhatAPDGives(t *testing.T) {
	t.Parallel()
	const kinds, shards, rounds = 14, 4, 18_000 // 1,008,000 operations
	if n := len(amountOperations) + len(rateOperations) + len(textOperations); n != kinds {
		t.Fatalf("%d kinds of operation", n)
	}
	for shard := range shards {
		t.Run(strconv.Itoa(shard), func(t *testing.T) {
			t.Parallel()
			tr := &trial{rnd: newRand(t, shard)}
			for range rounds {
				tr.draw()
				compareAll(t, *tr)
			}
		})
	}
}

// compareAll does every operation with the same operands.
func compareAll(t *testing.T, tr trial) {
	for _, name := range namesAmount {
		do := amountOperations[name]
		one := tr
		if got, exact, err := do(&one); !agreesOnAmount(&one, got, exact, err) {
			t.Fatalf("%s: %v %v, exactly %v; %v", name, got, err, exact, &one)
		}
	}
	for _, name := range namesRate {
		do := rateOperations[name]
		if got, exact, err := do(&tr); !agreesOnRate(&tr, got, exact, err) {
			t.Fatalf("%s: %v %v, exactly %v; %v", name, got, err, exact, &tr)
		}
	}
	for _, name := range namesText {
		if !textOperations[name](&tr) {
			t.Fatalf("%s: %v", name, &tr)
		}
	}
}
