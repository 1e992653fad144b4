package prove_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rampa/internal/audit"
	"rampa/internal/errs"
	"rampa/internal/prove"
)

func order(reason string) prove.Order {
	return prove.Order{Reason: reason, Operator: "Ana Ruiz", Actor: audit.System("cli")}
}

// frozen wants payouts to be frozen, or not.
func (h *house) frozen(want bool) prove.Freeze {
	h.Helper()
	f, frozen, err := h.books.Frozen(h.Context())
	if h.must(err); frozen != want {
		h.Fatalf("frozen %v: %+v", frozen, f)
	}
	return f
}

func TestAnOperatorFreezesAndLifts(t *testing.T) {
	t.Parallel()
	engines(t, func(h *house) {
		h.frozen(false)
		if _, err := h.books.Lift(h.Context(), order("none")); !errors.Is(err, prove.ErrNotFrozen) {
			h.Errorf("lifted what does not stand: %v", err)
		}
		made, err := h.books.Freeze(h.Context(), order(" a key was lost "))
		h.must(err)
		want := prove.Freeze{ID: made.ID, Reason: "a key was lost", At: noon, By: "Ana Ruiz"}
		if diff := cmp.Diff(want, h.frozen(true)); diff != "" {
			h.Errorf("(-want +got):\n%s", diff)
		}
		if _, err := h.books.Freeze(h.Context(), order("again")); !errors.Is(err, prove.ErrFrozen) {
			h.Errorf("froze twice: %v", err)
		}
		h.wait(time.Hour)
		lifted, err := h.books.Lift(h.Context(), order("found again"))
		h.must(err)
		want.LiftedAt, want.LiftedBy, want.LiftReason = noon.Add(time.Hour), "Ana Ruiz", "found again"
		if diff := cmp.Diff(want, lifted); diff != "" {
			h.Errorf("(-want +got):\n%s", diff)
		}
		h.frozen(false)
		entries, err := h.Store.History(h.Context(), "payout_freeze", "1", 10)
		h.must(err)
		if len(entries) != 2 || entries[0].Action != "payouts.resumed" || entries[1].Action != "payouts.frozen" || entries[0].Detail["reason"] != "found again" || entries[0].Detail["by"] != "Ana Ruiz" {
			h.Errorf("audited: %+v", entries)
		}
	})
}

func TestOrdersNeedAReasonAndAName(t *testing.T) {
	t.Parallel()
	engines(t, func(h *house) {
		for _, o := range []prove.Order{{}, {Reason: "why", Operator: " "}, {Reason: "\n", Operator: "Ana"}, {Reason: strings.Repeat("x", 501), Operator: "Ana"},
			{Reason: "why", Operator: strings.Repeat("x", 101)}, {Reason: "\xff", Operator: "Ana"}} {
			if _, err := h.books.Freeze(h.Context(), o); !errors.Is(err, prove.ErrReason) || errs.KindOf(err) != errs.Invalid {
				h.Errorf("%+v: %v", o, err)
			}
			if _, err := h.books.Lift(h.Context(), o); !errors.Is(err, prove.ErrReason) {
				h.Errorf("%+v: %v", o, err)
			}
		}
	})
}

// TestWhatWasAcceptedAndRepairedIsNewWhenItIsFoundAgain: an operator's word is for what was there when they gave it.
func TestWhatWasAcceptedAndRepairedIsNewWhenItIsFoundAgain(t *testing.T) {
	t.Parallel()
	engines(t, func(h *house) {
		h.business()
		h.attack(`UPDATE ledger_transfers SET memo = 'edited' WHERE key = 'received/2'`)
		h.run("digests", "audit_entries")
		forced := order("the memo had a name in it")
		forced.Force = true
		_, err := h.books.Lift(h.Context(), forced)
		h.must(err)
		h.attack(`UPDATE ledger_transfers SET memo = '' WHERE key = 'received/2'`)
		h.run()
		h.attack(`UPDATE ledger_transfers SET memo = 'edited' WHERE key = 'received/2'`)
		if r := h.run("digests", "audit_entries"); !r.Froze || r.Accepted {
			h.Errorf("%+v", r)
		}
		h.frozen(true)
	})
}

// TestARunOfACommandIsNoWholeOne: it neither stands for the hourly run nor speaks for lifting what the server found.
func TestARunOfACommandIsNoWholeOne(t *testing.T) {
	t.Parallel()
	engines(t, func(h *house) {
		h.business()
		h.attack(`UPDATE ledger_transfers SET memo = 'edited' WHERE key = 'received/2'`)
		h.run("digests", "audit_entries")
		h.attack(`UPDATE ledger_transfers SET memo = '' WHERE key = 'received/2'`)
		h.books.Partial = true
		h.run()
		if _, err := h.books.Lift(h.Context(), order("the command says it is fine")); !errors.Is(err, prove.ErrUnproved) {
			h.Errorf("lifted: %v", err)
		}
		h.books.Partial = false
		h.run()
		_, err := h.books.Lift(h.Context(), order("the server says so too"))
		h.must(err)
	})
}

