package app

import (
	"context"

	"rampa/internal/audit"
	"rampa/internal/config"
	"rampa/internal/integration"
	"rampa/internal/operator"
)

// Admin is the services behind the commands that administer, on the same storage as a server that may be running.
type Admin struct {
	Integrations *integration.Service
	Operators    *operator.Service
	Audit        *audit.Chain
	Close        func() error
}

// OpenAdmin opens the storage for administration. A database that was never migrated is migrated first.
func OpenAdmin(ctx context.Context, cfg *config.Config) (*Admin, error) {
	if _, err := masterKey(cfg, cfg.Storage.Data); err != nil { // before a mistyped --data becomes a new folder
		return nil, err
	}
	if _, _, err := migrate(ctx, source(cfg, cfg.Storage.Data)); err != nil {
		return nil, err
	}
	s, err := openStorage(ctx, cfg, cfg.Storage.Data, nil)
	if err != nil {
		return nil, err
	}
	w := &world{cfg: cfg, now: wallClock}
	return &Admin{
		Integrations: integration.New(integration.Config{Store: s.store.Integrations(), Sealer: s.vault, Now: w.now, TokenLife: cfg.Limits.TokenLife}),
		Operators:    newOperators(w, s),
		Audit:        audit.NewChain(s.store.AuditChain(), s.vault.SigningKey(), w.now),
		Close:        s.Close,
	}, nil
}
