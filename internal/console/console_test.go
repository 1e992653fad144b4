package console_test

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rampa/internal/console"
	"rampa/internal/customer"
	"rampa/internal/kyb"
	"rampa/internal/mail"
	"rampa/internal/operator"
	"rampa/internal/verification"
)

func version(w *world, id int64) string {
	w.cabinet.mu.Lock()
	defer w.cabinet.mu.Unlock()
	return strconv.FormatInt(w.cabinet.files[id].Record.Version, 10)
}

// try is one request of the table of roles.
type try struct {
	name   string
	action operator.Action
	send   func(b *browser) answer
	good   int
}

func tries() []try {
	const document = "/console/files/7/documents/0199bbbb-0000-7000-8000-000000000003"
	decide := func(verb, id string, form url.Values) func(*browser) answer {
		return func(b *browser) answer {
			n, _ := strconv.ParseInt(id, 10, 64)
			form.Set("version", version(b.world, n))
			form.Set("confirmed", "yes")
			return b.post("/console/files/"+id+"/"+verb, form)
		}
	}
	items := func() url.Values { return url.Values{"item": {"company"}, "message[company]": {"Corrija el NIF."}} }
	reasoned := func(path string) func(*browser) answer {
		return func(b *browser) answer { return b.post(path, url.Values{"reason": {"Visto."}}) }
	}
	declare := func(path string) func(*browser) answer {
		return func(b *browser) answer {
			return b.post("/console/files/"+path, url.Values{"version": {"4"}, "reason": {"No."}, "item": {"tax"}, "message[tax]": {"Falta."}})
		}
	}
	answerAlert := func(path string) func(*browser) answer { return reasoned("/console/alerts/" + path) }
	get := func(path string) func(*browser) answer { return func(b *browser) answer { return b.get(path) } }
	return []try{
		{"queue", operator.ReadQueue, get("/console"), 200},
		{"search", operator.ReadQueue, get("/console?q=acme"), 200},
		{"file", operator.ReadFile, get("/console/files/7"), 200},
		{"document", operator.ReadDocuments, get(document), 200},
		{"approve", operator.Decide, decide("approve", "7", url.Values{}), 303},
		{"reject", operator.Decide, decide("reject", "8", url.Values{"reason": {"ownership_unclear"}}), 303},
		{"correction", operator.Decide, decide("correction", "9", items()), 303},
		{"reopen", operator.Reopen, decide("reopen", "11", items()), 303},
		{"alerts", operator.ReadAlerts, get("/console/alerts"), 200},
		{"clear", operator.DecideAlerts, answerAlert("1/clear"), 303},
		{"confirm", operator.DecideAlerts, answerAlert("2/confirm"), 303},
		{"ban", operator.Ban, reasoned("/console/files/9/ban"), 303},
		{"unban", operator.Ban, reasoned("/console/files/12/unban"), 303},
		{"declarations", operator.ReadQueue, get("/console/declarations"), 200},
		{"accept a declaration", operator.Decide, declare("7/declaration/accept"), 303},
		{"refuse a declaration", operator.Decide, declare("8/declaration/refuse"), 303},
		{"send a declaration back", operator.Decide, declare("9/declaration/correction"), 303},
		{"outbox", operator.ReadMail, get("/console/outbox"), 200},
		{"mail", operator.ReadMail, get("/console/outbox/0199dddd-0000-7000-8000-000000000000"), 200},
		{"mail as HTML", operator.ReadMail, get("/console/outbox/0199dddd-0000-7000-8000-000000000000/html"), 200},
	}
}

func fullWorld(t *testing.T, change func(*console.Config)) *world {
	w := newWorld(t, change)
	for _, id := range []int64{7, 8, 9} {
		w.filed(id, verification.InReview, time.Hour)
	}
	w.filed(11, verification.Rejected, time.Hour)
	w.filed(12, verification.Approved, time.Hour).Customer.BannedAt = start()
	w.mailed()
	return w
}

