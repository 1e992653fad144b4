package kyb

import (
	"net/url"

	"rampa/internal/kyb"
	"rampa/internal/pages/frame"
	"rampa/internal/pages/kyb/input"
	"rampa/internal/pages/kyb/question"
	"rampa/internal/web/ui"
)

type companyPage struct {
	frame.StepPage
	Country string // its name
	Fields  []ui.Field
}

func companyStep() step {
	return fields{
		name: "company", item: "company",
		read: func(v *visit) url.Values { return input.Company(v.file().Company) },
		edit: editCompany,
		page: func(v *visit, form *ui.Form) ui.View {
			return &companyPage{v.StepPage(form), v.Words.Country(v.file().Company.Country), question.Company(v.Words, v.h.Rules, form, v.file().Company.Country)}
		},
	}.step()
}

func editCompany(v *visit, in url.Values) func(*kyb.File) []kyb.Problem {
	return func(f *kyb.File) (problems []kyb.Problem) {
		f.Company, problems = kyb.CheckCompany(v.h.Rules, input.PostedCompany(in, f.Company.Country), v.Now())
		return problems
	}
}
