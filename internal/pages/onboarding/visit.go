package onboarding

import (
	"net/http"

	"rampa/internal/customer"
	"rampa/internal/id"
	"rampa/internal/kyc"
	"rampa/internal/link"
	"rampa/internal/onboarding"
	"rampa/internal/pages/frame"
	"rampa/internal/web/ui"
)

// visit is one request to the declaration of one customer.
type visit struct {
	frame.Journey
	h       *handler
	uuid    string // of the link
	secret  string // of the link: what lets the visitor in
	file    *onboarding.File
	signers []kyc.Person
}

// page makes a handler of a function that returns its error.
func (h *handler) page(serve func(*visit) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v := &visit{h: h}
		v.Journey = frame.Journey{Visit: h.frame.Visit(w, r), Steps: onboarding.Steps(), Progress: progress{v}}
		v.uuid, v.secret = link.Split(r.PathValue("address"))
		if id.IsUUID(v.uuid) && v.secret != "" {
			v.Home = "/onboarding/" + link.Address(v.uuid, v.secret)
		} else if v.uuid != "" {
			v.Fail(customer.ErrLinkNotFound, nil)
			return
		}
		if err := serve(v); err != nil {
			v.Fail(err, nil)
		}
	}
}

// open reads the declaration behind the link.
func (v *visit) open() error {
	d, err := v.h.Declarations.Open(v.R.Context(), v.uuid, v.secret)
	v.Brand = d.Form.Brand
	if err != nil {
		return err
	}
	v.Form, v.file, v.signers = d.Form, d.File, d.Signers
	v.Teller = v.answers()
	return nil
}

func (v *visit) company() bool { return v.Form.Customer.Kind == customer.Company }

// answers says the declaration of this visit in words.
func (v *visit) answers() answers {
	return answers{words: v.Words, file: v.file, company: v.company(), url: v.To}
}

// explain puts problems into words at their fields.
func (v *visit) explain(form *ui.Form, problems []onboarding.Problem) {
	for _, p := range problems {
		told, where := v.answers().problem(p), v.answers().where(p.Field)
		form.Fail(p.Field, where+told)
		if where != "" {
			form.Explain(p.Field, told)
		}
	}
}

// keep saves a change of the open step. What is still empty is no reason to lose the rest of a step that is left for another
// day.
func (v *visit) keep(change func(*onboarding.File) []onboarding.Problem, later bool) ([]onboarding.Problem, error) {
	whole := change
	if later {
		change = func(f *onboarding.File) (wrong []onboarding.Problem) {
			for _, p := range whole(f) {
				if p.Code != onboarding.CodeRequired && p.Code != onboarding.CodeExplain {
					wrong = append(wrong, p)
				}
			}
			return wrong
		}
	}
	return v.h.Declarations.Save(v.R.Context(), v.uuid, v.secret, onboarding.Edit{Step: v.Step, Change: change, Visitor: v.Visitor()})
}

// on leads on after a saved step.
func (v *visit) on(later bool) error {
	if later {
		return v.Redirect(v.Home + "?saved")
	}
	return v.Redirect(v.Next())
}

// progress is how far the declaration of a visit is.
type progress struct{ v *visit }

func (p progress) Done() map[string]bool {
	return onboarding.StepsDone(onboarding.Missing(p.v.file, p.v.company(), p.v.signers))
}

func (p progress) Blocked(string) bool { return false }

func (p progress) Editable(step string) bool { return p.v.Form.Editable(step) }

func (p progress) StepOf(item string) string { return item }

// welcomePage says what is asked and what to have at hand.
type welcomePage struct {
	ui.Page
	Name  string
	Until string
	Start ui.Link
}

func (v *visit) welcome() error {
	page := &welcomePage{Page: v.Page(v.Words.T("welcome.title")), Name: v.Form.Customer.Name, Until: v.Words.Date(v.Form.Link.ExpiresAt)}
	page.Start = ui.Link{Label: v.Words.T("welcome.start"), Href: v.To(onboarding.StepFunds)}
	return v.Render(http.StatusOK, "welcome", page)
}