func TestAFreezeIsNotLiftedWhileTheLastProofFailsUnlessForced(t *testing.T) {
	t.Parallel()
	engines(t, func(h *house) {
		h.business()
		h.attack(`UPDATE ledger_transfers SET memo = 'edited' WHERE key = 'received/2'`)
		if r := h.run("digests", "audit_entries"); !r.Froze || r.Accepted {
			h.Errorf("%+v", r)
		}
		if _, err := h.books.Lift(h.Context(), order("it is fine")); !errors.Is(err, prove.ErrUnproved) {
			h.Errorf("lifted: %v", err)
		}
		h.frozen(true)
		forced := order("the memo had a name in it")
		forced.Force = true
		_, err := h.books.Lift(h.Context(), forced)
		h.must(err)

		h.must(h.fund(5)) // business goes on, and what was accepted stays so
		if r := h.run("digests", "audit_entries"); r.Froze || !r.Accepted {
			h.Errorf("%+v", r)
		}
		h.frozen(false)
		h.attack(`UPDATE ledger_transfers SET memo = 'edited' WHERE key = 'received/3'`)
		if r := h.run("digests", "audit_entries"); !r.Froze || r.Accepted {
			h.Errorf("%+v", r)
		}
		h.frozen(true)

		h.attack(`UPDATE ledger_transfers SET memo = '' WHERE key IN ('received/2', 'received/3')`)
		h.run()
		h.frozen(true) // that it is repaired lifts nothing by itself
		_, err = h.books.Lift(h.Context(), order("repaired"))
		h.must(err)
		h.run()
		h.frozen(false)
		h.attack(`UPDATE ledger_transfers SET memo = 'edited' WHERE key = 'received/2'`)
		h.run("digests", "audit_entries")
		h.frozen(true) // what was accepted once was repaired since
	})
}

func TestWhatAnOperatorFrozeStaysFrozenByTheOperator(t *testing.T) {
	t.Parallel()
	engines(t, func(h *house) {
		h.business()
		made, err := h.books.Freeze(h.Context(), order("maintenance"))
		h.must(err)
		h.coins.move("", -7)
		if r := h.run("treasury"); r.Froze {
			h.Errorf("froze again: %+v", r)
		}
		if f := h.frozen(true); f.ID != made.ID || f.Reason != "maintenance" {
			h.Errorf("%+v", f)
		}
		if _, err := h.books.Lift(h.Context(), order("done")); !errors.Is(err, prove.ErrUnproved) {
			h.Errorf("lifted: %v", err)
		}
	})
}

func TestManyRunsAtOnceFreezeOnce(t *testing.T) {
	t.Parallel()
	engines(t, func(h *house) {
		h.business()
		h.coins.move("", -7)
		var mu sync.Mutex
		var froze []bool
		var all sync.WaitGroup
		for range 6 {
			all.Go(func() {
				r, err := h.books.Run(h.Context())
				mu.Lock()
				defer mu.Unlock()
				if froze = append(froze, r.Froze); err != nil {
					h.Error(err)
				}
			})
		}
		all.Wait()
		n := 0
		for _, f := range froze {
			if f {
				n++
			}
		}
		if h.frozen(true); n != 1 {
			h.Errorf("%d runs say that they froze", n)
		}
		var freezes int
		h.must(h.DB.QueryRow(h.Context(), `SELECT COUNT(*) FROM payout_freezes`).Scan(&freezes))
		if freezes != 1 {
			h.Errorf("%d freezes", freezes)
		}
	})
}

func TestAnotherRunIsMadeWhenTheLastIsAnHourOld(t *testing.T) {
	t.Parallel()
	engines(t, func(h *house) {
		for i, c := range []struct {
			wait time.Duration
			runs int64
		}{{0, 1}, {time.Minute, 1}, {58 * time.Minute, 1}, {time.Minute, 2}, {365 * 24 * time.Hour, 3}, {0, 3}} {
			h.wait(c.wait)
			h.must(h.books.Sweep(h.Context()))
			if r, any, err := h.books.Last(h.Context()); err != nil || !any || r.ID != c.runs {
				h.Errorf("step %d: report %d, %v", i, r.ID, err)
			}
		}
	})
}
