package frame

import (
	"context"
	"errors"
	"log/slog"
	"net/http"

	"rampa/internal/errs"
	"rampa/internal/web/ui"
)

// Statuses is the one map from failures to answers. A code that is not listed is our own fault. The texts of a code are
// failure.<code>.title, .text and .next; those of links are the form's own words.
var Statuses = map[string]int{
	"page_not_found":     http.StatusNotFound,
	"link_not_found":     http.StatusNotFound,
	"link_expired":       http.StatusGone,
	"link_locked":        http.StatusTooManyRequests,
	"user_banned":        http.StatusForbidden,
	"foreign_origin":     http.StatusForbidden,
	"body_too_large":     http.StatusRequestEntityTooLarge,
	"bad_form":           http.StatusBadRequest,
	"not_editable":       http.StatusConflict,
	"stage_conflict":     http.StatusConflict,
	"document_not_found": http.StatusNotFound,
	"payment_not_found":  http.StatusNotFound,
	"payment_state":      http.StatusConflict,
	"chain_unavailable":  http.StatusServiceUnavailable,
	"price_unavailable":  http.StatusServiceUnavailable,
}

// final are the failures after which the form has nothing more to offer.
var final = map[string]bool{"link_not_found": true, "link_expired": true, "user_banned": true}

// Fail answers with the page of a failure. alter may change that page before it is shown; nil = nothing to change.
func (v *Visit) Fail(err error, alter func(code string, page *ui.Failure)) {
	if errors.Is(err, context.Canceled) && v.R.Context().Err() != nil {
		v.W.WriteHeader(http.StatusServiceUnavailable) // the visitor has gone away: no fault of ours, and nobody reads this
		return
	}
	code := errs.CodeOf(err)
	status, known := Statuses[code]
	if !known {
		v.Log.LogAttrs(v.R.Context(), slog.LevelError, "page failed",
			slog.String("request_id", v.RequestID(v.R.Context())), slog.String("route", v.R.Pattern), slog.Any("error", err))
		v.UI.Fatal(v.W, v.R)
		return
	}
	page := &ui.Failure{Page: v.Page(v.Words.T("failure." + code + ".title")), Text: v.Words.T("failure." + code + ".text"), Next: v.Words.T("failure." + code + ".next")}
	if v.Home != "" && !final[code] {
		page.Action = &ui.Link{Label: v.Words.T("failure.to_form"), Href: v.Home}
	}
	if alter != nil {
		alter(code, page)
	}
	if v.Render(status, "failure", page) != nil {
		v.UI.Fatal(v.W, v.R)
	}
}
