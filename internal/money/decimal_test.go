package money_test

import (
	"errors"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"rampa/internal/money"
)

var jsonNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)

// model says with a regular expression and a fraction what Parse answers.
func model(s string, scale int) (units *big.Int, err error) {
	m := jsonNumber.FindStringSubmatch(s)
	if m == nil {
		return nil, money.ErrSyntax
	}
	mantissa := strings.TrimSuffix(s, m[3])
	value, _ := new(big.Rat).SetString(mantissa)
	switch {
	case value.Sign() == 0 && s[0] == '-':
		return nil, money.ErrSyntax
	case len(strings.NewReplacer("-", "", ".", "").Replace(mantissa)) > 39:
		return nil, money.ErrRange
	case value.Sign() == 0:
		return new(big.Int), nil
	}
	if m[3] != "" {
		power, err := strconv.Atoi(m[3][1:])
		switch {
		case (err != nil || power < -60) && strings.HasPrefix(m[3][1:], "-"): // below every unit, whatever the digits
			return nil, money.ErrPrecision
		case err != nil || power > 60: // above every amount
			return nil, money.ErrRange
		}
		value.SetString(mantissa + "e" + strconv.Itoa(power))
	}
	value.Mul(value, new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(scale)), nil)))
	if !value.IsInt() {
		return nil, money.ErrPrecision
	}
	if new(big.Int).Abs(value.Num()).Cmp(big.NewInt(money.Max)) > 0 {
		return nil, money.ErrRange
	}
	return value.Num(), nil
}

// checkParse compares Parse with the model, and what it read with what is written of it.
func checkParse(t rapid.TB, s string, scale int) {
	t.Helper()
	of := money.Asset{Code: "T", Scale: scale}
	want, wantErr := model(s, scale)
	got, err := money.Parse(s, of)
	if !errors.Is(err, wantErr) || (err == nil) != (wantErr == nil) {
		t.Fatalf("%q of %d decimals: %v, the model says %v", s, scale, err, wantErr)
	}
	if err != nil {
		if got != (money.Amount{}) {
			t.Fatalf("%q: %v beside an error", s, got)
		}
		return
	}
	if got.Asset() != of || big.NewInt(got.Units()).Cmp(want) != 0 {
		t.Fatalf("%q of %d decimals: %v, the model says %v units", s, scale, got, want)
	}
	for _, text := range []string{got.Decimal(), got.Fixed()} {
		if again, err := money.Parse(text, of); err != nil || again != got || !jsonNumber.MatchString(text) {
			t.Fatalf("%q is written as %q and read as %v, %v", s, text, again, err)
		}
	}
}

// checkRate compares ParseRate with Parse: a rate is an amount of 12 decimals above nothing, of 18 digits.
func checkRate(t rapid.TB, s string) {
	t.Helper()
	r, err := money.ParseRate(s)
	if err != nil {
		if !r.IsZero() || !errors.Is(err, money.ErrSyntax) && !errors.Is(err, money.ErrRate) {
			t.Fatalf("%q: %v, %v", s, r, err)
		}
		if units, modelErr := model(s, money.RateDecimals); modelErr == nil && units.Sign() > 0 && units.Cmp(big.NewInt(1e18)) < 0 {
			t.Fatalf("%q is no rate: %v", s, err)
		}
		return
	}
	want, ok := new(big.Rat).SetString(s)
	if !ok || r.Rat().Cmp(want) != 0 || len(strings.Trim(strings.ReplaceAll(r.String(), ".", ""), "0")) > 18 {
		t.Fatalf("%q is read as %v", s, r)
	}
	if again, err := money.ParseRate(r.String()); err != nil || again != r || !jsonNumber.MatchString(r.String()) {
		t.Fatalf("%q is written as %v and read as %v, %v", s, r, again, err)
	}
}

func seedDecimals(f *testing.F) {
	for _, s := range []string{"0", "-0", "-0.00", "0e5", "0e99999999999999999999", "150.50", "-150.505", "1e400", "1e-400", "1e18446744073709551618", "0.1e-20", "1e2", "1E+2", "1050e-2", "20.0000000000000", "9223372036854775807",
		"9223372036854775808", "-9223372036854775808", "92233720368547758.07", strings.Repeat("9", 39), strings.Repeat("9", 40), "0." + strings.Repeat("0", 38), "0." + strings.Repeat("0", 39),
		"１２", "١", "0x10", "1_000", " 1", "1 ", "+1", ".5", "5.", "01", "1e", "e1", "1e+-1", "--1", "1..2", "NaN", "Inf", "", "-", ".", "1\x00", "\xff", "1,5", "999999999999.999999", "0.000000000001"} {
		f.Add(s, uint8(2))
		f.Add(s, uint8(0))
	}
}

func FuzzParse(f *testing.F) {
	seedDecimals(f)
	f.Fuzz(func(t *testing.T, s string, scale uint8) {
		checkParse(t, s, int(scale)%(money.MaxScale+1))
		checkRate(t, s)
		if p, err := money.ParsePercent(s); err == nil {
			if again, err := money.ParsePercent(p.String()); err != nil || again != p {
				t.Fatalf("%q is %v %%, read again as %v, %v", s, p, again, err)
			}
		}
	})
}

func TestRandomTextsAreAmountsExactlyWhereTheModelSaysSo(t *testing.T) {
	t.Parallel()
	almost := rapid.StringMatching(`[ +-]?[0-9]{0,3}(0{1,3})?([.,][0-9]{0,4}0{0,2})?([eE][+-]?[0-9]{0,2})?`)
	long := rapid.StringMatching(`-?[1-9][0-9]{0,45}(\.[0-9]{1,30})?(e-?[0-9]{1,3})?`)
	number := rapid.StringMatching(`-?(0|[1-9][0-9]{0,12})(\.[0-9]{1,12})?`)
	texts := rapid.OneOf(almost, long, number, rapid.String())
	rapid.Check(t, func(t *rapid.T) {
		s := texts.Draw(t, "text")
		checkParse(t, s, rapid.IntRange(0, money.MaxScale).Draw(t, "scale"))
		checkRate(t, s)
	})
}

func TestEveryAmountIsWrittenAsItIsRead(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		units          int64
		scale          int
		decimal, fixed string
	}{
		{0, 0, "0", "0"},
		{0, 2, "0", "0.00"},
		{1, 2, "0.01", "0.01"},
		{-1, 2, "-0.01", "-0.01"},
		{2000, 2, "20", "20.00"},
		{2050, 2, "20.5", "20.50"},
		{2000, 0, "2000", "2000"},
		{-50, 2, "-0.5", "-0.50"},
		{148320000, 6, "148.32", "148.320000"},
		{money.Max, 9, "9223372036.854775807", "9223372036.854775807"},
		{-money.Max, 12, "-9223372.036854775807", "-9223372.036854775807"},
	} {
		a := money.New(c.units, money.Asset{Code: "X", Scale: c.scale})
		if a.Decimal() != c.decimal || a.Fixed() != c.fixed || a.String() != c.fixed+" X" {
			t.Errorf("%d units of %d decimals: %s, %s, %s", c.units, c.scale, a.Decimal(), a.Fixed(), a)
		}
		checkParse(t, c.decimal, c.scale)
	}
}
