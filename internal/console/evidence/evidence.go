// Package evidence is how alerts read to an operator: what was found, what speaks for it and against it, and what follows
// from each answer. It brings the parts of pages that show them. It decides nothing, and knows neither requests nor who reads.
package evidence

import (
	"cmp"
	"embed"
	"slices"
	"strconv"
	"strings"
	"time"

	"rampa/internal/alert"
	"rampa/internal/web/ui"
)

// Files are the templates and texts of this package, for ui.Config.Shared.
//
//go:embed templates/*.html locales/*.yaml
var Files embed.FS

// Reader words alerts.
type Reader struct {
	Words  ui.Words
	Names  map[string]string // of operators, by id
	Decide bool              // whoever reads may decide
}

// Section is all alerts of a customer.
type Section struct {
	Open   string // how many wait
	Holds  bool   // one of them holds the customer
	Alerts []Alert
	Errors []ui.ErrorLink
}

// Alert is one alert, worded.
type Alert struct {
	ID      string
	Kind    string // for programs, as State
	State   string
	Label   string
	Tag     ui.Tag
	Holds   bool
	Raised  string
	Says    string // what was found, in a sentence
	Other   *ui.Link
	Facts   []ui.SummaryRow
	Parts   []Part
	Decided string // when and by whom, "" while it is open
	Reason  string
	Form    *Form // nil: nothing to decide for this operator
}

// Part is one piece of the explanation of a score.
type Part struct{ Points, Text string }

// Form asks for a decision.
type Form struct {
	Action    string
	Confirm   string // the button
	Follows   string // what follows from confirming
	Reason    string // as typed so far
	HasErrors bool
}

// Draft is a decision as typed so far: it survives a refusal.
type Draft struct {
	Alert  string // its id
	Reason string
	Error  string // a text of the catalogue, "" = none
}

// Section words the alerts of a customer: the open ones first, the newest first.
func (r Reader) Section(all []alert.Alert, d Draft) *Section {
	open := func(a alert.Alert) int {
		if a.State == alert.Open {
			return 0
		}
		return 1
	}
	sorted := slices.Clone(all)
	slices.SortStableFunc(sorted, func(a, b alert.Alert) int { return cmp.Compare(open(a), open(b)) })
	out, waiting := &Section{}, 0
	for _, a := range sorted {
		if a.State == alert.Open {
			waiting++
		}
		out.Holds = out.Holds || a.Holds && a.State != alert.Cleared
		out.Alerts = append(out.Alerts, r.alert(a, d))
	}
	if waiting > 0 {
		out.Open = r.Words.N("console.alerts.open", waiting)
	}
	if d.Error != "" {
		out.Errors = []ui.ErrorLink{{Href: "#reason-alert-" + d.Alert, Message: r.Words.T(d.Error)}}
	}
	return out
}

var tagKinds = map[alert.State]string{alert.Open: "warning", alert.Cleared: "success", alert.Confirmed: "danger"}

// StateTag is the state of an alert in its colour.
func StateTag(words ui.Words, s alert.State) ui.Tag {
	return ui.Tag{Kind: tagKinds[s], Label: words.T("console.alert.state." + string(s))}
}

// KindLabel names a kind of alert.
func KindLabel(words ui.Words, k alert.Kind) string {
	if key := "console.alert.kind." + string(k); words.Has(key) {
		return words.T(key)
	}
	return string(k)
}

func (r Reader) alert(a alert.Alert, d Draft) Alert {
	out := Alert{ID: strconv.FormatInt(a.ID, 10), Kind: string(a.Kind), State: string(a.State), Label: KindLabel(r.Words, a.Kind), Tag: StateTag(r.Words, a.State), Holds: a.Holds && a.State != alert.Cleared,
		Raised: r.Words.Moment(a.RaisedAt), Reason: a.Reason}
	switch a.Kind {
	case alert.Screening:
		r.screening(&out, a.Summary)
	case alert.Monitoring:
		r.monitoring(&out, a.Summary)
	case alert.DuplicateIdentification:
		r.duplicate(&out, a.Summary)
	default:
		out.Facts = r.facts(a.Summary)
	}
	if a.State != alert.Open {
		out.Decided = r.Words.T("console.alert.decided", "moment", r.Words.Moment(a.DecidedAt), "who", cmp.Or(r.Names[a.DecidedBy], a.DecidedBy))
		return out
	}
	if !r.Decide {
		return out
	}
	out.Form = &Form{Action: "/console/alerts/" + out.ID, Confirm: r.Words.T("console.alert.confirm"), Follows: r.Words.T("console.alert.follows")}
	switch {
	case a.Kind == alert.Screening && a.Summary["category"] == "pep": // being exposed is no reason for a ban
		out.Form.Follows = r.Words.T("console.alert.follows_pep")
	case a.Kind == alert.Screening:
		out.Form.Confirm, out.Form.Follows = r.Words.T("console.alert.confirm_screening"), r.Words.T("console.alert.follows_screening")
	}
	if d.Alert == out.ID {
		out.Form.Reason, out.Form.HasErrors = d.Reason, d.Error != ""
	}
	return out
}

