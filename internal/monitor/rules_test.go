package monitor_test

import (
	"os"
	"strings"
	"testing"

	"rampa/internal/monitor"
)

func TestTheDefaultsLoadAndLookForEveryKind(t *testing.T) {
	t.Parallel()
	seen := map[monitor.Kind]bool{}
	for _, r := range monitor.Defaults().All() {
		seen[r.Kind] = true
	}
	for _, kind := range []monitor.Kind{monitor.Structuring, monitor.Velocity, monitor.Unusual, monitor.Volume, monitor.InAndOut, monitor.NewCountry} {
		if !seen[kind] {
			t.Errorf("no rule is of kind %s", kind)
		}
	}
}

func TestEveryRuleIsDocumented(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/monitoring.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range monitor.Defaults().All() {
		_, line, found := strings.Cut(string(page), "| `"+r.Code+"` |")
		line, _, _ = strings.Cut(line, "\n")
		if !found || strings.Contains(line, "✓") != r.Holds {
			t.Errorf("docs/monitoring.md does not tell of %s as it is: %s", r.Code, line)
		}
	}
}

func TestRulesWithAMistakeAreRefused(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("rules.yaml")
	if err != nil {
		t.Fatal(err)
	}
	good := string(data)
	for name, change := range map[string][2]string{
		"another version":      {"version: 1", "version: 2"},
		"another currency":     {"currency: EUR", "currency: USD"},
		"an unknown kind":      {"kind: velocity", "kind: speed"},
		"an unknown key":       {"count: 25", "count: 25, per: day"},
		"what it does not use": {"count: 25", "count: 25, least: 3"},
		"what it needs":        {"count: 25, ", ""},
		"no word on holding":   {"kind: velocity, holds: false", "kind: velocity"},
		"no window":            {", window: 24h}", "}"},
		"an unknown window":    {"window: 24h", "window: 24m"},
		"an endless window":    {"window: 24h", "window: 401d"},
		"no length of time":    {"window: 24h", "window: 0h"},
		"an empty band":        {"from: 900.00", "from: 1000.00"},
		"a negative amount":    {"minimum: 500.00", "minimum: -500.00"},
		"three decimals":       {"minimum: 500.00", "minimum: 500.001"},
		"a count of one":       {"count: 25", "count: 1"},
		"a code twice":         {"code: velocity_day", "code: velocity_hour"},
		"a code of capitals":   {"code: velocity_day", "code: Velocity"},
		"no code":              {"code: velocity_day, ", ""},
		"two documents":        {"version: 1", "version: 1\n---\nversion: 1"},
	} {
		text := strings.Replace(good, change[0], change[1], 1)
		if text == good {
			t.Fatalf("%s: nothing was changed", name)
		}
		if _, err := monitor.LoadRules([]byte(text)); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	off, err := monitor.LoadRules([]byte("version: 1\ncurrency: EUR\n"))
	if err != nil || len(off.All()) != 0 {
		t.Errorf("%v, %v", off, err)
	}
}
