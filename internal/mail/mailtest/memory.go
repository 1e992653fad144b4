// Package mailtest is what tests of and around package mail share: an outbox in memory and the suite that it and the real
// store pass alike. It must not be imported by anything that ships.
package mailtest

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"rampa/internal/mail"
)

// Memory is a mail.Store and mail.Writer in memory.
type Memory struct {
	mu       sync.Mutex
	messages []mail.Message
}

// AppendMail implements mail.Writer.
func (m *Memory) AppendMail(_ context.Context, message mail.Message) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.messages = append(m.messages, message)
	return nil
}

// ClaimMail implements mail.Store.
func (m *Memory) ClaimMail(_ context.Context, now time.Time, limit int, retry func(int) time.Time) ([]mail.Message, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var due []*mail.Message
	for i := range m.messages {
		if n := &m.messages[i]; !n.NextAt.IsZero() && !n.NextAt.After(now) {
			due = append(due, n)
		}
	}
	slices.SortFunc(due, func(a, b *mail.Message) int { return cmp.Or(a.NextAt.Compare(b.NextAt), cmp.Compare(a.ID, b.ID)) })
	var claimed []mail.Message
	for _, n := range due[:min(limit, len(due))] {
		n.Attempts++
		n.NextAt = retry(n.Attempts)
		claimed = append(claimed, *n)
	}
	return claimed, nil
}

// MailSent implements mail.Store.
func (m *Memory) MailSent(_ context.Context, id string, at time.Time) error {
	return m.change(id, func(n *mail.Message) { n.SentAt, n.NextAt, n.LastError = at, time.Time{}, "" })
}

// MailFailed implements mail.Store.
func (m *Memory) MailFailed(_ context.Context, id, reason string, giveUp bool) error {
	return m.change(id, func(n *mail.Message) {
		n.LastError = reason
		if giveUp {
			n.NextAt = time.Time{}
		}
	})
}

func (m *Memory) change(id string, f func(*mail.Message)) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i := range m.messages {
		if m.messages[i].ID == id {
			f(&m.messages[i])
		}
	}
	return nil
}

// Outbox implements mail.Store.
func (m *Memory) Outbox(_ context.Context, before string, limit int) ([]mail.Message, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var page []mail.Message
	for _, n := range m.messages {
		if before == "" || n.ID < before {
			n.Text, n.HTML = "", ""
			page = append(page, n)
		}
	}
	slices.SortFunc(page, func(a, b mail.Message) int { return cmp.Compare(b.ID, a.ID) })
	return page[:min(limit, len(page))], nil
}

// Mail implements mail.Store.
func (m *Memory) Mail(_ context.Context, id string) (*mail.Message, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, n := range m.messages {
		if n.ID == id {
			return &n, nil
		}
	}
	return nil, mail.ErrNotFound
}

// Outbox is a store together with the writer of its transactions.
type Outbox interface {
	mail.Store
	mail.Writer
}

// Suite is what every outbox must do. open gives an empty one; its Writer commits each message by itself.
func Suite(t *testing.T, open func(t *testing.T) Outbox) {
	t.Run("a message is read back as written", func(t *testing.T) {
		t.Parallel()
		s, m := open(t), sample(1)
		must(t, s.AppendMail(t.Context(), m))
		got, err := s.Mail(t.Context(), m.ID)
		if err != nil || gocmp.Diff(&m, got) != "" {
			t.Fatal(err, gocmp.Diff(&m, got))
		}
		if _, err := s.Mail(t.Context(), "none"); !errors.Is(err, mail.ErrNotFound) {
			t.Fatal(err)
		}
	})
	t.Run("due messages are claimed once, oldest first", func(t *testing.T) {
		t.Parallel()
		claims(t, open(t))
	})
	t.Run("sent and given up messages are due no more", func(t *testing.T) {
		t.Parallel()
		outcomes(t, open(t))
	})
	t.Run("the outbox lists newest first, without bodies", func(t *testing.T) {
		t.Parallel()
		s := open(t)
		for n := range 5 {
			must(t, s.AppendMail(t.Context(), sample(n)))
		}
		first, err := s.Outbox(t.Context(), "", 2)
		if err != nil || len(first) != 2 || first[0].ID != sample(4).ID || first[0].Text != "" || first[0].HTML != "" || first[0].Subject == "" {
			t.Fatal(err, first)
		}
		rest, err := s.Outbox(t.Context(), first[1].ID, 10)
		if err != nil || len(rest) != 3 || rest[0].ID != sample(2).ID {
			t.Fatal(err, rest)
		}
	})
}

func claims(t *testing.T, s Outbox) {
	for n := range 3 {
		must(t, s.AppendMail(t.Context(), sample(2-n)))
	}
	retry := func(attempts int) time.Time { return at(10 * attempts) }
	got, err := s.ClaimMail(t.Context(), at(5), 2, retry)
	if err != nil || len(got) != 2 || got[0].ID != sample(0).ID || got[0].Attempts != 1 || !got[0].NextAt.Equal(at(10)) || got[0].Text == "" {
		t.Fatal(err, got)
	}
	got, err = s.ClaimMail(t.Context(), at(5), 5, retry)
	if err != nil || len(got) != 1 || got[0].ID != sample(2).ID {
		t.Fatal("the third only", err, got)
	}
	if got, err = s.ClaimMail(t.Context(), at(9), 5, retry); err != nil || len(got) != 0 {
		t.Fatal("none is due", err, got)
	}
	if got, err = s.ClaimMail(t.Context(), at(10), 5, retry); err != nil || len(got) != 3 || got[0].Attempts != 2 {
		t.Fatal("all are due again", err, got)
	}
}

func outcomes(t *testing.T, s Outbox) {
	for n := range 3 {
		must(t, s.AppendMail(t.Context(), sample(n)))
	}
	_, err := s.ClaimMail(t.Context(), at(5), 5, func(int) time.Time { return at(6) })
	must(t, err)
	must(t, s.MailSent(t.Context(), sample(0).ID, at(5)))
	must(t, s.MailFailed(t.Context(), sample(1).ID, "550 no such user", true))
	must(t, s.MailFailed(t.Context(), sample(2).ID, "timeout", false))
	for n, want := range []mail.State{mail.Sent, mail.GivenUp, mail.Retrying} {
		got, err := s.Mail(t.Context(), sample(n).ID)
		if err != nil || got.State() != want {
			t.Fatal(n, err, got)
		}
	}
	due, err := s.ClaimMail(t.Context(), at(100), 5, func(int) time.Time { return at(200) })
	if err != nil || len(due) != 1 || due[0].ID != sample(2).ID {
		t.Fatal(err, due)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func at(minutes int) time.Time {
	return time.Date(2026, 11, 22, 9, minutes, 0, 123456000, time.UTC)
}

func sample(n int) mail.Message {
	return mail.Message{
		ID: "018f0000-0000-7000-8000-00000000000" + string(rune('0'+n)), CustomerID: 7, IntegrationID: 3, To: "ana@acme.test", Subject: "Acme: ñ",
		Text: "Hola", HTML: "<p>Hola</p>", Kind: mail.Correction, Language: "es", CreatedAt: at(n), NextAt: at(n),
	}
}
