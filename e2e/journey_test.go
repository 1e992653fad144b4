package e2e

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/pquerna/otp/totp"
)

const day = 24 * time.Hour

// TestACompanyIsOnboarded is the whole journey, as the integration, the company and the operator see it. The quick check
// leaves the browsers out: TestNamesDecideInTheSandbox walks the same form there.
func TestACompanyIsOnboarded(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		return
	}
	engines(t, func(s *server) {
		j := newJourney(s)
		j.turnedAway()
		j.fillIn()
		j.resumeElsewhere()
		j.reviewed()
		j.corrected()
		j.approved()
		j.recorded()
		j.leftUnfinished()
	})
}

// TestTheFormNeedsNoJavaScript fills the form in on a phone whose browser runs no scripts.
func TestTheFormNeedsNoJavaScript(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		return
	}
	j := newJourney(start(t))
	j.device = newBrowser(t, 390, false)
	j.device.open(`data:text/html,<p id="off">-</p><script>document.getElementById("off").remove()</script>`, "#off")
	j.device.unlock(j.company, "#step-country")
	j.steps()
	j.device.documents(newPapers(t))
	j.device.sign()
	j.partner.want(j.ID, "processing", "submitted")
}

// journey is one company on its way.
type journey struct {
	*server
	company
	partner *client
	device  *browser // the company's
	desk    *browser // the operator's
}

const companyName = "Transportes Ágiles del Sur S.L."

func newJourney(s *server) *journey {
	s.secret("tax id", taxID)
	s.secret("surname", surname)
	c := s.client()
	j := &journey{server: s, partner: c, company: c.register("direccion@acmecorp.com", companyName)}
	c.want(j.ID, "unused", "draft")
	return j
}

// turnedAway: a wrong password stays at the gate and tells nothing, however wrong it is.
func (j *journey) turnedAway() {
	j.device = newBrowser(j, 1280, true)
	var said []string
	for _, wrong := range []string{"wrong", j.Password[1:] + "x"} {
		j.device.open(j.Link, "#step-password")
		j.device.fill("step-password", map[string]string{"password": wrong})
		j.device.click("#step-password button", "#error-summary")
		said = append(said, j.device.text("main"))
	}
	if said[0] != said[1] || !j.device.has("#step-password") {
		j.Errorf("the gate tells more about one wrong password:\n%s\n%s", said[0], said[1])
	}
	j.partner.want(j.ID, "unused", "draft")
}

// fillIn enters everything but the papers, and leaves.
func (j *journey) fillIn() {
	j.device.unlock(j.company, "#step-country")
	j.partner.want(j.ID, "processing", "in_progress")
	j.steps()
	j.device.click(`#step-documents button[value="later"]`, `#status[data-stage="in_progress"]`)
	j.device.click(`form[action$="/leave"] button`, "#step-password")
}

func (j *journey) steps() {
	a := newAnswers(companyName)
	j.device.save("country", a["country"], "#step-company")
	j.device.save("company", a["company"], "#step-addresses")
	j.device.save("addresses", a["addresses"], "#step-activity")
	j.device.save("activity", a["activity"], "#step-people")
	j.device.people()
}

// resumeElsewhere goes on on a phone, where everything is as it was left.
func (j *journey) resumeElsewhere() {
	j.device = newBrowser(j, 390, true)
	j.device.unlock(j.company, `#status[data-stage="in_progress"]`)
	j.device.open(j.Link+"/company", "#step-company")
	if got := j.device.eval(`document.querySelector('[name="tax_id"]').value`); got != taxID {
		j.Errorf("the tax id is %q on the other device", got)
	}
	j.device.open(j.Link+"/documents", "#step-documents")
	j.device.documents(newPapers(j))
	j.device.sign()
	j.partner.want(j.ID, "processing", "submitted")
}

func (j *journey) fileURL() string {
	return j.ConsoleURL + "/files/" + strconv.FormatInt(j.ID, 10)
}

