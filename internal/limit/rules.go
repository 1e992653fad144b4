package limit

import (
	"bytes"
	_ "embed"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"
)

//go:embed rules.yaml
var defaults []byte

// Rules are the limits of every tier. Safe for concurrent use.
type Rules struct {
	Currency string
	tiers    [][]Rule
}

// Defaults gives the embedded rules. They are read once; a test proves that they load.
var Defaults = sync.OnceValue(func() *Rules {
	rules, err := LoadRules(defaults)
	if err != nil {
		panic("limit: rules.yaml: " + err.Error())
	}
	return rules
})

// Of gives the limits of a tier, in the order in which they are looked at.
func (r *Rules) Of(tier int) ([]Rule, error) {
	if tier < 0 || tier >= len(r.tiers) {
		return nil, fmt.Errorf("limit: there is no tier %d", tier)
	}
	return r.tiers[tier], nil
}

// source is the file; its keys are the lower-case names of the fields.
type source struct {
	Version  int
	Currency string
	Tiers    []struct {
		Tier   int
		Limits []struct{ Rail, Window, Amount, Code, Lift string }
	}
}

// LoadRules reads rules in the form of rules.yaml and refuses them with any mistake.
func LoadRules(data []byte) (*Rules, error) {
	var src source
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	if err := decoder.Decode(&src); err != nil {
		return nil, fmt.Errorf("limit: %w", err)
	}
	if err := decoder.Decode(&source{}); err != io.EOF {
		return nil, fmt.Errorf("limit: the file holds more than one document")
	}
	switch {
	case src.Version != 1:
		return nil, fmt.Errorf("limit: version %d is not known", src.Version)
	case src.Currency != "EUR": // amounts are compared as they are: another currency would need a rate
		return nil, fmt.Errorf("limit: the currency %q is not EUR", src.Currency)
	case len(src.Tiers) == 0:
		return nil, fmt.Errorf("limit: there is no tier")
	}
	rules := &Rules{Currency: src.Currency}
	for n, tier := range src.Tiers {
		if tier.Tier != n || len(tier.Limits) == 0 {
			return nil, fmt.Errorf("limit: tier %d: tiers stand in order from 0, each with a limit", tier.Tier)
		}
		var limits []Rule
		for _, l := range tier.Limits {
			amount, err := Cents(l.Amount)
			if err != nil {
				return nil, fmt.Errorf("limit: tier %d: %w", n, err)
			}
			rule := Rule{Rail: Rail(l.Rail), Window: Window(l.Window), Amount: amount, Code: l.Code, Lift: Lift(l.Lift)}
			if err := rule.check(limits); err != nil {
				return nil, fmt.Errorf("limit: tier %d: %w", n, err)
			}
			limits = append(limits, rule)
		}
		rules.tiers = append(rules.tiers, limits)
	}
	return rules, nil
}

// check refuses a rule with an unknown word, or one for which others hold a rule already.
func (r Rule) check(others []Rule) error {
	switch {
	case r.Rail != Any && !slices.Contains(Rails, r.Rail):
		return fmt.Errorf("the rail %q is not known", r.Rail)
	case !slices.Contains(Windows, r.Window):
		return fmt.Errorf("the window %q is not known", r.Window)
	case !slices.Contains([]string{CodeVerification, CodeReinforced, CodeExceeded}, r.Code):
		return fmt.Errorf("the code %q is not known", r.Code)
	case messages[r.Lift] == "":
		return fmt.Errorf("lift %q is not known", r.Lift)
	case slices.ContainsFunc(others, func(o Rule) bool { return o.Rail == r.Rail && o.Window == r.Window }):
		return fmt.Errorf("%s per %s is limited twice", r.Rail, r.Window)
	}
	return nil
}

// maxAmount bounds limits and uses, so that sums of uses stay far inside an int64: ten thousand million euros.
const maxAmount = 1_000_000_000_000

// Cents reads an amount of a rules file: "1000", "1000.5" or "1000.00", at most ten thousand million.
func Cents(text string) (int64, error) {
	units, fraction, _ := strings.Cut(text, ".")
	if len(fraction) > 2 || text == "" || strings.HasSuffix(text, ".") {
		return 0, fmt.Errorf("%q is not an amount", text)
	}
	n, err := strconv.ParseUint(units+fraction+strings.Repeat("0", 2-len(fraction)), 10, 63)
	if err != nil || n > maxAmount {
		return 0, fmt.Errorf("%q is not an amount", text)
	}
	return int64(n), nil
}
