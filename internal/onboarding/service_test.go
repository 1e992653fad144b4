package onboarding_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rampa/internal/customer"
	"rampa/internal/errs"
	"rampa/internal/onboarding"
	"rampa/internal/onboarding/onboardingtest"
	"rampa/internal/verification"
)

func TestADeclarationRaisesTheTierOnceAccepted(t *testing.T) {
	t.Parallel()
	worlds(t, func(w *world) {
		d := w.submitted("Ana", "García").verified()
		if d.stage() != verification.Submitted || d.customer().Tier != 1 {
			t.Fatalf("%s, tier %d", d.stage(), d.customer().Tier)
		}
		rows, next, err := w.Queue(t.Context(), customer.Page{Limit: 10})
		if err != nil || next != "" || len(rows) != 1 || rows[0].Customer.ID != d.id || rows[0].Customer.Name != "Ana García" || rows[0].IntegrationName != "Remesas del Sur" || !rows[0].SubmittedAt.Equal(noon) {
			t.Errorf("%+v, %q, %v", rows, next, err)
		}
		w.must(w.Accept(t.Context(), d.id, d.decision()))
		if c := d.customer(); d.stage() != verification.Approved || c.Tier != 2 || !c.Enhanced {
			t.Errorf("%s, %+v", d.stage(), c)
		}
		if rows, _, err := w.Queue(t.Context(), customer.Page{Limit: 10}); err != nil || len(rows) > 0 {
			t.Errorf("it still waits: %v, %v", rows, err)
		}
		if diff := cmp.Diff([]string{"declaration_accepted pt"}, d.letters()); diff != "" {
			t.Error(diff)
		}
		events := d.texts(`SELECT data FROM events WHERE object = 'customer' AND object_id = $1 ORDER BY id`, strconv.FormatInt(d.id, 10))
		if diff := cmp.Diff([]string{`{"tier":0}`, `{"tier":2}`}, events); diff != "" {
			t.Error(diff)
		}
		actions := d.texts(`SELECT action FROM audit_entries WHERE object = 'customer' AND object_id = $1 AND action LIKE 'declaration.%' ORDER BY id`, strconv.FormatInt(d.id, 10))
		want := []string{"declaration.asked", "declaration.saved", "declaration.submitted", "declaration.taken", "declaration.approved"}
		if diff := cmp.Diff(want, actions); diff != "" {
			t.Error(diff)
		}
	})
}

func TestAnAcceptedDeclarationCountsWhenTheCustomerIsVerified(t *testing.T) {
	t.Parallel()
	worlds(t, func(w *world) {
		d := w.submitted("Ana", "García")
		w.must(w.Accept(t.Context(), d.id, d.decision()))
		if c := d.customer(); c.Tier != 0 || !c.Enhanced {
			t.Errorf("an unverified customer: %+v", c)
		}
	})
}

func TestACustomerHasOneLivingLink(t *testing.T) {
	t.Parallel()
	worlds(t, func(w *world) {
		d := w.person("Ana", "García").begin()
		first := d.url
		if d.begin(); d.url != first {
			t.Errorf("another link while the first lives: %s and %s", first, d.url)
		}
		w.now = noon.Add(90*24*time.Hour - time.Second)
		d.fill(false)
		w.now = noon.Add(90 * 24 * time.Hour)
		if _, err := w.Open(t.Context(), d.link, d.secret); !errors.Is(err, customer.ErrLinkExpired) {
			t.Errorf("a link of 90 days: %v", err)
		}
		old, secret := d.link, d.secret
		d.begin()
		if d.url == first {
			t.Fatal("a dead link was given again")
		}
		if _, err := w.Open(t.Context(), old, secret); !errors.Is(err, customer.ErrLinkNotFound) {
			t.Errorf("the old link: %v", err)
		}
		v, err := w.Open(t.Context(), d.link, d.secret)
		w.must(err)
		if diff := cmp.Diff(onboardingtest.Complete(false), v.File); diff != "" {
			t.Errorf("what was saved is lost: %s", diff)
		}
	})
}

