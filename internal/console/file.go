package console

import (
	"net/http"
	"strconv"

	"rampa/internal/console/dossier"
	"rampa/internal/console/evidence"
	"rampa/internal/console/verdict"
	"rampa/internal/customer"
	"rampa/internal/errs"
	"rampa/internal/operator"
	"rampa/internal/verification"
	"rampa/internal/web/ui"
)

type fileView struct {
	shell
	dossier.View
	UUID     string
	Stage    string
	MayRead  bool                  // the papers
	Alerts   *evidence.Section     // nil: none, or not for this operator
	Checks   *evidence.Checks      // nil: no provider was asked
	Declared *evidence.Declaration // nil: none
	Ban      *banForm              // nil: not for this operator
	Decision *verdict.Forms        // nil: nothing to decide for this operator now
}

// fileID reads the id of the path.
func (v *visit) fileID() (int64, error) {
	id, err := strconv.ParseInt(v.r.PathValue("id"), 10, 64)
	if err != nil || id <= 0 {
		return 0, errNoPage
	}
	return id, nil
}

func showFile(v *visit) error {
	id, err := v.fileID()
	if err != nil {
		return err
	}
	review, err := v.h.Files.Review(v.r.Context(), id, v.actor())
	if err != nil {
		return err
	}
	draft := draft{Draft: verdict.Draft{Open: v.r.URL.Query().Get("decide")}}
	page, err := v.filePage(review, draft)
	if err != nil {
		return err
	}
	if page.Banner = v.outcome(review, page); page.Banner == nil {
		page.Banner = v.alertOutcome(page)
	}
	return v.h.ui.Render(v.w, http.StatusOK, "file", page)
}

// outcome is what the decision just made has brought about, as the file itself shows it: the address alone proves nothing.
func (v *visit) outcome(review *customer.Review, page *fileView) *ui.Banner {
	done := v.r.URL.Query().Get("done")
	if done == "ban" && review.Customer.Banned() || done == "unban" && !review.Customer.Banned() {
		return &ui.Banner{Kind: "success", Title: v.words.T("console." + done + ".done")}
	}
	if done == "declaration" && page.Declared != nil && page.Declared.Form == nil {
		return &ui.Banner{Kind: "success", Title: v.words.T("console.declared.done", "stage", page.Declared.Tag.Label)}
	}
	if done != string(review.Customer.Stage) {
		return nil
	}
	switch review.Customer.Stage {
	case verification.Approved, verification.Rejected, verification.NeedsCorrection:
		return &ui.Banner{Kind: "success", Title: v.words.T("console.done." + string(review.Customer.Stage)), Text: v.words.T("console.done.mail", "email", review.Customer.Email)}
	}
	return nil
}

func (v *visit) filePage(review *customer.Review, d draft) (*fileView, error) {
	names, err := v.operatorNames()
	if err != nil {
		return nil, err
	}
	reader := v.reader(review)
	reader.Names = names
	view := reader.View()
	page := &fileView{shell: v.shell(view.Title), View: view, UUID: review.Customer.UUID, Stage: string(review.Customer.Stage), MayRead: reader.Papers}
	page.Back = &ui.Link{Label: v.words.T("console.to_queue"), Href: "/console"}
	page.Ban = v.banForm(review.Customer, d)
	if page.Declared, err = v.declaration(review.Customer.ID, names, d.Draft); err != nil {
		return nil, err
	}
	if page.Alerts, err = v.alerts(review.Customer.ID, names, d.alert); err != nil {
		return nil, err
	}
	if page.Declared != nil {
		page.Contents = append([]ui.Link{{Label: v.words.T("console.declared"), Href: "#enhanced-declaration"}}, page.Contents...)
	}
	if page.Alerts != nil {
		page.Contents = append([]ui.Link{{Label: v.words.T("console.alerts"), Href: "#alerts"}}, page.Contents...)
	}
	if page.Checks, err = v.checks(review.Customer.ID); err != nil {
		return nil, err
	}
	if page.Decision = verdict.New(reader, d.Draft, verdict.Rights{Decide: v.may(operator.Decide), Reopen: v.may(operator.Reopen)}); page.Decision != nil && page.Alerts != nil {
		page.Decision.Held = page.Alerts.Holds
	}
	return page, nil
}

func (v *visit) reader(review *customer.Review) dossier.Reader {
	return dossier.Reader{Words: v.words, Rules: v.h.Rules, Review: review, Now: v.h.Now(), Papers: v.may(operator.ReadDocuments)}
}

// operatorNames gives the names behind the ids in the history.
func (v *visit) operatorNames() (map[string]string, error) {
	all, err := v.h.Accounts.List(v.r.Context())
	if err != nil {
		return nil, err
	}
	names := make(map[string]string, len(all))
	for _, o := range all {
		names[o.ID] = o.Name
	}
	return names, nil
}

// isConflict tells a decision on a file that is not what the operator saw.
func isConflict(err error) bool { return errs.CodeOf(err) == verification.ErrTransition.Code }
