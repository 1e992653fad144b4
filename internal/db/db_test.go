package db

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"rampa/internal/testenv"
)

// database is an open database with a table t (id, v), and what it has counted.
type database struct {
	DB
	*testing.T
	source string
	m      *metrics
}

// engines runs test on a fresh database of each engine.
func engines(t *testing.T, test func(d *database)) {
	t.Helper()
	for name, source := range map[string]func(t *testing.T) string{
		"sqlite":     func(t *testing.T) string { return filepath.Join(t.TempDir(), "rampa.db") },
		"postgresql": func(t *testing.T) string { return testenv.Postgres(t) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(openAt(t, source(t)))
		})
	}
}

func openAt(t *testing.T, source string) *database {
	t.Helper()
	opened, err := Open(t.Context(), Options{Source: source, Metrics: prometheus.NewRegistry()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = opened.Close() })
	d := &database{DB: opened, T: t, source: source}
	switch opened := opened.(type) {
	case *sqliteDB:
		d.m = opened.metrics
	case *postgresDB:
		d.m = opened.metrics
	}
	d.exec(`CREATE TABLE IF NOT EXISTS t (id BIGINT PRIMARY KEY, v TEXT NOT NULL DEFAULT '')`)
	return d
}

func sqliteOnly(t *testing.T) *database {
	t.Helper()
	return openAt(t, filepath.Join(t.TempDir(), "rampa.db"))
}

func (d *database) exec(query string, args ...any) {
	d.Helper()
	if _, err := d.Exec(d.Context(), query, args...); err != nil {
		d.Fatal(err)
	}
}

// count gives the number of committed rows of t.
func (d *database) count() int {
	d.Helper()
	n, err := countIn(d.Context(), d)
	if err != nil {
		d.Fatal(err)
	}
	return n
}

func (d *database) expectRows(want int) {
	d.Helper()
	if got := d.count(); got != want {
		d.Errorf("%d rows are committed, want %d", got, want)
	}
}

func countIn(ctx context.Context, q Querier) (n int, err error) {
	err = q.QueryRow(ctx, `SELECT COUNT(*) FROM t`).Scan(&n)
	return n, err
}

func add(ctx context.Context, q Querier, id int) error {
	_, err := q.Exec(ctx, `INSERT INTO t (id) VALUES ($1)`, id)
	return err
}

var errBoom = errors.New("boom")

func TestAPanicRollsBack(t *testing.T) {
	t.Parallel()
	engines(t, func(d *database) {
		func() {
			defer func() { _ = recover() }()
			err := d.InTx(d.Context(), func(ctx context.Context, tx Tx) error { _ = add(ctx, tx, 1); panic("over") })
			if err == nil {
				d.Error("a unit that panicked succeeded")
			}
		}()
		d.expectRows(0)
		if err := d.InTx(d.Context(), func(ctx context.Context, tx Tx) error { return add(ctx, tx, 1) }); err != nil {
			d.Errorf("after a panic: %v", err)
		}
	})
}

func TestAnErrorThatAUnitSwallowsStillRollsItBack(t *testing.T) {
	t.Parallel()
	for name, fail := range map[string]func(ctx context.Context, tx Tx){
		"exec": func(ctx context.Context, tx Tx) { _ = add(ctx, tx, 1) },
		"row": func(ctx context.Context, tx Tx) {
			var id int
			_ = tx.QueryRow(ctx, `INSERT INTO t (id) VALUES (1) RETURNING id`).Scan(&id)
		},
		"rows": func(ctx context.Context, tx Tx) {
			rows, err := tx.Query(ctx, `INSERT INTO t (id) VALUES (5), (1) RETURNING id`)
			if err != nil {
				return
			}
			for rows.Next() {
			}
			rows.Close()
		},
		"syntax": func(ctx context.Context, tx Tx) { _, _ = tx.Query(ctx, `SELEC 1`) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			engines(t, func(d *database) {
				d.exec(`INSERT INTO t (id) VALUES (1)`)
				err := d.InTx(d.Context(), func(ctx context.Context, tx Tx) error {
					_ = add(ctx, tx, 2)
					fail(ctx, tx)
					_ = add(ctx, tx, 3)
					return nil
				})
				if err == nil {
					d.Error("the unit succeeded")
				}
				d.expectRows(1)
			})
		})
	}
}

