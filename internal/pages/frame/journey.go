package frame

import (
	"slices"
	"strings"

	"rampa/internal/customer"
	"rampa/internal/verification"
	"rampa/internal/web/ui"
)

// Progress says how far a file is, and what may be changed in it now.
type Progress interface {
	Done() map[string]bool     // the steps with nothing missing
	Blocked(step string) bool  // a step that cannot be opened yet
	Editable(step string) bool // something on a step is the customer's to change now
	StepOf(item string) string // where an item is given
}

// Teller says a file in words.
type Teller interface {
	Section(step string) (answers ui.Summary, ok bool)   // ok is false for a step without answers of its own
	Requirement(r verification.Requirement) ui.ErrorLink // what is missing, with a link to where it is given
	ItemName(item string) string                         // a step or a paper, as a correction names it
}

// The last two steps of every journey.
const (
	Check       = "check"
	Declaration = "declaration"
)

// Journey is a visit to a form that fills a customer's file step by step.
type Journey struct {
	*Visit
	Steps []string // in order, the check and the declaration last
	Step  string   // the one that is open; "" = none
	Form  customer.Form
	Leave string // where a session is ended; "" = there is none
	Progress
	Teller
	// Mark adds links to the rows of a step's answers, beside the one to the step; nil = none.
	Mark func(step string, answers *ui.Summary)
}

// To gives the address of a step.
func (j *Journey) To(step string) string { return j.Home + "/" + step }

// Draft reports whether the file was never sent.
func (j *Journey) Draft() bool {
	return j.Form.Customer.Stage == verification.Draft || j.Form.Customer.Stage == verification.InProgress
}

// Correcting reports whether a reviewer waits for corrections.
func (j *Journey) Correcting() bool { return j.Form.Customer.Stage == verification.NeedsCorrection }

// CorrectionsOf gives the reviewer's messages on a step.
func (j *Journey) CorrectionsOf(step string) []customer.Correction {
	var out []customer.Correction
	if j.Correcting() {
		for _, c := range j.Form.Record.Corrections {
			if j.StepOf(c.Item) == step {
				out = append(out, c)
			}
		}
	}
	return out
}

// CorrectionOf gives the reviewer's message on one paper, "" = none.
func (j *Journey) CorrectionOf(item string) (message string) {
	if j.Correcting() {
		for _, c := range j.Form.Record.Corrections {
			if c.Item == item {
				message = c.Message
			}
		}
	}
	return message
}

// toCorrect reports whether the reviewer waits for something on a step.
func (j *Journey) toCorrect(step string) bool {
	return slices.ContainsFunc(j.CorrectionsOf(step), func(c customer.Correction) bool { return !c.Done })
}

// Missing gives what the file lacks, the signature apart: that is the last step.
func (j *Journey) Missing() []verification.Requirement {
	var out []verification.Requirement
	for _, r := range j.Form.Missing {
		if j.StepOf(r.Item) != Declaration {
			out = append(out, r)
		}
	}
	return out
}

// MissingLinks words what is missing, each with a link to where it is given.
func (j *Journey) MissingLinks() []ui.ErrorLink {
	var out []ui.ErrorLink
	for _, r := range j.Missing() {
		out = append(out, j.Requirement(r))
	}
	return out
}

// Complete reports whether the file may be signed.
func (j *Journey) Complete() bool { return len(j.Missing()) == 0 }

func (j *Journey) blocked(step string) bool {
	return j.Blocked(step) || step == Declaration && !j.Complete()
}

// Next gives the address after a saved step: the following step, or the overview of the corrections.
func (j *Journey) Next() string {
	if i := slices.Index(j.Steps, j.Step); !j.Correcting() && i >= 0 && i+1 < len(j.Steps) {
		return j.To(j.Steps[i+1])
	}
	return j.Home
}

// Unfinished gives the first step that is not done.
func (j *Journey) Unfinished() string {
	done := j.Done()
	for _, step := range j.Steps {
		if !done[step] {
			return step
		}
	}
	return Check
}

// state is a step's, as ui.Step names it.
func (j *Journey) state(step string, done map[string]bool) string {
	switch {
	case j.toCorrect(step):
		return "fix"
	case step != Check && step != Declaration && done[step]:
		return "done"
	}
	return "todo"
}

// progress lists the steps as they stand.
func (j *Journey) progress() *ui.Steps {
	done := j.Done()
	steps := &ui.Steps{Label: j.Words.T("tasks.steps"), All: &ui.Link{Label: j.Words.T("tasks.all"), Href: j.Home}}
	for i, step := range j.Steps {
		item := ui.Step{Label: j.Words.T(step + ".short"), Href: j.To(step), State: j.state(step, done)}
		if step == j.Step {
			item.State, steps.Now = "current", i+1
		} else if j.blocked(step) {
			item.Href = ""
		}
		steps.Items = append(steps.Items, item)
	}
	return steps
}

// Sections gives the answers of some steps, or of all; change adds the links that lead back to what can be changed.
func (j *Journey) Sections(change bool, steps ...string) []ui.Summary {
	if len(steps) == 0 {
		steps = j.Steps
	}
	var out []ui.Summary
	for _, step := range steps {
		section, ok := j.Section(step)
		if !ok {
			continue
		}
		if change && j.Editable(step) {
			section.Change = &ui.Link{Label: strings.ToLower(section.Title), Href: j.To(step)}
			if j.Mark != nil {
				j.Mark(step, &section)
			}
		}
		out = append(out, section)
	}
	return out
}
