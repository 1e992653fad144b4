package console_test

import (
	"net/url"
	"os"
	"regexp"
	"testing"
	"time"

	"rampa/internal/audit"
	"rampa/internal/console"
	"rampa/internal/customer"
	"rampa/internal/operator"
	"rampa/internal/verification"
	"rampa/internal/web/ui"
	"rampa/internal/web/ui/uitest"
)

var (
	styleHash = regexp.MustCompile(`console\.[0-9a-f]{12}\.css`)
	secrets   = regexp.MustCompile(`[A-Z2-7]{32}|<path d="M4 4h7v1[^"]*"`)
)

func TestEveryPageLooksAsApproved(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *console.Config) { c.Sandbox = true })
	w.filed(7, verification.InReview, 80*time.Hour)
	w.filed(8, verification.InReview, 9*24*time.Hour)
	w.filed(11, verification.Rejected, time.Hour).Customer.Reasons = []string{"Faltan documentos."}
	w.filed(12, verification.NeedsCorrection, time.Hour).Record.Corrections = []customer.Correction{{Item: "company", Message: "El NIF no coincide."}, {Item: "documents.registry_extract", Message: "Caducado.", Done: true}}
	mails := w.mailed()
	check := func(name string, a answer) {
		t.Helper()
		uitest.Golden(t, name, secrets.ReplaceAllString(styleHash.ReplaceAllString(a.body, "console.HASH.css"), "SECRET"))
	}
	out, b := w.browser(), w.as(operator.Compliance)
	check("login", out.get("/console/login?next=/console/files/7&ended=yes"))
	check("login-refused", out.post("/console/login", url.Values{"email": {"x@rampa.test"}, "password": {"y"}}))
	for _, lang := range ui.Languages {
		check("queue-"+lang, b.get("/console?lang="+lang))
		check("file-"+lang, b.get("/console/files/7?decide=correction"))
	}
	b.get("/console?lang=en")
	check("search-none", b.get("/console?q=zzz"))
	check("file-rejected", b.get("/console/files/11"))
	check("file-asked", b.get("/console/files/12"))
	check("confirm-approve", b.post("/console/files/8/approve", url.Values{"version": {version(w, 8)}}))
	check("confirm-reject", b.post("/console/files/8/reject", url.Values{"version": {version(w, 8)}, "reason": {"ownership_unclear"}, "other": {"Otro"}}))
	check("outbox", b.get("/console/outbox"))
	check("mail", b.get("/console/outbox/"+mails[1].ID))
	check("not-found", b.get("/console/files/99"))

	oneTime, err := w.accounts.Create(t.Context(), operator.Entrant{Email: "nuevo@rampa.test", Name: "Nuevo", Role: operator.Viewer}, audit.System("test"))
	if err != nil {
		t.Fatal(err)
	}
	n := w.browser()
	n.post("/console/login", url.Values{"email": {"nuevo@rampa.test"}, "password": {oneTime}})
	check("enrol-password", n.get("/console/enrol"))
	check("enrol-password-refused", n.post("/console/enrol/password", url.Values{"password": {"a"}, "password_again": {"b"}}))
	n.post("/console/enrol/password", url.Values{"password": {"tres gatos en la luna"}, "password_again": {"tres gatos en la luna"}})
	check("enrol-code", n.get("/console/enrol"))
}

func TestEveryTextExistsInEveryLanguage(t *testing.T) {
	t.Parallel()
	catalogue, err := ui.NewCatalogue(os.DirFS("../web/ui"), os.DirFS("evidence"), os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	words := catalogue.Words("en")
	uitest.Texts(t, words, os.DirFS("."), "dossier", "evidence", "verdict")
	uitest.Texts(t, words, os.DirFS("evidence"))
	for _, s := range verification.Stages() {
		if !words.Has("console.stage." + string(s)) {
			t.Errorf("no words for the stage %s", s)
		}
	}
	for _, e := range verification.Events() {
		if !words.Has("console.act.kyb."+string(e)) && e != verification.OnExpired && e != verification.OnRenewed { // these two are acts on the link
			t.Errorf("no words for the event %s", e)
		}
	}
}
