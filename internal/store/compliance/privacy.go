package compliance

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"rampa/internal/privacy"
	"rampa/internal/store/row"
)

// Privacy is the store of package privacy.
func (s *Store) Privacy() PrivacyStore {
	return PrivacyStore{domain[privacy.Tx]{s, func(tx Tx) privacy.Tx { return tx }}}
}

// PrivacyStore implements privacy.Store.
type PrivacyStore struct{ domain[privacy.Tx] }

// holding is a table that holds something about customers. What stands sealed in it is not among its columns: its domain
// opens it.
type holding struct {
	name     string // of its section in an export
	table    string
	columns  string // that an export shows; "" for none
	where    string // whose rows; "" for customer_id = $1
	erase    string // what becomes of them; "" for deletion
	internal bool
	kept     bool
}

const ofCustomer = `object = 'customer' AND object_id = $1`

// holdings are all tables with something about a customer, in an order in which they can be emptied. A test compares them
// with the schema.
var holdings = []holding{
	{name: "customer", table: "customers", columns: "id, uuid, kind, name, email, external_id, country, callback_url, language, stage, reasons, tier, enhanced, review_at, created_at, updated_at",
		where: "id = $1", erase: "-", kept: true},
	{name: "ban", table: "customers", columns: "id, banned_at, ban_reason", where: "id = $1", erase: "-", internal: true, kept: true},
	{name: "record", table: "kyb_records", columns: "corrections, version, submitted_at, decided_at, updated_at", kept: true},
	{name: "documents", table: "documents", columns: "id, item, name, media_type, size, sha256, created_at, removed_at", kept: true},
	{name: "links", table: "links", columns: "uuid, created_at, expires_at, ended_at"},
	{name: "letters", table: "mails", columns: "id, recipient, subject, body_text, body_html, kind, language, created_at, sent_at"},
	{name: "events", table: "events", columns: "id, type, sequence, data, previous, created_at", where: ofCustomer, erase: `UPDATE events SET data = '{}', previous = '' WHERE ` + ofCustomer},
	{name: "declaration", table: "declarations", columns: "stage, reasons, corrections, link_uuid, link_created_at, link_expires_at, submitted_at, decided_at, updated_at", kept: true},
	{name: "limit_uses", table: "limit_uses", columns: "reference, rail, amount, used_at, released_at", kept: true},
	{table: "limit_locks"},
	// The books and the chain refer to these for ever; what is personal about a payment is who paid it, and from which account.
	{name: "payments", table: "payments", columns: "id, method, fiat, amount, coin, chain, status, tx_hash, created_at, updated_at", kept: true,
		erase: `UPDATE payments SET sealed = NULL WHERE customer_id = $1`},
	{name: "payouts", table: "payouts", columns: "id, chain, recipient, asset, amount, state, hash, created_at, updated_at", kept: true, erase: "-"},
	{name: "monitored_transactions", table: "monitored", columns: "reference, rail, direction, amount, country, at", internal: true, kept: true},
	{name: "monitoring_hits", table: "monitor_hits", columns: "reference, rule, holds, at", internal: true, kept: true},
	{name: "screened", table: "screening_marks", columns: "generation, at", internal: true, kept: true},
	{name: "alerts", table: "alerts", columns: "id, kind, fact, holds, state, raised_at, decided_at, decided_by", internal: true, kept: true},
	{table: "idv_callbacks", where: "case_id IN (SELECT id FROM idv_cases WHERE customer_id = $1)"},
	{name: "identity_checks", table: "idv_cases", columns: "id, provider, language, reference, created_at, started_at, ended_at, effect", internal: true, kept: true},
	{name: "history", table: "audit_entries", columns: "id, at, actor_kind, actor_id, actor_address, action, detail, request_id", where: ofCustomer, erase: "-", internal: true},
	{table: "erasures", erase: "-"},
}

// condition is whose rows of a table a customer's are, with its argument.
func (h holding) condition(customerID int64) (string, any) {
	switch h.where {
	case "":
		return "customer_id = $1", customerID
	case ofCustomer:
		return h.where, strconv.FormatInt(customerID, 10)
	}
	return h.where, customerID
}

// Holdings reads what is held about a customer in the clear.
func (s PrivacyStore) Holdings(ctx context.Context, customerID int64) ([]privacy.Section, error) {
	var sections []privacy.Section
	for _, h := range holdings {
		if h.columns == "" {
			continue
		}
		where, arg := h.condition(customerID)
		columns := strings.Split(h.columns, ", ")
		rows, err := s.db.Query(ctx, `SELECT `+h.columns+` FROM `+h.table+` WHERE `+where+` ORDER BY `+columns[0], arg)
		list, err := row.Collect(rows, err, func(from row.Scanner) (privacy.Row, error) { return scanHolding(from, columns) })
		if err != nil {
			return nil, err
		}
		if len(list) > 0 {
			sections = append(sections, privacy.Section{Name: h.name, Rows: list, Internal: h.internal, Kept: h.kept})
		}
	}
	return sections, nil
}

// scanHolding reads a row as people read it: instants as text, JSON as JSON, nothing for what is not there.
func scanHolding(from row.Scanner, columns []string) (privacy.Row, error) {
	values, dest := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		dest[i] = &values[i]
	}
	if err := from.Scan(dest...); err != nil {
		return nil, err
	}
	out := privacy.Row{}
	for i, column := range columns {
		switch v := values[i].(type) {
		case nil:
		case int64:
			if column != "at" && !strings.HasSuffix(column, "_at") {
				out[column] = v
			} else if v != 0 {
				out[column] = row.FromMicros(v).UTC().Format("2006-01-02T15:04:05.000000Z")
			}
		case string:
			switch {
			case v == "":
			case (v[0] == '{' || v[0] == '[') && json.Valid([]byte(v)):
				out[column] = json.RawMessage(v)
			default:
				out[column] = v
			}
		default:
			out[column] = v
		}
	}
	return out, nil
}

