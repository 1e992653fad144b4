package store

import (
	"context"
	"strconv"
	"strings"
	"time"

	"rampa/internal/cursor"
	"rampa/internal/customer"
	"rampa/internal/kyb"
	"rampa/internal/store/row"
)

const recordColumns = `r.customer_id, r.integration_id, r.sealed_file, r.corrections, r.version, COALESCE(r.submitted_at, 0), COALESCE(r.decided_at, 0), r.decided_by, r.updated_at`

func scanRecord(from row.Scanner) (r customer.Record, err error) {
	var corrections string
	var submitted, decided, updated int64
	if err = from.Scan(&r.CustomerID, &r.IntegrationID, &r.SealedFile, &corrections, &r.Version, &submitted, &decided, &r.DecidedBy, &updated); err != nil {
		return r, row.OrElse(err, customer.ErrUserNotFound)
	}
	r.SubmittedAt, r.DecidedAt, r.UpdatedAt = row.FromMicros(submitted), row.FromMicros(decided), row.FromMicros(updated)
	r.Corrections, err = row.Decode[customer.Correction](corrections)
	return r, err
}

// Record reads the KYB record of a customer.
func (s CustomerStore) Record(ctx context.Context, customerID int64) (customer.Record, error) {
	return scanRecord(s.db.QueryRow(ctx, `SELECT `+recordColumns+` FROM kyb_records r WHERE r.customer_id = $1`, customerID))
}

// RecordForUpdate reads a record whose customer is locked.
func (t Tx) RecordForUpdate(ctx context.Context, customerID int64) (customer.Record, error) {
	return scanRecord(t.QueryRow(ctx, `SELECT `+recordColumns+` FROM kyb_records r WHERE r.customer_id = $1`, customerID))
}

// InsertRecord adds the record of a new customer.
func (t Tx) InsertRecord(ctx context.Context, r customer.Record) error {
	_, err := t.Exec(ctx, `INSERT INTO kyb_records (customer_id, integration_id, sealed_file, version, updated_at) VALUES ($1, $2, $3, $4, $5)`,
		r.CustomerID, r.IntegrationID, r.SealedFile, r.Version, row.Micros(r.UpdatedAt))
	return err
}

// UpdateRecord stores a record; it waits in the reviewers' queue since waitingSince, zero for not.
func (t Tx) UpdateRecord(ctx context.Context, r customer.Record, waitingSince time.Time) error {
	corrections, err := row.Encode(r.Corrections)
	if err != nil {
		return err
	}
	_, err = t.Exec(ctx, `UPDATE kyb_records SET sealed_file = $2, corrections = $3, version = $4, waiting_since = $5, submitted_at = $6,
		decided_at = $7, decided_by = $8, updated_at = $9 WHERE customer_id = $1`,
		r.CustomerID, r.SealedFile, corrections, r.Version, row.MicrosOrNull(waitingSince), row.MicrosOrNull(r.SubmittedAt),
		row.MicrosOrNull(r.DecidedAt), r.DecidedBy, row.Micros(r.UpdatedAt))
	return err
}

const linkColumns = `l.uuid, l.customer_id, l.integration_id, l.password_mac, l.created_at, l.expires_at, COALESCE(l.ended_at, 0), l.failures, l.locked_until,
	CASE WHEN l.remind_at IS NULL THEN 1 ELSE 0 END`

// linkRow receives linkColumns.
type linkRow struct {
	customer.Link
	created, expires, ended, locked, reminded int64
}

func (r *linkRow) dest() []any {
	return []any{&r.UUID, &r.CustomerID, &r.IntegrationID, &r.PasswordMAC, &r.created, &r.expires, &r.ended, &r.Failures, &r.locked, &r.reminded}
}

func (r *linkRow) value() customer.Link {
	l := r.Link
	l.CreatedAt, l.ExpiresAt, l.EndedAt, l.LockedUntil = row.FromMicros(r.created), row.FromMicros(r.expires), row.FromMicros(r.ended), row.FromMicros(r.locked)
	l.Reminded = r.reminded == 1
	return l
}

