// Package dossier is how the file of a company or a person reads to an operator: which facts come first, in which order and
// words, and what a reviewer should not overlook. It decides nothing, and knows neither requests nor who reads.
package dossier

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"rampa/internal/customer"
	"rampa/internal/kyb"
	"rampa/internal/kyc"
	"rampa/internal/verification"
	"rampa/internal/web/ui"
)

// View is a file, worded.
type View struct {
	Title    string
	Tag      ui.Tag
	Banned   *Ban // nil: not banned
	Facts    []ui.SummaryRow
	Signals  []Signal
	Contents []ui.Link
	Sections []Section
	Company  bool // what follows is of companies only
	People   []Person
	Law      Law
	Owners   []Owner
	Tree     Node
	Holders  bool // the tree holds more than the company
	Compare  []Picture
	Papers   []Paper
	History  []Line
	Reasons  []string // why it was rejected or expired
	Asked    []Asked  // what the customer has been asked to mend
}

// Ban is since when and why nothing may be done for the customer.
type Ban struct {
	Since  string
	Reason string
}

// Signal is something a reviewer should not overlook. Kind as of ui.Banner.
type Signal struct {
	Kind string
	Text string
	Href string
}

// Section is a part of what the customer says.
type Section struct {
	ID   string
	List ui.Summary
}

// Person is one of the people behind the company.
type Person struct {
	ID     string
	Name   string
	Tags   []ui.Tag
	List   ui.Summary
	Papers []ui.Link
}

// Asked is one open or mended correction.
type Asked struct {
	Label   string
	Message string
	Done    bool
}

// Reader words one review.
type Reader struct {
	Words  ui.Words
	Rules  *kyb.Ruleset
	Review *customer.Review  // of a company, or of a person
	Names  map[string]string // of the operators in the history, by id
	Now    time.Time
	Papers bool // whoever reads may open the papers
}

// person is what a person has given; nil for a company.
func (r Reader) person() *kyc.File { return r.Review.Record.Person }

// file is what the company has given; an empty one where it has given nothing yet.
func (r Reader) file() *kyb.File {
	if r.Review.Record.File == nil {
		return &kyb.File{}
	}
	return r.Review.Record.File
}

// View words the whole file.
func (r Reader) View() View {
	c := r.Review.Customer
	v := View{Title: r.Name(), Tag: StageTag(r.Words, c.Stage), Facts: r.facts(), History: r.history(), Signals: r.signals(), Asked: r.asked()}
	if c.Banned() {
		v.Banned = &Ban{r.Words.Moment(c.BannedAt), c.BanReason}
	}
	if r.person() != nil {
		v.Sections = r.personSections()
		v.Compare, v.Papers = r.pictures(r.papers())
	} else {
		v.Company, v.Sections, v.People, v.Papers = true, r.sections(), r.people(), r.papers()
		v.Law, v.Owners, v.Tree = r.law(), r.owners(), r.tree(r.Review.Ownership.Tree)
		v.Holders = len(v.Tree.Children) > 0
	}
	if c.Stage == verification.Rejected || c.Stage == verification.Expired {
		v.Reasons = c.Reasons
	}
	v.Contents = r.contents(v)
	return v
}

// Name is the company's legal name or the person's, or the one that was registered.
func (r Reader) Name() string {
	if p := r.person(); p != nil {
		return cmp.Or(kyc.FullName(p.Person), r.Review.Customer.Name)
	}
	if name := r.file().Company.LegalName; name != "" {
		return name
	}
	return r.Review.Customer.Name
}

// CustomerLanguage is the language in which the customer reads what he is told.
func (r Reader) CustomerLanguage() string {
	if slices.Contains(ui.Languages, r.Review.Customer.Language) {
		return r.Review.Customer.Language
	}
	return ui.Languages[0]
}

func (r Reader) t(key string, pairs ...string) string { return r.Words.T("console."+key, pairs...) }

func (r Reader) facts() []ui.SummaryRow {
	c, rec := r.Review.Customer, r.Review.Record
	rows := []ui.SummaryRow{ui.Row(r.t("fact.kind"), r.t("kind."+string(c.Kind))), ui.Row(r.t("fact.integration"), r.Review.Brand.Name), ui.Row(r.t("fact.email"), c.Email), ui.Row(r.t("fact.id"), strconv.FormatInt(c.ID, 10))}
	if c.ExternalID != "" {
		rows = append(rows, ui.Row(r.t("fact.external_id"), c.ExternalID))
	}
	if !rec.SubmittedAt.IsZero() {
		lines := []string{r.Words.Moment(rec.SubmittedAt)}
		if c.Stage == verification.Submitted || c.Stage == verification.InReview {
			lines = append(lines, r.t("waiting", "age", Age(r.Words, r.Now.Sub(rec.SubmittedAt))))
		}
		rows = append(rows, ui.Row(r.t("fact.submitted"), lines...))
	}
	if !rec.DecidedAt.IsZero() {
		who := strings.TrimPrefix(rec.DecidedBy, "operator ")
		if name, ok := r.Names[who]; ok {
			who = name
		}
		rows = append(rows, ui.Row(r.t("fact.decided"), r.Words.Moment(rec.DecidedAt), who))
	}
	return rows
}

