package console

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"rampa/internal/console/dossier"
	"rampa/internal/customer"
	"rampa/internal/errs"
	"rampa/internal/operator"
	"rampa/internal/verification"
	"rampa/internal/web/ui"
)

// verb is one decision: its form's id and the last part of its address.
type verb string

const (
	approving  verb = "approve"
	rejecting  verb = "reject"
	correcting verb = "correction"
	reopening  verb = "reopen"
)

// confirmed reports whether a decision is asked for twice: those that the company reads as final.
func (d verb) confirmed() bool { return d == approving || d == rejecting }

func (d verb) action(h *handler) func(context.Context, int64, customer.Decision) error {
	switch d {
	case approving:
		return h.Decider.Approve
	case rejecting:
		return h.Decider.Reject
	case correcting:
		return h.Decider.RequestCorrection
	}
	return h.Decider.Reopen
}

// reasonCodes are the reasons offered for a rejection. They are worded in the company's language, for the company.
var reasonCodes = []string{
	"documents_invalid", "identity_unconfirmed", "ownership_unclear", "information_inconsistent", "activity_not_accepted", "country_not_accepted", "criteria_not_met",
}

// companyReasons are those that no person is refused for.
var companyReasons = []string{"ownership_unclear", "activity_not_accepted"}

// maxMessage is the longest message to a company, in characters.
const maxMessage = 2000

// draft is a decision as typed so far: it survives a refusal.
type draft struct {
	open   string // the form that is unfolded
	values url.Values
	errors []ui.ErrorLink
}

// decision is what an operator may do with a file now.
type decision struct {
	Action   string // address of the file
	Version  int64
	Review   bool // approve, ask for corrections, reject
	Reopen   bool
	Open     string
	Errors   []ui.ErrorLink
	Items    []itemGroup
	Reasons  []choice
	Other    string
	Language string // in which the company reads
}

type itemGroup struct {
	Label string
	Items []choice
}

type choice struct {
	ID      string
	Value   string
	Label   string
	Checked bool
	Message string
}

// decision gives the forms that this operator may send at this stage, or nil.
func (v *visit) decision(r dossier.Reader, d draft) *decision {
	c := r.Review.Customer
	out := &decision{Action: "/console/files/" + strconv.FormatInt(c.ID, 10), Version: r.Review.Record.Version, Open: d.open, Errors: d.errors}
	switch c.Stage {
	case verification.Submitted, verification.InReview:
		out.Review = v.may(operator.Decide)
	case verification.Rejected, verification.Expired:
		out.Reopen = v.may(operator.Reopen)
	}
	if !out.Review && !out.Reopen {
		return nil
	}
	for i, code := range reasonCodes {
		if c.Kind == customer.Individual && slices.Contains(companyReasons, code) {
			continue
		}
		out.Reasons = append(out.Reasons, choice{ID: "reason-" + strconv.Itoa(i+1), Value: code, Label: v.words.T("console.reason." + code), Checked: slices.Contains(d.values["reason"], code)})
	}
	out.Other = d.values.Get("other")
	out.Items = correctable(r, d)
	for i, e := range out.Errors {
		if e.Href == "#"+d.open { // of no item in particular: the first one
			out.Errors[i].Href = "#" + out.Items[0].Items[0].ID
		}
	}
	out.Language = v.words.T("console.language." + r.CustomerLanguage())
	return out
}

// correctable lists what can be sent back: the steps of the form and the papers asked for.
func correctable(r dossier.Reader, d draft) []itemGroup {
	steps := itemGroup{Label: r.Words.T("console.items.steps")}
	papers := itemGroup{Label: r.Words.T("console.documents")}
	add := func(g *itemGroup, item string) {
		g.Items = append(g.Items, choice{ID: "item-" + strings.ReplaceAll(item, ".", "-"), Value: item, Label: r.ItemLabel(item),
			Checked: slices.Contains(d.values["item"], item), Message: d.values.Get("message[" + item + "]")})
	}
	forms, asked := r.Correctable()
	for _, step := range forms {
		add(&steps, step)
	}
	for _, paper := range asked {
		add(&papers, paper)
	}
	if len(papers.Items) == 0 {
		return []itemGroup{steps}
	}
	return []itemGroup{steps, papers}
}

func postDecision(d verb) func(*visit) error {
	return func(v *visit) error {
		id, err := v.fileID()
		if err != nil {
			return err
		}
		if err := v.r.ParseForm(); err != nil {
			return badForm(err)
		}
		return v.decide(id, d)
	}
}

