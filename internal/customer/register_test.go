package customer_test

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"rampa/internal/cursor"
	"rampa/internal/customer"
	"rampa/internal/verification"
)

func TestARegistrationIsOneTransactionOfEverythingItLeaves(t *testing.T) {
	t.Parallel()
	worlds(t, func(w *world) {
		c := w.register("Acme")
		w.expectCount(1, `SELECT COUNT(*) FROM audit_entries WHERE action = 'customer.registered' AND actor_kind = 'integration'`)
		w.expectCount(1, `SELECT COUNT(*) FROM kyb_records`)
		w.expectCount(1, `SELECT COUNT(*) FROM tallies`)
		w.expectCount(1, `SELECT COUNT(*) FROM links`)
		w.expectCount(1, `SELECT COUNT(*) FROM events WHERE type = 'CUSTOMER_CREATED' AND sequence = 1`)
		if got := c.events(); !slices.Equal(got, []string{"unused"}) {
			w.Errorf("events: %v", got)
		}
		if s := c.standing(); s.Customer.Stage != verification.Draft || len(s.Requirements) == 0 {
			w.Errorf("standing: %+v", s)
		}
		_, err := w.Register(w.Context(), customer.Registration{Kind: customer.Company, IntegrationID: w.tenant, Email: "ana@acme.example", Name: "Again", Actor: partner})
		w.expect("the same e-mail", err, customer.ErrUserExists)
		_, err = w.Register(w.Context(), customer.Registration{Kind: customer.Company, IntegrationID: w.tenant, Email: "ana@mailinator.com", Name: "Throw-away", Actor: partner})
		w.expect("a throw-away e-mail", err, customer.ErrEmailNotAllowed)
		for _, table := range []string{"customers", "kyb_records", "links", "events", "audit_entries", "tallies"} {
			w.expectCount(1, `SELECT COUNT(*) FROM `+table)
		}
		_, err = w.Register(w.Context(), customer.Registration{Kind: customer.Company, IntegrationID: w.other, Email: "ana@acme.example", Name: "Elsewhere", Actor: partner})
		w.expect("the same e-mail at another integration", err, nil)
	})
}

func TestOneEMailIsRegisteredOnceHoweverItIsWritten(t *testing.T) {
	t.Parallel()
	worlds(t, func(w *world) {
		forms := []string{"Ana@Bücher.example", "ana@bücher.example", "ANA@xn--bcher-kva.example", "ana@BÜCHER.example"}
		var all sync.WaitGroup
		var ok, exists atomic.Int64
		for i := range 100 {
			all.Go(func() {
				_, err := w.Register(w.Context(), customer.Registration{Kind: customer.Company, IntegrationID: w.tenant, Email: forms[i%len(forms)], Name: fmt.Sprint("Acme", i), Actor: partner})
				switch {
				case err == nil:
					ok.Add(1)
				case errors.Is(err, customer.ErrUserExists):
					exists.Add(1)
				default:
					w.Error(err)
				}
			})
		}
		all.Wait()
		if ok.Load() != 1 || exists.Load() != 99 {
			w.Errorf("%d registered and %d were refused, want 1 and 99", ok.Load(), exists.Load())
		}
		w.expectCount(1, `SELECT COUNT(*) FROM events`)
		w.expectCount(1, `SELECT COUNT(*) FROM audit_entries`)
	})
}

func TestARenewedLinkReplacesTheOldOne(t *testing.T) {
	t.Parallel()
	worlds(t, func(w *world) {
		c := w.opened("Acme")
		old := *c
		r, err := w.RenewLink(w.Context(), customer.Renewal{IntegrationID: w.tenant, CustomerID: c.id, Actor: partner})
		w.must(err)
		c.took(r)
		if c.link == old.link || c.password == old.password || path.Base(r.LinkURL) != c.link {
			w.Error("the renewed link is the old one")
		}
		_, err = w.Open(w.Context(), old.link, old.session)
		w.expect("the old session", err, customer.ErrLinkExpired)
		_, err = w.Unlock(w.Context(), old.link, old.password, visitor)
		w.expect("the old password", err, customer.ErrLinkExpired)
		_, err = w.Open(w.Context(), c.link, old.session)
		w.expect("the old session at the new link", err, customer.ErrSession)
		_, err = w.Unlock(w.Context(), c.link, old.password, visitor)
		w.expect("the old password at the new link", err, customer.ErrPassword)
		c.unlock()
		_, err = w.RenewLink(w.Context(), customer.Renewal{IntegrationID: w.other, CustomerID: c.id, Actor: partner})
		w.expect("by another integration", err, customer.ErrUserNotFound)
		_, err = w.Open(w.Context(), c.link, c.session)
		w.expect("after the other integration's try", err, nil)
	})
}

