// Package onboardingtest has a declaration that lacks nothing but its signature, for the tests of whoever needs one. It must
// not be imported by anything but tests.
package onboardingtest

import "rampa/internal/onboarding"

// Complete gives the file of a person, or of a company.
func Complete(company bool) *onboarding.File {
	american := false
	f := &onboarding.File{
		Funds: onboarding.Funds{Source: onboarding.Choice{Codes: []string{"salary", "savings"}}, Wealth: onboarding.Choice{Codes: []string{"employment"}}},
		Use:   onboarding.Use{Purpose: onboarding.Choice{Codes: []string{"savings", "other"}, Text: "A flat for my daughter."}, MonthlyVolume: "6000", Transactions: "4"},
		Tax:   onboarding.Tax{Residences: []onboarding.Residence{{Country: "ES", TIN: "12345678Z"}}, USPerson: &american},
		PEP:   onboarding.PEP{Relation: onboarding.PEPNone},
	}
	if company {
		f.Funds = onboarding.Funds{Source: onboarding.Choice{Codes: []string{"sales"}}, Wealth: onboarding.Choice{Codes: []string{"retained_earnings"}}}
		f.Use = onboarding.Use{Purpose: onboarding.Choice{Codes: []string{"suppliers", "treasury"}}, MonthlyVolume: "40000", Transactions: "60"}
		f.Tax.Residences, f.Tax.EntityClass = []onboarding.Residence{{Country: "ES", TIN: "A58818501"}}, onboarding.EntityActive
	}
	return f
}
