package money_test

import (
	"errors"
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"rampa/internal/money"
)

func euros(units int64) money.Amount { return money.New(units, eur) }

func TestSumsAreCheckedAtTheirBounds(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b int64
		ok   bool
	}{
		{money.Max, 0, true}, {money.Max - 1, 1, true}, {money.Max, 1, false}, {money.Max, money.Max, false}, {money.Max, -money.Max, true},
		{-money.Max, 0, true}, {-money.Max, -1, false}, {-money.Max, -money.Max, false}, {-1, 1 - money.Max, true}, {1, -1, true}, {0, 0, true},
	} {
		sum, err := euros(c.a).Add(euros(c.b))
		difference, subErr := euros(c.a).Sub(euros(-c.b))
		total, sumErr := money.Sum(eur, euros(c.a), euros(c.b))
		if c.ok != (err == nil) || c.ok != (subErr == nil) || c.ok != (sumErr == nil) {
			t.Errorf("%d + %d: %v, %v, %v", c.a, c.b, err, subErr, sumErr)
			continue
		}
		if !c.ok {
			if !errors.Is(err, money.ErrRange) || !errors.Is(subErr, money.ErrRange) || !errors.Is(sumErr, money.ErrRange) {
				t.Errorf("%d + %d: %v, %v, %v", c.a, c.b, err, subErr, sumErr)
			}
		} else if sum != euros(c.a+c.b) || difference != sum || total != sum {
			t.Errorf("%d + %d: %v, %v, %v", c.a, c.b, sum, difference, total)
		}
	}
	if a, err := money.Sum(eur); err != nil || a != money.Zero(eur) {
		t.Errorf("the sum of nothing is %v, %v", a, err)
	}
}

func TestAmountsOfDifferentAssetsDoNotMeet(t *testing.T) {
	t.Parallel()
	for _, other := range []money.Amount{money.New(1, usdc), money.New(1, money.Asset{Code: "EUR", Scale: 3}), {}} {
		if _, err := euros(1).Add(other); !errors.Is(err, money.ErrAsset) {
			t.Errorf("add %v: %v", other, err)
		}
		if _, err := euros(1).Sub(other); !errors.Is(err, money.ErrAsset) {
			t.Errorf("subtract %v: %v", other, err)
		}
		if _, err := money.Sum(eur, euros(1), other); !errors.Is(err, money.ErrAsset) {
			t.Errorf("sum with %v: %v", other, err)
		}
		if !panics(func() { euros(1).Cmp(other) }) {
			t.Errorf("compared with %v", other)
		}
	}
	if !panics(func() { money.New(math.MinInt64, eur) }) {
		t.Error("the least int64 has no opposite, and was an amount")
	}
}

func panics(do func()) (panicked bool) {
	defer func() { panicked = recover() != nil }()
	do()
	return false
}

func TestAmountsHaveAnOrderASignAndAnOpposite(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		units := rapid.Int64Range(-money.Max, money.Max)
		a, b := euros(units.Draw(t, "a")), euros(units.Draw(t, "b"))
		ai, bi := big.NewInt(a.Units()), big.NewInt(b.Units())
		if a.Cmp(b) != ai.Cmp(bi) || a.Sign() != ai.Sign() || a.IsZero() != (ai.Sign() == 0) {
			t.Fatalf("%v and %v: %d, %d", a, b, a.Cmp(b), a.Sign())
		}
		if a.Neg().Neg() != a || a.Neg().Sign() != -a.Sign() {
			t.Fatalf("the opposite of %v is %v", a, a.Neg())
		}
	})
}

func TestEachRoundingDoesWhatItIsCalled(t *testing.T) {
	t.Parallel()
	units := money.Asset{Code: "U"}
	for hundredths, want := range map[int64][3]int64{ // down, up, half even
		100: {1, 1, 1}, 101: {1, 2, 1}, 149: {1, 2, 1}, 150: {1, 2, 2}, 151: {1, 2, 2}, 199: {1, 2, 2}, 250: {2, 3, 2}, 251: {2, 3, 3}, 1: {0, 1, 0}, 50: {0, 1, 0}, 51: {0, 1, 1}, 0: {0, 0, 0},
	} {
		for i, rounding := range []money.Rounding{money.Down, money.Up, money.HalfEven} {
			for _, sign := range []int64{1, -1} {
				got, err := euros(sign*hundredths).Times(mustRate("1"), units, rounding)
				if err != nil || got.Units() != sign*want[i] {
					t.Errorf("%d hundredths, rounding %d: %v, %v", sign*hundredths, rounding, got, err)
				}
			}
		}
	}
}

func TestBaseUnitsAndTheirDustAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		of := money.Asset{Code: "T", Scale: rapid.IntRange(0, money.MaxScale).Draw(t, "scale")}
		decimals := rapid.IntRange(0, 30).Draw(t, "decimals")
		n, _ := new(big.Int).SetString(rapid.StringMatching(`-?[1-9][0-9]{0,35}`).Draw(t, "n"), 10)
		a, dust, err := money.FromBase(n, decimals, of)
		if errors.Is(err, money.ErrRange) {
			return // that it is right to: see the comparison with apd
		}
		if err != nil || dust.Sign() != 0 && dust.Sign() != n.Sign() {
			t.Fatalf("%v, dust %v, %v", a, dust, err)
		}
		back, err := a.Base(decimals)
		if err != nil || back.Add(back, dust).Cmp(n) != 0 {
			t.Fatalf("%v and dust %v of %d decimals are %v, %v, not %v", a, dust, decimals, back, err, n)
		}
		unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(decimals-of.Scale, 0))), nil)
		if dust.CmpAbs(unit) >= 0 {
			t.Fatalf("dust %v is a unit of %v", dust, unit)
		}
	})
}

