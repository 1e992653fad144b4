package kyc

import (
	"errors"
	"net/http"
	"slices"

	"rampa/internal/customer"
	"rampa/internal/id"
	"rampa/internal/kyc"
	"rampa/internal/link"
	"rampa/internal/pages/frame"
	"rampa/internal/pages/kyc/answer"
	"rampa/internal/verification"
	"rampa/internal/web/ui"
)

// visit is one request to the form of one person.
type visit struct {
	frame.Journey
	h      *handler
	uuid   string // of the link
	secret string // of the link: what lets the visitor in
}

// page makes a handler of a function that returns its error.
func (h *handler) page(serve func(*visit) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v := &visit{h: h}
		v.Journey = frame.Journey{Visit: h.frame.Visit(w, r), Steps: kyc.Steps, Progress: progress{v}}
		v.uuid, v.secret = link.Split(r.PathValue("address"))
		if id.IsUUID(v.uuid) && v.secret != "" {
			v.Home = "/kyc/" + link.Address(v.uuid, v.secret)
		} else if v.uuid != "" {
			v.Fail(customer.ErrLinkNotFound, nil)
			return
		}
		err := serve(v)
		if errors.Is(err, customer.ErrSession) { // a company's link: its form is another one
			err = customer.ErrLinkNotFound
		}
		if err != nil {
			v.Fail(err, nil)
		}
	}
}

// open reads the file behind the link.
func (v *visit) open() error {
	form, err := v.h.Gate.Open(v.R.Context(), v.uuid, v.secret)
	v.Brand = form.Brand
	if err != nil {
		return err
	}
	if form.Record.Person == nil {
		return customer.ErrLinkNotFound
	}
	v.Form = form
	v.Teller = v.answers()
	return nil
}

// answers says the file of this visit in words.
func (v *visit) answers() answer.Answers {
	return answer.Answers{Words: v.Words, File: v.file(), Documents: v.Form.Documents, URL: v.To}
}

func (v *visit) file() *kyc.File { return v.Form.Record.Person }

// fresh reports whether nothing was saved in the form yet.
func (v *visit) fresh() bool { return v.Form.Customer.Stage == verification.Draft }

// asks reports whether a step has something to enter, and not only to read and sign.
func (v *visit) asks(step string) bool { return step != kyc.StepCheck && step != kyc.StepDeclaration }

// pictures gives the pictures asked for on a step.
func (v *visit) pictures(step string) []kyc.Item {
	return slices.DeleteFunc(kyc.Items(v.file()), func(i kyc.Item) bool { return kyc.StepOf("documents."+i.Code) != step })
}

// explain puts problems into words at their fields.
func (v *visit) explain(form *ui.Form, problems []kyc.Problem) {
	for _, p := range problems {
		form.Fail(p.Field, v.answers().Problem(p))
	}
}

// progress is how far the file of a visit is.
type progress struct{ v *visit }

func (p progress) Done() map[string]bool { return kyc.StepsDone(p.v.file(), p.v.Form.Documents) }

func (p progress) Blocked(string) bool { return false }

// Editable is true of a step with one picture to take again, too.
func (p progress) Editable(step string) bool {
	return p.v.Form.Editable(step) || slices.ContainsFunc(p.v.pictures(step), func(i kyc.Item) bool { return p.v.Form.Editable("documents." + i.Code) })
}

func (p progress) StepOf(item string) string { return kyc.StepOf(item) }

// welcomePage says what is asked and what to have at hand.
type welcomePage struct {
	ui.Page
	Name  string // of the person, "" = not known
	Until string
	Start ui.Link
}

func (v *visit) welcome() error {
	page := &welcomePage{Page: v.Page(v.Words.T("welcome.title")), Name: v.file().Person.Name, Until: v.Words.Date(v.Form.Link.ExpiresAt)}
	page.Start = ui.Link{Label: v.Words.T("welcome.start"), Href: v.To(kyc.Steps[0])}
	return v.Render(http.StatusOK, "welcome", page)
}
