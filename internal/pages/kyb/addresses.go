package kyb

import (
	"net/url"

	"rampa/internal/kyb"
	"rampa/internal/pages/frame"
	"rampa/internal/pages/kyb/input"
	"rampa/internal/pages/kyb/question"
	"rampa/internal/web/ui"
)

type addressesPage struct {
	frame.StepPage
	Registered []ui.Field
	Operating  []ui.Field
}

func addressesStep() step {
	return fields{
		name: "addresses", item: "addresses",
		read: func(v *visit) url.Values { return input.Addresses(v.file()) },
		edit: editAddresses,
		page: func(v *visit, form *ui.Form) ui.View {
			return &addressesPage{v.StepPage(form), question.Address(v.Words, form, "registered_address"), question.Address(v.Words, form, "operating_address")}
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