// Papers lists the files of a customer that are still there.
func (s PrivacyStore) Papers(ctx context.Context, customerID int64) ([]privacy.Paper, error) {
	rows, err := s.db.Query(ctx, `SELECT id, item, name, media_type FROM documents WHERE customer_id = $1 ORDER BY created_at, id`, customerID)
	return row.Collect(rows, err, func(from row.Scanner) (p privacy.Paper, err error) {
		return p, from.Scan(&p.ID, &p.Item, &p.Name, &p.Type)
	})
}

const erasureColumns = `customer_id, integration_id, erased_at, grounds, keep_until, purged_at, papers, sealed`

func scanErasure(from row.Scanner) (e privacy.Erasure, err error) {
	var erased, keep, purged int64
	var grounds, papers string
	if err = from.Scan(&e.CustomerID, &e.IntegrationID, &erased, &grounds, &keep, &purged, &papers, &e.Sealed); err != nil {
		return e, row.OrElse(err, privacy.ErrNotFound)
	}
	e.ErasedAt, e.KeepUntil, e.PurgedAt = row.FromMicros(erased), row.FromMicros(keep), row.FromMicros(purged)
	if e.Grounds, err = row.Decode[string](grounds); err != nil {
		return e, err
	}
	e.Papers, err = row.Decode[string](papers)
	return e, err
}

// Erasure reads what remains of an erased customer.
func (s PrivacyStore) Erasure(ctx context.Context, customerID int64) (privacy.Erasure, error) {
	return scanErasure(s.db.QueryRow(ctx, `SELECT `+erasureColumns+` FROM erasures WHERE customer_id = $1`, customerID))
}

// Due lists erasures whose papers and dossiers have to go, the longest overdue first.
func (s PrivacyStore) Due(ctx context.Context, at time.Time, limit int) ([]privacy.Erasure, error) {
	rows, err := s.db.Query(ctx, `SELECT `+erasureColumns+` FROM erasures WHERE purge_at <= $1 ORDER BY purge_at LIMIT $2`, row.Micros(at), limit)
	return row.Collect(rows, err, scanErasure)
}

// Standing reads what decides about an erasure, and holds the customer until the end of the transaction.
func (t Tx) Standing(ctx context.Context, customerID int64) (privacy.Standing, error) {
	of := privacy.Standing{CustomerID: customerID}
	if _, err := t.Exec(ctx, `UPDATE customers SET updated_at = updated_at WHERE id = $1`, customerID); err != nil {
		return of, err
	}
	var erased, decided, held, open, used, moved int64
	err := t.QueryRow(ctx, `SELECT c.integration_id, c.erased_at,
			(SELECT COUNT(*) FROM kyb_records r WHERE r.customer_id = c.id AND r.decided_at IS NOT NULL),
			CASE WHEN c.banned_at > 0 THEN 1 ELSE (SELECT COUNT(*) FROM alerts a WHERE a.customer_id = c.id AND a.holds = 1) END,
			(SELECT COUNT(*) FROM alerts a WHERE a.customer_id = c.id AND a.state = 'open' AND a.holds = 1),
			(SELECT COUNT(*) FROM limit_uses u WHERE u.customer_id = c.id), (SELECT COUNT(*) FROM monitored m WHERE m.customer_id = c.id)
		FROM customers c WHERE c.id = $1`, customerID).Scan(&of.IntegrationID, &erased, &decided, &held, &open, &used, &moved)
	of.Erased, of.Decided, of.Held, of.OpenAlerts, of.Business = erased > 0, decided > 0, held > 0, open > 0, used+moved > 0
	return of, row.OrElse(err, privacy.ErrNotFound)
}

// Erase empties the tables of a customer and notes what remains. What is not kept is due at once.
func (t Tx) Erase(ctx context.Context, e privacy.Erasure) error {
	if err := t.empty(ctx, e.CustomerID); err != nil {
		return err
	}
	if err := t.EraseCustomer(ctx, e.IntegrationID, e.CustomerID, e.ErasedAt); err != nil {
		return err
	}
	grounds, err := row.Encode(e.Grounds)
	if err != nil {
		return err
	}
	papers, err := row.Encode(e.Papers)
	if err != nil {
		return err
	}
	due := e.KeepUntil
	if due.IsZero() {
		due = e.ErasedAt
	}
	_, err = t.Exec(ctx, `INSERT INTO erasures (customer_id, integration_id, erased_at, grounds, keep_until, purge_at, papers, sealed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		e.CustomerID, e.IntegrationID, row.Micros(e.ErasedAt), grounds, row.Micros(e.KeepUntil), row.Micros(due), papers, e.Sealed)
	return err
}

// empty deletes, or makes impersonal, every row of a customer but its own.
func (t Tx) empty(ctx context.Context, customerID int64) error {
	for _, h := range holdings {
		where, arg := h.condition(customerID)
		statement := h.erase
		switch statement {
		case "-":
			continue
		case "":
			statement = `DELETE FROM ` + h.table + ` WHERE ` + where
		}
		if _, err := t.Exec(ctx, statement, arg); err != nil {
			return err
		}
	}
	return nil
}

// Purge forgets what was kept, and what came too late to be erased.
func (t Tx) Purge(ctx context.Context, customerID int64, at time.Time) error {
	if err := t.empty(ctx, customerID); err != nil {
		return err
	}
	_, err := t.Exec(ctx, `UPDATE erasures SET purge_at = NULL, purged_at = $2, papers = '[]', sealed = NULL WHERE customer_id = $1`, customerID, row.Micros(at))
	return err
}
