package wire_test

import (
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"rampa/internal/api/wire"
	"rampa/internal/money"
)

var (
	eur = money.Asset{Code: "EUR", Scale: 2}
	clp = money.Asset{Code: "CLP", Scale: 0}
	eth = money.Asset{Code: "ETH", Scale: 9}
)

// amountAnswer gives what a body {"fiat_amount":value} is read as: the amount, or the messages of its 422 answer.
func amountAnswer(t *testing.T, value string, of money.Asset) string {
	t.Helper()
	f, err := wire.DecodeJSON([]byte(`{"fiat_amount":` + value + `}`))
	if errors.Is(err, wire.ErrMalformed) {
		return "malformed"
	}
	if err != nil {
		t.Fatalf("%s: %v", value, err)
	}
	return readAmount(t, f, of)
}

func readAmount(t *testing.T, f wire.Fields, of money.Asset) string {
	t.Helper()
	a, err := wire.Amount(f, "fiat_amount", of)
	if err == nil {
		return a.String()
	}
	invalid, ok := errors.AsType[*wire.Invalid](err)
	if !ok {
		t.Fatalf("%v is no answer", err)
	}
	return strings.Join(invalid.Messages("fiat_amount"), "|")
}

func TestAnAmountIsReadExactlyOrRefusedInLaravelsWords(t *testing.T) {
	t.Parallel()
	const (
		required = "The fiat amount field is required."
		number   = "The fiat amount field must be a number."
		positive = "The fiat amount field must be greater than 0."
		places   = "The fiat amount field must have 0-2 decimal places."
		most     = "The fiat amount field must not be greater than 92233720368547758.07."
	)
	for value, want := range map[string]string{
		`240`: "240.00 EUR", `"240"`: "240.00 EUR", `150.5`: "150.50 EUR", `"150.50"`: "150.50 EUR", `" 150.50 "`: "150.50 EUR", `0.01`: "0.01 EUR",
		`1e2`: "100.00 EUR", `"1E+2"`: "100.00 EUR", `1050e-2`: "10.50 EUR", `20.500`: "20.50 EUR", `"20.000000"`: "20.00 EUR",
		`92233720368547758.07`: "92233720368547758.07 EUR",

		`null`: required, `""`: required, `"   "`: required, `[]`: required, `{}`: required,

		`"abc"`: number, `true`: number, `false`: number, `[1]`: number, `{"a":1}`: number, `"1_000"`: number, `"1,50"`: number, `"1.000,50"`: number,
		`"1 000"`: number, `"+1"`: number, `"01"`: number, `".5"`: number, `"5."`: number, `"0x10"`: number, `"１２"`: number, `"١٢"`: number, `"NaN"`: number,
		`"Infinity"`: number, `"-Infinity"`: number, `"1e"`: number, `"1e1.5"`: number, `"--1"`: number, `"€5"`: number, `"5 EUR"`: number, `"1\u00002"`: "malformed",
		`1e400`: number, `"1e400"`: number, `1e999999999999`: number, `-1e400`: number, `0.1e-20`: number, `1e-400`: number, `-0`: number, `"-0"`: number,
		`-0.0`: number, `-0e5`: number, strings.Repeat("9", 40): number, `"` + strings.Repeat("9", 40) + `"`: number, `0.` + strings.Repeat("0", 39) + `1`: number,

		`0.001`: places, `"150.505"`: places, `1e-3`: places, `-0.001`: places, `0.000000000000000001`: places,
		`0`: positive, `0.00`: positive, `"0"`: positive, `0e5`: positive, `0e5000`: positive, `-1`: positive, `"-20.5"`: positive, `-99999999999999999999`: positive,
		`92233720368547758.08`: most, `1e17`: most, `"999999999999999999999999999999"`: most, `123456789012345678901234567890.12`: most,

		`NaN`: "malformed", `Infinity`: "malformed", `+1`: "malformed", `.5`: "malformed", `5.`: "malformed", `01`: "malformed", `0x10`: "malformed", `1_000`: "malformed",
	} {
		if got := amountAnswer(t, value, eur); got != want {
			t.Errorf("%s: %q, want %q", value, got, want)
		}
	}
	if got := readAmount(t, wire.Fields{}, eur); got != required {
		t.Errorf("absent: %q", got)
	}
	for query, want := range map[string]string{"150.50": "150.50 EUR", "%2B5": number, "+5": "5.00 EUR", "1e2": "100.00 EUR", "-0": number, "": required} {
		f, err := wire.DecodeQuery("fiat_amount=" + query)
		if err != nil {
			t.Fatal(err)
		}
		if got := readAmount(t, f, eur); got != want {
			t.Errorf("query %q: %q, want %q", query, got, want)
		}
	}
}

