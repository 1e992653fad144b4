package trade

import (
	"context"
	"errors"
	"strconv"
	"time"

	"rampa/internal/db"
	"rampa/internal/money"
	"rampa/internal/onramp"
	"rampa/internal/store"
	"rampa/internal/store/row"
)

// Tx is one change of payments. Audit entries and events are the embedded store's.
type Tx struct{ store.Tx }

// Payments implements onramp.Store.
type Payments struct{ *Store }

// Payments gives the store of payments.
func (s *Store) Payments() Payments { return Payments{s} }

// InTx runs f in a transaction; see db.DB. One that ctx already carries is joined.
func (s Payments) InTx(ctx context.Context, f func(ctx context.Context, tx onramp.Tx) error) error {
	return s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error { return f(ctx, Tx{store.Tx{Tx: tx}}) })
}

const paymentColumns = `number, id, integration_id, customer_id, external_id, fingerprint, token_hash, guided, method, fiat, fiat_scale, coin, coin_scale, chain,
	amount, received, returned, spent, owed, status, pause, labels, tx_hash, detail, sealed, created_at, updated_at, expires_at, due_at`

func scanPayment(from row.Scanner) (r onramp.Row, err error) {
	var external *string
	var guided, amount, received, returned, created, updated, expires int64
	var fiat money.Asset
	var status, pause, labels, text string
	var due *int64
	if err = from.Scan(&r.Number, &r.ID, &r.IntegrationID, &r.CustomerID, &external, &r.Fingerprint, &r.TokenHash, &guided, &r.Method, &fiat.Code, &fiat.Scale,
		&r.Coin.Code, &r.Coin.Scale, &r.Chain, &amount, &received, &returned, &r.Spent, &r.Owed, &status, &pause, &labels, &r.TxHash, &text, &r.Sealed,
		&created, &updated, &expires, &due); err != nil {
		return r, row.OrElse(err, onramp.ErrNotFound)
	}
	if external != nil {
		r.ExternalID = *external
	}
	if due != nil {
		r.DueAt = row.FromMicros(*due)
	}
	r.Guided, r.Status, r.Pause = guided == 1, onramp.Status(status), onramp.Pause(pause)
	r.Amount, r.Received, r.Returned = money.New(amount, fiat), money.New(received, fiat), money.New(returned, fiat)
	r.CreatedAt, r.UpdatedAt, r.ExpiresAt = row.FromMicros(created), row.FromMicros(updated), row.FromMicros(expires)
	if r.Labels, err = row.Decode[onramp.Label](labels); err != nil {
		return r, err
	}
	return r, decodeDetail(text, &r)
}

// InsertPayment adds a payment and counts it; false when the integration has its external id already.
func (t Tx) InsertPayment(ctx context.Context, r *onramp.Row) (bool, error) {
	text, err := encodeDetail(r)
	if err != nil {
		return false, err
	}
	fiat := r.Amount.Asset()
	inserted, err := row.Inserted(t.QueryRow(ctx, `INSERT INTO payments (id, integration_id, customer_id, external_id, fingerprint, token_hash, guided, method, fiat, fiat_scale,
			coin, coin_scale, chain, amount, received, returned, spent, owed, status, pause, labels, tx_hash, detail, created_at, updated_at, expires_at, due_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 0, 0, 0, 0, $15, $16, '[]', '', $17, $18, $18, $19, $20)
		ON CONFLICT (integration_id, external_id) DO NOTHING RETURNING number`,
		r.ID, r.IntegrationID, r.CustomerID, row.TextOrNull(r.ExternalID), r.Fingerprint, r.TokenHash, row.Flag(r.Guided), r.Method, fiat.Code, fiat.Scale,
		r.Coin.Code, r.Coin.Scale, r.Chain, r.Amount.Units(), string(r.Status), string(r.Pause), text, row.Micros(r.CreatedAt), row.Micros(r.ExpiresAt),
		row.MicrosOrNull(r.DueAt)).Scan(&r.Number))
	if err != nil || !inserted {
		return inserted, err
	}
	return true, t.Tally(ctx, r.IntegrationID, onramp.TallyPayments, 1)
}

// LockPayment reads one that nobody else changes until the end of the transaction.
func (t Tx) LockPayment(ctx context.Context, id string) (onramp.Row, error) {
	return scanPayment(t.QueryRow(ctx, `UPDATE payments SET updated_at = updated_at WHERE id = $1 RETURNING `+paymentColumns, id))
}

// UpdatePayment stores what changes in a payment's life.
func (t Tx) UpdatePayment(ctx context.Context, r *onramp.Row) error {
	text, err := encodeDetail(r)
	if err != nil {
		return err
	}
	labels, err := row.Encode(r.Labels)
	if err != nil {
		return err
	}
	_, err = t.Exec(ctx, `UPDATE payments SET method = $2, received = $3, returned = $4, spent = $5, owed = $6, status = $7, pause = $8, labels = $9, tx_hash = $10,
			detail = $11, sealed = $12, updated_at = $13, expires_at = $14, due_at = $15 WHERE id = $1`,
		r.ID, r.Method, r.Received.Units(), r.Returned.Units(), r.Spent, r.Owed, string(r.Status), string(r.Pause), labels, r.TxHash,
		text, r.Sealed, row.Micros(r.UpdatedAt), row.Micros(r.ExpiresAt), row.MicrosOrNull(r.DueAt))
	return err
}

// Payment gives one by its id, whoever's it is.
func (s Payments) Payment(ctx context.Context, id string) (onramp.Row, error) {
	return scanPayment(s.db.QueryRow(ctx, `SELECT `+paymentColumns+` FROM payments WHERE id = $1`, id))
}

