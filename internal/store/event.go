package store

import (
	"context"

	"rampa/internal/store/row"
	"rampa/internal/webhook"
)

// AppendEvent adds an event; with no sequence of its own it gets the object's next one (whose row the caller has locked).
func (t Tx) AppendEvent(ctx context.Context, e webhook.Event) error {
	if e.Sequence == 0 {
		err := t.QueryRow(ctx, `SELECT COALESCE(MAX(sequence), 0) + 1 FROM events WHERE object = $1 AND object_id = $2`, e.Object, e.ObjectID).Scan(&e.Sequence)
		if err != nil {
			return err
		}
	}
	_, err := t.Exec(ctx, `INSERT INTO events (integration_id, type, object, object_id, sequence, data, previous, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		e.IntegrationID, e.Type, e.Object, e.ObjectID, e.Sequence, string(e.Data), string(e.Previous), row.Micros(e.CreatedAt))
	return err
}