func (v *visit) decide(id int64, d verb) error {
	in := v.r.PostForm
	version, err := strconv.ParseInt(in.Get("version"), 10, 64)
	if err != nil {
		return badForm(err)
	}
	draft := draft{open: string(d), values: in, errors: v.check(d, in)}
	if len(draft.errors) > 0 || d.confirmed() && in.Get("confirmed") != "yes" {
		return v.ask(id, d, draft, version)
	}
	what := customer.Decision{Actor: v.actor(), Version: version, RequestID: v.h.RequestID(v.r.Context())}
	switch d {
	case rejecting:
		review, err := v.h.Files.Review(v.r.Context(), id, v.actor())
		if err != nil {
			return err
		}
		what.Reasons = v.reasons(review, in)
	case correcting, reopening:
		what.Corrections = corrections(in)
	}
	err = d.action(v.h)(v.r.Context(), id, what)
	switch {
	case err == nil:
		done := map[verb]verification.Stage{approving: verification.Approved, rejecting: verification.Rejected}[d]
		if done == "" {
			done = verification.NeedsCorrection
		}
		return v.redirect("/console/files/" + strconv.FormatInt(id, 10) + "?done=" + string(done))
	case isConflict(err):
		return v.stale(id, draft)
	case errs.KindOf(err) == errs.Invalid:
		draft.errors = []ui.ErrorLink{{Message: v.words.T("console.refused")}}
		return v.ask(id, d, draft, version)
	}
	return err
}

// check finds what keeps a decision from being sent.
func (v *visit) check(d verb, in url.Values) (problems []ui.ErrorLink) {
	fail := func(id, key string) {
		problems = append(problems, ui.ErrorLink{Href: "#" + id, Message: v.words.T("console." + key)})
	}
	switch d {
	case rejecting:
		if len(in["reason"]) == 0 && strings.TrimSpace(in.Get("other")) == "" {
			fail("reason-1", "reasons_missing")
		}
		if len([]rune(in.Get("other"))) > maxMessage {
			fail("reason-other", "message_long")
		}
	case correcting, reopening:
		if len(in["item"]) == 0 {
			fail(string(d), "items_missing")
		}
		for _, item := range in["item"] {
			switch message := strings.TrimSpace(in.Get("message[" + item + "]")); {
			case message == "":
				fail("message-item-"+strings.ReplaceAll(item, ".", "-"), "message_missing")
			case len([]rune(message)) > maxMessage:
				fail("message-item-"+strings.ReplaceAll(item, ".", "-"), "message_long")
			}
		}
	}
	return problems
}

// reasons words the chosen reasons in the company's language: the company, its mail and the integration read the same.
func (v *visit) reasons(review *customer.Review, in url.Values) []string {
	words := v.h.ui.Catalogue().Words(v.reader(review).CustomerLanguage())
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

func corrections(in url.Values) []customer.Correction {
	var out []customer.Correction
	for _, item := range in["item"] {
		out = append(out, customer.Correction{Item: item, Message: strings.TrimSpace(in.Get("message[" + item + "]"))})
	}
	return out
}

type confirmView struct {
	shell
	Name    string
	Verb    verb
	Action  string
	Cancel  string
	Version int64
	Reasons []string
	Chosen  []string // codes, to send again
	Other   string
	Email   string
	Missing int
}

// ask shows what has to be mended, or asks for the decision once more.
func (v *visit) ask(id int64, d verb, draft draft, version int64) error {
	review, err := v.h.Files.Review(v.r.Context(), id, v.actor())
	if err != nil {
		return err
	}
	if review.Record.Version != version {
		return v.stalePage(review, draft)
	}
	file := "/console/files/" + strconv.FormatInt(id, 10)
	if len(draft.errors) == 0 {
		page := &confirmView{shell: v.shell(v.words.T("console.confirm." + string(d))), Name: v.reader(review).Name(), Verb: d, Action: file + "/" + string(d),
			Cancel: file + "?decide=" + string(d), Version: version, Email: review.Customer.Email, Missing: len(review.Missing)}
		if d == rejecting {
			page.Reasons, page.Chosen, page.Other = v.reasons(review, draft.values), draft.values["reason"], draft.values.Get("other")
		}
		page.Back = &ui.Link{Label: v.words.T("console.to_file"), Href: file}
		return v.h.ui.Render(v.w, http.StatusOK, "confirm", page)
	}
	page, err := v.filePage(review, draft)
	if err != nil {
		return err
	}
	page.Failed = true
	return v.h.ui.Render(v.w, http.StatusUnprocessableEntity, "file", page)
}

// stale shows the file as it is now: nothing was decided, and what was typed is kept where it still can be sent.
func (v *visit) stale(id int64, d draft) error {
	review, err := v.h.Files.Review(v.r.Context(), id, v.actor())
	if err != nil {
		return err
	}
	return v.stalePage(review, d)
}

func (v *visit) stalePage(review *customer.Review, d draft) error {
	page, err := v.filePage(review, d)
	if err != nil {
		return err
	}
	page.Banner = &ui.Banner{Kind: "warning", Title: v.words.T("console.stale"), Text: v.words.T("console.stale_text", "stage", page.Tag.Label)}
	return v.h.ui.Render(v.w, http.StatusConflict, "file", page)
}
