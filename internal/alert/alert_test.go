package alert_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"rampa/internal/alert"
	"rampa/internal/audit"
	"rampa/internal/db"
	"rampa/internal/errs"
	"rampa/internal/store/compliance"
	"rampa/internal/storetest"
)

var noon = time.Date(2026, 6, 26, 12, 0, 0, 0, time.UTC)

// sealer binds a value to its place as the vault does, without the secret: letters turned, the place before them.
type sealer struct{}

func turned(b []byte) []byte {
	out := bytes.Clone(b)
	for i := range out {
		out[i] ^= 0x5a
	}
	return out
}

func (sealer) Seal(plaintext, place []byte) ([]byte, error) {
	return append(append(bytes.Clone(place), '|'), turned(plaintext)...), nil
}

func (sealer) Open(sealed, place []byte) ([]byte, error) {
	if rest, ok := bytes.CutPrefix(sealed, append(bytes.Clone(place), '|')); ok {
		return turned(rest), nil
	}
	return nil, errors.New("it does not open")
}

// world is a service over a fresh database with three customers.
type world struct {
	*testing.T
	storetest.Database
	*alert.Service
	tenant    int64
	customers []int64
	now       time.Time
}

func engines(t *testing.T, test func(w *world)) {
	storetest.Engines(t, func(t *testing.T, d storetest.Database) {
		w := &world{T: t, Database: d, now: noon}
		w.tenant, w.customers = storetest.Customers(t, d, 3)
		w.Service = alert.New(alert.Config{Store: compliance.New(d.DB).Alerts(), Sealer: sealer{}, Now: func() time.Time { return w.now }})
		test(w)
	})
}

func (w *world) raise(customer int, key string, holds bool) alert.Alert {
	w.Helper()
	raised, err := w.Raise(w.Context(), alert.Alert{CustomerID: w.customers[customer], IntegrationID: w.tenant, Kind: alert.Screening, Key: key,
		Summary: map[string]string{"name": "Ana Sancionada", "score": "9150"}, Holds: holds})
	if err != nil || !raised {
		w.Fatalf("raised: %v, %v", raised, err)
	}
	all, err := w.Of(w.Context(), w.customers[customer])
	if err != nil {
		w.Fatal(err)
	}
	for _, a := range all {
		if a.Key == key {
			return a
		}
	}
	w.Fatal("it is not there")
	return alert.Alert{}
}

func (w *world) held(customer int) bool {
	w.Helper()
	held, err := w.Held(w.Context(), w.customers[customer])
	if err != nil {
		w.Fatal(err)
	}
	return held
}

func (w *world) entries() (out []audit.Entry) {
	w.Helper()
	for _, id := range w.customers {
		found, err := w.Store.History(w.Context(), "customer", fmt.Sprint(id), 100)
		if err != nil {
			w.Fatal(err)
		}
		out = append(out, found...)
	}
	return out
}

var ana = audit.Actor{Kind: "operator", ID: "ana", Address: "192.0.2.7"}

func TestAnAlertIsReadAsItWasRaised(t *testing.T) {
	t.Parallel()
	engines(t, func(w *world) {
		got := w.raise(0, "person:1/ofac:7", true)
		want := alert.Alert{ID: got.ID, CustomerID: w.customers[0], IntegrationID: w.tenant, Kind: alert.Screening, Key: "person:1/ofac:7",
			Summary: map[string]string{"name": "Ana Sancionada", "score": "9150"}, Holds: true, State: alert.Open, RaisedAt: noon}
		if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(alert.Alert{}, "Sealed")); diff != "" {
			w.Errorf("(-want +got):\n%s", diff)
		}
		if again, err := w.Get(w.Context(), got.ID); err != nil || again.Summary["name"] != "Ana Sancionada" {
			w.Errorf("%+v, %v", again, err)
		}
		if _, err := w.Get(w.Context(), got.ID+1); !errors.Is(err, alert.ErrNotFound) {
			w.Error(err)
		}
		if bytes.Contains(got.Sealed.Summary, []byte("Sancionada")) {
			w.Error("the summary is stored in the clear")
		}
	})
}

func TestTheSameFactIsRaisedOnce(t *testing.T) {
	t.Parallel()
	engines(t, func(w *world) {
		first := w.raise(0, "ofac:7", true)
		same := alert.Alert{CustomerID: w.customers[0], IntegrationID: w.tenant, Kind: alert.Screening, Key: "ofac:7"}
		for _, state := range []alert.State{alert.Open, alert.Cleared} {
			if state == alert.Cleared {
				if _, err := w.Decide(w.Context(), first.ID, alert.Decision{Reason: "Another birth date.", Actor: ana}); err != nil {
					w.Fatal(err)
				}
			}
			if raised, err := w.Raise(w.Context(), same); err != nil || raised {
				w.Errorf("%s: raised again: %v, %v", state, raised, err)
			}
		}
		w.raise(1, "ofac:7", true) // somebody else's
		w.raise(0, "ofac:8", true) // something else
	})
}