func TestEveryRoleReachesExactlyWhatItsTableSays(t *testing.T) {
	t.Parallel()
	for _, role := range operator.Roles() {
		t.Run(string(role), func(t *testing.T) {
			t.Parallel()
			w := fullWorld(t, nil)
			w.alerted()
			for _, id := range []int64{7, 8, 9} {
				w.declared(id, verification.InReview, time.Hour)
			}
			b := w.as(role)
			for _, try := range tries() {
				want := try.good
				if !role.May(try.action) {
					want = http.StatusForbidden
				}
				if got := try.send(b); got.status != want {
					t.Errorf("%s: %d, not %d", try.name, got.status, want)
				}
			}
			if decided := len(w.cabinet.made); (decided == 4) != role.May(operator.Decide) || decided != 4 && decided != 0 {
				t.Errorf("%d decisions were made", decided)
			}
		})
	}
}

func TestNobodyReachesAnythingWithoutASession(t *testing.T) {
	t.Parallel()
	w := fullWorld(t, nil)
	for _, try := range tries() {
		got := try.send(w.browser())
		if got.status != http.StatusSeeOther || !strings.HasPrefix(got.header.Get("Location"), "/console/login") {
			t.Errorf("%s: %d %s", try.name, got.status, got.header.Get("Location"))
		}
	}
	if len(w.cabinet.made) != 0 || len(w.cabinet.reads) != 0 {
		t.Fatal(w.cabinet.made, w.cabinet.reads)
	}
}

func TestInASandboxEverybodyReadsTheOutbox(t *testing.T) {
	t.Parallel()
	w := fullWorld(t, func(c *console.Config) { c.Sandbox = true })
	if got := w.as(operator.Support).get("/console/outbox"); got.status != http.StatusOK || !strings.Contains(got.body, "read here") {
		t.Fatal(got.status)
	}
}

func TestAFormFromAnotherSiteChangesNothing(t *testing.T) {
	t.Parallel()
	w := fullWorld(t, nil)
	b := w.as(operator.Admin)
	req, _ := http.NewRequest(http.MethodPost, w.url+"/console/files/7/approve", strings.NewReader("confirmed=yes&version="+version(w, 7)))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	if got := b.do(req); got.status != http.StatusForbidden || len(w.cabinet.made) != 0 {
		t.Fatal(got.status, w.cabinet.made)
	}
}

func TestEveryPageHasItsHeaders(t *testing.T) {
	t.Parallel()
	w := fullWorld(t, nil)
	b := w.as(operator.Admin)
	for _, path := range []string{"/console", "/console/login", "/console/files/7", "/console/outbox", "/console/files/99", "/console/nowhere"} {
		h := b.get(path).header
		for name, want := range map[string]string{
			"Content-Security-Policy": "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
			"X-Content-Type-Options":  "nosniff", "Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "Cross-Origin-Opener-Policy": "same-origin",
		} {
			if h.Get(name) != want {
				t.Errorf("%s: %s is %q", path, name, h.Get(name))
			}
		}
	}
	html := b.get("/console/outbox/0199dddd-0000-7000-8000-000000000000/html").header.Get("Content-Security-Policy")
	if !strings.HasPrefix(html, "sandbox; default-src 'none'") {
		t.Errorf("a mail's page: %q", html)
	}
}

func TestUnknownThingsAreNotFound(t *testing.T) {
	t.Parallel()
	w := fullWorld(t, nil)
	b := w.as(operator.Admin)
	for _, path := range []string{
		"/console/files/99", "/console/files/0", "/console/files/-7", "/console/files/x", "/console/files/99999999999999999999", "/console/files/7/documents/none",
		"/console/files/99/documents/0199bbbb-0000-7000-8000-000000000003", "/console/outbox/none", "/console/outbox/none/html", "/console/nowhere", "/console/files",
	} {
		if got := b.get(path); got.status != http.StatusNotFound || !strings.Contains(got.body, "There is nothing here") {
			t.Errorf("%s: %d", path, got.status)
		}
	}
}

func TestTheSessionCookieIsStrictAndBoundToTheConsole(t *testing.T) {
	t.Parallel()
	for secure, want := range map[bool]string{false: "console=%; Path=/console; HttpOnly; SameSite=Strict", true: "__Host-console=%; Path=/; HttpOnly; Secure; SameSite=Strict"} {
		w := newWorld(t, func(c *console.Config) { c.Secure = secure })
		c := w.enrolled(operator.Viewer)
		got := w.browser().post("/console/login", url.Values{"email": {"viewer@rampa.test"}, "password": {c.Password}, "code": {w.code(c.Secret)}})
		cookie := got.header.Get("Set-Cookie")
		head, rest, _ := strings.Cut(want, "%")
		if !strings.HasPrefix(cookie, head) || !strings.HasSuffix(cookie, rest) {
			t.Errorf("secure %v: %s", secure, cookie)
		}
	}
}

