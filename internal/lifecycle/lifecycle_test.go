package lifecycle_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rampa/internal/audit"
	"rampa/internal/blob"
	"rampa/internal/customer"
	"rampa/internal/customer/form"
	"rampa/internal/customer/registration"
	"rampa/internal/id"
	"rampa/internal/identity"
	"rampa/internal/integration"
	"rampa/internal/kyb"
	"rampa/internal/kyc"
	"rampa/internal/kyc/kyctest"
	"rampa/internal/lifecycle"
	"rampa/internal/link"
	"rampa/internal/mail"
	"rampa/internal/store/compliance"
	"rampa/internal/storetest"
	"rampa/internal/vault"
	"rampa/internal/verification"
)

var noon = time.Date(2026, 6, 26, 12, 0, 0, 0, time.UTC)

// world is a Service over a real store, with a clock.
type world struct {
	*testing.T
	*lifecycle.Service
	storetest.Database
	core   *customer.Service
	join   *registration.Service
	forms  *form.Service
	tenant int64
	now    time.Time
}

func worlds(t *testing.T, test func(w *world)) {
	t.Helper()
	storetest.Engines(t, func(t *testing.T, d storetest.Database) { test(newWorld(t, d)) })
}

func newWorld(t *testing.T, d storetest.Database) *world {
	sealer, err := vault.Open(t.Context(), make([]byte, vault.MasterKeySize), d.Store)
	if err != nil {
		t.Fatal(err)
	}
	files, err := blob.NewFolder(t.TempDir(), sealer)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{T: t, Database: d, now: noon}
	now := func() time.Time { return w.now }
	i := integration.Integration{UUID: id.UUID(noon), Name: "Remesas del Sur", Mode: integration.Sandbox, CreatedAt: noon}
	w.must(d.Store.Integrations().InTx(t.Context(), func(ctx context.Context, tx integration.Tx) error {
		_, err := tx.InsertIntegration(ctx, &i, nil)
		return err
	}))
	w.tenant = i.ID
	w.core = customer.New(customer.Config{Store: d.Store.Customers(), Sealer: sealer, Files: files, Rules: kyb.Rules(), PublicURL: "https://pay.example", Now: now,
		EmailKey: identity.NormalizeEmail, Disposable: func(string) bool { return false }, NextReview: lifecycle.ReviewOf(now),
		EventData: func(s customer.Standing) []byte {
			b, _ := json.Marshal(map[string]any{"status": s.Customer.Status(), "tier": s.Customer.Tier})
			return b
		},
		Mail: func(n customer.Notice) mail.Message {
			var items []string
			for _, c := range n.Corrections {
				items = append(items, c.Item)
			}
			return mail.Message{ID: id.UUID(w.now), CustomerID: n.Customer.ID, IntegrationID: n.Customer.IntegrationID, To: n.Customer.Email, Kind: mail.Kind(n.Kind), Language: n.Customer.Language,
				Subject: n.ExpiresAt.Format(time.DateOnly) + " " + strings.Join(items, " "), Text: n.FormURL, CreatedAt: w.now}
		}})
	w.join, w.forms = registration.New(w.core), form.New(w.core)
	w.Service = lifecycle.New(compliance.New(d.DB).Reviews(), w.core)
	return w
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// approved registers a person whose paper expires on a day, and approves the file.
func (w *world) approved(name, expires string) int64 {
	w.Helper()
	f := kyctest.Complete(name, "García")
	f.Paper.ExpiresAt = expires
	r, err := w.join.Register(w.Context(), customer.Registration{Kind: customer.Individual, IntegrationID: w.tenant, Email: name + "@people.example", Language: "es", Country: "ES", Person: f,
		Actor: audit.Actor{Kind: "integration", ID: "1"}})
	w.must(err)
	w.approve(r.Customer.ID)
	return r.Customer.ID
}

func (w *world) approve(id int64) {
	w.Helper()
	_, err := w.core.Force(w.Context(), w.tenant, id, customer.Forced{Decision: "valid"})
	w.must(err)
}

func (w *world) customer(id int64) customer.Customer {
	w.Helper()
	c, err := w.core.Store.Customer(w.Context(), w.tenant, id)
	w.must(err)
	return c
}

func (w *world) sweep() {
	w.Helper()
	w.must(w.Sweep(w.Context()))
}

// mails gives the letters to a customer but those that say that the file is approved.
func (w *world) mails(id int64) (all []string) {
	w.Helper()
	rows, err := w.DB.Query(w.Context(), `SELECT kind, subject FROM mails WHERE customer_id = $1 ORDER BY created_at, id`, id)
	w.must(err)
	defer rows.Close()
	for rows.Next() {
		var kind, subject string
		w.must(rows.Scan(&kind, &subject))
		if kind != customer.NoticeApproved {
			all = append(all, kind+" "+subject)
		}
	}
	return all
}

func (w *world) expectDue(want time.Time) {
	w.Helper()
	if got, some, err := w.NextDue(w.Context()); err != nil || some == want.IsZero() || !got.Equal(want) {
		w.Errorf("next due %v, %v, %v; want %v", got, some, err, want)
	}
}

func day(s string) time.Time {
	t, _ := time.Parse(time.DateOnly, s)
	return t
}

func TestAnExpiredPaperOpensTheFileWithNotice(t *testing.T) {
	t.Parallel()
	worlds(t, func(w *world) {
		w.expectDue(time.Time{})
		id := w.approved("ana", "2027-03-10")
		if c := w.customer(id); !c.ReviewAt.Equal(day("2027-03-11")) {
			t.Fatalf("the review is at %v", c.ReviewAt)
		}
		w.expectDue(day("2027-02-09"))
		w.now = day("2027-02-09").Add(-time.Second)
		w.sweep()
		if got := w.mails(id); len(got) > 0 {
			t.Errorf("too early: %v", got)
		}
		notice := "review_due 2027-03-11 identity documents.document_front documents.document_back"
		for range 3 {
			w.now = w.now.Add(12 * time.Hour)
			w.sweep()
			if diff := cmp.Diff([]string{notice}, w.mails(id)); diff != "" {
				t.Error(diff)
			}
		}
		w.expectDue(day("2027-03-11"))
		w.now = day("2027-03-11").Add(-time.Second)
		w.sweep()
		if c := w.customer(id); c.Stage != verification.Approved || c.Tier != 1 {
			t.Errorf("on its last day: %s, tier %d", c.Stage, c.Tier)
		}
		for range 3 {
			w.now = w.now.Add(time.Second)
			w.sweep()
		}
		c := w.customer(id)
		if c.Stage != verification.NeedsCorrection || c.Tier != 0 || !c.ReviewAt.IsZero() || len(c.Reasons) != 1 || !strings.Contains(c.Reasons[0], "caducado") {
			t.Errorf("%+v", c)
		}
		got := w.mails(id)
		if len(got) != 2 || !strings.HasSuffix(got[1], " identity documents.document_front documents.document_back") || !strings.HasPrefix(got[1], "correction ") {
			t.Errorf("%v", got)
		}
		w.expectDue(time.Time{})
		w.opens(id)
	})
}

// opens proves that the last letter to a person leads into the form, where what is asked can be changed.
func (w *world) opens(id int64) {
	w.Helper()
	var address string
	w.must(w.DB.QueryRow(w.Context(), `SELECT body_text FROM mails WHERE customer_id = $1 AND kind = 'correction'`, id).Scan(&address))
	uuid, secret := link.Split(address[strings.LastIndex(address, "/")+1:])
	f, err := w.forms.Open(w.Context(), uuid, secret)
	if err != nil || !f.Editable(kyc.StepIdentity) || !f.Editable("documents.document_front") || f.Editable(kyc.StepAddress) || f.Link.ExpiresAt.Before(w.now) {
		w.Errorf("%s: %v", address, err)
	}
	if n := w.count(`SELECT count(*) FROM links WHERE customer_id = $1 AND ended_at IS NULL`, id); n != 1 {
		w.Errorf("%d links are alive", n)
	}
}

func (w *world) count(query string, args ...any) (n int) {
	w.Helper()
	w.must(w.DB.QueryRow(w.Context(), query, args...).Scan(&n))
	return n
}

func TestThePeriodicReviewOpensFilesOfBothKinds(t *testing.T) {
	t.Parallel()
	worlds(t, func(w *world) {
		person := w.approved("ana", "9999-01-01")
		r, err := w.join.Register(t.Context(), customer.Registration{Kind: customer.Company, IntegrationID: w.tenant, Email: "acme@people.example", Name: "Acme", Language: "en", Actor: audit.System("test")})
		w.must(err)
		company := r.Customer.ID
		w.approve(company)
		for id, months := range map[int64]int{person: 36, company: 24} {
			if c := w.customer(id); !c.ReviewAt.Equal(noon.AddDate(0, months, 0)) {
				t.Errorf("%s: %v", c.Name, c.ReviewAt)
			}
		}
		for !w.now.After(noon.AddDate(3, 0, 0)) { // day by day, as a server that is asked every minute
			w.now = w.now.AddDate(0, 0, 1)
			w.sweep()
		}
		for id, items := range map[int64]string{person: "personal address", company: "company people"} {
			got := w.mails(id)
			if len(got) != 2 || !strings.HasPrefix(got[0], "review_due ") || !strings.HasSuffix(got[0], items) || !strings.HasPrefix(got[1], "correction ") || !strings.HasSuffix(got[1], items) {
				t.Errorf("%v", got)
			}
			if c := w.customer(id); c.Stage != verification.NeedsCorrection {
				t.Errorf("%s: %s", c.Name, c.Stage)
			}
		}
		w.approve(person) // and the next round begins
		if c := w.customer(person); !c.ReviewAt.Equal(w.now.AddDate(0, 36, 0)) {
			t.Errorf("%v", c.ReviewAt)
		}
		w.now = w.now.AddDate(0, 36, -10)
		w.sweep()
		if got := w.mails(person); len(got) != 3 || !strings.HasPrefix(got[2], "review_due ") {
			t.Errorf("%v", got)
		}
	})
}

func TestABannedCustomerIsLeftAloneUntilTheBanEnds(t *testing.T) {
	t.Parallel()
	worlds(t, func(w *world) {
		id := w.approved("ana", "2027-03-10")
		ban := customer.Banning{Reason: "fraud", Actor: audit.System("test")}
		w.must(w.core.Ban(t.Context(), id, ban))
		w.now = day("2027-06-01")
		w.sweep()
		w.expectDue(time.Time{})
		if c := w.customer(id); c.Stage != verification.Approved || len(w.mails(id)) > 0 {
			t.Errorf("%s, %v", c.Stage, w.mails(id))
		}
		w.must(w.core.Unban(t.Context(), id, ban))
		w.expectDue(day("2027-02-09"))
		w.sweep()
		if got := w.mails(id); len(got) != 1 || !strings.HasPrefix(got[0], "correction ") {
			t.Errorf("%v", got)
		}
	})
}

func TestManyFilesAndManyNodesTellAndOpenEachOnce(t *testing.T) {
	t.Parallel()
	worlds(t, func(w *world) {
		const many = 230 // more than a batch
		for i := range many {
			w.approved(fmt.Sprint("p", i), "2027-03-10")
		}
		for _, at := range []string{"2027-03-01", "2027-03-11"} {
			w.now = day(at)
			var nodes sync.WaitGroup
			for range 3 {
				nodes.Go(func() {
					if err := w.Sweep(context.WithoutCancel(w.Context())); err != nil {
						t.Error(err)
					}
				})
			}
			nodes.Wait()
		}
		for kind, want := range map[string]int{"review_due": many, "correction": many, "approved": many} {
			if n := w.count(`SELECT count(*) FROM mails WHERE kind = $1`, kind); n != want {
				t.Errorf("%d letters %s, want %d", n, kind, want)
			}
		}
		if n := w.count(`SELECT count(*) FROM customers WHERE stage = 'needs_correction'`); n != many {
			t.Errorf("%d files are open", n)
		}
		if n := w.count(`SELECT count(*) FROM audit_entries WHERE action = 'kyc.review_announced'`); n != many {
			t.Errorf("%d are written down", n)
		}
	})
}

func TestTheNextReviewFollowsKindTierExposureAndPaper(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a    lifecycle.Approval
		want time.Time
	}{
		{lifecycle.Approval{Kind: customer.Individual, Tier: 1}, noon.AddDate(0, 36, 0)},
		{lifecycle.Approval{Kind: customer.Individual, Tier: 2}, noon.AddDate(0, 24, 0)},
		{lifecycle.Approval{Kind: customer.Individual, Tier: 1, PEP: true}, noon.AddDate(0, 12, 0)},
		{lifecycle.Approval{Kind: customer.Company, Tier: 1}, noon.AddDate(0, 24, 0)},
		{lifecycle.Approval{Kind: customer.Company, Tier: 2, PEP: true}, noon.AddDate(0, 12, 0)},
		{lifecycle.Approval{Kind: customer.Individual, Tier: 1, PaperExpiresAt: "2026-12-31"}, day("2027-01-01")},
		{lifecycle.Approval{Kind: customer.Individual, Tier: 1, PaperExpiresAt: "2026-06-26"}, day("2026-06-27")},
		{lifecycle.Approval{Kind: customer.Individual, Tier: 1, PaperExpiresAt: "9999-12-31"}, noon.AddDate(0, 36, 0)},
		{lifecycle.Approval{Kind: customer.Individual, Tier: 1, PaperExpiresAt: "2020-01-01"}, noon.AddDate(0, 36, 0)}, // an operator approved it as it is
		{lifecycle.Approval{Kind: customer.Individual, Tier: 1, PaperExpiresAt: "soon"}, noon.AddDate(0, 36, 0)},
	} {
		c.a.At = noon
		if got := lifecycle.NextReview(c.a); !got.Equal(c.want) {
			t.Errorf("%+v: %v, want %v", c.a, got, c.want)
		}
	}
}

