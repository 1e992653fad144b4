package store

import (
	"context"
	"time"

	"rampa/internal/db"
	"rampa/internal/mail"
	"rampa/internal/store/row"
)

// Mails is the store of package mail.
func (s *Store) Mails() MailStore { return MailStore{s} }

// MailStore implements mail.Store.
type MailStore struct{ *Store }

const mailColumns = `id, customer_id, integration_id, recipient, subject, kind, language, created_at, COALESCE(next_at, 0), sent_at, attempts, last_error`

// mailRow receives mailColumns.
type mailRow struct {
	mail.Message
	kind                string
	created, next, sent int64
}

func (r *mailRow) dest() []any {
	return []any{&r.ID, &r.CustomerID, &r.IntegrationID, &r.To, &r.Subject, &r.kind, &r.Language, &r.created, &r.next, &r.sent, &r.Attempts, &r.LastError}
}

func (r *mailRow) value() mail.Message {
	m := r.Message
	m.Kind, m.CreatedAt, m.NextAt, m.SentAt = mail.Kind(r.kind), row.FromMicros(r.created), row.FromMicros(r.next), row.FromMicros(r.sent)
	return m
}

func scanMailHead(from row.Scanner) (mail.Message, error) {
	var r mailRow
	err := from.Scan(r.dest()...)
	return r.value(), err
}

func scanMail(from row.Scanner) (mail.Message, error) {
	var r mailRow
	err := from.Scan(append(r.dest(), &r.Text, &r.HTML)...)
	return r.value(), row.OrElse(err, mail.ErrNotFound)
}

// AppendMail puts a message into the outbox.
func (t Tx) AppendMail(ctx context.Context, m mail.Message) error {
	_, err := t.Exec(ctx, `INSERT INTO mails (id, customer_id, integration_id, recipient, subject, body_text, body_html, kind, language, created_at, next_at,
		sent_at, attempts, last_error) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		m.ID, m.CustomerID, m.IntegrationID, m.To, m.Subject, m.Text, m.HTML, string(m.Kind), m.Language, row.Micros(m.CreatedAt), row.MicrosOrNull(m.NextAt),
		row.Micros(m.SentAt), m.Attempts, m.LastError)
	return err
}

// ClaimMail takes messages that are due. Of two nodes that see the same one, the UPDATE lets only the first have it: the
// second finds next_at moved.
func (s MailStore) ClaimMail(ctx context.Context, now time.Time, limit int, retry func(attempts int) time.Time) (claimed []mail.Message, err error) {
	err = s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		claimed = nil
		rows, err := tx.Query(ctx, `SELECT `+mailColumns+`, body_text, body_html FROM mails WHERE next_at <= $1 ORDER BY next_at, id LIMIT $2`, row.Micros(now), limit)
		due, err := row.Collect(rows, err, scanMail)
		if err != nil {
			return err
		}
		for _, m := range due {
			seen := row.Micros(m.NextAt)
			m.Attempts++
			m.NextAt = retry(m.Attempts)
			n, err := tx.Exec(ctx, `UPDATE mails SET attempts = $2, next_at = $3 WHERE id = $1 AND next_at = $4`, m.ID, m.Attempts, row.Micros(m.NextAt), seen)
			if err != nil {
				return err
			}
			if n == 1 {
				claimed = append(claimed, m)
			}
		}
		return nil
	})
	return claimed, err
}

// MailSent marks a message as sent.
func (s MailStore) MailSent(ctx context.Context, id string, at time.Time) error {
	_, err := s.db.Exec(ctx, `UPDATE mails SET sent_at = $2, next_at = NULL, last_error = '' WHERE id = $1`, id, row.Micros(at))
	return err
}

// MailFailed keeps why an attempt failed.
func (s MailStore) MailFailed(ctx context.Context, id, reason string, giveUp bool) error {
	query := `UPDATE mails SET last_error = $2 WHERE id = $1 AND sent_at = 0`
	if giveUp {
		query = `UPDATE mails SET last_error = $2, next_at = NULL WHERE id = $1 AND sent_at = 0`
	}
	_, err := s.db.Exec(ctx, query, id, reason)
	return err
}

// Outbox lists messages without their bodies, newest first: ids grow with time.
func (s MailStore) Outbox(ctx context.Context, before string, limit int) ([]mail.Message, error) {
	if before == "" {
		before = "g" // after every UUID
	}
	rows, err := s.db.Query(ctx, `SELECT `+mailColumns+` FROM mails WHERE id < $1 ORDER BY id DESC LIMIT $2`, before, limit)
	return row.Collect(rows, err, scanMailHead)
}

// Mail reads one message.
func (s MailStore) Mail(ctx context.Context, id string) (*mail.Message, error) {
	m, err := scanMail(s.db.QueryRow(ctx, `SELECT `+mailColumns+`, body_text, body_html FROM mails WHERE id = $1`, id))
	if err != nil {
		return nil, err
	}
	return &m, nil
}
