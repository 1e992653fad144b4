package console

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"rampa/internal/console/evidence"
	"rampa/internal/console/verdict"
	"rampa/internal/customer"
	"rampa/internal/errs"
	"rampa/internal/web/ui"
)

// act gives the service's own word for a decision.
func (h *handler) act(d verdict.Verb) func(context.Context, int64, customer.Decision) error {
	switch d {
	case verdict.Approving:
		return h.Decider.Approve
	case verdict.Rejecting:
		return h.Decider.Reject
	case verdict.Correcting:
		return h.Decider.RequestCorrection
	}
	return h.Decider.Reopen
}

// draft is what was typed into the forms of a file's page so far.
type draft struct {
	verdict.Draft
	alert evidence.Draft
}

// reasons words a rejection for the customer.
func (v *visit) reasons(review *customer.Review, in url.Values) []string {
	return verdict.Reasons(v.h.ui.Catalogue().Words(v.reader(review).CustomerLanguage()), in)
}

func postDecision(d verdict.Verb) func(*visit) error {
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

func (v *visit) decide(id int64, d verdict.Verb) error {
	in := v.r.PostForm
	version, err := strconv.ParseInt(in.Get("version"), 10, 64)
	if err != nil {
		return badForm(err)
	}
	draft := draft{Draft: verdict.Draft{Open: string(d), Values: in, Errors: verdict.Check(v.words, d, in)}}
	if len(draft.Errors) > 0 || d.Confirmed() && in.Get("confirmed") != "yes" {
		return v.ask(id, d, draft, version)
	}
	what := customer.Decision{Actor: v.actor(), Version: version, RequestID: v.h.RequestID(v.r.Context())}
	switch d {
	case verdict.Rejecting:
		review, err := v.h.Files.Review(v.r.Context(), id, v.actor())
		if err != nil {
			return err
		}
		what.Reasons = v.reasons(review, in)
	case verdict.Correcting, verdict.Reopening:
		what.Corrections = verdict.Corrections(in)
	}
	err = v.h.act(d)(v.r.Context(), id, what)
	switch {
	case err == nil:
		return v.redirect(fileLink(id) + "?done=" + string(d.Done()))
	case isConflict(err):
		return v.stale(id, draft)
	case errs.CodeOf(err) == customer.ErrFileHeld.Code:
		draft.Errors = []ui.ErrorLink{{Href: "#alerts", Message: v.words.T("console.alert.file_held")}}
		return v.again(id, draft, http.StatusConflict, nil)
	case errs.KindOf(err) == errs.Invalid:
		draft.Errors = []ui.ErrorLink{{Message: v.words.T("console.refused")}}
		return v.ask(id, d, draft, version)
	}
	return err
}

type confirmView struct {
	shell
	Name    string
	Verb    verdict.Verb
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
func (v *visit) ask(id int64, d verdict.Verb, draft draft, version int64) error {
	review, err := v.h.Files.Review(v.r.Context(), id, v.actor())
	if err != nil {
		return err
	}
	if review.Record.Version != version {
		return v.stalePage(review, draft)
	}
	file := fileLink(id)
	if len(draft.Errors) == 0 {
		page := &confirmView{shell: v.shell(v.words.T("console.confirm." + string(d))), Name: v.reader(review).Name(), Verb: d, Action: file + "/" + string(d),
			Cancel: file + "?decide=" + string(d), Version: version, Email: review.Customer.Email, Missing: len(review.Missing)}
		if d == verdict.Rejecting {
			page.Reasons, page.Chosen, page.Other = v.reasons(review, draft.Values), draft.Values["reason"], draft.Values.Get("other")
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
