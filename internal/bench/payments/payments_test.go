package payments_test

import (
	"testing"

	"rampa/internal/bench/payments"
	"rampa/internal/store/book"
	"rampa/internal/storetest"
	"rampa/internal/vault"
)

// TestEveryPaymentOfTheBenchIsSentAndBooked runs a small one.
func TestEveryPaymentOfTheBenchIsSentAndBooked(t *testing.T) {
	t.Parallel()
	storetest.Engines(t, func(t *testing.T, d storetest.Database) {
		sealer, err := vault.Open(t.Context(), make([]byte, vault.MasterKeySize), d.Store)
		if err != nil {
			t.Fatal(err)
		}
		r, err := payments.Run(t.Context(), d.DB, sealer, payments.Size{Payments: 20, Connections: 4})
		if err != nil {
			t.Fatal(err)
		}
		if r.CreatedPerSecond <= 0 || r.SentPerSecond <= 0 || r.HotRatio <= 0 || r.Payments != 40 {
			t.Errorf("%+v", r)
		}
		var sent int
		if err := d.DB.QueryRow(t.Context(), `SELECT COUNT(*) FROM payments WHERE status = 'coins_sent'`).Scan(&sent); err != nil || sent != 42 { // two to warm up
			t.Errorf("%d payments were sent (%v)", sent, err)
		}
		if err := book.New(d.DB).Fold(t.Context()); err != nil {
			t.Error(err)
		}
	})
}
