package idempotency_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"rampa/internal/db"
	"rampa/internal/idempotency"
	"rampa/internal/store"
	"rampa/internal/storetest"
	"rampa/internal/vault"
)

var noon = time.Date(2026, 6, 26, 12, 0, 0, 0, time.UTC)

// world is a Service over a real store, with a clock; the calls under its keys write a setting each.
type world struct {
	*idempotency.Service
	*testing.T
	storetest.Database
	now time.Time
}

func worlds(t *testing.T, test func(w *world)) {
	t.Helper()
	storetest.Engines(t, func(t *testing.T, d storetest.Database) {
		w := &world{T: t, Database: d, now: noon}
		w.Service = w.service(d.Store)
		test(w)
	})
}

func (w *world) service(s *store.Store) *idempotency.Service {
	w.Helper()
	sealer, err := vault.Open(w.Context(), make([]byte, vault.MasterKeySize), s)
	if err != nil {
		w.Fatal(err)
	}
	return idempotency.New(s, sealer, func() time.Time { return w.now })
}

func key(value string) idempotency.Key {
	return idempotency.Key{IntegrationID: 1, Value: value, Fingerprint: []byte("POST /customers")}
}

// call makes a change and answers with the text.
func (w *world) call(text string) func(ctx context.Context) (idempotency.Answer, error) {
	return func(ctx context.Context) (idempotency.Answer, error) {
		err := w.Store.SetSetting(ctx, "effect "+text, []byte{1})
		return idempotency.Answer{Status: 201, Body: []byte(text)}, err
	}
}

func (w *world) effects() (n int) {
	w.Helper()
	if err := w.DB.QueryRow(w.Context(), `SELECT COUNT(*) FROM settings WHERE name LIKE 'effect %'`).Scan(&n); err != nil {
		w.Fatal(err)
	}
	return n
}

func (w *world) expect(k idempotency.Key, run func(context.Context) (idempotency.Answer, error), body string, replayed bool) {
	w.Helper()
	a, again, err := w.Do(w.Context(), k, run)
	if err != nil || string(a.Body) != body || again != replayed {
		w.Errorf("%q, replayed %v, %v; want %q, %v", a.Body, again, err, body, replayed)
	}
}

func TestAStormOfEqualCallsIsOneExecutionAKey(t *testing.T) {
	t.Parallel()
	worlds(t, func(w *world) {
		const keys, calls = 50, 20
		var all sync.WaitGroup
		var answers [keys][calls]idempotency.Answer
		var first [keys]atomic.Int64
		for k := range keys {
			for c := range calls {
				all.Go(func() {
					text := fmt.Sprintf("key %d call %d", k, c)
					a, replayed, err := w.Do(w.Context(), key(fmt.Sprint("order-", k)), w.call(text))
					if err != nil {
						w.Error(err)
					}
					if !replayed {
						first[k].Add(1)
					}
					answers[k][c] = a
				})
			}
		}
		all.Wait()
		if n := w.effects(); n != keys {
			w.Errorf("%d effects of %d keys", n, keys)
		}
		for k := range keys {
			if n := first[k].Load(); n != 1 {
				w.Errorf("key %d: %d answers are said to be the first", k, n)
			}
			for _, a := range answers[k] {
				if a.Status != 201 || !bytes.Equal(a.Body, answers[k][0].Body) {
					w.Errorf("key %d: answers differ: %q and %q", k, a.Body, answers[k][0].Body)
				}
			}
		}
	})
}

func TestAKeyIsForOneRequestOfOneIntegration(t *testing.T) {
	t.Parallel()
	worlds(t, func(w *world) {
		w.expect(key("a"), w.call("first"), "first", false)
		other := key("a")
		other.Fingerprint = []byte("POST /else")
		a, replayed, err := w.Do(w.Context(), other, w.call("second"))
		if !errors.Is(err, idempotency.ErrReused) || replayed || a.Body != nil {
			w.Errorf("%+v, %v, %v", a, replayed, err)
		}
		foreign := key("a")
		foreign.IntegrationID = 2
		w.expect(foreign, w.call("foreign"), "foreign", false)
		w.expect(key("A"), w.call("another case"), "another case", false)
		if n := w.effects(); n != 3 {
			w.Errorf("%d effects, want 3", n)
		}
	})
}

