package kyb

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"

	"rampa/internal/kyb"
	"rampa/internal/pages/frame"
	"rampa/internal/pages/kyb/input"
	"rampa/internal/pages/legal"
	"rampa/internal/web/ui/uitest"
)

func quiet(t *testing.T) *slog.Logger {
	return slog.New(slog.NewTextHandler(testLog{t}, nil))
}

// testLog fails the test on a logged error: one means a bug of ours.
type testLog struct{ t *testing.T }

func (l testLog) Write(b []byte) (int, error) {
	if strings.Contains(string(b), "level=ERROR") {
		l.t.Errorf("logged: %s", b)
	}
	return len(b), nil
}

// browser is a visitor with cookies.
type browser struct {
	t       *testing.T
	h       http.Handler
	cookies map[string]*http.Cookie
}

func newBrowser(t *testing.T, h http.Handler) *browser {
	return &browser{t: t, h: h, cookies: map[string]*http.Cookie{}}
}

func signedIn(t *testing.T, m *memory) *browser {
	b := newBrowser(t, newHandler(t, m))
	b.cookies["kyb-"+linkUUID] = &http.Cookie{Name: "kyb-" + linkUUID, Value: m.session()}
	return b
}

func (b *browser) send(r *http.Request) *httptest.ResponseRecorder {
	b.t.Helper()
	for _, c := range b.cookies {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	b.h.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		} else {
			b.cookies[c.Name] = c
		}
	}
	return w
}

func (b *browser) get(path string) *httptest.ResponseRecorder {
	b.t.Helper()
	return b.send(httptest.NewRequest("GET", path, nil))
}