// screening words a likely match with an entry of a list.
func (r Reader) screening(out *Alert, s map[string]string) {
	out.Says = r.Words.T("console.alert.screening", "name", s["name"], "entry", s["entry"], "list", s["list"], "score", r.percent(s["score"]))
	for _, name := range []string{"name", "as", "subject_birth_date", "subject_countries", "matched", "entry", "aliases", "entry_birth_date", "entry_countries", "category", "programs", "list", "entry_id", "list_hash", "config"} {
		if s[name] != "" {
			out.Facts = append(out.Facts, ui.Row(r.Words.T("console.alert.fact."+name), r.value(name, s[name])))
		}
	}
	out.Parts = r.parts(s["parts"])
}

// parts reads the explanation of a score: one line a part, its points, a tab, the text.
func (r Reader) parts(text string) (out []Part) {
	for line := range strings.Lines(text) {
		points, words, found := strings.Cut(strings.TrimSpace(line), "\t")
		if !found {
			points, words = "", strings.TrimSpace(line)
		}
		if _, err := strconv.Atoi(points); err == nil {
			sign := "+"
			if strings.HasPrefix(points, "-") {
				sign, points = "−", points[1:]
			}
			points = sign + r.percent(strings.TrimPrefix(points, "+"))
		}
		out = append(out, Part{points, words})
	}
	return out
}

// monitoring words what a rule saw, with the figures that made it speak.
func (r Reader) monitoring(out *Alert, s map[string]string) {
	out.Says = s["explanation"]
	if key := "console.monitor." + s["kind"]; r.Words.Has(key) {
		pairs := []string{"window", r.window(s["hours"])}
		for name, value := range s {
			pairs = append(pairs, name, r.value(name, value))
		}
		out.Says = r.Words.T(key, pairs...)
	}
	for _, name := range []string{"rule", "reference", "amount", "direction", "rail", "at", "references"} {
		if s[name] != "" && (name != "references" || s[name] != s["reference"]) {
			out.Facts = append(out.Facts, ui.Row(r.Words.T("console.alert.fact."+name), r.value(name, s[name])))
		}
	}
}

// duplicate leads to the customer who has the same number.
func (r Reader) duplicate(out *Alert, s map[string]string) {
	other := s["other_customer"]
	out.Says = r.Words.T("console.alert.duplicate", "customer", other)
	if _, err := strconv.ParseInt(other, 10, 64); err == nil {
		out.Other = &ui.Link{Label: r.Words.T("console.alert.duplicate_link", "customer", other), Href: "/console/files/" + other}
	}
}

// facts shows whatever a summary tells, where its kind has no words of its own.
func (r Reader) facts(s map[string]string) (rows []ui.SummaryRow) {
	names := make([]string, 0, len(s))
	for name := range s {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		label := name
		if key := "console.alert.fact." + name; r.Words.Has(key) {
			label = r.Words.T(key)
		}
		rows = append(rows, ui.Row(label, r.value(name, s[name])))
	}
	return rows
}

// value words one figure or code of a summary.
func (r Reader) value(name, value string) string {
	switch name {
	case "amount", "below", "total", "median", "declared", "in", "out":
		return r.money(value)
	case "country":
		return r.Words.Country(value)
	case "subject_countries", "entry_countries":
		var countries []string
		for code := range strings.FieldsSeq(strings.ReplaceAll(value, ",", " ")) {
			countries = append(countries, r.Words.Country(code))
		}
		return strings.Join(countries, ", ")
	case "subject_birth_date", "entry_birth_date":
		return r.Words.Day(value)
	case "at":
		if t, err := time.Parse(time.RFC3339, value); err == nil {
			return r.Words.Moment(t)
		}
	}
	if key := "console.alert.value." + name + "." + value; r.Words.Has(key) {
		return r.Words.T(key)
	}
	return value
}

// percent writes basis points: 9150 is 91.5.
func (r Reader) percent(points string) string {
	n, err := strconv.Atoi(points)
	if err != nil {
		return points
	}
	text := strconv.Itoa(n / 100)
	if rest := n % 100; rest != 0 {
		text += r.Words.T("console.decimal") + strings.TrimSuffix(strconv.Itoa(100 + rest)[1:], "0")
	}
	return text + " %"
}

// money writes an amount as people of the language do: "2939.99" is 2.939,99 in Spanish.
func (r Reader) money(amount string) string {
	units, cents, found := strings.Cut(amount, ".")
	if !found {
		return r.Words.Number(units)
	}
	return r.Words.Number(units) + r.Words.T("console.decimal") + cents
}

// window words a number of hours.
func (r Reader) window(hours string) string {
	n, err := strconv.Atoi(hours)
	if err != nil {
		return hours
	}
	if n > 72 && n%24 == 0 {
		return r.Words.N("console.age.days", n/24)
	}
	return r.Words.N("console.age.hours", n)
}
