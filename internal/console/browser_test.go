package console_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"rampa/internal/audit"
	"rampa/internal/console"
	"rampa/internal/customer"
	"rampa/internal/kyb"
	"rampa/internal/operator"
	"rampa/internal/verification"
	"rampa/internal/web/ui/uitest"
)

// fill writes a value into the field of a form as a person would.
func fill(b *uitest.Browser, selector, value string) {
	b.Do(chromedp.WaitVisible(selector), chromedp.SetValue(selector, value))
}

func click(b *uitest.Browser, selector, then string) {
	b.Do(chromedp.Click(selector), chromedp.WaitVisible(then))
}

func signIn(b *uitest.Browser, w *world, role operator.Role) {
	c := w.enrolled(role)
	w.pass(30 * time.Second)
	b.Open(w.url+"/console", 1280)
	fill(b, "#login [name=email]", string(role)+"@rampa.test")
	fill(b, "#login [name=password]", c.Password)
	fill(b, "#login [name=code]", w.code(c.Secret))
	click(b, "#login button", "#search")
}

// shoot keeps a picture where RAMPA_SHOTS names a folder.
func shoot(b *uitest.Browser, name string, width int64) {
	if folder := os.Getenv("RAMPA_SHOTS"); folder != "" {
		b.Shot(filepath.Join(folder, name+"-"+strconv.FormatInt(width, 10)+".png"))
	}
}

// look checks a page that is open already, or opens path, at the width of a phone and of a desk.
func look(t *testing.T, b *uitest.Browser, w *world, name, path string) {
	t.Helper()
	for _, width := range []int64{390, 1280} {
		b.Open(w.url+path, width)
		shoot(b, name, width)
		if problems := b.Axe(); problems != "" {
			t.Errorf("%s at %d px:\n%s", name, width, problems)
		}
	}
}

func TestEveryPageIsAccessibleOnAPhoneAndOnADesk(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *console.Config) { c.Sandbox = true })
	w.filed(7, verification.Submitted, 80*time.Hour)
	w.filed(8, verification.InReview, 9*24*time.Hour)
	w.filed(9, verification.Submitted, 25*time.Minute).Customer.Country = "PT"
	w.filed(10, verification.Approved, 100*time.Hour)
	rejected := w.filed(11, verification.Rejected, 100*time.Hour)
	rejected.Customer.Reasons = []string{"Hay documentos que faltan.", "No se ha podido confirmar quién posee la empresa."}
	back := w.filed(12, verification.NeedsCorrection, 100*time.Hour)
	back.Record.Corrections = []customer.Correction{{Item: "company", Message: "El NIF no coincide."}, {Item: "documents.registry_extract", Message: "Falta la página 2.", Done: true}}
	deep := w.filed(13, verification.InReview, time.Hour).Record.File
	deep.Entities = nil
	for i := range 9 {
		e := kyb.Entity{ID: "d" + strconv.Itoa(i), LegalName: "Sociedad de Participaciones Internacionales " + strconv.Itoa(i) + ", S.L.", Country: "ES", OwnershipPercent: "100"}
		if i > 0 {
			e.Through = "d" + strconv.Itoa(i-1)
		}
		deep.Entities = append(deep.Entities, e)
	}
	deep.People[1].Through = "d8"
	mails := w.mailed()

	b := uitest.NewBrowser(t)
	look(t, b, w, "login", "/console/login")
	signIn(b, w, operator.Compliance)
	look(t, b, w, "queue", "/console")
	look(t, b, w, "search-none", "/console?q=zzz")
	look(t, b, w, "file", "/console/files/7")
	look(t, b, w, "file-correction", "/console/files/7?decide=correction")
	look(t, b, w, "file-reject", "/console/files/7?decide=reject")
	look(t, b, w, "file-deep", "/console/files/13")
	look(t, b, w, "file-rejected", "/console/files/11")
	look(t, b, w, "file-asked", "/console/files/12?lang=pt")
	look(t, b, w, "not-found", "/console/files/99?lang=es")
	look(t, b, w, "outbox", "/console/outbox?lang=en")
	look(t, b, w, "mail", "/console/outbox/"+mails[0].ID)
}

