package cli

import (
	"context"

	"rampa/internal/app"
	"rampa/internal/config"
)

// NewBackend gives the Backend of the real program.
func NewBackend() Backend { return backend{} }

// backend is package app in the words of the commands.
type backend struct{}

func (backend) Sandbox(ctx context.Context, s Start) error { return run(ctx, s) }

func (backend) Serve(ctx context.Context, s Start) error { return run(ctx, s) }

func run(ctx context.Context, s Start) error {
	return app.Run(ctx, s.Config, s.Log, func(r app.Running) error {
		out := Running{BaseURL: r.BaseURL, PublicURL: r.PublicURL}
		if c := r.Credentials; c != nil {
			out.APIKey, out.APISecret, out.RPCURL = c.APIKey, c.APISecret, c.RPCURL
			out.ConsoleURL, out.ConsoleUser, out.ConsolePassword, out.ConsoleTOTPSecret = c.ConsoleURL, c.ConsoleUser, c.ConsolePassword, c.ConsoleTOTPSecret
		}
		return s.Ready(out)
	})
}

func (backend) Migrate(ctx context.Context, cfg *config.Config) (from, to int64, err error) {
	return app.Migrate(ctx, cfg)
}

func (backend) Admin(ctx context.Context, cfg *config.Config) (*Admin, error) {
	a, err := app.OpenAdmin(ctx, cfg)
	if err != nil {
		return nil, err
	}
	return &Admin{Integrations: a.Integrations, Operators: a.Operators, Audit: a.Audit,
		Customers: a.Customers, Privacy: a.Privacy, Screening: a.Screening, Ledger: a.Ledger, Snapshot: a.Snapshot, Prove: a.Prove, Keys: a.Keys, Bank: a.Bank, Close: a.Close}, nil
}
