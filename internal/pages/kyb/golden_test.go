package kyb

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"rampa/internal/customer"
	"rampa/internal/kyb"
	"rampa/internal/verification"
	"rampa/internal/web/ui"
	"rampa/internal/web/ui/uitest"
)

// scene is one page as a visitor may meet it. The goldens, the accessibility tests and the screenshots go over all of them.
type scene struct {
	name   string
	memory func() *memory
	path   string
	post   url.Values // nil: GET
	out    bool       // without a session
	status int
}

func inProgress() *memory {
	m := newMemory()
	m.form.Customer.Stage = verification.InProgress
	m.form.Record.File.Company.Country = "ES"
	return m
}

func complete() *memory { return newMemory().complete() }

func needsCorrection() *memory {
	m := newMemory().complete().at(verification.NeedsCorrection)
	m.form.Record.Corrections = []customer.Correction{
		{Item: "activity", Message: "Please say in which cities your agents work."},
		{Item: "documents.registry_extract", Message: "The extract is older than three months.\nOrder a new one at registradores.org."},
		{Item: "company", Message: "The trade name differs from your website.", Done: true},
	}
	return m
}

func stage(s verification.Stage) func() *memory {
	return func() *memory { return newMemory().complete().at(s) }
}

func locked() *memory {
	m := newMemory()
	m.form.Link.LockedUntil = now.Add(14*time.Minute + 20*time.Second)
	return m
}

func expired() *memory {
	m := newMemory()
	m.form.Link.ExpiresAt = now
	return m
}

// chains is a company with owners of every kind, on a day after the law changes.
func chains() *memory {
	m := complete()
	day := time.Date(2027, 7, 10, 9, 0, 0, 0, time.UTC)
	m.now, m.form.Link.ExpiresAt = func() time.Time { return day }, day.Add(24*time.Hour)
	f, no := m.form.Record.File, false
	person := func(id, first, last, percent, through, control string) kyb.Person {
		return kyb.Person{ID: id, FirstName: first, LastName: last, BirthDate: "1975-03-03", Nationality: "ES", Role: kyb.RoleOwner, OwnershipPercent: percent, Through: through, PEP: &no, Control: control}
	}
	const parent = "0193584e-7a11-7c02-8f00-000000000009"
	f.Entities = append(f.Entities, kyb.Entity{ID: parent, LegalName: "Puerto Viejo Inversiones S.A.", Country: "ES", RegistrationNumber: "A58818501", OwnershipPercent: "30", Through: holding})
	f.People[1].OwnershipPercent, f.NoOther = "45", true
	f.People = append(f.People, person("0193584e-7a11-7c02-8f00-000000000004", "Irene", "Sáenz", "25", holding, ""),
		person("0193584e-7a11-7c02-8f00-000000000005", "Iker", "Olabarría", "100", parent, ""), person("0193584e-7a11-7c02-8f00-000000000006", "Pau", "Ferrer", "", "", kyb.ControlAgreement))
	f.People[3].BirthDate = f.People[1].BirthDate
	return m
}

