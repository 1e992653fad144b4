package console_test

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"rampa/internal/audit"
	"rampa/internal/console"
	"rampa/internal/customer"
	"rampa/internal/kyb"
	"rampa/internal/kyc"
	"rampa/internal/mail"
	"rampa/internal/mail/mailtest"
	"rampa/internal/onboarding"
	"rampa/internal/operator"
	"rampa/internal/operator/operatortest"
	"rampa/internal/verification"
	"rampa/internal/web/ui"
)

func start() time.Time { return time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC) }

// cabinet is the customer service in memory: files with versions, moved by verification.Stage's own machine.
type cabinet struct {
	mu    sync.Mutex
	now   func() time.Time
	files map[int64]*customer.Review
	reads []string // "7 kyb.read ana"
	made  []made
}

// made is a decision that was accepted.
type made struct {
	Verb        string
	ID          int64
	Actor       audit.Actor
	Reasons     []string
	Corrections []customer.Correction
}

func (c *cabinet) row(r *customer.Review) customer.QueueRow {
	return customer.QueueRow{Customer: r.Customer, IntegrationName: r.Brand.Name, SubmittedAt: r.Record.SubmittedAt}
}

func (c *cabinet) sorted(keep func(*customer.Review) bool) (rows []customer.QueueRow) {
	for _, r := range c.files {
		if keep(r) {
			rows = append(rows, c.row(r))
		}
	}
	slices.SortFunc(rows, func(a, b customer.QueueRow) int {
		return cmp.Or(a.SubmittedAt.Compare(b.SubmittedAt), cmp.Compare(a.Customer.ID, b.Customer.ID))
	})
	return rows
}

func (c *cabinet) Queue(_ context.Context, p customer.Page) ([]customer.QueueRow, string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	rows := c.sorted(func(r *customer.Review) bool {
		s := r.Customer.Stage
		return (s == verification.Submitted || s == verification.InReview) && (p.Stage == "" || p.Stage == s)
	})
	from, _ := strconv.Atoi(p.Cursor)
	rows = rows[min(from, len(rows)):]
	if len(rows) > p.Limit {
		return rows[:p.Limit], strconv.Itoa(from + p.Limit), nil
	}
	return rows, "", nil
}

func (c *cabinet) Search(_ context.Context, text string) ([]customer.QueueRow, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.sorted(func(r *customer.Review) bool {
		return strings.Contains(strings.ToLower(r.Customer.Name+" "+r.Customer.Email), strings.ToLower(text)) || strconv.FormatInt(r.Customer.ID, 10) == text
	}), nil
}

func (c *cabinet) note(r *customer.Review, by audit.Actor, action string, detail map[string]string) {
	c.reads = append(c.reads, fmt.Sprintf("%d %s %s", r.Customer.ID, action, by.Kind))
	r.History = append([]audit.Entry{{At: c.now(), Actor: by, Action: action, Detail: detail}}, r.History...)
}

func (c *cabinet) Review(_ context.Context, id int64, by audit.Actor) (*customer.Review, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	r, ok := c.files[id]
	if !ok {
		return nil, customer.ErrUserNotFound
	}
	if r.Customer.Stage == verification.Submitted {
		r.Customer.Stage = verification.InReview
		r.Record.Version++
		c.note(r, by, "kyb.taken", nil)
	} else {
		c.note(r, by, "kyb.read", nil)
	}
	out := *r
	if r.Record.Person != nil {
		out.Missing = kyc.Missing(r.Record.Person, r.Documents)
	} else {
		out.Ownership = kyb.Ownership(r.Record.File, c.now())
		out.Missing = kyb.Rules().Missing(r.Record.File, r.Documents, c.now())
	}
	out.History = slices.Clone(r.History)
	return &out, nil
}

func (c *cabinet) OpenDocument(_ context.Context, id int64, document string, by audit.Actor) (kyb.Document, io.ReadCloser, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if r, ok := c.files[id]; ok {
		for _, d := range r.Documents {
			if d.ID == document {
				c.note(r, by, "document.read", map[string]string{"item": d.Item})
				body := paper(d.Type)
				d.Size = int64(len(body))
				return d, io.NopCloser(bytes.NewReader(body)), nil
			}
		}
	}
	return kyb.Document{}, nil, customer.ErrDocumentNotFound
}

