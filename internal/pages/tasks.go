package pages

import (
	"net/http"

	"rampa/internal/verification"
	"rampa/internal/web/ui"
)

// tasksPage is the overview: what is done, what is to do, and until when.
type tasksPage struct {
	ui.Page
	Stage     verification.Stage
	Company   string
	Lead      string
	Tasks     []task
	Done      int
	All       int
	Continue  *ui.Link
	Missing   []ui.ErrorLink
	Leave     string
	Reference string
}

// task is a step as the overview lists it.
type task struct {
	Label    string
	Href     string
	Note     string
	Tag      ui.Tag
	Messages []message
}

// message is what the reviewer wrote about one item.
type message struct {
	About string
	Text  string
	Done  bool
}

func (v *visit) tasks() error {
	title := "tasks.title"
	if v.correcting() {
		title = "tasks.corrections.title"
	}
	page := &tasksPage{
		Page: v.page(v.words.T(title)), Stage: v.form.Customer.Stage, Company: v.form.Customer.Name,
		Leave: v.to("leave"), Missing: v.missingLinks(), Reference: v.form.Customer.UUID,
	}
	until := v.words.Date(v.form.Link.ExpiresAt)
	page.Lead = v.words.T("tasks.lead", "date", until)
	if v.correcting() {
		page.Lead = v.words.T("tasks.corrections.lead", "date", until)
	}
	if v.r.URL.Query().Has("saved") {
		page.Banner = &ui.Banner{Kind: "success", Title: v.words.T("tasks.saved.title"), Text: v.words.T("tasks.saved.text", "date", until)}
	}
	done := v.h.Rules.StepsDone(v.file(), v.form.Documents, v.h.Now())
	for _, s := range v.h.steps {
		t := v.task(s, done)
		page.Tasks = append(page.Tasks, t)
		page.All++
		if t.Tag.Kind == "success" {
			page.Done++
		}
	}
	page.Continue = v.resume()
	return v.render(http.StatusOK, "tasks", page)
}

func (v *visit) task(s step, done map[string]bool) task {
	w := v.words
	t := task{Label: w.T(s.name + ".short"), Href: v.to(s.name)}
	for _, c := range v.correctionsOf(s.name) {
		about := w.T("corrections.banner")
		if c.Item != s.name {
			about = v.answers().ItemName(c.Item)
		}
		t.Messages = append(t.Messages, message{About: about, Text: c.Message, Done: c.Done})
	}
	blocked := s.name != "country" && v.file().Company.Country == "" || s.name == "declaration" && !v.complete()
	switch state := v.state(s, done); {
	case state == "fix":
		t.Tag = ui.Tag{Kind: "warning", Label: w.T("tasks.fix")}
	case state == "done":
		t.Tag = ui.Tag{Kind: "success", Label: w.T("tasks.done")}
	case blocked:
		t.Tag, t.Href = ui.Tag{Kind: "neutral", Label: w.T("tasks.later")}, ""
		if s.name == "declaration" {
			t.Note = w.T("tasks.declaration_later")
		}
	default:
		t.Tag = ui.Tag{Kind: "info", Label: w.T("tasks.todo")}
	}
	return t
}

// resume gives where to go on: the first open correction, the first unfinished step, or the check.
func (v *visit) resume() *ui.Link {
	link := &ui.Link{Label: v.words.T("tasks.continue"), Href: v.to("check")}
	if v.correcting() {
		for _, s := range v.h.steps {
			if v.toCorrect(s.name) {
				link.Href = v.to(s.name)
				return link
			}
		}
		link.Label = v.words.T("tasks.corrections.check")
		return link
	}
	link.Href = v.to(v.unfinished())
	return link
}
