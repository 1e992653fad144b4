package pages

import (
	"net/url"

	"rampa/internal/kyb"
	"rampa/internal/pages/input"
	"rampa/internal/pages/question"
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
		read: func(v *visit) url.Values { return input.Addresses(v.file()) },
		edit: editAddresses,
		page: func(v *visit, form *ui.Form) ui.View {
			return &addressesPage{v.stepPage(form), question.Address(v.words, form, "registered_address"), question.Address(v.words, form, "operating_address")}
		},
	}.step()
}

func editAddresses(_ *visit, in url.Values) func(*kyb.File) []kyb.Problem {
	return func(f *kyb.File) []kyb.Problem {
		registered, problems := kyb.CheckAddress("registered_address", input.PostedAddress(in, "registered_address"))
		f.Registered, f.Operating = registered, nil
		if input.HasOperating(in) {
			operating, more := kyb.CheckAddress("operating_address", input.PostedAddress(in, "operating_address"))
			f.Operating, problems = &operating, append(problems, more...)
		}
		return problems
	}
}
