package smtp_test

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rampa/internal/mail"
	"rampa/internal/mail/mailtest"
	"rampa/internal/mail/smtp"
)

func clock() time.Time { return time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC) }

func sender(t *testing.T, s *server, change func(*smtp.Config)) *smtp.Sender {
	t.Helper()
	c := smtp.Config{
		Address: s.listener.Addr().String(), Security: smtp.StartTLS, From: "Verificación <no-reply@rampa.test>", Now: clock,
		TLS: &tls.Config{ServerName: "127.0.0.1", RootCAs: s.roots, MinVersion: tls.VersionTLS12},
	}
	if change != nil {
		change(&c)
	}
	out, err := smtp.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func message() mail.Message {
	return mail.Message{
		ID: "0199aaaa-0000-7000-8000-000000000001", To: "ana@peña.example", Subject: "Peña: hay algo que corregir, y este asunto es largo para que ocupe más de una línea",
		Text: "Hola:\n\n.una línea con punto\n" + strings.Repeat("larga ", 40) + "ñ\n", HTML: "<p>Hola: ñ = 1</p>", Language: "es", Kind: mail.Correction,
	}
}

func TestAMessageArrivesWholeOverStartTLS(t *testing.T) {
	t.Parallel()
	s := startServer(t, func(*server) {})
	err := sender(t, s, func(c *smtp.Config) { c.User, c.Password = "rampa", "s3cret" }).Send(t.Context(), message())
	if err != nil {
		t.Fatal(err)
	}
	got := s.received()
	if len(got) != 1 || !got[0].encrypted || got[0].user != "rampa" || got[0].password != "s3cret" {
		t.Fatal(got)
	}
	if !strings.HasPrefix(got[0].from, "FROM:<no-reply@rampa.test>") || !strings.HasPrefix(got[0].to, "TO:<ana@xn--pea-8ma.example>") {
		t.Fatal(got[0].from, got[0].to)
	}
	check(t, got[0].data)
}

func check(t *testing.T, data string) {
	t.Helper()
	for line := range strings.SplitSeq(data, "\r\n") {
		if len(line) > 78 || strings.ContainsAny(line, "\r\n") {
			t.Errorf("a line of %d characters: %q", len(line), line)
		}
		for _, c := range []byte(line) {
			if c > 126 {
				t.Fatalf("not ASCII: %q", line)
			}
		}
	}
	m, err := netmail.ReadMessage(strings.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	word := mime.WordDecoder{}
	subject, _ := word.DecodeHeader(m.Header.Get("Subject"))
	from, err := m.Header.AddressList("From")
	if err != nil || subject != message().Subject || from[0].Name != "Verificación" || from[0].Address != "no-reply@rampa.test" {
		t.Fatal(err, subject, from)
	}
	for header, want := range map[string]string{
		"Message-ID": "<0199aaaa-0000-7000-8000-000000000001@rampa.test>", "Date": "Sun, 22 Nov 2026 09:00:00 +0000",
		"Auto-Submitted": "auto-generated", "Content-Language": "es", "Mime-Version": "1.0", "To": "<ana@xn--pea-8ma.example>",
	} {
		if got := m.Header.Get(header); got != want {
			t.Errorf("%s: %q", header, got)
		}
	}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatal(kind, err)
	}
	parts := map[string]string{}
	for r := multipart.NewReader(m.Body, params["boundary"]); ; {
		p, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(quotedprintable.NewReader(p))
		if err != nil {
			t.Fatal(err)
		}
		parts[p.Header.Get("Content-Type")] = strings.ReplaceAll(string(text), "\r\n", "\n")
	}
	want := map[string]string{"text/plain; charset=utf-8": message().Text, "text/html; charset=utf-8": message().HTML}
	if diff := cmp.Diff(want, parts); diff != "" {
		t.Fatal(diff)
	}
}

func TestAMessageArrivesOverTLSFromTheFirstByte(t *testing.T) {
	t.Parallel()
	s := startServer(t, func(s *server) { s.implicit, s.offers = true, []string{"8BITMIME"} })
	if err := sender(t, s, func(c *smtp.Config) { c.Security = smtp.TLS }).Send(t.Context(), message()); err != nil {
		t.Fatal(err)
	}
	if got := s.received(); len(got) != 1 || !got[0].encrypted {
		t.Fatal(got)
	}
}

func TestWhatTheServerRefusesIsForGoodOrForNow(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change    func(*server)
		want      string
		permanent bool
	}{
		"unknown mailbox": {func(s *server) { s.answers["RCPT"] = "550 no ana@acme.test here" }, "the server answered 550", true},
		"greylisted":      {func(s *server) { s.answers["RCPT"] = "451 later" }, "the server answered 451", false},
		"full":            {func(s *server) { s.answers["MAIL"] = "452 full" }, "the server answered 452", false},
		"spam":            {func(s *server) { s.answers["DATA"] = "554 spam" }, "the server answered 554", true},
		"credentials":     {func(s *server) { s.answers["AUTH"] = "535 wrong" }, "the server answered 535", false},
		"no encryption":   {func(s *server) { s.offers = []string{"AUTH PLAIN"} }, "the server offers no STARTTLS", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := startServer(t, c.change)
			err := sender(t, s, func(c *smtp.Config) { c.User = "rampa" }).Send(t.Context(), message())
			if err == nil || err.Error() != c.want || gaveUp(t, err) != c.permanent {
				t.Fatalf("%v", err)
			}
			if len(s.received()) != 0 {
				t.Fatal("it was delivered")
			}
		})
	}
}

