package smtp

import (
	"bytes"
	"fmt"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"net/textproto"
	"strings"
	"unicode"
	"unicode/utf8"

	"rampa/internal/mail"
)

// encode writes a message as RFC 5322 wants it: the same bytes each time it is sent, but for the Date.
func (s *Sender) encode(m mail.Message, to string) ([]byte, error) {
	var b bytes.Buffer
	from := netmail.Address{Name: s.from.Name, Address: s.from.Address}
	boundary := "rampa-" + m.ID
	for _, h := range [][2]string{
		{"From", from.String()},
		{"To", (&netmail.Address{Address: to}).String()},
		{"Subject", subject(m.Subject)},
		{"Date", s.config.Now().UTC().Format("Mon, 02 Jan 2006 15:04:05 -0700")},
		{"Message-ID", "<" + m.ID + "@" + domain(s.from.Address) + ">"},
		{"Auto-Submitted", "auto-generated"}, // RFC 3834: no out-of-office answers
		{"Content-Language", m.Language},
		{"MIME-Version", "1.0"},
		{"Content-Type", "multipart/alternative;\r\n " + `boundary="` + boundary + `"`},
	} {
		if strings.ContainsFunc(strings.ReplaceAll(h[1], "\r\n ", ""), unicode.IsControl) {
			return nil, fmt.Errorf("the header %s holds control characters", h[0])
		}
		b.WriteString(h[0] + ": " + h[1] + "\r\n")
	}
	b.WriteString("\r\n")
	w := multipart.NewWriter(&b)
	if err := w.SetBoundary(boundary); err != nil {
		return nil, err
	}
	// The last alternative is the preferred one (RFC 2046 §5.1.4).
	if err := part(w, "text/plain", m.Text); err != nil {
		return nil, err
	}
	if m.HTML != "" {
		if err := part(w, "text/html", m.HTML); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func part(w *multipart.Writer, kind, text string) error {
	out, err := w.CreatePart(textproto.MIMEHeader{
		"Content-Type":              {kind + "; charset=utf-8"},
		"Content-Transfer-Encoding": {"quoted-printable"},
	})
	if err != nil {
		return err
	}
	qp := quotedprintable.NewWriter(out)
	if _, err := qp.Write([]byte(text)); err != nil {
		return err
	}
	return qp.Close()
}

// subject encodes as RFC 2047 wants it, in words short enough for any line. Control characters, which could start a
// header of their own, become spaces.
func subject(s string) string {
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) }), " ")
	if mime.QEncoding.Encode("utf-8", s) == s && len(s) < 60 {
		return s
	}
	var words []string
	for word := ""; s != ""; s = s[len(word):] {
		// 16 bytes are at most 48 encoded ones; a rune is never cut in two (RFC 2047 §5).
		end := min(16, len(s))
		for end < len(s) && !utf8.RuneStart(s[end]) {
			end--
		}
		word = s[:end]
		// The hard space makes an ASCII word be encoded as well; the text itself has none left.
		words = append(words, mime.QEncoding.Encode("utf-8", "\u00a0"+word))
	}
	return strings.ReplaceAll(strings.Join(words, "\r\n "), "=C2=A0", "")
}
