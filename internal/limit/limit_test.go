package limit_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rampa/internal/errs"
	"rampa/internal/limit"
	"rampa/internal/store/compliance"
	"rampa/internal/storetest"
)

var noon = time.Date(2026, 6, 26, 12, 0, 0, 0, time.UTC)

// world is a service over a fresh database.
type world struct {
	*testing.T
	storetest.Database
	*limit.Service
	tenant    int64
	customers []int64
	now       time.Time
}

func engines(t *testing.T, customers int, test func(w *world)) {
	storetest.Engines(t, func(t *testing.T, d storetest.Database) {
		w := &world{T: t, Database: d, now: noon}
		w.tenant, w.customers = storetest.Customers(t, d, customers)
		w.Service = limit.New(limit.Config{Store: compliance.New(d.DB).Limits(), Zone: madrid(t), Now: func() time.Time { return w.now }})
		test(w)
	})
}

func madrid(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// use is a use of the first customer, tier 1, at now.
func (w *world) use(reference string, rail limit.Rail, cents int64) limit.Use {
	return limit.Use{CustomerID: w.customers[0], IntegrationID: w.tenant, Tier: 1, Reference: reference, Rail: rail, Amount: cents, At: w.now}
}

// take checks and records in one transaction, as payments do.
func (w *world) take(u limit.Use) error {
	return w.Store.InTx(context.Background(), func(ctx context.Context) error {
		if err := w.Check(ctx, u); err != nil {
			return err
		}
		return w.Record(ctx, u)
	})
}

func (w *world) mustTake(u limit.Use) {
	w.Helper()
	if err := w.take(u); err != nil {
		w.Fatalf("%s: %v", u.Reference, err)
	}
}

// refused expects a refusal and gives it.
func (w *world) refused(u limit.Use) *limit.Refusal {
	w.Helper()
	err := w.take(u)
	r, ok := errors.AsType[*limit.Refusal](err)
	if !ok {
		w.Fatalf("%s: %v is not a refusal", u.Reference, err)
	}
	return r
}

func TestARefusalNamesTheRuleAndWhatWouldLiftIt(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name   string
		tier   int
		rail   limit.Rail
		before []int64 // cents, recorded by card
		amount int64
		code   string // "": passes
		window limit.Window
		lift   limit.Lift
	}{
		{"tier 0 moves nothing", 0, limit.Transfer, nil, 1, limit.CodeVerification, limit.Transaction, limit.LiftVerification},
		{"tier 1 at its transaction", 1, limit.Transfer, nil, 1_000_00, "", "", ""},
		{"tier 1 beyond its transaction", 1, limit.Transfer, nil, 1_000_01, limit.CodeReinforced, limit.Transaction, limit.LiftDeclaration},
		{"tier 1 at its 30 days", 1, limit.Latam, []int64{1_000_00, 1_000_00}, 1_000_00, "", "", ""},
		{"tier 1 beyond its 30 days", 1, limit.Latam, []int64{1_000_00, 1_000_00, 1}, 1_000_00, limit.CodeReinforced, limit.Days30, limit.LiftDeclaration},
		{"tier 1 at its card quarter", 1, limit.Card, []int64{1_000_00}, 1_000_00, "", "", ""},
		{"tier 1 beyond its card quarter", 1, limit.Card, []int64{1_000_00, 1}, 1_000_00, limit.CodeExceeded, limit.Quarter, limit.LiftDeclaration},
		{"the first rule that refuses speaks", 1, limit.Card, []int64{2_000_00, 1_000_00}, 1_000_01, limit.CodeReinforced, limit.Transaction, limit.LiftDeclaration},
		{"tier 2 at its transaction", 2, limit.Transfer, nil, 15_000_00, "", "", ""},
		{"tier 2 beyond its transaction", 2, limit.Transfer, nil, 15_000_01, limit.CodeExceeded, limit.Transaction, limit.LiftAmount},
		{"tier 2 at its 30 days", 2, limit.Transfer, []int64{40_000_00}, 10_000_00, "", "", ""},
		{"tier 2 beyond its 30 days", 2, limit.Transfer, []int64{40_000_01}, 10_000_00, limit.CodeExceeded, limit.Days30, limit.LiftTime},
		{"tier 2 at its card quarter", 2, limit.Card, []int64{9_999_99}, 1, "", "", ""},
		{"tier 2 beyond its card quarter", 2, limit.Card, []int64{10_000_00}, 1, limit.CodeExceeded, limit.Quarter, limit.LiftTime},
	}
	engines(t, len(cases), func(w *world) {
		for i, c := range cases {
			u := w.use(c.name, c.rail, c.amount)
			u.CustomerID, u.Tier = w.customers[i], c.tier
			for j, cents := range c.before {
				earlier := u
				earlier.Reference, earlier.Rail, earlier.Amount = fmt.Sprint(c.name, j), limit.Card, cents
				if err := w.Record(w.Context(), earlier); err != nil {
					w.Fatal(err)
				}
			}
			err := w.take(u)
			if c.code == "" {
				if err != nil {
					w.Errorf("%s: %v", c.name, err)
				}
				continue
			}
			r, ok := errors.AsType[*limit.Refusal](err)
			if !ok || r.Code != c.code || r.Rule.Window != c.window || r.Lift != c.lift || errs.CodeOf(err) != c.code || errs.KindOf(err) != errs.Forbidden {
				w.Errorf("%s: %v, %+v", c.name, err, r)
			}
		}
	})
}

