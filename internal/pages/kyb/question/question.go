// Package question lays out the inputs of the form's longer steps: which are asked, under which name and in which order, as
// the fields of the design system. It neither reads requests nor changes files.
package question

import (
	"slices"

	"rampa/internal/kyb"
	"rampa/internal/web/ui"
)

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

// Company gives the inputs that the company's country and legal form ask for, under their local names.
func Company(w ui.Words, rules *kyb.Ruleset, form *ui.Form, country string) []ui.Field {
	code, _ := rules.LegalForm(country, form.Value("legal_form"))
	var out []ui.Field
	for _, f := range rules.Fields(country, code) {
		if !f.Shown() {
			continue
		}
		options := slices.Clone(looks[f.Name])
		if label := rules.FieldLabel(f.LabelKey, w.Lang); label != "" {
			options = append(options, "label="+label)
		}
		if !f.Required() {
			options = append(options, "optional")
		}
		if f.Example != "" {
			hint := w.T("company.example", "example", f.Example)
			if key := "company." + f.Name + ".hint"; w.Has(key) {
				hint = w.T(key) + " " + hint
			}
			options = append(options, "hint="+hint)
		}
		if f.Name == "legal_form" {
			out = append(out, form.Select(f.Name, "company.legal_form", legalForms(w, rules, country), options...))
			continue
		}
		out = append(out, form.Input(f.Name, "company."+f.Name, options...))
	}
	return out
}

func legalForms(w ui.Words, rules *kyb.Ruleset, country string) []ui.Option {
	var out []ui.Option
	for _, o := range rules.LegalForms(country, w.Lang) {
		out = append(out, ui.Option{Value: o.Value, Label: o.Label})
	}
	return out
}

// Address gives the inputs of one address; name is that of the address: "registered_address".
func Address(w ui.Words, form *ui.Form, name string) []ui.Field {
	return []ui.Field{
		form.Input(name+"[line1]", "addresses.line1", "autocomplete=address-line1", "max=200"),
		form.Input(name+"[line2]", "addresses.line2", "autocomplete=address-line2", "max=200", "optional"),
		form.Input(name+"[postal_code]", "addresses.postal_code", "autocomplete=postal-code", "width=10", "max=20"),
		form.Input(name+"[city]", "addresses.city", "autocomplete=address-level2", "max=100"),
		form.Input(name+"[region]", "addresses.region", "autocomplete=address-level1", "max=100", "optional"),
		form.Select(name+"[country]", "addresses.country", w.Countries(), "autocomplete=country"),
	}
}