func TestAFirstLoginIsAccessible(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	oneTime, err := w.accounts.Create(t.Context(), operator.Entrant{Email: "nuevo@rampa.test", Name: "Nuevo", Role: operator.Viewer}, audit.System("test"))
	if err != nil {
		t.Fatal(err)
	}
	b := uitest.NewBrowser(t)
	b.Open(w.url+"/console", 1280)
	fill(b, "[name=email]", "nuevo@rampa.test")
	fill(b, "[name=password]", oneTime)
	click(b, "#login button", "#enrol-password")
	look(t, b, w, "enrol-password", "/console/enrol")
	fill(b, "[name=password]", "corto")
	fill(b, "[name=password_again]", "corto")
	click(b, "#enrol-password button", "#error-summary")
	if problems := b.Axe(); problems != "" {
		t.Error(problems)
	}
	fill(b, "[name=password]", "tres gatos en la luna")
	fill(b, "[name=password_again]", "tres gatos en la luna")
	click(b, "#enrol-password button", "#enrol-code")
	look(t, b, w, "enrol-code", "/console/enrol")
	secret := b.Eval(`document.getElementById("totp-secret").textContent`)
	fill(b, "[name=code]", w.code(secret))
	click(b, "#enrol-code button", "#search")
}

func TestAnOperatorReviewsAFileInABrowser(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.filed(7, verification.Submitted, time.Hour)
	b := uitest.NewBrowser(t)
	signIn(b, w, operator.Compliance)
	click(b, "#queue a", "#file")

	// Papers are fetched when they are opened, not before: each fetch is a reading in the log.
	if reads := strings.Join(w.reads(), "\n"); strings.Contains(reads, "document.read") {
		t.Fatalf("papers were read unasked:\n%s", reads)
	}
	click(b, "#document-0199bbbb-0000-7000-8000-000000000003 summary", "#document-0199bbbb-0000-7000-8000-000000000003 img")
	width := b.Eval(`(async () => { const i = document.querySelector("#document-0199bbbb-0000-7000-8000-000000000003 img"); await i.decode(); return String(i.naturalWidth) })()`)
	if width != "900" {
		t.Fatalf("the image has %s pixels", width)
	}
	click(b, "#document-0199bbbb-0000-7000-8000-000000000002 summary", "#document-0199bbbb-0000-7000-8000-000000000002 iframe")
	shoot(b, "file-documents", 1280)
	if problems := b.Axe(); problems != "" {
		t.Error(problems)
	}

	click(b, "#open-correction", "#item-company")
	click(b, "#item-company", "#message-item-company")
	shoot(b, "file-ticked", 1280)
	click(b, "#correction button", "#error-summary")
	shoot(b, "file-error", 1280)
	if problems := b.Axe(); problems != "" {
		t.Error(problems)
	}
	fill(b, "#message-item-company", "El NIF no coincide con el registro.")
	click(b, "#correction button", "#asked")
	if stage := b.Eval(`document.getElementById("file").dataset.stage`); stage != "needs_correction" {
		t.Fatal(stage)
	}
	shoot(b, "file-sent-back", 1280)

	w.filed(8, verification.InReview, time.Hour)
	b.Open(w.url+"/console/files/8", 390)
	click(b, "#approve button", "#confirm")
	shoot(b, "confirm-approve", 390)
	if problems := b.Axe(); problems != "" {
		t.Error(problems)
	}
	click(b, "#confirm", ".banner.success")
	if stage := b.Eval(`document.getElementById("file").dataset.stage`); stage != "approved" {
		t.Fatal(stage)
	}

	w.filed(9, verification.InReview, time.Hour)
	b.Open(w.url+"/console/files/9?decide=reject", 1280)
	click(b, "#reason-1", "#reason-other")
	click(b, "#reject button", "#confirm")
	shoot(b, "confirm-reject", 1280)
	if problems := b.Axe(); problems != "" {
		t.Error(problems)
	}
	click(b, "#confirm", "#reopen")
	if stage := b.Eval(`document.getElementById("file").dataset.stage`); stage != "rejected" {
		t.Fatal(stage)
	}
}
