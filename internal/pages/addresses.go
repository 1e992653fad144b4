package pages

import (
	"net/url"

	"rampa/internal/kyb"
	"rampa/internal/web/ui"
)

type addressesPage struct {
	stepPage
	Registered []ui.Field
	Operating  []ui.Field
}

func addressesStep() step {
	return fields{
		name: "addresses", item: "addresses",
		read: func(v *visit) url.Values {
			f := v.file()
			registered := f.Registered
			if registered == (kyb.Address{}) {
				registered.Country = f.Company.Country
			}
			values := addressValues("registered_address", registered)
			if f.Operating == nil {
				values.Set("operating_same", "yes")
				return values
			}
			for name, value := range addressValues("operating_address", *f.Operating) {
				values[name] = value
			}
			return values
		},
		edit: editAddresses,
		page: func(v *visit, form *ui.Form) ui.View {
			return &addressesPage{v.stepPage(form), addressFields(v, form, "registered_address"), addressFields(v, form, "operating_address")}
		},
	}.step()
}

func editAddresses(_ *visit, in url.Values) func(*kyb.File) []kyb.Problem {
	return func(f *kyb.File) []kyb.Problem {
		registered, problems := kyb.CheckAddress("registered_address", postedAddress(in, "registered_address"))
		f.Registered, f.Operating = registered, nil
		// A form that was sent without the second address at all means the same as the box.
		if in.Get("operating_same") == "" && in.Has("operating_address[line1]") {
			operating, more := kyb.CheckAddress("operating_address", postedAddress(in, "operating_address"))
			f.Operating, problems = &operating, append(problems, more...)
		}
		return problems
	}
}

func addressValues(name string, a kyb.Address) url.Values {
	return url.Values{
		name + "[line1]": {a.Line1}, name + "[line2]": {a.Line2}, name + "[city]": {a.City},
		name + "[postal_code]": {a.PostalCode}, name + "[region]": {a.Region}, name + "[country]": {a.Country},
	}
}

func postedAddress(in url.Values, name string) kyb.Address {
	return kyb.Address{
		Line1: in.Get(name + "[line1]"), Line2: in.Get(name + "[line2]"), City: in.Get(name + "[city]"),
		PostalCode: in.Get(name + "[postal_code]"), Region: in.Get(name + "[region]"), Country: in.Get(name + "[country]"),
	}
}

func addressFields(v *visit, form *ui.Form, name string) []ui.Field {
	return []ui.Field{
		form.Input(name+"[line1]", "addresses.line1", "autocomplete=address-line1", "max=200"),
		form.Input(name+"[line2]", "addresses.line2", "autocomplete=address-line2", "max=200", "optional"),
		form.Input(name+"[postal_code]", "addresses.postal_code", "autocomplete=postal-code", "width=10", "max=20"),
		form.Input(name+"[city]", "addresses.city", "autocomplete=address-level2", "max=100"),
		form.Input(name+"[region]", "addresses.region", "autocomplete=address-level1", "max=100", "optional"),
		form.Select(name+"[country]", "addresses.country", v.words.Countries(), "autocomplete=country"),
	}
}
