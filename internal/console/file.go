package console

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"rampa/internal/customer"
	"rampa/internal/errs"
	"rampa/internal/kyb"
	"rampa/internal/operator"
	"rampa/internal/web/ui"
)

type fileView struct {
	shell
	ID       int64
	UUID     string
	Stage    string
	Tag      ui.Tag
	Facts    []ui.SummaryRow
	Signals  []signal
	Contents []ui.Link
	Sections []section
	People   []personView
	Tree     treeNode
	Holders  bool // the tree holds more than the company
	Papers   []paperView
	MayRead  bool // documents
	History  []historyLine
	Decision *decision // nil: nothing to decide for this operator now
	Reasons  []string
	Open     []customer.Correction // asked for and not done yet
	Asked    []askedView
}

// signal is something a reviewer should not overlook. Kind as of ui.Banner.
type signal struct {
	Kind string
	Text string
	Href string
}

type section struct {
	ID   string
	List ui.Summary
}

type personView struct {
	ID     string
	Name   string
	Tags   []ui.Tag
	List   ui.Summary
	Papers []ui.Link
}

type askedView struct {
	Label   string
	Message string
	Done    bool
}

// fileID reads the id of the path.
func (v *visit) fileID() (int64, error) {
	id, err := strconv.ParseInt(v.r.PathValue("id"), 10, 64)
	if err != nil || id <= 0 {
		return 0, errNoPage
	}
	return id, nil
}

func showFile(v *visit) error {
	id, err := v.fileID()
	if err != nil {
		return err
	}
	review, err := v.h.Files.Review(v.r.Context(), id, v.actor())
	if err != nil {
		return err
	}
	draft := draft{open: v.r.URL.Query().Get("decide")}
	page, err := v.filePage(review, draft)
	if err != nil {
		return err
	}
	page.Banner = v.outcome(review)
	return v.h.ui.Render(v.w, http.StatusOK, "file", page)
}

// outcome is what the decision just made has brought about, as the file itself shows it: the address alone proves nothing.
func (v *visit) outcome(review *customer.Review) *ui.Banner {
	if v.r.URL.Query().Get("done") != string(review.Customer.Stage) {
		return nil
	}
	switch review.Customer.Stage {
	case customer.StageApproved, customer.StageRejected, customer.StageNeedsCorrection:
		return &ui.Banner{Kind: "success", Title: v.words.T("console.done." + string(review.Customer.Stage)), Text: v.words.T("console.done.mail", "email", review.Customer.Email)}
	}
	return nil
}

func (v *visit) filePage(review *customer.Review, d draft) (*fileView, error) {
	c, f := review.Customer, review.Record.File
	if f == nil {
		f = &kyb.File{}
	}
	names, err := v.operatorNames()
	if err != nil {
		return nil, err
	}
	title := f.Company.LegalName
	if title == "" {
		title = c.Name
	}
	page := &fileView{shell: v.shell(title), ID: c.ID, UUID: c.UUID, Stage: string(c.Stage), Tag: v.stageTag(c.Stage), MayRead: v.may(operator.ReadDocuments)}
	page.Back = &ui.Link{Label: v.words.T("console.to_queue"), Href: "/console"}
	reader := fileReader{visit: v, review: review, file: f, names: names}
	page.Facts = reader.facts()
	page.Sections = reader.sections()
	page.People = reader.people()
	page.Tree = v.tree(review.Ownership)
	page.Holders = len(page.Tree.Children) > 0
	page.Papers = reader.papers()
	page.History = reader.history()
	page.Signals = reader.signals()
	page.Decision = reader.decision(d)
	page.Asked = reader.asked()
	if c.Stage == customer.StageRejected || c.Stage == customer.StageExpired {
		page.Reasons = c.Reasons
	}
	page.Contents = reader.contents(page)
	return page, nil
}

// operatorNames gives the names behind the ids in the history.
func (v *visit) operatorNames() (map[string]string, error) {
	all, err := v.h.Accounts.List(v.r.Context())
	if err != nil {
		return nil, err
	}
	names := make(map[string]string, len(all))
	for _, o := range all {
		names[o.ID] = o.Name
	}
	return names, nil
}

// fileReader turns a review into what the page shows.
type fileReader struct {
	*visit
	review *customer.Review
	file   *kyb.File
	names  map[string]string
}

func (r fileReader) t(key string, pairs ...string) string { return r.words.T("console."+key, pairs...) }

