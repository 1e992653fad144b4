package pages

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"rampa/internal/customer"
	"rampa/internal/id"
	"rampa/internal/kyb"
	"rampa/internal/pages/answer"
	"rampa/internal/verification"
	"rampa/internal/web/ui"
)

// maxForm bounds the body of a page without files.
const maxForm = 1 << 20

// visit is one request: who asks, in which language, and after open the form itself.
type visit struct {
	h       *handler
	w       http.ResponseWriter
	r       *http.Request
	words   ui.Words
	uuid    string // of the link
	session string
	step    string
	form    customer.Form
	in      url.Values // what was posted
}

// page makes a handler of a function that returns its error.
func (h *handler) page(serve func(*visit) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v := &visit{h: h, w: w, r: r, words: h.ui.Words(w, r), uuid: r.PathValue("uuid")}
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
	if cookie, err := v.r.Cookie(v.cookieName()); err == nil {
		v.session = cookie.Value
	}
	form, err := v.h.Gate.Open(v.r.Context(), v.uuid, v.session)
	if err != nil {
		v.form = customer.Form{Brand: form.Brand, Link: form.Link}
		return err
	}
	if form.Record.File == nil {
		form.Record.File = &kyb.File{}
	}
	v.form = form
	return nil
}

// cookieName is the link's own, so that the forms of two companies can be open side by side. Browsers accept __Host- only
// with the path "/"; on plain http (the local sandbox) the path is the link's.
func (v *visit) cookieName() string {
	if v.h.Secure {
		return "__Host-kyb-" + v.uuid
	}
	return "kyb-" + v.uuid
}

func (v *visit) setSession(value string, maxAge int) {
	path := v.home()
	if v.h.Secure {
		path = "/"
	}
	http.SetCookie(v.w, &http.Cookie{Name: v.cookieName(), Value: value, Path: path, MaxAge: maxAge, Secure: v.h.Secure, HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

func (v *visit) visitor() customer.Visitor {
	return customer.Visitor{Address: v.h.Address(v.r), UserAgent: v.r.UserAgent(), Language: v.words.Lang, RequestID: v.h.RequestID(v.r.Context())}
}

func (v *visit) home() string          { return "/kyb/" + v.uuid }
func (v *visit) to(step string) string { return "/kyb/" + v.uuid + "/" + step }
func (v *visit) file() *kyb.File       { return v.form.Record.File }

func (v *visit) draft() bool {
	return v.form.Customer.Stage == verification.Draft || v.form.Customer.Stage == verification.InProgress
}

func (v *visit) correcting() bool { return v.form.Customer.Stage == verification.NeedsCorrection }

// editable also opens the country where the company's data are to be corrected: it decides what is asked there.
func (v *visit) editable(item string) bool {
	return v.form.Editable(item) || item == "country" && v.form.Editable("company")
}

// parse reads a posted form, bounded, as valid UTF-8.
func (v *visit) parse() error {
	v.r.Body = http.MaxBytesReader(v.w, v.r.Body, maxForm)
	if err := v.r.ParseForm(); err != nil {
		if _, large := errors.AsType[*http.MaxBytesError](err); large {
			return errTooLarge
		}
		return errBadForm.Because(err)
	}
	v.in = url.Values{}
	for name, values := range v.r.PostForm {
		for _, value := range values {
			v.in.Add(name, strings.ToValidUTF8(value, "\uFFFD"))
		}
	}
	return nil
}

// redirect leads on after a change, so that reloading a page never repeats it.
func (v *visit) redirect(to string) error {
	http.Redirect(v.w, v.r, to, http.StatusSeeOther)
	return nil
}

func (v *visit) render(status int, name string, page ui.View) error {
	return v.h.ui.Render(v.w, status, name, page)
}

// page makes the frame of a page.
func (v *visit) page(title string) ui.Page {
	p := ui.Page{Words: v.words, Title: title, Path: v.r.URL.Path, Legal: []ui.Link{
		{Label: v.words.T("legal.terms"), Href: "/legal/terms"}, {Label: v.words.T("legal.privacy"), Href: "/legal/privacy"},
	}}
	if b := v.form.Brand; b.Name != "" {
		p.Brand.Name = b.Name
		if b.HasLogo && v.h.Logos != nil {
			p.Brand.LogoURL = "/brand/" + b.IntegrationUUID + "/logo"
		}
	}
	return p
}

// stepPage is what the page of a step shows around its fields.
type stepPage struct {
	ui.Page
	ID     string // the form's id is "step-" + ID
	Action string
	Form   *ui.Form
}

func (v *visit) stepPage(form *ui.Form) stepPage {
	p := stepPage{Page: v.page(v.words.T(v.step + ".title")), ID: v.step, Action: v.to(v.step), Form: form}
	p.Steps = v.progress()
	p.Failed = form.Failed()
	var asked []string
	for _, c := range v.correctionsOf(v.step) {
		if !c.Done && c.Item == v.step { // what is asked of a paper stands at the paper
			asked = append(asked, c.Message)
		}
	}
	if len(asked) > 0 {
		p.Banner = &ui.Banner{Kind: "warning", Title: v.words.T("corrections.banner"), Text: strings.Join(asked, "\n\n")}
	}
	return p
}

// progress lists the steps as they stand.
func (v *visit) progress() *ui.Steps {
	done := v.h.Rules.StepsDone(v.file(), v.form.Documents, v.h.Now())
	steps := &ui.Steps{Label: v.words.T("tasks.steps"), All: &ui.Link{Label: v.words.T("tasks.all"), Href: v.home()}}
	for i, s := range v.h.steps {
		item := ui.Step{Label: v.words.T(s.name + ".short"), Href: v.to(s.name), State: v.state(s, done)}
		if s.name == v.step {
			item.State, steps.Now = "current", i+1
		} else if s.name != "country" && v.file().Company.Country == "" || s.name == "declaration" && !v.complete() {
			item.Href = ""
		}
		steps.Items = append(steps.Items, item)
	}
	return steps
}

func (v *visit) state(s step, done map[string]bool) string {
	switch {
	case v.toCorrect(s.name):
		return "fix"
	case s.name == "check" || s.name == "declaration":
		return "todo"
	case done[s.name]:
		return "done"
	}
	return "todo"
}

// toCorrect reports whether the reviewer waits for something on a step.
func (v *visit) toCorrect(name string) bool {
	if !v.correcting() {
		return false
	}
	for _, c := range v.form.Record.Corrections {
		if !c.Done && answer.StepOf(c.Item) == name {
			return true
		}
	}
	return false
}

// complete reports whether the file may be signed.
func (v *visit) complete() bool { return len(v.missing()) == 0 }

// missing gives what the file lacks, the signature apart: that is the last step.
func (v *visit) missing() []kyb.Requirement {
	var out []kyb.Requirement
	for _, r := range v.form.Missing {
		if answer.StepOf(r.Item) != "declaration" {
			out = append(out, r)
		}
	}
	return out
}

// next gives the address after a saved step: the following step, or the next correction.
func (v *visit) next() string {
	if v.correcting() {
		return v.home()
	}
	for i, s := range v.h.steps {
		if s.name == v.step && i+1 < len(v.h.steps) {
			return v.to(v.h.steps[i+1].name)
		}
	}
	return v.home()
}

// unfinished gives the first step that is not done.
func (v *visit) unfinished() string {
	done := v.h.Rules.StepsDone(v.file(), v.form.Documents, v.h.Now())
	for _, s := range v.h.steps {
		if !done[s.name] {
			return s.name
		}
	}
	return "check"
}
