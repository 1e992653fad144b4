package onboarding

import (
	"net/http"
	"net/url"
	"slices"

	"rampa/internal/kyc"
	"rampa/internal/onboarding"
	"rampa/internal/pages/frame"
	"rampa/internal/verification"
	"rampa/internal/web/ui"
)

type declarationPage struct {
	frame.StepPage
	Hint string // how to sign
}

func showDeclaration(v *visit) error {
	if !v.Complete() {
		return v.Redirect(v.To(onboarding.StepCheck))
	}
	return v.declaration(http.StatusOK, ui.NewForm(v.Words, url.Values{}))
}

// declaration does not say who represents a company: whoever signs knows.
func (v *visit) declaration(status int, form *ui.Form) error {
	hint := v.Words.T("declaration.sign.company")
	if !v.company() {
		name := v.Form.Customer.Name
		if len(v.signers) == 1 && kyc.FullName(v.signers[0]) != "" {
			name = kyc.FullName(v.signers[0])
		}
		hint = v.Words.T("declaration.sign.hint", "name", name)
	}
	return v.Render(status, "declaration", &declarationPage{v.StepPage(form), hint})
}

// declarationOrder is the order of the inputs on the page.
var declarationOrder = []string{"truthful", "terms", "signature"}

// saveDeclaration signs and submits. Only what the visitor did is taken from the form: the version of the texts, the time
// and the address are ours.
func saveDeclaration(v *visit) error {
	if err := v.Parse(); err != nil {
		return err
	}
	form := ui.NewForm(v.Words, v.In)
	signed := verification.Declaration{Signature: v.In.Get("signature")}
	if v.In.Get("terms") != "" {
		signed.TermsVersion = v.h.Terms
	}
	signed, problems := onboarding.CheckDeclaration(signed, v.signers)
	if v.company() {
		problems = withoutNames(problems)
	}
	if v.In.Get("truthful") == "" {
		problems = append(problems, onboarding.Problem{Field: "truthful", Code: onboarding.CodeRequired})
	}
	slices.SortStableFunc(problems, func(a, b onboarding.Problem) int {
		return slices.Index(declarationOrder, a.Field) - slices.Index(declarationOrder, b.Field)
	})
	if v.explain(form, problems); form.Failed() {
		return v.declaration(http.StatusUnprocessableEntity, form)
	}
	missing, err := v.h.Declarations.Submit(v.R.Context(), v.uuid, v.secret, signed, v.Visitor())
	if err != nil {
		return err
	}
	if len(missing) > 0 {
		return v.Redirect(v.To(onboarding.StepCheck))
	}
	return v.Redirect(v.Home)
}

// withoutNames keeps the name of a company's one representative from whoever has nothing but the link.
func withoutNames(problems []onboarding.Problem) []onboarding.Problem {
	for i, p := range problems {
		if p.Code == onboarding.CodeSignatureMismatch {
			problems[i].Params = map[string]string{"name": ""}
		}
	}
	return problems
}
