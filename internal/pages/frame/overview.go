package frame

import (
	"net/http"

	"rampa/internal/verification"
	"rampa/internal/web/ui"
)

// overviewPage is the list of the steps: what is done, what is to do, and until when.
type overviewPage struct {
	ui.Page
	Stage     verification.Stage
	Name      string // of the customer
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

// Overview shows the steps of a file that is being filled in or corrected.
func (j *Journey) Overview() error {
	title := "tasks.title"
	if j.Correcting() {
		title = "tasks.corrections.title"
	}
	page := &overviewPage{
		Page: j.Page(j.Words.T(title)), Stage: j.Form.Customer.Stage, Name: j.Form.Customer.Name,
		Leave: j.Leave, Missing: j.MissingLinks(), Reference: j.Form.Customer.UUID,
	}
	until := j.Words.Date(j.Form.Link.ExpiresAt)
	page.Lead = j.Words.T("tasks.lead", "date", until)
	if j.Correcting() {
		page.Lead = j.Words.T("tasks.corrections.lead", "date", until)
	}
	if j.R.URL.Query().Has("saved") {
		page.Banner = &ui.Banner{Kind: "success", Title: j.Words.T("tasks.saved.title"), Text: j.Words.T("tasks.saved.text", "date", until)}
	}
	done := j.Done()
	for _, step := range j.Steps {
		t := j.task(step, done)
		page.Tasks = append(page.Tasks, t)
		page.All++
		if t.Tag.Kind == "success" {
			page.Done++
		}
	}
	page.Continue = j.resume()
	return j.Render(http.StatusOK, "overview", page)
}

func (j *Journey) task(step string, done map[string]bool) task {
	w := j.Words
	t := task{Label: w.T(step + ".short"), Href: j.To(step)}
	for _, c := range j.CorrectionsOf(step) {
		about := w.T("corrections.banner")
		if c.Item != step {
			about = j.ItemName(c.Item)
		}
		t.Messages = append(t.Messages, message{About: about, Text: c.Message, Done: c.Done})
	}
	switch state := j.state(step, done); {
	case state == "fix":
		t.Tag = ui.Tag{Kind: "warning", Label: w.T("tasks.fix")}
	case state == "done":
		t.Tag = ui.Tag{Kind: "success", Label: w.T("tasks.done")}
	case j.blocked(step):
		t.Tag, t.Href = ui.Tag{Kind: "neutral", Label: w.T("tasks.later")}, ""
		if step == Declaration {
			t.Note = w.T("tasks.declaration_later")
		}
	default:
		t.Tag = ui.Tag{Kind: "info", Label: w.T("tasks.todo")}
	}
	return t
}

// resume gives where to go on: the first open correction, the first unfinished step, or the check.
func (j *Journey) resume() *ui.Link {
	link := &ui.Link{Label: j.Words.T("tasks.continue"), Href: j.To(Check)}
	if j.Correcting() {
		for _, step := range j.Steps {
			if j.toCorrect(step) {
				link.Href = j.To(step)
				return link
			}
		}
		link.Label = j.Words.T("tasks.corrections.check")
		return link
	}
	link.Href = j.To(j.Unfinished())
	return link
}
