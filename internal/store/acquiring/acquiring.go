// Package acquiring is the SQL of charges at payment service providers. It must not decide anything.
package acquiring

import (
	"context"
	"time"

	"rampa/internal/db"
	"rampa/internal/money"
	"rampa/internal/psp"
	"rampa/internal/store"
	"rampa/internal/store/row"
)

// Sealer encrypts the names of payers.
type Sealer interface {
	Seal(plaintext, context []byte) ([]byte, error)
	Open(sealed, context []byte) ([]byte, error)
}

// Store implements psp.Store.
type Store struct {
	db     db.DB
	sealer Sealer
}

// New makes a Store over an open, migrated database.
func New(d db.DB, sealer Sealer) *Store { return &Store{d, sealer} }

// Tx is one change of charges. Audit entries are the embedded store's.
type Tx struct {
	store.Tx
	of *Store
}

// InTx runs f in a transaction; see db.DB. One that ctx already carries is joined.
func (s *Store) InTx(ctx context.Context, f func(ctx context.Context, tx psp.Tx) error) error {
	return s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error { return f(ctx, Tx{store.Tx{Tx: tx}, s}) })
}

const chargeColumns = `id, integration_id, payment_id, method, provider, reference, currency, scale, amount, collected, description, return_url, language,
	state, reason, sealed, created_at, updated_at`

func (s *Store) scanCharge(from row.Scanner) (c psp.Charge, err error) {
	var reference *string
	var currency money.Asset
	var amount, collected, created, updated int64
	var state string
	var sealed []byte
	if err = from.Scan(&c.ID, &c.IntegrationID, &c.PaymentID, &c.Method, &c.Provider, &reference, &currency.Code, &currency.Scale, &amount, &collected, &c.Description,
		&c.ReturnURL, &c.Language, &state, &c.Reason, &sealed, &created, &updated); err != nil {
		return c, row.OrElse(err, psp.ErrNotFound)
	}
	if reference != nil {
		c.Reference = *reference
	}
	c.State, c.Amount, c.Collected = psp.State(state), money.New(amount, currency), money.New(collected, currency)
	c.CreatedAt, c.UpdatedAt = row.FromMicros(created), row.FromMicros(updated)
	if len(sealed) > 0 {
		plain, err := s.sealer.Open(sealed, sealContext(c.ID))
		c.Holder = string(plain)
		return c, err
	}
	return c, nil
}

func sealContext(id string) []byte { return []byte("charge/" + id) }

func (s *Store) sealed(c psp.Charge) ([]byte, error) {
	if c.Holder == "" {
		return nil, nil
	}
	return s.sealer.Seal([]byte(c.Holder), sealContext(c.ID))
}

// Charge gives one by its id.
func (s *Store) Charge(ctx context.Context, id string) (psp.Charge, error) {
	return s.scanCharge(s.db.QueryRow(ctx, `SELECT `+chargeColumns+` FROM psp_charges WHERE id = $1`, id))
}

// ChargeByReference gives one by its provider's reference.
func (s *Store) ChargeByReference(ctx context.Context, provider, reference string) (psp.Charge, error) {
	return s.scanCharge(s.db.QueryRow(ctx, `SELECT `+chargeColumns+` FROM psp_charges WHERE provider = $1 AND reference = $2`, provider, reference))
}

// ChargesOf gives a payment's, the oldest first.
func (s *Store) ChargesOf(ctx context.Context, paymentID string) ([]psp.Charge, error) {
	rows, err := s.db.Query(ctx, `SELECT `+chargeColumns+` FROM psp_charges WHERE payment_id = $1 ORDER BY created_at, id`, paymentID)
	return row.Collect(rows, err, s.scanCharge)
}

// InsertCharge adds a charge.
func (t Tx) InsertCharge(ctx context.Context, c psp.Charge) error {
	currency := c.Amount.Asset()
	_, err := t.Exec(ctx, `INSERT INTO psp_charges (`+chargeColumns+`) VALUES ($1, $2, $3, $4, $5, NULL, $6, $7, $8, 0, $9, $10, $11, $12, '', NULL, $13, $13)`,
		c.ID, c.IntegrationID, c.PaymentID, c.Method, c.Provider, currency.Code, currency.Scale, c.Amount.Units(), c.Description, c.ReturnURL, c.Language,
		string(c.State), row.Micros(c.CreatedAt))
	return err
}

// LockCharge reads one that nobody else changes until the end of the transaction.
func (t Tx) LockCharge(ctx context.Context, id string) (psp.Charge, error) {
	return t.of.scanCharge(t.QueryRow(ctx, `UPDATE psp_charges SET updated_at = updated_at WHERE id = $1 RETURNING `+chargeColumns, id))
}

// UpdateCharge stores what changes in a charge's life.
func (t Tx) UpdateCharge(ctx context.Context, c psp.Charge) error {
	sealed, err := t.of.sealed(c)
	if err != nil {
		return err
	}
	_, err = t.Exec(ctx, `UPDATE psp_charges SET reference = $2, collected = $3, language = $4, state = $5, reason = $6, sealed = $7, updated_at = $8 WHERE id = $1`,
		c.ID, row.TextOrNull(c.Reference), c.Collected.Units(), c.Language, string(c.State), c.Reason, sealed, row.Micros(c.UpdatedAt))
	return err
}