func TestARefusedLoginKeepsTheEmailAndSaysOneThing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.enrolled(operator.Viewer)
	b := w.browser()
	for i := range 7 {
		got := b.post("/console/login", url.Values{"email": {"viewer@rampa.test"}, "password": {"wrong"}, "code": {"123456"}, "next": {"/console/files/7"}})
		want := http.StatusUnauthorized
		if i >= 5 {
			want = http.StatusTooManyRequests
		}
		if got.status != want || !strings.Contains(got.body, "We could not sign you in.") || !strings.Contains(got.body, `value="viewer@rampa.test"`) ||
			!strings.Contains(got.body, `value="/console/files/7"`) || strings.Contains(got.body, "wrong") || got.header.Get("Set-Cookie") != "" {
			t.Fatalf("try %d: %d", i+1, got.status)
		}
	}
}

func TestALoginLeadsBackToWhereOneWasGoing(t *testing.T) {
	t.Parallel()
	w := fullWorld(t, nil)
	b := w.browser()
	to := b.get("/console/files/7").header.Get("Location")
	if to != "/console/login?next=/console/files/7" || !strings.Contains(b.get(to).body, `name="next" value="/console/files/7"`) {
		t.Fatal(to)
	}
	c := w.enrolled(operator.Admin)
	for next, want := range map[string]string{"/console/files/7": "/console/files/7", "//evil.test": "/console", "https://evil.test": "/console", "/console/../x": "/console",
		`/console\evil`: "/console", "/consolex": "/console"} {
		w.pass(30 * time.Second)
		got := w.browser().post("/console/login", url.Values{"email": {"admin@rampa.test"}, "password": {c.Password}, "code": {w.code(c.Secret)}, "next": {next}})
		if got.header.Get("Location") != want {
			t.Errorf("%s leads to %s", next, got.header.Get("Location"))
		}
	}
}

func TestALinkFromAnotherSiteComesBackWithItsCookie(t *testing.T) {
	t.Parallel()
	w := fullWorld(t, nil)
	req, _ := http.NewRequest(http.MethodGet, w.url+"/console/files/7", nil)
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	got := w.browser().do(req)
	if got.status != http.StatusOK || got.header.Get("Refresh") != "0" || strings.Contains(got.body, "Acme") {
		t.Fatal(got.status, got.header)
	}
}

func TestAnEndedSessionSaysSoAndItsCookieGoes(t *testing.T) {
	t.Parallel()
	w := fullWorld(t, nil)
	b := w.as(operator.Admin)
	w.pass(31 * time.Minute)
	got := b.get("/console/files/7")
	if got.header.Get("Location") != "/console/login?next=/console/files/7&ended=yes" || !strings.Contains(got.header.Get("Set-Cookie"), "Max-Age=0") {
		t.Fatal(got.header)
	}
	b = w.as(operator.Admin)
	if got := b.post("/console/logout", nil); got.status != http.StatusSeeOther {
		t.Fatal(got.status)
	}
	if got := b.get("/console"); got.status != http.StatusSeeOther {
		t.Fatal("still signed in")
	}
}

func TestAPaperIsServedAsWhatItIsAndNothingElse(t *testing.T) {
	t.Parallel()
	w := fullWorld(t, nil)
	w.cabinet.files[7].Documents = append(w.cabinet.files[7].Documents, kyb.Document{ID: "0199bbbb-0000-7000-8000-000000000009", Item: "other", Name: "x.html", Type: "text/html"})
	b := w.as(operator.Viewer)
	for id, want := range map[string][2]string{
		"0199bbbb-0000-7000-8000-000000000002":              {"application/pdf", `inline; filename="Nota simple noviembre.pdf"`},
		"0199bbbb-0000-7000-8000-000000000004":              {"image/jpeg", `inline; filename="tarjeta _NIF_ <2>.jpg"`},
		"0199bbbb-0000-7000-8000-000000000003?download=yes": {"image/png", `attachment; filename="DNI Ana.png"`},
		"0199bbbb-0000-7000-8000-000000000009":              {"application/octet-stream", "attachment; filename=x"},
	} {
		got := b.get("/console/files/7/documents/" + id)
		h := got.header
		if h.Get("Content-Type") != want[0] || h.Get("Content-Disposition") != want[1] || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Cache-Control") != "no-store" ||
			!strings.HasPrefix(h.Get("Content-Security-Policy"), "default-src 'none'") || got.body == "" {
			t.Errorf("%s: %v", id, h)
		}
	}
	if reads := w.reads(); len(reads) != 4 || reads[0] != "7 document.read operator" {
		t.Fatal(reads)
	}
}

