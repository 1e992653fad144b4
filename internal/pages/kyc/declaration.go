package kyc

import (
	"net/http"
	"net/url"
	"slices"

	"rampa/internal/kyc"
	"rampa/internal/pages/frame"
	"rampa/internal/web/ui"
)

type declarationPage struct {
	frame.StepPage
	Name string
}

func showDeclaration(v *visit) error {
	if !v.Complete() {
		return v.Redirect(v.To(kyc.StepCheck))
	}
	return v.declaration(http.StatusOK, ui.NewForm(v.Words, url.Values{}))
}

func (v *visit) declaration(status int, form *ui.Form) error {
	return v.Render(status, "declaration", &declarationPage{v.StepPage(form), kyc.FullName(v.file().Person)})
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
	signed := kyc.Declaration{Signature: v.In.Get("signature")}
	if v.In.Get("terms") != "" {
		signed.TermsVersion = v.h.Terms
	}
	signed, problems := kyc.CheckDeclaration(v.file(), signed)
	if v.In.Get("truthful") == "" {
		problems = append(problems, kyc.Problem{Field: "truthful", Code: kyc.CodeRequired})
	}
	slices.SortStableFunc(problems, func(a, b kyc.Problem) int {
		return slices.Index(declarationOrder, a.Field) - slices.Index(declarationOrder, b.Field)
	})
	if v.explain(form, problems); form.Failed() {
		return v.declaration(http.StatusUnprocessableEntity, form)
	}
	missing, err := v.h.Editor.Submit(v.R.Context(), v.uuid, v.secret, signed, v.Visitor())
	if err != nil {
		return err
	}
	if len(missing) > 0 {
		return v.Redirect(v.To(kyc.StepCheck))
	}
	return v.Redirect(v.Home)
}