func TestAPassportIsAskedWithoutABack(t *testing.T) {
	t.Parallel()
	worlds(t, func(w *world) {
		f := kyctest.Complete("Ana", "García")
		f.Paper = kyc.Paper{Type: "PASSPORT", Number: "AAA123456", Country: "ES", ExpiresAt: "2026-07-01"}
		r, err := w.join.Register(t.Context(), customer.Registration{Kind: customer.Individual, IntegrationID: w.tenant, Email: "a@people.example", Country: "ES", Person: f, Actor: audit.System("test")})
		w.must(err)
		w.approve(r.Customer.ID)
		w.sweep() // within thirty days of the end: told at once
		if got := w.mails(r.Customer.ID); !slices.Equal(got, []string{"review_due 2026-07-02 identity documents.document_front"}) {
			t.Errorf("%v", got)
		}
	})
}

func TestAHigherTierIsReviewedSooner(t *testing.T) {
	t.Parallel()
	worlds(t, func(w *world) {
		id := w.approved("ana", "9999-01-01")
		w.now = noon.AddDate(0, 1, 0)
		w.must(w.core.GrantEnhanced(t.Context(), id, audit.System("test"), ""))
		if c := w.customer(id); c.Tier != 2 || !c.ReviewAt.Equal(noon.AddDate(0, 25, 0)) {
			t.Errorf("tier %d, %v", c.Tier, c.ReviewAt)
		}
		w.now = noon.AddDate(0, 2, 0)
		w.must(w.core.WithdrawEnhanced(t.Context(), id, audit.System("test"), ""))
		if c := w.customer(id); c.Tier != 1 || !c.ReviewAt.Equal(noon.AddDate(0, 25, 0)) {
			t.Errorf("tier %d, %v", c.Tier, c.ReviewAt)
		}
		late := w.approved("luis", "9999-01-01")
		w.now = w.now.AddDate(0, 30, 0)
		w.must(w.core.GrantEnhanced(t.Context(), late, audit.System("test"), ""))
		if c := w.customer(late); !c.ReviewAt.Equal(noon.AddDate(0, 38, 0)) {
			t.Errorf("a review is put off: %v", c.ReviewAt)
		}
	})
}
