package share_test

import (
	"testing"

	"pgregory.net/rapid"

	"rampa/internal/kyb/share"
)

func TestPercentagesAreReadAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	cases := map[string]int64{
		"33.34": 333400, "33,34": 333400, "33.34%": 333400, " 33,34 % ": 333400, "100": 1000000, "0": 0, "0.0001": 1, "25.000000": 250000,
		"007": 70000, "150": 1500000,
		"": -1, "%": -1, "-5": -1, "+5": -1, "1e2": -1, "33.33333": -1, "1.234.567": -1, ".5": -1, "5.": -1, "1000": -1, "50 50": -1, "५०": -1,
	}
	for typed, want := range cases {
		got, ok := share.Parse(typed)
		if ok != (want >= 0) || ok && got != want {
			t.Errorf("Parse(%q) = %d, %v; want %d", typed, got, ok, want)
		}
	}
}

func TestFormatUndoesParse(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(0, share.Whole).Draw(t, "share")
		if got, ok := share.Parse(share.Format(n)); !ok || got != n {
			t.Fatalf("%d is written %q and read %d, %v", n, share.Format(n), got, ok)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"33,34", "33.34%", "0.00010", "100", "1e9", "999.9999", " %"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, ok := share.Parse(s)
		if !ok {
			return
		}
		if again, ok := share.Parse(share.Format(n)); n < 0 || !ok || again != n {
			t.Errorf("%q is %d, written %q", s, n, share.Format(n))
		}
	})
}