func TestACallThatFailsLeavesNoKey(t *testing.T) {
	t.Parallel()
	worlds(t, func(w *world) {
		boom := errors.New("boom")
		a, _, err := w.Do(w.Context(), key("a"), func(ctx context.Context) (idempotency.Answer, error) {
			a, err := w.call("half")(ctx)
			return a, errors.Join(err, boom)
		})
		if !errors.Is(err, boom) || a.Body != nil {
			w.Errorf("%+v, %v", a, err)
		}
		if n := w.effects(); n != 0 {
			w.Errorf("%d effects of a failed call", n)
		}
		w.expect(key("a"), w.call("whole"), "whole", false)
	})
}

func TestAnAnswerIsGivenAgainAfterAReopenAndUntilItIsPurged(t *testing.T) {
	t.Parallel()
	worlds(t, func(w *world) {
		w.expect(key("a"), w.call("first"), "first", false)
		w.expect(key("empty"), func(context.Context) (idempotency.Answer, error) { return idempotency.Answer{Status: 204}, nil }, "", false)
		w.expect(key("empty"), w.call("again"), "", true)
		again, err := db.Open(w.Context(), db.Options{Source: w.Source})
		if err != nil {
			w.Fatal(err)
		}
		defer again.Close()
		w.Service = w.service(store.New(again))
		w.expect(key("a"), w.call("second"), "first", true)
		for _, c := range []struct {
			after    time.Duration
			replayed bool
		}{{25 * time.Hour, true}, {48 * time.Hour, true}, {48*time.Hour + time.Second, false}} {
			w.now = noon.Add(c.after)
			if err := w.Purge(w.Context()); err != nil {
				w.Fatal(err)
			}
			if _, replayed, err := w.Do(w.Context(), key("a"), w.call("third")); err != nil || replayed != c.replayed {
				w.Errorf("after %s: replayed %v, %v", c.after, replayed, err)
			}
		}
	})
}

func TestAnAnswerCannotBeReadInTheDatabase(t *testing.T) {
	t.Parallel()
	worlds(t, func(w *world) {
		const secret = "password-f7Kq2"
		w.expect(key("a"), func(context.Context) (idempotency.Answer, error) {
			return idempotency.Answer{Status: 201, Body: []byte(secret)}, nil
		}, secret, false)
		var sealed []byte
		if err := w.DB.QueryRow(w.Context(), `SELECT sealed_answer FROM idempotency_keys`).Scan(&sealed); err != nil || bytes.Contains(sealed, []byte(secret)) {
			w.Errorf("the row holds the answer in the clear (%v)", err)
		}
		if w.Engine == "sqlite" {
			for _, path := range []string{w.Source, w.Source + "-wal"} {
				raw, err := os.ReadFile(path)
				if err != nil || bytes.Contains(raw, []byte(secret)) {
					w.Errorf("%s holds the answer in the clear (%v)", path, err)
				}
			}
		}
		if _, err := w.DB.Exec(w.Context(), `INSERT INTO idempotency_keys SELECT integration_id, 'b', fingerprint, status, sealed_answer, created_at FROM idempotency_keys`); err != nil {
			w.Fatal(err)
		}
		if a, _, err := w.Do(w.Context(), key("b"), w.call("x")); err == nil {
			w.Errorf("an answer moved to another key was given: %q", a.Body)
		}
	})
}

func TestKeysArePrintableAndShort(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]bool{"a": true, "order 1": true, strings.Repeat("~", 255): true, "": false, strings.Repeat("a", 256): false, "a\n": false, "ñ": false, "\x00": false, "a\x7f": false} {
		if got := idempotency.Valid(value); got != want {
			t.Errorf("%q valid: %v", value, got)
		}
	}
	if _, _, err := idempotency.New(nil, nil, nil).Do(t.Context(), idempotency.Key{}, nil); !errors.Is(err, idempotency.ErrKey) {
		t.Error(err)
	}
}
