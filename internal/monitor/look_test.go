package monitor

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

var noon = time.Date(2026, 6, 26, 12, 0, 0, 0, time.UTC)

// some makes transactions of the given amounts, one a minute, the newest first.
func some(direction Direction, country string, cents ...int64) (out []Transaction) {
	for i, amount := range cents {
		out = append(out, Transaction{Reference: fmt.Sprint(direction, country, i), Direction: direction, Country: country, Amount: amount, At: noon.Add(-time.Duration(i+1) * time.Minute)})
	}
	return out
}

// TestEachKindSpeaksExactlyFromItsBoundaryOn looks with each kind at what just suffices and at what just does not.
func TestEachKindSpeaksExactlyFromItsBoundaryOn(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	structuring := Rule{Kind: Structuring, From: 900_00, Below: 1_000_00, Count: 3, Window: 72 * time.Hour}
	unusual := Rule{Kind: Unusual, Factor: 5, Minimum: 500_00, Least: 4, Window: 90 * day}
	volume := Rule{Kind: Volume, Share: 150, Minimum: 1_000_00, Window: 30 * day}
	through := Rule{Kind: InAndOut, Share: 80, Minimum: 1_000_00, Window: day}
	country := Rule{Kind: NewCountry, Minimum: 500_00, Least: 3, Window: 365 * day}
	in := func(cents int64) Transaction {
		return Transaction{Reference: "t", Direction: In, Amount: cents, At: noon}
	}
	out := func(cents int64) Transaction {
		return Transaction{Reference: "t", Direction: Out, Amount: cents, At: noon}
	}
	declared := func(cents, volume int64) Transaction { t := in(cents); t.Declared = volume; return t }
	from := func(country string, cents int64) Transaction { t := in(cents); t.Country = country; return t }
	for _, c := range []struct {
		name    string
		rule    Rule
		t       Transaction
		earlier []Transaction
		says    string // "": nothing
	}{
		{"three just below", structuring, in(999_99), some(In, "", 900_00, 950_00), "3 transactions just below 1000.00 EUR within 72 hours, 2849.99 EUR together."},
		{"two just below", structuring, in(999_99), some(In, "", 900_00), ""},
		{"the last at the threshold", structuring, in(1_000_00), some(In, "", 900_00, 950_00, 950_00), ""},
		{"the last under the band", structuring, in(899_99), some(In, "", 900_00, 950_00, 950_00), ""},
		{"an earlier one at the threshold", structuring, in(999_99), some(In, "", 1_000_00, 950_00), ""},
		{"an earlier one under the band", structuring, in(999_99), some(In, "", 899_99, 950_00), ""},
		{"an earlier one the other way", structuring, in(999_99), append(some(In, "", 950_00), some(Out, "", 950_00)...), ""},
		{"others between them", structuring, in(999_99), some(In, "", 950_00, 10_00, 5_000_00, 900_00), "3 transactions"},

		{"ten", Rule{Kind: Velocity, Count: 10, Window: time.Hour}, out(1), some(In, "", 1, 1, 1, 1, 1, 1, 1, 1, 1), "10 transactions within 1 hours."},
		{"nine", Rule{Kind: Velocity, Count: 10, Window: time.Hour}, out(1), some(In, "", 1, 1, 1, 1, 1, 1, 1, 1), ""},

		{"more than five medians", unusual, in(500_01), some(In, "", 10_00, 100_00, 100_00, 900_00), "500.01 EUR is more than 5 times the customer's median of 100.00 EUR (4 transactions within 90 days)."},
		{"five medians", unusual, in(500_00), some(In, "", 10_00, 100_00, 100_00, 900_00), ""},
		{"an odd number of them", unusual, in(500_01), some(In, "", 10_00, 100_00, 120_00, 90_00, 900_00), "median of 100.00 EUR"},
		{"the mean of the two in the middle", unusual, in(501_00), some(In, "", 1, 100_00, 100_41, 900_00), ""},
		{"just beyond that mean", unusual, in(501_03), some(In, "", 1, 100_00, 100_41, 900_00), "median of 100.20 EUR"},
		{"less than the minimum", unusual, in(499_99), some(In, "", 1, 1, 1, 1), ""},
		{"too few to know", unusual, in(9_000_00), some(In, "", 1, 1, 1), ""},
		{"enough, the other way", unusual, in(9_000_00), append(some(In, "", 1, 1, 1), some(Out, "", 1)...), ""},

		{"more than the declared share", volume, declared(500_01, 1_000_00), some(In, "", 600_00, 400_00), "1500.01 EUR within 30 days, more than 150 % of the declared monthly volume of 1000.00 EUR."},
		{"the declared share", volume, declared(500_00, 1_000_00), some(In, "", 600_00, 400_00), ""},
		{"nothing declared", volume, in(9_000_00), some(In, "", 9_000_00), ""},
		{"less than the minimum in all", volume, declared(999_99, 1), nil, ""},
		{"the minimum in all", volume, declared(1_000_00, 1), nil, "1000.00 EUR"},
		{"what goes out does not count", volume, declared(500_00, 1_000_00), append(some(In, "", 1_000_00), some(Out, "", 900_00)...), ""},
		{"nor raises it", volume, Transaction{Direction: Out, Amount: 9_000_00, Declared: 1}, nil, ""},

		{"out again", through, out(800_00), some(In, "", 600_00, 400_00), "800.00 EUR went out within 24 hours of 1000.00 EUR coming in."},
		{"less than the share out", through, out(799_99), some(In, "", 600_00, 400_00), ""},
		{"out in pieces", through, out(300_00), append(some(In, "", 1_000_00), some(Out, "", 500_00)...), "800.00 EUR went out"},
		{"too little in", through, out(999_99), some(In, "", 999_99), ""},
		{"in does not raise it", through, in(800_00), append(some(In, "", 1_000_00), some(Out, "", 900_00)...), ""},

		{"a country never seen", country, from("NG", 500_00), some(In, "ES", 1, 1, 1), "The counterparty is in NG, where none of the 3 before within 365 days was."},
		{"a country seen", country, from("NG", 500_00), append(some(In, "ES", 1, 1, 1), some(Out, "NG", 1)...), ""},
		{"less than its minimum", country, from("NG", 499_99), some(In, "ES", 1, 1, 1), ""},
		{"too few to know whom", country, from("NG", 500_00), append(some(In, "ES", 1, 1), some(In, "", 1)...), ""},
		{"no country", country, in(500_00), some(In, "ES", 1, 1, 1), ""},
	} {
		f, found := c.rule.look(c.t, c.earlier)
		if found != (c.says != "") || !strings.Contains(f.explanation, c.says) {
			t.Errorf("%s: %v %q, want %q", c.name, found, f.explanation, c.says)
		}
	}
}

