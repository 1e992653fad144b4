package compliance

import (
	"context"
	"errors"
	"time"

	"rampa/internal/db"
	"rampa/internal/screening"
	"rampa/internal/store/row"
)

// Screening is the store of package screening.
func (s *Store) Screening() ScreeningStore {
	return ScreeningStore{domain[screening.Tx]{s, func(tx Tx) screening.Tx { return tx }}}
}

// ScreeningStore implements screening.Store.
type ScreeningStore struct{ domain[screening.Tx] }

// Generation reads the latest one; none is the zero one.
func (s ScreeningStore) Generation(ctx context.Context) (g screening.Generation, err error) {
	var at, finished int64
	var snapshots string
	err = s.db.QueryRow(ctx, `SELECT id, at, config, snapshots, walked, customers, hits, finished_at FROM screening_generations ORDER BY id DESC LIMIT 1`).
		Scan(&g.ID, &at, &g.Config, &snapshots, &g.Walked, &g.Customers, &g.Hits, &finished)
	if errors.Is(err, db.ErrNoRows) {
		return screening.Generation{}, nil
	}
	if err != nil {
		return g, err
	}
	g.At, g.FinishedAt = row.FromMicros(at), row.FromMicros(finished)
	g.Snapshots, err = row.Decode[int64](snapshots)
	return g, err
}

const snapshotColumns = `s.id, s.name, s.category, s.format, s.hash, s.revision, s.entries, s.published_at, s.imported_at`

// snapshotRow receives snapshotColumns.
type snapshotRow struct {
	screening.Snapshot
	published, imported int64
}

func (r *snapshotRow) dest() []any {
	return []any{&r.ID, &r.Name, &r.Category, &r.Format, &r.Hash, &r.Revision, &r.Entries, &r.published, &r.imported}
}

func (r *snapshotRow) value() screening.Snapshot {
	s := r.Snapshot
	s.PublishedAt, s.ImportedAt = row.FromMicros(r.published), row.FromMicros(r.imported)
	return s
}

func scanSnapshot(from row.Scanner) (screening.Snapshot, error) {
	var r snapshotRow
	err := from.Scan(r.dest()...)
	return r.value(), err
}

// Snapshot reads one with its body.
func (s ScreeningStore) Snapshot(ctx context.Context, id int64) (screening.Snapshot, error) {
	var r snapshotRow
	err := s.db.QueryRow(ctx, `SELECT `+snapshotColumns+`, s.body FROM screening_snapshots s WHERE s.id = $1`, id).Scan(append(r.dest(), &r.Body)...)
	return r.value(), row.OrElse(err, screening.ErrNoSnapshot)
}

// Snapshots lists all, the newest first.
func (s ScreeningStore) Snapshots(ctx context.Context) ([]screening.Snapshot, error) {
	rows, err := s.db.Query(ctx, `SELECT `+snapshotColumns+` FROM screening_snapshots s ORDER BY s.id DESC`)
	return row.Collect(rows, err, scanSnapshot)
}

// Outdated lists customers who were last screened against an earlier generation.
func (s ScreeningStore) Outdated(ctx context.Context, generation int64, limit int) ([]int64, error) {
	rows, err := s.db.Query(ctx, `SELECT customer_id FROM screening_marks WHERE generation < $1 ORDER BY generation, customer_id LIMIT $2`, generation, limit)
	return row.Collect(rows, err, func(from row.Scanner) (id int64, err error) { return id, from.Scan(&id) })
}

// Weights reads the weights of a version.
func (s ScreeningStore) Weights(ctx context.Context, version string) (file []byte, err error) {
	err = s.db.QueryRow(ctx, `SELECT file FROM screening_weights WHERE version = $1`, version).Scan(&file)
	return file, row.OrElse(err, screening.ErrNoSnapshot)
}

// InsertSnapshot adds one, setting its ID.
func (t Tx) InsertSnapshot(ctx context.Context, s *screening.Snapshot) error {
	return t.QueryRow(ctx, `INSERT INTO screening_snapshots (name, category, format, hash, revision, entries, published_at, imported_at, body)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id`,
		s.Name, s.Category, s.Format, s.Hash, s.Revision, s.Entries, row.Micros(s.PublishedAt), row.Micros(s.ImportedAt), s.Body).Scan(&s.ID)
}

// InsertGeneration adds one; false when there is one with its ID.
func (t Tx) InsertGeneration(ctx context.Context, g screening.Generation) (bool, error) {
	snapshots, err := row.Encode(g.Snapshots)
	if err != nil {
		return false, err
	}
	n, err := t.Exec(ctx, `INSERT INTO screening_generations (id, at, config, snapshots) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING`,
		g.ID, row.Micros(g.At), g.Config, snapshots)
	return n == 1, err
}

// KeepWeights stores the weights of a version unless they are there.
func (t Tx) KeepWeights(ctx context.Context, version string, file []byte) error {
	_, err := t.Exec(ctx, `INSERT INTO screening_weights (version, file) VALUES ($1, $2) ON CONFLICT (version) DO NOTHING`, version, file)
	return err
}

// Walk stores how far a generation's walk has come; false when it is no longer where it was.
func (t Tx) Walk(ctx context.Context, g screening.Generation, from int64) (bool, error) {
	n, err := t.Exec(ctx, `UPDATE screening_generations SET walked = $2, customers = $3, hits = $4, finished_at = $5
		WHERE id = $1 AND walked = $6 AND finished_at = 0 AND id = (SELECT MAX(id) FROM screening_generations)`,
		g.ID, g.Walked, g.Customers, g.Hits, row.Micros(g.FinishedAt), from)
	return n == 1, err
}

// Mark stores the generation that a customer was screened against.
func (t Tx) Mark(ctx context.Context, customerID, generation int64, at time.Time) error {
	_, err := t.Exec(ctx, `INSERT INTO screening_marks (customer_id, generation, at) VALUES ($1, $2, $3)
		ON CONFLICT (customer_id) DO UPDATE SET generation = excluded.generation, at = excluded.at`, customerID, generation, row.Micros(at))
	return err
}
