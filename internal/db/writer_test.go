package db

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil"
)

// batch queues units behind one that holds the writer, so that all of them share one commit, and gives their answers.
func (d *database) batch(units ...func(ctx context.Context, tx Tx) error) []error {
	d.Helper()
	holding, release := make(chan struct{}), make(chan struct{})
	var once sync.Once
	var all sync.WaitGroup
	all.Go(func() {
		_ = d.InTx(d.Context(), func(context.Context, Tx) error {
			once.Do(func() { close(holding) })
			<-release
			return nil
		})
	})
	<-holding
	loop := d.DB.(*sqliteDB).loop
	answers := make([]error, len(units))
	for i, u := range units {
		all.Go(func() { answers[i] = d.InTx(d.Context(), u) })
		for len(loop.units) <= i { // in order: the channel is the queue
			<-tick()
		}
	}
	close(release)
	all.Wait()
	return answers
}

// tick lets the other goroutines run.
func tick() <-chan struct{} {
	c := make(chan struct{})
	go close(c)
	return c
}

func TestAUnitThatFailsTakesNoOtherWithIt(t *testing.T) {
	t.Parallel()
	d := sqliteOnly(t)
	answers := d.batch(
		func(ctx context.Context, tx Tx) error { return add(ctx, tx, 1) },
		func(ctx context.Context, tx Tx) error { return errors.Join(add(ctx, tx, 2), errBoom) },
		func(ctx context.Context, tx Tx) error { return add(ctx, tx, 1) }, // breaks the primary key
		func(ctx context.Context, tx Tx) error { return errors.Join(add(ctx, tx, 4)) },
	)
	if answers[0] != nil || !errors.Is(answers[1], errBoom) || answers[2] == nil || answers[3] != nil {
		t.Errorf("answers: %v", answers)
	}
	d.expectRows(2)
	if n := testutil.ToFloat64(d.m.retries); n != 0 {
		t.Errorf("%v units ran again, want none: the batch was not lost", n)
	}
}

func TestAPanicInAUnitIsItsOwnError(t *testing.T) {
	t.Parallel()
	d := sqliteOnly(t)
	answers := d.batch(
		func(ctx context.Context, tx Tx) error { return add(ctx, tx, 1) },
		func(ctx context.Context, tx Tx) error { _ = add(ctx, tx, 2); panic("over") },
		func(ctx context.Context, tx Tx) error { return add(ctx, tx, 3) },
	)
	if answers[0] != nil || answers[1] == nil || !strings.Contains(answers[1].Error(), "over") || answers[2] != nil {
		t.Errorf("answers: %v", answers)
	}
	d.expectRows(2)
}

func TestACallerThatGoesAwayWhileQueuedTakesNoOtherWithIt(t *testing.T) {
	t.Parallel()
	d := sqliteOnly(t)
	ctx, cancel := context.WithCancel(t.Context())
	gone := make(chan error, 1)
	answers := d.batch(
		func(txCtx context.Context, tx Tx) error { // runs inside the batch, so it queues its neighbour for the next one
			go func() {
				gone <- d.InTx(ctx, func(ctx context.Context, tx Tx) error { return add(ctx, tx, 7) })
			}()
			for len(d.DB.(*sqliteDB).loop.units) == 0 {
				<-tick()
			}
			cancel()
			return add(txCtx, tx, 1)
		},
	)
	if answers[0] != nil {
		t.Error(answers[0])
	}
	if err := <-gone; !errors.Is(err, context.Canceled) {
		t.Errorf("the caller that went away was told %v", err)
	}
	d.expectRows(1)
}

func TestACallerThatGoesAwayInsideItsUnitOnSQLiteIsStillCommittedWhole(t *testing.T) {
	t.Parallel()
	d := sqliteOnly(t)
	ctx, cancel := context.WithCancel(t.Context())
	err := d.InTx(ctx, func(ctx context.Context, tx Tx) error {
		cancel()
		return errors.Join(add(ctx, tx, 1), add(ctx, tx, 2))
	})
	if err != nil {
		t.Errorf("told %v, although the unit was not stopped", err)
	}
	d.expectRows(2)
}

func TestALostBatchRunsItsUnitsAgainOneByOne(t *testing.T) {
	t.Parallel()
	lost := map[string]func(ctx context.Context, tx Tx) error{
		"collector": func(ctx context.Context, tx Tx) error { tx.Collect(&failing{"bad"}, "bad"); return add(ctx, tx, 2) },
		"rollback": func(ctx context.Context, tx Tx) error {
			_, err := tx.Exec(ctx, `ROLLBACK`)
			return err
		},
		"or rollback": func(ctx context.Context, tx Tx) error {
			_, err := tx.Exec(ctx, `INSERT OR ROLLBACK INTO t (id) VALUES (0)`)
			return err
		},
	}
	for name, unit := range lost {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := sqliteOnly(t)
			d.exec(`INSERT INTO t (id) VALUES (0)`)
			answers := d.batch(
				func(ctx context.Context, tx Tx) error { return add(ctx, tx, 1) },
				unit,
				func(ctx context.Context, tx Tx) error { return add(ctx, tx, 3) },
			)
			if answers[0] != nil || answers[1] == nil || answers[2] != nil {
				t.Errorf("answers: %v", answers)
			}
			d.expectRows(3)
			if n := testutil.ToFloat64(d.m.retries); n != 3 {
				t.Errorf("%v units ran again, want 3", n)
			}
		})
	}
}

