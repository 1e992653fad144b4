package kyb

import (
	"net/http"
	"net/url"
	"slices"

	"rampa/internal/kyb"
	"rampa/internal/pages/frame"
	"rampa/internal/pages/kyb/answer"
	"rampa/internal/web/ui"
)

type declarationPage struct {
	frame.StepPage
	Company string
	Signers []ui.Option
	Version string
}

func declarationStep() step {
	return step{name: "declaration", show: showDeclaration, save: saveDeclaration}
}

func showDeclaration(v *visit) error {
	if !v.Complete() {
		return v.Redirect(v.To("check"))
	}
	return v.declaration(http.StatusOK, ui.NewForm(v.Words, url.Values{}))
}

func (v *visit) declaration(status int, form *ui.Form) error {
	page := &declarationPage{StepPage: v.StepPage(form), Company: v.file().Company.LegalName, Version: v.h.Terms}
	seen := map[string]bool{}
	for _, p := range v.file().People {
		if name := answer.FullName(p); p.Role == kyb.RoleRepresentative && !seen[name] {
			seen[name] = true
			page.Signers = append(page.Signers, ui.Option{Value: p.ID, Label: name})
		}
	}
	return v.Render(status, "declaration", page)
}

// declarationOrder is the order of the inputs on the page.
var declarationOrder = []string{"truthful", "terms", "person_id", "signature"}

// saveDeclaration signs and submits. Only what the visitor did is taken from the form: the version of the texts, the time
// and the address are ours.
func saveDeclaration(v *visit) error {
	if err := v.Parse(); err != nil {
		return err
	}
	form := ui.NewForm(v.Words, v.In)
	signed := kyb.Declaration{PersonID: v.In.Get("person_id"), Signature: v.In.Get("signature")}
	if v.In.Get("terms") != "" {
		signed.TermsVersion = v.h.Terms
	}
	signed, problems := kyb.CheckDeclaration(v.file(), signed)
	if v.In.Get("truthful") == "" {
		problems = append(problems, kyb.Problem{Field: "truthful", Code: kyb.CodeRequired})
	}
	slices.SortStableFunc(problems, func(a, b kyb.Problem) int {
		return slices.Index(declarationOrder, a.Field) - slices.Index(declarationOrder, b.Field)
	})
	if v.explain(form, problems); form.Failed() {
		return v.declaration(http.StatusUnprocessableEntity, form)
	}
	missing, err := v.h.Editor.Submit(v.R.Context(), v.uuid, v.session, signed, v.Visitor())
	if err != nil {
		return err
	}
	if len(missing) > 0 {
		return v.Redirect(v.To("check"))
	}
	return v.Redirect(v.Home)
}