// reviewed: an operator reads the file, and asks for one thing.
func (j *journey) reviewed() {
	j.desk = newBrowser(j, 1280, true)
	j.desk.open(j.ConsoleURL, "#login")
	code, err := totp.GenerateCode(j.ConsoleSecret, time.Now())
	if err != nil {
		j.Fatal(err)
	}
	j.desk.fill("login", map[string]string{"email": j.ConsoleUser, "password": j.ConsolePassword, "code": code})
	j.desk.click("#login button", "#queue")
	j.desk.click("#queue a", `#file[data-stage="in_review"]`)
	j.partner.want(j.ID, "processing", "in_review")
	for place, wants := range map[string][]string{
		"#people": {"Ana Ruiz", surname}, "#ownership": {"Inversiones del Norte S.A.", "Matriz Global B.V.", surname, "60"},
		"#documents": {"escritura.pdf", "foto", "escaneo"}, "#history": {""}, "#file": {companyName, taxID},
	} {
		for _, want := range wants {
			if shown := j.desk.text(place); !strings.Contains(shown, want) {
				j.Errorf("%s does not show %q: %s", place, want, shown)
			}
		}
	}
	j.photograph()
	j.desk.click("#open-correction", "#item-activity")
	j.desk.click("#item-activity", "#message-item-activity")
	j.desk.fill("correction", map[string]string{"message[activity]": "Tell us which customers pay you."})
	j.desk.click("#correction button", "#asked")
	st := j.partner.want(j.ID, "processing", "needs_correction")
	if len(st.Requirements) == 0 {
		j.Errorf("nothing is asked: %+v", st)
	}
}

// photograph opens the company's photo in the page: it can be seen, and what was hidden in it is gone.
func (j *journey) photograph() {
	const photo = `details.document:has(img)`
	j.desk.click(photo+" summary", photo+" img")
	script := `(async () => { const i = document.querySelector(` + strconv.Quote(photo+" img") + `); await i.decode(); const r = await (await fetch(i.src)).arrayBuffer();
		return i.naturalWidth + " " + new TextDecoder("latin1").decode(r).includes(` + strconv.Quote(hidden) + `) })()`
	got, err := chromedp.Run(j.desk.ctx, chromedp.Evaluate[string](script, chromedp.EvalAwaitPromise))
	if err != nil || got != "320 false" {
		j.Errorf("the photograph: %s %v", got, err)
	}
}

// corrected: the company sees what is asked, can change that and nothing else, and signs again.
func (j *journey) corrected() {
	j.device.open(j.Link, `#status[data-stage="needs_correction"]`)
	if shown := j.device.text("#status"); !strings.Contains(shown, "Tell us which customers pay you.") {
		j.Errorf("the reviewer's words are not there: %s", shown)
	}
	for _, closed := range []string{"company", "addresses", "people"} {
		j.device.open(j.Link+"/"+closed, "main h1")
		if j.device.has("#step-" + closed) {
			j.Errorf("%s can be edited", closed)
		}
	}
	j.device.open(j.Link+"/activity", "#step-activity")
	j.device.save("activity", map[string]string{"source_of_funds": "Freight companies pay monthly invoices"}, `#status[data-stage="needs_correction"]`)
	j.device.open(j.Link+"/check", "#step-check")
	j.device.sign()
	j.partner.want(j.ID, "processing", "submitted")
}

// approved: the operator sees the answer and approves, and all three sides know.
func (j *journey) approved() {
	j.desk.open(j.fileURL(), "#file")
	if shown := j.desk.text("#file"); !strings.Contains(shown, "Freight companies pay monthly invoices") {
		j.Error("the operator does not see the correction")
	}
	j.desk.click("#approve button", "#confirm")
	j.desk.click("#confirm", `#file[data-stage="approved"]`)
	st := j.partner.want(j.ID, "valid", "approved")
	if st.Tier != 1 || len(st.Requirements) != 0 {
		j.Errorf("%+v", st)
	}
	j.device.open(j.Link, `#status[data-stage="approved"]`)
}