func TestADecisionIsAskedTwiceOrReachesTheServiceWhole(t *testing.T) {
	t.Parallel()
	w := fullWorld(t, nil)
	b := w.as(operator.Compliance)
	if got := b.post("/console/files/7/approve", url.Values{"version": {version(w, 7)}}); got.status != 200 || !strings.Contains(got.body, `id="confirm"`) || len(w.cabinet.made) != 0 {
		t.Fatal(got.status)
	}
	form := url.Values{"version": {version(w, 7)}, "reason": {"documents_invalid", "unknown"}, "other": {" Licencia retirada <1>. "}}
	if got := b.post("/console/files/7/reject", form); got.status != 200 || !strings.Contains(got.body, "Hay documentos que faltan") || !strings.Contains(got.body, "Licencia retirada &lt;1&gt;.") {
		t.Fatal(got.status)
	}
	form.Set("confirmed", "yes")
	got := b.post("/console/files/7/reject", form)
	if got.header.Get("Location") != "/console/files/7?done=rejected" {
		t.Fatal(got.status, got.header)
	}
	if page := b.get("/console/files/7?done=rejected"); !strings.Contains(page.body, "Customer rejected") || !strings.Contains(page.body, `id="reopen"`) {
		t.Fatal("the outcome is not shown")
	}
	if page := b.get("/console/files/8?done=approved"); strings.Contains(page.body, "Customer approved") {
		t.Fatal("an address alone shows an outcome")
	}
	b.post("/console/files/8/correction", url.Values{"version": {version(w, 8)}, "item": {"people", "documents.registry_extract"}, "message[people]": {" Falta un socio. "},
		"message[documents.registry_extract]": {"Caducado."}, "message[company]": {"sin marcar"}})
	made := w.cabinet.made
	if len(made) != 2 || made[0].Actor.Kind != "operator" || made[0].Actor.Address != "192.0.2.10" {
		t.Fatal(made)
	}
	if diff := cmp.Diff([]string{"Hay documentos que faltan, no se pueden leer o han caducado.", "Licencia retirada <1>."}, made[0].Reasons); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]customer.Correction{{Item: "people", Message: "Falta un socio."}, {Item: "documents.registry_extract", Message: "Caducado."}}, made[1].Corrections); diff != "" {
		t.Error(diff)
	}
}

func TestAnUnfinishedDecisionIsShownAgainWithWhatIsMissing(t *testing.T) {
	t.Parallel()
	w := fullWorld(t, nil)
	b := w.as(operator.Compliance)
	long := strings.Repeat("ñ", 2001)
	for name, c := range map[string]struct {
		path string
		form url.Values
		want []string
	}{
		"no reason":    {"reject", url.Values{}, []string{"Tick at least one reason", `href="#reason-1"`, `<details class="fold" open><summary id="open-reject"`}},
		"no item":      {"correction", url.Values{}, []string{"Tick at least one thing", `href="#item-company"`, `<details class="fold" open><summary id="open-correction"`}},
		"no message":   {"correction", url.Values{"item": {"people"}, "message[people]": {" "}}, []string{`href="#message-item-people"`, `value="people" checked`}},
		"long message": {"correction", url.Values{"item": {"people"}, "message[people]": {long}}, []string{"at most 2,000", long}},
		"long reason":  {"reject", url.Values{"other": {long}}, []string{"at most 2,000", `href="#reason-other"`}},
	} {
		c.form.Set("version", version(w, 7))
		got := b.post("/console/files/7/"+c.path, c.form)
		if got.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", name, got.status)
		}
		for _, want := range c.want {
			if !strings.Contains(got.body, want) {
				t.Errorf("%s lacks %s", name, want)
			}
		}
	}
	if len(w.cabinet.made) != 0 {
		t.Fatal(w.cabinet.made)
	}
}

