package privacy_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rampa/internal/customer"
	"rampa/internal/errs"
	"rampa/internal/id"
	"rampa/internal/privacy"
	"rampa/internal/verification"
)

func TestAnExportHoldsEverythingAndKeepsSuspicionsApart(t *testing.T) {
	t.Parallel()
	engines(t, func(w *world) {
		w.alert("cleared", 1)
		w.exec(`UPDATE customers SET banned_at = 5, ban_reason = 'reason-about-ana' WHERE id = $1`, w.ana)
		delete(w.files.content, "ana-removed") // its job came first
		got := w.export()
		for _, part := range []string{"ana Lovelace", "ana@Lovelace.example", "ext-ana", "50 years of letters", "CUSTOMER_CREATED", "deed-of-ana.png", `"last_name": "ana Lovelace"`, `"created_at": "1970-01-01T00:00:00.000001Z"`, "ana-link"} {
			if !strings.Contains(got["data.json"], part) {
				w.Errorf("%q is not in data.json:\n%s", part, got["data.json"])
			}
		}
		for _, part := range []string{"screening", "reason-about-ana", "customer.exported", "ana-case"} {
			if strings.Contains(got["data.json"], part) {
				w.Errorf("%q is in data.json, for the customer's eyes", part)
			}
		}
		for _, part := range []string{"screening", "reason-about-ana", "ana-case"} {
			if !strings.Contains(got["internal.json"], part) {
				w.Errorf("%q is not in internal.json:\n%s", part, got["internal.json"])
			}
		}
		if got["papers/001-document_front-deed-of-ana.png"] != "content of ana-back" || got["papers/002-document_front-deed-of-ana.png"] != "content of ana-front" || len(got) != 4 {
			w.Errorf("papers: %v", got)
		}
		if strings.Contains(got["data.json"], "bob") {
			w.Error("another customer is in it")
		}
		if diff := cmp.Diff([]string{"customer.exported "}, w.actions()); diff != "" {
			w.Error(diff)
		}
	})
}

