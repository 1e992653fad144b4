package app

import (
	"context"
	"errors"

	"rampa/internal/alert"
	"rampa/internal/customer"
	"rampa/internal/store/compliance"
)

// newAlerts makes the alerts. What a list confirms about a customer bans the customer in the same transaction.
func (v *services) newAlerts(w *world, s *storage) *alert.Service {
	return alert.New(alert.Config{Store: compliance.New(s.db).Alerts(), Sealer: s.vault, Now: w.now,
		Confirmed: func(ctx context.Context, a alert.Alert, d alert.Decision) error {
			if a.Kind != alert.Screening {
				return nil
			}
			err := v.customers.Ban(ctx, a.CustomerID, customer.Banning{Reason: d.Reason, Actor: d.Actor, RequestID: d.RequestID})
			if errors.Is(err, customer.ErrBanned) {
				return nil
			}
			return err
		}})
}
