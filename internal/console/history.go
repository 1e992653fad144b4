package console

import (
	"time"

	"rampa/internal/audit"
)

// historyLine is one act in words.
type historyLine struct {
	At      time.Time
	What    string
	Who     string
	Address string
	Notable bool // a change of stage, not a mere reading
}

// notable are the acts that move a file; the others are quieter in the list.
var notable = map[string]bool{
	"customer.registered": true, "kyb.submitted": true, "kyb.taken": true, "kyb.approved": true, "kyb.rejected": true, "kyb.correction": true,
	"kyb.reopened": true, "kyb.link_expired": true, "kyb.forced": true,
}

func (r fileReader) history() []historyLine {
	lines := make([]historyLine, 0, len(r.review.History))
	for _, e := range r.review.History {
		lines = append(lines, historyLine{At: e.At, What: r.act(e), Who: r.actorName(e.Actor), Address: e.Actor.Address, Notable: notable[e.Action]})
	}
	return lines
}

// act tells an entry in words. Which item it is about stands in the detail of some.
func (r fileReader) act(e audit.Entry) string {
	key := "console.act." + e.Action
	if !r.words.Has(key) {
		return r.t("act.other", "action", e.Action)
	}
	item := e.Detail["item"]
	switch {
	case item == "":
	case e.Action == "document.added" || e.Action == "document.removed" || e.Action == "document.read":
		item = r.paperLabel(item)
	default:
		item = r.itemLabel(item)
	}
	return r.words.T(key, "item", item)
}

func (r fileReader) actorName(a audit.Actor) string {
	if a.Kind == "operator" {
		if name, ok := r.names[a.ID]; ok {
			return name
		}
	}
	if key := "console.actor." + a.Kind; r.words.Has(key) {
		return r.words.T(key)
	}
	return a.Kind
}
