package e2e

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// personRegistered is a registered person.
type personRegistered struct {
	ID   int64
	UUID string
	Link string `json:"kyc_form_url"`
}

// personAnswers is what a person tells beyond his name, by the steps of the form.
var personAnswers = map[string]map[string]string{
	"personal": {"last_name": "Quiñones", "birth_date": "1984-05-17", "nationality": "ES", "phone": "+34612345678", "pep": "no"},
	"address":  {"country": "ES", "address": "Calle de Alcalá 45", "postal_code": "28014", "city": "Madrid"},
	"identity": {"identification_type": "GOVERNMENT_ID", "identification_number": "12345678Z", "document_expires_at": "2040-05-17"},
	"sign":     {"truthful": "yes", "terms": "yes"},
}

func (c *client) registerPerson(fields map[string]string) (registered personRegistered) {
	c.t.Helper()
	body := map[string]string{"callback_url": "https://app.acmecorp.com/verified"}
	maps.Copy(body, fields)
	c.call("POST", "/registerUser", body).data(&registered)
	c.s.secret("secret of the form's address", registered.Link[strings.LastIndex(registered.Link, "-")+1:])
	return registered
}

// TestAPersonIsOnboardedOnAPhone is the whole journey of a person: registered through the API, the form on a phone with a
// camera, left and resumed, sent back for one picture, approved in the console.
func TestAPersonIsOnboardedOnAPhone(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		return
	}
	engines(t, func(s *server) {
		s.secret("identification number", "12345678Z")
		c := s.client()
		p := c.registerPerson(map[string]string{"email": "mara@acmecorp.com", "name": "Mara", "last_name": "Otero", "country": "ES"})
		c.want(p.ID, "unused", "draft")
		j := &personJourney{server: s, personRegistered: p, partner: c, phone: newBrowser(s, 390, true, "use-fake-device-for-media-stream", "use-fake-ui-for-media-stream")}
		j.fillIn()
		j.resumed()
		j.reviewed()
		j.corrected()
	})
}

type personJourney struct {
	*server
	personRegistered
	partner *client
	phone   *browser
	desk    *browser
}

// fillIn enters everything but the face, and leaves.
func (j *personJourney) fillIn() {
	j.phone.open(j.Link, `#status[data-stage="draft"]`)
	j.phone.click("main .actions a.button", "#step-personal")
	if got := j.phone.eval(`document.querySelector('[name="last_name"]').value`); got != "Otero" {
		j.Errorf("what the integration knew is not shown: %q", got)
	}
	j.phone.save("personal", personAnswers["personal"], "#step-address")
	j.partner.want(j.ID, "processing", "in_progress")
	j.phone.save("address", personAnswers["address"], "#step-identity")
	j.phone.fill("step-identity", personAnswers["identity"])
	front, back := j.pictures()
	j.phone.do(chromedp.SetUploadFiles("#document_front", []string{front}), chromedp.SetUploadFiles("#document_back", []string{back}))
	j.phone.click(`#step-identity > .actions button[value="save"]`, "#step-selfie")
	j.phone.click(`#step-selfie > .actions button[value="later"]`, `#status[data-stage="in_progress"]`)
	if st := j.partner.check(j.ID); len(st.Requirements) != 5 {
		j.Errorf("missing: %+v", st.Requirements)
	}
}

// pictures writes two pictures for the phone to choose from.
func (j *personJourney) pictures() (front, back string) {
	p, dir := newPapers(j), j.TempDir()
	front, back = filepath.Join(dir, "anverso.jpg"), filepath.Join(dir, "reverso.png")
	if os.WriteFile(front, p.photo, 0o600) != nil || os.WriteFile(back, p.scan, 0o600) != nil {
		j.Fatal("cannot write the pictures")
	}
	return front, back
}

// resumed lets the camera lead through the pictures of the face, and signs.
func (j *personJourney) resumed() {
	j.phone.open(j.Link, `#status[data-stage="in_progress"]`)
	j.phone.click("main .meter a.button", "#step-selfie")
	j.phone.click(`[data-camera="start"]`, `[data-camera="shoot"]`)
	for n := range 4 {
		shown := `document.querySelectorAll(".shot canvas").length === ` + strconv.Itoa(n+1)
		j.phone.until(`document.querySelector("video").videoWidth > 0 && !document.querySelector("[data-camera=shoot]").disabled`)
		j.phone.eval(`document.querySelector("[data-camera=shoot]").click()`)
		j.phone.until(shown)
	}
	j.phone.click(`#step-selfie > .actions button[value="save"]`, "#step-check")
	j.sign("Mara Quiñones")
	j.partner.want(j.ID, "processing", "submitted")
	if back := j.phone.eval(`document.querySelector("main .actions a.button").href`); back != "https://app.acmecorp.com/verified" {
		j.Errorf("the way back leads to %q", back)
	}
}

func (j *personJourney) sign(name string) {
	j.phone.click("#step-check button", "#step-declaration")
	j.phone.fill("step-declaration", personAnswers["sign"])
	j.phone.fill("step-declaration", map[string]string{"signature": name})
	j.phone.click(`#step-declaration .actions button`, `#status[data-stage="submitted"]`)
}

