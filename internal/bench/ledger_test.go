package bench_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"rampa/internal/bench"
	"rampa/internal/db"
	"rampa/internal/testenv"
)

var smallLedger = bench.LedgerSize{Connections: 4, Rounds: 1, Phase: 50 * time.Millisecond}

func quiet(source, dir string) *bench.Env {
	return &bench.Env{Dir: dir, DB: source, Progress: func(string, int64) bench.Bar { return noBar{} }}
}

type noBar struct{}

func (noBar) Add(int64) {}
func (noBar) Done()     {}

func TestTheLedgerIsMeasuredOnBothEngines(t *testing.T) {
	t.Parallel()
	postgres := testenv.Postgres(t)
	for _, source := range []string{"sqlite", postgres, postgres} { // a database may be used again
		r, err := quiet(source, t.TempDir()).RunLedger(t.Context(), smallLedger)
		if err != nil {
			t.Fatal(err)
		}
		if r.RandomPerSecond <= 0 || r.HotPerSecond <= 0 || r.HotRatio != r.HotPerSecond/r.RandomPerSecond || r.Transfers == 0 || r.HotP99 < r.HotP50 || r.HotP50 <= 0 {
			t.Errorf("%s: %+v", source, r)
		}
		if withPgbench := source == postgres; withPgbench != (r.PgbenchPerSecond != nil) || withPgbench != (r.RatioToPgbench != nil) {
			t.Errorf("%s: pgbench %v, ratio %v", source, r.PgbenchPerSecond, r.RatioToPgbench)
		} else if withPgbench && (*r.PgbenchPerSecond <= 0 || *r.RatioToPgbench <= 0) {
			t.Errorf("%v a second by pgbench, ratio %v", *r.PgbenchPerSecond, *r.RatioToPgbench)
		}
	}
	rowsAlike(t, postgres)
}

// rowsAlike holds pgbench to the rows that the ledger writes.
func rowsAlike(t *testing.T, source string) {
	t.Helper()
	ctx := context.Background()
	d, err := db.Open(ctx, db.Options{Source: source})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	const shape = `SELECT COUNT(DISTINCT l.shape), COUNT(*), COALESCE(SUM(l.own), 0) FROM (
		SELECT CASE WHEN t.key LIKE 'bench/%/%/%' THEN 0 ELSE 1 END AS own,
			COUNT(*) || ' entries ' || (SELECT COUNT(*) || MIN(x.action) || MIN(x.object) || MIN(x.actor_kind) || MIN(x.actor_id) || MIN(LENGTH(x.detail)) FROM audit_entries x WHERE x.object = 'transfer' AND x.object_id = t.key)
			|| LENGTH(t.digest) || MIN(CASE WHEN e.line = 0 THEN a.purpose END) || MIN(CASE WHEN e.line = 1 THEN a.purpose END) || MIN(CASE WHEN e.line = 2 THEN a.purpose END) AS shape
		FROM ledger_transfers t JOIN ledger_entries e ON e.transfer_id = t.id JOIN ledger_accounts a ON a.id = e.account_id
		GROUP BY t.id HAVING COUNT(*) <= 3) l`
	var shapes, all, own int64
	if err := d.QueryRow(ctx, shape).Scan(&shapes, &all, &own); err != nil {
		t.Fatal(err)
	}
	if shapes != 1 || own == 0 || own == all {
		t.Errorf("%d shapes of %d transfers, %d of them by the ledger", shapes, all, own)
	}
}

func TestBooksThatSomebodyKeepsAreNotBenchedIn(t *testing.T) {
	t.Parallel()
	source := testenv.Postgres(t)
	if _, _, err := db.Migrate(t.Context(), db.Options{Source: source}); err != nil {
		t.Fatal(err)
	}
	d, err := db.Open(t.Context(), db.Options{Source: source})
	if err != nil {
		t.Fatal(err)
	}
	_, err = d.Exec(t.Context(), `INSERT INTO ledger_transfers (key, kind, memo, digest, at) VALUES ('payment/1/received', 'payment.received', '', '', 0)`)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := quiet(source, t.TempDir()).RunLedger(t.Context(), smallLedger); err == nil || !strings.Contains(err.Error(), "use an empty one") {
		t.Error(err)
	}
}
