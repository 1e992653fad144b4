package e2e

import (
	"encoding/base64"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
)

// TestASanctionedNameIsHeldUntilAnOperatorClearsIt: a delegated person whose name stands on a list is not decided by
// anybody, until an operator has looked at the alert on his phone.
func TestASanctionedNameIsHeldUntilAnOperatorClearsIt(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		return
	}
	engines(t, func(s *server) {
		c := s.client()
		id := c.delegate("held@acmecorp.com", "Sanctioned")
		c.want(id, "processing", "submitted")
		desk := newBrowser(s, 390, true)
		desk.signIn(s)
		file := s.ConsoleURL + "/files/" + strconv.FormatInt(id, 10)
		desk.open(s.ConsoleURL+"/alerts", "#alerts")
		if shown := desk.text("#alerts"); !strings.Contains(shown, "Sanctioned") {
			s.Errorf("the alert is not in the queue: %s", shown)
		}
		desk.open(file, `#file[data-stage="in_review"]`)
		if desk.has("#approve button:not([disabled])") {
			desk.click("#approve button", "#confirm")
			desk.click("#confirm button", "main")
			c.want(id, "processing", "in_review")
			desk.open(file, "#file")
		}
		desk.eval(`document.querySelector('form[action$="/clear"] [name="reason"]').value = "Another person: the birth dates differ by forty years."`)
		desk.click(`button[id^="clear-alert-"]`, `.alert[data-state="cleared"]`) // the answer is waited for: leaving at once would take the form back
		desk.open(file, "#file")
		desk.click("#approve button", "#confirm")
		desk.click("#confirm", `#file[data-stage="approved"]`)
		c.want(id, "valid", "approved")
		for _, action := range []string{"alert.raised", "alert.cleared", "kyc.approved"} {
			if got := s.column(`SELECT count(*) FROM audit_entries WHERE action = '` + action + `'`); got != "1" {
				s.Errorf("%s entries of %s", got, action)
			}
		}
	})
}

// TestDelegatedNamesDecideInTheSandbox: what an integration has verified itself is decided by the name at once.
func TestDelegatedNamesDecideInTheSandbox(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := s.client()
	for lastName, want := range map[string][2]string{"Muy Valid": {"valid", "approved"}, "Fail": {"fail", "rejected"}, "Retry": {"processing", "needs_correction"}, "Ruiz": {"processing", "submitted"}} {
		c.want(c.delegate(strings.ToLower(strings.ReplaceAll(lastName, " ", "."))+"@acmecorp.com", lastName), want[0], want[1])
	}
}

// delegate registers a person whom the integration has verified itself.
func (c *client) delegate(email, lastName string) int64 {
	c.t.Helper()
	p := newPapers(c.t)
	photo := base64.StdEncoding.EncodeToString(p.photo)
	var registered struct{ ID int64 }
	c.call("POST", "/registerUser/kyc-delegated", map[string]any{
		"email": email, "name": "Ana", "last_name": lastName, "birth_date": "1985-04-03", "nationality": "ES", "country": "ES", "phone": "+34612345678",
		"address": "Calle Mayor 1", "city": "Madrid", "postal_code": "28013", "identification_type": "GOVERNMENT_ID", "identification_number": "12345678Z",
		"document_front": "data:image/jpeg;base64," + photo, "document_back": base64.StdEncoding.EncodeToString(p.scan), "face_image": photo,
		"liveness_capture": photo, "verified_at": "2026-01-01T10:00:00Z", "verification_reference": "ref-1"}).data(&registered)
	return registered.ID
}

// signIn opens the console.
func (b *browser) signIn(s *server) {
	b.open(s.ConsoleURL, "#login")
	code, err := totp.GenerateCode(s.ConsoleSecret, time.Now())
	if err != nil {
		s.Fatal(err)
	}
	b.fill("login", map[string]string{"email": s.ConsoleUser, "password": s.ConsolePassword, "code": code})
	b.click("#login button", "#queue")
}
