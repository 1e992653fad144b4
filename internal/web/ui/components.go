package ui

import "html/template"

// View is a page's data: any struct that embeds Page.
type View interface{ view() *Page }

// Page is what the layout shows around any page. Embed it in each page's struct.
type Page struct {
	Words  Words
	Title  string // the h1 and the window's title
	Brand  Brand
	Path   string // the page's own path, for the language switch; "" = no switch
	Query  string // what the path needs besides: "token=…"
	Nav    []NavItem
	User   *User
	Wide   bool // the console's width instead of the form's
	Failed bool // errors are shown: the window's title says so first
	Banner *Banner
	Back   *Link
	Steps  *Steps // progress through a form: beside the page on a desk, above it on a phone
	Legal  []Link // foot
}

func (p *Page) view() *Page { return p }

// Brand is whose page it is. Without a name it is Rampa's own.
type Brand struct {
	Name    string
	LogoURL string // "" = the name's initial in a square
}

// Initial is the letter shown where there is no logo.
func (b Brand) Initial() string {
	for _, r := range b.Name {
		return string(r)
	}
	return "R"
}

// NavItem is an entry of the console's navigation.
type NavItem struct {
	Label   string
	Href    string
	Current bool
	Count   string // shown as a small number, "" = none
}

// User is who is signed in, with the address that POST signs out.
type User struct {
	Name    string
	SignOut string
}

// Link is a text with an address.
type Link struct {
	Label string
	Href  string
}

// ErrorLink is a line of the error summary. Href is "#id" of the field, or "" for the page as a whole.
type ErrorLink struct {
	Href    string
	Message string
}

// Banner is a notice above a page. Kind: info, success, warning or danger.
type Banner struct {
	Kind  string
	Title string
	Text  string
	Items []string
}

// Tag is a short status in colour. Kind: neutral, info, success, warning or danger.
type Tag struct {
	Kind  string
	Label string
}

// Summary is a list of questions and answers, with links to change them.
type Summary struct {
	Title  string
	Change *Link // for the list as a whole
	Rows   []SummaryRow
}

// SummaryRow is one question with its answer; several Lines are shown under each other.
type SummaryRow struct {
	Label  string
	Lines  []string
	Change *Link // for the row alone
	Tag    *Tag
}

// Row makes a row of a summary.
func Row(label string, lines ...string) SummaryRow { return SummaryRow{Label: label, Lines: lines} }

// Empty reports whether a row has no answer.
func (r SummaryRow) Empty() bool {
	for _, line := range r.Lines {
		if line != "" {
			return false
		}
	}
	return r.Tag == nil
}

// Table is a plain table. On a phone each row becomes a card, its cells labelled with the columns' names.
type Table struct {
	Caption string
	Columns []Column
	Rows    [][]Cell
}

// Column is a heading of a table.
type Column struct {
	Label   string
	Numeric bool
}

// Cell is a cell of a table: text, optionally a link, optionally a tag and a second, quieter line.
type Cell struct {
	Text  string
	Href  string
	Quiet string
	Tag   *Tag
	Code  bool // set in the monospaced face: identifiers
}

// Empty is shown where a list has nothing.
type Empty struct {
	Title  string
	Text   string
	Action *Link
}

// Steps is the progress through a form.
type Steps struct {
	Label string // names the navigation for screen readers
	All   *Link  // leads to the overview of the steps
	Now   int    // 1-based; 0 = no step is current
	Items []Step
}

// Step is one step. State: done, current, todo or fix.
type Step struct {
	Label string
	Href  string // "" = cannot be opened now
	State string
}

// Current gives the current step.
func (s Steps) Current() Step {
	if s.Now < 1 || s.Now > len(s.Items) {
		return Step{}
	}
	return s.Items[s.Now-1]
}

// Done counts the finished steps.
func (s Steps) Done() int {
	n := 0
	for _, item := range s.Items {
		if item.State == "done" {
			n++
		}
	}
	return n
}

// Pager leads through a list by cursor.
type Pager struct {
	First string // "" on the first page
	Next  string // "" on the last page
}

// Failure is a page that says what is wrong and what to do: expired, locked, unknown, our own fault.
type Failure struct {
	Page
	Text    string
	Next    string // what to do
	Action  *Link
	Request string // the request id, to quote to support
}

func (r *Renderer) funcs(lang string) template.FuncMap {
	w := r.catalogue.Words(lang)
	return template.FuncMap{
		"lang": func() string { return lang }, "languages": func() []string { return Languages },
		"t": w.T, "tn": w.N, "has": w.Has, "date": w.Date, "moment": w.Moment, "day": w.Day,
		"bytes": w.Bytes, "number": w.Number, "country": w.Country, "join": w.Join,
		"asset": r.assets.url, "add": func(a, b int) int { return a + b },
		"tag": func(kind, label string) *Tag { return &Tag{Kind: kind, Label: label} },
	}
}
