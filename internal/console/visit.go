package console

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"strings"
	"time"

	"rampa/internal/audit"
	"rampa/internal/errs"
	"rampa/internal/operator"
	"rampa/internal/web/ui"
)

// maxForm is the largest form: a message for each item of a correction.
const maxForm = 256 << 10

var (
	errNoPage  = errs.New(errs.NotFound, "page_not_found", "There is no such page.")
	errForeign = errs.New(errs.Forbidden, "cross_origin", "This form was sent from another site.")
	errRole    = errs.New(errs.Forbidden, "role_forbidden", "Your role does not allow this.")
)

// visit is one request of one person.
type visit struct {
	h     *handler
	w     http.ResponseWriter
	r     *http.Request
	words ui.Words
	who   *operator.Identity // nil before the login
}

// shell is what every page of the console has. Pages embed it.
type shell struct {
	ui.Page
	CSS     string
	Sandbox bool
}

// problemPage says what is wrong and where to go.
type problemPage struct {
	shell
	Text    string
	Action  ui.Link
	Request string // to quote to whoever helps
}

func (v *visit) shell(title string) shell {
	page := ui.Page{Words: v.words, Title: title}
	if v.r.Method == http.MethodGet {
		page.Path = v.r.URL.Path
	}
	if v.who != nil && v.who.Session.Full {
		page.Wide = true
		page.User = &ui.User{Name: v.who.Operator.Name, SignOut: "/console/logout"}
		path := v.r.URL.Path
		for _, item := range []struct {
			action    operator.Action
			key, href string
		}{{operator.ReadQueue, "console.nav.queue", "/console"}, {operator.ReadAlerts, "console.nav.alerts", "/console/alerts"}, {operator.ReadMail, "console.nav.outbox", "/console/outbox"}} {
			if v.h.may(v.who.Operator.Role, item.action) {
				elsewhere := strings.HasPrefix(path, "/console/outbox") || strings.HasPrefix(path, "/console/alerts")
				current := strings.HasPrefix(path, item.href) && (item.href != "/console" || !elsewhere)
				page.Nav = append(page.Nav, ui.NavItem{Label: v.words.T(item.key), Href: item.href, Current: current})
			}
		}
	}
	return shell{Page: page, CSS: v.h.css, Sandbox: v.h.Sandbox}
}

func (v *visit) actor() audit.Actor { return v.who.Actor(v.h.Address(v.r)) }

func (v *visit) may(a operator.Action) bool { return v.h.may(v.who.Operator.Role, a) }

func (v *visit) redirect(to string) error {
	http.Redirect(v.w, v.r, to, http.StatusSeeOther)
	return nil
}

// serve runs a route behind its gate and words whatever goes wrong.
func (h *handler) serve(r route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		secureHeaders(w.Header())
		if req.Method == http.MethodPost {
			req.Body = http.MaxBytesReader(w, req.Body, maxForm)
		}
		v := &visit{h: h, w: w, r: req, words: h.ui.Words(w, req)}
		if err := v.pass(r); err != nil {
			v.fail(err)
		}
	})
}

func (v *visit) pass(r route) error {
	if r.gate == gateNone {
		return r.page(v)
	}
	token := v.token()
	who, err := v.h.Accounts.Authenticate(v.r.Context(), token)
	if errors.Is(err, operator.ErrSession) {
		return v.toLogin(token != "")
	}
	if err != nil {
		return err
	}
	v.who = who
	switch {
	case r.gate == gateFull && !who.Session.Full:
		return v.redirect("/console/enrol")
	case r.gate == gateFirst && who.Session.Full:
		return v.redirect("/console")
	case r.gate == gateFull && !v.may(r.action):
		return errRole
	}
	return r.page(v)
}