func TestOnlyTheWholeAddressOpensTheForm(t *testing.T) {
	t.Parallel()
	worlds(t, func(w *world) {
		a, b := w.person("Ana", "García").begin(), w.person("Luis", "Gil").begin()
		for _, c := range [][2]string{{a.link, ""}, {a.link, b.secret}, {a.link, a.secret[:25]}, {a.link, a.secret + "a"}, {b.link, a.secret}, {"x", a.secret}, {"0193584e-7a11-7c02-8f00-0000000000aa", a.secret}} {
			if v, err := w.Open(t.Context(), c[0], c[1]); !errors.Is(err, customer.ErrLinkNotFound) || v.Form.Customer.Name != "" || v.File != nil {
				t.Errorf("%v: %v, %+v", c, err, v)
			}
			if _, err := w.Save(t.Context(), c[0], c[1], onboarding.Edit{Step: "funds", Change: func(*onboarding.File) []onboarding.Problem { return nil }}); !errors.Is(err, customer.ErrLinkNotFound) {
				t.Errorf("%v saves: %v", c, err)
			}
		}
		var sealed []byte
		w.must(w.DB.QueryRow(t.Context(), `SELECT sealed_file FROM declarations WHERE customer_id = $1`, a.id).Scan(&sealed))
		a.fill(false)
		var after []byte
		w.must(w.DB.QueryRow(t.Context(), `SELECT sealed_file FROM declarations WHERE customer_id = $1`, a.id).Scan(&after))
		if bytes.Equal(sealed, after) || bytes.Contains(after, []byte("12345678Z")) || bytes.Contains(after, []byte("salary")) {
			t.Error("the file is not sealed")
		}
	})
}