func (c *cabinet) decide(id int64, d customer.Decision, e verification.Event) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	r, ok := c.files[id]
	if !ok {
		return customer.ErrUserNotFound
	}
	next, err := r.Customer.Stage.After(e)
	if err != nil || r.Record.Version != d.Version {
		return verification.ErrTransition
	}
	r.Customer.Stage, r.Customer.Reasons, r.Record.Corrections = next, d.Reasons, d.Corrections
	r.Record.Version++
	if next == verification.Approved || next == verification.Rejected {
		r.Record.DecidedAt, r.Record.DecidedBy = c.now(), d.Actor.Kind+" "+d.Actor.ID
	}
	c.note(r, d.Actor, "kyb."+string(e), nil)
	c.made = append(c.made, made{string(e), id, d.Actor, d.Reasons, d.Corrections})
	return nil
}

func (c *cabinet) Approve(_ context.Context, id int64, d customer.Decision) error {
	return c.decide(id, d, verification.OnApproved)
}

func (c *cabinet) Reject(_ context.Context, id int64, d customer.Decision) error {
	return c.decide(id, d, verification.OnRejected)
}

func (c *cabinet) RequestCorrection(_ context.Context, id int64, d customer.Decision) error {
	return c.decide(id, d, verification.OnCorrection)
}

func (c *cabinet) Reopen(_ context.Context, id int64, d customer.Decision) error {
	return c.decide(id, d, verification.OnReopened)
}

// world is a whole console on services in memory.
type world struct {
	t        testing.TB
	url      string
	cabinet  *cabinet
	bell     *bell
	folder   *folder
	accounts *operator.Service
	store    *operatortest.Memory
	outbox   *mailtest.Memory
	people   map[operator.Role]operator.Credentials
	mu       sync.Mutex
	clock    time.Time
	log      *bytes.Buffer
}

type plainSeal struct{}

func (plainSeal) Seal(p, _ []byte) ([]byte, error) { return bytes.Clone(p), nil }
func (plainSeal) Open(p, _ []byte) ([]byte, error) { return bytes.Clone(p), nil }

func newWorld(t testing.TB, change func(*console.Config)) *world {
	t.Helper()
	w := &world{t: t, clock: start(), store: operatortest.NewMemory(), outbox: &mailtest.Memory{}, people: map[operator.Role]operator.Credentials{}, log: &bytes.Buffer{}}
	w.cabinet = &cabinet{now: w.now, files: map[int64]*customer.Review{}}
	w.bell = &bell{cabinet: w.cabinet}
	w.folder = &folder{cabinet: w.cabinet, records: map[int64]*onboarding.Record{}}
	deps := operator.Deps{Store: w.store, Sealer: plainSeal{}, Passwords: operator.NewPasswords(operator.Params{Memory: 64, Passes: 1, Threads: 1}, 4)}
	w.accounts = operator.New(deps, operator.Defaults(), w.now)
	config := console.Config{
		Files: w.cabinet, Decider: w.cabinet, Accounts: w.accounts, FirstLogin: w.accounts, Outbox: mail.NewService(w.outbox, mail.Keep(), mail.DefaultSchedule(), w.now),
		Alerts: w.bell, Bans: w.cabinet, Declarations: w.folder, Rules: kyb.Rules(), Now: w.now, Log: slog.New(slog.NewTextHandler(w.log, nil)),
		Address: func(*http.Request) string { return "192.0.2.10" }, RequestID: func(context.Context) string { return "req-1" },
	}
	if change != nil {
		change(&config)
	}
	handler, err := console.New(config)
	if err != nil {
		t.Fatal(err)
	}
	shared, err := ui.New(ui.Config{})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/console", handler)
	mux.Handle("/console/", handler)
	mux.Handle("GET /static/", shared.Static())
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	w.url = server.URL
	return w
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.clock
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.clock = w.clock.Add(d)
}