// signals are facts, worded; they decide nothing.
func (r Reader) signals() []Signal {
	if r.person() != nil {
		return r.personSignals()
	}
	var out []Signal
	var peps []string
	for _, p := range r.file().People {
		if p.PEP != nil && *p.PEP {
			peps = append(peps, personName(p))
		}
	}
	if len(peps) > 0 {
		out = append(out, Signal{"warning", r.t("signal.pep", "names", strings.Join(slices.Compact(peps), ", ")), "#people"})
	}
	if n := len(r.Review.Missing); n > 0 {
		out = append(out, Signal{"warning", r.Words.N("console.signal.missing", n), "#documents"})
	}
	if day, err := time.Parse(time.DateOnly, r.file().Company.IncorporationDate); err == nil && r.Now.Sub(day) < 365*24*time.Hour {
		out = append(out, Signal{"info", r.t("signal.young", "day", r.Words.Date(day)), "#company"})
	}
	if len(r.file().Entities) > 0 {
		out = append(out, Signal{"info", r.Words.N("console.signal.entities", len(r.file().Entities)), "#ownership"})
	}
	if len(r.Review.Ownership.Owners) == 0 && len(r.file().People) > 0 {
		out = append(out, Signal{"warning", r.t("signal.no_owner"), "#ownership"})
	}
	return out
}

func (r Reader) asked() []Asked {
	var out []Asked
	if r.Review.Customer.Stage != verification.NeedsCorrection {
		return nil
	}
	for _, c := range r.Review.Record.Corrections {
		out = append(out, Asked{Label: r.ItemLabel(c.Item), Message: c.Message, Done: c.Done})
	}
	return out
}

func (r Reader) contents(page View) []ui.Link {
	var out []ui.Link
	for _, s := range page.Sections {
		out = append(out, ui.Link{Label: s.List.Title, Href: "#" + s.ID})
	}
	if page.Company {
		out = append(out, ui.Link{Label: r.t("people"), Href: "#people"}, ui.Link{Label: r.t("ownership"), Href: "#ownership"})
	}
	if r.Papers {
		out = append(out, ui.Link{Label: r.t("documents"), Href: "#documents"})
	}
	return append(out, ui.Link{Label: r.t("history"), Href: "#history"})
}

// ItemLabel names what a correction is about.
func (r Reader) ItemLabel(item string) string {
	paper, isPaper := strings.CutPrefix(item, "documents.")
	if !isPaper {
		if key := "console.item." + item; r.Words.Has(key) {
			return r.Words.T(key)
		}
		return item
	}
	return r.paperLabel(paper)
}

func (r Reader) paperLabel(item string) string {
	if evidence, ok := strings.CutPrefix(item, "evidence."); ok {
		if key := "console.evidence." + evidence; r.Words.Has(key) {
			return r.Words.T(key)
		}
		return r.t("paper.other")
	}
	if r.person() != nil {
		return cmp.Or(kyc.ItemLabel(item, r.Words.Lang), r.t("paper.other"))
	}
	label := r.Rules.ItemLabel(item, r.Words.Lang)
	if label == "" {
		label = r.t("paper.other")
	}
	if _, person, ok := strings.Cut(item, "."); ok {
		for _, p := range r.file().People {
			if p.ID == person {
				label += " · " + personName(p)
			}
		}
	}
	return label
}

func personName(p kyb.Person) string { return strings.TrimSpace(p.FirstName + " " + p.LastName) }

// Age tells a duration in the one unit that matters.
func Age(words ui.Words, d time.Duration) string {
	switch {
	case d >= 48*time.Hour:
		return words.N("console.age.days", int(d/(24*time.Hour)))
	case d >= time.Hour:
		return words.N("console.age.hours", int(d/time.Hour))
	default:
		return words.N("console.age.minutes", max(0, int(d/time.Minute)))
	}
}

// Older than these, what waits is shown as late.
const (
	ageWarning = 3 * 24 * time.Hour
	ageDanger  = 7 * 24 * time.Hour
)

// AgeTag is a time of waiting in the colour of its length.
func AgeTag(words ui.Words, d time.Duration) ui.Tag {
	kind := "neutral"
	if d >= ageDanger {
		kind = "danger"
	} else if d >= ageWarning {
		kind = "warning"
	}
	return ui.Tag{Kind: kind, Label: Age(words, d)}
}

var stageKinds = map[verification.Stage]string{
	verification.Submitted: "info", verification.InReview: "info", verification.NeedsCorrection: "warning",
	verification.Approved: "success", verification.Rejected: "danger",
}

// StageTag is a stage in its colour.
func StageTag(words ui.Words, s verification.Stage) ui.Tag {
	kind, ok := stageKinds[s]
	if !ok {
		kind = "neutral"
	}
	return ui.Tag{Kind: kind, Label: words.T("console.stage." + string(s))}
}
