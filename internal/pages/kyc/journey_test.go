package kyc

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"
	"mime/multipart"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"rampa/internal/audit"
	"rampa/internal/blob"
	"rampa/internal/customer"
	"rampa/internal/customer/form"
	"rampa/internal/customer/registration"
	"rampa/internal/id"
	"rampa/internal/identity"
	"rampa/internal/integration"
	"rampa/internal/kyb"
	"rampa/internal/kyc"
	"rampa/internal/mail"
	"rampa/internal/pages/kyc/answer"
	"rampa/internal/pages/legal"
	"rampa/internal/storetest"
	"rampa/internal/vault"
	"rampa/internal/verification"
)

// field is one input of a multipart form: a picture or a plain value.
type field struct {
	name, value string
	picture     bool
}

// upload posts a step with pictures, its inputs in the order of the page.
func (b *browser) upload(path string, fields ...field) *httptest.ResponseRecorder {
	b.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	for _, f := range fields {
		if !f.picture {
			m.WriteField(f.name, f.value)
			continue
		}
		part, err := m.CreateFormFile(f.name, "foto ñ.jpg")
		if err != nil {
			b.Fatal(err)
		}
		part.Write([]byte(f.value))
	}
	m.Close()
	r := httptest.NewRequest("POST", path, &body)
	r.Header.Set("Content-Type", m.FormDataContentType())
	return b.send(r)
}

// jpg is a picture that decodes.
func jpg(t *testing.T) string {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 32, 24)), nil); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

var (
	personal = url.Values{
		"name": {"Mara"}, "last_name": {"Quiñones"}, "last_name2": {"Vidal"}, "birth_date": {"1984-05-17"}, "nationality": {"ES"},
		"phone": {"612 34 56 78"}, "pep": {"no"},
	}
	home = url.Values{"address": {"Calle de Alcalá 45, 3.º"}, "postal_code": {"28014"}, "city": {"Madrid"}, "country": {"ES"}}
	dni  = []field{{name: "document_country", value: "ES"}, {name: "identification_type", value: "GOVERNMENT_ID"}, {name: "identification_number", value: "12.345.678-z"}, {name: "document_expires_at", value: "2031-05-17"}}
	sign = url.Values{"truthful": {"yes"}, "terms": {"yes"}, "signature": {"mara quiñones"}}
)

// walk goes through the whole form, from the welcome to the status page, at base.
func walk(b *browser, base string, movements []string) {
	b.Helper()
	shows := func(path, want string) {
		b.Helper()
		if w := b.get(base + path); w.Code != 200 || !strings.Contains(w.Body.String(), want) {
			b.Fatalf("%s: %d, lacks %s\n%s", path, w.Code, want, w.Body)
		}
	}
	picture := jpg(b.T)
	shows("?lang=en", base+`/personal">Start`)
	shows("/personal", `id="step-personal"`)
	b.redirected(b.post(base+"/personal", personal), base+"/address")
	shows("", `data-stage="in_progress"`)
	b.redirected(b.get(base+"/declaration"), base+"/check")
	b.redirected(b.post(base+"/address", home), base+"/identity")
	shows("/identity", `name="identification_number"`)
	front := field{"document_front", picture, true}
	if w := b.upload(base+"/identity", append(slices.Clone(dni), front, field{name: "action", value: "save"})...); w.Code != 422 || !strings.Contains(errorLines(w.Body.String()), "#document_back") {
		b.Fatalf("without the back: %d %s", w.Code, errorLines(w.Body.String()))
	}
	b.redirected(b.upload(base+"/identity", append(slices.Clone(dni), field{"document_back", picture, true}, field{name: "action", value: "save"})...), base+"/selfie")
	face := []field{{"face_image", picture, true}}
	for _, movement := range movements {
		face = append(face, field{answer.Input("liveness_capture." + movement), picture, true})
	}
	b.redirected(b.upload(base+"/selfie", face...), base+"/check")
	shows("/check?lang=en", "12345678Z")
	b.redirected(b.post(base+"/check", nil), base+"/declaration")
	shows("/declaration", `name="signature"`)
	b.redirected(b.post(base+"/declaration", sign), base)
	shows("?lang=en", `id="status" data-stage="submitted"`)
	b.redirected(b.get(base+"/personal"), base)
}

