package mail_test

import (
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"rampa/internal/mail"
	"rampa/internal/mail/mailtest"
)

var update = flag.Bool("update", false, "write the goldens anew")

func clock() time.Time { return time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC) }

func composer(t *testing.T) *mail.Composer {
	t.Helper()
	c, err := mail.NewComposer(clock)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func notice(kind mail.Kind, lang string) mail.Notice {
	n := mail.Notice{
		Kind: kind, CustomerID: 7, IntegrationID: 3, To: "ana@acme.test", Company: "Peña & Hijos, S.L.", Integration: "Envíos Sur", Language: lang,
		Link: "https://rampa.test/kyb/0199aaaa-0000-7000-8000-000000000001", ExpiresAt: clock().AddDate(0, 0, 7),
	}
	switch kind {
	case mail.Correction:
		n.Items = []mail.Item{{Name: "company", Message: "El NIF no coincide con el del registro."}, {Name: "Extracto del registro", Message: "Falta la página 2.\nSúbalo entero, por favor."}}
	case mail.DeclarationCorrection:
		n.Secret, n.Items = true, []mail.Item{{Name: "tax", Message: "Falta Portugal."}}
	case mail.DeclarationRefused:
		n.Reasons = []string{"El salario no explica el volumen."}
	case mail.ReviewDue:
		n.Link, n.Items = "", []mail.Item{{Name: "identity", Message: "Su documento de identidad caduca. Tenga el nuevo a mano."}}
	case mail.Rejected:
		n.Reasons = []string{"documents_invalid", "Your licence was withdrawn on <1 May>."}
	}
	return n
}

func TestEveryMessageInEveryLanguageIsAsApproved(t *testing.T) {
	t.Parallel()
	for _, kind := range mail.Kinds() {
		for _, lang := range mail.Languages() {
			t.Run(string(kind)+" "+lang, func(t *testing.T) {
				t.Parallel()
				m := composer(t).Compose(notice(kind, lang))
				golden(t, string(kind)+"."+lang+".txt", "Subject: "+m.Subject+"\n\n"+m.Text)
				golden(t, string(kind)+"."+lang+".html", m.HTML)
				if m.To != "ana@acme.test" || m.CustomerID != 7 || m.IntegrationID != 3 || m.Language != lang || m.Kind != kind || !m.NextAt.Equal(clock()) || m.ID == "" {
					t.Fatal(m)
				}
			})
		}
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s:\n%s", name, diff)
	}
}

func TestPeopleAreWrittenToAsPeople(t *testing.T) {
	t.Parallel()
	for _, kind := range mail.Kinds() {
		for _, lang := range mail.Languages() {
			n := personal(notice(kind, lang))
			m := composer(t).Compose(n)
			golden(t, "person."+string(kind)+"."+lang+".txt", "Subject: "+m.Subject+"\n\n"+m.Text)
			if strings.Count(m.Text+m.Subject, n.Company) != 1 {
				t.Errorf("%s in %s says the name elsewhere than in its greeting:\n%s", kind, lang, m.Text)
			}
			for _, word := range []string{"empresa", "company", "contraseña", "password", "palavra-passe", "expediente", "processo", " file"} {
				if strings.Contains(m.Text, word) {
					t.Errorf("%s in %s speaks of %q:\n%s", kind, lang, word, m.Text)
				}
			}
			if linked := strings.Contains(m.Text, n.Link) && n.Link != ""; linked && !strings.Contains(m.Text, map[string]string{"es": "no la comparta", "en": "keep it to yourself", "pt": "não o partilhe"}[lang]) {
				t.Errorf("%s in %s gives an address that opens the form, and does not say so", kind, lang)
			}
		}
	}
}

// personal makes a notice a person's.
func personal(n mail.Notice) mail.Notice {
	n.Company, n.Person, n.Secret = "Ana Peña", true, true
	if n.Link != "" {
		n.Link = "https://rampa.test/kyc/0199aaaa-0000-7000-8000-000000000001-abcdefghijklmnopqrstuvwxyz"
	}
	switch n.Kind {
	case mail.Correction:
		n.Items = []mail.Item{{Name: "personal", Message: "Falta su segundo apellido."}, {Name: "Reverso", Message: "Está borroso."}}
	case mail.Rejected:
		n.Reasons = []string{"identity_unconfirmed"}
	}
	return n
}

func TestNoPlaceholderAndNoMissingTextReachesAReader(t *testing.T) {
	t.Parallel()
	c := composer(t)
	for _, kind := range mail.Kinds() {
		for _, lang := range append(mail.Languages(), "", "fr") {
			m := c.Compose(notice(kind, lang))
			if m.Subject == "" || m.HTML == "" || strings.Count(m.Text, "\n\n") < 3 {
				t.Errorf("%s %s is thin: %q", kind, lang, m.Text)
			}
			if regexp.MustCompile(`\{[a-z]+\}`).MatchString(m.Subject + m.Text + m.HTML) {
				t.Errorf("%s %s: a placeholder was left", kind, lang)
			}
		}
	}
}

func TestLanguagesHaveTheSameTexts(t *testing.T) {
	t.Parallel()
	keys := map[string]string{}
	for _, lang := range mail.Languages() {
		raw, err := os.ReadFile("texts/" + lang + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		keys[lang] = strings.Join(regexp.MustCompile(`(?m)^[a-z0-9_.]+:`).FindAllString(string(raw), -1), "\n")
	}
	for _, lang := range mail.Languages() {
		if diff := cmp.Diff(keys["en"], keys[lang]); diff != "" {
			t.Errorf("%s: %s", lang, diff)
		}
	}
}

func TestTheFormIsLinkedOnlyWhereThereIsSomethingToDo(t *testing.T) {
	t.Parallel()
	for kind, linked := range map[mail.Kind]bool{mail.Correction: true, mail.Expiring: true, mail.Approved: false, mail.Rejected: false, mail.ReviewDue: false,
		mail.DeclarationCorrection: true, mail.DeclarationAccepted: false, mail.DeclarationRefused: false} {
		m := composer(t).Compose(notice(kind, "en"))
		if strings.Contains(m.Text, "/kyb/") != linked || strings.Contains(m.HTML, "/kyb/") != linked {
			t.Errorf("%s: linked is not %v", kind, linked)
		}
		without := notice(kind, "en")
		without.Link = ""
		if m := composer(t).Compose(without); strings.Contains(m.Text, "Open the form") || strings.Contains(m.HTML, "<a ") {
			t.Errorf("%s: a button without a link", kind)
		}
	}
}

func TestWhatPeopleWroteStaysText(t *testing.T) {
	t.Parallel()
	n := notice(mail.Correction, "en")
	n.Company, n.Integration = "<script>x</script>\r\nBcc: all@x.test", "{company} {link}"
	n.Items = []mail.Item{{Name: "a\nb", Message: `<img src=x onerror="y">`}}
	m := composer(t).Compose(n)
	if strings.ContainsAny(m.Subject, "\r\n") {
		t.Errorf("a subject of two lines: %q", m.Subject)
	}
	doc, err := html.Parse(strings.NewReader(m.HTML))
	if err != nil {
		t.Fatal(err)
	}
	for node := range doc.Descendants() {
		if node.Type == html.ElementNode && (node.Data == "script" || node.Data == "img") {
			t.Errorf("an element was smuggled in: %s", node.Data)
		}
	}
}

func TestMemoryPassesTheSuite(t *testing.T) {
	t.Parallel()
	mailtest.Suite(t, func(*testing.T) mailtest.Outbox { return &mailtest.Memory{} })
}

// post is a service whose clock tests move and whose sender they script.
type post struct {
	*mail.Service
	store *mailtest.Memory
	at    time.Time
	mu    sync.Mutex
	sent  []string
	fail  func(m mail.Message) error
}

func newPost(t *testing.T, schedule mail.Schedule) *post {
	t.Helper()
	p := &post{store: &mailtest.Memory{}, at: clock()}
	p.Service = mail.NewService(p.store, mail.SenderFunc(func(_ context.Context, m mail.Message) error {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.fail != nil {
			if err := p.fail(m); err != nil {
				return err
			}
		}
		p.sent = append(p.sent, m.ID)
		return nil
	}), schedule, func() time.Time { return p.at })
	return p
}

func (p *post) add(t *testing.T) mail.Message {
	t.Helper()
	m := composer(t).Compose(notice(mail.Approved, "es"))
	if err := p.store.AppendMail(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestEverythingDueIsSentOnce(t *testing.T) {
	t.Parallel()
	p := newPost(t, mail.DefaultSchedule())
	for range 45 {
		p.add(t)
	}
	if sent, err := p.SendDue(t.Context()); sent != 45 || err != nil {
		t.Fatal(sent, err)
	}
	if sent, err := p.SendDue(t.Context()); sent != 0 || err != nil {
		t.Fatal("nothing is left:", sent, err)
	}
}

func TestAFailedMessageWaitsLongerEachTimeAndIsGivenUp(t *testing.T) {
	t.Parallel()
	schedule := mail.Schedule{time.Minute, time.Hour}
	p := newPost(t, schedule)
	p.fail = func(mail.Message) error { return errors.New("connection refused") }
	m := p.add(t)
	state := func() mail.State {
		got, err := p.Read(t.Context(), m.ID)
		if err != nil {
			t.Fatal(err)
		}
		return got.State()
	}
	run := func() {
		if sent, err := p.SendDue(t.Context()); sent != 0 || err != nil {
			t.Fatal(sent, err)
		}
	}
	for i, wait := range schedule {
		run()
		got, _ := p.Read(t.Context(), m.ID)
		if got.State() != mail.Retrying || got.Attempts != i+1 || !got.NextAt.Equal(p.at.Add(wait)) || got.LastError != "connection refused" {
			t.Fatalf("after attempt %d: %+v", i+1, got)
		}
		run() // too early: nothing happens
		p.at = p.at.Add(wait)
	}
	run()
	if state() != mail.GivenUp {
		t.Fatal(state())
	}
	p.at = p.at.Add(1000 * time.Hour)
	p.fail = nil
	run()
}

func TestAnErrorForGoodEndsTheAttempts(t *testing.T) {
	t.Parallel()
	p := newPost(t, mail.DefaultSchedule())
	p.fail = func(mail.Message) error { return mail.Permanent(errors.New("550")) }
	m := p.add(t)
	if _, err := p.SendDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got, _ := p.Read(t.Context(), m.ID); got.State() != mail.GivenUp || got.Attempts != 1 {
		t.Fatal(got)
	}
}

func TestOneBadMessageDoesNotHoldUpTheOthers(t *testing.T) {
	t.Parallel()
	p := newPost(t, mail.DefaultSchedule())
	bad := p.add(t)
	p.fail = func(m mail.Message) error {
		if m.ID == bad.ID {
			return errors.New("timeout")
		}
		return nil
	}
	p.add(t)
	if sent, err := p.SendDue(t.Context()); sent != 1 || err != nil {
		t.Fatal(sent, err)
	}
}

func TestTheOutboxIsPaged(t *testing.T) {
	t.Parallel()
	p := newPost(t, mail.DefaultSchedule())
	for range 5 {
		p.add(t)
	}
	var all []mail.Message
	for cursor := ""; ; {
		page, next, err := p.Outbox(t.Context(), cursor, 2)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, page...)
		if cursor = next; next == "" {
			break
		}
	}
	if len(all) != 5 {
		t.Fatal(len(all))
	}
}