// reviewed: an operator sees the person and the pictures, and asks for one of them again.
func (j *personJourney) reviewed() {
	j.desk = newBrowser(j, 1280, true)
	j.desk.signIn(j.server)
	j.desk.click("#queue a", `#file[data-stage="in_review"]`)
	shown := j.desk.text("#file")
	for _, want := range []string{"Mara Quiñones", "12345678Z", "Madrid"} {
		if !strings.Contains(shown, want) {
			j.Errorf("the operator does not see %q: %s", want, shown)
		}
	}
	if n := j.desk.eval(`document.querySelectorAll("#documents img").length`); n != "6" {
		j.Errorf("%s pictures are shown, want two of the paper and four of the face", n)
	}
	j.desk.click("#open-correction", `[id^="item-"]`)
	j.desk.do(chromedp.Click(`input[value="documents.document_back"]`))
	j.desk.fill("correction", map[string]string{"message[documents.document_back]": "The back is blurred."})
	j.desk.click("#correction button", "#asked")
	j.partner.want(j.ID, "processing", "needs_correction")
}

// corrected: the person takes that one picture again and nothing else, and is approved.
func (j *personJourney) corrected() {
	j.phone.open(j.Link, `#status[data-stage="needs_correction"]`)
	if said := j.phone.text("#status"); !strings.Contains(said, "The back is blurred.") {
		j.Error(said)
	}
	j.phone.open(j.Link+"/personal", "main h1")
	if j.phone.has("#step-personal") {
		j.Error("the name can be changed")
	}
	j.phone.open(j.Link+"/identity", "#step-identity")
	if j.phone.has("#document_front") || j.phone.has(`[name="identification_number"]`) {
		j.Error("more can be changed than was asked for")
	}
	_, back := j.pictures()
	j.phone.do(chromedp.SetUploadFiles("#document_back", []string{back}))
	j.phone.click(`#step-identity > .actions button[value="save"]`, `#status[data-stage="needs_correction"]`)
	j.phone.open(j.Link+"/check", "#step-check")
	j.sign("Mara Quiñones")
	j.desk.open(j.ConsoleURL+"/files/"+strconv.FormatInt(j.ID, 10), "#file")
	j.desk.click("#approve button", "#confirm")
	j.desk.click("#confirm", `#file[data-stage="approved"]`)
	if st := j.partner.want(j.ID, "valid", "approved"); st.Tier != 1 || len(st.Requirements) != 0 {
		j.Errorf("%+v", st)
	}
	j.phone.open(j.Link, `#status[data-stage="approved"]`)
}

// until waits until an expression is true on the page.
func (b *browser) until(expression string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	// Each question waits in the browser for a moment, so this does not spin.
	question := chromedp.Evaluate[bool](`new Promise(done => setTimeout(() => done(`+expression+`), 25))`, chromedp.EvalAwaitPromise)
	for ctx.Err() == nil {
		if holds, err := chromedp.Run(ctx, question); err == nil && holds {
			return
		}
	}
	b.t.Fatalf("never true: %s\nat %s", expression, b.where())
}

// TestThePersonsFormNeedsNoJavaScript walks the form with a client that knows nothing but forms; the names decide.
func TestThePersonsFormNeedsNoJavaScript(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.secret("identification number", "12345678Z")
	c, p := s.client(), newPapers(s)
	for lastName, want := range map[string][2]string{"Valid": {"valid", "approved"}, "Fail": {"fail", "rejected"}, "Retry": {"processing", "needs_correction"}, "Plain": {"processing", "submitted"}} {
		r := c.registerPerson(map[string]string{"email": lastName + "@acmecorp.com", "name": "Mara", "last_name": lastName})
		w := newWalker(s)
		fill := func(step string, with map[string]string) *walker {
			t.Helper()
			answers := maps.Clone(personAnswers[step])
			maps.Copy(answers, with)
			files := map[string]file{}
			for _, input := range find(w.doc, "input", "type=file") {
				files[attribute(input, "name")] = file{"foto.jpg", p.photo}
			}
			w.submit("step-"+step, answers, files).want(200)
			if w.errors() != "" {
				t.Fatalf("%s: %s", step, w.errors())
			}
			return w
		}
		w.get(r.Link + "/personal").want(200)
		for _, step := range []string{"personal", "address", "identity", "selfie", "check"} {
			var with map[string]string
			if step == "personal" {
				with = map[string]string{"last_name": lastName}
			}
			fill(step, with)
		}
		w.submit("step-declaration", map[string]string{"truthful": "yes", "terms": "yes", "signature": "Mara " + lastName}, nil).want(200)
		if w.stage() != want[1] {
			t.Errorf("%s: the page says %q: %s", lastName, w.stage(), text(w.doc))
		}
		c.want(r.ID, want[0], want[1])
	}
}

// TestAPersonsLinkThatLeadsNowhereSaysSo: unknown and ended links have pages of their own, with the headers of every page,
// and a person's link opens nothing under the companies' address.
func TestAPersonsLinkThatLeadsNowhereSaysSo(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := s.client()
	r := c.registerPerson(map[string]string{"email": "enlace@acmecorp.com", "name": "Mara", "last_name": "Secreta"})
	uuid := r.Link[strings.LastIndex(r.Link, "/")+1:][:36]
	for _, unknown := range []string{"/kyc/" + uuid, "/kyc/" + uuid + "-abcdefghijklmnopqrstuvwxyz", "/kyc/nonsense", "/kyc/", "/kyb/" + uuid} {
		if w := newWalker(t).get(s.PublicURL + unknown).want(404); strings.Contains(w.body, "Secreta") || strings.Contains(w.body, "Mara") {
			t.Errorf("%s tells who it is", unknown)
		}
	}
	w := newWalker(t).get(r.Link).want(200)
	for header, want := range map[string]string{"Content-Security-Policy": "default-src 'self'", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store", "Permissions-Policy": "camera=(self)"} {
		if got := w.header.Get(header); !strings.Contains(got, want) {
			t.Errorf("%s is %q", header, got)
		}
	}
	c.advance(91 * day)
	newWalker(t).get(r.Link).want(410)
}