func TestAFactRaisedByManyAtOnceIsOneAlert(t *testing.T) {
	t.Parallel()
	engines(t, func(w *world) {
		var mu sync.Mutex
		raised := 0
		var all sync.WaitGroup
		for range 12 {
			all.Go(func() {
				ok, err := w.Raise(context.Background(), alert.Alert{CustomerID: w.customers[0], IntegrationID: w.tenant, Kind: alert.Monitoring, Key: "velocity"})
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					w.Error(err)
				}
				if ok {
					raised++
				}
			})
		}
		all.Wait()
		if raised != 1 || len(w.entries()) != 1 {
			w.Errorf("%d were raised, %d entries", raised, len(w.entries()))
		}
	})
}

func TestAnAlertHoldsUntilItIsClearedAndForEverOnceConfirmed(t *testing.T) {
	t.Parallel()
	engines(t, func(w *world) {
		a, b := w.raise(0, "a", true), w.raise(1, "b", true)
		w.raise(2, "c", false)
		for i, want := range []bool{true, true, false} {
			if got := w.held(i); got != want {
				w.Errorf("customer %d: held %v", i, got)
			}
		}
		for _, d := range []struct {
			id      int64
			confirm bool
		}{{a.ID, false}, {b.ID, true}} {
			if _, err := w.Decide(w.Context(), d.id, alert.Decision{Confirm: d.confirm, Reason: "Looked at.", Actor: ana}); err != nil {
				w.Fatal(err)
			}
		}
		among, err := w.HeldAmong(w.Context(), w.customers)
		if err != nil || w.held(0) || !w.held(1) || len(among) != 1 || !among[w.customers[1]] {
			w.Errorf("%v, %v", among, err)
		}
	})
}

func TestADecisionIsKeptWithItsReasonAndItsEntry(t *testing.T) {
	t.Parallel()
	engines(t, func(w *world) {
		a := w.raise(0, "a", true)
		w.now = noon.Add(time.Hour)
		got, err := w.Decide(w.Context(), a.ID, alert.Decision{Confirm: true, Reason: "  It is her.  ", Actor: ana, RequestID: "r-1"})
		if err != nil {
			w.Fatal(err)
		}
		stored, err := w.Get(w.Context(), a.ID)
		if diff := cmp.Diff(got, stored); err != nil || diff != "" {
			w.Errorf("%v, %s", err, diff)
		}
		if got.State != alert.Confirmed || got.Reason != "It is her." || got.DecidedBy != "ana" || !got.DecidedAt.Equal(w.now) || got.Summary["score"] != "9150" {
			w.Errorf("%+v", got)
		}
		if bytes.Contains(got.Sealed.Reason, []byte("It is her")) {
			w.Error("the reason is stored in the clear")
		}
		last := w.entries()[0]
		if last.Action != "alert.confirmed" || last.Actor != ana || last.RequestID != "r-1" || last.Detail["holds"] != "true" || strings.Contains(fmt.Sprint(last.Detail), "Ana") {
			w.Errorf("%+v", last)
		}
	})
}

func TestADecisionNeedsAReasonAndAnAlert(t *testing.T) {
	t.Parallel()
	engines(t, func(w *world) {
		a := w.raise(0, "a", true)
		for reason, want := range map[string]error{"": alert.ErrReasonMissing, " \n": alert.ErrReasonMissing, strings.Repeat("á", 2001): alert.ErrReasonLong} {
			if _, err := w.Decide(w.Context(), a.ID, alert.Decision{Reason: reason, Actor: ana}); !errors.Is(err, want) {
				w.Errorf("%.10q: %v", reason, err)
			}
		}
		if _, err := w.Decide(w.Context(), a.ID+1, alert.Decision{Reason: "x", Actor: ana}); !errors.Is(err, alert.ErrNotFound) {
			w.Error(err)
		}
		if got, err := w.Get(w.Context(), a.ID); err != nil || got.State != alert.Open || len(w.entries()) != 1 {
			w.Errorf("%+v, %v", got, err)
		}
	})
}

func TestOfTwoWhoDecideAtOnceOneWins(t *testing.T) {
	t.Parallel()
	engines(t, func(w *world) {
		a := w.raise(0, "a", true)
		results := make([]error, 8)
		var all sync.WaitGroup
		for i := range results {
			all.Go(func() {
				_, results[i] = w.Decide(context.Background(), a.ID, alert.Decision{Confirm: i%2 == 0, Reason: fmt.Sprint(i), Actor: ana})
			})
		}
		all.Wait()
		won := 0
		for _, err := range results {
			switch {
			case err == nil:
				won++
			case !errors.Is(err, alert.ErrDecided) || errs.KindOf(err) != errs.Conflict:
				w.Error(err)
			}
		}
		if won != 1 || len(w.entries()) != 2 {
			w.Errorf("%d won, %d entries", won, len(w.entries()))
		}
	})
}

