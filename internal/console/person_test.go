package console_test

import (
	"fmt"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"rampa/internal/audit"
	"rampa/internal/customer"
	"rampa/internal/kyb"
	"rampa/internal/kyb/ubo"
	"rampa/internal/kyc"
	"rampa/internal/kyc/kyctest"
	"rampa/internal/operator"
	"rampa/internal/verification"
	"rampa/internal/web/ui"
	"rampa/internal/web/ui/uitest"
)

// filedPerson puts a complete file of a person into the cabinet, sent in before now.
func (w *world) filedPerson(id int64, stage verification.Stage, waited time.Duration) *customer.Review {
	at := start().Add(-waited)
	f := kyctest.Complete("María José", "Quispe")
	f.Person.LastName2, f.Person.BirthDate, f.Paper.ExpiresAt = "Mamani", "1991-06-30", "2026-12-10"
	f.Declaration = &kyc.Declaration{Signature: "María José Quispe Mamani", TermsVersion: "2026-01", SignedAt: at, Address: "198.51.100.40"}
	r := &customer.Review{}
	r.Customer = customer.Customer{ID: id, UUID: fmt.Sprintf("0199aaaa-0000-7000-8000-%012d", id), IntegrationID: 1, Kind: customer.Individual, Name: kyc.FullName(f.Person),
		Email: fmt.Sprintf("persona%d@correo.test", id), Country: "ES", Language: "es", Stage: stage, CreatedAt: at.Add(-48 * time.Hour)}
	r.Brand = customer.Brand{Name: "Envíos Atlántico"}
	r.Record = customer.Record{CustomerID: id, Version: 3, SubmittedAt: at, Person: f}
	for i, item := range append(kyctest.Papers(f), "evidence.payslip") {
		r.Documents = append(r.Documents, kyc.Document{ID: fmt.Sprintf("0199eeee-0000-7000-8000-%012d", i), Item: item, Name: "IMG_204" + fmt.Sprint(i) + ".jpg", Type: "image/jpeg", Size: 310_000, AddedAt: at})
	}
	person := audit.Actor{Kind: "customer", ID: r.Customer.UUID, Address: "198.51.100.40"}
	r.History = []audit.Entry{
		{At: at, Actor: person, Action: "kyb.submitted"}, {At: at.Add(-time.Minute), Actor: person, Action: "document.added", Detail: map[string]string{"item": "liveness_capture.smile"}},
		{At: at.Add(-time.Hour), Actor: person, Action: "kyb.saved", Detail: map[string]string{"item": "identity"}},
	}
	w.cabinet.files[id] = r
	return r
}

func TestAPersonsFileLooksAsApproved(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.filedPerson(21, verification.InReview, 5*time.Hour)
	banned := w.filedPerson(22, verification.Approved, 5*time.Hour)
	banned.Customer.BannedAt, banned.Customer.BanReason = start().Add(-time.Hour), "Coincide con una lista de sanciones."
	banned.Record.Person.Delegated, banned.Record.Person.Liveness = &kyc.Delegated{VerifiedAt: start().Add(-50 * time.Hour), Reference: "VER-2210"}, nil
	banned.Documents = banned.Documents[:3]
	b := w.as(operator.Compliance)
	check := func(name string, a answer) {
		t.Helper()
		uitest.Golden(t, name, styleHash.ReplaceAllString(a.body, "console.HASH.css"))
	}
	for _, lang := range ui.Languages {
		check("person-"+lang, b.get("/console/files/21?decide=correction&lang="+lang))
	}
	check("person-banned", b.get("/console/files/22?lang=en"))
}

func TestAPersonIsAskedToMendPartsOfHisOwnForm(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.filedPerson(21, verification.InReview, time.Hour)
	b := w.as(operator.Compliance)
	page := b.get("/console/files/21").body
	for _, item := range []string{"personal", "address", "identity", "selfie", "documents.document_front", "documents.liveness_capture.smile"} {
		if !strings.Contains(page, `name="item" value="`+item+`"`) {
			t.Errorf("%s cannot be corrected", item)
		}
	}
	if strings.Contains(page, `id="ownership"`) || strings.Contains(page, `value="company"`) {
		t.Error("a person's file shows what companies have")
	}
	form := url.Values{"version": {version(w, 21)}}
	if got := b.post("/console/files/21/correction", form); got.status != 422 || !strings.Contains(got.body, `href="#item-personal"`) {
		t.Errorf("%d: the error does not lead to the first item", got.status)
	}
	form.Set("item", "documents.document_front")
	form.Set("message[documents.document_front]", "Se ve borroso.")
	if got := b.post("/console/files/21/correction", form); got.status != 303 {
		t.Fatalf("%d %s", got.status, got.body)
	}
	if made := w.cabinet.made; len(made) != 1 || made[0].Corrections[0].Item != "documents.document_front" {
		t.Errorf("%+v", made)
	}
}