func scenes() []scene {
	rejected := func() *memory {
		m := stage(verification.Rejected)()
		m.form.Customer.Reasons = []string{"The register extract belongs to another company."}
		return m
	}
	missing := func() *memory {
		m := complete()
		m.form.Documents = m.form.Documents[2:]
		m.form.Record.File.Activity.SourceOfFunds = ""
		return m
	}
	wrongPeople := url.Values{
		"people[0][id]": {mara}, "people[0][first_name]": {"Mara"}, "people[0][birth_date]": {"2020-01-01"}, "people[0][ownership_percent]": {"140"},
		"people[1][id]": {iker}, "people[1][last_name]": {"Olabarría"}, "entities[0][id]": {holding}, "entities[0][legal_name]": {"Holding"},
	}
	const other = "0193584e-7a11-7c02-8f00-000000000009"
	circle := url.Values{"people[0][id]": {mara}, "people[0][first_name]": {"Mara"}, "people[0][last_name]": {"Quiñones"}, "people[0][birth_date]": {"1984-05-17"}, "people[0][nationality]": {"ES"},
		"people[0][role]": {"representative"}, "people[0][ownership_percent]": {"60"}, "people[0][pep]": {"no"}, "people[0][control]": {"none"},
		"entities[0][id]": {holding}, "entities[0][legal_name]": {"Costa Norte"}, "entities[0][country]": {"PT"}, "entities[0][registration_number]": {"501442600"}, "entities[0][ownership_percent]": {"50"},
		"entities[1][id]": {other}, "entities[1][legal_name]": {"Puerto Viejo"}, "entities[1][country]": {"LU"}, "entities[1][registration_number]": {"B1"}, "entities[1][ownership_percent]": {"30"}, "entities[1][through]": {holding},
		"entities[2][legal_name]": {"Costa Norte"}, "entities[2][country]": {"PT"}, "entities[2][registration_number]": {"501442600"}, "entities[2][ownership_percent]": {"20"}, "entities[2][through]": {other},
	}
	return []scene{
		{name: "gate", memory: newMemory, out: true, status: 200},
		{name: "gate-wrong", memory: newMemory, out: true, post: url.Values{"password": {"nope"}}, status: 401},
		{name: "country", memory: inProgress, path: "/country", status: 200},
		{name: "company-empty", memory: inProgress, path: "/company", status: 200},
		{name: "company", memory: complete, path: "/company", status: 200},
		{name: "company-wrong", memory: complete, path: "/company", post: url.Values{"legal_form": {"sl"}, "tax_id": {"B58378432"}, "lei": {"123"}, "website": {"not a site"}}, status: 422},
		{name: "addresses", memory: complete, path: "/addresses", status: 200},
		{name: "addresses-wrong", memory: complete, path: "/addresses", post: url.Values{"registered_address[country]": {"ES"}, "registered_address[postal_code]": {"99999"}, "operating_address[line1]": {""}}, status: 422},
		{name: "activity", memory: complete, path: "/activity", status: 200},
		{name: "people-empty", memory: inProgress, path: "/people", status: 200},
		{name: "people", memory: complete, path: "/people", status: 200},
		{name: "people-wrong", memory: complete, path: "/people", post: wrongPeople, status: 422},
		{name: "people-circle", memory: complete, path: "/people", post: circle, status: 422},
		{name: "people-chains", memory: chains, path: "/people", status: 200},
		{name: "check-chains", memory: chains, path: "/check", status: 200},
		{name: "documents-empty", memory: func() *memory { m := complete(); m.form.Documents = nil; return m }, path: "/documents", status: 200},
		{name: "documents", memory: complete, path: "/documents", status: 200},
		{name: "documents-wrong", memory: missing, path: "/documents", post: url.Values{"action": {"save"}}, status: 422},
		{name: "check", memory: complete, path: "/check", status: 200},
		{name: "check-missing", memory: missing, path: "/check", status: 200},
		{name: "check-wrong", memory: missing, path: "/check", post: url.Values{}, status: 422},
		{name: "declaration", memory: complete, path: "/declaration", status: 200},
		{name: "declaration-wrong", memory: complete, path: "/declaration", post: url.Values{"person_id": {mara}, "signature": {"Somebody Else"}}, status: 422},
		{name: "tasks", memory: missing, path: "?saved", status: 200},
		{name: "tasks-corrections", memory: needsCorrection, status: 200},
		{name: "readonly", memory: needsCorrection, path: "/people", status: 200},
		{name: "submitted", memory: stage(verification.Submitted), status: 200},
		{name: "in-review", memory: stage(verification.InReview), status: 200},
		{name: "approved", memory: stage(verification.Approved), status: 200},
		{name: "rejected", memory: rejected, status: 200},
		{name: "locked", memory: locked, out: true, status: 429},
		{name: "expired", memory: expired, out: true, status: 410},
		{name: "unknown-page", memory: complete, path: "/nothing", status: 404},
	}
}

// url gives a scene's address in a language.
func (s scene) url(lang string) string {
	path := base + s.path
	if strings.Contains(path, "?") {
		return path + "&lang=" + lang
	}
	return path + "?lang=" + lang
}

func TestEveryPageInEveryLanguageIsItsGolden(t *testing.T) {
	t.Parallel()
	for _, s := range scenes() {
		for _, lang := range ui.Languages {
			t.Run(s.name+"/"+lang, func(t *testing.T) {
				t.Parallel()
				m := s.memory()
				b := signedIn(t, m)
				if s.out {
					clear(b.cookies)
				}
				w := b.get(s.url(lang))
				if s.post != nil {
					w = b.post(s.url(lang), s.post)
				}
				if w.Code != s.status {
					t.Fatalf("%d, want %d\n%s", w.Code, s.status, w.Body)
				}
				if !strings.Contains(w.Body.String(), `<html lang="`+lang+`">`) || w.Header().Get("Cache-Control") != "no-store" {
					t.Errorf("language or headers: %v", w.Header())
				}
				uitest.Golden(t, s.name+"."+lang, w.Body.String())
			})
		}
	}
}

