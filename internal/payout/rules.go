package payout

import (
	"bytes"
	"fmt"

	"gopkg.in/yaml.v3"

	"rampa/internal/money"
)

// Rules are what payouts wait for an operator for. The zero Rules let all go.
type Rules struct {
	approveAbove map[string]string // decimals by asset code
}

// approvalsNeeded is how many operators must have said yes.
const approvalsNeeded = 2

// LoadRules reads a file of rules, and refuses it with any mistake:
//
//	version: 1
//	approve_above: {USDC: 10000, BTC: 0.25} # payouts of more wait for two operators
func LoadRules(data []byte) (*Rules, error) {
	var in struct {
		Version int
		Above   map[string]string `yaml:"approve_above"`
	}
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	if err := d.Decode(&in); err != nil {
		return nil, err
	}
	if in.Version != 1 {
		return nil, fmt.Errorf("version %d is not known; 1 is", in.Version)
	}
	for code, amount := range in.Above {
		if a, err := money.Parse(amount, money.Asset{Code: code, Scale: money.MaxScale}); err != nil || a.Sign() < 0 {
			return nil, fmt.Errorf("approve_above.%s is no amount", code)
		}
	}
	return &Rules{in.Above}, nil
}

// wait says what a new payout waits for; "" when it goes on.
func (r *Rules) wait(p *Payout) (string, error) {
	text, limited := r.approveAbove[p.Amount.Asset().Code]
	if !limited || p.Approvals >= approvalsNeeded {
		return "", nil
	}
	above, err := money.Parse(text, p.Amount.Asset())
	if err != nil {
		return "", err
	}
	if p.Amount.Cmp(above) > 0 {
		return "approval", nil
	}
	return "", nil
}
