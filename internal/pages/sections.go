package pages

import (
	"net/http"
	"strings"

	"rampa/internal/customer"
	"rampa/internal/pages/answer"
	"rampa/internal/web/ui"
)

// answers says the file of this visit in words.
func (v *visit) answers() answer.Answers {
	return answer.Answers{Words: v.words, Rules: v.h.Rules, File: v.file(), Documents: v.form.Documents, URL: v.to}
}

// sections gives the answers of some steps, or of all; change adds the links that lead back to what can be changed.
func (v *visit) sections(change bool, names ...string) []ui.Summary {
	if len(names) == 0 {
		for _, s := range v.h.steps {
			names = append(names, s.name)
		}
	}
	var out []ui.Summary
	for _, name := range names {
		section, ok := v.answers().Section(name)
		if !ok {
			continue
		}
		if change && v.editable(name) {
			section.Change = &ui.Link{Label: strings.ToLower(section.Title), Href: v.to(name)}
			if name == "company" {
				section.Rows[0].Change = &ui.Link{Label: strings.ToLower(section.Rows[0].Label), Href: v.to("country")}
			}
		}
		out = append(out, section)
	}
	return out
}

// missingLinks words what is missing, each with a link to where it is given.
func (v *visit) missingLinks() []ui.ErrorLink {
	var out []ui.ErrorLink
	for _, r := range v.missing() {
		out = append(out, v.answers().Requirement(r))
	}
	return out
}

type readOnlyPage struct {
	stepPage
	Sections []ui.Summary
}

// readOnly shows a step that is not the company's to change now.
func (v *visit) readOnly(s step) error {
	name := s.name
	if name == "country" {
		name = "company"
	}
	page := &readOnlyPage{v.stepPage(ui.NewForm(v.words, nil)), v.sections(false, name)}
	page.Banner = &ui.Banner{Kind: "info", Title: v.words.T("readonly.title"), Text: v.words.T("readonly.text")}
	return v.render(http.StatusOK, "readonly", page)
}

// correctionsOf gives the reviewer's messages on a step.
func (v *visit) correctionsOf(step string) []customer.Correction {
	var out []customer.Correction
	if v.correcting() {
		for _, c := range v.form.Record.Corrections {
			if answer.StepOf(c.Item) == step {
				out = append(out, c)
			}
		}
	}
	return out
}