// InsertLink adds a link, to be reminded of at an instant.
func (t Tx) InsertLink(ctx context.Context, l customer.Link, remindAt time.Time) error {
	_, err := t.Exec(ctx, `INSERT INTO links (uuid, customer_id, integration_id, password_mac, created_at, expires_at, remind_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		l.UUID, l.CustomerID, l.IntegrationID, l.PasswordMAC, row.Micros(l.CreatedAt), row.Micros(l.ExpiresAt), row.Micros(remindAt))
	return err
}

// LockLink reads a link that nobody else changes until the end of the transaction.
func (t Tx) LockLink(ctx context.Context, uuid string) (customer.Link, error) {
	if _, err := t.Exec(ctx, `UPDATE links SET failures = failures WHERE uuid = $1`, uuid); err != nil {
		return customer.Link{}, err
	}
	var r linkRow
	err := t.QueryRow(ctx, `SELECT `+linkColumns+` FROM links l WHERE l.uuid = $1`, uuid).Scan(r.dest()...)
	return r.value(), row.OrElse(err, customer.ErrLinkNotFound)
}

// UpdateLink stores the tries, the lock and the end of a link. An ended or reminded one is reminded no more.
func (t Tx) UpdateLink(ctx context.Context, l customer.Link) error {
	_, err := t.Exec(ctx, `UPDATE links SET failures = $2, locked_until = $3, ended_at = $4, remind_at = CASE WHEN $5 = 1 THEN NULL ELSE remind_at END WHERE uuid = $1`,
		l.UUID, l.Failures, row.Micros(l.LockedUntil), row.MicrosOrNull(l.EndedAt), row.Flag(l.Reminded || !l.EndedAt.IsZero()))
	return err
}

// EndLinks ends the live links of a customer.
func (t Tx) EndLinks(ctx context.Context, customerID int64, at time.Time) error {
	_, err := t.Exec(ctx, `UPDATE links SET ended_at = $2, remind_at = NULL WHERE customer_id = $1 AND ended_at IS NULL`, customerID, row.Micros(at))
	return err
}

// LinksExpired lists live links whose time is over.
func (s CustomerStore) LinksExpired(ctx context.Context, before time.Time, limit int) ([]string, error) {
	rows, err := s.db.Query(ctx, `SELECT uuid FROM links WHERE ended_at IS NULL AND expires_at <= $1 ORDER BY expires_at LIMIT $2`, row.Micros(before), limit)
	return row.Collect(rows, err, row.ScanText)
}

// LinksToRemind lists links whose reminder is due.
func (s CustomerStore) LinksToRemind(ctx context.Context, before time.Time, limit int) ([]string, error) {
	rows, err := s.db.Query(ctx, `SELECT uuid FROM links WHERE remind_at IS NOT NULL AND remind_at <= $1 ORDER BY remind_at LIMIT $2`, row.Micros(before), limit)
	return row.Collect(rows, err, row.ScanText)
}

// NextLinkInstant gives the next expiry or reminder.
func (s CustomerStore) NextLinkInstant(ctx context.Context) (time.Time, bool, error) {
	var expiry, reminder int64
	err := s.db.QueryRow(ctx, `SELECT COALESCE((SELECT MIN(expires_at) FROM links WHERE ended_at IS NULL), 0),
		COALESCE((SELECT MIN(remind_at) FROM links WHERE remind_at IS NOT NULL), 0)`).Scan(&expiry, &reminder)
	next := min(expiry, reminder)
	if next == 0 {
		next = max(expiry, reminder)
	}
	return row.FromMicros(next), next != 0, err
}

const formColumns = customerColumns + `, ` + linkColumns + `, i.uuid, i.name, i.logo_type`

func scanForm(from row.Scanner) (customer.Form, error) {
	var f customer.Form
	var c customerRow
	var l linkRow
	var logo string
	dest := append(append(c.dest(), l.dest()...), &f.Brand.IntegrationUUID, &f.Brand.Name, &logo)
	if err := from.Scan(dest...); err != nil {
		return f, err
	}
	var err error
	f.Customer, err = c.value()
	f.Link, f.Brand.HasLogo = l.value(), logo != ""
	return f, err
}

// FormByLink reads the customer, link and brand behind a link.
func (s CustomerStore) FormByLink(ctx context.Context, uuid string) (customer.Form, error) {
	f, err := scanForm(s.db.QueryRow(ctx, `SELECT `+formColumns+` FROM links l JOIN customers c ON c.id = l.customer_id
		JOIN integrations i ON i.id = l.integration_id WHERE l.uuid = $1`, uuid))
	return f, row.OrElse(err, customer.ErrLinkNotFound)
}

// FormByCustomer reads the customer, newest link and brand of a company.
func (s CustomerStore) FormByCustomer(ctx context.Context, customerID int64) (customer.Form, error) {
	f, err := scanForm(s.db.QueryRow(ctx, `SELECT `+formColumns+` FROM links l JOIN customers c ON c.id = l.customer_id
		JOIN integrations i ON i.id = l.integration_id WHERE l.customer_id = $1 ORDER BY l.created_at DESC, l.uuid DESC LIMIT 1`, customerID))
	return f, row.OrElse(err, customer.ErrUserNotFound)
}

const documentColumns = `d.id, d.item, d.name, d.media_type, d.size, d.created_at`

func scanDocument(from row.Scanner) (kyb.Document, error) {
	var d kyb.Document
	var added int64
	err := from.Scan(&d.ID, &d.Item, &d.Name, &d.Type, &d.Size, &added)
	d.AddedAt = row.FromMicros(added)
	return d, row.OrElse(err, customer.ErrDocumentNotFound)
}

// Documents lists the papers of a customer, in the order in which they came.
func (s CustomerStore) Documents(ctx context.Context, customerID int64) ([]kyb.Document, error) {
	rows, err := s.db.Query(ctx, `SELECT `+documentColumns+` FROM documents d WHERE d.customer_id = $1 AND d.removed_at IS NULL ORDER BY d.created_at, d.id`, customerID)
	return row.Collect(rows, err, scanDocument)
}

// InsertDocument adds a paper.
func (t Tx) InsertDocument(ctx context.Context, d kyb.Document, c customer.Customer, sha256 string) error {
	_, err := t.Exec(ctx, `INSERT INTO documents (id, customer_id, integration_id, item, name, media_type, size, sha256, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		d.ID, c.ID, c.IntegrationID, d.Item, d.Name, d.Type, d.Size, sha256, row.Micros(d.AddedAt))
	return err
}

// RemoveDocument takes a paper out of its file.
func (t Tx) RemoveDocument(ctx context.Context, customerID int64, documentID string, at time.Time) (kyb.Document, error) {
	return scanDocument(t.QueryRow(ctx, `UPDATE documents SET removed_at = $3 WHERE customer_id = $1 AND id = $2 AND removed_at IS NULL
		RETURNING id, item, name, media_type, size, created_at`, customerID, documentID, row.Micros(at)))
}

// ForgetDocument deletes the row of a removed paper.
func (t Tx) ForgetDocument(ctx context.Context, documentID string) error {
	_, err := t.Exec(ctx, `DELETE FROM documents WHERE id = $1 AND removed_at IS NOT NULL`, documentID)
	return err
}

const queueColumns = customerColumns + `, i.name, COALESCE(r.waiting_since, 0)`

func scanQueueRow(from row.Scanner) (customer.QueueRow, error) {
	var q customer.QueueRow
	var c customerRow
	var since int64
	if err := from.Scan(append(c.dest(), &q.IntegrationName, &since)...); err != nil {
		return q, err
	}
	var err error
	q.Customer, err = c.value()
	q.SubmittedAt = row.FromMicros(since)
	return q, err
}

// Queue lists files that wait for a reviewer, the oldest first.
func (s CustomerStore) Queue(ctx context.Context, p customer.Page) ([]customer.QueueRow, error) {
	var w row.Where
	w.Add(`r.waiting_since IS NOT NULL`)
	if p.Stage != "" {
		w.Add(`c.stage = ?`, string(p.Stage))
	}
	if p.Cursor != "" {
		place, err := cursor.Read(p.Cursor, 2)
		if err != nil {
			return nil, err
		}
		since, id := place[0], place[1]
		w.Add(`(r.waiting_since > ? OR (r.waiting_since = ? AND r.customer_id > ?))`, since, since, id)
	}
	limit := w.Arg(p.Limit)
	rows, err := s.db.Query(ctx, `SELECT `+queueColumns+` FROM kyb_records r JOIN customers c ON c.id = r.customer_id
		JOIN integrations i ON i.id = c.integration_id WHERE `+w.String()+` ORDER BY r.waiting_since, r.customer_id LIMIT `+limit, w.Args...)
	return row.Collect(rows, err, scanQueueRow)
}

// Search finds customers of any integration by a part of a name or e-mail, or by their id.
func (s CustomerStore) Search(ctx context.Context, text string, limit int) ([]customer.QueueRow, error) {
	joined := ` JOIN kyb_records r ON r.customer_id = c.id JOIN integrations i ON i.id = c.integration_id WHERE `
	id, _ := strconv.ParseInt(text, 10, 64) // 0 is nobody's
	rows, err := s.db.Query(ctx, `SELECT `+queueColumns+` FROM customers c`+joined+`c.id = $1`, id)
	found, err := row.Collect(rows, err, scanQueueRow)
	if err != nil || strings.TrimSpace(text) == "" {
		return found, err
	}
	var w row.Where
	f := customerSearch.Containing(s.db, "c", customer.Folded(text))
	for i, condition := range f.Conditions {
		w.Add(condition, f.Args[i])
	}
	w.Add(`c.id <> ?`, id)
	rows, err = s.db.Query(ctx, `SELECT `+queueColumns+` FROM `+f.From+joined+w.String()+` ORDER BY `+f.Key+` DESC LIMIT `+w.Arg(limit), w.Args...)
	more, err := row.Collect(rows, err, scanQueueRow)
	return append(found, more...), err
}