func TestUsesAtOnceNeverPassTogetherWhatTheyMayNotTogether(t *testing.T) {
	t.Parallel()
	engines(t, 2, func(w *world) {
		var mu sync.Mutex
		passed := map[int64]int{}
		var all sync.WaitGroup
		for i := range 40 {
			u := w.use(fmt.Sprint("p", i), limit.Transfer, 400_00)
			u.CustomerID = w.customers[i%2]
			all.Go(func() {
				err := w.take(u)
				_, refused := errors.AsType[*limit.Refusal](err)
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					passed[u.CustomerID]++
				case !refused:
					w.Error(err)
				}
			})
		}
		all.Wait()
		for _, id := range w.customers {
			if passed[id] != 7 { // 7 × 400 = 2,800 of 3,000
				w.Errorf("customer %d: %d passed", id, passed[id])
			}
		}
	})
}

func TestARecordIsCountedOnceHoweverOftenItIsSent(t *testing.T) {
	t.Parallel()
	engines(t, 2, func(w *world) {
		u := w.use("p", limit.Card, 600_00)
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				if err := w.take(u); err != nil { // its own use is not in its way, though 8 of them would be
					w.Error(err)
				}
			})
		}
		all.Wait()
		if left, err := w.Remaining(w.Context(), u.CustomerID, 1); err != nil || left[1].Used != 600_00 || left[2].Used != 600_00 {
			w.Errorf("%+v, %v", left, err)
		}
		for name, change := range map[string]func(u *limit.Use){
			"amount":   func(u *limit.Use) { u.Amount++ },
			"rail":     func(u *limit.Use) { u.Rail = limit.Transfer },
			"customer": func(u *limit.Use) { u.CustomerID = w.customers[1] },
		} {
			other := u
			change(&other)
			if err := w.Record(w.Context(), other); !errors.Is(err, limit.ErrReference) {
				w.Errorf("another %s: %v", name, err)
			}
		}
	})
}

func TestAReleasedUseCountsNoMoreUntilItIsRecordedAgain(t *testing.T) {
	t.Parallel()
	engines(t, 1, func(w *world) {
		u := w.use("p", limit.Card, 1_000_00)
		used := func(want int64) {
			w.Helper()
			if left, err := w.Remaining(w.Context(), u.CustomerID, 1); err != nil || left[1].Used != want || left[1].Remaining != 3_000_00-want {
				w.Errorf("%+v, %v", left, err)
			}
		}
		w.mustTake(u)
		used(1_000_00)
		for range 2 {
			if err := w.Release(w.Context(), "p"); err != nil {
				w.Fatal(err)
			}
			used(0)
		}
		u.At = noon.Add(time.Hour) // paid after all
		w.mustTake(u)
		used(1_000_00)
		if err := w.Release(w.Context(), "nobody's"); err != nil {
			w.Error(err)
		}
		if found, err := w.Store.History(w.Context(), "customer", fmt.Sprint(u.CustomerID), 10); err != nil || len(found) != 1 || found[0].Action != "limit.released" {
			w.Errorf("%+v, %v", found, err)
		}
	})
}

