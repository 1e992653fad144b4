package onramp

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"gopkg.in/yaml.v3"

	"rampa/internal/money"
)

//go:embed policy.yaml
var defaults []byte

// Choice is what a policy does about something.
type Choice string

// The choices.
const (
	Accept  Choice = "accept"
	Ask     Choice = "ask"
	Requote Choice = "requote"
	Refuse  Choice = "refund"
	Look    Choice = "review"
)

// Policy is what becomes of payments whose money does not come as agreed: policy.yaml says what each field means.
// It never changes: safe for concurrent use.
type Policy struct {
	expiry         map[string]time.Duration // by method, lower case; "other"
	PriceTolerance money.Percent
	PriceBeyond    Choice
	Answer         time.Duration
	UnderTolerance money.Percent
	UnderExpired   Choice
	OverExcess     Choice
	Late           Choice
	ThirdParty     Choice
	ProofAbove     int64 // cents of euros
	ProofOverAPI   bool  // a wallet that an integration names must be proved as well
}

// Expiry is how long a payment by a method waits for its money.
func (p *Policy) Expiry(method string) time.Duration {
	if d, ok := p.expiry[strings.ToLower(method)]; ok {
		return d
	}
	return p.expiry["other"]
}

// DefaultPolicy gives the embedded policy. It is read once; a test proves that it loads.
var DefaultPolicy = sync.OnceValue(func() *Policy {
	p, err := LoadPolicy(defaults)
	if err != nil {
		panic("onramp: policy.yaml: " + err.Error())
	}
	return p
})

// LoadPolicy reads a policy in the form of policy.yaml and refuses it with any mistake.
func LoadPolicy(data []byte) (*Policy, error) {
	var in struct {
		Version int
		Expiry  map[string]time.Duration
		Price   struct {
			Tolerance string
			Beyond    Choice
			Answer    time.Duration
		}
		Under struct {
			Tolerance string
			Expired   Choice
		}
		Over       struct{ Excess Choice }
		Late       Choice
		ThirdParty Choice `yaml:"third_party"`
		Ownership  struct {
			Above string
			API   string `yaml:"api"`
		}
	}
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	if err := d.Decode(&in); err != nil {
		return nil, err
	}
	if in.Version != 1 {
		return nil, fmt.Errorf("version %d is not known; 1 is", in.Version)
	}
	p := &Policy{expiry: map[string]time.Duration{}, PriceBeyond: in.Price.Beyond, Answer: in.Price.Answer, UnderExpired: in.Under.Expired,
		OverExcess: in.Over.Excess, Late: in.Late, ThirdParty: in.ThirdParty, ProofOverAPI: in.Ownership.API == "proved"}
	var problems []error
	for method, wait := range in.Expiry {
		p.expiry[strings.ToLower(method)] = wait
		problems = append(problems, within("expiry of "+method, wait))
	}
	if p.expiry["other"] == 0 {
		problems = append(problems, errors.New("expiry needs a duration for other"))
	}
	var err error
	if p.PriceTolerance, err = share("price.tolerance", in.Price.Tolerance); err != nil {
		problems = append(problems, err)
	}
	if p.UnderTolerance, err = share("under.tolerance", in.Under.Tolerance); err != nil {
		problems = append(problems, err)
	}
	above, err := money.Parse(in.Ownership.Above, money.Asset{Code: "EUR", Scale: 2})
	if err != nil || above.Sign() < 0 {
		problems = append(problems, errors.New("ownership.above is no amount of euros, such as 1000.00"))
	}
	p.ProofAbove = above.Units()
	problems = append(problems, within("price.answer", in.Price.Answer),
		choose("price.beyond", in.Price.Beyond, Ask, Requote, Refuse), choose("under.expired", in.Under.Expired, Refuse, Look),
		choose("over.excess", in.Over.Excess, Refuse, Look), choose("late", in.Late, Accept, Refuse, Look),
		choose("third_party", in.ThirdParty, Accept, Look, Refuse), choose("ownership.api", Choice(in.Ownership.API), "declared", "proved"))
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	return p, nil
}

func within(name string, d time.Duration) error {
	if d < time.Minute || d > 366*24*time.Hour {
		return fmt.Errorf("%s must be from 1m to 8784h", name)
	}
	return nil
}

func share(name, text string) (money.Percent, error) {
	p, err := money.ParsePercent(text)
	if err != nil || p < 0 || p > money.Hundred {
		return 0, fmt.Errorf("%s is no percentage from 0 to 100", name)
	}
	return p, nil
}

func choose(name string, chosen Choice, from ...Choice) error {
	if slices.Contains(from, chosen) {
		return nil
	}
	return fmt.Errorf("%s must be one of %v", name, from)
}
