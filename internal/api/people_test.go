package api_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"io/fs"
	"maps"
	"mime/multipart"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func pixel(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 2, 2))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// wholePerson is a delegated call that succeeds, without the pictures.
func wholePerson(email string) map[string]string {
	return map[string]string{"name": "Ana", "last_name": "Ruiz", "email": email, "phone": "+34612345678", "country": "ES", "address": "Calle Mayor 1", "city": "Madrid", "postal_code": "28013",
		"birth_date": "1980-02-29", "nationality": "ES", "identification_type": "GOVERNMENT_ID", "identification_number": "12345678Z"}
}

func delegated(t testing.TB, email string, changes map[string]string) map[string]string {
	t.Helper()
	all := wholePerson(email)
	picture := base64.StdEncoding.EncodeToString(pixel(t))
	for _, item := range []string{"document_front", "document_back", "face_image"} {
		all[item] = picture
	}
	maps.Copy(all, changes)
	return all
}

// files counts the encrypted files that the server keeps.
func (w *world) files() (n int) {
	w.Helper()
	err := filepath.WalkDir(w.cfg.Storage.Data, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !strings.Contains(path, ".db") {
			n++
		}
		if os.IsNotExist(err) {
			return nil
		}
		return err
	})
	if err != nil {
		w.Fatal(err)
	}
	return n
}

// TestADelegatedCallLeavesAllOrNothing: no customer, no row and no file after a refusal, and the same customer after a repeat.
func TestADelegatedCallLeavesAllOrNothing(t *testing.T) {
	t.Parallel()
	engines(t, nil, func(w *world) {
		w.main.post("/registerUser/kyc-delegated", delegated(w, "first@example.org", nil)).data(&struct{}{})
		rows, files := w.rows(), w.files()
		big := base64.StdEncoding.EncodeToString(append([]byte("%PDF-1.7\n"), make([]byte, 10<<20)...))
		for field, bad := range map[string]string{"face_image": "bm90IGEgcGljdHVyZQ==", "document_back": big, "identification_number": "12345678A", "birth_date": "2020-01-01", "email": "first@example.org", "postal_code": "x"} {
			a := w.main.post("/registerUser/kyc-delegated", delegated(w, "second@example.org", map[string]string{field: bad}), "Idempotency-Key", "refused "+field)
			if !strings.Contains(a.body, field) && !strings.Contains(a.body, "user_already_exists") {
				w.Errorf("%s: %d %s", field, a.status, a.body)
			}
		}
		if got := w.rows(); fmt.Sprint(got) != fmt.Sprint(rows) || w.files() != files {
			w.Errorf("something was left: %v, before %v; %d files, before %d", got, rows, w.files(), files)
		}
		body := delegated(w, "second@example.org", nil)
		first := w.main.post("/registerUser/kyc-delegated", body, "Idempotency-Key", "once")
		first.data(&struct{}{})
		if again := w.main.post("/registerUser/kyc-delegated", body, "Idempotency-Key", "once").want(200, first.body); again.header.Get("Idempotent-Replayed") != "true" {
			w.Errorf("%v", again.header)
		}
		if n := w.main.total(); n != 2 || w.files() != files+3 {
			w.Errorf("%d customers, %d files, before %d", n, w.files(), files)
		}
	})
}

func TestADelegatedCallMayBeMultipart(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for name, value := range wholePerson("multi@example.org") {
		m.WriteField(name, value)
	}
	for _, name := range []string{"document_front", "document_back", "face_image", "liveness_capture[]", "liveness_capture[]"} {
		part, err := m.CreateFormFile(name, "camera.png")
		if err != nil {
			t.Fatal(err)
		}
		part.Write(pixel(t))
	}
	m.Close()
	var data struct {
		ID     int64
		Status string `json:"kyc_status"`
	}
	w.main.send(call{"POST", "/registerUser/kyc-delegated", b.String(), header("Content-Type", m.FormDataContentType())}).data(&data)
	if data.Status != "processing" || data.ID == 0 {
		t.Errorf("%+v", data)
	}
}

