package command

import (
	"context"

	"rampa/internal/prove"
)

// Prover proves the books and keeps the freezes of payouts; *prove.Service is one.
type Prover interface {
	RunWatched(ctx context.Context, progress prove.Progress) (prove.Report, error)
	Last(ctx context.Context) (prove.Report, bool, error)
	Frozen(ctx context.Context) (prove.Freeze, bool, error)
	Freeze(ctx context.Context, o prove.Order) (prove.Freeze, error)
	Lift(ctx context.Context, o prove.Order) (prove.Freeze, error)
}
