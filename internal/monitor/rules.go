package monitor

import (
	"bytes"
	_ "embed"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"gopkg.in/yaml.v3"

	"rampa/internal/limit"
)

//go:embed rules.yaml
var defaults []byte

// Kind is what a rule looks for.
type Kind string

// The kinds of rule; rules.yaml tells what each looks for.
const (
	Structuring Kind = "structuring"
	Velocity    Kind = "velocity"
	Unusual     Kind = "unusual"
	Volume      Kind = "volume"
	InAndOut    Kind = "in_and_out"
	NewCountry  Kind = "new_country"
)

// Rule is one rule of the file. Amounts are cents, Share is per cent. What its kind does not use is zero.
type Rule struct {
	Code                 string
	Kind                 Kind
	Holds                bool
	Window               time.Duration
	From, Below, Minimum int64
	Count, Least         int
	Factor, Share        int64
}

// Rules are all rules. Safe for concurrent use.
type Rules struct{ rules []Rule }

// Defaults gives the embedded rules. They are read once; a test proves that they load.
var Defaults = sync.OnceValue(func() *Rules {
	rules, err := LoadRules(defaults)
	if err != nil {
		panic("monitor: rules.yaml: " + err.Error())
	}
	return rules
})

// All gives the rules in the order of the file.
func (r *Rules) All() []Rule { return slices.Clone(r.rules) }

// longest is how far back any rule looks.
func (r *Rules) longest() (window time.Duration) {
	for _, rule := range r.rules {
		window = max(window, rule.Window)
	}
	return window
}

// source is the file; its keys are the lower-case names of the fields.
type source struct {
	Version  int
	Currency string
	Rules    []ruleSource
}

type ruleSource struct {
	Code, Kind, Window, From, Below, Minimum string
	Holds                                    *bool
	Count, Least                             int
	Factor, Share                            int64
}

// LoadRules reads rules in the form of rules.yaml and refuses them with any mistake. A file without rules is allowed: it
// turns monitoring off.
func LoadRules(data []byte) (*Rules, error) {
	var src source
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	if err := decoder.Decode(&src); err != nil {
		return nil, fmt.Errorf("monitor: %w", err)
	}
	if err := decoder.Decode(&source{}); err != io.EOF {
		return nil, fmt.Errorf("monitor: the file holds more than one document")
	}
	if src.Version != 1 || src.Currency != "EUR" {
		return nil, fmt.Errorf("monitor: version %d in %q is not known: it is 1, in EUR", src.Version, src.Currency)
	}
	out, seen := &Rules{}, map[string]bool{}
	for _, raw := range src.Rules {
		rule, err := raw.rule()
		if err == nil && seen[rule.Code] {
			err = fmt.Errorf("there are two of it")
		}
		if err != nil {
			return nil, fmt.Errorf("monitor: rule %q: %w", raw.Code, err)
		}
		seen[rule.Code] = true
		out.rules = append(out.rules, rule)
	}
	return out, nil
}

var codePattern = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)

// needs are the parameters of each kind, besides the window; a rule has them all and no others.
var needs = map[Kind]string{
	Structuring: "from below count", Velocity: "count", Unusual: "factor minimum least", Volume: "share minimum",
	InAndOut: "share minimum", NewCountry: "minimum least",
}

func (raw ruleSource) rule() (r Rule, err error) {
	wanted, known := needs[Kind(raw.Kind)]
	switch {
	case !codePattern.MatchString(raw.Code):
		return r, fmt.Errorf("a code is lower case, digits and _")
	case !known:
		return r, fmt.Errorf("the kind %q is not known", raw.Kind)
	case raw.Holds == nil:
		return r, fmt.Errorf("say whether it holds")
	}
	r = Rule{Code: raw.Code, Kind: Kind(raw.Kind), Holds: *raw.Holds, Count: raw.Count, Least: raw.Least, Factor: raw.Factor, Share: raw.Share}
	if r.Window, err = parseWindow(raw.Window); err != nil {
		return r, err
	}
	for _, amount := range []struct {
		text string
		to   *int64
	}{{raw.From, &r.From}, {raw.Below, &r.Below}, {raw.Minimum, &r.Minimum}} {
		if amount.text == "" {
			continue
		}
		if *amount.to, err = limit.Cents(amount.text); err != nil {
			return r, err
		}
	}
	given := map[string]int64{"from": r.From, "below": r.Below, "minimum": r.Minimum, "count": int64(r.Count), "least": int64(r.Least), "factor": r.Factor, "share": r.Share}
	for name, value := range given {
		switch needed := slices.Contains(strings.Fields(wanted), name); {
		case needed && value <= 0:
			return r, fmt.Errorf("%s needs %s, above zero", r.Kind, name)
		case !needed && value != 0:
			return r, fmt.Errorf("%s has no %s", r.Kind, name)
		}
	}
	if r.Kind == Structuring && r.From >= r.Below || r.Count == 1 || r.Count > most || r.Least > most || r.Factor > 1000 || r.Share > 1000 {
		return r, fmt.Errorf("its figures make no sense")
	}
	return r, nil
}

// parseWindow reads "72h" or "30d", at most 400 days.
func parseWindow(text string) (time.Duration, error) {
	unit := time.Hour
	number, isHours := strings.CutSuffix(text, "h")
	if !isHours {
		unit = 24 * time.Hour
		number = strings.TrimSuffix(text, "d")
	}
	n, err := strconv.ParseUint(number, 10, 16)
	window := time.Duration(n) * unit
	if err != nil || number == text || n == 0 || window > 400*24*time.Hour {
		return 0, fmt.Errorf("the window %q is not known: it is like 72h or 30d", text)
	}
	return window, nil
}