// gathering keeps what one flush brought.
type gathering struct{ flushes [][]any }

func (g *gathering) Flush(_ context.Context, _ any, items []any) error {
	g.flushes = append(g.flushes, items)
	return nil
}

func TestACollectorGetsTheItemsOfACommitAtOnceAndNoneOfAFailedUnit(t *testing.T) {
	t.Parallel()
	d := sqliteOnly(t)
	g := &gathering{}
	d.batch(
		func(_ context.Context, tx Tx) error { tx.Collect(g, 1); tx.Collect(g, 2); return nil },
		func(_ context.Context, tx Tx) error { tx.Collect(g, 3); return errBoom },
		func(_ context.Context, tx Tx) error { tx.Collect(g, 4); return nil },
	)
	if got := fmt.Sprint(g.flushes); got != "[[1 2 4]]" {
		t.Errorf("flushed %s", got)
	}
}

func TestReadsOutsideATransactionCannotWriteOnSQLite(t *testing.T) {
	t.Parallel()
	d := sqliteOnly(t)
	var id int
	if err := d.QueryRow(t.Context(), `INSERT INTO t (id) VALUES (1) RETURNING id`).Scan(&id); err == nil {
		t.Error("a reader wrote")
	}
	d.expectRows(0)
}

func TestManyWritersShareFewCommits(t *testing.T) {
	t.Parallel()
	d := sqliteOnly(t)
	before := testutil.ToFloat64(d.m.commits)
	var all sync.WaitGroup
	const writers, each = 64, 20
	for w := range writers {
		all.Go(func() {
			for i := range each {
				if err := d.InTx(t.Context(), func(ctx context.Context, tx Tx) error { return add(ctx, tx, w*each+i) }); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	d.expectRows(writers * each)
	commits := testutil.ToFloat64(d.m.commits) - before
	if commits > writers*each/4 {
		t.Errorf("%v commits for %d units", commits, writers*each)
	}
}

func TestCloseAnswersWhoeverStillWaits(t *testing.T) {
	t.Parallel()
	d := sqliteOnly(t)
	holding := make(chan struct{})
	var all sync.WaitGroup
	all.Go(func() {
		_ = d.InTx(t.Context(), func(ctx context.Context, tx Tx) error {
			close(holding)
			<-d.DB.(*sqliteDB).loop.quit // until Close has begun
			return add(ctx, tx, 0)
		})
	})
	<-holding
	var mu sync.Mutex
	succeeded := 1
	for i := range 300 { // more than the queue holds
		all.Go(func() {
			err := d.InTx(t.Context(), func(ctx context.Context, tx Tx) error { return add(ctx, tx, i+1) })
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				succeeded++
			} else if !errors.Is(err, errUnavailable) {
				t.Errorf("told %v", err)
			}
		})
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
	all.Wait()
	if err := d.InTx(t.Context(), func(context.Context, Tx) error { return nil }); !errors.Is(err, errUnavailable) {
		t.Errorf("after Close: %v", err)
	}
	if again := openAt(t, d.source); again.count() != succeeded {
		t.Errorf("%d rows are there, and %d callers were told so", again.count(), succeeded)
	}
}

func TestTheStatementCacheServesOneTextManyTimesAtOnce(t *testing.T) {
	t.Parallel()
	d := sqliteOnly(t)
	err := d.InTx(t.Context(), func(ctx context.Context, tx Tx) error {
		for i := range 3 {
			if err := add(ctx, tx, i); err != nil {
				return err
			}
		}
		seen, err := nested(ctx, tx, 3)
		if seen != 27 {
			t.Errorf("three nested walks over three rows saw %d, want 27", seen)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// nested walks over t with the same text while its caller's walk stands open.
func nested(ctx context.Context, q Querier, depth int) (seen int, err error) {
	if depth == 0 {
		return 1, nil
	}
	rows, err := q.Query(ctx, `SELECT id FROM t ORDER BY id`)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for rows.Next() {
		n, err := nested(ctx, q, depth-1)
		if err != nil {
			return seen, err
		}
		seen += n
	}
	return seen, rows.Err()
}

func TestTheStatementCacheTakesMoreTextsThanItKeeps(t *testing.T) {
	t.Parallel()
	d := sqliteOnly(t)
	err := d.InTx(t.Context(), func(ctx context.Context, tx Tx) error {
		for round := range 2 {
			for i := range cachedStatements + 50 {
				var got int
				if err := tx.QueryRow(ctx, fmt.Sprintf(`SELECT %d + $1`, i), round).Scan(&got); err != nil || got != i+round {
					return fmt.Errorf("text %d gave %d: %w", i, got, err)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
