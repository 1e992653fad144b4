package pages

import (
	"net/http"

	"rampa/internal/web/ui"
)

type checkPage struct {
	stepPage
	Missing  []ui.ErrorLink
	Sections []ui.Summary
}

func checkStep() step {
	return step{name: "check", show: func(v *visit) error { return v.check(http.StatusOK, ui.NewForm(v.words, nil)) }, save: saveCheck}
}

func (v *visit) check(status int, form *ui.Form) error {
	page := &checkPage{stepPage: v.stepPage(form), Sections: v.sections(true)}
	if !form.Failed() {
		page.Missing = v.missingLinks()
	}
	return v.render(status, "check", page)
}

// saveCheck goes on to the declaration; what is missing is then an error.
func saveCheck(v *visit) error {
	form := ui.NewForm(v.words, nil)
	for _, link := range v.missingLinks() {
		form.FailAt(link)
	}
	if form.Failed() {
		return v.check(http.StatusUnprocessableEntity, form)
	}
	return v.redirect(v.to("declaration"))
}