func TestADecisionOnAChangedFileIsRefusedKindly(t *testing.T) {
	t.Parallel()
	for _, verb := range []string{"approve", "reject", "correction"} {
		for _, confirmed := range []string{"", "yes"} {
			w := fullWorld(t, nil)
			b := w.as(operator.Compliance)
			seen := version(w, 7)
			w.cabinet.files[7].Record.Version++
			got := b.post("/console/files/7/"+verb, url.Values{"version": {seen}, "confirmed": {confirmed}, "reason": {"criteria_not_met"}, "other": {"Mi texto"}, "item": {"people"}, "message[people]": {"Mi texto"}})
			if got.status != http.StatusConflict || !strings.Contains(got.body, "Nothing was decided") || !strings.Contains(got.body, "Mi texto") || len(w.cabinet.made) != 0 {
				t.Errorf("%s %q: %d", verb, confirmed, got.status)
			}
		}
	}
}

func TestABrokenFormChangesNothing(t *testing.T) {
	t.Parallel()
	w := fullWorld(t, nil)
	b := w.as(operator.Compliance)
	for name, form := range map[string]url.Values{"no version": {"confirmed": {"yes"}}, "bad version": {"version": {"x"}}, "huge": {"version": {"5"}, "other": {strings.Repeat("x", 300<<10)}}} {
		if got := b.post("/console/files/7/approve", form); got.status != http.StatusBadRequest {
			t.Errorf("%s: %d", name, got.status)
		}
	}
	if len(w.cabinet.made) != 0 {
		t.Fatal(w.cabinet.made)
	}
}

func TestTheQueueIsOldestFirstFilteredAndPaged(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for id := int64(100); id < 160; id++ {
		stage := verification.Submitted
		if id == 130 {
			stage = verification.InReview
		}
		w.filed(id, stage, time.Duration(id)*time.Hour)
	}
	b := w.as(operator.Viewer)
	page := b.get("/console").body
	if strings.Count(page, `<tr data-stage=`) != 50 || strings.Index(page, "Empresa 159,") > strings.Index(page, "Empresa 158,") || strings.Contains(page, "Empresa 100,") {
		t.Fatal("not the 50 oldest")
	}
	if next := b.get("/console?after=50").body; strings.Count(next, `<tr data-stage=`) != 10 || !strings.Contains(next, `<a href="/console">`) {
		t.Fatal("the second page")
	}
	if one := b.get("/console?stage=in_review").body; strings.Count(one, `<tr data-stage=`) != 1 || !strings.Contains(one, "Empresa 130,") {
		t.Fatal("the filter")
	}
	if found := b.get("/console?q=" + url.QueryEscape("EMPRESA 14")).body; strings.Count(found, `<tr data-stage=`) != 10 {
		t.Fatal("the search")
	}
	if none := b.get("/console?q=" + url.QueryEscape("<b>x")).body; !strings.Contains(none, "&lt;b&gt;x") || strings.Contains(none, "<b>x") {
		t.Fatal("the text of the search")
	}
}

// brokenFiles fails as a database that is away does.
type brokenFiles struct{ console.Files }

func (brokenFiles) Queue(context.Context, customer.Page) ([]customer.QueueRow, string, error) {
	return nil, "", io.ErrUnexpectedEOF
}

func TestOurOwnFailureTellsNothingOfItsCause(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *console.Config) { c.Files = brokenFiles{} })
	got := w.as(operator.Viewer).get("/console")
	if got.status != http.StatusInternalServerError || strings.Contains(got.body, "EOF") || !strings.Contains(w.log.String(), "unexpected EOF") {
		t.Fatal(got.status, w.log.String())
	}
}

func TestTheOutboxIsPagedAndShowsEachState(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.mailed()
	b := w.as(operator.Admin)
	page := b.get("/console/outbox").body
	for _, want := range []string{"Waiting", "Trying again", "Sent", "Given up"} {
		if !strings.Contains(page, ">"+want+"<") {
			t.Errorf("no mail is %s", want)
		}
	}
	for n := range 60 {
		_ = w.outbox.AppendMail(t.Context(), mail.Message{ID: "0199eeee-0000-7000-8000-0000000000" + strconv.Itoa(10+n), Subject: "S", Kind: mail.Approved})
	}
	page = b.get("/console/outbox").body
	if strings.Count(page, `href="/console/outbox/`) != 50 || !strings.Contains(page, `?after=0199eeee-0000-7000-8000-000000000020"`) {
		t.Fatal("the first page")
	}
}
