package console

import (
	"net/http"
	"net/url"
	"regexp"

	"rampa/internal/console/qr"
	"rampa/internal/errs"
	"rampa/internal/operator"
	"rampa/internal/web/ui"
)

type loginPage struct {
	shell
	Form *ui.Form
	Next string
}

// nextPattern is where a login may lead: a page of the console, never another host.
var nextPattern = regexp.MustCompile(`^/console(/[A-Za-z0-9_-]+)*$`)

func safeNext(path string) bool { return len(path) < 200 && nextPattern.MatchString(path) }

func showLogin(v *visit) error {
	page := v.loginPage(url.Values{}, v.r.URL.Query().Get("next"))
	if v.r.URL.Query().Get("ended") == "yes" {
		page.Banner = &ui.Banner{Kind: "info", Title: v.words.T("console.login.ended")}
	}
	return v.h.ui.Render(v.w, http.StatusOK, "login", page)
}

func (v *visit) loginPage(values url.Values, next string) *loginPage {
	if !safeNext(next) {
		next = ""
	}
	return &loginPage{shell: v.shell(v.words.T("console.login.title")), Form: ui.NewForm(v.words, values), Next: next}
}

func postLogin(v *visit) error {
	if err := v.r.ParseForm(); err != nil {
		return badForm(err)
	}
	in := v.r.PostForm
	grant, err := v.h.Accounts.Login(v.r.Context(), operator.Login{
		Email: in.Get("email"), Password: in.Get("password"), Code: in.Get("code"),
		Address: v.h.Address(v.r), UserAgent: v.r.UserAgent(), RequestID: v.h.RequestID(v.r.Context()),
	})
	if err != nil {
		return v.refuseLogin(in, err)
	}
	v.setToken(grant.Token, grant.ExpiresAt)
	if grant.Next != operator.StepDone {
		return v.redirect("/console/enrol")
	}
	if next := in.Get("next"); safeNext(next) {
		return v.redirect(next)
	}
	return v.redirect("/console")
}

// refuseLogin shows the login again. Whatever was wrong, it reads the same.
func (v *visit) refuseLogin(in url.Values, err error) error {
	status := http.StatusUnauthorized
	switch errs.KindOf(err) {
	case errs.Unauthorized:
	case errs.Locked:
		status = http.StatusTooManyRequests
	default:
		return err
	}
	page := v.loginPage(url.Values{"email": {in.Get("email")}}, in.Get("next"))
	page.Form.Fail("", v.words.T("console.login.refused"))
	page.Failed, page.Path = true, "/console/login"
	return v.h.ui.Render(v.w, status, "login", page)
}

func postLogout(v *visit) error {
	if token := v.token(); token != "" {
		if err := v.h.Accounts.Logout(v.r.Context(), token, v.h.Address(v.r)); err != nil {
			return err
		}
	}
	v.setToken("", v.h.Now())
	return v.redirect("/console/login")
}

type enrolPage struct {
	shell
	Form    *ui.Form
	Step    operator.Step
	Email   string
	Code    *operator.Enrolment
	QR      qr.Image
	Minimum int
}

func showEnrol(v *visit) error { return v.enrol(http.StatusOK, func(*enrolPage) {}) }

func (v *visit) enrol(status int, change func(*enrolPage)) error {
	step := v.who.Operator.Next()
	if step == operator.StepDone { // enrolled in another window: this session stays a first one
		return v.toLogin(true)
	}
	page := &enrolPage{shell: v.shell(v.words.T("console.enrol." + string(step))), Form: ui.NewForm(v.words, url.Values{}), Step: step,
		Email: v.who.Operator.Email, Minimum: operator.MinPassword}
	page.Steps = &ui.Steps{Label: v.words.T("console.enrol.steps"), Now: 1, Items: []ui.Step{
		{Label: v.words.T("console.enrol.password"), State: "current"}, {Label: v.words.T("console.enrol.code"), State: "todo"}}}
	page.User = &ui.User{Name: v.who.Operator.Name, SignOut: "/console/logout"}
	if step == operator.StepCode {
		page.Steps.Now, page.Steps.Items[0].State, page.Steps.Items[1].State = 2, "done", "current"
		e, err := v.h.FirstLogin.Enrolment(v.r.Context(), v.token())
		if err != nil {
			return err
		}
		page.Code, page.QR = e, qr.Draw(e.QR)
	}
	change(page)
	page.Path, page.Failed = "/console/enrol", page.Form.Failed()
	return v.h.ui.Render(v.w, status, "enrol", page)
}

func postPassword(v *visit) error {
	if err := v.r.ParseForm(); err != nil {
		return badForm(err)
	}
	password := v.r.PostForm.Get("password")
	problem := ""
	if password != v.r.PostForm.Get("password_again") {
		problem = "password_differs"
	} else if err := v.h.FirstLogin.ChoosePassword(v.r.Context(), v.token(), password, v.h.Address(v.r)); err != nil {
		if errs.CodeOf(err) == operator.ErrStep.Code {
			return v.redirect("/console/enrol")
		}
		if errs.KindOf(err) != errs.Invalid {
			return err
		}
		problem = errs.CodeOf(err)
	}
	if problem != "" {
		return v.enrol(http.StatusUnprocessableEntity, func(p *enrolPage) { p.Form.Fail("password", v.words.T("console."+problem)) })
	}
	return v.redirect("/console/enrol")
}

func postCode(v *visit) error {
	if err := v.r.ParseForm(); err != nil {
		return badForm(err)
	}
	grant, err := v.h.FirstLogin.ConfirmCode(v.r.Context(), v.token(), v.r.PostForm.Get("code"), v.h.Address(v.r))
	switch {
	case err == nil:
		v.setToken(grant.Token, grant.ExpiresAt)
		return v.redirect("/console")
	case errs.CodeOf(err) == operator.ErrStep.Code:
		return v.redirect("/console/enrol")
	case errs.KindOf(err) == errs.Invalid:
		return v.enrol(http.StatusUnprocessableEntity, func(p *enrolPage) { p.Form.Fail("code", v.words.T("console.code_incorrect")) })
	}
	return err
}

func badForm(err error) error {
	return errs.New(errs.Invalid, "form_unreadable", "The form could not be read.").Because(err)
}
