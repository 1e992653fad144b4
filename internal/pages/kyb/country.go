package kyb

import (
	"net/url"

	"rampa/internal/kyb"
	"rampa/internal/pages/frame"
	"rampa/internal/web/ui"
)

type countryPage struct {
	frame.StepPage
	Countries []ui.Option
}

func countryStep() step {
	return fields{
		name: "country", item: "country",
		read: func(v *visit) url.Values { return url.Values{"country": {v.file().Company.Country}} },
		edit: func(v *visit, in url.Values) func(*kyb.File) []kyb.Problem {
			return func(f *kyb.File) []kyb.Problem {
				country, problems := kyb.CheckCountry(in.Get("country"))
				if country != f.Company.Country {
					f.Company.LegalForm = "" // another country's forms are other forms
				}
				f.Company.Country = country
				return problems
			}
		},
		page: func(v *visit, form *ui.Form) ui.View {
			return &countryPage{v.StepPage(form), v.Words.Countries()}
		},
	}.step()
}