func TestNobodyAsksForAStranger(t *testing.T) {
	t.Parallel()
	worlds(t, func(w *world) {
		d := w.person("Ana", "García")
		for name, start := range map[string]onboarding.Start{"another integration": {IntegrationID: w.other, CustomerID: d.id}, "nobody": {IntegrationID: w.tenant, CustomerID: 999}} {
			if _, err := w.Begin(t.Context(), start); !errors.Is(err, customer.ErrUserNotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
		d.begin()
		w.must(w.customers.Ban(t.Context(), d.id, customer.Banning{Reason: "fraud", Actor: operator}))
		if _, err := w.Begin(t.Context(), onboarding.Start{IntegrationID: w.tenant, CustomerID: d.id}); !errors.Is(err, customer.ErrUserBanned) {
			t.Errorf("a banned one: %v", err)
		}
		if _, err := w.Open(t.Context(), d.link, d.secret); !errors.Is(err, customer.ErrUserBanned) {
			t.Errorf("the form of a banned one: %v", err)
		}
		if _, err := w.Read(t.Context(), 999, operator); !errors.Is(err, onboarding.ErrNotFound) {
			t.Errorf("reading nothing: %v", err)
		}
	})
}

func TestAnIncompleteDeclarationIsNotSent(t *testing.T) {
	t.Parallel()
	worlds(t, func(w *world) {
		d := w.person("Ana", "García").begin()
		d.must(d.save(onboarding.StepPEP, func(f *onboarding.File) { f.PEP.Relation = onboarding.PEPNone }))
		if missing := d.sign("Ana García"); len(missing) != 7 {
			t.Errorf("missing %v", missing)
		}
		d.fill(false)
		if missing := d.sign("Luis Gil"); len(missing) != 1 || missing[0].Field != "declaration.signature" {
			t.Errorf("somebody else's signature: %v", missing)
		}
		if d.stage() != verification.InProgress {
			t.Errorf("it is %s", d.stage())
		}
		problems, err := w.Save(t.Context(), d.link, d.secret, onboarding.Edit{Step: "pep", Change: func(f *onboarding.File) []onboarding.Problem {
			f.PEP = onboarding.PEP{}
			return []onboarding.Problem{{Field: "pep", Code: "required"}}
		}})
		if v, err2 := w.Open(t.Context(), d.link, d.secret); err != nil || err2 != nil || len(problems) != 1 || v.File.PEP.Relation != "no" {
			t.Errorf("what is wrong was saved: %v, %v, %v", problems, err, err2)
		}
	})
}

func TestWhatWasRegisteredInOnePieceSigns(t *testing.T) {
	t.Parallel()
	worlds(t, func(w *world) {
		d := w.person("Ana García Núñez", "").begin().fill(false)
		if missing := d.sign("Ana Garcia"); len(missing) > 0 {
			t.Errorf("missing %v", missing)
		}
		e := w.company("Acme SL").begin().fill(true) // nobody is known to represent it yet
		if missing := e.sign("Marta Ruiz"); len(missing) > 0 {
			t.Errorf("missing %v", missing)
		}
	})
}

func TestOnlyWhatIsToBeCorrectedIsOpen(t *testing.T) {
	t.Parallel()
	worlds(t, func(w *world) {
		d := w.submitted("Ana", "García")
		if err := d.save(onboarding.StepTax, func(*onboarding.File) {}); !errors.Is(err, customer.ErrNotEditable) {
			t.Errorf("a submitted one: %v", err)
		}
		decision := d.decision()
		for _, bad := range [][]verification.Correction{nil, {{Item: "tax", Message: " "}}} {
			decision.Corrections = bad
			if err := w.RequestCorrection(t.Context(), d.id, decision); !errors.Is(err, customer.ErrCorrectionsMissing) {
				t.Errorf("%v: %v", bad, err)
			}
		}
		decision.Corrections = []verification.Correction{{Item: "check", Message: "x"}}
		if err := w.RequestCorrection(t.Context(), d.id, decision); errs.CodeOf(err) != "item_unknown" {
			t.Errorf("an item that is none: %v", err)
		}
		w.now = noon.Add(100 * 24 * time.Hour) // the link has died meanwhile: the letter brings another
		decision.Corrections = []verification.Correction{{Item: "tax", Message: "Add Portugal."}}
		w.must(w.RequestCorrection(t.Context(), d.id, decision))
		if letters := d.texts(`SELECT subject FROM mails WHERE customer_id = $1`, d.id); len(letters) != 1 || letters[0] == "" || letters[0] == d.url {
			t.Errorf("the letter leads to %v", letters)
		}
		d.begin()
		if err := d.save(onboarding.StepFunds, func(*onboarding.File) {}); !errors.Is(err, customer.ErrNotEditable) {
			t.Errorf("what was not asked for: %v", err)
		}
		if missing := d.sign("Ana García"); len(missing) != 1 || missing[0].Code != "correction_requested" {
			t.Errorf("not corrected yet: %v", missing)
		}
		d.must(d.save(onboarding.StepTax, func(f *onboarding.File) {
			f.Tax.Residences = append(f.Tax.Residences, onboarding.Residence{Country: "PT", TIN: "123456789"})
		}))
		if missing := d.sign("Ana García"); len(missing) > 0 || d.stage() != verification.Submitted {
			t.Errorf("missing %v, %s", missing, d.stage())
		}
	})
}

func TestARefusedDeclarationCanBeMadeAgain(t *testing.T) {
	t.Parallel()
	worlds(t, func(w *world) {
		d := w.submitted("Ana", "García").verified()
		if err := w.Refuse(t.Context(), d.id, d.decision(" ", "")); !errors.Is(err, onboarding.ErrReasonsMissing) {
			t.Errorf("without reasons: %v", err)
		}
		w.must(w.Refuse(t.Context(), d.id, d.decision("The salary does not explain the volume.")))
		if c := d.customer(); c.Tier != 1 || d.stage() != verification.Rejected {
			t.Errorf("%+v, %s", c, d.stage())
		}
		if diff := cmp.Diff([]string{"declaration_refused pt"}, d.letters()); diff != "" {
			t.Error(diff)
		}
		if err := w.Accept(t.Context(), d.id, d.decision()); !errors.Is(err, verification.ErrTransition) {
			t.Errorf("decided twice: %v", err)
		}
		if missing := d.begin().sign("Ana García"); len(missing) > 0 {
			t.Errorf("missing %v", missing)
		}
		w.must(w.Accept(t.Context(), d.id, d.decision()))
		if d.customer().Tier != 2 {
			t.Errorf("tier %d", d.customer().Tier)
		}
	})
}

func TestADecisionIsAboutWhatTheOperatorSaw(t *testing.T) {
	t.Parallel()
	worlds(t, func(w *world) {
		d := w.submitted("Ana", "García")
		seen := d.decision()
		w.must(w.RequestCorrection(t.Context(), d.id, onboarding.Decision{Actor: operator, Version: seen.Version, Corrections: []verification.Correction{{Item: "pep", Message: "Say which office."}}}))
		d.must(d.save(onboarding.StepPEP, func(f *onboarding.File) { f.PEP = onboarding.PEP{Relation: "self", Function: "Mayor"} }))
		d.sign("Ana García")
		if err := w.Accept(t.Context(), d.id, seen); !errors.Is(err, verification.ErrTransition) {
			t.Errorf("a decision about an older declaration: %v", err)
		}
		w.held = true
		if err := w.Accept(t.Context(), d.id, d.decision()); !errors.Is(err, customer.ErrFileHeld) || d.customer().Enhanced {
			t.Errorf("held by an alert: %v", err)
		}
		w.held = false
		decision, accepted := d.decision(), 0
		var all sync.WaitGroup
		var mu sync.Mutex
		for range 8 {
			all.Go(func() {
				if err := w.Accept(context.WithoutCancel(t.Context()), d.id, decision); err == nil {
					mu.Lock()
					accepted++
					mu.Unlock()
				} else if !errors.Is(err, verification.ErrTransition) {
					t.Error(err)
				}
			})
		}
		if all.Wait(); accepted != 1 || len(d.letters()) != 2 {
			t.Errorf("accepted %d times, letters %v", accepted, d.letters())
		}
	})
}

func TestAHundredAskAtOnceForOneLink(t *testing.T) {
	t.Parallel()
	worlds(t, func(w *world) {
		d := w.person("Ana", "García")
		urls := make([]string, 100)
		var all sync.WaitGroup
		for i := range urls {
			all.Go(func() {
				b, err := w.Begin(context.WithoutCancel(t.Context()), onboarding.Start{IntegrationID: w.tenant, CustomerID: d.id, Actor: partner})
				if urls[i] = b.URL; err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if slices.Sort(urls); len(slices.Compact(urls)) != 1 {
			t.Errorf("different links: %v", slices.Compact(urls))
		}
	})
}

func TestTheSandboxDecidesByNames(t *testing.T) {
	t.Parallel()
	worlds(t, func(w *world) {
		w.sandboxed()
		for lastName, want := range map[string]verification.Stage{"GarcíaValid": verification.Approved, "GarcíaFail": verification.Rejected, "García": verification.Submitted} {
			if got := w.submitted("Ana", lastName).stage(); got != want {
				t.Errorf("%s: %s, want %s", lastName, got, want)
			}
		}
		w.held = true
		if got := w.submitted("Eva", "GarcíaValid").stage(); got != verification.Submitted {
			t.Errorf("held by an alert: %s", got)
		}
	})
}

func TestTheQueueIsReadPageByPage(t *testing.T) {
	t.Parallel()
	worlds(t, func(w *world) {
		var want, got []string
		for i := range 5 {
			w.now = noon.Add(time.Duration(i/2) * time.Second) // some at the same instant
			want = append(want, "Ana García"+strconv.Itoa(i))
			w.submitted("Ana", "García"+strconv.Itoa(i))
		}
		for cursor := ""; ; {
			rows, next, err := w.Queue(t.Context(), customer.Page{Limit: 2, Cursor: cursor})
			w.must(err)
			for _, r := range rows {
				got = append(got, r.Customer.Name)
			}
			if cursor = next; next == "" {
				break
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if _, _, err := w.Queue(t.Context(), customer.Page{Limit: 2, Cursor: "x"}); err == nil {
			t.Error("a cursor of nobody's is taken")
		}
	})
}
