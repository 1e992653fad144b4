package onramp

import (
	"context"
	"time"

	"rampa/internal/cursor"
)

// TallyPayments names the append-only count of an integration's payments.
const TallyPayments = "payments"

// Query is a list of an integration's payments, newest first.
type Query struct {
	IntegrationID int64
	Status        Status
	CustomerID    int64
	ExternalID    string
	Method        string // whatever its case
	CreatedFrom   time.Time
	CreatedTo     time.Time // before it
	Before        int64     // payments with a smaller number; 0: from the newest
	Offset        int
	Limit         int
}

// Filtered reports whether q leaves payments of the integration out.
func (q *Query) Filtered() bool {
	return q.Status != "" || q.CustomerID != 0 || q.ExternalID != "" || q.Method != "" || !q.CreatedFrom.IsZero() || !q.CreatedTo.IsZero()
}

// List is a page of payments.
type List struct {
	Payments []Payment
	Total    int
	Capped   bool   // Total stopped counting there
	Next     string // cursor of the next page, "" = none
}

// Find gives a payment of the integration. Errors: ErrNotFound.
func (s *Service) Find(ctx context.Context, integrationID int64, paymentID string) (Payment, error) {
	r, err := s.Store.Payment(ctx, paymentID)
	if err != nil {
		return Payment{}, err
	}
	if r.IntegrationID != integrationID {
		return Payment{}, ErrNotFound
	}
	err = s.unseal(&r)
	return r.Payment, err
}

// List gives a page of an integration's payments, newest first; a cursor walks by key, so that depth costs nothing. Errors:
// cursor.ErrInvalid.
func (s *Service) List(ctx context.Context, q Query, after string) (List, error) {
	if after != "" {
		place, err := cursor.Read(after, 1)
		if err != nil {
			return List{}, err
		}
		q.Before, q.Offset = place[0], 0
	}
	limit := q.Limit
	q.Limit++ // one more tells whether there is a next page
	rows, err := s.Store.Payments(ctx, q)
	if err != nil {
		return List{}, err
	}
	var out List
	if len(rows) > limit {
		rows = rows[:limit]
		out.Next = cursor.Of(rows[limit-1].Number)
	}
	for i := range rows {
		if err := s.unseal(&rows[i]); err != nil {
			return List{}, err
		}
		out.Payments = append(out.Payments, rows[i].Payment)
	}
	out.Total, out.Capped, err = s.Store.CountPayments(ctx, q)
	return out, err
}