func TestEveryFailureHasItsPageAndStatus(t *testing.T) {
	t.Parallel()
	foreign := http.Header{"Sec-Fetch-Site": {"cross-site"}, "Origin": {"https://evil.example"}}
	form := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	for _, c := range []struct {
		name, method, path, body string
		memory                   func() *memory
		header                   http.Header
		status                   int
		says, retry              string
	}{
		{name: "unknown link", path: "/kyb/" + integrationUUID, memory: newMemory, status: 404, says: "We do not know this link"},
		{name: "no UUID", path: "/kyb/12", memory: newMemory, status: 404, says: "We do not know this link"},
		{name: "upper case", path: "/kyb/" + strings.ToUpper(linkUUID), memory: newMemory, status: 404, says: "We do not know this link"},
		{name: "unknown page", path: "/elsewhere", memory: newMemory, status: 404, says: "This page does not exist"},
		{name: "unknown step", path: base + "/nope", memory: complete, status: 404, says: "This page does not exist"},
		{name: "expired", path: base, memory: expired, status: 410, says: "no longer valid"},
		{name: "expired step", path: base + "/company", memory: expired, status: 410, says: "no longer valid"},
		{name: "expired password", method: "POST", path: base, body: "password=" + password, header: form, memory: expired, status: 410, says: "no longer valid"},
		{name: "locked", path: base, memory: locked, status: 429, says: "15 minutes", retry: "860"},
		{name: "locked, right password", method: "POST", path: base, body: "password=" + password, header: form, memory: locked, status: 429, says: "15 minutes", retry: "860"},
		{name: "empty password", method: "POST", path: base, body: "password=", header: form, memory: newMemory, status: 422, says: "Enter the password that came"},
		{name: "cross-site post", method: "POST", path: base, body: "password=" + password, header: foreign, memory: newMemory, status: 403, says: "another website"},
		{name: "not editable", method: "POST", path: base + "/people", header: form, memory: needsCorrection, status: 409, says: "cannot be changed now"},
		{name: "too large", method: "POST", path: base + "/activity", header: form, memory: complete, body: "activity=" + strings.Repeat("x", 1<<20), status: 413, says: "too much at once"},
		{name: "bad encoding", method: "POST", path: base + "/activity", header: form, memory: complete, body: "activity=%zz", status: 400, says: "did not arrive whole"},
		{name: "locked is not gone with a session", path: base + "/activity", memory: func() *memory { m := complete(); m.form.Link.LockedUntil = now.Add(time.Hour); return m }, status: 200, says: "step-activity"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := signedIn(t, c.memory())
			if c.method == "" {
				c.method = "GET"
			}
			if c.status == 410 || c.status == 429 {
				clear(b.cookies)
			}
			r, err := http.NewRequest(c.method, c.path+"?lang=en", strings.NewReader(c.body))
			if err != nil {
				t.Fatal(err)
			}
			for name, values := range c.header {
				r.Header[name] = values
			}
			r.RemoteAddr, r.Host = "203.0.113.9:1", "rampa.example"
			w := b.send(r)
			if w.Code != c.status || !strings.Contains(w.Body.String(), c.says) || w.Header().Get("Retry-After") != c.retry {
				t.Errorf("%d, Retry-After %q\n%s", w.Code, w.Header().Get("Retry-After"), w.Body)
			}
			if got := w.Header().Get("Content-Type"); got != "text/html; charset=utf-8" || w.Header().Get("Cache-Control") != "no-store" {
				t.Errorf("headers %v", w.Header())
			}
		})
	}
}

func TestTheFifthWrongPasswordLocksTheLink(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, newHandler(t, newMemory()))
	for i := range 7 {
		want := http.StatusUnauthorized
		if i >= 5 {
			want = http.StatusTooManyRequests
		}
		if w := b.post(base, url.Values{"password": {"wrong"}}); w.Code != want {
			t.Fatalf("try %d: %d, want %d", i+1, w.Code, want)
		}
	}
}

func TestOnlyWhatTheReviewerAskedForCanBeChanged(t *testing.T) {
	t.Parallel()
	m := needsCorrection()
	b := signedIn(t, m)
	body := b.get(base + "?lang=en").Body.String()
	for _, want := range []string{"in which cities", "older than three months", `data-stage="needs_correction"`, "corrected"} {
		if !strings.Contains(body, want) {
			t.Errorf("the overview lacks %q", want)
		}
	}
	b.redirected(b.get(base+"/declaration"), base+"/check")
	b.redirected(b.post(base+"/activity", url.Values{"activity": {"Madrid y Vigo"}, "expected_monthly_volume": {"1000"}, "source_of_funds": {"Ventas"}}), base)
	w := b.upload(map[string]string{"action": "save", "documents[tax_card]": "%PDF-1.7"})
	if w.Code != http.StatusConflict {
		t.Errorf("a paper that was not asked for: %d", w.Code)
	}
	b.redirected(b.upload(map[string]string{"action": "save", "documents[registry_extract]": "%PDF-1.7"}), base)
	b.redirected(b.post(base+"/check", nil), base+"/declaration")
	b.redirected(b.post(base+"/declaration", url.Values{"person_id": {mara}, "signature": {"Mara Quiñones"}, "terms": {"y"}, "truthful": {"y"}}), base)
	if m.form.Customer.Stage != verification.Submitted {
		t.Fatal(m.form.Customer.Stage)
	}
}
