package kyc

import (
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"rampa/internal/customer"
	"rampa/internal/kyc"
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

func inProgress() *memory {
	m := newMemory()
	m.form.Customer.Stage = verification.InProgress
	m.form.Record.Person.Person.Nationality = "ES"
	return m
}

func complete() *memory { return newMemory().complete() }

func needsCorrection() *memory {
	m := complete().at(verification.NeedsCorrection)
	m.form.Record.Corrections = []customer.Correction{
		{Item: "documents.document_back", Message: "The back is blurred.\nPlease take it again by daylight."},
		{Item: "address", Message: "The postal code is not one of Madrid."},
		{Item: "personal", Message: "Your second last name is missing.", Done: true},
	}
	return m
}

func stage(s verification.Stage) func() *memory {
	return func() *memory { return complete().at(s) }
}

func with(change func(*memory)) func() *memory {
	return func() *memory { m := complete(); change(m); return m }
}

var (
	expired = with(func(m *memory) { m.form.Link.ExpiresAt = now })
	banned  = with(func(m *memory) { m.form.Customer.BannedAt = now })
	missing = with(func(m *memory) { m.form.Documents = m.form.Documents[2:]; m.form.Record.Person.Address.City = "" })
	nothing = with(func(m *memory) { m.form.Documents = nil })
	mexican = with(func(m *memory) {
		m.form.Documents, m.form.Record.Person.Paper = nil, kyc.Paper{Country: "MX"}
	})
	passport = with(func(m *memory) { m.form.Record.Person.Paper.Type = "PASSPORT" })
	unknown  = func() *memory { m := inProgress(); m.form.Record.Person.Person.Nationality = ""; return m }
)

func scenes() []scene {
	rejected := func() *memory {
		m := stage(verification.Rejected)()
		m.form.Customer.Reasons = []string{"The document belongs to another person."}
		return m
	}
	wrongPaper := url.Values{"document_country": {"ES"}, "identification_type": {"GOVERNMENT_ID"}, "identification_number": {"12345678A"}, "document_expires_at": {"2019-01-01"}}
	return []scene{
		{name: "welcome", memory: newMemory, status: 200},
		{name: "personal-empty", memory: newMemory, path: "/personal", status: 200},
		{name: "personal", memory: complete, path: "/personal", status: 200},
		{name: "personal-wrong", memory: complete, path: "/personal", post: url.Values{"name": {"Mara"}, "birth_date": {"2015-01-01"}, "nationality": {"ES"}, "phone": {"12"}}, status: 422},
		{name: "address", memory: complete, path: "/address", status: 200},
		{name: "address-wrong", memory: complete, path: "/address", post: url.Values{"country": {"ES"}, "postal_code": {"99999"}}, status: 422},
		{name: "country", memory: unknown, path: "/identity", status: 200},
		{name: "identity-empty", memory: inProgress, path: "/identity", status: 200},
		{name: "identity", memory: complete, path: "/identity", status: 200},
		{name: "identity-passport", memory: passport, path: "/identity", status: 200},
		{name: "identity-mexico", memory: mexican, path: "/identity", status: 200},
		{name: "identity-wrong", memory: nothing, path: "/identity", post: wrongPaper, status: 422},
		{name: "identity-pictures", memory: needsCorrection, path: "/identity", status: 200},
		{name: "selfie-empty", memory: nothing, path: "/selfie", status: 200},
		{name: "selfie", memory: complete, path: "/selfie", status: 200},
		{name: "selfie-wrong", memory: nothing, path: "/selfie", post: url.Values{"action": {"save"}}, status: 422},
		{name: "check", memory: complete, path: "/check", status: 200},
		{name: "check-missing", memory: missing, path: "/check", status: 200},
		{name: "check-wrong", memory: missing, path: "/check", post: url.Values{}, status: 422},
		{name: "declaration", memory: complete, path: "/declaration", status: 200},
		{name: "declaration-wrong", memory: complete, path: "/declaration", post: url.Values{"signature": {"Somebody Else"}}, status: 422},
		{name: "tasks", memory: missing, path: "?saved", status: 200},
		{name: "tasks-corrections", memory: needsCorrection, status: 200},
		{name: "readonly", memory: needsCorrection, path: "/selfie", status: 200},
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
	uitest.Texts(t, words, os.DirFS("."), "answer")
	uitest.Texts(t, words, os.DirFS("../frame"), "../frame")
	for _, code := range kyc.Codes {
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
	for _, movement := range kyc.Movements {
		if key := "pictures.liveness_capture." + movement; !words.Has(key) || !words.Has(key+".hint") {
			t.Errorf("no text for the movement %q", movement)
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
		{name: "unknown link", path: "/kyc/0193584e-7a11-7c02-8f00-0000000000bb-" + secret, status: 404, says: "We do not know this link"},
		{name: "no UUID", path: "/kyc/12", status: 404, says: "We do not know this link"},
		{name: "no secret", path: "/kyc/" + linkUUID, status: 404, says: "We do not know this link"},
		{name: "another secret", path: base + "x", status: 404, says: "We do not know this link"},
		{name: "another secret, to save", method: "POST", path: base + "x/personal", header: form, status: 404, says: "We do not know this link"},
		{name: "unknown page", path: "/elsewhere", status: 404, says: "This page does not exist"},
		{name: "unknown step", path: base + "/nope", status: 404, says: "This page does not exist"},
		{name: "expired step", path: base + "/personal", memory: expired, status: 410, says: "no longer valid"},
		{name: "expired, to save", method: "POST", path: base + "/personal", header: form, memory: expired, status: 410, says: "no longer valid"},
		{name: "banned step", path: base + "/personal", memory: banned, status: 403, says: "cannot offer you this service"},
		{name: "banned, to save", method: "POST", path: base + "/personal", header: form, memory: banned, status: 403, says: "cannot offer you this service"},
		{name: "cross-site post", method: "POST", path: base + "/personal", header: foreign, status: 403, says: "another website"},
		{name: "not editable", method: "POST", path: base + "/selfie", header: form, memory: needsCorrection, status: 409, says: "cannot be changed now"},
		{name: "sent", method: "POST", path: base + "/personal", header: form, memory: stage(verification.Submitted), status: 409, says: "cannot be changed now"},
		{name: "too large", method: "POST", path: base + "/address", header: form, body: "city=" + strings.Repeat("x", 1<<20), status: 413, says: "too much at once"},
		{name: "bad encoding", method: "POST", path: base + "/address", header: form, body: "city=%zz", status: 400, says: "did not arrive whole"},
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
