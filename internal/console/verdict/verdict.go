// Package verdict is the forms in which an operator decides a file: what can be decided at which stage, what can be sent
// back, and what keeps a decision from being sent. It decides nothing, and knows neither requests nor who reads.
package verdict

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"rampa/internal/console/dossier"
	"rampa/internal/customer"
	"rampa/internal/verification"
	"rampa/internal/web/ui"
)

// Verb is one decision: its form's id and the last part of its address.
type Verb string

// The decisions.
const (
	Approving  Verb = "approve"
	Rejecting  Verb = "reject"
	Correcting Verb = "correction"
	Reopening  Verb = "reopen"
)

// Confirmed reports whether a decision is asked for twice: those that the customer reads as final.
func (d Verb) Confirmed() bool { return d == Approving || d == Rejecting }

// Done is the stage that a decision leads to.
func (d Verb) Done() verification.Stage {
	switch d {
	case Approving:
		return verification.Approved
	case Rejecting:
		return verification.Rejected
	}
	return verification.NeedsCorrection
}

// reasonCodes are the reasons offered for a rejection. They are worded in the customer's language, for the customer.
var reasonCodes = []string{
	"documents_invalid", "identity_unconfirmed", "ownership_unclear", "information_inconsistent", "activity_not_accepted", "country_not_accepted", "criteria_not_met",
}

// MaxMessage is the longest message to a customer, in characters.
const MaxMessage = 2000

// Draft is a decision as typed so far: it survives a refusal.
type Draft struct {
	Open   string // the form that is unfolded
	Values url.Values
	Errors []ui.ErrorLink
}

// Rights are what whoever reads may do.
type Rights struct{ Decide, Reopen bool }

// Forms is what an operator may do with a file now.
type Forms struct {
	Action   string // address of the file
	Version  int64
	Review   bool // approve, ask for corrections, reject
	Reopen   bool
	Held     bool // an alert holds the file
	Open     string
	Errors   []ui.ErrorLink
	Items    []Group
	Reasons  []Choice
	Other    string
	Language string // in which the customer reads
}

// Group is some of the items that can be sent back.
type Group struct {
	Label string
	Items []Choice
}

// Choice is one box to tick.
type Choice struct {
	ID      string
	Value   string
	Label   string
	Checked bool
	Message string
}

// New gives the forms that an operator of these rights may send at this stage, or nil.
func New(r dossier.Reader, d Draft, may Rights) *Forms {
	c := r.Review.Customer
	out := &Forms{Action: "/console/files/" + strconv.FormatInt(c.ID, 10), Version: r.Review.Record.Version, Open: d.Open}
	switch c.Stage {
	case verification.Submitted, verification.InReview:
		out.Review = may.Decide
	case verification.Rejected, verification.Expired:
		out.Reopen = may.Reopen
	}
	if !out.Review && !out.Reopen {
		return nil
	}
	for i, code := range reasonCodes {
		out.Reasons = append(out.Reasons, Choice{ID: "reason-" + strconv.Itoa(i+1), Value: code, Label: r.Words.T("console.reason." + code), Checked: slices.Contains(d.Values["reason"], code)})
	}
	out.Other = d.Values.Get("other")
	out.Items = correctable(r, d)
	if slices.Contains([]Verb{Approving, Rejecting, Correcting, Reopening}, Verb(d.Open)) { // other forms of the page show their own
		out.Errors = d.Errors
	}
	for i, e := range out.Errors {
		if e.Href == "#"+d.Open { // of no item in particular: the first one
			out.Errors[i].Href = "#" + out.Items[0].Items[0].ID
		}
	}
	out.Language = r.Words.T("console.language." + r.CustomerLanguage())
	return out
}

// correctable lists what can be sent back: the steps of the form and the papers asked for.
func correctable(r dossier.Reader, d Draft) []Group {
	steps := Group{Label: r.Words.T("console.items.steps")}
	papers := Group{Label: r.Words.T("console.documents")}
	add := func(g *Group, item string) {
		g.Items = append(g.Items, Choice{ID: "item-" + strings.ReplaceAll(item, ".", "-"), Value: item, Label: r.ItemLabel(item),
			Checked: slices.Contains(d.Values["item"], item), Message: d.Values.Get("message[" + item + "]")})
	}
	forms, asked := r.Correctable()
	for _, step := range forms {
		add(&steps, step)
	}
	for _, paper := range asked {
		add(&papers, paper)
	}
	if len(papers.Items) == 0 {
		return []Group{steps}
	}
	return []Group{steps, papers}
}

// Check finds what keeps a decision from being sent.
func Check(words ui.Words, d Verb, in url.Values) (problems []ui.ErrorLink) {
	fail := func(id, key string) {
		problems = append(problems, ui.ErrorLink{Href: "#" + id, Message: words.T("console." + key)})
	}
	switch d {
	case Rejecting:
		if len(in["reason"]) == 0 && strings.TrimSpace(in.Get("other")) == "" {
			fail("reason-1", "reasons_missing")
		}
		if len([]rune(in.Get("other"))) > MaxMessage {
			fail("reason-other", "message_long")
		}
	case Correcting, Reopening:
		return CheckItems(words, Items{Prefix: "item-", First: string(d)}, in)
	}
	return problems
}

// Items are the boxes of a correction: how their ids begin, and the id of what is shown when none is ticked.
type Items struct{ Prefix, First string }

// CheckItems finds what keeps a correction from being sent.
func CheckItems(words ui.Words, boxes Items, in url.Values) (problems []ui.ErrorLink) {
	fail := func(id, key string) {
		problems = append(problems, ui.ErrorLink{Href: "#" + id, Message: words.T("console." + key)})
	}
	if len(in["item"]) == 0 {
		fail(boxes.First, "items_missing")
	}
	for _, item := range in["item"] {
		id := "message-" + boxes.Prefix + strings.ReplaceAll(item, ".", "-")
		switch message := strings.TrimSpace(in.Get("message[" + item + "]")); {
		case message == "":
			fail(id, "message_missing")
		case len([]rune(message)) > MaxMessage:
			fail(id, "message_long")
		}
	}
	return problems
}

// CheckReason finds what keeps a reason, typed into the field of an id, from being sent.
func CheckReason(words ui.Words, id, reason string) []ui.ErrorLink {
	switch reason = strings.TrimSpace(reason); {
	case reason == "":
		return []ui.ErrorLink{{Href: "#" + id, Message: words.T("console.alert.reason_missing")}}
	case len([]rune(reason)) > MaxMessage:
		return []ui.ErrorLink{{Href: "#" + id, Message: words.T("console.alert.reason_long")}}
	}
	return nil
}

// Reasons words the chosen reasons in the customer's language: the customer, its mail and the integration read the same.
func Reasons(words ui.Words, in url.Values) []string {
	var out []string
	for _, code := range reasonCodes {
		if slices.Contains(in["reason"], code) {
			out = append(out, words.T("console.reason."+code))
		}
	}
	if other := strings.TrimSpace(in.Get("other")); other != "" {
		out = append(out, other)
	}
	return out
}

// Corrections are the ticked items with their messages.
func Corrections(in url.Values) []customer.Correction {
	var out []customer.Correction
	for _, item := range in["item"] {
		out = append(out, customer.Correction{Item: item, Message: strings.TrimSpace(in.Get("message[" + item + "]"))})
	}
	return out
}
