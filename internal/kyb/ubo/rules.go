package ubo

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"sync"
	"time"

	"gopkg.in/yaml.v3"

	"rampa/internal/kyb/rule"
	"rampa/internal/kyb/share"
)

//go:embed rules.yaml
var rulesFile []byte

// Threshold is a part of a company that must be reached.
type Threshold struct {
	Share int64 // in the unit of package share
	At    bool  // reached by exactly this much; otherwise more is needed
}

// Met tells whether a part reaches the threshold.
func (t Threshold) Met(part *big.Rat) bool {
	c := part.Cmp(big.NewRat(t.Share, share.Whole))
	return c > 0 || c == 0 && t.At
}

// Words tells how the threshold is reached ("above" or "at") and its percentage.
func (t Threshold) Words() (reached, percent string) {
	if t.At {
		return "at", share.Format(t.Share)
	}
	return "above", share.Format(t.Share)
}

// Ruleset is the law of a time; rules.yaml explains its parts.
type Ruleset struct {
	Code                 string
	From                 time.Time // the first day on which it applies, UTC
	Name, Source         rule.Text
	Ownership, Control   Threshold
	HeldByControlled     bool
	InterestInController bool
	OfficialsAreOwners   bool // senior managing officials are the beneficial owners where nobody else is
}

type rulesSource struct {
	Version  int
	Rulesets []rulesetSource
}

type rulesetSource struct {
	Code               string
	From               string
	Name, Source       rule.Text
	Ownership, Control thresholdSource
	Also               []string
	Nobody             string
}

// What may stand in `also`.
const (
	heldByControlled     = "held_by_controlled"
	interestInController = "interest_in_controller"
)

type thresholdSource struct{ Percent, Reached string }

// embedded is read once; a test proves that it loads.
var embedded = sync.OnceValue(func() []Ruleset {
	rules, err := Load(rulesFile)
	if err != nil {
		panic("ubo: rules.yaml: " + err.Error())
	}
	return rules
})

// On gives the rules that apply on a day, UTC; the first ones on a day before any.
func On(day time.Time) Ruleset {
	rules := embedded()
	chosen := rules[0]
	for _, r := range rules {
		if !r.From.After(day) {
			chosen = r
		}
	}
	return chosen
}

var codePattern = regexp.MustCompile(`^[a-z][a-z_]*$`)

// Load reads rule sets and refuses a file with any mistake: unknown keys, dates out of order, thresholds that are none.
func Load(data []byte) ([]Ruleset, error) {
	var src rulesSource
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	if err := decoder.Decode(&src); err != nil {
		return nil, fmt.Errorf("read rules: %w", err)
	}
	if src.Version != 1 || len(src.Rulesets) == 0 {
		return nil, fmt.Errorf("version %d with %d rule sets is not known", src.Version, len(src.Rulesets))
	}
	var out []Ruleset
	var errs []error
	for _, s := range src.Rulesets {
		r, err := s.ruleset()
		if err == nil && len(out) > 0 && !r.From.After(out[len(out)-1].From) {
			err = errors.New("it must apply after the one before it")
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("rule set %q: %w", s.Code, err))
		}
		out = append(out, r)
	}
	return out, errors.Join(errs...)
}

func (s rulesetSource) ruleset() (Ruleset, error) {
	from, err := time.Parse(time.DateOnly, s.From)
	ownership, errOwnership := s.Ownership.threshold()
	control, errControl := s.Control.threshold()
	if err = errors.Join(err, errOwnership, errControl); err != nil {
		return Ruleset{}, err
	}
	switch {
	case !codePattern.MatchString(s.Code):
		err = errors.New("a code in lower case is wanted")
	case !s.Name.Complete() || !s.Source.Complete():
		err = errors.New("a name and a source in es, en and pt are wanted")
	case control.Share*2 < share.Whole || control.Share*2 == share.Whole && control.At:
		err = errors.New("less than a majority is not control: two could have it")
	case slices.ContainsFunc(s.Also, func(a string) bool { return a != heldByControlled && a != interestInController }):
		err = errors.New("also: held_by_controlled and interest_in_controller are known")
	case s.Nobody != "owners" && s.Nobody != "recorded":
		err = errors.New("nobody: owners or recorded is wanted")
	}
	return Ruleset{
		Code: s.Code, From: from, Name: s.Name, Source: s.Source, Ownership: ownership, Control: control,
		HeldByControlled: slices.Contains(s.Also, heldByControlled), InterestInController: slices.Contains(s.Also, interestInController),
		OfficialsAreOwners: s.Nobody == "owners",
	}, err
}

func (s thresholdSource) threshold() (Threshold, error) {
	n, ok := share.Parse(s.Percent)
	if !ok || n <= 0 || n >= share.Whole || s.Reached != "at" && s.Reached != "above" {
		return Threshold{}, fmt.Errorf("%s %s is no threshold", s.Reached, s.Percent)
	}
	return Threshold{Share: n, At: s.Reached == "at"}, nil
}