func TestListsAndLooksKeepToTheirIntegration(t *testing.T) {
	t.Parallel()
	worlds(t, func(w *world) {
		var ids []int64
		for i := range 5 {
			ids = append([]int64{w.register(fmt.Sprint("Acme", i)).id}, ids...)
		}
		var got []int64
		after := ""
		for range 3 {
			page, err := w.List(w.Context(), customer.Query{IntegrationID: w.tenant, Limit: 2}, after)
			w.must(err)
			for _, c := range page.Customers {
				got = append(got, c.ID)
			}
			if after = page.Next; page.Total != 5 || page.Capped {
				w.Errorf("total %d, capped %v", page.Total, page.Capped)
			}
		}
		if after != "" || !slices.Equal(got, ids) {
			w.Errorf("walked %v, then %q; want %v", got, after, ids)
		}
		for _, wrong := range []string{"x", "!!", "Yy0x", "MC4x"} {
			_, err := w.List(w.Context(), customer.Query{IntegrationID: w.tenant, Limit: 2}, wrong)
			w.expect("cursor "+wrong, err, cursor.ErrInvalid)
		}
		_, err := w.Find(w.Context(), w.other, customer.Lookup{ID: ids[0]})
		w.expect("another integration's look", err, customer.ErrUserNotFound)
		_, err = w.Standing(w.Context(), w.other, ids[0])
		w.expect("another integration's check", err, customer.ErrUserNotFound)
		rows, err := w.Search(w.Context(), "  aCMe3 ")
		if err != nil || len(rows) != 1 || rows[0].Customer.Name != "Acme3" {
			w.Errorf("found %+v, %v", rows, err)
		}
	})
}

func TestLinksAreRemindedOfOnceAndExpire(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	worlds(t, func(w *world) {
		draft, done, renewed := w.opened("Acme"), w.submitted("Done"), w.register("Renewed")
		sweep := func() {
			w.Helper()
			w.must(w.RemindLinks(w.Context()))
			w.must(w.ExpireLinks(w.Context()))
		}
		next, ok, err := w.NextSweep(w.Context())
		if err != nil || !ok || !next.Equal(noon.Add(83*day)) {
			w.Errorf("next sweep %v, %v, %v", next, ok, err)
		}
		w.now = noon.Add(83*day - time.Second)
		sweep()
		w.expectCount(0, `SELECT COUNT(*) FROM mails`)
		r, err := w.RenewLink(w.Context(), customer.Renewal{IntegrationID: w.tenant, CustomerID: renewed.id, Actor: partner})
		w.must(err)
		renewed.took(r)
		w.now = noon.Add(83 * day)
		sweep()
		sweep()
		if got := draft.mails(); !slices.Equal(got, []string{"expiring pt"}) {
			w.Errorf("mails to the unfinished: %v", got)
		}
		w.expectCount(1, `SELECT COUNT(*) FROM mails`)
		w.now = noon.Add(90 * day)
		_, err = w.Open(w.Context(), draft.link, draft.session)
		w.expect("a link at its end, before the sweep", err, customer.ErrLinkExpired)
		sweep()
		draft.expectStage(verification.Expired)
		done.expectStage(verification.Submitted)
		renewed.expectStage(verification.Draft)
		if got := draft.events(); !slices.Equal(got, []string{"unused", "processing", "unused"}) {
			w.Errorf("events of the expired: %v", got)
		}
		if s := draft.standing(); len(s.Requirements) != 0 || !slices.Equal(s.Customer.Reasons, []string{"link_expired"}) {
			w.Errorf("standing of the expired: %+v", s)
		}
		r, err = w.RenewLink(w.Context(), customer.Renewal{IntegrationID: w.tenant, CustomerID: draft.id, Actor: partner})
		w.must(err)
		draft.took(r)
		draft.expectStage(verification.Draft)
		draft.unlock()
		draft.expectStage(verification.InProgress)
		sweep()
	})
}
