package store

import (
	"context"
	"encoding/hex"
	"strconv"
	"strings"

	"rampa/internal/customer"
	"rampa/internal/store/row"
	"rampa/internal/verification"
)

// Customers is the store of package customer.
func (s *Store) Customers() CustomerStore {
	return CustomerStore{domain[customer.Tx]{s, func(tx Tx) customer.Tx { return tx }}}
}

// CustomerStore implements customer.Store.
type CustomerStore struct{ domain[customer.Tx] }

const customerColumns = `c.id, c.uuid, c.integration_id, c.kind, c.name, c.email, c.email_key, COALESCE(c.external_id, ''), COALESCE(c.identification, ''),
	c.country, c.callback_url, c.language, c.stage, c.reasons, c.tier, c.enhanced, COALESCE(c.review_at, 0), c.banned_at, c.ban_reason, c.created_at, c.updated_at`

// customerRow receives customerColumns.
type customerRow struct {
	customer.Customer
	kind, stage, reasons                       string
	enhanced, review, banned, created, updated int64
}

func (r *customerRow) dest() []any {
	return []any{&r.ID, &r.UUID, &r.IntegrationID, &r.kind, &r.Name, &r.Email, &r.EmailKey, &r.ExternalID, &r.Identification,
		&r.Country, &r.CallbackURL, &r.Language, &r.stage, &r.reasons, &r.Tier, &r.enhanced, &r.review, &r.banned, &r.BanReason, &r.created, &r.updated}
}

func (r *customerRow) value() (c customer.Customer, err error) {
	c = r.Customer
	c.Kind, c.Stage, c.CreatedAt, c.UpdatedAt = customer.Kind(r.kind), verification.Stage(r.stage), row.FromMicros(r.created), row.FromMicros(r.updated)
	c.Enhanced, c.ReviewAt, c.BannedAt = r.enhanced == 1, row.FromMicros(r.review), row.FromMicros(r.banned)
	c.Reasons, err = row.Decode[string](r.reasons)
	return c, err
}

func scanCustomer(from row.Scanner) (customer.Customer, error) {
	var r customerRow
	if err := from.Scan(r.dest()...); err != nil {
		return r.Customer, row.OrElse(err, customer.ErrUserNotFound)
	}
	return r.value()
}

// Customer finds one of the integration's by id.
func (s CustomerStore) Customer(ctx context.Context, integrationID, id int64) (customer.Customer, error) {
	return scanCustomer(s.db.QueryRow(ctx, `SELECT `+customerColumns+` FROM customers c WHERE c.id = $1 AND c.integration_id = $2 AND `+notErased, id, integrationID))
}

// Owner gives the integration that a customer is of.
func (s CustomerStore) Owner(ctx context.Context, customerID int64) (integrationID int64, err error) {
	err = s.db.QueryRow(ctx, `SELECT c.integration_id FROM customers c WHERE c.id = $1 AND `+notErased, customerID).Scan(&integrationID)
	return integrationID, row.OrElse(err, customer.ErrUserNotFound)
}

// Submitted lists customers whose files were ever submitted, by id.
func (s CustomerStore) Submitted(ctx context.Context, after int64, limit int) ([]customer.Customer, error) {
	rows, err := s.db.Query(ctx, `SELECT `+customerColumns+` FROM kyb_records r JOIN customers c ON c.id = r.customer_id
		WHERE r.submitted_at IS NOT NULL AND r.customer_id > $1 ORDER BY r.customer_id LIMIT $2`, after, limit)
	return row.Collect(rows, err, scanCustomer)
}

// Find finds the newest of the integration's that by names.
func (s CustomerStore) Find(ctx context.Context, integrationID int64, by customer.Lookup) (customer.Customer, error) {
	var w row.Where
	w.Add(`c.integration_id = ?`, integrationID)
	w.Add(notErased)
	switch {
	case by.ID != 0:
		w.Add(`c.id = ?`, by.ID)
	case by.UUID != "":
		w.Add(`c.uuid = ?`, by.UUID)
	case by.EmailKey != "":
		w.Add(`c.email_key = ?`, by.EmailKey)
	case by.ExternalID != "":
		w.Add(`c.external_id = ?`, by.ExternalID)
	default:
		w.Add(`c.identification = ?`, hex.EncodeToString(by.Identification)) // a TEXT column takes no raw bytes
	}
	return scanCustomer(s.db.QueryRow(ctx, `SELECT `+customerColumns+` FROM customers c WHERE `+w.String()+` ORDER BY c.id DESC LIMIT 1`, w.Args...))
}

