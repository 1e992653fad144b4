package kyb

import (
	"bytes"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// upload posts the documents step: fields whose names begin with "documents[" are files.
func (b *browser) upload(fields map[string]string) *httptest.ResponseRecorder {
	b.t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if !strings.HasPrefix(name, "documents[") {
			m.WriteField(name, fields[name])
			continue
		}
		part, err := m.CreateFormFile(name, "paper ñ.pdf")
		if err != nil {
			b.t.Fatal(err)
		}
		io.WriteString(part, fields[name])
	}
	m.Close()
	r := httptest.NewRequest("POST", base+"/documents", &body)
	r.Header.Set("Content-Type", m.FormDataContentType())
	return b.send(r)
}

func TestUploadsAreSavedEvenWhenOthersAreRefused(t *testing.T) {
	t.Parallel()
	m := newMemory().complete()
	m.form.Documents = nil
	b := signedIn(t, m)
	w := b.upload(map[string]string{
		"action": "save", "documents[registry_extract]": "%PDF-1.7", "documents[tax_card]": "<html>", "documents[incorporation_deed]": "", "documents[nothing]": "%PDF-",
	})
	if w.Code != http.StatusUnprocessableEntity || len(m.form.Documents) != 1 || m.form.Documents[0].Name != "paper ñ.pdf" {
		t.Fatalf("%d %+v", w.Code, m.form.Documents)
	}
	summary := errorLines(w.Body.String())
	if n := strings.Count(summary, "<li>"); n != 3 || !strings.Contains(summary, "#documents-tax_card") {
		t.Errorf("%d lines: %s", n, summary)
	}
}

func TestContinuingNeedsEveryRequiredPaperButLeavingDoesNot(t *testing.T) {
	t.Parallel()
	m := newMemory().complete()
	m.form.Documents = m.form.Documents[1:]
	b := signedIn(t, m)
	w := b.upload(map[string]string{"action": "save"})
	if w.Code != http.StatusUnprocessableEntity || strings.Count(errorLines(w.Body.String()), "<li>") != 1 {
		t.Fatalf("%d %s", w.Code, errorLines(w.Body.String()))
	}
	b.redirected(b.upload(map[string]string{"action": "later"}), base+"?saved")
	b.redirected(b.upload(map[string]string{"action": "upload"}), base+"/documents")
}

func TestAFileCanBeRemovedAndRemovedTwice(t *testing.T) {
	t.Parallel()
	m := newMemory().complete()
	b := signedIn(t, m)
	n := len(m.form.Documents)
	for range 2 {
		b.redirected(b.upload(map[string]string{"action": "remove:doc-1"}), base+"/documents")
	}
	if len(m.form.Documents) != n-1 {
		t.Fatalf("%d documents", len(m.form.Documents))
	}
}

func TestMoreThanTheMostIsRefusedWithWords(t *testing.T) {
	t.Parallel()
	m := newMemory().complete()
	m.form.Documents = nil
	b := signedIn(t, m)
	big := "%PDF-1.7" + strings.Repeat("x", 9<<20)
	fields := map[string]string{"action": "save"}
	for _, code := range []string{"incorporation_deed", "ownership_chart", "proof_of_address", "registry_extract", "statutes", "tax_card", "power_of_attorney"} {
		fields["documents["+code+"]"] = big
	}
	w := b.upload(fields)
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(errorLines(w.Body.String()), "60 MB") {
		t.Fatalf("%d %s", w.Code, errorLines(w.Body.String()))
	}
	if n := len(m.form.Documents); n == 0 || n == 7 {
		t.Errorf("%d files saved", n)
	}
	w = b.upload(map[string]string{"action": "save", "documents[tax_card]": "%PDF-1.7" + strings.Repeat("x", 10<<20)})
	if !strings.Contains(errorLines(w.Body.String()), "10 MB") {
		t.Errorf("%s", errorLines(w.Body.String()))
	}
}

func TestABodyThatEndsEarlyIsNotOurFault(t *testing.T) {
	t.Parallel()
	b := signedIn(t, newMemory().complete())
	for _, body := range []string{"", "--b\r\nContent-Disposition: form-data; name=\"documents[tax_card]\"; filename=\"a.pdf\"\r\n\r\n%PDF-1", "rubbish"} {
		r := httptest.NewRequest("POST", base+"/documents", strings.NewReader(body))
		r.Header.Set("Content-Type", "multipart/form-data; boundary=b")
		if w := b.send(r); w.Code != http.StatusBadRequest && w.Code != http.StatusSeeOther {
			t.Errorf("%q: %d", body, w.Code)
		}
	}
}
