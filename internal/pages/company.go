package pages

import (
	"net/url"

	"rampa/internal/kyb"
	"rampa/internal/web/ui"
)

type companyPage struct {
	stepPage
	Country string // its name
	Fields  []ui.Field
}

func companyStep() step {
	return fields{
		name: "company", item: "company",
		read: func(v *visit) url.Values {
			c := v.file().Company
			return url.Values{
				"legal_name": {c.LegalName}, "trade_name": {c.TradeName}, "legal_form": {c.LegalForm},
				"registration_number": {c.RegistrationNumber}, "tax_id": {c.TaxID}, "vat_number": {c.VATNumber},
				"lei": {c.LEI}, "incorporation_date": {c.IncorporationDate}, "website": {c.Website},
			}
		},
		edit: editCompany,
		page: func(v *visit, form *ui.Form) ui.View {
			return &companyPage{v.stepPage(form), v.words.Country(v.file().Company.Country), v.companyFields(form)}
		},
	}.step()
}

func editCompany(v *visit, in url.Values) func(*kyb.File) []kyb.Problem {
	return func(f *kyb.File) (problems []kyb.Problem) {
		f.Company, problems = kyb.CheckCompany(v.h.Rules, kyb.Company{
			Country: f.Company.Country, LegalName: in.Get("legal_name"), TradeName: in.Get("trade_name"), LegalForm: in.Get("legal_form"),
			RegistrationNumber: in.Get("registration_number"), TaxID: in.Get("tax_id"), VATNumber: in.Get("vat_number"),
			LEI: in.Get("lei"), IncorporationDate: in.Get("incorporation_date"), Website: in.Get("website"),
		}, v.h.Now())
		return problems
	}
}

// looks says how the browser treats each input.
var looks = map[string][]string{
	"legal_name":          {"autocomplete=organization", "max=255"},
	"trade_name":          {"max=255"},
	"registration_number": {"width=20", "max=60"},
	"tax_id":              {"width=20", "max=40"},
	"vat_number":          {"width=20", "max=40"},
	"lei":                 {"width=20", "max=40"},
	"incorporation_date":  {"type=date"},
	"website":             {"autocomplete=url", "inputmode=url", "max=255"},
}

// companyFields are the inputs that the company's country and legal form ask for, under their local names.
func (v *visit) companyFields(form *ui.Form) []ui.Field {
	country := v.file().Company.Country
	code, _ := v.h.Rules.LegalForm(country, form.Value("legal_form"))
	var out []ui.Field
	for _, f := range v.h.Rules.Fields(country, code) {
		if !f.Shown() {
			continue
		}
		options := append([]string{"label=" + v.companyLabel(f.Name)}, looks[f.Name]...)
		if !f.Required() {
			options = append(options, "optional")
		}
		if f.Example != "" {
			hint := v.words.T("company.example", "example", f.Example)
			if key := "company." + f.Name + ".hint"; v.words.Has(key) {
				hint = v.words.T(key) + " " + hint
			}
			options = append(options, "hint="+hint)
		}
		if f.Name == "legal_form" {
			out = append(out, form.Select(f.Name, "company.legal_form", v.legalForms(country), options...))
			continue
		}
		out = append(out, form.Input(f.Name, "company."+f.Name, options...))
	}
	return out
}

func (v *visit) legalForms(country string) []ui.Option {
	var out []ui.Option
	for _, o := range v.h.Rules.LegalForms(country, v.words.Lang) {
		out = append(out, ui.Option{Value: o.Value, Label: o.Label})
	}
	return out
}

// companyLabel gives the local name of an input of this step: "NIF" instead of "tax number" in Spain.
func (v *visit) companyLabel(name string) string {
	c := v.file().Company
	f := v.h.Rules.Fields(c.Country, c.LegalForm).Get(name)
	if label := v.h.Rules.FieldLabel(f.LabelKey, v.words.Lang); label != "" {
		return label
	}
	return v.words.T("company." + name + ".label")
}
