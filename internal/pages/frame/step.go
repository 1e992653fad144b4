package frame

import (
	"net/http"
	"net/url"
	"strings"

	"rampa/internal/verification"
	"rampa/internal/web/ui"
)

// StepPage is what the page of a step shows around its fields.
type StepPage struct {
	ui.Page
	ID     string // the form's id is "step-" + ID
	Action string
	Form   *ui.Form
}

// StepPage makes the page of the open step.
func (j *Journey) StepPage(form *ui.Form) StepPage {
	p := StepPage{Page: j.Page(j.Words.T(j.Step + ".title")), ID: j.Step, Action: j.To(j.Step), Form: form}
	p.Steps = j.progress()
	p.Failed = form.Failed()
	var asked []string
	for _, c := range j.CorrectionsOf(j.Step) {
		if !c.Done && c.Item == j.Step { // what is asked of a paper stands at the paper
			asked = append(asked, c.Message)
		}
	}
	if len(asked) > 0 {
		p.Banner = &ui.Banner{Kind: "warning", Title: j.Words.T("corrections.banner"), Text: strings.Join(asked, "\n\n")}
	}
	return p
}

type checkPage struct {
	StepPage
	Missing  []ui.ErrorLink
	Sections []ui.Summary
}

// ShowCheck shows all answers once more, with what is missing.
func (j *Journey) ShowCheck() error { return j.check(http.StatusOK, ui.NewForm(j.Words, nil)) }

func (j *Journey) check(status int, form *ui.Form) error {
	page := &checkPage{StepPage: j.StepPage(form), Sections: j.Sections(true)}
	if !form.Failed() {
		page.Missing = j.MissingLinks()
	}
	return j.Render(status, "check", page)
}

// SaveCheck goes on to the declaration; what is missing is then an error.
func (j *Journey) SaveCheck() error {
	form := ui.NewForm(j.Words, nil)
	for _, link := range j.MissingLinks() {
		form.FailAt(link)
	}
	if form.Failed() {
		return j.check(http.StatusUnprocessableEntity, form)
	}
	return j.Redirect(j.To(Declaration))
}

type readOnlyPage struct {
	StepPage
	Sections []ui.Summary
}

// ReadOnly shows the answers of a step that is not the customer's to change now.
func (j *Journey) ReadOnly(step string) error {
	page := &readOnlyPage{j.StepPage(ui.NewForm(j.Words, nil)), j.Sections(false, step)}
	page.Banner = &ui.Banner{Kind: "info", Title: j.Words.T("readonly.title"), Text: j.Words.T("readonly.text")}
	return j.Render(http.StatusOK, "readonly", page)
}

// statusPage says how a submitted file stands. It changes nothing.
type statusPage struct {
	ui.Page
	Stage     verification.Stage
	Tag       ui.Tag
	Text      string
	Next      string
	Reasons   []string
	Timeline  []moment
	Callback  string
	Sections  []ui.Summary
	Leave     string
	Reference string
	Signed    string
}

// moment is a point of the file's way. State: done, current or todo.
type moment struct {
	State string
	Label string
	Note  string
}

var stageTags = map[verification.Stage]string{
	verification.Submitted: "info", verification.InReview: "info", verification.Approved: "success", verification.Rejected: "danger",
}

// Status shows how a submitted file stands.
func (j *Journey) Status(signed *verification.Declaration) error {
	c, w := j.Form.Customer, j.Words
	key := "status." + string(c.Stage)
	if _, known := stageTags[c.Stage]; !known {
		return verification.ErrTransition
	}
	page := &statusPage{
		Page: j.Page(w.T(key + ".title")), Stage: c.Stage, Tag: ui.Tag{Kind: stageTags[c.Stage], Label: w.T(key + ".tag")},
		Text: w.T(key+".text", "name", c.Name), Next: w.T(key + ".next"), Sections: j.Sections(false), Leave: j.Leave, Reference: c.UUID,
		Timeline: j.timeline(), Callback: Callback(c.CallbackURL),
	}
	if c.Stage == verification.Rejected {
		page.Reasons = c.Reasons
	}
	if signed != nil {
		page.Signed = w.T("status.signed", "name", signed.Signature, "moment", w.Moment(signed.SignedAt))
	}
	return j.Render(http.StatusOK, "status", page)
}

// Callback gives an address that a page may lead to: http or https, "" for anything else.
func Callback(address string) string {
	if u, err := url.Parse(address); err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" {
		return address
	}
	return ""
}

func (j *Journey) timeline() []moment {
	w, r := j.Words, j.Form.Record
	sent := moment{"done", w.T("status.line.sent"), w.Moment(r.SubmittedAt)}
	review := moment{"todo", w.T("status.line.review"), w.T("status.line.review_note")}
	decision := moment{"todo", w.T("status.line.decision"), w.T("status.line.decision_note")}
	switch j.Form.Customer.Stage {
	case verification.Submitted, verification.InReview:
		review.State = "current"
	default:
		review.State, review.Note = "done", ""
		decision.State, decision.Note = "done", w.Moment(r.DecidedAt)
	}
	return []moment{sent, review, decision}
}
