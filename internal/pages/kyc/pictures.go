package kyc

import (
	"context"
	"net/http"
	"strings"

	"rampa/internal/customer"
	"rampa/internal/errs"
	"rampa/internal/kyc"
	"rampa/internal/pages/frame"
	"rampa/internal/pages/kyc/answer"
	"rampa/internal/web/ui"
)

// picture is one picture asked for, with the files that were sent for it.
type picture struct {
	Code     string
	Label    string
	Hint     string
	Movement string // "turn_left", "" = none
	Optional bool
	Editable bool
	Message  string // the reviewer's, while a correction is open
	Files    []kyc.Document
	Field    ui.Field
	Camera   string // the camera that a phone should open: environment or user
}

// cards gives the pictures of a step as the page shows them.
func (v *visit) cards(form *ui.Form, step string) []picture {
	var out []picture
	for _, item := range v.pictures(step) {
		input := answer.Input(item.Code)
		card := picture{Code: item.Code, Optional: item.Optional, Editable: v.Form.Editable("documents." + item.Code), Camera: "user"}
		card.Message = v.CorrectionOf("documents." + item.Code)
		base, movement, _ := strings.Cut(item.Code, ".")
		key := "pictures." + base
		if card.Movement = movement; movement != "" {
			key += "." + movement
		}
		card.Label, card.Hint = v.Words.T(key), v.Words.T(key+".hint")
		if step == kyc.StepIdentity {
			card.Camera = "environment"
		}
		for _, d := range v.Form.Documents {
			if d.Item == item.Code {
				card.Files = append(card.Files, d)
			}
		}
		card.Field = form.File(input, "documents.file", "accept=image/*,.pdf")
		out = append(out, card)
	}
	return out
}

// take reads a step with pictures as it is posted: each picture goes to the service as it arrives. before runs once, when
// the first picture comes and the fields above it are known; nil = nothing to do.
func (v *visit) take(form *ui.Form, before func() error) error {
	return v.Receive(form, frame.Inbox{Item: answer.ItemOf, Add: func(ctx context.Context, u customer.Upload) error {
		if before != nil {
			if err := before(); err != nil {
				return err
			}
			before = nil
		}
		_, err := v.h.Papers.AddDocument(ctx, v.uuid, v.secret, u)
		return err
	}})
}

// removed takes a file out when a "remove" button was pressed.
func (v *visit) removed() (pressed bool, err error) {
	document, pressed := strings.CutPrefix(v.In.Get("action"), "remove:")
	if !pressed {
		return false, nil
	}
	err = v.h.Papers.RemoveDocument(v.R.Context(), v.uuid, v.secret, document, v.Visitor())
	if err != nil && errs.CodeOf(err) == customer.ErrDocumentNotFound.Code { // twice is as good as once
		err = nil
	}
	return true, err
}

// lacking names the required pictures of a step that have no file yet.
func (v *visit) lacking(form *ui.Form, step string) {
	held := map[string]bool{}
	for _, d := range v.Form.Documents {
		held[d.Item] = true
	}
	for _, item := range v.pictures(step) {
		if !item.Optional && !held[item.Code] {
			form.Fail(answer.Input(item.Code), v.Words.T("pictures.missing", "picture", v.ItemName("documents."+item.Code)))
		}
	}
}

type selfiePage struct {
	frame.StepPage
	Pictures []picture
}

func selfieStep() step {
	return step{kyc.StepSelfie, func(v *visit) error { return v.selfie(http.StatusOK, ui.NewForm(v.Words, nil)) }, saveSelfie}
}

func (v *visit) selfie(status int, form *ui.Form) error {
	return v.Render(status, "selfie", &selfiePage{v.StepPage(form), v.cards(form, kyc.StepSelfie)})
}

func saveSelfie(v *visit) error {
	form := ui.NewForm(v.Words, nil)
	if err := v.take(form, nil); err != nil {
		return err
	}
	removed, err := v.removed()
	if err != nil {
		return err
	}
	if !removed && v.Form.Editable(kyc.StepSelfie) { // there is nothing to fill in, but the step was looked at
		if _, err := v.keep(kyc.StepSelfie, func(*kyc.File) []kyc.Problem { return nil }, false); err != nil {
			return err
		}
	}
	if err := v.open(); err != nil { // as the file stands now
		return err
	}
	later := v.In.Get("action") == "later"
	if !removed && !later && !form.Failed() {
		v.lacking(form, kyc.StepSelfie)
	}
	switch {
	case form.Failed():
		return v.selfie(http.StatusUnprocessableEntity, form)
	case removed:
		return v.Redirect(v.To(kyc.StepSelfie))
	}
	return v.on(later)
}
