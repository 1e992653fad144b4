package app

import (
	"context"
	"encoding/json"
	"fmt"

	"rampa/internal/audit"
	"rampa/internal/errs"
	"rampa/internal/integration"
	"rampa/internal/operator"
)

// Credentials are what a sandbox hands to its newcomer.
type Credentials struct {
	APIKey            string
	APISecret         string
	ConsoleURL        string
	ConsoleUser       string
	ConsolePassword   string
	ConsoleTOTPSecret string
	RPCURL            string // "" without a chain
}

const (
	seedSetting  = "sandbox.credentials"
	seedOperator = "operator@sandbox.rampa.example"
)

// seed makes the sandbox's integration and operator at its first start and gives the same ones ever after.
func (a *app) seed(ctx context.Context) (*Credentials, error) {
	c := &Credentials{}
	sealed, err := a.storage.store.Setting(ctx, seedSetting)
	switch {
	case err == nil:
		plain, err := a.storage.vault.Open(sealed, []byte(seedSetting))
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(plain, c); err != nil {
			return nil, err
		}
	case errs.KindOf(err) == errs.NotFound:
		if err := a.plant(ctx, c); err != nil {
			return nil, fmt.Errorf("set the sandbox up: %w", err)
		}
	default:
		return nil, err
	}
	c.ConsoleURL = a.publicURL + "/console"
	return c, nil
}

func (a *app) plant(ctx context.Context, c *Credentials) error {
	by := audit.System("sandbox")
	return a.storage.store.InTx(ctx, func(ctx context.Context) error {
		_, keys, err := a.services.integrations.Create(ctx, integration.Spec{Name: "Sandbox", Mode: integration.Sandbox, DelegatedKYC: true}, by)
		if err != nil {
			return err
		}
		op, err := a.services.operators.CreateEnrolled(ctx, operator.Entrant{Email: seedOperator, Name: "Sandbox Operator", Role: operator.Admin}, by)
		if err != nil {
			return err
		}
		*c = Credentials{APIKey: keys.APIKey, APISecret: keys.APISecret, ConsoleUser: seedOperator, ConsolePassword: op.Password, ConsoleTOTPSecret: op.Secret}
		plain, err := json.Marshal(c)
		if err != nil {
			return err
		}
		sealed, err := a.storage.vault.Seal(plain, []byte(seedSetting))
		if err != nil {
			return err
		}
		_, err = a.storage.store.AddSetting(ctx, seedSetting, sealed)
		return err
	})
}
