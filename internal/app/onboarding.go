package app

import (
	"rampa/internal/customer"
	"rampa/internal/kyb"
	"rampa/internal/mail"
	"rampa/internal/onboarding"
	"rampa/internal/sandbox"
	"rampa/internal/store/compliance"
	"rampa/internal/verification"
)

// newOnboarding makes the enhanced declarations.
func (v *services) newOnboarding(w *world, s *storage) (*onboarding.Service, error) {
	composer, err := mail.NewComposer(w.now)
	if err != nil {
		return nil, err
	}
	c := onboarding.Config{Store: compliance.New(s.db).Onboarding(), Customers: v.customers, Sealer: s.vault, PublicURL: w.publicURL, Now: w.now, Held: v.alerts.Held,
		Mail: func(n onboarding.Notice) mail.Message {
			m := letter(customer.Notice{Kind: string(n.Kind), Customer: n.Customer, Brand: n.Brand, FormURL: n.FormURL, ExpiresAt: n.ExpiresAt,
				Corrections: n.Corrections, Reasons: n.Reasons}, kyb.Rules())
			m.Secret = true
			return kept(composer.Compose(m))
		}}
	if w.sandbox() {
		c.Verdict = func(c customer.Customer) (verification.Event, bool) { return sandbox.DeclarationVerdict(c.Name) }
	}
	return onboarding.New(c), nil
}
