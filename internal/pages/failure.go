package pages

import (
	"context"
	"errors"
	"log/slog"
	"math"
	"net/http"
	"strconv"
	"time"

	"rampa/internal/customer"
	"rampa/internal/errs"
	"rampa/internal/web/ui"
)

// The failures that only a page knows.
var (
	errNoPage   = errs.New(errs.NotFound, "page_not_found", "There is no such page.")
	errForeign  = errs.New(errs.Forbidden, "foreign_origin", "The form was sent from another site.")
	errTooLarge = errs.New(errs.Invalid, "body_too_large", "Too much was sent at once.")
	errBadForm  = errs.New(errs.Invalid, "bad_form", "The form could not be read.")
)

// statuses is the one map from failures to answers. A code that is not listed is our own fault.
var statuses = map[string]int{
	"page_not_found":     http.StatusNotFound,
	"link_not_found":     http.StatusNotFound,
	"link_expired":       http.StatusGone,
	"link_locked":        http.StatusTooManyRequests,
	"foreign_origin":     http.StatusForbidden,
	"body_too_large":     http.StatusRequestEntityTooLarge,
	"bad_form":           http.StatusBadRequest,
	"not_editable":       http.StatusConflict,
	"stage_conflict":     http.StatusConflict,
	"document_not_found": http.StatusNotFound,
}

// fail answers with the page of a failure.
func (v *visit) fail(err error) {
	if errors.Is(err, context.Canceled) && v.r.Context().Err() != nil {
		v.w.WriteHeader(http.StatusServiceUnavailable) // the visitor has gone away: no fault of ours, and nobody reads this
		return
	}
	code := errs.CodeOf(err)
	if code == customer.ErrSession.Code {
		if err = v.gate(http.StatusUnauthorized, ""); err == nil {
			return
		}
		code = errs.CodeOf(err)
	}
	status, known := statuses[code]
	if !known {
		v.h.Log.LogAttrs(v.r.Context(), slog.LevelError, "page failed",
			slog.String("request_id", v.h.RequestID(v.r.Context())), slog.String("route", v.r.Pattern), slog.Any("error", err))
		v.h.ui.Fatal(v.w, v.r)
		return
	}
	page := &ui.Failure{Page: v.page(v.words.T("failure." + code + ".title")), Text: v.words.T("failure." + code + ".text"), Next: v.words.T("failure." + code + ".next")}
	switch code {
	case "link_locked":
		wait, minutes := v.wait()
		v.w.Header().Set("Retry-After", strconv.Itoa(int(wait.Seconds())))
		page.Next = v.words.N("failure.link_locked.minutes", minutes)
		page.Action = &ui.Link{Label: v.words.T("failure.try_again"), Href: v.home()}
	case "page_not_found", "not_editable", "stage_conflict", "document_not_found", "body_too_large", "bad_form", "foreign_origin":
		if v.uuid != "" {
			page.Action = &ui.Link{Label: v.words.T("failure.to_form"), Href: v.home()}
		}
	}
	if v.render(status, "failure", page) != nil {
		v.h.ui.Fatal(v.w, v.r)
	}
}

// wait gives how long a locked link stays locked, at least a second; the minutes are rounded up, so that nobody comes back
// too early.
func (v *visit) wait() (wait time.Duration, minutes int) {
	wait = time.Minute
	if form, err := v.h.Gate.Link(v.r.Context(), v.uuid); err == nil {
		wait = form.Link.LockedUntil.Sub(v.h.Now())
	}
	wait = max(wait.Round(time.Second), time.Second)
	return wait, int(math.Ceil(wait.Minutes()))
}