// AddNotice keeps that a notice came; false when it came before.
func (t Tx) AddNotice(ctx context.Context, provider string, n psp.Notice) (bool, error) {
	rows, err := t.Exec(ctx, `INSERT INTO psp_notices (provider, id, reference, kind, told_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (provider, id) DO NOTHING`,
		provider, n.ID, n.Reference, string(n.Kind), row.Micros(n.At))
	return rows > 0, err
}

const refundColumns = `r.id, r.charge_id, r.amount, c.currency, c.scale, r.state, r.reference, r.reason, r.created_at, r.updated_at`

func scanRefund(from row.Scanner) (r psp.Refund, err error) {
	var units, created, updated int64
	var currency money.Asset
	var state string
	err = from.Scan(&r.ID, &r.ChargeID, &units, &currency.Code, &currency.Scale, &state, &r.Reference, &r.Reason, &created, &updated)
	r.Amount, r.State, r.CreatedAt, r.UpdatedAt = money.New(units, currency), psp.RefundState(state), row.FromMicros(created), row.FromMicros(updated)
	return r, err
}

// RefundsOf gives a charge's, the oldest first.
func (s *Store) RefundsOf(ctx context.Context, chargeID string) ([]psp.Refund, error) {
	rows, err := s.db.Query(ctx, `SELECT `+refundColumns+` FROM psp_refunds r JOIN psp_charges c ON c.id = r.charge_id WHERE r.charge_id = $1 ORDER BY r.created_at, r.id`, chargeID)
	return row.Collect(rows, err, scanRefund)
}

// DueRefunds gives requested refunds whose next try is due.
func (s *Store) DueRefunds(ctx context.Context, before time.Time, limit int) ([]psp.Refund, error) {
	rows, err := s.db.Query(ctx, `SELECT `+refundColumns+` FROM psp_refunds r JOIN psp_charges c ON c.id = r.charge_id
		WHERE r.state = 'requested' AND r.try_at <= $1 ORDER BY r.try_at LIMIT $2`, row.Micros(before), limit)
	return row.Collect(rows, err, scanRefund)
}

// InsertRefund adds a refund; false when its id is there.
func (t Tx) InsertRefund(ctx context.Context, r psp.Refund) (bool, error) {
	rows, err := t.Exec(ctx, `INSERT INTO psp_refunds (id, charge_id, amount, state, reference, reason, try_at, created_at, updated_at) VALUES ($1, $2, $3, $4, '', '', $5, $5, $5)
		ON CONFLICT (id) DO NOTHING`, r.ID, r.ChargeID, r.Amount.Units(), string(r.State), row.Micros(r.CreatedAt))
	return rows > 0, err
}

// UpdateRefund stores what changes in a refund's life.
func (t Tx) UpdateRefund(ctx context.Context, r psp.Refund) error {
	_, err := t.Exec(ctx, `UPDATE psp_refunds SET state = $2, reference = $3, reason = $4, updated_at = $5 WHERE id = $1`,
		r.ID, string(r.State), r.Reference, r.Reason, row.Micros(r.UpdatedAt))
	return err
}

// PutRefundOff says when a refund is tried again.
func (t Tx) PutRefundOff(ctx context.Context, id string, until time.Time) error {
	_, err := t.Exec(ctx, `UPDATE psp_refunds SET try_at = $2 WHERE id = $1`, id, row.Micros(until))
	return err
}

// Later keeps what the sandbox's provider will tell.
func (s *Store) Later(ctx context.Context, id string, body []byte, due time.Time) error {
	return s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO sandbox_notices (id, body, due_at) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING`, id, string(body), row.Micros(due))
		return err
	})
}

// DueNotices gives what the sandbox's provider must tell by now, by id.
func (s *Store) DueNotices(ctx context.Context, before time.Time, limit int) (map[string][]byte, error) {
	rows, err := s.db.Query(ctx, `SELECT id, body FROM sandbox_notices WHERE due_at <= $1 ORDER BY due_at LIMIT $2`, row.Micros(before), limit)
	out := map[string][]byte{}
	_, err = row.Collect(rows, err, func(from row.Scanner) (struct{}, error) {
		var id, body string
		err := from.Scan(&id, &body)
		out[id] = []byte(body)
		return struct{}{}, err
	})
	return out, err
}

// Told forgets what was told.
func (s *Store) Told(ctx context.Context, id string) error {
	return s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM sandbox_notices WHERE id = $1`, id)
		return err
	})
}

// NextNotice gives the next instant at which something must be told.
func (s *Store) NextNotice(ctx context.Context) (time.Time, bool, error) {
	var at int64
	found, err := row.Inserted(s.db.QueryRow(ctx, `SELECT due_at FROM sandbox_notices ORDER BY due_at LIMIT 1`).Scan(&at))
	return row.FromMicros(at), found, err
}
