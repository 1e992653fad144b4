package store

import (
	"context"

	"rampa/internal/customer"
	"rampa/internal/db"
	"rampa/internal/store/row"
)

// customerSearch finds customers by a part of their SearchText.
var customerSearch = db.TextIndex{Name: "customers_search", Table: "customers", Column: "search"}

// fillBatch bounds how many customers one transaction makes findable.
const fillBatch = 500

// FillSearch makes customers findable that were registered before there was an index, a batch at a time, until there are none.
func (s CustomerStore) FillSearch(ctx context.Context) error {
	for {
		rows, err := s.db.Query(ctx, `SELECT `+customerColumns+` FROM customers c WHERE c.search = '' AND c.erased_at = 0 ORDER BY c.id LIMIT $1`, fillBatch)
		found, err := row.Collect(rows, err, scanCustomer)
		if err != nil || len(found) == 0 {
			return err
		}
		err = s.InTx(ctx, func(ctx context.Context, tx customer.Tx) error {
			t := tx.(Tx)
			for _, c := range found {
				n, err := t.Exec(ctx, `UPDATE customers SET search = $2 WHERE id = $1 AND search = ''`, c.ID, c.SearchText())
				if err != nil {
					return err
				}
				if n == 1 { // else it has changed since it was read, and was made findable with that
					customerSearch.Put(t.Tx, c.ID, c.SearchText(), true)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
}