// found is where q's customers are looked for: all of them, or those that contain what it searches.
func (s CustomerStore) found(q customer.Query) (w *row.Where, from, key string) {
	w = customerFilter(q)
	if strings.TrimSpace(q.Search) == "" {
		return w, `customers c`, `c.id`
	}
	f := customerSearch.Containing(s.db, "c", customer.Folded(q.Search))
	for i, condition := range f.Conditions {
		w.Add(condition, f.Args[i])
	}
	return w, f.From, f.Key
}

// List gives customers newest first.
func (s CustomerStore) List(ctx context.Context, q customer.Query) ([]customer.Customer, error) {
	w, from, key := s.found(q)
	if q.Before > 0 {
		w.Add(key+` < ?`, q.Before)
	}
	if q.Stages != nil && q.Search != "" {
		in(w, `c.stage`, q.Stages)
	}
	limit, offset := w.Arg(q.Limit), w.Arg(q.Offset)
	query := `SELECT ` + customerColumns + ` FROM ` + from + ` WHERE ` + w.String()
	if q.Stages != nil && q.Search == "" {
		query = `SELECT ` + customerColumns + ` FROM (` + byStage(w, q.Stages, q.Limit+q.Offset) + `) AS c`
	}
	rows, err := s.db.Query(ctx, query+` ORDER BY `+key+` DESC LIMIT `+limit+` OFFSET `+offset, w.Args...)
	return row.Collect(rows, err, scanCustomer)
}

// byStage takes the newest of each stage by that stage's own index. A plain IN would make an engine either sort all
// customers of the stages or walk all customers of the integration.
func byStage(w *row.Where, stages []verification.Stage, limit int) string {
	where := w.String()
	most := w.Arg(limit)
	branches := make([]string, len(stages))
	for i, stage := range stages {
		branches[i] = `SELECT * FROM (SELECT * FROM customers c WHERE ` + where + ` AND c.stage = ` + w.Arg(string(stage)) +
			` ORDER BY c.id DESC LIMIT ` + most + `) AS s` + strconv.Itoa(i)
	}
	return strings.Join(branches, ` UNION ALL `)
}

// countCap is where a filtered count stops.
const countCap = 10_000

// Count counts what q lists: unfiltered from the folded tallies, filtered by looking, up to countCap.
func (s CustomerStore) Count(ctx context.Context, q customer.Query) (n int, capped bool, err error) {
	if !q.Filtered() {
		err = s.db.QueryRow(ctx, `SELECT COALESCE(SUM(n), 0) FROM tallies WHERE integration_id = $1 AND name = $2`, q.IntegrationID, customer.TallyCustomers).Scan(&n)
		return n, false, err
	}
	w, from, _ := s.found(q)
	if q.Stages != nil {
		in(w, `c.stage`, q.Stages)
	}
	err = s.db.QueryRow(ctx, `SELECT COUNT(*) FROM (SELECT 1 FROM `+from+` WHERE `+w.String()+` LIMIT `+strconv.Itoa(countCap+1)+`) AS found`, w.Args...).Scan(&n)
	return min(n, countCap), n > countCap, err
}

// customerFilter is every condition of q but the stages.
func customerFilter(q customer.Query) *row.Where {
	w := &row.Where{}
	w.Add(`c.integration_id = ?`, q.IntegrationID)
	w.Add(notErased)
	if q.Kind != "" {
		w.Add(`c.kind = ?`, string(q.Kind))
	}
	if q.EmailKey != "" {
		w.Add(`c.email_key = ?`, q.EmailKey)
	}
	if q.ExternalID != "" {
		w.Add(`c.external_id = ?`, q.ExternalID)
	}
	if !q.CreatedFrom.IsZero() {
		w.Add(`c.created_at >= ?`, row.Micros(q.CreatedFrom))
	}
	if !q.CreatedTo.IsZero() {
		w.Add(`c.created_at < ?`, row.Micros(q.CreatedTo))
	}
	return w
}

