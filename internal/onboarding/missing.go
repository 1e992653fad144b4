package onboarding

import (
	"slices"

	"rampa/internal/kyc"
)

// Missing gives everything that stands between a file and its submission, in the order of the form.
func Missing(f *File, company bool, signers []kyc.Person) []Requirement {
	var out []Requirement
	add := func(step, prefix string, problems []Problem) {
		for _, p := range problems {
			out = append(out, Requirement{Code: kyc.MissingField, Field: prefix + p.Field, Item: step})
		}
	}
	_, problems := CheckFunds(f.Funds, company)
	add(StepFunds, "", problems)
	_, problems = CheckUse(f.Use, company)
	add(StepPurpose, "", problems)
	_, problems = CheckTax(f.Tax, company)
	add(StepTax, "", problems)
	_, problems = CheckPEP(f.PEP)
	add(StepPEP, "", problems)
	if f.Declaration == nil {
		return append(out, Requirement{Code: kyc.MissingField, Field: "declaration", Item: StepDeclaration})
	}
	_, problems = CheckDeclaration(*f.Declaration, signers)
	add(StepDeclaration, "declaration.", problems)
	return out
}

// StepsDone tells which steps have nothing missing. The check is done when everything before it is.
func StepsDone(missing []Requirement) map[string]bool {
	done := map[string]bool{}
	for _, step := range Steps() {
		lacks := func(r Requirement) bool { return r.Item == step || step == StepCheck && r.Item != StepDeclaration }
		done[step] = !slices.ContainsFunc(missing, lacks)
	}
	return done
}
