package storetest_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rampa/internal/audit"
	"rampa/internal/customer"
	"rampa/internal/id"
	"rampa/internal/integration"
	"rampa/internal/kyb"
	"rampa/internal/storetest"
	"rampa/internal/verification"
	"rampa/internal/webhook"
)

var noon = time.Date(2026, 6, 26, 12, 0, 0, 0, time.UTC)

// fixture is a database with two integrations.
type fixture struct {
	storetest.Database
	*testing.T
	tenant, other int64
}

func newFixture(t *testing.T, d storetest.Database) *fixture {
	f := &fixture{Database: d, T: t}
	f.tenant, f.other = f.addIntegration("Remesas del Sur"), f.addIntegration("Wallet & Co")
	return f
}

func (f *fixture) addIntegration(name string) int64 {
	f.Helper()
	i := integration.Integration{UUID: id.UUID(noon), Name: name, Mode: integration.Sandbox, CreatedAt: noon}
	err := f.Store.Integrations().InTx(f.Context(), func(ctx context.Context, tx integration.Tx) error {
		inserted, err := tx.InsertIntegration(ctx, &i, nil)
		if err == nil && !inserted {
			err = errors.New("not inserted")
		}
		return err
	})
	if err != nil {
		f.Fatal(err)
	}
	return i.ID
}

// change runs a change of customers and fails the test when it fails.
func (f *fixture) change(work func(ctx context.Context, tx customer.Tx) error) {
	f.Helper()
	if err := f.Store.Customers().InTx(f.Context(), work); err != nil {
		f.Fatal(err)
	}
}

// company adds a company with its record, a link and its tally.
func (f *fixture) company(tenant int64, name string) (customer.Customer, customer.Link) {
	f.Helper()
	c := customer.Customer{UUID: id.UUID(noon), IntegrationID: tenant, Kind: customer.Company, Name: name, Email: name + "@Acme.example", EmailKey: name + "@acme.example",
		ExternalID: "ext-" + name, Country: "ES", CallbackURL: "https://shop.example/back", Stage: verification.Draft, CreatedAt: noon, UpdatedAt: noon}
	l := customer.Link{UUID: id.UUID(noon), IntegrationID: tenant, PasswordMAC: []byte{1, 2, 3}, CreatedAt: noon, ExpiresAt: noon.Add(90 * 24 * time.Hour)}
	f.change(func(ctx context.Context, tx customer.Tx) error {
		if inserted, err := tx.InsertCustomer(ctx, &c); err != nil || !inserted {
			return fmt.Errorf("inserted: %v, %w", inserted, err)
		}
		l.CustomerID = c.ID
		return errors.Join(tx.InsertRecord(ctx, customer.Record{CustomerID: c.ID, IntegrationID: tenant, Version: 1, UpdatedAt: noon}),
			tx.InsertLink(ctx, l, l.ExpiresAt.Add(-7*24*time.Hour)), tx.Tally(ctx, tenant, customer.TallyCustomers, 1))
	})
	return c, l
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestACustomerIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	storetest.Engines(t, func(t *testing.T, d storetest.Database) {
		f := newFixture(t, d)
		c, l := f.company(f.tenant, "acme")
		got, err := f.Store.Customers().Customer(t.Context(), f.tenant, c.ID)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "customer", got, c)
		form, err := f.Store.Customers().FormByLink(t.Context(), l.UUID)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "link", form.Link, l)
		same(t, "brand", form.Brand.Name, "Remesas del Sur")
	})
}

