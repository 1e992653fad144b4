package db

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"rampa/internal/testenv"
)

func TestTransactionsInADeadlockAreTriedAgain(t *testing.T) {
	t.Parallel()
	d := openAt(t, testenv.Postgres(t))
	d.exec(`INSERT INTO t (id) VALUES (1), (2)`)
	var locked, all sync.WaitGroup
	locked.Add(2)
	cross := func(first, second int) {
		var once sync.Once
		err := d.InTx(t.Context(), func(ctx context.Context, tx Tx) error {
			if _, err := tx.Exec(ctx, `UPDATE t SET v = v || 'x' WHERE id = $1`, first); err != nil {
				return err
			}
			once.Do(func() { locked.Done(); locked.Wait() }) // both hold one row and want the other
			_, err := tx.Exec(ctx, `UPDATE t SET v = v || 'x' WHERE id = $1`, second)
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
	all.Go(func() { cross(1, 2) })
	all.Go(func() { cross(2, 1) })
	all.Wait()
	var n int
	if err := d.QueryRow(t.Context(), `SELECT COUNT(*) FROM t WHERE v = 'xx'`).Scan(&n); err != nil || n != 2 {
		t.Errorf("%d rows have both changes, want 2 (%v)", n, err)
	}
	if testutil.ToFloat64(d.m.retries) == 0 {
		t.Error("nothing was tried again: the test met no deadlock")
	}
}

func TestASerializationFailureIsTriedAgainAFewTimesOnly(t *testing.T) {
	t.Parallel()
	d := openAt(t, testenv.Postgres(t))
	for name, c := range map[string]struct {
		failures, want int
		ok             bool
	}{"twice": {2, 3, true}, "for ever": {1 << 30, txAttempts, false}} {
		tries := 0
		err := d.InTx(t.Context(), func(ctx context.Context, tx Tx) error {
			if tries++; tries <= c.failures {
				_, err := tx.Exec(ctx, `DO $$ BEGIN RAISE EXCEPTION 'conflict' USING ERRCODE = '40001'; END $$`)
				return err
			}
			return nil
		})
		if tries != c.want || (err == nil) != c.ok {
			t.Errorf("%s: %d tries, want %d (%v)", name, tries, c.want, err)
		}
	}
}

func TestAnotherErrorIsNotTriedAgain(t *testing.T) {
	t.Parallel()
	d := openAt(t, testenv.Postgres(t))
	tries := 0
	err := d.InTx(t.Context(), func(context.Context, Tx) error { tries++; return errBoom })
	if tries != 1 || !errors.Is(err, errBoom) {
		t.Errorf("%d tries, %v", tries, err)
	}
}

func TestAServerThatMayLoseCommitsIsRefused(t *testing.T) {
	t.Parallel()
	dsn := testenv.Postgres(t)
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', current_database()); END $$`); err != nil {
		t.Fatal(err)
	}
	d, err := Open(t.Context(), Options{Source: dsn})
	if err == nil {
		d.Close()
		t.Fatal("opened with synchronous_commit=off")
	}
	if !strings.Contains(err.Error(), "synchronous_commit=off") {
		t.Errorf("the refusal does not name the setting: %v", err)
	}
}

func TestAServerWithWeakSettingsInTheURLIsRefused(t *testing.T) {
	t.Parallel()
	u, err := url.Parse(testenv.Postgres(t))
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("synchronous_commit", "off")
	u.RawQuery = q.Encode()
	if d, err := Open(t.Context(), Options{Source: u.String()}); err == nil {
		d.Close()
		t.Error("opened with synchronous_commit=off")
	}
}

func TestAFileThatCannotHoldAWALIsRefused(t *testing.T) {
	t.Parallel()
	path := t.TempDir() + "/x?mode=memory" // a name, not an option
	openAt(t, path).exec(`INSERT INTO t (id) VALUES (1)`)
	openAt(t, path).expectRows(1)
	d := &sqliteDB{metrics: newMetrics(nil)}
	d.writer = d.pool(":memory:", 1, nil)
	defer d.writer.Close()
	if err := d.checkDurable(t.Context()); err == nil || !strings.Contains(err.Error(), "journal_mode=memory") {
		t.Errorf("a database in memory: %v", err)
	}
}
