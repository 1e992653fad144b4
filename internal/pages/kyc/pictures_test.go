package kyc

import (
	"net/http/httptest"
	"strings"
	"testing"

	"rampa/internal/kyc"
)

func TestThePicturesAreThoseOfThePaperThatIsChosen(t *testing.T) {
	t.Parallel()
	m := nothing()
	m.form.Record.Person.Paper = kyc.Paper{Country: "ES", Type: "PASSPORT", Number: "AAA123456", ExpiresAt: "2031-01-01"}
	b := visitor(t, m)
	if body := b.get(base + "/identity").Body.String(); strings.Contains(body, "document_back") {
		t.Error("the back of a passport is asked for")
	}
	picture := jpg(t)
	b.redirected(b.upload(base+"/identity", append(dni[:4:4], field{"document_front", picture, true}, field{"document_back", picture, true})...), base+"/selfie")
	if n := len(m.form.Documents); n != 2 || m.form.Record.Person.Paper.Type != "GOVERNMENT_ID" {
		t.Errorf("%d documents for %+v", n, m.form.Record.Person.Paper)
	}
}

func TestPicturesAreKeptWhenTheNumberIsWrong(t *testing.T) {
	t.Parallel()
	m := nothing()
	b := visitor(t, m)
	w := b.upload(base+"/identity", field{name: "identification_type", value: "GOVERNMENT_ID"}, field{name: "identification_number", value: "12345678A"},
		field{name: "document_expires_at", value: "2031-05-17"}, field{"document_front", jpg(t), true}, field{"document_back", jpg(t), true})
	if w.Code != 422 || strings.Count(errorLines(w.Body.String()), "<li>") != 1 || len(m.form.Documents) != 2 {
		t.Errorf("%d, %d documents\n%s", w.Code, len(m.form.Documents), errorLines(w.Body.String()))
	}
	if !strings.Contains(w.Body.String(), `value="12345678A"`) {
		t.Error("what was typed is gone")
	}
}

func TestAnotherCountryAsksForItsOwnPapers(t *testing.T) {
	t.Parallel()
	m := nothing()
	b := visitor(t, m)
	if body := b.get(base + "/identity?country&lang=en").Body.String(); !strings.Contains(body, "Which country issued") {
		t.Error(body)
	}
	for _, wrong := range []string{"", "ZZ"} {
		if w := b.upload(base+"/identity", field{name: "document_country", value: wrong}, field{name: "action", value: "country"}); w.Code != 422 || !strings.Contains(w.Body.String(), `href="#document_country"`) {
			t.Errorf("%q: %d", wrong, w.Code)
		}
	}
	b.redirected(b.upload(base+"/identity", field{name: "document_country", value: "MX"}, field{name: "action", value: "country"}), base+"/identity")
	if m.form.Record.Person.Paper != (kyc.Paper{Country: "MX"}) {
		t.Errorf("%+v", m.form.Record.Person.Paper)
	}
	body := b.get(base + "/identity").Body.String()
	if !strings.Contains(body, `value="CURP" checked`) || strings.Contains(body, "GOVERNMENT_ID") {
		t.Error(body)
	}
}

func TestRefusedPicturesAreNamedAndTheOthersAreKept(t *testing.T) {
	t.Parallel()
	m := nothing()
	b := visitor(t, m)
	w := b.upload(base+"/selfie?lang=en",
		field{"face_image", jpg(t), true}, field{"face_image", "%PDF-1.7 several are allowed", true}, field{"liveness_capture[turn_left]", "<html>", true},
		field{"liveness_capture[smile]", "", true}, field{"liveness_capture[look_up]", "%PDF-1.7" + strings.Repeat("x", 10<<20), true}, field{"liveness_capture[dance]", "%PDF-1.7", true})
	lines := errorLines(w.Body.String())
	if w.Code != 422 || len(m.form.Documents) != 2 || strings.Count(lines, "<li>") != 4 {
		t.Fatalf("%d, %d documents\n%s", w.Code, len(m.form.Documents), lines)
	}
	for _, want := range []string{"#liveness_capture-turn_left", "is not a PDF", "is empty", "larger than 10 MB", "no longer asked for"} {
		if !strings.Contains(lines, want) {
			t.Errorf("lacks %q", want)
		}
	}
}

func TestAPictureCanBeRemovedAndRemovedTwice(t *testing.T) {
	t.Parallel()
	m := complete()
	b, n := visitor(t, m), len(m.form.Documents)
	for step, document := range map[string]string{"/identity": "doc-1", "/selfie": "doc-3"} {
		for range 2 {
			b.redirected(b.upload(base+step, field{name: "action", value: "remove:" + document}), base+step)
		}
	}
	if len(m.form.Documents) != n-2 {
		t.Errorf("%d documents", len(m.form.Documents))
	}
}

func TestContinuingNeedsEveryPictureButLeavingDoesNot(t *testing.T) {
	t.Parallel()
	m := nothing()
	b := visitor(t, m)
	if w := b.upload(base+"/selfie", field{name: "action", value: "save"}); w.Code != 422 || strings.Count(errorLines(w.Body.String()), "<li>") != 4 {
		t.Errorf("%d %s", w.Code, errorLines(w.Body.String()))
	}
	for _, step := range []string{"/selfie", "/identity"} {
		b.redirected(b.upload(base+step, field{name: "action", value: "later"}), base+"?saved")
	}
}

func TestMoreThanTheMostIsRefusedWithWords(t *testing.T) {
	t.Parallel()
	m := nothing()
	big := field{"face_image", "%PDF-1.7" + strings.Repeat("x", 9<<20), true}
	w := visitor(t, m).upload(base+"/selfie", big, big, big, big, big, big, big)
	if n := len(m.form.Documents); w.Code != 422 || !strings.Contains(errorLines(w.Body.String()), "60 MB") || n == 0 || n == 7 {
		t.Errorf("%d, %d saved: %s", w.Code, n, errorLines(w.Body.String()))
	}
}

func TestABodyThatEndsEarlyIsNotOurFault(t *testing.T) {
	t.Parallel()
	b := visitor(t, complete())
	for _, body := range []string{"", "--b\r\nContent-Disposition: form-data; name=\"face_image\"; filename=\"a.jpg\"\r\n\r\n\xff\xd8\xff", "rubbish"} {
		r := httptest.NewRequest("POST", base+"/selfie", strings.NewReader(body))
		r.Header.Set("Content-Type", "multipart/form-data; boundary=b")
		if w := b.send(r); w.Code != 400 && w.Code != 303 {
			t.Errorf("%q: %d", body, w.Code)
		}
	}
}
