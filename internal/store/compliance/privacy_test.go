package compliance

import (
	"slices"
	"testing"

	"rampa/internal/storetest"
)

// TestEveryTableAboutCustomersCanBeErased fails when a migration adds a table that an erasure would not empty. Say in
// holdings what an export shows of it, and what becomes of it.
func TestEveryTableAboutCustomersCanBeErased(t *testing.T) {
	t.Parallel()
	storetest.Engines(t, func(t *testing.T, d storetest.Database) {
		query := `SELECT DISTINCT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c ON m.type = 'table' WHERE c.name IN ('customer_id', 'object_id', 'case_id', 'alert_id')`
		if d.Engine == "postgresql" {
			query = `SELECT DISTINCT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name IN ('customer_id', 'object_id', 'case_id', 'alert_id')`
		}
		rows, err := d.DB.Query(t.Context(), query)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		found := 0
		for rows.Next() {
			var table string
			if err := rows.Scan(&table); err != nil {
				t.Fatal(err)
			}
			found++
			if !slices.ContainsFunc(holdings, func(h holding) bool { return h.table == table }) {
				t.Errorf("nothing is said about table %s", table)
			}
		}
		if err := rows.Err(); err != nil || found < 10 {
			t.Errorf("%d tables, %v", found, err)
		}
	})
}
