package console

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"rampa/internal/console/dossier"
	"rampa/internal/customer"
	"rampa/internal/verification"
	"rampa/internal/web/ui"
)

const queuePage = 50

type queueView struct {
	shell
	Search  string
	Stage   string
	Filters []ui.NavItem
	Rows    []queueRow
	Count   string
	Pager   ui.Pager
	Empty   ui.Empty
}

type queueRow struct {
	Href        string
	Name        string
	Email       string
	Integration string
	Country     string
	Stage       string
	Tag         ui.Tag
	Held        bool    // an alert holds it
	Age         *ui.Tag // nil: does not wait for us
	Since       time.Time
}

func showQueue(v *visit) error {
	query := v.r.URL.Query()
	page := &queueView{shell: v.shell(v.words.T("console.queue.title")), Search: strings.TrimSpace(query.Get("q"))}
	page.Path = "/console"
	if len(page.Search) > 200 {
		page.Search = page.Search[:200]
	}
	stage := verification.Stage(query.Get("stage"))
	if stage != verification.Submitted && stage != verification.InReview {
		stage = ""
	}
	page.Stage = string(stage)
	page.Filters = v.queueFilters(stage, page.Search != "")
	var rows []customer.QueueRow
	var err error
	if page.Search != "" {
		rows, err = v.h.Files.Search(v.r.Context(), page.Search)
		page.Empty = ui.Empty{Title: v.words.T("console.search.none", "text", page.Search), Text: v.words.T("console.search.hint"), Action: &ui.Link{Label: v.words.T("console.to_queue"), Href: "/console"}}
		page.Count = v.words.N("console.search.found", len(rows))
	} else {
		rows, err = v.queueRows(page, stage, query.Get("after"))
		page.Empty = ui.Empty{Title: v.words.T("console.queue.none"), Text: v.words.T("console.queue.none_text")}
	}
	if err != nil {
		return err
	}
	held, err := v.held(rows)
	if err != nil {
		return err
	}
	for _, r := range rows {
		row := v.queueRow(r)
		row.Held = held[r.Customer.ID]
		page.Rows = append(page.Rows, row)
	}
	return v.h.ui.Render(v.w, http.StatusOK, "queue", page)
}

func (v *visit) queueRows(page *queueView, stage verification.Stage, cursor string) ([]customer.QueueRow, error) {
	rows, next, err := v.h.Files.Queue(v.r.Context(), customer.Page{Stage: stage, Limit: queuePage, Cursor: cursor})
	if err != nil {
		return nil, err
	}
	link := func(after string) string {
		q := url.Values{}
		if stage != "" {
			q.Set("stage", string(stage))
		}
		if after != "" {
			q.Set("after", after)
		}
		if len(q) == 0 {
			return "/console"
		}
		return "/console?" + q.Encode()
	}
	if cursor != "" {
		page.Pager.First = link("")
	}
	if next != "" {
		page.Pager.Next = link(next)
	}
	return rows, nil
}

func (v *visit) queueFilters(stage verification.Stage, searching bool) []ui.NavItem {
	items := []ui.NavItem{{Label: v.words.T("console.filter.all"), Href: "/console", Current: stage == "" && !searching}}
	for _, s := range []verification.Stage{verification.Submitted, verification.InReview} {
		items = append(items, ui.NavItem{Label: v.words.T("console.stage." + string(s)), Href: "/console?stage=" + string(s), Current: s == stage && !searching})
	}
	return append(items, ui.NavItem{Label: v.words.T("console.declared.title"), Href: "/console/declarations", Current: stage == declarations})
}

// declarations stands among the stages of files for the queue of its own.
const declarations verification.Stage = "declarations"

func (v *visit) queueRow(r customer.QueueRow) queueRow {
	c := r.Customer
	row := queueRow{
		Href: "/console/files/" + strconv.FormatInt(c.ID, 10), Name: c.Name, Email: c.Email, Integration: r.IntegrationName, Stage: string(c.Stage),
		Tag: dossier.StageTag(v.words, c.Stage), Since: r.SubmittedAt,
	}
	if c.Country != "" {
		row.Country = v.words.Country(c.Country)
	}
	if !r.SubmittedAt.IsZero() {
		tag := dossier.AgeTag(v.words, v.h.Now().Sub(r.SubmittedAt))
		row.Age = &tag
	}
	return row
}
