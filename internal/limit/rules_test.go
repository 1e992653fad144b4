package limit_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rampa/internal/limit"
)

func TestTheDefaultsAreTheContractsTiers(t *testing.T) {
	t.Parallel()
	want := [][]limit.Rule{
		{{limit.Any, limit.Transaction, 0, limit.CodeVerification, limit.LiftVerification}},
		{{limit.Any, limit.Transaction, 1_000_00, limit.CodeReinforced, limit.LiftDeclaration},
			{limit.Any, limit.Days30, 3_000_00, limit.CodeReinforced, limit.LiftDeclaration},
			{limit.Card, limit.Quarter, 2_000_00, limit.CodeExceeded, limit.LiftDeclaration}},
		{{limit.Any, limit.Transaction, 15_000_00, limit.CodeExceeded, limit.LiftAmount},
			{limit.Any, limit.Days30, 50_000_00, limit.CodeExceeded, limit.LiftTime},
			{limit.Card, limit.Quarter, 10_000_00, limit.CodeExceeded, limit.LiftTime}},
	}
	for tier := range want {
		got, err := limit.Defaults().Of(tier)
		if diff := cmp.Diff(want[tier], got); err != nil || diff != "" {
			t.Errorf("tier %d: %v (-want +got):\n%s", tier, err, diff)
		}
	}
	for _, tier := range []int{-1, 3} {
		if _, err := limit.Defaults().Of(tier); err == nil {
			t.Errorf("tier %d is without limits", tier)
		}
	}
}

func TestTheDocumentedExampleLoads(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/limits.md")
	if err != nil {
		t.Fatal(err)
	}
	_, example, _ := strings.Cut(string(page), "```yaml\n")
	example, _, _ = strings.Cut(example, "```")
	rules, err := limit.LoadRules([]byte(example))
	if err != nil {
		t.Fatal(err)
	}
	if tier, err := rules.Of(1); err != nil || len(tier) != 2 || tier[1].Amount != 800_00 {
		t.Errorf("%+v, %v", tier, err)
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
		"no version":         {"version: 1", ""},
		"another version":    {"version: 1", "version: 2"},
		"another currency":   {"currency: EUR", "currency: USD"},
		"a gap":              {"tier: 2", "tier: 3"},
		"an unknown rail":    {"rail: card, window: quarter, amount: 2000.00", "rail: cards, window: quarter, amount: 2000.00"},
		"an unknown window":  {"30_days, amount: 3000.00", "31_days, amount: 3000.00"},
		"an unknown code":    {"code: require_kyc", "code: require"},
		"an unknown lift":    {"lift: verification}", "lift: luck}"},
		"an unknown key":     {"lift: verification}", "lift: verification, per: day}"},
		"twice the same":     {"rail: card, window: quarter, amount: 2000.00", "rail: any, window: 30_days, amount: 2000.00"},
		"a negative amount":  {"amount: 0,", "amount: -1,"},
		"three decimals":     {"3000.00", "3000.001"},
		"no amount":          {"amount: 3000.00, ", ""},
		"too much":           {"3000.00", "10000000000.01"},
		"an exponent":        {"3000.00", "3e3"},
		"a tier of no limit": {"      - {rail: any, window: transaction, amount: 0, code: require_kyc, lift: verification}\n", "      []\n"},
		"two documents":      {"version: 1", "version: 1\n---\nversion: 1"},
		"nothing":            {good, ""},
	} {
		text := strings.Replace(good, change[0], change[1], 1)
		if text == good {
			t.Fatalf("%s: nothing was changed", name)
		}
		if _, err := limit.LoadRules([]byte(text)); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