func TestOneThatIsExactlyAWindowOldIsOut(t *testing.T) {
	t.Parallel()
	r := Rule{Code: "v", Kind: Velocity, Count: 2, Window: time.Hour}
	now := Transaction{Reference: "t", At: noon}
	at := func(ago time.Duration) []Transaction {
		return []Transaction{{Reference: "o", At: noon.Add(-ago)}, now}
	}
	if got := r.window(now, at(time.Hour), nil); len(got) != 0 {
		t.Errorf("a window old: %v", got)
	}
	if got := r.window(now, at(time.Hour-time.Microsecond), nil); len(got) != 1 || got[0].Reference != "o" {
		t.Errorf("younger than the window: %v", got)
	}
	told := []Hit{{Rule: "another", At: noon}, {Rule: "v", At: noon.Add(-time.Minute)}}
	if got := r.window(now, at(time.Minute), told); len(got) != 0 {
		t.Errorf("told of already: %v", got)
	}
	if got := r.window(now, at(time.Minute-time.Microsecond), told); len(got) != 1 {
		t.Errorf("after what was told: %v", got)
	}
	r.Kind = Unusual // looks at all that was, told of or not
	if got := r.window(now, at(time.Minute), told); len(got) != 1 {
		t.Errorf("history: %v", got)
	}
}
