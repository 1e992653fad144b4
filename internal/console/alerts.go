package console

import (
	"context"
	"net/http"
	"strconv"

	"rampa/internal/alert"
	"rampa/internal/console/evidence"
	"rampa/internal/customer"
	"rampa/internal/errs"
	"rampa/internal/operator"
	"rampa/internal/web/ui"
)

// Alerts is what was found about customers. Every decision is audited by the service.
type Alerts interface {
	Open(ctx context.Context, p alert.Page) (rows []alert.Waiting, next string, err error)
	Of(ctx context.Context, customerID int64) ([]alert.Alert, error)
	HeldAmong(ctx context.Context, customerIDs []int64) (map[int64]bool, error)
	Get(ctx context.Context, id int64) (alert.Alert, error)
	Decide(ctx context.Context, id int64, d alert.Decision) (alert.Alert, error)
}

type alertsView struct {
	shell
	evidence.Queue
	Pager ui.Pager
	Empty ui.Empty
}

// showAlerts is the queue of open alerts, without what they tell: the file shows that, and its reading is written down.
func showAlerts(v *visit) error {
	query := v.r.URL.Query()
	kind, after := evidence.ParseKind(query.Get("kind")), query.Get("after")
	rows, next, err := v.h.Alerts.Open(v.r.Context(), alert.Page{Kind: kind, Limit: queuePage, Cursor: after})
	if err != nil {
		return err
	}
	page := &alertsView{shell: v.shell(v.words.T("console.alerts.title")), Queue: evidence.NewQueue(v.words, v.h.Now(), kind, rows),
		Empty: ui.Empty{Title: v.words.T("console.alerts.none"), Text: v.words.T("console.alerts.none_text")}}
	if after != "" {
		page.Pager.First = evidence.QueueLink(kind, "")
	}
	if next != "" {
		page.Pager.Next = evidence.QueueLink(kind, next)
	}
	return v.h.ui.Render(v.w, http.StatusOK, "alerts", page)
}

func fileLink(customerID int64) string { return "/console/files/" + strconv.FormatInt(customerID, 10) }

// alerts words a customer's alerts; nil where there are none or this operator may not see them.
func (v *visit) alerts(customerID int64, names map[string]string, d evidence.Draft) (*evidence.Section, error) {
	if !v.may(operator.ReadAlerts) {
		return nil, nil
	}
	all, err := v.h.Alerts.Of(v.r.Context(), customerID)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return evidence.Reader{Words: v.words, Names: names, Decide: v.may(operator.DecideAlerts)}.Section(all, d), nil
}

// postAlert clears or confirms an alert and leads back to the file.
func postAlert(confirm bool) func(*visit) error {
	return func(v *visit) error {
		id, err := v.fileID()
		if err != nil {
			return err
		}
		if err := v.r.ParseForm(); err != nil {
			return badForm(err)
		}
		a, err := v.h.Alerts.Get(v.r.Context(), id)
		if err != nil {
			return err
		}
		what := alert.Decision{Confirm: confirm, Reason: v.r.PostForm.Get("reason"), Actor: v.actor(), RequestID: v.h.RequestID(v.r.Context())}
		_, err = v.h.Alerts.Decide(v.r.Context(), id, what)
		number := strconv.FormatInt(id, 10)
		d := draft{alert: evidence.Draft{Alert: number, Reason: what.Reason}}
		switch {
		case err == nil:
			return v.redirect(fileLink(a.CustomerID) + "?alert=" + number + "#alert-" + number)
		case errs.CodeOf(err) == alert.ErrDecided.Code:
			return v.again(a.CustomerID, d, http.StatusConflict, &ui.Banner{Kind: "warning", Title: v.words.T("console.alert.decided_by_other"), Text: v.words.T("console.alert.decided_by_other_text")})
		case errs.CodeOf(err) == alert.ErrReasonMissing.Code:
			d.alert.Error = "console.alert.reason_missing"
		case errs.CodeOf(err) == alert.ErrReasonLong.Code:
			d.alert.Error = "console.alert.reason_long"
		default:
			return err
		}
		return v.again(a.CustomerID, d, http.StatusUnprocessableEntity, nil)
	}
}

// again shows the file with what was typed.
func (v *visit) again(customerID int64, d draft, status int, banner *ui.Banner) error {
	review, err := v.h.Files.Review(v.r.Context(), customerID, v.actor())
	if err != nil {
		return err
	}
	page, err := v.filePage(review, d)
	if err != nil {
		return err
	}
	page.Banner, page.Failed = banner, status == http.StatusUnprocessableEntity
	return v.h.ui.Render(v.w, status, "file", page)
}

// alertOutcome is what the decision just made has brought about, as the alert itself shows it.
func (v *visit) alertOutcome(page *fileView) *ui.Banner {
	id := v.r.URL.Query().Get("alert")
	if page.Alerts == nil || id == "" {
		return nil
	}
	for _, a := range page.Alerts.Alerts {
		if a.ID == id && a.Decided != "" {
			return &ui.Banner{Kind: "success", Title: v.words.T("console.alert.done." + a.State), Text: a.Decided}
		}
	}
	return nil
}

// held marks the customers of a page of the queue that an alert holds, for operators who may know.
func (v *visit) held(rows []customer.QueueRow) (map[int64]bool, error) {
	if !v.may(operator.ReadAlerts) {
		return nil, nil
	}
	ids := make([]int64, len(rows))
	for i, r := range rows {
		ids[i] = r.Customer.ID
	}
	return v.h.Alerts.HeldAmong(v.r.Context(), ids)
}
