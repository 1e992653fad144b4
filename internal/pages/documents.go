package pages

import (
	"cmp"
	"net/http"
	"strings"

	"rampa/internal/customer"
	"rampa/internal/errs"
	"rampa/internal/kyb"
	"rampa/internal/pages/answer"
	"rampa/internal/web/ui"
)

type documentsPage struct {
	stepPage
	Groups []paperGroup
	Done   int
	Needed int
}

// paperGroup is the papers of the company, or those of one person.
type paperGroup struct {
	Title  string
	Papers []paperCard
}

// paperCard is one paper with the files that were sent for it.
type paperCard struct {
	Label    string
	Hint     string
	Accepted []string
	Optional bool
	Message  string // the reviewer's, while a correction is open
	Files    []kyb.Document
	Field    ui.Field
	Editable bool
}

func documentsStep() step {
	return step{name: "documents", item: "documents", show: func(v *visit) error { return v.documents(http.StatusOK, ui.NewForm(v.words, nil)) }, save: saveDocuments}
}

// documents shows every paper asked for as the file stands now.
func (v *visit) documents(status int, form *ui.Form) error {
	page := &documentsPage{stepPage: v.stepPage(form)}
	for _, item := range v.h.Rules.Items(v.file(), v.words.Lang) {
		title := v.words.T("documents.company")
		if item.Person != nil {
			title = answer.FullName(*item.Person)
		}
		if n := len(page.Groups); n == 0 || page.Groups[n-1].Title != title {
			page.Groups = append(page.Groups, paperGroup{Title: title})
		}
		card := v.paper(form, item)
		group := &page.Groups[len(page.Groups)-1]
		group.Papers = append(group.Papers, card)
		if !item.Optional {
			page.Needed++
			if len(card.Files) > 0 {
				page.Done++
			}
		}
	}
	return v.render(status, "documents", page)
}

func (v *visit) paper(form *ui.Form, item kyb.Item) paperCard {
	card := paperCard{Label: item.Label, Hint: item.Hint, Optional: item.Optional, Editable: v.form.Editable("documents." + item.Code)}
	for _, code := range item.Accepted {
		card.Accepted = append(card.Accepted, v.h.Rules.DocumentLabel(code, v.words.Lang))
	}
	for _, d := range v.form.Documents {
		if d.Item == item.Code {
			card.Files = append(card.Files, d)
		}
	}
	if v.correcting() {
		for _, c := range v.form.Record.Corrections {
			if c.Item == "documents."+item.Code {
				card.Message = c.Message
			}
		}
	}
	card.Field = form.File("documents["+item.Code+"]", "documents.file", "label="+v.words.T("documents.choose"), "accept=.pdf,.jpg,.jpeg,.png,.webp")
	return card
}

// saveDocuments takes in the files, one after the other as they arrive, then does what the button says.
func saveDocuments(v *visit) error {
	form := ui.NewForm(v.words, nil)
	action, err := v.receive(form)
	if err != nil {
		return err
	}
	action = cmp.Or(action, "save") // no button was pressed: a script, or Enter in an old browser
	if remove, ok := strings.CutPrefix(action, "remove:"); ok {
		err := v.h.Papers.RemoveDocument(v.r.Context(), v.uuid, v.session, remove, v.visitor())
		if err != nil && errs.CodeOf(err) != customer.ErrDocumentNotFound.Code { // twice is as good as once
			return err
		}
	}
	if err := v.open(); err != nil { // as the file stands now
		return err
	}
	if action == "save" && !form.Failed() {
		v.lacking(form)
	}
	switch {
	case form.Failed():
		return v.documents(http.StatusUnprocessableEntity, form)
	case action == "later":
		return v.redirect(v.home() + "?saved")
	case action == "save":
		return v.redirect(v.next())
	}
	return v.redirect(v.to("documents"))
}

// lacking names the required papers that have no file yet.
func (v *visit) lacking(form *ui.Form) {
	held := map[string]bool{}
	for _, d := range v.form.Documents {
		held[d.Item] = true
	}
	for _, item := range v.h.Rules.Items(v.file(), v.words.Lang) {
		if item.Optional || held[item.Code] {
			continue
		}
		name := "documents[" + item.Code + "]"
		form.Fail(name, v.words.T("documents.missing", "paper", answer.PaperName(item)))
	}
}