func TestAPersonFillsInTheWholeFormAndSendsIt(t *testing.T) {
	t.Parallel()
	m := newMemory()
	walk(visitor(t, m), base, m.form.Record.Person.Liveness)
	f := m.form.Record.Person
	if f.Person.Phone != "+34612345678" || f.Person.PEP == nil || *f.Person.PEP || f.Address.City != "Madrid" || f.Paper.Number != "12345678Z" {
		t.Errorf("%+v", f)
	}
	if d := f.Declaration; d.TermsVersion != legal.EmbeddedVersion || d.Address != "203.0.113.9" || !d.SignedAt.Equal(now) || d.Signature != "mara quiñones" {
		t.Errorf("declaration %+v", d)
	}
}

// TestTheFormWorksOnTheRealService walks through the form of a person whom the real service registered, and sees the file
// come back for corrections.
func TestTheFormWorksOnTheRealService(t *testing.T) {
	t.Parallel()
	d := storetest.Open(t, "sqlite", filepath.Join(t.TempDir(), "rampa.db"))
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	sealer, err := vault.Open(t.Context(), make([]byte, vault.MasterKeySize), d.Store)
	must(err)
	folder, err := blob.NewFolder(t.TempDir(), sealer)
	must(err)
	partner := integration.Integration{UUID: id.UUID(now), Name: "Lumbre Pagos", Mode: integration.Sandbox, CreatedAt: now}
	must(d.Store.Integrations().InTx(t.Context(), func(ctx context.Context, tx integration.Tx) error {
		_, err := tx.InsertIntegration(ctx, &partner, nil)
		return err
	}))
	core := customer.New(customer.Config{Store: d.Store.Customers(), Sealer: sealer, Files: folder, Rules: kyb.Rules(), PublicURL: "https://pay.example",
		Now: func() time.Time { return now }, EmailKey: identity.NormalizeEmail, Disposable: func(string) bool { return false },
		EventData: func(customer.Standing) []byte { return []byte("{}") },
		Mail: func(n customer.Notice) mail.Message {
			return mail.Message{ID: id.UUID(now), CustomerID: n.Customer.ID, IntegrationID: n.Customer.IntegrationID, To: n.Customer.Email,
				Kind: mail.Kind(n.Kind), Language: "es", CreatedAt: now, NextAt: now}
		},
		DeleteLater: func(context.Context, customer.Tx, string, time.Time) error { return nil }})
	registered, err := registration.New(core).Register(t.Context(), customer.Registration{Kind: customer.Individual, IntegrationID: partner.ID, Email: "mara@people.example",
		Person: &kyc.File{Person: kyc.Person{Name: "Mara"}}, Actor: audit.Actor{Kind: "integration", ID: "1"}})
	must(err)
	forms := form.New(core)
	h, err := New(Config{Gate: forms, Editor: forms, Papers: forms, Terms: legal.EmbeddedVersion, Config: testFrame(t)})
	must(err)
	b, base := &browser{t, h}, strings.TrimPrefix(registered.LinkURL, "https://pay.example")
	uuid, secret, _ := strings.Cut(strings.TrimPrefix(base, "/kyc/")[30:], "-")
	opened := func() customer.Form {
		t.Helper()
		f, err := forms.Open(t.Context(), strings.TrimPrefix(base, "/kyc/")[:30]+uuid, secret)
		must(err)
		return f
	}
	walk(b, base, opened().Record.Person.Liveness)
	must(core.RequestCorrection(t.Context(), registered.Customer.ID, customer.Decision{Actor: audit.Actor{Kind: "operator", ID: "1"}, Version: opened().Record.Version,
		Corrections: []customer.Correction{{Item: "identity", Message: "Show your passport instead."}}}))
	if w := b.post(base+"/address", home); w.Code != 409 {
		t.Errorf("the address could be changed: %d", w.Code)
	}
	passport := []field{{name: "document_country", value: "PT"}, {name: "identification_type", value: "PASSPORT"}, {name: "identification_number", value: "CA123456"},
		{name: "document_expires_at", value: "2031-05-17"}, {"document_front", jpg(t), true}, {name: "action", value: "save"}}
	b.redirected(b.upload(base+"/identity", passport...), base)
	b.redirected(b.post(base+"/declaration", sign), base)
	if f := opened(); f.Customer.Stage != verification.Submitted || f.Record.Person.Paper.Type != "PASSPORT" {
		t.Errorf("%s %+v", f.Customer.Stage, f.Record.Person.Paper)
	}
	must(core.Approve(t.Context(), registered.Customer.ID, customer.Decision{Actor: audit.Actor{Kind: "operator", ID: "1"}, Version: opened().Record.Version}))
	if w := b.get(base + "?lang=en"); !strings.Contains(w.Body.String(), `data-stage="approved"`) {
		t.Errorf("%d", w.Code)
	}
}

