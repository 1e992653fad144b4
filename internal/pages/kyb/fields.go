package kyb

import (
	"net/http"
	"net/url"

	"rampa/internal/customer"
	"rampa/internal/kyb"
	"rampa/internal/pages/kyb/input"
	"rampa/internal/web/ui"
)

// fields makes a step of plain inputs. read gives the values that the file holds, edit puts posted values into it, page
// makes the page around a form.
type fields struct {
	name string
	item string
	read func(v *visit) url.Values
	edit func(v *visit, in url.Values) func(*kyb.File) []kyb.Problem
	page func(v *visit, form *ui.Form) ui.View
	// alter serves the buttons that only change what is shown (add a person); nil = there are none.
	alter func(v *visit, in url.Values, action string) bool
}

func (s fields) step() step {
	return step{name: s.name, item: s.item, show: s.show, save: s.save}
}

func (s fields) show(v *visit) error {
	return v.Render(http.StatusOK, s.name, s.page(v, ui.NewForm(v.Words, s.read(v))))
}

func (s fields) save(v *visit) error {
	if err := v.Parse(); err != nil {
		return err
	}
	action := v.In.Get("action")
	if s.alter != nil && s.alter(v, v.In, action) {
		return v.Render(http.StatusOK, s.name, s.page(v, ui.NewForm(v.Words, v.In)))
	}
	change := s.edit(v, v.In)
	if action == "later" {
		change = input.Partly(change)
	}
	item := s.item
	if s.name == "country" && v.Correcting() {
		item = "company"
	}
	problems, err := v.h.Editor.Save(v.R.Context(), v.uuid, v.session, customer.Edit{Step: item, Change: change, Visitor: v.Visitor()})
	if err != nil {
		return err
	}
	if len(problems) > 0 {
		form := ui.NewForm(v.Words, v.In)
		v.explain(form, problems)
		return v.Render(http.StatusUnprocessableEntity, s.name, s.page(v, form))
	}
	if action == "later" {
		return v.Redirect(v.Home + "?saved")
	}
	return v.Redirect(v.Next())
}

// explain puts problems into words at their fields.
func (v *visit) explain(form *ui.Form, problems []kyb.Problem) {
	for _, p := range problems {
		text, prefix := v.answers().Problem(p)
		form.Fail(p.Field, prefix+text)
		if prefix != "" {
			form.Explain(p.Field, text)
		}
	}
}
