package store

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"rampa/internal/audit"
	"rampa/internal/db"
	"rampa/internal/store/row"
)

// AppendAudit adds an entry.
func (t Tx) AppendAudit(ctx context.Context, e audit.Entry) error {
	detail := "{}"
	if len(e.Detail) > 0 {
		b, err := json.Marshal(e.Detail)
		if err != nil {
			return err
		}
		detail = string(b)
	}
	_, err := t.Exec(ctx, `INSERT INTO audit_entries (at, integration_id, actor_kind, actor_id, actor_address, action, object, object_id, detail, request_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		row.Micros(e.At), e.IntegrationID, e.Actor.Kind, e.Actor.ID, e.Actor.Address, e.Action, e.Object, e.ObjectID, detail, e.RequestID)
	return err
}

const entryColumns = `id, at, integration_id, actor_kind, actor_id, actor_address, action, object, object_id, detail, request_id`

func scanEntry(from row.Scanner) (e audit.Entry, err error) {
	var at int64
	var detail string
	if err = from.Scan(&e.ID, &at, &e.IntegrationID, &e.Actor.Kind, &e.Actor.ID, &e.Actor.Address, &e.Action, &e.Object, &e.ObjectID, &detail, &e.RequestID); err != nil {
		return e, err
	}
	e.At = row.FromMicros(at)
	if detail != "{}" {
		err = json.Unmarshal([]byte(detail), &e.Detail)
	}
	return e, err
}

// History lists what happened to an object, the newest first.
func (s *Store) History(ctx context.Context, object, objectID string, limit int) ([]audit.Entry, error) {
	rows, err := s.db.Query(ctx, `SELECT `+entryColumns+` FROM audit_entries WHERE object = $1 AND object_id = $2 ORDER BY id DESC LIMIT $3`, object, objectID, limit)
	return row.Collect(rows, err, scanEntry)
}

// AuditChain is the store of audit.Chain.
func (s *Store) AuditChain() ChainStore { return ChainStore{s.db} }

// ChainStore implements audit.ChainStore.
type ChainStore struct{ db db.DB }

const batchColumns = `seq, first_id, last_id, skipped, late, entries, at, hash, signature`

func scanBatch(from row.Scanner) (b audit.Batch, err error) {
	var skipped, late string
	var at int64
	if err = from.Scan(&b.Seq, &b.FirstID, &b.LastID, &skipped, &late, &b.Entries, &at, &b.Hash, &b.Signature); err != nil {
		return b, err
	}
	b.At = row.FromMicros(at)
	if b.Skipped, err = row.Decode[int64](skipped); err != nil {
		return b, err
	}
	b.Late, err = row.Decode[int64](late)
	return b, err
}

// LastBatch gives the newest batch, a zero one before the first.
func (s ChainStore) LastBatch(ctx context.Context) (audit.Batch, error) {
	b, err := scanBatch(s.db.QueryRow(ctx, `SELECT `+batchColumns+` FROM audit_batches ORDER BY seq DESC LIMIT 1`))
	if errors.Is(err, db.ErrNoRows) {
		return audit.Batch{}, nil
	}
	return b, err
}

// RecentBatches gives the batches closed since an instant that skipped or took in ids.
func (s ChainStore) RecentBatches(ctx context.Context, since time.Time) ([]audit.Batch, error) {
	rows, err := s.db.Query(ctx, `SELECT `+batchColumns+` FROM audit_batches
		WHERE seq > (SELECT COALESCE(MAX(seq), 0) - 600 FROM audit_batches) AND at >= $1 AND (skipped <> '[]' OR late <> '[]') ORDER BY seq`, row.Micros(since))
	return row.Collect(rows, err, scanBatch)
}

// Batches gives the batches after one, in order.
func (s ChainStore) Batches(ctx context.Context, afterSeq int64, limit int) ([]audit.Batch, error) {
	rows, err := s.db.Query(ctx, `SELECT `+batchColumns+` FROM audit_batches WHERE seq > $1 ORDER BY seq LIMIT $2`, afterSeq, limit)
	return row.Collect(rows, err, scanBatch)
}

// openEnd is how many entries one read gives when it has no end.
const openEnd = 2000

// Entries gives the entries of an id range in order; without an end, the next openEnd.
func (s ChainStore) Entries(ctx context.Context, firstID, lastID int64) ([]audit.Entry, error) {
	if lastID == 0 {
		rows, err := s.db.Query(ctx, `SELECT `+entryColumns+` FROM audit_entries WHERE id >= $1 ORDER BY id LIMIT $2`, firstID, openEnd)
		return row.Collect(rows, err, scanEntry)
	}
	rows, err := s.db.Query(ctx, `SELECT `+entryColumns+` FROM audit_entries WHERE id BETWEEN $1 AND $2 ORDER BY id`, firstID, lastID)
	return row.Collect(rows, err, scanEntry)
}

// AddBatch stores a batch. Two closers at once cannot both succeed: seq is unique.
func (s ChainStore) AddBatch(ctx context.Context, b audit.Batch) error {
	skipped, err := row.Encode(b.Skipped)
	if err != nil {
		return err
	}
	late, err := row.Encode(b.Late)
	if err != nil {
		return err
	}
	_, err = s.db.Exec(ctx, `INSERT INTO audit_batches (`+batchColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		b.Seq, b.FirstID, b.LastID, skipped, late, b.Entries, row.Micros(b.At), b.Hash, b.Signature)
	return err
}
