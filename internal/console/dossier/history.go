package dossier

import (
	"strings"
	"time"

	"rampa/internal/audit"
)

// Line is one act in words.
type Line struct {
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

func (r Reader) history() []Line {
	lines := make([]Line, 0, len(r.Review.History))
	for _, e := range r.Review.History {
		lines = append(lines, Line{At: e.At, What: r.act(e), Who: r.actorName(e.Actor), Address: e.Actor.Address, Notable: notable[named(e)]})
	}
	return lines
}

// named is what an entry's act is called here: people's files and companies' go the same way.
func named(e audit.Entry) string {
	if act, ok := strings.CutPrefix(e.Action, "kyc."); ok {
		return "kyb." + act
	}
	return e.Action
}

// act tells an entry in words. Which item it is about stands in the detail of some.
func (r Reader) act(e audit.Entry) string {
	key := "console.act." + named(e)
	if !r.Words.Has(key) {
		return r.t("act.other", "action", e.Action)
	}
	item := e.Detail["item"]
	switch {
	case item == "":
	case e.Action == "document.added" || e.Action == "document.removed" || e.Action == "document.read":
		item = r.paperLabel(item)
	default:
		item = r.ItemLabel(item)
	}
	return r.Words.T(key, "item", item)
}

func (r Reader) actorName(a audit.Actor) string {
	if a.Kind == "operator" {
		if name, ok := r.Names[a.ID]; ok {
			return name
		}
	}
	if key := "console.actor." + a.Kind; r.Words.Has(key) {
		return r.Words.T(key)
	}
	return a.Kind
}
