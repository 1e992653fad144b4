package app

import (
	"context"
	"errors"
	"fmt"
	"os"

	"rampa/internal/alert"
	"rampa/internal/customer"
	"rampa/internal/limit"
	"rampa/internal/monitor"
	"rampa/internal/store/compliance"
)

// guards are what stands between a customer and a payment.
type guards struct {
	limits  *limit.Service
	monitor *monitor.Service
}

// newGuards makes limits and monitoring, with the installation's own rules where it has any.
func (v *services) newGuards(w *world, s *storage) error {
	limits, err := ownRules(w.cfg.Rules.Limits, limit.LoadRules)
	if err != nil {
		return err
	}
	watched, err := ownRules(w.cfg.Rules.Monitoring, monitor.LoadRules)
	if err != nil {
		return err
	}
	tables := compliance.New(s.db)
	v.limits = limit.New(limit.Config{Store: tables.Limits(), Rules: limits, Zone: w.cfg.Timezone, Now: w.now})
	v.monitor = monitor.New(monitor.Config{Store: tables.Monitored(), Alerts: v.alerts, Rules: watched})
	return nil
}

// ownRules reads a file of rules; nil, for the built-in ones, where none is named.
func ownRules[T any](file string, load func(data []byte) (*T, error)) (*T, error) {
	if file == "" {
		return nil, nil
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	rules, err := load(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return rules, nil
}

// newAlerts makes the alerts. What a sanctions list confirms about a customer bans the customer in the same transaction.
func (v *services) newAlerts(w *world, s *storage) *alert.Service {
	return alert.New(alert.Config{Store: compliance.New(s.db).Alerts(), Sealer: s.vault, Now: w.now,
		Confirmed: func(ctx context.Context, a alert.Alert, d alert.Decision) error {
			if a.Kind != alert.Screening || a.Summary["category"] == "pep" { // exposure is no crime: it wants more measures
				return nil
			}
			err := v.customers.Ban(ctx, a.CustomerID, customer.Banning{Reason: d.Reason, Actor: d.Actor, RequestID: d.RequestID})
			if errors.Is(err, customer.ErrBanned) {
				return nil
			}
			return err
		}})
}
