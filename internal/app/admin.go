package app

import (
	"context"
	"errors"
	"log/slog"

	"rampa/internal/audit"
	"rampa/internal/bank"
	"rampa/internal/chain/signer"
	"rampa/internal/config"
	"rampa/internal/customer"
	"rampa/internal/db"
	"rampa/internal/integration"
	"rampa/internal/ledger"
	"rampa/internal/operator"
	"rampa/internal/privacy"
	"rampa/internal/prove"
	"rampa/internal/screening"
)

// Admin is the services behind the commands that administer, on the same storage as a server that may be running.
type Admin struct {
	Integrations *integration.Service
	Operators    *operator.Service
	Audit        *audit.Chain
	Customers    *customer.Service
	Privacy      *privacy.Service
	Screening    *screening.Service
	Ledger       *ledger.Service
	Prove        *prove.Service
	Keys         *signer.Keystore
	Bank         *bank.Service
	Snapshot     func(ctx context.Context, f func(ctx context.Context) error) error // see db.Snapshot
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
	w := &world{cfg: cfg, log: slog.New(slog.DiscardHandler), now: wallClock, publicURL: cfg.HTTP.PublicURL}
	v, err := newServices(w, s)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	snapshot := func(ctx context.Context, f func(ctx context.Context) error) error { return db.Snapshot(ctx, s.db, f) }
	return &Admin{Integrations: v.integrations, Operators: v.operators, Audit: v.chain,
		Customers: v.customers.Service, Privacy: v.privacy, Screening: v.screening,
		Ledger: v.ledger, Snapshot: snapshot, Prove: v.prover, Keys: v.keystore(), Bank: v.bank, Close: s.Close}, nil
}
