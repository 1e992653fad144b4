package compliance

import (
	"context"

	"rampa/internal/cursor"
	"rampa/internal/customer"
	"rampa/internal/onboarding"
	"rampa/internal/store/row"
	"rampa/internal/verification"
)

// Onboarding is the store of package onboarding.
func (s *Store) Onboarding() OnboardingStore {
	return OnboardingStore{domain[onboarding.Tx]{s, func(tx Tx) onboarding.Tx { return tx }}}
}

// OnboardingStore implements onboarding.Store.
type OnboardingStore struct{ domain[onboarding.Tx] }

const declarationColumns = `d.customer_id, d.integration_id, d.stage, d.reasons, d.sealed_file, d.corrections, d.link_uuid, d.link_created_at, d.link_expires_at,
	d.version, d.submitted_at, d.decided_at, d.decided_by, d.updated_at`

func scanDeclaration(from row.Scanner) (r onboarding.Record, err error) {
	var stage, reasons, corrections string
	var created, expires, submitted, decided, updated int64
	if err = from.Scan(&r.CustomerID, &r.IntegrationID, &stage, &reasons, &r.SealedFile, &corrections, &r.Link.UUID, &created, &expires,
		&r.Version, &submitted, &decided, &r.DecidedBy, &updated); err != nil {
		return r, row.OrElse(err, onboarding.ErrNotFound)
	}
	r.Stage, r.SubmittedAt, r.DecidedAt, r.UpdatedAt = verification.Stage(stage), row.FromMicros(submitted), row.FromMicros(decided), row.FromMicros(updated)
	r.Link.CustomerID, r.Link.IntegrationID, r.Link.CreatedAt, r.Link.ExpiresAt = r.CustomerID, r.IntegrationID, row.FromMicros(created), row.FromMicros(expires)
	if r.Reasons, err = row.Decode[string](reasons); err != nil {
		return r, err
	}
	r.Corrections, err = row.Decode[verification.Correction](corrections)
	return r, err
}

// Declaration reads a customer's.
func (s OnboardingStore) Declaration(ctx context.Context, customerID int64) (onboarding.Record, error) {
	return scanDeclaration(s.db.QueryRow(ctx, `SELECT `+declarationColumns+` FROM declarations d WHERE d.customer_id = $1`, customerID))
}

// DeclarationByLink reads the one behind a link.
func (s OnboardingStore) DeclarationByLink(ctx context.Context, linkUUID string) (onboarding.Record, error) {
	return scanDeclaration(s.db.QueryRow(ctx, `SELECT `+declarationColumns+` FROM declarations d WHERE d.link_uuid = $1`, linkUUID))
}

// LockDeclaration reads a customer's that nobody else changes until the end of the transaction.
func (t Tx) LockDeclaration(ctx context.Context, customerID int64) (onboarding.Record, error) {
	if _, err := t.Exec(ctx, `UPDATE customers SET updated_at = updated_at WHERE id = $1`, customerID); err != nil { // also while there is none
		return onboarding.Record{}, err
	}
	return scanDeclaration(t.QueryRow(ctx, `SELECT `+declarationColumns+` FROM declarations d WHERE d.customer_id = $1`, customerID))
}

// InsertDeclaration adds a customer's.
func (t Tx) InsertDeclaration(ctx context.Context, r onboarding.Record) error {
	_, err := t.Exec(ctx, `INSERT INTO declarations (customer_id, integration_id, stage, sealed_file, link_uuid, link_created_at, link_expires_at, version, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		r.CustomerID, r.IntegrationID, string(r.Stage), r.SealedFile, r.Link.UUID, row.Micros(r.Link.CreatedAt), row.Micros(r.Link.ExpiresAt), r.Version, row.Micros(r.UpdatedAt))
	return err
}

// UpdateDeclaration stores a changed one.
func (t Tx) UpdateDeclaration(ctx context.Context, r onboarding.Record) error {
	reasons, err := row.Encode(r.Reasons)
	if err != nil {
		return err
	}
	corrections, err := row.Encode(r.Corrections)
	if err != nil {
		return err
	}
	_, err = t.Exec(ctx, `UPDATE declarations SET stage = $2, reasons = $3, sealed_file = $4, corrections = $5, link_uuid = $6, link_created_at = $7, link_expires_at = $8,
			version = $9, waiting_since = $10, submitted_at = $11, decided_at = $12, decided_by = $13, updated_at = $14 WHERE customer_id = $1`,
		r.CustomerID, string(r.Stage), reasons, r.SealedFile, corrections, r.Link.UUID, row.Micros(r.Link.CreatedAt), row.Micros(r.Link.ExpiresAt),
		r.Version, row.MicrosOrNull(r.WaitingSince()), row.Micros(r.SubmittedAt), row.Micros(r.DecidedAt), r.DecidedBy, row.Micros(r.UpdatedAt))
	return err
}

func scanWaitingDeclaration(from row.Scanner) (w onboarding.Waiting, err error) {
	var kind string
	var since int64
	err = from.Scan(&w.Customer.ID, &w.Customer.UUID, &kind, &w.Customer.Name, &w.Customer.Email, &w.IntegrationName, &since)
	w.Customer.Kind, w.SubmittedAt = customer.Kind(kind), row.FromMicros(since)
	return w, err
}

// WaitingDeclarations lists those that wait for an operator, the oldest first.
func (s OnboardingStore) WaitingDeclarations(ctx context.Context, p customer.Page) ([]onboarding.Waiting, error) {
	var w row.Where
	w.Add(`d.waiting_since IS NOT NULL`)
	if p.Cursor != "" {
		place, err := cursor.Read(p.Cursor, 2)
		if err != nil {
			return nil, err
		}
		w.Add(`(d.waiting_since > ? OR (d.waiting_since = ? AND d.customer_id > ?))`, place[0], place[0], place[1])
	}
	limit := w.Arg(p.Limit)
	rows, err := s.db.Query(ctx, `SELECT c.id, c.uuid, c.kind, c.name, c.email, i.name, d.waiting_since FROM declarations d JOIN customers c ON c.id = d.customer_id
		JOIN integrations i ON i.id = d.integration_id WHERE `+w.String()+` ORDER BY d.waiting_since, d.customer_id LIMIT `+limit, w.Args...)
	return row.Collect(rows, err, scanWaitingDeclaration)
}
