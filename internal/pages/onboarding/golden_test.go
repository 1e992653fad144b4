package onboarding

import (
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"rampa/internal/onboarding"
	"rampa/internal/pages/frame"
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
	status int
}

func complete() *memory { return newMemory().complete() }

func company() *memory { return newMemory().company().complete() }

func stage(s verification.Stage) func() *memory {
	return func() *memory { return complete().at(s) }
}

func with(change func(*memory)) func() *memory {
	return func() *memory { m := complete(); change(m); return m }
}

func needsCorrection() *memory {
	m := complete().at(verification.NeedsCorrection)
	m.visit.Form.Record.Corrections = []verification.Correction{
		{Item: "tax", Message: "You live in Lisbon:\nadd Portugal."}, {Item: "purpose", Message: "How much a month?", Done: true},
	}
	return m
}

var (
	expired = with(func(m *memory) { m.visit.Form.Link.ExpiresAt = now })
	banned  = with(func(m *memory) { m.visit.Form.Customer.BannedAt = now })
	missing = with(func(m *memory) {
		m.visit.File.PEP, m.visit.File.Use.MonthlyVolume = onboarding.PEP{}, ""
	})
	abroad = with(func(m *memory) {
		yes := true
		m.visit.File.Tax.USPerson = &yes
		m.visit.File.Tax.Residences = append(m.visit.File.Tax.Residences, onboarding.Residence{Country: "US", TIN: "123456789"},
			onboarding.Residence{Country: "AE", NoTINReason: "not_obtained", NoTINText: "I have just moved."})
		m.visit.File.PEP = onboarding.PEP{Relation: "relative", Function: "Minister of Transport since 2024", Name: "Luis Quiñones"}
	})
)

// residence gives the inputs of one country.
func residence(n int, country, tin string) url.Values {
	return url.Values{onboarding.ResidenceField(n, "country"): {country}, onboarding.ResidenceField(n, "tin"): {tin},
		onboarding.ResidenceField(n, "no_tin_reason"): {""}, onboarding.ResidenceField(n, "no_tin_text"): {""}}
}

func together(all ...url.Values) url.Values {
	out := url.Values{}
	for _, values := range all {
		for name, list := range values {
			out[name] = list
		}
	}
	return out
}

func scenes() []scene {
	rejected := func() *memory {
		m := stage(verification.Rejected)()
		m.visit.Form.Customer.Reasons = []string{"The salary does not explain the volume."}
		return m
	}
	wrongTax := together(residence(0, "ES", "12345678A"), residence(1, "", ""), residence(2, "ES", "x"), url.Values{onboarding.ResidenceField(2, "no_tin_reason"): {"not_issued"}})
	wrongFunds := url.Values{"source_of_funds": {"other", "salary"}, "source_of_funds_text": {" "}}
	return []scene{
		{name: "welcome", memory: newMemory, status: 200},
		{name: "funds-empty", memory: newMemory, path: "/funds", status: 200},
		{name: "funds", memory: complete, path: "/funds", status: 200},
		{name: "funds-wrong", memory: complete, path: "/funds", post: wrongFunds, status: 422},
		{name: "funds-company", memory: company, path: "/funds", status: 200},
		{name: "purpose", memory: complete, path: "/purpose", status: 200},
		{name: "purpose-wrong", memory: complete, path: "/purpose", post: url.Values{"expected_monthly_volume": {"lots"}, "expected_transactions": {"0"}}, status: 422},
		{name: "tax-empty", memory: newMemory, path: "/tax", status: 200},
		{name: "tax", memory: abroad, path: "/tax", status: 200},
		{name: "tax-company", memory: company, path: "/tax", status: 200},
		{name: "tax-wrong", memory: complete, path: "/tax", post: wrongTax, status: 422},
		{name: "pep", memory: abroad, path: "/pep", status: 200},
		{name: "pep-company", memory: company, path: "/pep", status: 200},
		{name: "pep-wrong", memory: complete, path: "/pep", post: url.Values{"pep": {"relative"}}, status: 422},
		{name: "check", memory: abroad, path: "/check", status: 200},
		{name: "check-company", memory: company, path: "/check", status: 200},
		{name: "check-missing", memory: missing, path: "/check", status: 200},
		{name: "check-wrong", memory: missing, path: "/check", post: url.Values{}, status: 422},
		{name: "declaration", memory: complete, path: "/declaration", status: 200},
		{name: "declaration-wrong", memory: complete, path: "/declaration", post: url.Values{"signature": {"Somebody Else"}}, status: 422},
		{name: "declaration-company", memory: company, path: "/declaration", post: url.Values{"signature": {"Somebody Else"}, "terms": {"yes"}, "truthful": {"yes"}}, status: 422},
		{name: "tasks", memory: missing, path: "?saved", status: 200},
		{name: "tasks-corrections", memory: needsCorrection, status: 200},
		{name: "tax-correction", memory: needsCorrection, path: "/tax", status: 200},
		{name: "readonly", memory: needsCorrection, path: "/funds", status: 200},
		{name: "submitted", memory: stage(verification.Submitted), status: 200},
		{name: "in-review", memory: stage(verification.InReview), status: 200},
		{name: "approved", memory: stage(verification.Approved), status: 200},
		{name: "rejected", memory: rejected, status: 200},
		{name: "expired", memory: expired, status: 410},
		{name: "banned", memory: banned, status: 403},
		{name: "unknown-page", memory: complete, path: "/nothing", status: 404},
	}
}

