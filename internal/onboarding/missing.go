package onboarding

import "slices"

const missingField = "field_missing"

// Missing gives everything that stands between a file and its submission, in the order of the form. Whose name stands under
// it is checked when it is signed.
func Missing(f *File) []Requirement {
	var out []Requirement
	add := func(step, prefix string, problems []Problem) {
		for _, p := range problems {
			out = append(out, Requirement{Code: missingField, Field: prefix + p.Field, Item: step})
		}
	}
	_, problems := CheckFunds(f.Funds, f.Company())
	add(StepFunds, "", problems)
	_, problems = CheckUse(f.Use, f.Company())
	add(StepPurpose, "", problems)
	_, problems = CheckTax(f.Tax, f.Company())
	add(StepTax, "", problems)
	_, problems = CheckPEP(f.PEP)
	add(StepPEP, "", problems)
	if f.Declaration == nil {
		return append(out, Requirement{Code: missingField, Field: "declaration", Item: StepDeclaration})
	}
	_, problems = CheckDeclaration(*f.Declaration, "")
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
