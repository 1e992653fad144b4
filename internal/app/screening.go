package app

import (
	"context"

	"rampa/internal/audit"
	"rampa/internal/sandbox"
	"rampa/internal/screening"
	"rampa/internal/store/compliance"
)

// newScreening makes the screening of names. The sandbox has a list of its own, with invented names.
func (v *services) newScreening(w *world, s *storage) *screening.Service {
	c := screening.Config{Store: compliance.New(s.db).Screening(), Alerts: v.alerts, Customers: subjects{v}, Now: w.now, MAC: s.vault.MAC}
	if w.sandbox() {
		c.Others = sandbox.SanctionedNames
	}
	return screening.New(c)
}

// subjects lets screening walk the customers, who are made after it: they ask it themselves.
type subjects struct{ v *services }

func (s subjects) ScreeningSubjects(ctx context.Context, after int64, limit int) ([]screening.Screened, error) {
	return s.v.customers.ScreeningSubjects(ctx, after, limit)
}

// seedList has the sandbox screen against its own list; nothing changes when it does already.
func (a *app) seedList(ctx context.Context) error {
	_, err := a.services.screening.Import(ctx, screening.Source{Name: sandbox.SanctionsList, Body: sandbox.Sanctions(), Actor: audit.System("sandbox")})
	return err
}