func (b *browser) post(path string, form url.Values) *httptest.ResponseRecorder {
	b.t.Helper()
	r := httptest.NewRequest("POST", path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.send(r)
}

func (b *browser) redirected(w *httptest.ResponseRecorder, to string) {
	b.t.Helper()
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != to {
		b.t.Fatalf("got %d to %q, want 303 to %q\n%s", w.Code, w.Header().Get("Location"), to, errorLines(w.Body.String()))
	}
}

// errorLines gives the part of a page that says what is wrong.
func errorLines(page string) string {
	if _, rest, ok := strings.Cut(page, `id="error-summary"`); ok {
		summary, _, _ := strings.Cut(rest, "</div>")
		return summary
	}
	return page
}

func TestEveryTextThatThePagesUseExists(t *testing.T) {
	t.Parallel()
	r, err := frame.New(frame.Config{}, files)
	if err != nil {
		t.Fatal(err)
	}
	uitest.Texts(t, r.UI.Catalogue().Words("es"), os.DirFS("."), "answer", "question")
	uitest.Texts(t, r.UI.Catalogue().Words("es"), os.DirFS("../frame"), "../frame")
}

func TestEveryProblemOfTheRulesHasItsWords(t *testing.T) {
	t.Parallel()
	r, err := frame.New(frame.Config{}, files)
	if err != nil {
		t.Fatal(err)
	}
	words := r.UI.Catalogue().Words("es")
	for _, code := range kyb.Codes {
		if !words.Has("problem." + code) {
			t.Errorf("no text for the problem %q", code)
		}
	}
	for code := range frame.Statuses {
		for _, part := range []string{".title", ".text", ".next"} {
			if !words.Has("failure." + code + part) {
				t.Errorf("no text for the failure %q", code+part)
			}
		}
	}
}

const base = "/kyb/" + linkUUID

func TestACompanyFillsInTheWholeFormAndSendsIt(t *testing.T) {
	t.Parallel()
	m := newMemory()
	b := newBrowser(t, newHandler(t, m))

	if w := b.get(base); w.Code != 200 || !strings.Contains(w.Body.String(), `id="step-password"`) {
		t.Fatalf("gate: %d", w.Code)
	}
	if w := b.post(base, url.Values{"password": {"wrong"}}); w.Code != 401 || !strings.Contains(w.Body.String(), `id="error-summary"`) {
		t.Fatalf("wrong password: %d", w.Code)
	}
	b.redirected(b.post(base, url.Values{"password": {password}}), base+"/country")
	b.redirected(b.get(base+"/company"), base+"/country")
	b.redirected(b.post(base+"/country", url.Values{"country": {"ES"}}), base+"/company")
	b.redirected(b.post(base+"/company", url.Values{
		"legal_name": {"Remesas Aurora S.L."}, "legal_form": {"sl"}, "tax_id": {"b-58378431"}, "incorporation_date": {"2015-03-09"}, "website": {"aurora.example"},
	}), base+"/addresses")
	b.redirected(b.post(base+"/addresses", url.Values{
		"registered_address[line1]": {"Calle de Alcalá 45"}, "registered_address[city]": {"Madrid"}, "registered_address[postal_code]": {"28014"},
		"registered_address[country]": {"ES"}, "operating_same": {"yes"},
	}), base+"/activity")
	b.redirected(b.post(base+"/activity", url.Values{
		"activity": {"Remesas"}, "expected_monthly_volume": {"250.000"}, "source_of_funds": {"Comisiones"},
	}), base+"/people")
	b.redirected(b.post(base+"/people", url.Values{
		"people[4][first_name]": {"Mara"}, "people[4][last_name]": {"Quiñones"}, "people[4][birth_date]": {"1984-05-17"}, "people[4][nationality]": {"ES"},
		"people[4][role]": {"representative"}, "people[4][ownership_percent]": {"100"}, "people[4][pep]": {"no"}, "people[9][first_name]": {""},
	}), base+"/documents")
	if n := len(m.form.Record.File.People); n != 1 {
		t.Fatalf("%d people: the blank row must be left out", n)
	}

	form := map[string]string{"action": "save"}
	for _, item := range m.rules.Items(m.form.Record.File, "es") {
		if !item.Optional {
			form["documents["+item.Code+"]"] = "%PDF-1.7 paper"
		}
	}
	b.redirected(b.upload(form), base+"/check")
	b.redirected(b.post(base+"/check", nil), base+"/declaration")
	person := m.form.Record.File.People[0].ID
	b.redirected(b.post(base+"/declaration", url.Values{
		"person_id": {person}, "signature": {"Mara Quiñones"}, "terms": {"yes"}, "truthful": {"yes"},
	}), base)
	w := b.get(base)
	if !strings.Contains(w.Body.String(), `id="status" data-stage="submitted"`) {
		t.Fatal("no status page")
	}
	d := m.form.Record.File.Declaration
	if d.TermsVersion != legal.EmbeddedVersion || d.Address != "203.0.113.9" || !d.SignedAt.Equal(now) {
		t.Fatalf("declaration %+v", d)
	}
	b.redirected(b.get(base+"/company"), base)
	if w := b.post(base+"/activity", url.Values{"activity": {"x"}}); w.Code != http.StatusConflict {
		t.Fatalf("a sent file could be changed: %d", w.Code)
	}
}

func TestWhatIsWrongIsShownAsTypedWithALinkToTheField(t *testing.T) {
	t.Parallel()
	b := signedIn(t, newMemory().complete())
	w := b.post(base+"/company?lang=en", url.Values{"legal_name": {""}, "legal_form": {"sl"}, "tax_id": {"B58378432"}, "incorporation_date": {"yesterday"}})
	body := w.Body.String()
	if w.Code != http.StatusUnprocessableEntity {
		t.Fatalf("%d", w.Code)
	}
	for _, want := range []string{`value="B58378432"`, `value="yesterday"`, `href="#tax_id"`, `aria-invalid="true"`, "Enter the legal name", "check digit", `<html lang="en">`, "<title>Error:"} {
		if !strings.Contains(body, want) {
			t.Errorf("lacks %s", want)
		}
	}
}

func TestAHalfFilledStepCanBeLeftButNotAWrongOne(t *testing.T) {
	t.Parallel()
	m := newMemory().complete()
	b := signedIn(t, m)
	b.redirected(b.post(base+"/activity", url.Values{"activity": {"Remesas"}, "expected_monthly_volume": {""}, "source_of_funds": {""}, "action": {"later"}}), base+"?saved")
	if a := m.form.Record.File.Activity; a.Activity != "Remesas" || a.SourceOfFunds != "" {
		t.Fatalf("%+v", a)
	}
	if w := b.post(base+"/activity", url.Values{"expected_monthly_volume": {"many"}, "action": {"later"}}); w.Code != 422 {
		t.Fatalf("a wrong value was saved: %d", w.Code)
	}
	if !strings.Contains(b.get(base+"?saved").Body.String(), "banner success") {
		t.Error("the overview does not say that it was saved")
	}
}

func TestButtonsForRowsKeepWhatWasTyped(t *testing.T) {
	t.Parallel()
	m := newMemory().complete()
	b := signedIn(t, m)
	in := url.Values{
		"people[0][id]": {mara}, "people[0][first_name]": {"Typed"}, "people[1][id]": {iker}, "people[1][first_name]": {"Other"},
		"entities[0][id]": {holding}, "entities[0][legal_name]": {"Kept Lda"},
	}
	for action, want := range map[string]string{
		"add_person": `name="people[2][first_name]"`, "add_entity": `name="entities[1][legal_name]"`,
		"remove_person:0": `name="people[0][first_name]" type="text" value="Other"`, "remove_entity:0": `value="Typed"`,
	} {
		in.Set("action", action)
		w := b.post(base+"/people", in)
		if w.Code != 200 || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: %d lacks %s", action, w.Code, want)
		}
		if !strings.Contains(w.Body.String(), "Other") {
			t.Errorf("%s: lost what was typed", action)
		}
	}
	if m.saves != 0 {
		t.Errorf("%d saves", m.saves)
	}
}