// enrolled makes an operator of a role, once.
func (w *world) enrolled(role operator.Role) operator.Credentials {
	w.t.Helper()
	if c, ok := w.people[role]; ok {
		return c
	}
	names := map[operator.Role]string{operator.Admin: "Alba Admin", operator.Compliance: "Carla Ruiz", operator.Support: "Sergio Sol", operator.Viewer: "Vera Vidal"}
	c, err := w.accounts.CreateEnrolled(context.Background(), operator.Entrant{Email: string(role) + "@rampa.test", Name: names[role], Role: role}, audit.System("test"))
	if err != nil {
		w.t.Fatal(err)
	}
	w.people[role] = c
	return c
}

func (w *world) code(secret string) string {
	code, err := totp.GenerateCode(secret, w.now())
	if err != nil {
		w.t.Fatal(err)
	}
	return code
}

// browser is one person's: cookies kept, redirects not followed.
type browser struct {
	*world
	client *http.Client
}

func (w *world) browser() *browser {
	jar, _ := cookiejar.New(nil)
	return &browser{w, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// as signs somebody of a role in.
func (w *world) as(role operator.Role) *browser {
	w.t.Helper()
	c, b := w.enrolled(role), w.browser()
	w.pass(30 * time.Second) // a new code
	got := b.post("/console/login", url.Values{"email": {string(role) + "@rampa.test"}, "password": {c.Password}, "code": {w.code(c.Secret)}})
	if got.status != http.StatusSeeOther || got.header.Get("Location") != "/console" {
		w.t.Fatalf("login as %s: %d %s", role, got.status, got.body)
	}
	return b
}

type answer struct {
	status int
	header http.Header
	body   string
}

func (b *browser) do(req *http.Request) answer {
	b.t.Helper()
	if req.Header.Get("Accept-Language") == "" {
		req.Header.Set("Accept-Language", "en")
	}
	res, err := b.client.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return answer{res.StatusCode, res.Header, string(body)}
}

func (b *browser) get(path string) answer {
	b.t.Helper()
	req, _ := http.NewRequest(http.MethodGet, b.url+path, nil)
	return b.do(req)
}

func (b *browser) post(path string, form url.Values) answer {
	b.t.Helper()
	req, _ := http.NewRequest(http.MethodPost, b.url+path, strings.NewReader(form.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	return b.do(req)
}

// paper makes a document of a type.
func paper(kind string) []byte {
	if kind == "application/pdf" {
		return pdf()
	}
	img := image.NewRGBA(image.Rect(0, 0, 900, 560))
	for y := range 560 {
		for x := range 900 {
			c := color.RGBA{225, 233, 240, 255}
			switch {
			case x > 50 && x < 290 && y > 130 && y < 430:
				c = color.RGBA{170, 188, 205, 255}
			case x > 340 && x < 820 && (y-150)%60 < 22 && y > 150 && y < 430:
				c = color.RGBA{120, 135, 150, 255}
			case y < 80:
				c = color.RGBA{11, 74, 94, 255}
			}
			img.Set(x, y, c)
		}
	}
	var b bytes.Buffer
	png.Encode(&b, img)
	return b.Bytes()
}

// pdf writes one page with a line of text, with the table of offsets that readers want.
func pdf() []byte {
	var b bytes.Buffer
	var offsets []int
	b.WriteString("%PDF-1.4\n")
	text := "BT /F1 24 Tf 60 720 Td (Nota simple: Acme Pagos, S.L.) Tj ET"
	for i, object := range []string{
		"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
		fmt.Sprintf("<</Length %d>>stream\n%s\nendstream", len(text), text), "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
	} {
		offsets = append(offsets, b.Len())
		fmt.Fprintf(&b, "%d 0 obj%s endobj\n", i+1, object)
	}
	xref := b.Len()
	b.WriteString("xref\n0 6\n0000000000 65535 f \n")
	for _, o := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&b, "trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", xref)
	return b.Bytes()
}

func (w *world) reads() []string {
	w.cabinet.mu.Lock()
	defer w.cabinet.mu.Unlock()
	return slices.Clone(w.cabinet.reads)
}
