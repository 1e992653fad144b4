package onboarding

import (
	"net/http"
	"net/url"

	"rampa/internal/onboarding"
	"rampa/internal/pages/frame"
	"rampa/internal/web/ui"
)

// fields makes a step of plain inputs. read gives the values that the file holds, edit puts posted values into it, inputs
// gives the inputs, a list a card.
type fields struct {
	name   string
	read   func(f *onboarding.File) url.Values
	edit   func(v *visit, in url.Values) func(*onboarding.File) []onboarding.Problem
	inputs func(v *visit, form *ui.Form) [][]ui.Field
}

type fieldsPage struct {
	frame.StepPage
	Cards [][]ui.Field
}

func (s fields) step() step { return step{s.name, s.show, s.save} }

func (s fields) page(v *visit, status int, form *ui.Form) error {
	return v.Render(status, s.name, &fieldsPage{v.StepPage(form), s.inputs(v, form)})
}

func (s fields) show(v *visit) error {
	return s.page(v, http.StatusOK, ui.NewForm(v.Words, s.read(v.file)))
}

func (s fields) save(v *visit) error {
	if err := v.Parse(); err != nil {
		return err
	}
	later := v.In.Get("action") == "later"
	problems, err := v.keep(s.edit(v, v.In), later)
	if err != nil {
		return err
	}
	if len(problems) > 0 {
		form := ui.NewForm(v.Words, v.In)
		v.explain(form, problems)
		return s.page(v, http.StatusUnprocessableEntity, form)
	}
	return v.on(later)
}

// options gives choices with their texts.
func (v *visit) options(prefix string, codes []string) []ui.Option {
	out := make([]ui.Option, len(codes))
	for i, code := range codes {
		out[i] = ui.Option{Value: code, Label: v.answers().choice(prefix, code)}
		if key := prefix + "." + code + ".hint"; v.Words.Has(key) {
			out[i].Hint = v.Words.T(key)
		}
	}
	return out
}

func (v *visit) yesNo() []ui.Option {
	return []ui.Option{{Value: "yes", Label: v.Words.T("choice.yes")}, {Value: "no", Label: v.Words.T("choice.no")}}
}

func chosen(in url.Values, field string) onboarding.Choice {
	return onboarding.Choice{Codes: in[field], Text: in.Get(field + "_text")}
}

func fundsStep() step {
	return fields{
		name: onboarding.StepFunds,
		read: func(f *onboarding.File) url.Values {
			return url.Values{"source_of_funds": f.Funds.Source.Codes, "source_of_funds_text": {f.Funds.Source.Text},
				"source_of_wealth": f.Funds.Wealth.Codes, "source_of_wealth_text": {f.Funds.Wealth.Text}}
		},
		edit: func(v *visit, in url.Values) func(*onboarding.File) []onboarding.Problem {
			funds := onboarding.Funds{Source: chosen(in, "source_of_funds"), Wealth: chosen(in, "source_of_wealth")}
			return func(f *onboarding.File) (problems []onboarding.Problem) {
				f.Funds, problems = onboarding.CheckFunds(funds, v.company())
				return problems
			}
		},
		inputs: func(v *visit, form *ui.Form) [][]ui.Field {
			return [][]ui.Field{
				{form.Checks("source_of_funds", v.key("funds.source_of_funds"), v.options("funds.source", onboarding.Sources(v.company()))),
					form.Area("source_of_funds_text", "funds.text", "optional", "max=2000")},
				{form.Checks("source_of_wealth", v.key("funds.source_of_wealth"), v.options("funds.wealth", onboarding.Wealths(v.company()))),
					form.Area("source_of_wealth_text", "funds.text", "optional", "max=2000")},
			}
		},
	}.step()
}

// key is the key of a text, or of the one for companies where there is one.
func (v *visit) key(key string) string {
	if company := key + ".company"; v.company() && v.Words.Has(company+".label") {
		return company
	}
	return key
}

func purposeStep() step {
	return fields{
		name: onboarding.StepPurpose,
		read: func(f *onboarding.File) url.Values {
			return url.Values{"purpose": f.Use.Purpose.Codes, "purpose_text": {f.Use.Purpose.Text},
				"expected_monthly_volume": {f.Use.MonthlyVolume}, "expected_transactions": {f.Use.Transactions}}
		},
		edit: func(v *visit, in url.Values) func(*onboarding.File) []onboarding.Problem {
			use := onboarding.Use{Purpose: chosen(in, "purpose"), MonthlyVolume: in.Get("expected_monthly_volume"), Transactions: in.Get("expected_transactions")}
			return func(f *onboarding.File) (problems []onboarding.Problem) {
				f.Use, problems = onboarding.CheckUse(use, v.company())
				return problems
			}
		},
		inputs: func(v *visit, form *ui.Form) [][]ui.Field {
			return [][]ui.Field{
				{form.Checks("purpose", "purpose.purpose", v.options("purpose.use", onboarding.Purposes(v.company()))),
					form.Area("purpose_text", "funds.text", "optional", "max=2000")},
				{form.Input("expected_monthly_volume", "purpose.expected_monthly_volume", "inputmode=numeric", "width=10", "suffix=EUR", "max=20"),
					form.Input("expected_transactions", "purpose.expected_transactions", "inputmode=numeric", "width=10", "max=20")},
			}
		},
	}.step()
}

func pepStep() step {
	return fields{
		name: onboarding.StepPEP,
		read: func(f *onboarding.File) url.Values {
			return url.Values{"pep": {f.PEP.Relation}, "pep_function": {f.PEP.Function}, "pep_name": {f.PEP.Name}}
		},
		edit: func(_ *visit, in url.Values) func(*onboarding.File) []onboarding.Problem {
			pep := onboarding.PEP{Relation: in.Get("pep"), Function: in.Get("pep_function"), Name: in.Get("pep_name")}
			return func(f *onboarding.File) (problems []onboarding.Problem) {
				f.PEP, problems = onboarding.CheckPEP(pep)
				return problems
			}
		},
		inputs: func(v *visit, form *ui.Form) [][]ui.Field {
			return [][]ui.Field{
				{form.Radios("pep", v.key("pep.pep"), v.options("pep.relation", onboarding.Relations()))},
				{form.Input("pep_function", "pep.pep_function", "max=255", "optional"), form.Input("pep_name", "pep.pep_name", "max=255", "optional")},
			}
		},
	}.step()
}
