package kyb

import (
	"cmp"
	"context"
	"net/http"
	"strings"

	"rampa/internal/customer"
	"rampa/internal/errs"
	"rampa/internal/kyb"
	"rampa/internal/pages/frame"
	"rampa/internal/pages/kyb/answer"
	"rampa/internal/web/ui"
)

type documentsPage struct {
	frame.StepPage
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
	return step{name: "documents", item: "documents", show: func(v *visit) error { return v.documents(http.StatusOK, ui.NewForm(v.Words, nil)) }, save: saveDocuments}
}

// documents shows every paper asked for as the file stands now.
func (v *visit) documents(status int, form *ui.Form) error {
	page := &documentsPage{StepPage: v.StepPage(form)}
	for _, item := range v.h.Rules.Items(v.file(), v.Words.Lang) {
		title := v.Words.T("documents.company")
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
	return v.Render(status, "documents", page)
}

func (v *visit) paper(form *ui.Form, item kyb.Item) paperCard {
	card := paperCard{Label: item.Label, Hint: item.Hint, Optional: item.Optional, Editable: v.Form.Editable("documents." + item.Code)}
	for _, code := range item.Accepted {
		card.Accepted = append(card.Accepted, v.h.Rules.DocumentLabel(code, v.Words.Lang))
	}
	for _, d := range v.Form.Documents {
		if d.Item == item.Code {
			card.Files = append(card.Files, d)
		}
	}
	card.Message = v.CorrectionOf("documents." + item.Code)
	card.Field = form.File("documents["+item.Code+"]", "documents.file", "label="+v.Words.T("documents.choose"), "accept=.pdf,.jpg,.jpeg,.png,.webp")
	return card
}

// saveDocuments takes in the files, one after the other as they arrive, then does what the button says.
func saveDocuments(v *visit) error {
	form := ui.NewForm(v.Words, nil)
	if err := v.Receive(form, frame.Inbox{Item: paperOf, Add: v.add}); err != nil {
		return err
	}
	action := cmp.Or(v.In.Get("action"), "save") // no button was pressed: a script, or Enter in an old browser
	if remove, ok := strings.CutPrefix(action, "remove:"); ok {
		err := v.h.Papers.RemoveDocument(v.R.Context(), v.uuid, v.session, remove, v.Visitor())
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
		return v.Redirect(v.Home + "?saved")
	case action == "save":
		return v.Redirect(v.Next())
	}
	return v.Redirect(v.To("documents"))
}

// paperOf tells which paper the files of an input are of.
func paperOf(field string) (item string, isFile bool) {
	item, isFile = strings.CutPrefix(field, "documents[")
	return strings.TrimSuffix(item, "]"), isFile
}

func (v *visit) add(ctx context.Context, u customer.Upload) error {
	_, err := v.h.Papers.AddDocument(ctx, v.uuid, v.session, u)
	return err
}

// lacking names the required papers that have no file yet.
func (v *visit) lacking(form *ui.Form) {
	held := map[string]bool{}
	for _, d := range v.Form.Documents {
		held[d.Item] = true
	}
	for _, item := range v.h.Rules.Items(v.file(), v.Words.Lang) {
		if item.Optional || held[item.Code] {
			continue
		}
		name := "documents[" + item.Code + "]"
		form.Fail(name, v.Words.T("documents.missing", "paper", answer.PaperName(item)))
	}
}