func TestTheDecimalsOfAnAmountAreThoseOfItsAsset(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		value string
		of    money.Asset
		want  string
	}{
		{`1000`, clp, "1000 CLP"},
		{`1000.00`, clp, "1000 CLP"},
		{`1000.5`, clp, "The fiat amount field must have 0 decimal places."},
		{`0.000000001`, eth, "0.000000001 ETH"},
		{`0.0000000001`, eth, "The fiat amount field must have 0-9 decimal places."},
		{`9223372036.854775808`, eth, "The fiat amount field must not be greater than 9223372036.854775807."},
	} {
		if got := amountAnswer(t, c.value, c.of); got != c.want {
			t.Errorf("%s of %s: %q, want %q", c.value, c.of.Code, got, c.want)
		}
	}
}

func TestOfAnUnknownAssetOnlyTheFormOfAnAmountIsLookedAt(t *testing.T) {
	t.Parallel()
	nothing := money.Amount{}.String()
	for value, want := range map[string]string{
		`20`: nothing, `0.000000000000001`: nothing, `99999999999999999999`: nothing,
		`"x"`: "The fiat amount field must be a number.",
		`-0`:  "The fiat amount field must be a number.",
		`0`:   "The fiat amount field must be greater than 0.",
		`-2`:  "The fiat amount field must be greater than 0.",
	} {
		if got := amountAnswer(t, value, money.Asset{}); got != want {
			t.Errorf("%s: %q, want %q", value, got, want)
		}
	}
}

func TestTheAmountRuleReadsTheFormAndComparesAsANumber(t *testing.T) {
	t.Parallel()
	for value, want := range map[string][]string{
		`150.50`: nil, `"150.50"`: nil, `"1e2"`: nil, `null`: nil,
		`"+1"`:  {"The f field must be a number."},
		`-0`:    {"The f field must be a number.", "The f field must be greater than 0."},
		`"abc"`: {"The f field must be a number.", "The f field must be greater than 0."},
		`0`:     {"The f field must be greater than 0."},
		`3001`:  {"The f field must not be greater than 3000."},
	} {
		if got := messages(t, "nullable|amount|gt:0|max:3000", value); !cmp.Equal(got, want) {
			t.Errorf("%s: %q, want %q", value, got, want)
		}
	}
}

// nasty are the texts that break careless readers of numbers, after the "naughty strings" of the fuzzing lists.
func nasty() []string {
	texts := []string{
		"", " ", "0", "-0", "+0", "00", "0.0", "-0.0", ".", "-", "+", "-.", "e", "0e", "1e1e1", "1..2", "1.2.3", "--1", "1-1", "1/2", "1/0", "0/0", "$1.00", "1.00$", "1'000", "1,000",
		"1.0,0", "NaN", "nan", "-NaN", "Infinity", "-Infinity", "INF", "1#INF", "1#IND", "1#QNAN", "0x0", "0xffffffff", "0xabad1dea", "0b1", "0o7", "1d", "1f", "1L", "1n", "1u", "1_0",
		"123456789012345678901234567890123456789", "2147483647", "2147483648", "-2147483648", "4294967296", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
		"18446744073709551615", "18446744073709551616", "1e308", "1e309", "-1e309", "1e-324", "4.9e-324", "2.2250738585072011e-308", "1.7976931348623157e308", "0.1", "0.30000000000000004",
		"9007199254740993", "0.1e1", "1e00", "1e-00", "1e+00", "1e+-1", "1E2", "1e2147483648", "1e-2147483649", "1e99999999999999999999", "0e99999999999999999999", "١٢٣", "１２３", "௧", "½", "²", "Ⅻ",
		"1\u200b0", "\u200b10", "10\u202e", "1\u00a00", "\ufeff1", "1\n", "\t1", "1\r\n2", "1\x00", "1;2", "1 OR 1=1", "1' --", "=1+1", "@1", "{{1}}", "%31", "1%", "true", "null", "undefined", "[]", "{}", "[1]",
		"0.01", "0.001", "0.009999999999999999999", "99999999999999999.99", "1.10", "1.100000000000000000000000000000000000000", "000000000000000000000000000000000000001",
	}
	for _, s := range texts[:len(texts):len(texts)] {
		texts = append(texts, "-"+s, s+"0", s+"e1", "0"+s, s+".0", " "+s+" ")
	}
	return texts
}

var jsonNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)

// modelAmount is the rule of amounts in cents, said with a regular expression and fractions.
func modelAmount(s string) (cents string, ok bool) {
	m := jsonNumber.FindStringSubmatch(s)
	if m == nil {
		return "", false
	}
	mantissa, _, _ := strings.Cut(strings.ToLower(s), "e")
	if digits := len(strings.Trim(strings.Replace(mantissa, ".", "", 1), "-")); digits > 39 {
		return "", false
	}
	if e := strings.TrimLeft(strings.Trim(m[3], "eE+-"), "0"); len(e) > 3 { // no amount: 39 digits do not make up for it
		return "", false
	}
	n, parsed := new(big.Rat).SetString(s)
	if !parsed || n.Sign() <= 0 {
		return "", false
	}
	n.Mul(n, big.NewRat(100, 1))
	if !n.IsInt() || !n.Num().IsInt64() {
		return "", false
	}
	return n.Num().String(), true
}

// compareWithModel reads a text as a string and, where it is one, as a number of a JSON body.
func compareWithModel(text string) error {
	f, err := wire.DecodeJSON([]byte(`{"n":` + string(mustMarshal(text)) + `}`))
	if errors.Is(err, wire.ErrMalformed) {
		return nil // NUL and what is no UTF-8
	}
	if err != nil {
		return err
	}
	bodies := []wire.Fields{f}
	if jsonNumber.MatchString(text) {
		if f, err = wire.DecodeJSON([]byte(`{"n":` + text + `}`)); err != nil {
			return fmt.Errorf("as a number: %w", err)
		}
		bodies = append(bodies, f)
	}
	for _, f := range bodies {
		want, ok := modelAmount(f.String("n")) // trimmed
		got, err := wire.Amount(f, "n", eur)
		if (err == nil) != ok || ok && fmt.Sprint(got.Units()) != want {
			return fmt.Errorf("%q: %v %v, the model says %q %v", text, got, err, want, ok)
		}
	}
	return nil
}

func mustMarshal(s string) []byte {
	b, err := wire.Marshal(s)
	if err != nil {
		panic(err)
	}
	return b
}

func TestNoNastyTextIsAnAmountButJSONNumbersOfCents(t *testing.T) {
	t.Parallel()
	for _, text := range nasty() {
		if err := compareWithModel(text); err != nil {
			t.Error(err)
		}
	}
}

func TestRandomTextsAreAmountsExactlyWhereTheModelSaysSo(t *testing.T) {
	t.Parallel()
	almost := rapid.StringMatching(`[ +-]?[0-9]{0,3}(0{1,3})?([.,][0-9]{0,4}0{0,2})?([eE][+-]?[0-9]{0,2})?`)
	long := rapid.StringMatching(`-?[1-9][0-9]{0,45}(\.[0-9]{1,30})?(e-?[0-9]{1,3})?`)
	texts := rapid.OneOf(almost, long, rapid.SampledFrom(nasty()), rapid.String())
	rapid.Check(t, func(t *rapid.T) {
		if err := compareWithModel(texts.Draw(t, "text")); err != nil {
			t.Fatal(err)
		}
	})
}
