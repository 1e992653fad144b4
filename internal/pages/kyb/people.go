package kyb

import (
	"net/url"

	"rampa/internal/kyb"
	"rampa/internal/pages/frame"
	"rampa/internal/pages/kyb/input"
	"rampa/internal/pages/kyb/question"
	"rampa/internal/web/ui"
)

type peoplePage struct {
	frame.StepPage
	Intro    string
	People   []question.Card
	Entities []question.Card
	Holders  bool // people and companies have shares in this company
	NoOther  ui.Field
	Owners   []ui.SummaryRow // who is a beneficial owner by what is saved
}

func peopleStep() step {
	return fields{
		name: "people", item: "people", edit: editPeople, page: showPeople,
		read:  func(v *visit) url.Values { return input.People(v.file(), v.h.NewID) },
		alter: func(v *visit, in url.Values, action string) bool { return input.Alter(in, action, v.h.NewID) },
	}.step()
}

// editPeople gives each row its id before anything is checked, so that a second run of the change makes the same file.
func editPeople(v *visit, in url.Values) func(*kyb.File) []kyb.Problem {
	people, entities := input.PostedPeople(in, v.file(), v.h.NewID)
	return func(f *kyb.File) []kyb.Problem {
		f.People, f.Entities, f.NoOther = people, entities, in.Get("no_other_owners") != ""
		checked, problems := kyb.CheckPeople(v.h.Rules, *f, v.Now())
		*f = checked
		for i := range problems {
			if problems[i].Field == "no_other" {
				problems[i].Field = "no_other_owners"
			}
		}
		return problems
	}
}

func showPeople(v *visit, form *ui.Form) ui.View {
	c := v.file().Company
	rule := v.h.Rules.People(c.Country, c.LegalForm)
	page := &peoplePage{StepPage: v.StepPage(form), Holders: rule.Owners == kyb.OwnersHolders}
	threshold := v.answers().Threshold()
	page.Intro = v.Words.T("people.intro."+rule.Owners, "threshold", threshold)
	page.People, page.Entities = question.People(v.Words, rule, form)
	page.NoOther = form.Check("no_other_owners", "people.no_other_owners", "label="+v.Words.T("people.no_other_owners.label", "threshold", threshold))
	if !form.Failed() && v.In == nil {
		page.Owners = v.answers().Owners()
	}
	return page
}
