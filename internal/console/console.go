// Package console is the operators' side: signing in, the queue of submitted files, the file with its papers and its
// history, the decisions on it, and the outbox. It has its own mux under /console and its own sessions. Everything works
// without JavaScript.
//
// It must not know storage, jobs or the partner API: it calls the services through the interfaces below, which also write
// the audit log. Who may do what stands in one table, routes.
package console

import (
	"context"
	"embed"
	"io"
	"log/slog"
	"net/http"
	"time"

	"rampa/internal/audit"
	"rampa/internal/console/evidence"
	"rampa/internal/console/verdict"
	"rampa/internal/customer"
	"rampa/internal/kyb"
	"rampa/internal/mail"
	"rampa/internal/operator"
	"rampa/internal/web/ui"
)

//go:embed templates/*.html locales/*.yaml static
var files embed.FS

// Files is what operators read. Every reading of a personal file is audited by the service.
type Files interface {
	Queue(ctx context.Context, p customer.Page) (rows []customer.QueueRow, next string, err error)
	Search(ctx context.Context, text string) ([]customer.QueueRow, error)
	Review(ctx context.Context, customerID int64, by audit.Actor) (*customer.Review, error)
	OpenDocument(ctx context.Context, customerID int64, documentID string, by audit.Actor) (kyb.Document, io.ReadCloser, error)
}

// Decider decides files. stage_conflict: the file is not what the operator saw.
type Decider interface {
	Approve(ctx context.Context, customerID int64, d customer.Decision) error
	Reject(ctx context.Context, customerID int64, d customer.Decision) error
	RequestCorrection(ctx context.Context, customerID int64, d customer.Decision) error
	Reopen(ctx context.Context, customerID int64, d customer.Decision) error
}

// Accounts signs operators in and out.
type Accounts interface {
	Login(ctx context.Context, in operator.Login) (*operator.Grant, error)
	Logout(ctx context.Context, token, address string) error
	Authenticate(ctx context.Context, token string) (*operator.Identity, error)
	List(ctx context.Context) ([]operator.Operator, error)
}

// FirstLogin is what an operator does once.
type FirstLogin interface {
	ChoosePassword(ctx context.Context, token, password, address string) error
	Enrolment(ctx context.Context, token string) (*operator.Enrolment, error)
	ConfirmCode(ctx context.Context, token, code, address string) (*operator.Grant, error)
}

// Outbox shows what was written to companies.
type Outbox interface {
	Outbox(ctx context.Context, before string, limit int) (page []mail.Message, next string, err error)
	Read(ctx context.Context, id string) (*mail.Message, error)
}

// Config is what the console needs.
type Config struct {
	Files      Files
	Decider    Decider
	Accounts   Accounts
	FirstLogin FirstLogin
	Outbox     Outbox
	Alerts     Alerts
	Checks     Checks // nil: operators review everything themselves
	Bans       Bans
	// Declarations are the enhanced ones, which raise the limits.
	Declarations Declarations
	Rules        *kyb.Ruleset
	Sandbox      bool // every role may read the outbox, and the pages say where one is
	Secure       bool // the public URL is https: cookies are Secure, with the __Host- prefix
	Now          func() time.Time
	Log          *slog.Logger
	// Address gives the client's address behind trusted proxies; RequestID the id of the request.
	Address   func(*http.Request) string
	RequestID func(context.Context) string
}

type handler struct {
	Config
	ui  *ui.Renderer
	css string
}

// New makes the handler of /console. The shared /static/ files are served elsewhere. It fails when a template or a text is
// broken.
func New(c Config) (http.Handler, error) {
	renderer, err := ui.New(ui.Config{Templates: files, Locales: files, Shared: evidence.Files, Secure: c.Secure})
	if err != nil {
		return nil, err
	}
	h := &handler{Config: c, ui: renderer}
	mux := http.NewServeMux()
	style, err := h.stylesheet()
	if err != nil {
		return nil, err
	}
	mux.Handle("GET "+h.css, style)
	for _, r := range h.routes() {
		mux.Handle(r.pattern, h.serve(r))
	}
	mux.Handle("/", h.serve(route{gate: gateNone, page: func(*visit) error { return errNoPage }}))
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(h.serve(route{gate: gateNone, page: func(*visit) error { return errForeign }}))
	return guard.Handler(mux), nil
}

// gate is how far somebody must have come to open a page.
type gate int

const (
	gateNone  gate = iota // anybody
	gateFirst             // in the middle of a first login
	gateFull              // signed in, with the right to the route's action
)

// route is one page or act of the console and what it takes to reach it.
type route struct {
	pattern string
	gate    gate
	action  operator.Action
	page    func(*visit) error
}

// routes is the whole table of the console: nothing is reachable that is not in it.
func (h *handler) routes() []route {
	return []route{
		{"GET /console/login", gateNone, "", showLogin},
		{"POST /console/login", gateNone, "", postLogin},
		{"POST /console/logout", gateNone, "", postLogout},
		{"GET /console/enrol", gateFirst, "", showEnrol},
		{"POST /console/enrol/password", gateFirst, "", postPassword},
		{"POST /console/enrol/code", gateFirst, "", postCode},
		{"GET /console", gateFull, operator.ReadQueue, showQueue},
		{"GET /console/{$}", gateFull, operator.ReadQueue, showQueue},
		{"GET /console/files/{id}", gateFull, operator.ReadFile, showFile},
		{"GET /console/files/{id}/documents/{document}", gateFull, operator.ReadDocuments, showDocument},
		{"POST /console/files/{id}/approve", gateFull, operator.Decide, postDecision(verdict.Approving)},
		{"POST /console/files/{id}/reject", gateFull, operator.Decide, postDecision(verdict.Rejecting)},
		{"POST /console/files/{id}/correction", gateFull, operator.Decide, postDecision(verdict.Correcting)},
		{"POST /console/files/{id}/reopen", gateFull, operator.Reopen, postDecision(verdict.Reopening)},
		{"POST /console/files/{id}/ban", gateFull, operator.Ban, postBan("ban")},
		{"POST /console/files/{id}/unban", gateFull, operator.Ban, postBan("unban")},
		{"POST /console/files/{id}/declaration/accept", gateFull, operator.Decide, postDeclaration("accept")},
		{"POST /console/files/{id}/declaration/correction", gateFull, operator.Decide, postDeclaration("correction")},
		{"POST /console/files/{id}/declaration/refuse", gateFull, operator.Decide, postDeclaration("refuse")},
		{"GET /console/declarations", gateFull, operator.ReadQueue, showDeclarations},
		{"GET /console/alerts", gateFull, operator.ReadAlerts, showAlerts},
		{"POST /console/alerts/{id}/clear", gateFull, operator.DecideAlerts, postAlert(false)},
		{"POST /console/alerts/{id}/confirm", gateFull, operator.DecideAlerts, postAlert(true)},
		{"GET /console/outbox", gateFull, operator.ReadMail, showOutbox},
		{"GET /console/outbox/{id}", gateFull, operator.ReadMail, showMail},
		{"GET /console/outbox/{id}/html", gateFull, operator.ReadMail, showMailHTML},
	}
}

// may reports whether a role may do a here: the sandbox shows its outbox to everybody.
func (h *handler) may(role operator.Role, a operator.Action) bool {
	return role.May(a) || h.Sandbox && a == operator.ReadMail && role.Valid()
}