func TestTheAllowanceTellsWhenRoomComesBack(t *testing.T) {
	t.Parallel()
	engines(t, 1, func(w *world) {
		check := func(want []limit.Allowance) {
			w.Helper()
			got, err := w.Remaining(w.Context(), w.customers[0], 1)
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				w.Errorf("%v (-want +got):\n%s", err, diff)
			}
		}
		quarter := time.Date(2026, 6, 30, 22, 0, 0, 0, time.UTC) // midnight in Madrid
		check([]limit.Allowance{
			{limit.Any, limit.Transaction, 1_000_00, 0, 1_000_00, "EUR", time.Time{}},
			{limit.Any, limit.Days30, 3_000_00, 0, 3_000_00, "EUR", time.Time{}},
			{limit.Card, limit.Quarter, 2_000_00, 0, 2_000_00, "EUR", quarter},
		})
		w.mustTake(w.use("a", limit.Card, 750_00))
		w.now = noon.Add(time.Hour)
		w.mustTake(w.use("b", limit.PayPal, 250_50))
		check([]limit.Allowance{
			{limit.Any, limit.Transaction, 1_000_00, 0, 1_000_00, "EUR", time.Time{}},
			{limit.Any, limit.Days30, 3_000_00, 1_000_50, 1_999_50, "EUR", noon.Add(30 * 24 * time.Hour)},
			{limit.Card, limit.Quarter, 2_000_00, 750_00, 1_250_00, "EUR", quarter},
		})
		for _, u := range []limit.Use{w.use("c", limit.Transfer, 1_000_00), w.use("d", limit.Transfer, 900_00), w.use("e", limit.Transfer, 500_00)} {
			if err := w.Record(w.Context(), u); err != nil { // money that came in counts, whether it fits or not
				w.Fatal(err)
			}
		}
		if got, err := w.Remaining(w.Context(), w.customers[0], 1); err != nil || got[1].Remaining != 0 || got[1].Used != 3_400_50 {
			w.Errorf("%+v, %v", got, err)
		}
		if r := w.refused(w.use("f", limit.Transfer, 1)); r.Allowance.Used != 3_400_50 || !r.Allowance.ResetsAt.Equal(noon.Add(30*24*time.Hour)) {
			w.Errorf("%+v", r)
		}
	})
}

func TestAUseThatSaysTooLittleIsRefused(t *testing.T) {
	t.Parallel()
	engines(t, 1, func(w *world) {
		for name, change := range map[string]func(u *limit.Use){
			"no customer":  func(u *limit.Use) { u.CustomerID = 0 },
			"no reference": func(u *limit.Use) { u.Reference = "" },
			"no rail":      func(u *limit.Use) { u.Rail = "" },
			"any rail":     func(u *limit.Use) { u.Rail = limit.Any },
			"nothing":      func(u *limit.Use) { u.Amount = 0 },
			"less":         func(u *limit.Use) { u.Amount = -1 },
			"far too much": func(u *limit.Use) { u.Amount = 1 << 62 },
			"no time":      func(u *limit.Use) { u.At = time.Time{} },
		} {
			u := w.use("p", limit.Card, 1)
			change(&u)
			if err := w.Check(w.Context(), u); !errors.Is(err, limit.ErrUse) {
				w.Errorf("%s: checked: %v", name, err)
			}
			if err := w.Record(w.Context(), u); !errors.Is(err, limit.ErrUse) {
				w.Errorf("%s: recorded: %v", name, err)
			}
		}
		u := w.use("p", limit.Card, 1)
		u.Tier = 9
		if _, refused := errors.AsType[*limit.Refusal](w.Check(w.Context(), u)); refused || w.Check(w.Context(), u) == nil {
			w.Error("a tier that is not there has limits")
		}
	})
}

func TestWhatIsTakenInATransactionThatFailsIsNotUsed(t *testing.T) {
	t.Parallel()
	engines(t, 1, func(w *world) {
		failed := errors.New("no")
		err := w.Store.InTx(w.Context(), func(ctx context.Context) error {
			if err := w.Record(ctx, w.use("p", limit.Card, 1_000_00)); err != nil {
				return err
			}
			if r, ok := errors.AsType[*limit.Refusal](w.Check(ctx, w.use("q", limit.Card, 1_000_01))); !ok || r.Rule.Window != limit.Transaction {
				w.Errorf("%+v", r)
			}
			return failed
		})
		if left, e := w.Remaining(w.Context(), w.customers[0], 1); !errors.Is(err, failed) || e != nil || left[1].Used != 0 {
			w.Errorf("%v, %v, %+v", err, e, left)
		}
	})
}