// recorded looks at what was written down on the way: letters, events, the audit chain.
func (j *journey) recorded() {
	j.desk.open(j.ConsoleURL+"/outbox", "#outbox")
	if n := j.desk.eval(`document.querySelectorAll("#outbox tbody tr").length`); n != "2" {
		j.Errorf("%s letters\n%s", n, j.desk.text("#outbox"))
	}
	j.desk.click("#outbox a", "#mail")
	if letter := j.desk.text("#mail"); strings.Contains(letter, j.Password) || !strings.Contains(letter, companyName) {
		j.Error(letter)
	}
	id := strconv.FormatInt(j.ID, 10)
	if got := j.column(`SELECT kind FROM mails WHERE customer_id = ` + id + ` ORDER BY created_at, id`); got != "correction approved" {
		j.Errorf("letters: %s", got)
	}
	j.eventsTell(id)
	done := " " + j.column(`SELECT action FROM audit_entries ORDER BY id`) + " "
	for _, action := range []string{"kyb.password_refused", "kyb.opened", "document.read"} {
		if !strings.Contains(done, " "+action+" ") {
			j.Errorf("%s is not in the audit:%s", action, done)
		}
	}
	if out := j.rampa("audit", "verify"); !strings.Contains(out, "The audit chain is whole") {
		j.Error(out)
	}
}

var statusInEvent = regexp.MustCompile(`"kyc_status":"([a-z]+)"`)

// eventsTell: the integration could follow the whole journey by its events alone.
func (j *journey) eventsTell(id string) {
	of := ` FROM events WHERE object = 'customer' AND object_id = '` + id + `'`
	if got := j.column(`SELECT max(sequence) - count(*)` + of); got != "0" {
		j.Errorf("the events' sequence has gaps: %s", got)
	}
	types := strings.Fields(j.column(`SELECT type` + of + ` ORDER BY sequence`))
	if len(types) < 3 || types[0] != "CUSTOMER_CREATED" || slices.Contains(types[1:], "CUSTOMER_CREATED") {
		j.Errorf("events: %s", types)
	}
	var told []string
	for _, m := range statusInEvent.FindAllStringSubmatch(j.column(`SELECT data`+of+` ORDER BY sequence`), -1) {
		told = append(told, m[1])
	}
	if got := strings.Join(slices.Compact(told), " "); got != "unused processing valid" || len(told) != len(types) {
		j.Errorf("the events tell %s", told)
	}
}

// leftUnfinished: another company begins and never ends. It is reminded, its link dies, and a new one revives it.
func (j *journey) leftUnfinished() {
	late := j.partner.register("tarde@acmecorp.com", "Mañana Quizás S.L.")
	w := newWalker(j).unlock(late)
	w.submit("step-country", map[string]string{"country": "ES", "action": "save"}, nil).want(200)
	letters := `SELECT kind FROM mails WHERE customer_id = ` + strconv.FormatInt(late.ID, 10)
	j.partner.advance(83*day - time.Hour)
	if got := j.column(letters); got != "" {
		j.Errorf("a week and an hour before: %s", got)
	}
	j.partner.advance(2 * time.Hour)
	if got := j.column(letters); got != "expiring" {
		j.Errorf("a week before the end: %q", got)
	}
	newWalker(j).get(late.Link).want(200)
	j.partner.advance(7 * day)
	newWalker(j).get(late.Link).want(410)
	w.get(late.Link + "/company").want(410)
	if st := j.partner.want(late.ID, "unused", "expired"); strings.Join(st.Reasons, " ") != "link_expired" {
		j.Errorf("%+v", st)
	}
	renewed := j.partner.renew(late.ID)
	newWalker(j).get(late.Link).want(410)
	w = newWalker(j).unlock(renewed)
	w.get(renewed.Link + "/country").want(200)
	if got := values(w.element("step-country")).Get("country"); got != "ES" {
		j.Errorf("what was entered before is lost: country %q", got)
	}
	j.partner.want(j.ID, "valid", "approved")
}