// in adds that a column is one of some stages.
func in(w *row.Where, column string, stages []verification.Stage) {
	args := make([]any, len(stages))
	for i, s := range stages {
		args[i] = string(s)
	}
	w.Add(column+` IN (?`+strings.Repeat(`, ?`, len(stages)-1)+`)`, args...)
}

// InsertCustomer adds one, setting its ID; false when the e-mail is taken.
func (t Tx) InsertCustomer(ctx context.Context, c *customer.Customer) (bool, error) {
	reasons, err := row.Encode(c.Reasons)
	if err != nil {
		return false, err
	}
	text := c.SearchText()
	err = t.QueryRow(ctx, `INSERT INTO customers (uuid, integration_id, kind, name, email, email_key, external_id, country, callback_url,
			language, stage, reasons, tier, created_at, updated_at, identification, search)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14, $15, $16)
		ON CONFLICT (integration_id, email_key) DO NOTHING RETURNING id`,
		c.UUID, c.IntegrationID, string(c.Kind), c.Name, c.Email, c.EmailKey, row.TextOrNull(c.ExternalID), c.Country, c.CallbackURL,
		c.Language, string(c.Stage), reasons, c.Tier, row.Micros(c.CreatedAt), row.TextOrNull(c.Identification), text).Scan(&c.ID)
	if err == nil {
		customerSearch.Put(t.Tx, c.ID, text, false)
	}
	return row.Inserted(err)
}

// LockCustomer reads one that nobody else changes until the end of the transaction.
func (t Tx) LockCustomer(ctx context.Context, id int64) (customer.Customer, error) {
	if _, err := t.Exec(ctx, `UPDATE customers SET updated_at = updated_at WHERE id = $1`, id); err != nil {
		return customer.Customer{}, err
	}
	return scanCustomer(t.QueryRow(ctx, `SELECT `+customerColumns+` FROM customers c WHERE c.id = $1 AND `+notErased, id))
}

// UpdateCustomer stores what changes in a customer's life.
func (t Tx) UpdateCustomer(ctx context.Context, c customer.Customer) error {
	reasons, err := row.Encode(c.Reasons)
	if err != nil {
		return err
	}
	var before string
	if err := t.QueryRow(ctx, `SELECT search FROM customers WHERE id = $1`, c.ID).Scan(&before); err != nil {
		return err
	}
	text := c.SearchText()
	if text != before {
		customerSearch.Put(t.Tx, c.ID, text, true)
	}
	_, err = t.Exec(ctx, `UPDATE customers SET name = $2, identification = $3, country = $4, language = $5, stage = $6, reasons = $7, tier = $8, enhanced = $9,
			review_reminded = CASE WHEN review_at = $10 THEN review_reminded ELSE 0 END, review_at = $10,
			banned_at = $11, ban_reason = $12, updated_at = $13, search = $14 WHERE id = $1`,
		c.ID, c.Name, row.TextOrNull(c.Identification), c.Country, c.Language, string(c.Stage), reasons, c.Tier, row.Flag(c.Enhanced),
		row.MicrosOrNull(c.ReviewAt), row.Micros(c.BannedAt), c.BanReason, row.Micros(c.UpdatedAt), text)
	return err
}

// Namesake finds another of the integration's customers with c's identification number, the oldest.
func (t Tx) Namesake(ctx context.Context, c customer.Customer) (id int64, found bool, err error) {
	err = t.QueryRow(ctx, `SELECT id FROM customers WHERE integration_id = $1 AND identification = $2 AND id <> $3 ORDER BY id LIMIT 1`,
		c.IntegrationID, c.Identification, c.ID).Scan(&id)
	found, err = row.Inserted(err)
	return id, found, err
}

// SetBankAccount keeps the sealed account of a customer.
func (t Tx) SetBankAccount(ctx context.Context, customerID int64, sealed []byte) error {
	_, err := t.Exec(ctx, `UPDATE customers SET bank_account = $2 WHERE id = $1`, customerID, sealed)
	return err
}

// Tally adds n to an append-only count.
func (t Tx) Tally(ctx context.Context, integrationID int64, name string, n int64) error {
	_, err := t.Exec(ctx, `INSERT INTO tallies (integration_id, name, n) VALUES ($1, $2, $3)`, integrationID, name, n)
	return err
}