// PaymentByToken gives one by the hash of its gateway token.
func (s Payments) PaymentByToken(ctx context.Context, hash []byte) (onramp.Row, error) {
	return scanPayment(s.db.QueryRow(ctx, `SELECT `+paymentColumns+` FROM payments WHERE token_hash = $1`, hash))
}

// PaymentByExternalID gives an integration's by its own reference.
func (s Payments) PaymentByExternalID(ctx context.Context, integrationID int64, externalID string) (onramp.Row, error) {
	return scanPayment(s.db.QueryRow(ctx, `SELECT `+paymentColumns+` FROM payments WHERE integration_id = $1 AND external_id = $2`, integrationID, externalID))
}

// Payments gives an integration's, newest first.
func (s Payments) Payments(ctx context.Context, q onramp.Query) ([]onramp.Row, error) {
	w := paymentFilter(q)
	if q.Before > 0 {
		w.Add(`number < ?`, q.Before)
	}
	limit, offset := w.Arg(q.Limit), w.Arg(q.Offset)
	rows, err := s.db.Query(ctx, `SELECT `+paymentColumns+` FROM payments WHERE `+w.String()+` ORDER BY number DESC LIMIT `+limit+` OFFSET `+offset, w.Args...)
	return row.Collect(rows, err, scanPayment)
}

// countCap is where a filtered count stops.
const countCap = 10_000

// CountPayments counts what q lists: unfiltered from the folded tallies, filtered by looking, up to countCap.
func (s Payments) CountPayments(ctx context.Context, q onramp.Query) (n int, capped bool, err error) {
	if !q.Filtered() {
		err = s.db.QueryRow(ctx, `SELECT COALESCE(SUM(n), 0) FROM tallies WHERE integration_id = $1 AND name = $2`, q.IntegrationID, onramp.TallyPayments).Scan(&n)
		return n, false, err
	}
	w := paymentFilter(q)
	err = s.db.QueryRow(ctx, `SELECT COUNT(*) FROM (SELECT 1 FROM payments WHERE `+w.String()+` LIMIT `+strconv.Itoa(countCap+1)+`) AS found`, w.Args...).Scan(&n)
	return min(n, countCap), n > countCap, err
}

func paymentFilter(q onramp.Query) *row.Where {
	w := &row.Where{}
	w.Add(`integration_id = ?`, q.IntegrationID)
	if q.Status != "" {
		w.Add(`status = ?`, string(q.Status))
	}
	if q.CustomerID != 0 {
		w.Add(`customer_id = ?`, q.CustomerID)
	}
	if q.ExternalID != "" {
		w.Add(`external_id = ?`, q.ExternalID)
	}
	if q.Method != "" {
		w.Add(`LOWER(method) = LOWER(?)`, q.Method)
	}
	if !q.CreatedFrom.IsZero() {
		w.Add(`created_at >= ?`, row.Micros(q.CreatedFrom))
	}
	if !q.CreatedTo.IsZero() {
		w.Add(`created_at < ?`, row.Micros(q.CreatedTo))
	}
	return w
}

// DuePayments lists payments that the sweep must look at, those that wait longest first.
func (s Payments) DuePayments(ctx context.Context, before time.Time, limit int) ([]string, error) {
	rows, err := s.db.Query(ctx, `SELECT id FROM payments WHERE due_at IS NOT NULL AND due_at <= $1 ORDER BY due_at LIMIT $2`, row.Micros(before), limit)
	return row.Collect(rows, err, row.ScanText)
}

// NextDuePayment gives the next instant at which the sweep has something to do.
func (s Payments) NextDuePayment(ctx context.Context) (time.Time, bool, error) {
	var at int64
	err := s.db.QueryRow(ctx, `SELECT due_at FROM payments WHERE due_at IS NOT NULL ORDER BY due_at LIMIT 1`).Scan(&at)
	if errors.Is(err, db.ErrNoRows) {
		return time.Time{}, false, nil
	}
	return row.FromMicros(at), err == nil, err
}

// BrandOf gives an integration as pages show it.
func (s Payments) BrandOf(ctx context.Context, integrationID int64) (b onramp.Brand, err error) {
	var logo string
	err = s.db.QueryRow(ctx, `SELECT uuid, name, logo_type FROM integrations WHERE id = $1`, integrationID).Scan(&b.IntegrationUUID, &b.Name, &logo)
	b.HasLogo = logo != ""
	return b, err
}

// PaymentsAfter gives all payments in the order of their numbers, a page at a time.
func (s Payments) PaymentsAfter(ctx context.Context, number int64, limit int) ([]onramp.Row, error) {
	rows, err := s.db.Query(ctx, `SELECT `+paymentColumns+` FROM payments WHERE number > $1 ORDER BY number LIMIT $2`, number, limit)
	return row.Collect(rows, err, scanPayment)
}

// OwedByPayments adds up what payments owe to customers: money that came and bought nothing yet, coins that are not sent yet.
func (s Payments) OwedByPayments(ctx context.Context) (map[string]int64, error) {
	rows, err := s.db.Query(ctx, `SELECT fiat, fiat_scale, SUM(received - returned - spent) FROM payments WHERE received <> returned + spent GROUP BY fiat, fiat_scale
		UNION ALL SELECT coin, coin_scale, SUM(owed) FROM payments WHERE owed > 0 GROUP BY coin, coin_scale`)
	sums := map[string]int64{}
	_, err = row.Collect(rows, err, func(from row.Scanner) (struct{}, error) {
		var code string
		var scale, units int64
		err := from.Scan(&code, &scale, &units)
		sums[code+"/"+strconv.FormatInt(scale, 10)] += units
		return struct{}{}, err
	})
	return sums, err
}
