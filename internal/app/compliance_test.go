package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rampa/internal/limit"
	"rampa/internal/monitor"
)

func TestRulesOfOnesOwnTakeThePlaceOfTheBuiltInOnes(t *testing.T) {
	t.Parallel()
	write := func(name, text string) string {
		file := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	if none, err := ownRules("", limit.LoadRules); none != nil || err != nil {
		t.Errorf("no file: %v, %v", none, err)
	}
	own, err := ownRules(write("limits.yaml", "version: 1\ncurrency: EUR\ntiers:\n  - tier: 0\n    limits:\n      - {rail: any, window: day, amount: 7.50, code: require_kyc, lift: verification}\n"), limit.LoadRules)
	if err != nil {
		t.Fatal(err)
	}
	if rules, err := own.Of(0); err != nil || len(rules) != 1 || rules[0].Amount != 7_50 {
		t.Errorf("%+v, %v", rules, err)
	}
	if off, err := ownRules(write("monitoring.yaml", "version: 1\ncurrency: EUR\nrules: []\n"), monitor.LoadRules); err != nil || len(off.All()) != 0 {
		t.Errorf("%v, %v", off, err)
	}
	if _, err := ownRules(write("broken.yaml", "version: 9\n"), limit.LoadRules); err == nil || !strings.Contains(err.Error(), "broken.yaml") {
		t.Errorf("a broken file: %v", err)
	}
	if _, err := ownRules(filepath.Join(t.TempDir(), "none"), limit.LoadRules); err == nil {
		t.Error("a file that is not there is as good as the built-in rules")
	}
}
