package evidence

import (
	"net/url"
	"slices"
	"strconv"
	"time"

	"rampa/internal/alert"
	"rampa/internal/console/dossier"
	"rampa/internal/web/ui"
)

// Queue is a page of the open alerts, without what they tell.
type Queue struct {
	Filters []ui.NavItem
	Rows    []Row
}

// Row is one open alert.
type Row struct {
	Href        string
	ID          string
	Customer    string
	Integration string
	Kind        string
	Label       string
	Holds       bool
	Age         ui.Tag
	Since       time.Time
}

// ParseKind reads the filter of an address; "" for what is no kind.
func ParseKind(text string) alert.Kind {
	if kind := alert.Kind(text); slices.Contains(alert.Kinds, kind) {
		return kind
	}
	return ""
}

// QueueLink is the address of a page of the queue.
func QueueLink(kind alert.Kind, after string) string {
	q := url.Values{}
	if kind != "" {
		q.Set("kind", string(kind))
	}
	if after != "" {
		q.Set("after", after)
	}
	if len(q) == 0 {
		return "/console/alerts"
	}
	return "/console/alerts?" + q.Encode()
}

// NewQueue words open alerts of a kind, "" for all kinds.
func NewQueue(words ui.Words, now time.Time, kind alert.Kind, waiting []alert.Waiting) Queue {
	out := Queue{Filters: []ui.NavItem{{Label: words.T("console.filter.all"), Href: QueueLink("", ""), Current: kind == ""}}}
	for _, k := range alert.Kinds {
		out.Filters = append(out.Filters, ui.NavItem{Label: KindLabel(words, k), Href: QueueLink(k, ""), Current: k == kind})
	}
	for _, w := range waiting {
		a, id := w.Alert, strconv.FormatInt(w.Alert.ID, 10)
		out.Rows = append(out.Rows, Row{Href: "/console/files/" + strconv.FormatInt(a.CustomerID, 10) + "#alert-" + id, ID: id, Customer: w.Customer, Integration: w.Integration,
			Kind: string(a.Kind), Label: KindLabel(words, a.Kind), Holds: a.Holds, Age: dossier.AgeTag(words, now.Sub(a.RaisedAt)), Since: a.RaisedAt})
	}
	return out
}
