package pages

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"rampa/internal/customer"
	"rampa/internal/kyb"
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
	return v.render(http.StatusOK, s.name, s.page(v, ui.NewForm(v.words, s.read(v))))
}

func (s fields) save(v *visit) error {
	if err := v.parse(); err != nil {
		return err
	}
	action := v.in.Get("action")
	if s.alter != nil && s.alter(v, v.in, action) {
		return v.render(http.StatusOK, s.name, s.page(v, ui.NewForm(v.words, v.in)))
	}
	change := s.edit(v, v.in)
	if action == "later" {
		change = unfinished(change)
	}
	item := s.item
	if s.name == "country" && v.correcting() {
		item = "company"
	}
	problems, err := v.h.Editor.Save(v.r.Context(), v.uuid, v.session, customer.Edit{Step: item, Change: change, Visitor: v.visitor()})
	if err != nil {
		return err
	}
	if len(problems) > 0 {
		form := ui.NewForm(v.words, v.in)
		v.explain(form, problems)
		return v.render(http.StatusUnprocessableEntity, s.name, s.page(v, form))
	}
	if action == "later" {
		return v.redirect(v.home() + "?saved")
	}
	return v.redirect(v.next())
}

// unfinished lets a half-filled step be saved: what is still empty is no reason to lose the rest.
func unfinished(change func(*kyb.File) []kyb.Problem) func(*kyb.File) []kyb.Problem {
	return func(f *kyb.File) []kyb.Problem {
		var wrong []kyb.Problem
		for _, p := range change(f) {
			if !incomplete[p.Code] {
				wrong = append(wrong, p)
			}
		}
		return wrong
	}
}

// explain puts problems into words at their fields.
func (v *visit) explain(form *ui.Form, problems []kyb.Problem) {
	for _, p := range problems {
		text := v.problem(p)
		prefix, row := v.rowOf(p.Field)
		form.Fail(p.Field, prefix+text)
		if row {
			form.Explain(p.Field, text)
		}
	}
}

// problem words one problem: by code and field, or by code with the field's label.
func (v *visit) problem(p kyb.Problem) string {
	last := lastName(p.Field)
	pairs := []string{"label", v.label(p.Field)}
	for name, value := range p.Params {
		pairs = append(pairs, name, v.param(name, value))
	}
	code := p.Code
	if example, asked := p.Params["example"]; asked && example == "" {
		code += "_plain"
	}
	for _, key := range []string{"problem." + code + "." + last, "problem." + code} {
		if v.words.Has(key) {
			return v.words.T(key, pairs...)
		}
	}
	return v.words.T("problem.other", pairs...)
}

// param words a parameter: days as people write them, countries by name.
func (v *visit) param(name, value string) string {
	switch name {
	case "country":
		return v.words.Country(value)
	case "date", "from", "to":
		return v.words.Day(value)
	}
	return value
}

// label gives the label of an input by its name.
func (v *visit) label(field string) string {
	last := lastName(field)
	switch {
	case field == last:
		for _, step := range []string{"company", "activity", "country", "declaration", "people"} {
			if key := step + "." + last + ".label"; v.words.Has(key) {
				if step == "company" {
					return v.companyLabel(last)
				}
				return v.words.T(key)
			}
		}
	case strings.HasPrefix(field, "people["), strings.HasPrefix(field, "entities["):
		for _, key := range []string{"people." + last + ".label", "entities." + last + ".label"} {
			if v.words.Has(key) && (key[0] == 'p') == (field[0] == 'p') {
				return v.words.T(key)
			}
		}
	case v.words.Has("addresses." + last + ".label"):
		return v.words.T("addresses." + last + ".label")
	}
	return v.words.T("problem.this_field")
}

// rowOf gives the words that say which person or company of a list a field belongs to.
func (v *visit) rowOf(field string) (prefix string, ok bool) {
	list, rest, ok := strings.Cut(field, "[")
	if !ok || list != "people" && list != "entities" {
		if list == "operating_address" {
			return v.words.T("addresses.operating") + ": ", ok
		}
		return "", false
	}
	index, _, _ := strings.Cut(rest, "]")
	n, err := strconv.Atoi(index)
	if err != nil {
		return "", false
	}
	return v.words.T(list+".row", "n", strconv.Itoa(n+1)) + ": ", true
}

// lastName gives the innermost name of an input: "people[0][pep]" → "pep".
func lastName(field string) string {
	if i := strings.LastIndexByte(field, '['); i >= 0 {
		return strings.TrimSuffix(field[i+1:], "]")
	}
	return field
}