// TestOnlyIntegrationsWithAnAgreementDelegate, and nothing of the call is looked at otherwise.
func TestOnlyIntegrationsWithAnAgreementDelegate(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	other := w.partner("Otra")
	for _, body := range []map[string]string{{}, delegated(t, "ana@example.org", nil)} {
		other.post("/registerUser/kyc-delegated", body).fails(200, "delegated_kyc_not_allowed")
	}
	if n := other.total(); n != 0 {
		t.Errorf("%d customers", n)
	}
}

func TestEachCallHasItsOwnBodyLimit(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	var user struct{ ID int64 }
	w.main.post("/registerUser", map[string]string{"name": "Ana", "email": "ana@example.org"}).data(&user)
	documents := fmt.Sprintf("/customers/%d/documents", user.ID)
	file := func(mebibytes int) map[string]string {
		return map[string]string{"type": "other", "file": base64.StdEncoding.EncodeToString(append([]byte("%PDF-1.7\n"), make([]byte, mebibytes<<20-9)...))}
	}
	w.main.post("/registerUser", map[string]string{"name": strings.Repeat("x", 1<<20)}).fails(413, "payload_too_large")
	w.main.post(documents, file(10)).data(&struct{}{})
	w.main.post(documents, file(11)).fails(422, "invalid_file")
	w.main.post(documents, file(17)).fails(422, "invalid_file")
	w.main.post(documents, file(18)).fails(413, "payload_too_large")
	w.main.post("/registerUser/kyc-delegated", map[string]string{"name": strings.Repeat("x", 60<<20)}).fails(413, "payload_too_large")
	if a := w.main.post("/registerUser/kyc-delegated", map[string]string{"name": strings.Repeat("x", 59<<20)}); a.status != 422 {
		t.Errorf("%d %.200s", a.status, a.body)
	}
}

// TestNaughtyStringsAreTakenOrRefused: the shared list through each text of the new calls; never a fault of ours.
func TestNaughtyStringsAreTakenOrRefused(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("../../../shared/vectors/naughty-strings.json")
	if err != nil {
		t.Fatal(err)
	}
	var naughty []string
	if err := json.Unmarshal(content, &naughty); err != nil || len(naughty) < 400 {
		t.Fatalf("%d strings: %v", len(naughty), err)
	}
	texts := []string{"name", "last_name", "last_name2", "address", "city", "postal_code", "external_id", "identification_number", "verification_reference", "company_name", "phone", "birth_date"}
	engines(t, nil, func(w *world) {
		for i, text := range naughty {
			body := map[string]any{"name": "Ana", "email": fmt.Sprintf("n%d@example.org", i), "country": "ES", "bank_account": map[string]string{"bank_name": text, "account_number": text, "account_type": text}}
			for j := range 3 {
				body[texts[(i+j*4)%len(texts)]] = text
			}
			body["identification_type"] = "PASSPORT"
			for _, path := range []string{"/registerUser", "/registerUser/kyc-delegated"} {
				if a := w.main.post(path, body); strings.Contains(a.body, "unexpected_error") || a.status >= 500 || a.status != 200 && a.status != 422 && a.status != 400 {
					w.Errorf("%s %q: %d %s", path, text, a.status, a.body)
				}
			}
			if a := w.main.post("/customers/1/documents", map[string]string{"type": "other", "file": text}); a.status != 422 && a.status != 404 && a.status != 400 {
				w.Errorf("a document of %q: %d %s", text, a.status, a.body)
			}
		}
	})
}

// TestAHundredCallsWithOneAddressMakeOnePerson, and people and companies share the addresses.
func TestAHundredCallsWithOneAddressMakeOnePerson(t *testing.T) {
	t.Parallel()
	engines(t, nil, func(w *world) {
		counted := w.main.together(100, func(i int) call {
			if i%2 == 0 {
				return registration("contact@people.example")
			}
			return call{"POST", "/registerUser", `{"name":"Ana","email":"CONTACT@people.example"}`, header("Content-Type", jsonBody)}
		})
		if counted[`200 {"status":"error","error":"user_already_exists"}`] != 99 || len(counted) != 2 || w.main.total() != 1 {
			w.Errorf("%v, %d customers", counted, w.main.total())
		}
	})
}