func TestSavedPeopleKeepTheirIDs(t *testing.T) {
	t.Parallel()
	m := newMemory().complete()
	b := signedIn(t, m)
	in := input.People(m.form.Record.File, func() string { return "x" })
	in.Set("people[0][first_name]", "Marta")
	b.redirected(b.post(base+"/people", in), base+"/documents")
	f := m.form.Record.File
	if f.People[0].ID != mara || f.People[0].FirstName != "Marta" || f.People[1].Through != holding || f.Entities[0].ID != holding {
		t.Fatalf("%+v", f.People)
	}
	in.Set("people[1][id]", mara) // a forged id: two people never share one
	in.Set("people[1][last_name]", "Otero")
	b.redirected(b.post(base+"/people", in), base+"/documents")
	if f := m.form.Record.File; f.People[0].ID == f.People[1].ID {
		t.Fatal("two people share an id")
	}
}

func TestTheSessionEndsAndIsAskedForAgain(t *testing.T) {
	t.Parallel()
	m := newMemory().complete()
	b := signedIn(t, m)
	b.redirected(b.post(base+"/leave", nil), base)
	for _, path := range []string{base, base + "/company"} {
		if w := b.get(path); !strings.Contains(w.Body.String(), `id="step-password"`) {
			t.Errorf("%s: %d without the gate", path, w.Code)
		}
	}
	if w := b.post(base+"/activity", url.Values{"activity": {"x"}}); w.Code != 401 || !strings.Contains(w.Body.String(), `id="step-password"`) {
		t.Errorf("post without a session: %d", w.Code)
	}
}

func TestCookiesAreTheLinksOwnAndSafe(t *testing.T) {
	t.Parallel()
	for _, secure := range []bool{false, true} {
		b := newBrowser(t, newHandler(t, newMemory(), func(c *Config) { c.Secure = secure }))
		w := b.post(base, url.Values{"password": {password}})
		c := w.Result().Cookies()[0]
		name, path := "kyb-"+linkUUID, base
		if secure {
			name, path = "__Host-"+name, "/"
		}
		if c.Name != name || c.Path != path || c.Secure != secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Domain != "" {
			t.Errorf("secure %v: %s", secure, c)
		}
	}
}

func TestTheLanguageSticksOverTheSteps(t *testing.T) {
	t.Parallel()
	b := signedIn(t, newMemory().complete())
	if w := b.get(base + "/company?lang=pt"); w.Code != 200 || !strings.Contains(w.Body.String(), `<html lang="pt">`) {
		t.Fatalf("%d", w.Code)
	}
	if w := b.get(base + "/activity"); !strings.Contains(w.Body.String(), `<html lang="pt">`) {
		t.Fatal("the language was forgotten")
	}
}

func TestAFormWithoutAnOriginIsTakenOverPlainHTTPOnly(t *testing.T) {
	t.Parallel()
	for secure, want := range map[bool]int{false: http.StatusSeeOther, true: http.StatusForbidden} {
		b := newBrowser(t, newHandler(t, newMemory(), func(c *Config) { c.Secure = secure }))
		r := httptest.NewRequest("POST", base, strings.NewReader("password="+password))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", "null")
		if w := b.send(r); w.Code != want {
			t.Errorf("secure %v: %d", secure, w.Code)
		}
	}
}