// gaveUp reports whether the outbox gives a message up after err.
func gaveUp(t *testing.T, err error) bool {
	t.Helper()
	store := &mailtest.Memory{}
	m := message()
	m.NextAt = clock()
	if err := store.AppendMail(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	fails := mail.SenderFunc(func(context.Context, mail.Message) error { return err })
	if _, err := mail.NewService(store, fails, mail.DefaultSchedule(), clock).SendDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	got, _ := store.Mail(t.Context(), m.ID)
	return got.State() == mail.GivenUp
}

func TestACertificateOfAnotherIsRefused(t *testing.T) {
	t.Parallel()
	s := startServer(t, func(*server) {})
	if err := sender(t, s, func(c *smtp.Config) { c.TLS = nil }).Send(t.Context(), message()); err == nil || len(s.received()) != 0 {
		t.Fatal(err)
	}
}

func TestASilentServerCostsNoMoreThanTheTimeout(t *testing.T) {
	t.Parallel()
	s := startServer(t, func(s *server) { s.silent = true })
	start := time.Now()
	err := sender(t, s, func(c *smtp.Config) { c.Timeout = 50 * time.Millisecond }).Send(t.Context(), message())
	if err == nil || time.Since(start) > 5*time.Second {
		t.Fatal(err, time.Since(start))
	}
}

func TestNothingInAMessageBecomesAHeader(t *testing.T) {
	t.Parallel()
	s := startServer(t, func(*server) {})
	out := sender(t, s, nil)
	m := message()
	m.Subject = "Hello\r\nBcc: all@x.test\nX: y\x00z"
	if err := out.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	got, err := netmail.ReadMessage(strings.NewReader(s.received()[0].data))
	if err != nil || got.Header.Get("Bcc") != "" || got.Header.Get("Subject") != "Hello Bcc: all@x.test X: y z" {
		t.Fatal(err, got.Header)
	}
	for _, to := range []string{"a@x.test\r\nBcc: b@x.test", "a@x.test, b@x.test", "Ana <a@x.test>", "a@x.test>\r\nDATA", "nobody", "a@-bad-.test", ""} {
		m := message()
		m.To = to
		if err := out.Send(t.Context(), m); err == nil || !gaveUp(t, err) {
			t.Errorf("%q: %v", to, err)
		}
	}
	m = message()
	m.Language = "es\r\nBcc: x@x.test"
	if err := out.Send(t.Context(), m); err == nil {
		t.Error("a language of two lines")
	}
	if n := len(s.received()); n != 1 {
		t.Fatalf("%d were delivered", n)
	}
}

func TestABadConfigurationIsRefusedAtStart(t *testing.T) {
	t.Parallel()
	good := smtp.Config{Address: "mail.test:587", Security: smtp.StartTLS, From: "a@rampa.test", Now: clock}
	if _, err := smtp.New(good); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*smtp.Config){
		"no port":         func(c *smtp.Config) { c.Address = "mail.test" },
		"no sender":       func(c *smtp.Config) { c.From = "rampa" },
		"no security":     func(c *smtp.Config) { c.Security = "" },
		"plain to others": func(c *smtp.Config) { c.Security = smtp.Plain },
	} {
		c := good
		change(&c)
		if _, err := smtp.New(c); err == nil {
			t.Error(name)
		}
	}
}