// url gives a scene's address in a language.
func (s scene) url(lang string) string {
	if strings.Contains(s.path, "?") {
		return base + s.path + "&lang=" + lang
	}
	return base + s.path + "?lang=" + lang
}

// page renders a scene.
func (s scene) page(t *testing.T, lang string) (status int, header http.Header, body string) {
	b := visitor(t, s.memory())
	w := b.get(s.url(lang))
	if s.post != nil {
		w = b.post(s.url(lang), s.post)
	}
	return w.Code, w.Header(), w.Body.String()
}

func TestEveryPageInEveryLanguageIsItsGolden(t *testing.T) {
	t.Parallel()
	for _, s := range scenes() {
		for _, lang := range ui.Languages {
			t.Run(s.name+"/"+lang, func(t *testing.T) {
				t.Parallel()
				status, header, body := s.page(t, lang)
				if status != s.status {
					t.Fatalf("%d, want %d\n%s", status, s.status, body)
				}
				if !strings.Contains(body, `<html lang="`+lang+`">`) || header.Get("Cache-Control") != "no-store" {
					t.Errorf("language or headers: %v", header)
				}
				uitest.Golden(t, s.name+"."+lang, body)
			})
		}
	}
}

func TestEveryTextThatThePagesUseExists(t *testing.T) {
	t.Parallel()
	f, err := frame.New(frame.Config{}, files)
	if err != nil {
		t.Fatal(err)
	}
	words := f.UI.Catalogue().Words("es")
	uitest.Texts(t, words, os.DirFS("."))
	uitest.Texts(t, words, os.DirFS("../frame"), "../frame")
	for _, code := range onboarding.Codes {
		if !words.Has("problem." + code) {
			t.Errorf("no text for the problem %q", code)
		}
	}
	for code := range frame.Statuses {
		for _, part := range []string{".title", ".text", ".next"} {
			if code != "link_locked" && !words.Has("failure."+code+part) { // no password, no lock
				t.Errorf("no text for the failure %q", code+part)
			}
		}
	}
	for _, isCompany := range []bool{false, true} {
		for prefix, codes := range map[string][]string{"funds.source": onboarding.Sources(isCompany), "funds.wealth": onboarding.Wealths(isCompany), "purpose.use": onboarding.Purposes(isCompany),
			"tax.reason": onboarding.NoTINReasons(), "tax.class": onboarding.EntityClasses(), "pep.relation": onboarding.Relations()} {
			for _, code := range codes {
				if !words.Has(prefix + "." + code) {
					t.Errorf("no text for the choice %s.%s", prefix, code)
				}
			}
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
		says                     string
	}{
		{name: "unknown link", path: "/onboarding/0193584e-7a11-7c02-8f00-0000000000ff-" + secret, status: 404, says: "We do not know this link"},
		{name: "no secret", path: "/onboarding/" + linkUUID, status: 404, says: "We do not know this link"},
		{name: "another secret", path: base[:len(base)-1], status: 404, says: "We do not know this link"},
		{name: "no UUID", path: "/onboarding/12", status: 404, says: "We do not know this link"},
		{name: "unknown step", path: base + "/nope", status: 404, says: "This page does not exist"},
		{name: "expired step", path: base + "/tax", memory: expired, status: 410, says: "no longer valid"},
		{name: "expired, to save", method: "POST", path: base + "/tax", header: form, memory: expired, status: 410, says: "no longer valid"},
		{name: "banned, to save", method: "POST", path: base + "/tax", header: form, memory: banned, status: 403, says: "cannot offer you this service"},
		{name: "cross-site post", method: "POST", path: base + "/tax", header: foreign, status: 403, says: "another website"},
		{name: "not editable", method: "POST", path: base + "/funds", header: form, memory: needsCorrection, status: 409, says: "cannot be changed now"},
		{name: "sent", method: "POST", path: base + "/tax", header: form, memory: stage(verification.Submitted), status: 409, says: "cannot be changed now"},
		{name: "sent, to sign", method: "POST", path: base + "/declaration", header: form, memory: stage(verification.Submitted), status: 409, says: "cannot be changed now"},
		{name: "too large", method: "POST", path: base + "/tax", header: form, body: "x=" + strings.Repeat("x", 1<<20), status: 413, says: "too much at once"},
		{name: "bad encoding", method: "POST", path: base + "/tax", header: form, body: "x=%zz", status: 400, says: "did not arrive whole"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if c.memory == nil {
				c.memory = complete
			}
			if c.method == "" {
				c.method = "GET"
			}
			r, err := http.NewRequest(c.method, c.path+"?lang=en", strings.NewReader(c.body))
			if err != nil {
				t.Fatal(err)
			}
			for name, values := range c.header {
				r.Header[name] = values
			}
			r.Host = "rampa.example"
			w := visitor(t, c.memory()).send(r)
			if w.Code != c.status || !strings.Contains(w.Body.String(), c.says) {
				t.Errorf("%d\n%s", w.Code, w.Body)
			}
			if got := w.Header().Get("Content-Type"); got != "text/html; charset=utf-8" || w.Header().Get("Cache-Control") != "no-store" {
				t.Errorf("headers %v", w.Header())
			}
		})
	}
}