// toLogin leads to the login and back to where one was going. A strict cookie is not sent on a link from another site, such
// as a ticket: the page asks for itself once more from here, and then it is.
func (v *visit) toLogin(expired bool) error {
	if v.r.Method == http.MethodGet && !expired && v.r.Header.Get("Sec-Fetch-Site") == "cross-site" {
		v.w.Header().Set("Refresh", "0")
		page := &problemPage{shell: v.shell(v.words.T("console.bounce.title")), Text: v.words.T("console.bounce.text"),
			Action: ui.Link{Label: v.words.T("console.bounce.action"), Href: v.r.URL.RequestURI()}}
		page.Path = ""
		return v.h.ui.Render(v.w, http.StatusOK, "problem", page)
	}
	to := "/console/login"
	query := make([]string, 0, 2)
	if v.r.Method == http.MethodGet && v.r.URL.Path != "/console" && safeNext(v.r.URL.Path) {
		query = append(query, "next="+v.r.URL.Path)
	}
	if expired {
		query = append(query, "ended=yes")
		v.setToken("", time.Time{})
	}
	if len(query) > 0 {
		to += "?" + strings.Join(query, "&")
	}
	return v.redirect(to)
}

// fail answers an error with a page that says what to do.
func (v *visit) fail(err error) {
	if errors.Is(err, context.Canceled) && v.r.Context().Err() != nil {
		v.w.WriteHeader(http.StatusServiceUnavailable) // the operator has gone away: no fault of ours, and nobody reads this
		return
	}
	kind := errs.KindOf(err)
	if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
		kind = errs.Invalid
	}
	status, key := http.StatusInternalServerError, ""
	switch kind {
	case errs.NotFound:
		status, key = http.StatusNotFound, "console.not_found"
	case errs.Forbidden:
		status, key = http.StatusForbidden, "console.forbidden"
	case errs.Unauthorized:
		status, key = http.StatusUnauthorized, "console.forbidden"
	case errs.Invalid, errs.Conflict:
		status, key = http.StatusBadRequest, "console.bad_request"
	case errs.Unavailable, errs.Locked, errs.Expired:
		status, key = http.StatusServiceUnavailable, "console.unavailable"
	}
	if key == "" {
		v.h.Log.ErrorContext(v.r.Context(), "console page failed", "path", v.r.Pattern, "error", err)
		v.h.ui.Fatal(v.w, v.r)
		return
	}
	page := &problemPage{shell: v.shell(v.words.T(key + ".title")), Text: v.words.T(key + ".text"), Request: v.h.RequestID(v.r.Context()),
		Action: ui.Link{Label: v.words.T("console.to_queue"), Href: "/console"}}
	if err := v.h.ui.Render(v.w, status, "problem", page); err != nil {
		v.h.Log.ErrorContext(v.r.Context(), "console failure page failed", "error", err)
		v.h.ui.Fatal(v.w, v.r)
	}
}

// secureHeaders are those of every page. Documents and mails narrow them further.
func secureHeaders(h http.Header) {
	h.Set("Content-Security-Policy", "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
}

// cookieName follows RFC 6265bis: __Host- binds the cookie to this host and to https.
func (h *handler) cookieName() string {
	if h.Secure {
		return "__Host-console"
	}
	return "console"
}

func (v *visit) token() string {
	c, err := v.r.Cookie(v.h.cookieName())
	if err != nil {
		return ""
	}
	return c.Value
}

// setToken puts the session into the browser, or takes it out with an empty token. The __Host- prefix asks for the path /.
func (v *visit) setToken(token string, expires time.Time) {
	c := &http.Cookie{Name: v.h.cookieName(), Value: token, Path: "/console", HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: v.h.Secure}
	if v.h.Secure {
		c.Path = "/"
	}
	if token == "" {
		c.MaxAge = -1
	}
	http.SetCookie(v.w, c)
}

// stylesheet serves the console's own styles for ever under their hash.
func (h *handler) stylesheet() (http.Handler, error) {
	body, err := files.ReadFile("static/console.css")
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(body)
	h.css = "/console/static/console." + hex.EncodeToString(sum[:6]) + ".css"
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/css; charset=utf-8")
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Write(body)
	}), nil
}