func TestNoRowsIsNoFailure(t *testing.T) {
	t.Parallel()
	engines(t, func(d *database) {
		err := d.InTx(d.Context(), func(ctx context.Context, tx Tx) error {
			var id int
			if err := tx.QueryRow(ctx, `SELECT id FROM t`).Scan(&id); !errors.Is(err, ErrNoRows) {
				d.Errorf("an empty result: %v", err)
			}
			return add(ctx, tx, 1)
		})
		if err != nil {
			d.Error(err)
		}
		d.expectRows(1)
	})
}

func TestACallerThatWentAwayBeforeItsTurnChangesNothing(t *testing.T) {
	t.Parallel()
	engines(t, func(d *database) {
		ctx, cancel := context.WithCancel(d.Context())
		cancel()
		err := d.InTx(ctx, func(ctx context.Context, tx Tx) error { return add(ctx, tx, 1) })
		if err == nil {
			d.Error("the unit of a caller that had gone succeeded")
		}
		d.expectRows(0)
	})
}

// failing is a collector that refuses some items.
type failing struct{ refuse any }

func (f *failing) Flush(_ context.Context, _ any, items []any) error {
	for _, i := range items {
		if i == f.refuse {
			return fmt.Errorf("refuse %v: %w", i, errBoom)
		}
	}
	return nil
}

func TestACollectorThatFailsRollsItsUnitBack(t *testing.T) {
	t.Parallel()
	engines(t, func(d *database) {
		err := d.InTx(d.Context(), func(ctx context.Context, tx Tx) error {
			tx.Collect(&failing{"bad"}, "bad")
			return add(ctx, tx, 1)
		})
		if !errors.Is(err, errBoom) {
			d.Error(err)
		}
		d.expectRows(0)
	})
}

func TestWhatRunsUnderATransactionsContextJoinsIt(t *testing.T) {
	t.Parallel()
	engines(t, func(d *database) {
		err := d.InTx(d.Context(), func(ctx context.Context, _ Tx) error {
			if _, err := d.Exec(ctx, `INSERT INTO t (id) VALUES (1)`); err != nil {
				return err
			}
			if err := d.InTx(ctx, func(ctx context.Context, tx Tx) error { return add(ctx, tx, 2) }); err != nil {
				return err
			}
			inside, err := countIn(ctx, d)
			if err != nil || inside != 2 {
				d.Errorf("inside, %d rows are seen, want 2 (%v)", inside, err)
			}
			outside, err := countIn(d.Context(), d)
			if err != nil || outside != 0 {
				d.Errorf("outside, %d rows are seen before the commit (%v)", outside, err)
			}
			return errBoom
		})
		if !errors.Is(err, errBoom) {
			d.Error(err)
		}
		d.expectRows(0)
	})
}

func TestAHandleIsOfNoUseAfterItsUnit(t *testing.T) {
	t.Parallel()
	engines(t, func(d *database) {
		var kept Tx
		if err := d.InTx(d.Context(), func(_ context.Context, tx Tx) error { kept = tx; return nil }); err != nil {
			d.Fatal(err)
		}
		if err := add(d.Context(), kept, 1); err == nil {
			d.Error("a statement ran after its transaction")
		}
		var n int
		if err := kept.QueryRow(d.Context(), `SELECT 1`).Scan(&n); err == nil {
			d.Error("a query ran after its transaction")
		}
		d.expectRows(0)
	})
}

func TestParallelWritersLoseNothing(t *testing.T) {
	t.Parallel()
	engines(t, func(d *database) {
		d.exec(`INSERT INTO t (id, v) VALUES (1, '0')`)
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				for range 10 {
					_, err := d.Exec(d.Context(), `UPDATE t SET v = CAST(CAST(v AS INTEGER) + 1 AS TEXT) WHERE id = 1`)
					if err != nil {
						d.Error(err)
					}
				}
			})
		}
		all.Wait()
		var v string
		if err := d.QueryRow(d.Context(), `SELECT v FROM t`).Scan(&v); err != nil || v != "80" {
			d.Errorf("v = %q, want 80 (%v)", v, err)
		}
	})
}

func TestACachedStatementSeesAChangedTable(t *testing.T) {
	t.Parallel()
	engines(t, func(d *database) {
		d.exec(`INSERT INTO t (id) VALUES (1)`)
		d.expectRows(1)
		d.exec(`ALTER TABLE t ADD COLUMN w TEXT NOT NULL DEFAULT 'new'`)
		d.exec(`INSERT INTO t (id) VALUES (2)`)
		d.expectRows(2)
	})
}
