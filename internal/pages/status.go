package pages

import (
	"net/http"
	"net/url"

	"rampa/internal/verification"
	"rampa/internal/web/ui"
)

// statusPage says how a submitted file stands. It changes nothing.
type statusPage struct {
	ui.Page
	Stage     verification.Stage
	Tag       ui.Tag
	Text      string
	Next      string
	Reasons   []string
	Timeline  []moment
	Callback  string
	Sections  []ui.Summary
	Leave     string
	Reference string
	Signed    string
}

// moment is a point of the file's way. State: done, current or todo.
type moment struct {
	State string
	Label string
	Note  string
}

var stageTags = map[verification.Stage]string{
	verification.Submitted: "info", verification.InReview: "info", verification.Approved: "success", verification.Rejected: "danger",
}

func (v *visit) status() error {
	c, w := v.form.Customer, v.words
	key := "status." + string(c.Stage)
	if _, known := stageTags[c.Stage]; !known {
		return verification.ErrTransition
	}
	page := &statusPage{
		Page: v.page(w.T(key + ".title")), Stage: c.Stage, Tag: ui.Tag{Kind: stageTags[c.Stage], Label: w.T(key + ".tag")},
		Text: w.T(key+".text", "company", c.Name), Next: w.T(key + ".next"), Sections: v.sections(false), Leave: v.to("leave"), Reference: c.UUID,
		Timeline: v.timeline(),
	}
	if c.Stage == verification.Rejected {
		page.Reasons = c.Reasons
	}
	if d := v.file().Declaration; d != nil {
		page.Signed = w.T("status.signed", "name", d.Signature, "moment", w.Moment(d.SignedAt))
	}
	if u, err := url.Parse(c.CallbackURL); err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" {
		page.Callback = c.CallbackURL
	}
	return v.render(http.StatusOK, "status", page)
}

func (v *visit) timeline() []moment {
	w, r := v.words, v.form.Record
	sent := moment{"done", w.T("status.line.sent"), w.Moment(r.SubmittedAt)}
	review := moment{"todo", w.T("status.line.review"), w.T("status.line.review_note")}
	decision := moment{"todo", w.T("status.line.decision"), w.T("status.line.decision_note")}
	switch v.form.Customer.Stage {
	case verification.Submitted, verification.InReview:
		review.State = "current"
	default:
		review.State, review.Note = "done", ""
		decision.State, decision.Note = "done", w.Moment(r.DecidedAt)
	}
	return []moment{sent, review, decision}
}
