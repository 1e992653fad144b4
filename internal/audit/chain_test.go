package audit_test

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"rampa/internal/audit"
	"rampa/internal/customer"
	"rampa/internal/db"
	"rampa/internal/store"
	"rampa/internal/storetest"
)

var noon = time.Date(2026, 6, 26, 12, 0, 0, 0, time.UTC)

// log is a database with a chain over its entries and a clock.
type log struct {
	storetest.Database
	*testing.T
	chain *audit.Chain
	now   time.Time
}

func key(b byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed([]byte(strings.Repeat(string(b), 32)))
}

func newLog(t *testing.T, d storetest.Database) *log {
	l := &log{Database: d, T: t, now: noon}
	l.chain = audit.NewChain(d.Store.AuditChain(), key('k'), func() time.Time { return l.now })
	return l
}

// append adds n entries in one transaction.
func (l *log) append(n int) {
	l.Helper()
	err := l.Store.Customers().InTx(l.Context(), func(ctx context.Context, tx customer.Tx) error {
		for i := range n {
			if err := tx.AppendAudit(ctx, entry(i)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		l.Fatal(err)
	}
}

func entry(i int) audit.Entry {
	return audit.Entry{At: noon, IntegrationID: 1, Actor: audit.Actor{Kind: "operator", ID: "7", Address: "192.0.2.1"}, Action: "customer.changed", Object: "customer",
		ObjectID: fmt.Sprint(i), Detail: map[string]string{"item": "company", "n": fmt.Sprint(i)}, RequestID: "r"}
}

func (l *log) close() {
	l.Helper()
	if err := l.chain.Close(l.Context()); err != nil {
		l.Fatal(err)
	}
}

func (l *log) verify() audit.Report {
	l.Helper()
	r, err := l.chain.Verify(l.Context(), "")
	if err != nil {
		l.Fatal(err)
	}
	return r
}

func (l *log) exec(query string, args ...any) {
	l.Helper()
	if _, err := l.DB.Exec(l.Context(), query, args...); err != nil {
		l.Fatalf("%s: %v", query, err)
	}
}

func TestTheChainHoldsEveryEntryOnce(t *testing.T) {
	t.Parallel()
	storetest.Engines(t, func(t *testing.T, d storetest.Database) {
		l := newLog(t, d)
		l.close()                             // nothing to close over
		for _, n := range []int{1, 3, 2100} { // the last fills more than one batch
			l.append(n)
			l.close()
		}
		l.append(2)
		r := l.verify()
		if r.Entries != 2104 || r.Unsealed != 2 || r.Batches != 4 {
			t.Errorf("report: %+v", r)
		}
		if again, err := l.chain.Verify(t.Context(), r.Checkpoint); err != nil || again != r {
			t.Errorf("with its own checkpoint: %+v, %v", again, err)
		}
	})
}

// tampering is one change of one row behind the program's back, with its undoing.
type tampering struct{ do, undo string }

func tamper(r *rand.Rand, first, last int) tampering {
	id := first + r.IntN(last-first+1)
	column := []string{"at", "integration_id", "actor_kind", "actor_id", "actor_address", "action", "object", "object_id", "request_id"}[r.IntN(9)]
	other := id + 1
	if other > last {
		other = id - 1
	}
	switch r.IntN(4) {
	case 0:
		return tampering{fmt.Sprintf(`DELETE FROM audit_entries WHERE id = %d`, id), fmt.Sprintf(`INSERT INTO audit_entries SELECT * FROM kept WHERE id = %d`, id)}
	case 1: // two entries change places
		swap := fmt.Sprintf(`UPDATE audit_entries SET (object_id, detail) = (SELECT object_id, detail FROM kept k WHERE k.id = CASE audit_entries.id WHEN %d THEN %d ELSE %d END) WHERE id IN (%[1]d, %[2]d)`, id, other, id)
		return tampering{swap, fmt.Sprintf(`UPDATE audit_entries SET (object_id, detail) = (SELECT object_id, detail FROM kept k WHERE k.id = audit_entries.id) WHERE id IN (%d, %d)`, id, other)}
	case 2:
		return tampering{fmt.Sprintf(`UPDATE audit_entries SET detail = '{"item":"company","n":"x"}' WHERE id = %d`, id), fmt.Sprintf(`UPDATE audit_entries SET detail = (SELECT detail FROM kept k WHERE k.id = %d) WHERE id = %[1]d`, id)}
	}
	value := `'x'`
	if column == "at" || column == "integration_id" {
		value = column + " + 1"
	}
	return tampering{fmt.Sprintf(`UPDATE audit_entries SET %s = %s WHERE id = %d`, column, value, id),
		fmt.Sprintf(`UPDATE audit_entries SET %s = (SELECT %[1]s FROM kept k WHERE k.id = %d) WHERE id = %[2]d`, column, id)}
}

func TestEveryTamperingIsFoundAtItsBatch(t *testing.T) {
	t.Parallel()
	seed := uint64(time.Now().UnixNano())
	const batches, each = 5, 3
	storetest.Engines(t, func(t *testing.T, d storetest.Database) {
		l, r := newLog(t, d), rand.New(rand.NewPCG(seed, 1))
		for range batches {
			l.append(each)
			l.close()
		}
		l.exec(`CREATE TABLE kept AS SELECT * FROM audit_entries`)
		for i := range 500 { // on each engine
			batch := 1 + r.IntN(batches)
			change := tamper(r, (batch-1)*each+1, batch*each)
			var got error
			err := l.DB.InTx(t.Context(), func(ctx context.Context, tx db.Tx) error {
				if _, err := tx.Exec(ctx, change.do); err != nil {
					return err
				}
				_, got = l.chain.Verify(ctx, "")
				_, err := tx.Exec(ctx, change.undo)
				return err
			})
			if err != nil {
				t.Fatalf("seed %d, %d: %s: %v", seed, i, change.do, err)
			}
			if got == nil || !strings.Contains(got.Error(), fmt.Sprintf("broken at batch %d ", batch)) {
				t.Fatalf("seed %d, %d: %s: want a break at batch %d, got %v", seed, i, change.do, batch, got)
			}
		}
		l.verify()
	})
}

func TestTamperingWithBatchesIsFound(t *testing.T) {
	t.Parallel()
	storetest.Engines(t, func(t *testing.T, d storetest.Database) {
		for name, query := range map[string]string{
			"signature":      `UPDATE audit_batches SET signature = hash WHERE seq = 2`,
			"hash":           `UPDATE audit_batches SET hash = signature WHERE seq = 2`,
			"time":           `UPDATE audit_batches SET at = at + 1 WHERE seq = 2`,
			"count":          `UPDATE audit_batches SET entries = entries + 1 WHERE seq = 2`,
			"skipped":        `UPDATE audit_batches SET skipped = '[4]' WHERE seq = 2`,
			"late":           `UPDATE audit_batches SET late = '[1]' WHERE seq = 2`,
			"range":          `UPDATE audit_batches SET last_id = last_id - 1 WHERE seq = 2`,
			"one in between": `DELETE FROM audit_batches WHERE seq = 2`,
			"the first":      `DELETE FROM audit_batches WHERE seq = 1`,
		} {
			l := newLog(t, d)
			l.exec(`DELETE FROM audit_batches`)
			l.exec(`DELETE FROM audit_entries`)
			for range 3 {
				l.append(3)
				l.close()
			}
			l.exec(query)
			if _, err := l.chain.Verify(t.Context(), ""); err == nil || !strings.Contains(err.Error(), "broken at batch") {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestATailThatWasCutOffIsFoundWithACheckpoint(t *testing.T) {
	t.Parallel()
	storetest.Engines(t, func(t *testing.T, d storetest.Database) {
		l := newLog(t, d)
		l.append(3)
		l.close()
		l.append(3)
		l.close()
		kept := l.verify().Checkpoint
		l.exec(`DELETE FROM audit_batches WHERE seq = 2`)
		l.exec(`DELETE FROM audit_entries WHERE id > 3`)
		l.verify() // without the checkpoint nothing tells
		if _, err := l.chain.Verify(t.Context(), kept); err == nil {
			t.Error("the missing tail was not found")
		}
		l.append(3)
		l.close() // the chain goes on as if nothing had been
		if _, err := l.chain.Verify(t.Context(), kept); err == nil {
			t.Error("the replaced tail was not found")
		}
	})
}

func TestAnEntryThatIsCommittedLateIsTakenIn(t *testing.T) {
	t.Parallel()
	storetest.Engines(t, func(t *testing.T, d storetest.Database) {
		l := newLog(t, d)
		if d.Engine == "sqlite" { // its ids are committed in order; play the gap
			l.append(3)
			l.exec(`CREATE TABLE kept AS SELECT * FROM audit_entries WHERE id = 2`)
			l.exec(`DELETE FROM audit_entries WHERE id = 2`)
			l.close()
			l.exec(`INSERT INTO audit_entries SELECT * FROM kept`)
		} else {
			l.append(1)
			err := d.Store.Customers().InTx(t.Context(), func(ctx context.Context, tx customer.Tx) error {
				if err := tx.AppendAudit(ctx, entry(2)); err != nil {
					return err
				}
				l.append(1) // a transaction of its own that commits first
				l.close()
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if r := l.verify(); r.Entries != 2 || r.Unsealed != 1 {
			t.Errorf("before it is taken in: %+v", r)
		}
		l.now = l.now.Add(time.Minute)
		l.close()
		l.close()
		if r := l.verify(); r.Entries != 3 || r.Unsealed != 0 || r.Batches != 2 {
			t.Errorf("after: %+v", r)
		}
		l.exec(`UPDATE audit_entries SET action = 'x' WHERE id = 2`)
		if _, err := l.chain.Verify(t.Context(), ""); err == nil || !strings.Contains(err.Error(), "batch 2 ") {
			t.Errorf("the late entry was changed: %v", err)
		}
	})
}

func TestAnEntryPutIntoAnOldGapIsFound(t *testing.T) {
	t.Parallel()
	storetest.Engines(t, func(t *testing.T, d storetest.Database) {
		l := newLog(t, d)
		l.append(3)
		l.exec(`CREATE TABLE kept AS SELECT * FROM audit_entries WHERE id = 2`)
		l.exec(`DELETE FROM audit_entries WHERE id = 2`) // as a transaction that was rolled back leaves it
		l.close()
		l.now = l.now.Add(time.Hour)
		l.exec(`INSERT INTO audit_entries SELECT * FROM kept`)
		l.close()
		if _, err := l.chain.Verify(t.Context(), ""); err == nil || !strings.Contains(err.Error(), "entry 2 was added") {
			t.Errorf("the added entry was not found: %v", err)
		}
	})
}

func TestTwoClosersAtOnceCloseOnce(t *testing.T) {
	t.Parallel()
	storetest.Engines(t, func(t *testing.T, d storetest.Database) {
		l := newLog(t, d)
		for range 10 {
			l.append(2)
			var closers sync.WaitGroup
			for range 2 {
				closers.Go(func() { _ = l.chain.Close(t.Context()) }) // the loser may be refused
			}
			closers.Wait()
			l.close()
		}
		if r := l.verify(); r.Entries != 20 || r.Unsealed != 0 {
			t.Errorf("report: %+v", r)
		}
	})
}

func TestAChainSignedWithAnotherKeyIsRefused(t *testing.T) {
	t.Parallel()
	storetest.Engines(t, func(t *testing.T, d storetest.Database) {
		l := newLog(t, d)
		l.append(1)
		l.close()
		_, err := audit.NewChain(d.Store.AuditChain(), key('x'), time.Now).Verify(t.Context(), "")
		if err == nil || !strings.Contains(err.Error(), "signature") {
			t.Error(err)
		}
	})
}

// brokenStore fails in the middle of a close.
type brokenStore struct{ store.ChainStore }

func (brokenStore) AddBatch(context.Context, audit.Batch) error { return errors.New("disk full") }

func TestACloseThatFailsLeavesTheEntriesForTheNext(t *testing.T) {
	t.Parallel()
	storetest.Engines(t, func(t *testing.T, d storetest.Database) {
		l := newLog(t, d)
		l.append(2)
		broken := audit.NewChain(brokenStore{d.Store.AuditChain()}, key('k'), func() time.Time { return noon })
		if err := broken.Close(t.Context()); err == nil {
			t.Error("a close that stored nothing succeeded")
		}
		l.close()
		if r := l.verify(); r.Entries != 2 {
			t.Errorf("report: %+v", r)
		}
	})
}
