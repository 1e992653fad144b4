package storetest

import (
	"context"
	"fmt"
	"testing"

	"rampa/internal/db"
)

// Customers adds an integration with n companies "Customer 1"… by plain SQL, for the suites of domains that only need
// somebody to speak of.
func Customers(t testing.TB, d Database, n int) (integrationID int64, customerIDs []int64) {
	t.Helper()
	err := d.DB.InTx(t.Context(), func(ctx context.Context, tx db.Tx) error {
		customerIDs = make([]int64, n)
		err := tx.QueryRow(ctx, `INSERT INTO integrations (uuid, name, mode, created_at) VALUES ('seed', 'Seed & Co', 'sandbox', 1) RETURNING id`).Scan(&integrationID)
		for i := 0; err == nil && i < n; i++ {
			err = tx.QueryRow(ctx, `INSERT INTO customers (uuid, integration_id, kind, name, email, email_key, stage, created_at, updated_at)
				VALUES ($1, $2, 'company', $3, $4, $4, 'approved', 1, 1) RETURNING id`,
				fmt.Sprint("seed-", i+1), integrationID, fmt.Sprint("Customer ", i+1), fmt.Sprintf("seed%d@acme.example", i+1)).Scan(&customerIDs[i])
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return integrationID, customerIDs
}
