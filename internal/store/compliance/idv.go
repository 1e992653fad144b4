package compliance

import (
	"context"
	"time"

	"rampa/internal/idv"
	"rampa/internal/store/row"
)

// Cases is the store of package idv.
func (s *Store) Cases() CaseStore {
	return CaseStore{domain[idv.Tx]{s, func(tx Tx) idv.Tx { return tx }}}
}

// CaseStore implements idv.Store.
type CaseStore struct{ domain[idv.Tx] }

const caseColumns = `id, customer_id, integration_id, provider, language, COALESCE(reference, ''), redirect_url, created_at, started_at, ended_at, effect, sealed`

func scanCase(from row.Scanner) (c idv.Case, err error) {
	var effect string
	var created, started, ended int64
	err = from.Scan(&c.ID, &c.CustomerID, &c.IntegrationID, &c.Provider, &c.Language, &c.Reference, &c.RedirectURL, &created, &started, &ended, &effect, &c.Sealed)
	c.CreatedAt, c.StartedAt, c.EndedAt, c.Effect = row.FromMicros(created), row.FromMicros(started), row.FromMicros(ended), idv.Effect(effect)
	return c, err
}

// Case reads one.
func (s CaseStore) Case(ctx context.Context, id string) (idv.Case, error) {
	c, err := scanCase(s.db.QueryRow(ctx, `SELECT `+caseColumns+` FROM idv_cases WHERE id = $1`, id))
	return c, row.OrElse(err, idv.ErrCaseNotFound)
}

// CasesOf lists a customer's, the newest first.
func (s CaseStore) CasesOf(ctx context.Context, customerID int64) ([]idv.Case, error) {
	rows, err := s.db.Query(ctx, `SELECT `+caseColumns+` FROM idv_cases WHERE customer_id = $1 ORDER BY created_at DESC, id DESC`, customerID)
	return row.Collect(rows, err, scanCase)
}

// CaseByReference reads the case that a provider knows under a name.
func (t Tx) CaseByReference(ctx context.Context, provider, reference string) (idv.Case, error) {
	c, err := scanCase(t.QueryRow(ctx, `SELECT `+caseColumns+` FROM idv_cases WHERE provider = $1 AND reference = $2`, provider, reference))
	return c, row.OrElse(err, idv.ErrReferenceUnknown)
}

// InsertCase adds a new case.
func (t Tx) InsertCase(ctx context.Context, c idv.Case) error {
	_, err := t.Exec(ctx, `INSERT INTO idv_cases (id, customer_id, integration_id, provider, language, created_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		c.ID, c.CustomerID, c.IntegrationID, c.Provider, c.Language, row.Micros(c.CreatedAt))
	return err
}

// SupersedeCases ends the open cases of a customer.
func (t Tx) SupersedeCases(ctx context.Context, customerID int64, at time.Time) error {
	_, err := t.Exec(ctx, `UPDATE idv_cases SET ended_at = $2, effect = $3 WHERE customer_id = $1 AND ended_at = 0`, customerID, row.Micros(at), string(idv.EffectSuperseded))
	return err
}

// StartCase writes down what the provider answered; of two answers to one case the last counts.
func (t Tx) StartCase(ctx context.Context, id string, s idv.Started, at time.Time) error {
	_, err := t.Exec(ctx, `UPDATE idv_cases SET reference = $2, redirect_url = $3, started_at = $4 WHERE id = $1`, id, s.Reference, s.RedirectURL, row.Micros(at))
	return err
}

// EndCase closes a case that is open.
func (t Tx) EndCase(ctx context.Context, c idv.Case) (wasOpen bool, err error) {
	n, err := t.Exec(ctx, `UPDATE idv_cases SET ended_at = $2, sealed = $3 WHERE id = $1 AND ended_at = 0`, c.ID, row.Micros(c.EndedAt), c.Sealed)
	return n == 1, err
}

// SetEffect writes down what a case did.
func (t Tx) SetEffect(ctx context.Context, id string, e idv.Effect) error {
	_, err := t.Exec(ctx, `UPDATE idv_cases SET effect = $2 WHERE id = $1`, id, string(e))
	return err
}

// InsertCallback remembers a message.
func (t Tx) InsertCallback(ctx context.Context, id, caseID string, at time.Time) (fresh bool, err error) {
	n, err := t.Exec(ctx, `INSERT INTO idv_callbacks (id, case_id, received_at) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING`, id, caseID, row.Micros(at))
	return n == 1, err
}