func TestWhatFollowsFromAConfirmationIsDoneWithItOrNotAtAll(t *testing.T) {
	t.Parallel()
	engines(t, func(w *world) {
		a := w.raise(0, "a", true)
		fail := true
		var told []alert.Alert
		w.Confirmed = func(ctx context.Context, a alert.Alert, d alert.Decision) error {
			told = append(told, a)
			if fail {
				return errs.New(errs.Conflict, "busy", "")
			}
			_, err := w.Raise(ctx, alert.Alert{CustomerID: a.CustomerID, IntegrationID: a.IntegrationID, Kind: alert.Review, Key: "follows"})
			return err
		}
		decision := alert.Decision{Confirm: true, Reason: "It is her.", Actor: ana}
		if _, err := w.Decide(w.Context(), a.ID, decision); errs.CodeOf(err) != "busy" {
			w.Error(err)
		}
		if got, err := w.Get(w.Context(), a.ID); err != nil || got.State != alert.Open {
			w.Errorf("%+v, %v", got, err)
		}
		fail = false
		if _, err := w.Decide(w.Context(), a.ID, decision); err != nil {
			w.Fatal(err)
		}
		if all, err := w.Of(w.Context(), w.customers[0]); err != nil || len(all) != 2 || told[1].Summary["name"] != "Ana Sancionada" || told[1].Reason != "It is her." {
			w.Errorf("%v, %v, %+v", len(all), err, told)
		}
		b := w.raise(1, "b", true)
		if _, err := w.Decide(w.Context(), b.ID, alert.Decision{Reason: "Not her.", Actor: ana}); err != nil || len(told) != 2 {
			w.Errorf("a cleared alert was confirmed: %v", err)
		}
	})
}

func TestAnAlertRaisedInATransactionThatFailsIsNotThere(t *testing.T) {
	t.Parallel()
	engines(t, func(w *world) {
		failed := errors.New("no")
		err := w.Store.InTx(w.Context(), func(ctx context.Context) error {
			if _, err := w.Raise(ctx, alert.Alert{CustomerID: w.customers[0], IntegrationID: w.tenant, Kind: alert.Screening, Key: "a", Holds: true}); err != nil {
				w.Error(err)
			}
			if held, err := w.Held(ctx, w.customers[0]); err != nil || !held {
				w.Errorf("the transaction does not see its own alert: %v, %v", held, err)
			}
			return failed
		})
		if !errors.Is(err, failed) || w.held(0) || len(w.entries()) != 0 {
			w.Errorf("%v", err)
		}
	})
}

func TestTheQueueWalksOpenAlertsThatHoldFirstAndThenTheOldest(t *testing.T) {
	t.Parallel()
	engines(t, func(w *world) {
		var want []int64
		for i := range 7 {
			w.now = noon.Add(time.Duration(i/2) * time.Minute) // pairs at one instant
			want = append(want, w.raise(i%3, fmt.Sprint("k", i), i%2 == 0).ID)
		}
		if _, err := w.Decide(w.Context(), want[3], alert.Decision{Reason: "x", Actor: ana}); err != nil {
			w.Fatal(err)
		}
		want = []int64{want[0], want[2], want[4], want[6], want[1], want[5]} // even ones hold
		var got []int64
		for page := (alert.Page{Limit: 2}); ; {
			rows, next, err := w.Open(w.Context(), page)
			if err != nil {
				w.Fatal(err)
			}
			for _, r := range rows {
				got = append(got, r.Alert.ID)
				if !strings.HasPrefix(r.Customer, "Customer ") || r.Integration != "Seed & Co" || r.Alert.Summary != nil {
					w.Errorf("%+v", r)
				}
			}
			if page.Cursor = next; next == "" {
				break
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			w.Errorf("(-want +got):\n%s", diff)
		}
		if rows, _, err := w.Open(w.Context(), alert.Page{Kind: alert.Monitoring, Limit: 10}); err != nil || len(rows) != 0 {
			w.Errorf("%v, %v", rows, err)
		}
		if _, _, err := w.Open(w.Context(), alert.Page{Limit: 2, Cursor: "x"}); errs.KindOf(err) != errs.Invalid {
			w.Error(err)
		}
	})
}

func TestASummaryMovedToAnotherAlertDoesNotOpen(t *testing.T) {
	t.Parallel()
	engines(t, func(w *world) {
		a, b := w.raise(0, "a", true), w.raise(0, "b", true)
		if err := w.DB.InTx(w.Context(), func(ctx context.Context, tx db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE alerts SET sealed_summary = $2 WHERE id = $1`, a.ID, b.Sealed.Summary)
			return err
		}); err != nil {
			w.Fatal(err)
		}
		if _, err := w.Get(w.Context(), a.ID); err == nil {
			w.Error("it opened")
		}
	})
}

func TestAnAlertWithoutItsNamesIsRefused(t *testing.T) {
	t.Parallel()
	s := alert.New(alert.Config{Store: compliance.New(nil).Alerts(), Sealer: sealer{}, Now: func() time.Time { return noon }})
	for _, a := range []alert.Alert{{Kind: alert.Review, Key: "k"}, {CustomerID: 1, Key: "k"}, {CustomerID: 1, Kind: alert.Review}} {
		if _, err := s.Raise(t.Context(), a); err == nil {
			t.Errorf("%+v was raised", a)
		}
	}
}