func TestACustomerOfAnotherIntegrationIsNotThere(t *testing.T) {
	t.Parallel()
	storetest.Engines(t, func(t *testing.T, d storetest.Database) {
		f := newFixture(t, d)
		c, _ := f.company(f.tenant, "acme")
		customers := f.Store.Customers()
		for name, by := range map[string]customer.Lookup{"id": {ID: c.ID}, "uuid": {UUID: c.UUID}, "email": {EmailKey: c.EmailKey}, "external id": {ExternalID: c.ExternalID}} {
			if got, err := customers.Find(t.Context(), f.tenant, by); err != nil || got.ID != c.ID {
				t.Errorf("own customer by %s: %v, %v", name, got.ID, err)
			}
			if _, err := customers.Find(t.Context(), f.other, by); !errors.Is(err, customer.ErrUserNotFound) {
				t.Errorf("foreign customer by %s: %v", name, err)
			}
		}
		if list, err := customers.List(t.Context(), customer.Query{IntegrationID: f.other, Limit: 10}); err != nil || len(list) != 0 {
			t.Errorf("foreign list: %v, %v", list, err)
		}
	})
}

func TestAnEmailIsTakenOncePerIntegration(t *testing.T) {
	t.Parallel()
	storetest.Engines(t, func(t *testing.T, d storetest.Database) {
		f := newFixture(t, d)
		f.company(f.tenant, "acme")
		f.company(f.other, "acme") // the other integration's customers block nobody
		c := customer.Customer{UUID: id.UUID(noon), IntegrationID: f.tenant, Kind: customer.Company, Name: "x", Email: "x", EmailKey: "acme@acme.example", Stage: verification.Draft, CreatedAt: noon}
		f.change(func(ctx context.Context, tx customer.Tx) error {
			inserted, err := tx.InsertCustomer(ctx, &c)
			if inserted {
				t.Error("the same e-mail was taken twice")
			}
			return err
		})
	})
}

func TestListsWalkNewestFirstAndStayStableUnderInserts(t *testing.T) {
	t.Parallel()
	storetest.Engines(t, func(t *testing.T, d storetest.Database) {
		f := newFixture(t, d)
		var ids []int64
		for i := range 7 {
			c, _ := f.company(f.tenant, fmt.Sprint("c", i))
			ids = append([]int64{c.ID}, ids...)
		}
		customers := f.Store.Customers()
		first, err := customers.List(t.Context(), customer.Query{IntegrationID: f.tenant, Limit: 3})
		if err != nil {
			t.Fatal(err)
		}
		f.company(f.tenant, "late")
		rest, err := customers.List(t.Context(), customer.Query{IntegrationID: f.tenant, Limit: 10, Before: first[2].ID})
		if err != nil {
			t.Fatal(err)
		}
		var got []int64
		for _, c := range append(first, rest...) {
			got = append(got, c.ID)
		}
		same(t, "ids", got, ids)
	})
}

