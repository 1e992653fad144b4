package console

import (
	"context"
	"net/http"
	"strings"

	"rampa/internal/console/verdict"
	"rampa/internal/customer"
	"rampa/internal/errs"
	"rampa/internal/operator"
	"rampa/internal/web/ui"
)

// Bans stops customers and lets them go on.
type Bans interface {
	Ban(ctx context.Context, customerID int64, b customer.Banning) error
	Unban(ctx context.Context, customerID int64, b customer.Banning) error
}

// banForm bans a customer, or lifts the ban.
type banForm struct {
	Key    string // "ban" or "unban": the form's id, the last part of its address, its texts
	Action string
	Open   bool
	Reason string
	Errors []ui.ErrorLink
}

// banForm gives the form that fits the customer; nil for an operator who may not ban.
func (v *visit) banForm(c customer.Customer, d draft) *banForm {
	if !v.may(operator.Ban) {
		return nil
	}
	form := &banForm{Key: "ban"}
	if c.Banned() {
		form.Key = "unban"
	}
	form.Action = fileLink(c.ID) + "/" + form.Key
	if d.Open == form.Key {
		form.Open, form.Reason, form.Errors = true, d.Values.Get("reason"), d.Errors
	}
	return form
}

func postBan(key string) func(*visit) error {
	return func(v *visit) error {
		id, err := v.fileID()
		if err != nil {
			return err
		}
		if err := v.r.ParseForm(); err != nil {
			return badForm(err)
		}
		d := draft{Draft: verdict.Draft{Open: key, Values: v.r.PostForm}}
		b := customer.Banning{Reason: strings.TrimSpace(v.r.PostForm.Get("reason")), Actor: v.actor(), RequestID: v.h.RequestID(v.r.Context())}
		if d.Errors = verdict.CheckReason(v.words, key+"-reason", b.Reason); len(d.Errors) > 0 {
			return v.again(id, d, http.StatusUnprocessableEntity, nil)
		}
		set := v.h.Bans.Ban
		if key == "unban" {
			set = v.h.Bans.Unban
		}
		err = set(v.r.Context(), id, b)
		switch {
		case err == nil:
			return v.redirect(fileLink(id) + "?done=" + key)
		case errs.KindOf(err) == errs.Conflict:
			return v.again(id, d, http.StatusConflict, &ui.Banner{Kind: "warning", Title: v.words.T("console.ban.stale"), Text: v.words.T("console.alert.decided_by_other_text")})
		}
		return err
	}
}