func (r fileReader) facts() []ui.SummaryRow {
	c, rec := r.review.Customer, r.review.Record
	rows := []ui.SummaryRow{ui.Row(r.t("fact.integration"), r.review.Brand.Name), ui.Row(r.t("fact.email"), c.Email), ui.Row(r.t("fact.id"), strconv.FormatInt(c.ID, 10))}
	if c.ExternalID != "" {
		rows = append(rows, ui.Row(r.t("fact.external_id"), c.ExternalID))
	}
	if !rec.SubmittedAt.IsZero() {
		lines := []string{r.words.Moment(rec.SubmittedAt)}
		if c.Stage == customer.StageSubmitted || c.Stage == customer.StageInReview {
			lines = append(lines, r.t("waiting", "age", r.age(r.h.Now().Sub(rec.SubmittedAt))))
		}
		rows = append(rows, ui.Row(r.t("fact.submitted"), lines...))
	}
	if !rec.DecidedAt.IsZero() {
		who := strings.TrimPrefix(rec.DecidedBy, "operator ")
		if name, ok := r.names[who]; ok {
			who = name
		}
		rows = append(rows, ui.Row(r.t("fact.decided"), r.words.Moment(rec.DecidedAt), who))
	}
	return rows
}

// signals are facts, worded; they decide nothing.
func (r fileReader) signals() []signal {
	var out []signal
	var peps []string
	for _, p := range r.file.People {
		if p.PEP != nil && *p.PEP {
			peps = append(peps, personName(p))
		}
	}
	if len(peps) > 0 {
		out = append(out, signal{"warning", r.t("signal.pep", "names", strings.Join(slices.Compact(peps), ", ")), "#people"})
	}
	if n := len(r.review.Missing); n > 0 {
		out = append(out, signal{"warning", r.words.N("console.signal.missing", n), "#documents"})
	}
	if day, err := time.Parse(time.DateOnly, r.file.Company.IncorporationDate); err == nil && r.h.Now().Sub(day) < 365*24*time.Hour {
		out = append(out, signal{"info", r.t("signal.young", "day", r.words.Date(day)), "#company"})
	}
	if len(r.file.Entities) > 0 {
		out = append(out, signal{"info", r.words.N("console.signal.entities", len(r.file.Entities)), "#ownership"})
	}
	owned := false
	walk(r.review.Ownership, func(n kyb.Node) { owned = owned || n.Beneficial })
	if !owned && len(r.file.People) > 0 {
		out = append(out, signal{"warning", r.t("signal.no_owner"), "#ownership"})
	}
	return out
}

func walk(n kyb.Node, f func(kyb.Node)) {
	f(n)
	for _, c := range n.Children {
		walk(c, f)
	}
}

func (r fileReader) asked() []askedView {
	var out []askedView
	if r.review.Customer.Stage != customer.StageNeedsCorrection {
		return nil
	}
	for _, c := range r.review.Record.Corrections {
		out = append(out, askedView{Label: r.itemLabel(c.Item), Message: c.Message, Done: c.Done})
	}
	return out
}

func (r fileReader) contents(page *fileView) []ui.Link {
	var out []ui.Link
	for _, s := range page.Sections {
		out = append(out, ui.Link{Label: s.List.Title, Href: "#" + s.ID})
	}
	out = append(out, ui.Link{Label: r.t("people"), Href: "#people"}, ui.Link{Label: r.t("ownership"), Href: "#ownership"})
	if page.MayRead {
		out = append(out, ui.Link{Label: r.t("documents"), Href: "#documents"})
	}
	return append(out, ui.Link{Label: r.t("history"), Href: "#history"})
}

// itemLabel names what a correction is about.
func (r fileReader) itemLabel(item string) string {
	paper, isPaper := strings.CutPrefix(item, "documents.")
	if !isPaper {
		if key := "console.item." + item; r.words.Has(key) {
			return r.words.T(key)
		}
		return item
	}
	return r.paperLabel(paper)
}

func (r fileReader) paperLabel(item string) string {
	label := r.h.Rules.ItemLabel(item, r.words.Lang)
	if label == "" {
		label = r.t("paper.other")
	}
	if _, person, ok := strings.Cut(item, "."); ok {
		for _, p := range r.file.People {
			if p.ID == person {
				label += " · " + personName(p)
			}
		}
	}
	return label
}

func personName(p kyb.Person) string { return strings.TrimSpace(p.FirstName + " " + p.LastName) }

// isConflict tells a decision on a file that is not what the operator saw.
func isConflict(err error) bool { return errs.CodeOf(err) == customer.ErrTransition.Code }