func TestARateIsAPositiveDecimalOf12DecimalsAnd18Digits(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"1": "1", "1.0": "1", "0.000000000001": "0.000000000001", "1e-12": "0.000000000001", "999999999999999999": "999999999999999999", "1e17": "100000000000000000",
		"123456.123456789012": "123456.123456789012", "0.50000000000000000000": "0.5", "2.50e1": "25",
	} {
		if r, err := money.ParseRate(text); err != nil || r.String() != want || r != mustRate(want) || r.IsZero() {
			t.Errorf("%q: %v, %v", text, r, err)
		}
	}
	for text, want := range map[string]error{
		"0": money.ErrRate, "0.0": money.ErrRate, "-1": money.ErrRate, "1e18": money.ErrRate, "1e-13": money.ErrRate, "1e400": money.ErrRate, "1e-400": money.ErrRate,
		"1234567.123456789012": money.ErrRate, "0.1234567890123": money.ErrRate, "9999999999999999990": money.ErrRate, "": money.ErrSyntax, "-0": money.ErrSyntax, "1,5": money.ErrSyntax,
		"NaN": money.ErrSyntax, "+1": money.ErrSyntax, "1e": money.ErrSyntax,
	} {
		if r, err := money.ParseRate(text); !errors.Is(err, want) || !r.IsZero() {
			t.Errorf("%q: %v, %v", text, r, err)
		}
	}
	for text, rounding := range map[string]money.Rounding{"0": money.Up, "-1": money.Up, "1/10000000000000": money.Down, "1/2000000000000": money.HalfEven, "1000000000000000000": money.Down, "9999999999999999999/10": money.Up} {
		n, ok := new(big.Rat).SetString(text)
		if r, err := money.NewRate(n, rounding); !ok || !errors.Is(err, money.ErrRate) {
			t.Errorf("%s: %v, %v", text, r, err)
		}
	}
}

func TestEqualRatesAreOneHoweverTheyCameToBe(t *testing.T) {
	t.Parallel()
	for want, got := range map[string][2]string{"0.1": {"0.2", "0.5"}, "2.5": {"1.25", "2"}, "100": {"12.5", "8"}, "0.05": {"0.25", "0.2"}} {
		if r, err := mustRate(got[0]).Mul(mustRate(got[1]), money.Down); err != nil || r != mustRate(want) {
			t.Errorf("%s × %s: %v, %v", got[0], got[1], r, err)
		}
	}
}

func TestNoRateConvertsNothing(t *testing.T) {
	t.Parallel()
	none, one := money.Rate{}, mustRate("1")
	for name, do := range map[string]func() error{
		"times":   func() error { _, err := euros(1).Times(none, usdc, money.Up); return err },
		"over":    func() error { _, err := euros(1).Over(none, usdc, money.Up); return err },
		"mul":     func() error { _, err := one.Mul(none, money.Up); return err },
		"inverse": func() error { _, err := none.Inverse(money.Up); return err },
		"plus":    func() error { _, err := none.Plus(1, money.Up); return err },
		"all off": func() error { _, err := one.Plus(-money.Hundred, money.Up); return err },
		"more":    func() error { _, err := one.Plus(-money.Hundred-1, money.Up); return err },
	} {
		if err := do(); !errors.Is(err, money.ErrRate) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestADeviationIsAPartOfTheReferenceRoundedUp(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ rate, reference, want string }{
		{"1", "1", "0"}, {"1.1", "1", "10"}, {"0.9", "1", "10"}, {"1", "0.9", "11.1112"}, {"1.000000000001", "1", "0.0001"}, {"11", "1", "1000"}, {"12", "1", "1000"},
		{"0.000000000001", "999999999999999999", "100"}, {"999999999999999999", "0.000000000001", "1000"},
	} {
		if got := mustRate(c.rate).Deviation(mustRate(c.reference)); got.String() != c.want {
			t.Errorf("%s from %s: %s %%, want %s", c.rate, c.reference, got, c.want)
		}
	}
	if got := mustRate("1").Deviation(money.Rate{}); got != 10*money.Hundred {
		t.Errorf("from no rate: %s %%", got)
	}
}

func TestAPercentageHasBoundsAndFourDecimals(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]money.Percent{"2.5": 25_000, "0": 0, "-100": -money.Hundred, "1000": 10 * money.Hundred, "0.0001": 1, "1e2": money.Hundred, "2.50000": 25_000} {
		if p, err := money.ParsePercent(text); err != nil || p != want {
			t.Errorf("%q: %v, %v", text, p, err)
		}
	}
	for text, want := range map[string]error{"0.00001": money.ErrPercent, "1000.0001": money.ErrPercent, "-100.0001": money.ErrPercent, "1e400": money.ErrPercent, "2,5": money.ErrSyntax, "5%": money.ErrSyntax, "": money.ErrSyntax} {
		if p, err := money.ParsePercent(text); !errors.Is(err, want) {
			t.Errorf("%q: %v, %v", text, p, err)
		}
	}
	if _, err := euros(money.Max).Percent(money.Hundred+1, money.Down); !errors.Is(err, money.ErrRange) {
		t.Errorf("more than all of the greatest amount: %v", err)
	}
	if a, err := euros(money.Max).Percent(money.Hundred, money.Down); err != nil || a != euros(money.Max) {
		t.Errorf("all of the greatest amount: %v, %v", a, err)
	}
}