func TestSupportDoesNotSeeAPersonsPictures(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.filedPerson(21, verification.InReview, time.Hour)
	if page := w.as(operator.Support).get("/console/files/21").body; strings.Contains(page, "/documents/") {
		t.Error("a picture is linked for a role that may not open it")
	}
}

var tags = regexp.MustCompile(`<[^>]*>`)

func TestTheOperatorReadsWhoIsABeneficialOwnerAndWhy(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	f := w.filed(7, verification.InReview, time.Hour).Record.File
	f.People[1].OwnershipPercent = "70"
	f.People = append(f.People, kyb.Person{ID: "p5", FirstName: "Eva", LastName: "Sanz", BirthDate: "1980-01-01", Nationality: "ES", Role: kyb.RoleOwner, OwnershipPercent: "30", Through: "e2", PEP: no()})
	f.People[2].Control = kyb.ControlBoard
	told := func(path string) string {
		body := w.as(operator.Compliance).get(path).body
		_, body, _ = strings.Cut(body, `id="owners"`)
		body, _, _ = strings.Cut(body, "</div>")
		return strings.ReplaceAll(tags.ReplaceAllString(body, ""), "\u00a0", " ")
	}
	text := told("/console/files/7?lang=en")
	for _, want := range []string{
		"As of 22 November 2026: more than 25 % of the company", "Directive (EU) 2015/849, art. 3(6)(a)", "Holds 33.6 %",
		"70 % of Almeida SGPS, Lda., which holds 80 % of Alfa Holding, S.L., which holds 60 % of Acme Pagos, S.L. = 33.6 %",
		"70 % of Almeida SGPS, Lda. (control), which holds 80 % of Alfa Holding, S.L. (control), which holds 60 % of Acme Pagos, S.L. (control)",
		"40 % directly", "control of Acme Pagos, S.L.: appoints most of the board",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in %s", want, text)
		}
	}
	if strings.Contains(text, "Eva Sanz") {
		t.Error("14.4 % is not enough by the directive")
	}
	w.pass(time.Date(2027, 7, 10, 12, 0, 0, 0, time.UTC).Sub(start()))
	if text = told("/console/files/7?lang=es"); !strings.Contains(text, "Reglamento (UE) 2024/1624") || !strings.Contains(text, "Posee el 30 % de Almeida SGPS, Lda., que controla la empresa") {
		t.Error(text)
	}
}

func TestEveryReasonOfAnOwnerHasItsWords(t *testing.T) {
	t.Parallel()
	catalogue, err := ui.NewCatalogue(os.DirFS("../web/ui"), os.DirFS("evidence"), os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	keys := ubo.Keys
	for _, b := range kyb.Bases {
		keys = append(keys, "why."+string(b))
	}
	for _, c := range kyb.Controls[1:] {
		keys = append(keys, "means."+c)
	}
	for _, key := range keys {
		if !catalogue.Words("en").Has("console." + key) {
			t.Errorf("no words for %s", key)
		}
	}
}

func TestAPersonsPicturesStandBesideEachOtherWhenTheyAreUnfolded(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.filedPerson(21, verification.InReview, 5*time.Hour)
	w.filedPerson(22, verification.Approved, 5*time.Hour).Customer.BannedAt = start()
	w.filed(7, verification.InReview, time.Hour).Record.File.People[2].Control = kyb.ControlBoard
	b := uitest.NewBrowser(t)
	signIn(b, w, operator.Compliance)
	look(t, b, w, "owners", "/console/files/7?lang=es")
	look(t, b, w, "person-banned", "/console/files/22?lang=es")
	b.Open(w.url+"/console/files/21?lang=es", 1280)
	if reads := strings.Join(w.reads(), "\n"); strings.Contains(reads, "document.read") {
		t.Fatalf("pictures were read unasked:\n%s", reads)
	}
	for _, width := range []int64{1280, 390} {
		b.Open(w.url+"/console/files/21?lang=es", width)
		click(b, "#compare summary", "#compare img")
		b.WaitFor(`[...document.querySelectorAll("#compare img")].slice(0, 2).every(i => i.naturalWidth === 900)`)
		shoot(b, "person", width)
		if problems := b.Axe(); problems != "" {
			t.Errorf("at %d px:\n%s", width, problems)
		}
	}
}