func TestAPaperCannotEscapeTheFolderItIsUnpackedIn(t *testing.T) {
	t.Parallel()
	engines(t, func(w *world) {
		for name := range w.export() {
			if strings.Contains(name, "..") || strings.HasPrefix(name, "/") || strings.Contains(name, `\`) {
				w.Errorf("there is a file %q", name)
			}
		}
	})
}

func TestAnErasedCustomerLeavesNothingReadable(t *testing.T) {
	t.Parallel()
	engines(t, func(w *world) {
		if !w.found() {
			w.Fatal("Ana was not there")
		}
		if left := w.readable(); len(left) != len(secrets) {
			w.Fatalf("only %q were there", left)
		}
		e := w.erase()
		if !e.KeepUntil.IsZero() || e.Grounds != nil || len(e.Papers) != 3 {
			w.Errorf("got %+v", e)
		}
		if left := w.readable(); left != nil {
			w.Errorf("%q are still stored", left)
		}
		if w.found() {
			w.Error("Ana is still found")
		}
		if len(w.files.content) != 3 {
			w.Errorf("papers: %v", w.files.content)
		}
		if _, err := w.Export(w.Context(), w.ana, officer, &bytes.Buffer{}); !errors.Is(err, privacy.ErrErased) {
			w.Errorf("an export says %v", err)
		}
		if diff := cmp.Diff([]string{"customer.erased nothing"}, w.actions()); diff != "" {
			w.Error(diff)
		}
	})
}

// readable are the secrets that some table holds in the clear.
func (w *world) readable() (left []string) {
	w.Helper()
	all := w.dump()
	for _, secret := range secrets {
		if strings.Contains(all, secret) {
			left = append(left, secret)
		}
	}
	return left
}

func TestTheEmailOfAnErasedCustomerMayRegisterAgain(t *testing.T) {
	t.Parallel()
	engines(t, func(w *world) {
		register := func() (inserted bool) {
			c := customer.Customer{UUID: id.UUID(noon), IntegrationID: w.tenant, Kind: customer.Individual, Name: "Ana", Email: "ana@lovelace.example", EmailKey: "ana@lovelace.example",
				Stage: verification.Draft, CreatedAt: noon, UpdatedAt: noon}
			if err := w.Store.Customers().InTx(w.Context(), func(ctx context.Context, tx customer.Tx) (err error) {
				inserted, err = tx.InsertCustomer(ctx, &c)
				return err
			}); err != nil {
				w.Fatal(err)
			}
			return inserted
		}
		if register() {
			w.Error("the e-mail was free before")
		}
		w.erase()
		if !register() {
			w.Error("the e-mail is still taken")
		}
		w.erase() // the old one again: the new one stays
		if register() {
			w.Error("the new customer went with the old one")
		}
	})
}

func TestErasingTwiceIsErasingOnce(t *testing.T) {
	t.Parallel()
	for _, decided := range []int64{0, 5} {
		engines(t, func(w *world) {
			w.exec(`UPDATE kyb_records SET decided_at = NULLIF($2, 0) WHERE customer_id = $1`, w.ana, decided)
			first := w.erase()
			w.now = w.now.Add(time.Hour)
			again := w.erase()
			if !again.ErasedAt.Equal(first.ErasedAt) || !again.KeepUntil.Equal(first.KeepUntil) || len(w.actions()) != 1 {
				w.Errorf("first %+v\nthen %+v\n%v", first, again, w.actions())
			}
		})
	}
}

func TestTheLawKeepsWhoWasDecidedUponHeldOrDidBusiness(t *testing.T) {
	t.Parallel()
	for ground, prepare := range map[string]func(w *world){
		"decided": func(w *world) { w.exec(`UPDATE kyb_records SET decided_at = 5 WHERE customer_id = $1`, w.ana) },
		"held":    func(w *world) { w.alert("cleared", 1) },
		"business": func(w *world) {
			w.exec(`INSERT INTO limit_uses (reference, customer_id, integration_id, rail, amount, used_at) VALUES ('r', $1, $2, 'card', 1, 1)`, w.ana, w.tenant)
		},
	} {
		engines(t, func(w *world) {
			prepare(w)
			e := w.erase()
			if diff := cmp.Diff([]string{ground}, e.Grounds); diff != "" || !e.KeepUntil.Equal(noon.AddDate(5, 0, 0)) {
				w.Errorf("kept until %v: %s", e.KeepUntil, diff)
			}
			if diff := cmp.Diff([]string{"customer.erased " + ground}, w.actions()); diff != "" {
				w.Error(diff)
			}
		})
	}
	engines(t, func(w *world) {
		w.exec(`UPDATE customers SET banned_at = 5 WHERE id = $1`, w.ana)
		if e := w.erase(); !cmp.Equal(e.Grounds, []string{"held"}) {
			w.Errorf("banned: %+v", e)
		}
	})
	engines(t, func(w *world) {
		w.alert("cleared", 0)
		if e := w.erase(); e.Grounds != nil {
			w.Errorf("an alert that held nobody: %+v", e)
		}
	})
}

func TestWhatIsKeptIsSealedUnseenAndPurgedAfterFiveYears(t *testing.T) {
	t.Parallel()
	engines(t, func(w *world) {
		w.exec(`UPDATE kyb_records SET decided_at = 5 WHERE customer_id = $1`, w.ana)
		w.erase()
		if left := w.readable(); left != nil {
			w.Errorf("%q are readable", left)
		}
		if w.found() || len(w.files.content) != 6 {
			w.Errorf("found %v, papers %v", w.found(), w.files.content)
		}
		got := w.export()
		for _, part := range []string{"ana Lovelace", "ext-ana", `"last_name": "ana Lovelace"`, `"kept_until": "2031-11-23T12:00:00Z"`, "deed-of-ana"} {
			if !strings.Contains(got["data.json"], part) {
				w.Errorf("%q was not kept:\n%s", part, got["data.json"])
			}
		}
		if strings.Contains(got["data.json"], "50 years of letters") || got["papers/002-document_front-deed-of-ana.png"] != "content of ana-front" {
			w.Errorf("got %v", got)
		}
		w.now = noon.AddDate(5, 0, 0).Add(-time.Second)
		w.purge()
		if len(w.files.content) != 6 || len(w.export()) == 0 {
			w.Error("it went a second early")
		}
		w.now = noon.AddDate(5, 0, 0)
		w.purge()
		w.purge()
		if _, err := w.Export(w.Context(), w.ana, officer, &bytes.Buffer{}); !errors.Is(err, privacy.ErrErased) || len(w.files.content) != 3 {
			w.Errorf("after five years: %v, papers %v", err, w.files.content)
		}
		if actions := w.actions(); actions[len(actions)-1] != "customer.purged " || strings.Count(strings.Join(actions, ""), "purged") != 1 {
			w.Errorf("got %q", actions)
		}
	})
}

func (w *world) purge() {
	w.Helper()
	if err := w.Purge(w.Context()); err != nil {
		w.Fatal(err)
	}
}

func TestPapersThatCouldNotGoGoLater(t *testing.T) {
	t.Parallel()
	engines(t, func(w *world) {
		w.files.broken = errors.New("disk on fire")
		if _, err := w.Erase(w.Context(), w.ana, officer); !errors.Is(err, w.files.broken) {
			w.Fatal(err)
		}
		if w.found() || len(w.files.content) != 6 {
			w.Error("the rest of it did not happen")
		}
		if err := w.Purge(w.Context()); !errors.Is(err, w.files.broken) {
			w.Error(err)
		}
		w.files.broken = nil
		w.purge()
		if len(w.files.content) != 3 {
			w.Errorf("papers: %v", w.files.content)
		}
		if e := w.erase(); e.PurgedAt.IsZero() || len(e.Papers) != 0 {
			w.Errorf("got %+v", e)
		}
	})
}

func TestAnOpenAlertThatHoldsIsNotErasedAway(t *testing.T) {
	t.Parallel()
	engines(t, func(w *world) {
		w.alert("open", 1)
		if _, err := w.Erase(w.Context(), w.ana, officer); !errors.Is(err, privacy.ErrAlertOpen) || !w.found() || len(w.actions()) != 0 {
			w.Errorf("%v", err)
		}
	})
}

func TestAnOpenAlertThatHoldsNothingGoesWithItsCustomer(t *testing.T) {
	t.Parallel()
	engines(t, func(w *world) {
		w.alert("open", 0)
		if w.erase(); w.found() {
			w.Error("the customer is still there")
		}
		var n int
		if err := w.DB.QueryRow(w.Context(), `SELECT COUNT(*) FROM alerts WHERE state = 'open'`).Scan(&n); err != nil || n != 0 {
			w.Errorf("%d open alerts about nobody (%v)", n, err)
		}
	})
}

func TestNobodyHasNothing(t *testing.T) {
	t.Parallel()
	engines(t, func(w *world) {
		var out bytes.Buffer
		_, exported := w.Export(w.Context(), 99, officer, &out)
		_, erased := w.Erase(w.Context(), 99, officer)
		for _, err := range []error{exported, erased} {
			if typed, ok := errors.AsType[*errs.Error](err); !ok || typed.Kind != errs.NotFound || out.Len() != 0 {
				w.Errorf("%v", err)
			}
		}
	})
}

func TestTheCountOfCustomersGoesDown(t *testing.T) {
	t.Parallel()
	engines(t, func(w *world) {
		count := func() int {
			n, _, err := w.Store.Customers().Count(w.Context(), customer.Query{IntegrationID: w.tenant})
			if err != nil {
				w.Fatal(err)
			}
			return n
		}
		before := count()
		w.erase()
		w.erase()
		if got := count(); got != before-1 {
			w.Errorf("%d, then %d", before, got)
		}
	})
}

// On SQLite a deleted row's bytes stay in its page until somebody needs the room, unless they are overwritten.
func TestAnErasedNameIsNotLeftInTheFile(t *testing.T) {
	t.Parallel()
	engines(t, func(w *world) {
		if w.Engine != "sqlite" {
			return // VACUUM is PostgreSQL's own business
		}
		checkpoint := func() string {
			w.rows(`PRAGMA wal_checkpoint(TRUNCATE)`, func([]any) {}, "busy", "log", "checkpointed")
			content, err := os.ReadFile(w.Source)
			if err != nil {
				w.Fatal(err)
			}
			return string(content)
		}
		if !strings.Contains(checkpoint(), "ana Lovelace") {
			w.Fatal("the name was not in the file")
		}
		w.erase()
		after := checkpoint()
		for _, secret := range []string{"ana Lovelace", "ana@Lovelace", "deed-of-ana", "letters to ana"} {
			if strings.Contains(after, secret) {
				w.Errorf("%q is still in the file", secret)
			}
		}
	})
}

func TestOfManyErasuresAtOnceOneHappens(t *testing.T) {
	t.Parallel()
	engines(t, func(w *world) {
		w.exec(`UPDATE kyb_records SET decided_at = 5 WHERE customer_id = $1`, w.ana)
		results := make(chan error, 8)
		for range cap(results) {
			go func() {
				_, err := w.Erase(w.Context(), w.ana, officer)
				results <- err
			}()
		}
		for range cap(results) {
			if err := <-results; err != nil {
				w.Error(err)
			}
		}
		if actions := w.actions(); len(actions) != 1 {
			w.Errorf("got %q", actions)
		}
	})
}
