package limit_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"rampa/internal/limit"
)

// rulesOfEveryWindow make a tier for each window, and one of all of them. The figures are small so that they are met often.
func rulesOfEveryWindow(t *testing.T) *limit.Rules {
	t.Helper()
	text, all := "version: 1\ncurrency: EUR\ntiers:\n", ""
	for i, w := range limit.Windows {
		any, card := 90+60*i, 80+30*i
		if w == limit.Transaction {
			any, card = 60, 40
		}
		line := func(rail limit.Rail, cents int) string {
			return fmt.Sprintf("      - {rail: %s, window: %s, amount: %d.%02d, code: limit_exceded, lift: time}\n", rail, w, cents/100, cents%100)
		}
		lines := line(limit.Any, any) + line(limit.Card, card)
		text += fmt.Sprintf("  - tier: %d\n    limits:\n%s", i, lines)
		all += lines
	}
	rules, err := limit.LoadRules(fmt.Appendf(nil, "%s  - tier: %d\n    limits:\n%s", text, len(limit.Windows), all))
	if err != nil {
		t.Fatal(err)
	}
	return rules
}

// together reports whether a use at one instant shares a window with the transaction at another: the naive way, by the
// calendar's own words.
func together(w limit.Window, at, use time.Time, zone *time.Location) bool {
	a, b := at.In(zone), use.In(zone)
	switch w {
	case limit.Day:
		return a.Format("2006-01-02") == b.Format("2006-01-02")
	case limit.Month:
		return a.Format("2006-01") == b.Format("2006-01")
	case limit.Quarter:
		return a.Year() == b.Year() && (a.Month()-1)/3 == (b.Month()-1)/3
	case limit.Year:
		return a.Year() == b.Year()
	case limit.Days30:
		return at.Sub(use) < 30*24*time.Hour
	}
	return false
}

// naive gives the first rule that refuses u after the uses before it.
func naive(rules []limit.Rule, before []limit.Use, u limit.Use, zone *time.Location) (limit.Rule, bool) {
	for _, r := range rules {
		if r.Rail != limit.Any && r.Rail != u.Rail {
			continue
		}
		sum := u.Amount
		for _, b := range before {
			if (r.Rail == limit.Any || r.Rail == b.Rail) && together(r.Window, u.At, b.At, zone) {
				sum += b.Amount
			}
		}
		if sum > r.Amount {
			return r, true
		}
	}
	return limit.Rule{}, false
}

// instants are where windows begin and end in Madrid, summer time's changes among them.
func instants(zone *time.Location) []time.Time {
	var out []time.Time
	for _, d := range [][3]int{{2026, 1, 1}, {2026, 3, 2}, {2026, 3, 29}, {2026, 3, 30}, {2026, 4, 1}, {2026, 6, 1}, {2026, 7, 1}, {2026, 10, 1}, {2026, 10, 25}, {2026, 10, 26}, {2027, 1, 1}, {2027, 1, 31}} {
		out = append(out, time.Date(d[0], time.Month(d[1]), d[2], 0, 0, 0, 0, zone))
	}
	return out
}

// TestLimitsHoldExactlyAtTheirBoundaries compares the service, on both engines, with the naive oracle: amounts at the edge
// of what is left, instants at the edge of every window, to the microsecond.
func TestLimitsHoldExactlyAtTheirBoundaries(t *testing.T) {
	t.Parallel()
	rules := rulesOfEveryWindow(t)
	engines(t, 150, func(w *world) {
		w.Rules = rules
		run, checked, refusals := 0, 0, map[limit.Window]int{}
		rapid.Check(w.T, func(r *rapid.T) {
			customer := w.customers[run%len(w.customers)]
			run++
			if run > len(w.customers) {
				return // only when a failure is made smaller
			}
			number := rapid.IntRange(0, len(limit.Windows)).Draw(r, "tier")
			tier, err := rules.Of(number)
			if err != nil {
				r.Fatal(err)
			}
			var before []limit.Use
			anchors := instants(w.Zone)
			for n := range rapid.IntRange(5, 24).Draw(r, "uses") {
				near := rapid.SampledFrom(anchors).Draw(r, "anchor")
				off := rapid.SampledFrom([]time.Duration{-time.Microsecond, 0, time.Microsecond, 11 * time.Hour, -25 * time.Hour}).Draw(r, "off")
				u := limit.Use{CustomerID: customer, IntegrationID: w.tenant, Tier: number, Reference: fmt.Sprintf("%d-%d", customer, n), At: near.Add(off),
					Rail: rapid.SampledFrom([]limit.Rail{limit.Card, limit.Transfer}).Draw(r, "rail"), Amount: rapid.Int64Range(1, 95).Draw(r, "amount")}
				if len(before) > 0 && rapid.Bool().Draw(r, "after a use") {
					u.At = rapid.SampledFrom(before).Draw(r, "use").At.Add(30*24*time.Hour + rapid.SampledFrom([]time.Duration{-time.Microsecond, 0}).Draw(r, "by"))
				}
				if room := room(tier, before, u, w.Zone); room > 0 && rapid.Bool().Draw(r, "edge") {
					u.Amount = room + rapid.Int64Range(0, 1).Draw(r, "over")
				}
				rule, refuse := naive(tier, before, u, w.Zone)
				err = w.Check(context.Background(), u)
				refusal, refused := errors.AsType[*limit.Refusal](err)
				if refused != refuse || err != nil && !refused || refused && refusal.Rule != rule {
					r.Fatalf("%+v after %+v: %v, want %v %+v", u, before, err, refuse, rule)
				}
				checked++
				if refused {
					refusals[rule.Window]++
					continue
				}
				if err := w.Record(context.Background(), u); err != nil {
					r.Fatal(err)
				}
				before = append(before, u)
			}
		})
		for _, window := range limit.Windows {
			if refusals[window] == 0 {
				w.Errorf("nothing was refused for %s: the test sees too little", window)
			}
		}
		w.Logf("%d uses were checked, refused: %v", checked, refusals)
	})
}

// room is the greatest amount that the oracle lets pass, 0 for none.
func room(rules []limit.Rule, before []limit.Use, u limit.Use, zone *time.Location) int64 {
	for u.Amount = 95; u.Amount > 0; u.Amount-- {
		if _, refused := naive(rules, before, u, zone); !refused {
			return u.Amount
		}
	}
	return 0
}
