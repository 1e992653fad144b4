package console

import (
	"context"
	"net/http"
	"strconv"

	"rampa/internal/audit"
	"rampa/internal/console/dossier"
	"rampa/internal/console/evidence"
	"rampa/internal/console/verdict"
	"rampa/internal/customer"
	"rampa/internal/errs"
	"rampa/internal/onboarding"
	"rampa/internal/operator"
	"rampa/internal/web/ui"
)

// Declarations are the enhanced declarations of customers. Every reading is audited by the service.
type Declarations interface {
	Queue(ctx context.Context, p customer.Page) (rows []onboarding.Waiting, next string, err error)
	Read(ctx context.Context, customerID int64, by audit.Actor) (*onboarding.Record, error)
	Accept(ctx context.Context, customerID int64, d onboarding.Decision) error
	Refuse(ctx context.Context, customerID int64, d onboarding.Decision) error
	RequestCorrection(ctx context.Context, customerID int64, d onboarding.Decision) error
}

type declarationsView struct {
	shell
	Filters []ui.NavItem
	Rows    []evidence.WaitingRow
	Pager   ui.Pager
	Empty   ui.Empty
}

// showDeclarations is the queue of submitted declarations, the oldest first.
func showDeclarations(v *visit) error {
	after := v.r.URL.Query().Get("after")
	page := &declarationsView{shell: v.shell(v.words.T("console.declared.title")), Filters: v.queueFilters(declarations, false),
		Empty: ui.Empty{Title: v.words.T("console.declared.none"), Text: v.words.T("console.declared.none_text")}}
	rows, next, err := v.h.Declarations.Queue(v.r.Context(), customer.Page{Limit: queuePage, Cursor: after})
	if err != nil {
		return err
	}
	for _, r := range rows {
		page.Rows = append(page.Rows, evidence.WaitingRow{Href: fileLink(r.Customer.ID) + "#enhanced-declaration", Customer: r.Customer.Name, Integration: r.IntegrationName,
			Sent: v.words.Moment(r.SubmittedAt), Age: dossier.AgeTag(v.words, v.h.Now().Sub(r.SubmittedAt))})
	}
	if after != "" {
		page.Pager.First = "/console/declarations"
	}
	if next != "" {
		page.Pager.Next = "/console/declarations?after=" + next
	}
	return v.h.ui.Render(v.w, http.StatusOK, "declarations", page)
}

// declaration words a customer's enhanced declaration; nil where there is none.
func (v *visit) declaration(customerID int64, names map[string]string, d verdict.Draft) (*evidence.Declaration, error) {
	record, err := v.h.Declarations.Read(v.r.Context(), customerID, v.actor())
	if errs.CodeOf(err) == onboarding.ErrNotFound.Code {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	reader := evidence.Reader{Words: v.words, Names: names, Decide: v.may(operator.Decide)}
	return reader.Declaration(record, fileLink(customerID)+"/declaration", d), nil
}

// postDeclaration accepts a declaration, sends it back or refuses it.
func postDeclaration(verb string) func(*visit) error {
	return func(v *visit) error {
		id, err := v.fileID()
		if err != nil {
			return err
		}
		if err := v.r.ParseForm(); err != nil {
			return badForm(err)
		}
		in := v.r.PostForm
		what := onboarding.Decision{Actor: v.actor(), RequestID: v.h.RequestID(v.r.Context())}
		if what.Version, err = strconv.ParseInt(in.Get("version"), 10, 64); err != nil {
			return badForm(err)
		}
		d := draft{Draft: verdict.Draft{Open: evidence.Prefix + verb, Values: in}}
		act := v.h.Declarations.Accept
		switch verb {
		case "refuse":
			act, what.Reasons, d.Errors = v.h.Declarations.Refuse, in["reason"], verdict.CheckReason(v.words, "declaration-reason", in.Get("reason"))
		case "correction":
			act, what.Corrections, d.Errors = v.h.Declarations.RequestCorrection, verdict.Corrections(in), verdict.CheckItems(v.words, verdict.Items{Prefix: "declared-", First: "declared-funds"}, in)
		}
		if len(d.Errors) > 0 {
			return v.again(id, d, http.StatusUnprocessableEntity, nil)
		}
		switch err = act(v.r.Context(), id, what); {
		case err == nil:
			return v.redirect(fileLink(id) + "?done=declaration#enhanced-declaration")
		case isConflict(err):
			return v.again(id, d, http.StatusConflict, &ui.Banner{Kind: "warning", Title: v.words.T("console.declared.stale"), Text: v.words.T("console.alert.decided_by_other_text")})
		}
		return err
	}
}