func TestFiltersLeaveOutWhatTheyShould(t *testing.T) {
	t.Parallel()
	storetest.Engines(t, func(t *testing.T, d storetest.Database) {
		f := newFixture(t, d)
		a, _ := f.company(f.tenant, "acme")
		f.company(f.tenant, "bravo_100%")
		a.Stage, a.UpdatedAt = verification.Approved, noon.Add(time.Hour)
		f.change(func(ctx context.Context, tx customer.Tx) error { return tx.UpdateCustomer(ctx, a) })
		for name, c := range map[string]struct {
			q    customer.Query
			want int
		}{
			"everything":        {customer.Query{}, 2},
			"kind":              {customer.Query{Kind: customer.Individual}, 0},
			"status valid":      {customer.Query{Stages: verification.StagesOf("valid")}, 1},
			"status processing": {customer.Query{Stages: verification.StagesOf("processing")}, 0},
			"e-mail":            {customer.Query{EmailKey: "acme@acme.example"}, 1},
			"external id":       {customer.Query{ExternalID: "ext-acme"}, 1},
			"search":            {customer.Query{Search: "ACM"}, 2}, // the e-mails' domain is acme.example
			"search by %":       {customer.Query{Search: "100%"}, 1},
			"search by _":       {customer.Query{Search: "o_1"}, 1},
			"search for \\":     {customer.Query{Search: `\`}, 0},
			"from":              {customer.Query{CreatedFrom: noon.Add(time.Second)}, 0},
			"until":             {customer.Query{CreatedTo: noon.Add(time.Second)}, 2},
		} {
			c.q.IntegrationID, c.q.Limit = f.tenant, 10
			list, err := f.Store.Customers().List(t.Context(), c.q)
			if err != nil || len(list) != c.want {
				t.Errorf("%s: listed %d, want %d (%v)", name, len(list), c.want, err)
			}
			n, capped, err := f.Store.Customers().Count(t.Context(), c.q)
			if err != nil || n != c.want || capped {
				t.Errorf("%s: counted %d, want %d (%v)", name, n, c.want, err)
			}
		}
	})
}

func TestFoldingKeepsTheCount(t *testing.T) {
	t.Parallel()
	storetest.Engines(t, func(t *testing.T, d storetest.Database) {
		f := newFixture(t, d)
		for i := range 5 {
			f.company(f.tenant, fmt.Sprint("c", i))
			if i == 2 {
				if err := f.Store.FoldTallies(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
		}
		f.company(f.other, "foreign")
		for range 2 {
			if n, _, err := f.Store.Customers().Count(t.Context(), customer.Query{IntegrationID: f.tenant}); err != nil || n != 5 {
				t.Errorf("counted %d, %v", n, err)
			}
			if err := f.Store.FoldTallies(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		var rows int
		if err := f.DB.QueryRow(t.Context(), `SELECT COUNT(*) FROM tallies`).Scan(&rows); err != nil || rows != 2 {
			t.Errorf("%d tally rows after folding, want one per integration (%v)", rows, err)
		}
	})
}

func TestARecordWaitsInTheQueueByAge(t *testing.T) {
	t.Parallel()
	storetest.Engines(t, func(t *testing.T, d storetest.Database) {
		f := newFixture(t, d)
		var ids []int64
		for i := range 3 {
			c, _ := f.company(f.tenant, fmt.Sprint("c", i))
			c.Stage = verification.Submitted
			at := noon.Add(-time.Duration(i) * time.Hour)
			f.change(func(ctx context.Context, tx customer.Tx) error {
				r, err := tx.RecordForUpdate(ctx, c.ID)
				r.SubmittedAt, r.SealedFile = at, []byte("sealed")
				r.Corrections = []customer.Correction{{Item: "company", Message: "Fix it"}}
				return errors.Join(err, tx.UpdateCustomer(ctx, c), tx.UpdateRecord(ctx, r, at))
			})
			ids = append([]int64{c.ID}, ids...)
		}
		f.company(f.tenant, "draft")
		rows, err := f.Store.Customers().Queue(t.Context(), customer.Page{Limit: 10})
		if err != nil {
			t.Fatal(err)
		}
		var got []int64
		for _, r := range rows {
			got = append(got, r.Customer.ID)
		}
		same(t, "queue", got, ids)
		r, err := f.Store.Customers().Record(t.Context(), ids[0])
		if err != nil {
			t.Fatal(err)
		}
		same(t, "file", string(r.SealedFile), "sealed")
		same(t, "corrections", r.Corrections, []customer.Correction{{Item: "company", Message: "Fix it"}})
	})
}

func TestLinksEndAndAreRemindedOfWhenDue(t *testing.T) {
	t.Parallel()
	storetest.Engines(t, func(t *testing.T, d storetest.Database) {
		f := newFixture(t, d)
		c, l := f.company(f.tenant, "acme")
		customers, reminder := f.Store.Customers(), l.ExpiresAt.Add(-7*24*time.Hour)
		if next, ok, err := customers.NextLinkInstant(t.Context()); err != nil || !ok || !next.Equal(reminder) {
			t.Errorf("next instant %v %v %v, want the reminder at %v", next, ok, err, reminder)
		}
		due, err := customers.LinksToRemind(t.Context(), reminder, 10)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "to remind", due, []string{l.UUID})
		l.Reminded = true
		f.change(func(ctx context.Context, tx customer.Tx) error { return tx.UpdateLink(ctx, l) })
		if due, err = customers.LinksToRemind(t.Context(), reminder, 10); err != nil || len(due) != 0 {
			t.Errorf("reminded twice: %v, %v", due, err)
		}
		if due, err = customers.LinksExpired(t.Context(), l.ExpiresAt.Add(-time.Second), 10); err != nil || len(due) != 0 {
			t.Errorf("expired early: %v, %v", due, err)
		}
		if due, err = customers.LinksExpired(t.Context(), l.ExpiresAt, 10); err != nil || len(due) != 1 {
			t.Errorf("not expired: %v, %v", due, err)
		}
		f.change(func(ctx context.Context, tx customer.Tx) error { return tx.EndLinks(ctx, c.ID, noon) })
		if _, ok, err := customers.NextLinkInstant(t.Context()); err != nil || ok {
			t.Errorf("an ended link is still waited for (%v)", err)
		}
	})
}

func TestDocumentsAreListedUntilRemoved(t *testing.T) {
	t.Parallel()
	storetest.Engines(t, func(t *testing.T, d storetest.Database) {
		f := newFixture(t, d)
		c, _ := f.company(f.tenant, "acme")
		paper := kyb.Document{ID: id.UUID(noon), Item: "registry_extract", Name: "nota simple.pdf", Type: "application/pdf", Size: 1234, AddedAt: noon}
		f.change(func(ctx context.Context, tx customer.Tx) error { return tx.InsertDocument(ctx, paper, c, "hash") })
		customers := f.Store.Customers()
		docs, err := customers.Documents(t.Context(), c.ID)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "documents", docs, []kyb.Document{paper})
		f.change(func(ctx context.Context, tx customer.Tx) error {
			got, err := tx.RemoveDocument(ctx, c.ID, paper.ID, noon)
			same(t, "removed", got, paper)
			return err
		})
		if docs, err = customers.Documents(t.Context(), c.ID); err != nil || len(docs) != 0 {
			t.Errorf("a removed document is listed: %v, %v", docs, err)
		}
		f.change(func(ctx context.Context, tx customer.Tx) error { return tx.ForgetDocument(ctx, paper.ID) })
		var rows int
		if err := f.DB.QueryRow(t.Context(), `SELECT COUNT(*) FROM documents`).Scan(&rows); err != nil || rows != 0 {
			t.Errorf("%d rows of a forgotten document (%v)", rows, err)
		}
	})
}

func TestEventsCountPerObject(t *testing.T) {
	t.Parallel()
	storetest.Engines(t, func(t *testing.T, d storetest.Database) {
		f := newFixture(t, d)
		for _, object := range []string{"1", "2", "1", "1"} {
			f.change(func(ctx context.Context, tx customer.Tx) error {
				return tx.AppendEvent(ctx, webhook.Event{IntegrationID: f.tenant, Type: "T", Object: "customer", ObjectID: object, Data: []byte("{}"), CreatedAt: noon})
			})
		}
		var last int
		if err := f.DB.QueryRow(t.Context(), `SELECT MAX(sequence) FROM events WHERE object_id = '1'`).Scan(&last); err != nil || last != 3 {
			t.Errorf("the last sequence of object 1 is %d, want 3 (%v)", last, err)
		}
	})
}

func TestAFailedChangeLeavesNothing(t *testing.T) {
	t.Parallel()
	storetest.Engines(t, func(t *testing.T, d storetest.Database) {
		f := newFixture(t, d)
		boom := errors.New("boom")
		err := f.Store.Customers().InTx(t.Context(), func(ctx context.Context, tx customer.Tx) error {
			return errors.Join(tx.AppendAudit(ctx, audit.Entry{At: noon, Action: "x"}), tx.Tally(ctx, f.tenant, customer.TallyCustomers, 1), boom)
		})
		if !errors.Is(err, boom) {
			t.Fatal(err)
		}
		var rows int
		if err := f.DB.QueryRow(t.Context(), `SELECT (SELECT COUNT(*) FROM audit_entries) + (SELECT COUNT(*) FROM tallies)`).Scan(&rows); err != nil || rows != 0 {
			t.Errorf("%d rows were left behind (%v)", rows, err)
		}
	})
}
