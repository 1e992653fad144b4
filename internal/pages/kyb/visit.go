package kyb

import (
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"rampa/internal/customer"
	"rampa/internal/id"
	"rampa/internal/kyb"
	"rampa/internal/pages/frame"
	"rampa/internal/pages/kyb/answer"
	"rampa/internal/verification"
	"rampa/internal/web/ui"
)

// visit is one request to the form of one company.
type visit struct {
	frame.Journey
	h       *handler
	uuid    string // of the link
	session string
}

// page makes a handler of a function that returns its error.
func (h *handler) page(serve func(*visit) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v := &visit{h: h, uuid: r.PathValue("uuid")}
		v.Journey = frame.Journey{Visit: h.frame.Visit(w, r), Steps: h.names, Progress: progress{v}, Mark: v.mark}
		if v.uuid != "" {
			v.Home = "/kyb/" + v.uuid
			v.Leave = v.To("leave")
		}
		if v.uuid != "" && !id.IsUUID(v.uuid) {
			v.fail(customer.ErrLinkNotFound)
			return
		}
		if err := serve(v); err != nil {
			v.fail(err)
		}
	}
}

// open lets the visitor in by the session cookie.
func (v *visit) open() error {
	if cookie, err := v.R.Cookie(v.cookieName()); err == nil {
		v.session = cookie.Value
	}
	form, err := v.h.Gate.Open(v.R.Context(), v.uuid, v.session)
	v.Brand = form.Brand
	if err != nil {
		v.Form = customer.Form{Brand: form.Brand, Link: form.Link}
		return err
	}
	v.take(form)
	return nil
}

// take makes a form the visit's.
func (v *visit) take(form customer.Form) {
	if form.Record.File == nil {
		form.Record.File = &kyb.File{}
	}
	v.Form, v.Brand = form, form.Brand
	v.Teller = v.answers()
}

// answers says the file of this visit in words.
func (v *visit) answers() answer.Answers {
	day := v.Now()
	if s := v.Form.Customer.Stage; s == verification.Approved || s == verification.Rejected {
		day = v.Form.Record.DecidedAt
	}
	return answer.Answers{Words: v.Words, Rules: v.h.Rules, File: v.file(), Documents: v.Form.Documents, Day: day, URL: v.To}
}

// cookieName is the link's own, so that the forms of two companies can be open side by side. Browsers accept __Host- only
// with the path "/"; on plain http (the local sandbox) the path is the link's.
func (v *visit) cookieName() string {
	if v.Secure {
		return "__Host-kyb-" + v.uuid
	}
	return "kyb-" + v.uuid
}

func (v *visit) setSession(value string, maxAge int) {
	path := v.Home
	if v.Secure {
		path = "/"
	}
	http.SetCookie(v.W, &http.Cookie{Name: v.cookieName(), Value: value, Path: path, MaxAge: maxAge, Secure: v.Secure, HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

func (v *visit) file() *kyb.File { return v.Form.Record.File }

// mark leads from the country's row to the step on which the country is chosen.
func (v *visit) mark(step string, answers *ui.Summary) {
	if step == "company" {
		answers.Rows[0].Change = &ui.Link{Label: strings.ToLower(answers.Rows[0].Label), Href: v.To("country")}
	}
}

// progress is how far the file of a visit is.
type progress struct{ v *visit }

func (p progress) Done() map[string]bool {
	return p.v.h.Rules.StepsDone(p.v.file(), p.v.Form.Documents, p.v.Now())
}

func (p progress) Blocked(step string) bool {
	return step != "country" && p.v.file().Company.Country == ""
}

// Editable also opens the country where the company's data are to be corrected: it decides what is asked there.
func (p progress) Editable(step string) bool {
	return p.v.Form.Editable(step) || step == "country" && p.v.Form.Editable("company")
}

func (p progress) StepOf(item string) string { return answer.StepOf(item) }

// fail answers with the page of a failure. A session that is over leads to the gate, a locked link says for how long.
func (v *visit) fail(err error) {
	if errors.Is(err, customer.ErrSession) {
		if err = v.gate(http.StatusUnauthorized, ""); err == nil {
			return
		}
	}
	v.Fail(err, func(code string, page *ui.Failure) {
		if code != customer.ErrLinkLocked.Code {
			return
		}
		wait, minutes := v.wait()
		v.W.Header().Set("Retry-After", strconv.Itoa(int(wait.Seconds())))
		page.Next = v.Words.N("failure.link_locked.minutes", minutes)
		page.Action = &ui.Link{Label: v.Words.T("failure.try_again"), Href: v.Home}
	})
}

// wait gives how long a locked link stays locked, at least a second; the minutes are rounded up, so that nobody comes back
// too early.
func (v *visit) wait() (wait time.Duration, minutes int) {
	wait = time.Minute
	if form, err := v.h.Gate.Link(v.R.Context(), v.uuid); err == nil {
		wait = form.Link.LockedUntil.Sub(v.Now())
	}
	wait = max(wait.Round(time.Second), time.Second)
	return wait, int(math.Ceil(wait.Minutes()))
}