func TestWhatTheIntegrationKnowsIsShownAndCanBeChanged(t *testing.T) {
	t.Parallel()
	m := newMemory()
	m.form.Record.Person.Person.Phone, m.form.Record.Person.Address.Country = "+34612345678", "PT"
	m.form.Record.Person.Paper = kyc.Paper{Type: "GOVERNMENT_ID", Number: "12345678Z", Country: "ES"}
	b := visitor(t, m)
	for path, want := range map[string]string{
		"?lang=en": "Hello, Mara", "/personal": `value="Quiñones"`, "/address": `value="PT" selected`, "/identity": `value="12345678Z"`,
	} {
		if body := b.get(base + path).Body.String(); !strings.Contains(body, want) {
			t.Errorf("%s lacks %s", path, want)
		}
	}
	changed := url.Values{"last_name": {"Otero"}, "name": {"Mara"}, "phone": {"+34 612 345 678"}, "action": {"later"}}
	b.redirected(b.post(base+"/personal", changed), base+"?saved")
	if p := m.form.Record.Person.Person; p.LastName != "Otero" || p.LastName2 != "" {
		t.Errorf("%+v", p)
	}
	changed.Set("phone", "1")
	if w := b.post(base+"/personal", changed); w.Code != 422 {
		t.Errorf("a wrong value was saved: %d", w.Code)
	}
}

func TestTheLanguageIsTheOneAskedForThenTheBrowsers(t *testing.T) {
	t.Parallel()
	b := visitor(t, complete())
	for _, c := range []struct{ query, header, want string }{{"?lang=pt", "en", "pt"}, {"", "en-GB,en;q=0.9", "en"}, {"", "fr", "es"}} {
		r := httptest.NewRequest("GET", base+"/personal"+c.query, nil)
		r.Header.Set("Accept-Language", c.header)
		if body := b.send(r).Body.String(); !strings.Contains(body, `<html lang="`+c.want+`">`) {
			t.Errorf("%+v", c)
		}
	}
}

func TestOnlyWhatTheReviewerAskedForCanBeChanged(t *testing.T) {
	t.Parallel()
	m := needsCorrection()
	b := visitor(t, m)
	body := b.get(base + "?lang=en").Body.String()
	for _, want := range []string{"The back is blurred", "not one of Madrid", `data-stage="needs_correction"`, "corrected"} {
		if !strings.Contains(body, want) {
			t.Errorf("the overview lacks %q", want)
		}
	}
	b.redirected(b.get(base+"/declaration"), base+"/check")
	if w := b.upload(base+"/identity", field{"document_front", jpg(t), true}); w.Code != 409 {
		t.Errorf("a picture that was not asked for: %d", w.Code)
	}
	paper := m.form.Record.Person.Paper
	b.redirected(b.upload(base+"/identity", field{name: "identification_number", value: "X1234567L"}, field{"document_back", jpg(t), true}), base)
	if m.form.Record.Person.Paper != paper {
		t.Errorf("the number was changed: %+v", m.form.Record.Person.Paper)
	}
	b.redirected(b.post(base+"/address", home), base)
	b.redirected(b.post(base+"/check", nil), base+"/declaration")
	b.redirected(b.post(base+"/declaration", sign), base)
	if m.form.Customer.Stage != verification.Submitted {
		t.Fatal(m.form.Customer.Stage)
	}
}

func TestAStepToCorrectOpensItsPictures(t *testing.T) {
	t.Parallel()
	m := complete().at(verification.NeedsCorrection)
	m.form.Record.Corrections = []customer.Correction{{Item: "selfie", Message: "Without the cap, please."}}
	b := visitor(t, m)
	if body := b.get(base + "/selfie?lang=en").Body.String(); !strings.Contains(body, "Without the cap") || !strings.Contains(body, `name="face_image"`) {
		t.Error(body)
	}
	b.redirected(b.upload(base+"/selfie", field{"face_image", jpg(t), true}), base)
	if !m.form.Record.Corrections[0].Done {
		t.Error("the correction is still open")
	}
}
