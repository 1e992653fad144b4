package customer_test

import (
	"context"
	"fmt"
	"io"
	"slices"
	"testing"
	"time"

	"rampa/internal/cursor"
	"rampa/internal/customer"
	"rampa/internal/kyb"
	"rampa/internal/kyb/kybtest"
	"rampa/internal/verification"
)

func TestASubmittedFileIsTakenAndApproved(t *testing.T) {
	t.Parallel()
	worlds(t, func(w *world) {
		c := w.submitted("Acme")
		c.expectStage(verification.Submitted)
		review := c.read()
		if d := review.Record.File.Declaration; d == nil || !d.SignedAt.Equal(noon) || d.Address != visitor.Address {
			w.Errorf("signed: %+v", d)
		}
		if len(review.Missing) != 0 || len(review.History) == 0 || review.History[0].Action != "kyb.taken" {
			w.Errorf("missing %v, history %+v", review.Missing, review.History)
		}
		c.expectStage(verification.InReview)
		w.expect("saving in review", c.save("company", func(*kyb.File) {}), customer.ErrNotEditable)
		w.must(w.Approve(w.Context(), c.id, c.decision()))
		got := c.standing()
		if got.Customer.Stage != verification.Approved || got.Customer.Tier != 1 || len(got.Requirements) != 0 {
			w.Errorf("standing: %+v", got)
		}
		w.expect("approving twice", w.Approve(w.Context(), c.id, c.decision()), verification.ErrTransition)
		if events := c.events(); !slices.Equal(events, []string{"unused", "processing", "valid"}) {
			w.Errorf("events: %v", events)
		}
		if mails := c.mails(); !slices.Equal(mails, []string{"approved pt"}) {
			w.Errorf("mails: %v", mails)
		}
	})
}

func TestAFileThatChangedSinceItWasReadIsNotDecided(t *testing.T) {
	t.Parallel()
	worlds(t, func(w *world) {
		c := w.submitted("Acme")
		stale := c.decision()
		stale.Version--
		stale.Reasons, stale.Corrections = []string{"x"}, []customer.Correction{{Item: "company", Message: "x"}}
		for name, decide := range map[string]func() error{
			"approve": func() error { return w.Approve(w.Context(), c.id, stale) }, "reject": func() error { return w.Reject(w.Context(), c.id, stale) },
			"correct": func() error { return w.RequestCorrection(w.Context(), c.id, stale) }, "reopen": func() error { return w.Reopen(w.Context(), c.id, stale) },
		} {
			w.expect(name, decide(), verification.ErrTransition)
		}
		c.expectStage(verification.InReview)
		w.expectCount(0, `SELECT COUNT(*) FROM mails`)
	})
}

func TestADecisionSaysWhy(t *testing.T) {
	t.Parallel()
	worlds(t, func(w *world) {
		c := w.submitted("Acme")
		d := c.decision()
		d.Reasons = []string{" ", ""}
		w.expect("rejecting without a reason", w.Reject(w.Context(), c.id, d), customer.ErrReasonsMissing)
		w.expect("correcting nothing", w.RequestCorrection(w.Context(), c.id, d), customer.ErrCorrectionsMissing)
		w.expect("reopening for nothing", w.Reopen(w.Context(), c.id, d), customer.ErrCorrectionsMissing)
		d.Corrections = []customer.Correction{{Item: "company", Message: "  "}}
		w.expect("correcting without a word", w.RequestCorrection(w.Context(), c.id, d), customer.ErrCorrectionsMissing)
		d.Corrections, d.Reasons = nil, []string{" The registry does not know it. "}
		w.must(w.Reject(w.Context(), c.id, d))
		if s := c.standing().Customer; s.Stage != verification.Rejected || !slices.Equal(s.Reasons, []string{"The registry does not know it."}) {
			w.Errorf("%+v", s)
		}
	})
}

func TestACorrectionOpensOnlyWhatIsAskedAndMustBeMended(t *testing.T) {
	t.Parallel()
	worlds(t, func(w *world) {
		c := w.submitted("Acme")
		item := kybtest.Papers(kybtest.Complete("Acme"))[0]
		c.correct("activity", "documents."+item)
		c.expectStage(verification.NeedsCorrection)
		w.expect("what was not asked", c.save("company", func(*kyb.File) {}), customer.ErrNotEditable)
		_, err := c.upload("another", pdf)
		w.expect("a paper that was not asked", err, customer.ErrNotEditable)
		missing, err := w.Submit(w.Context(), c.link, c.session, kybtest.Declaration(), visitor)
		if err != nil || len(missing) != 2 || missing[0].Code != "correction_requested" || missing[0].Item != "activity" {
			w.Errorf("submitted unmended: %+v, %v", missing, err)
		}
		w.must(c.save("activity", func(f *kyb.File) { f.Activity.Activity = "Mended" }))
		_, err = c.upload(item, pdf)
		w.must(err)
		c.submit()
		c.expectStage(verification.Submitted)
		if events := c.events(); !slices.Equal(events, []string{"unused", "processing", "processing", "processing"}) {
			w.Errorf("events: %v", events)
		}
		if mails := c.mails(); !slices.Equal(mails, []string{"correction pt"}) {
			w.Errorf("mails: %v", mails)
		}
	})
}

func TestARejectedFileIsReopenedForCorrections(t *testing.T) {
	t.Parallel()
	worlds(t, func(w *world) {
		c := w.submitted("Acme")
		d := c.decision()
		d.Reasons = []string{"No"}
		w.must(w.Reject(w.Context(), c.id, d))
		d = c.decision()
		d.Corrections = []customer.Correction{{Item: "company", Message: "Mend it"}}
		w.must(w.Reopen(w.Context(), c.id, d))
		c.expectStage(verification.NeedsCorrection)
		w.must(c.save("company", func(*kyb.File) {}))
		c.submit()
		if events := c.events(); !slices.Equal(events, []string{"unused", "processing", "fail", "processing", "processing"}) {
			w.Errorf("events: %v", events)
		}
		if mails := c.mails(); len(mails) != 2 {
			w.Errorf("mails: %v", mails)
		}
	})
}

func TestTheSandboxDecidesByTheName(t *testing.T) {
	t.Parallel()
	worlds(t, func(w *world) {
		sandboxed(w)
		for name, want := range map[string]verification.Stage{"AcmeValid": verification.Approved, "AcmeFail": verification.Rejected, "AcmeRetry": verification.NeedsCorrection, "Acme": verification.Submitted} {
			w.submitted(name).expectStage(want)
		}
		again := w.submitted("SecondRetry")
		w.must(again.save("company", func(*kyb.File) {}))
		again.submit()
		again.expectStage(verification.Submitted)
	})
}

func TestTheSandboxForcesADecisionFromEveryStage(t *testing.T) {
	t.Parallel()
	worlds(t, func(w *world) {
		stages := map[string]verification.Stage{"valid": verification.Approved, "fail": verification.Rejected, "retry": verification.NeedsCorrection, "processing": verification.Submitted}
		for first, from := range stages {
			for second, to := range stages {
				c := w.register(fmt.Sprint("Acme", first, second))
				for _, decision := range []string{first, second} {
					_, err := w.Force(w.Context(), w.tenant, c.id, customer.Forced{Decision: decision, Reasons: []string{"x"}, Actor: partner})
					w.must(err)
				}
				if got := c.standing().Customer; got.Stage != to || (got.Tier == 1) != (to == verification.Approved) {
					w.Errorf("from %s by %s: %+v", from, second, got)
				}
			}
		}
		c := w.register("Last")
		_, err := w.Force(w.Context(), w.other, c.id, customer.Forced{Decision: "valid"})
		w.expect("another integration's", err, customer.ErrUserNotFound)
		if _, err = w.Force(w.Context(), w.tenant, c.id, customer.Forced{Decision: "maybe"}); err == nil {
			w.Error("an unknown decision was taken")
		}
		c.expectStage(verification.Draft)
	})
}

func TestTheQueueIsWalkedByAge(t *testing.T) {
	t.Parallel()
	worlds(t, func(w *world) {
		var want, got []int64
		for i := range 4 {
			c := w.submitted(fmt.Sprint("Acme", i))
			want = append(want, c.id)
			w.now = w.now.Add(time.Duration(i%2) * time.Minute) // some are equally old
		}
		w.opened("Draft")
		after := ""
		for range 2 {
			rows, next, err := w.Queue(w.Context(), customer.Page{Limit: 2, Cursor: after})
			w.must(err)
			for _, r := range rows {
				got = append(got, r.Customer.ID)
			}
			after = next
		}
		if after != "" || !slices.Equal(got, want) {
			w.Errorf("walked %v, then %q; want %v", got, after, want)
		}
		for _, wrong := range []string{"x", "1", "-.-", "1.2.3"} {
			_, _, err := w.Queue(w.Context(), customer.Page{Limit: 2, Cursor: wrong})
			w.expect("cursor "+wrong, err, cursor.ErrInvalid)
		}
	})
}

func TestPapersAreLimitedRemovedAndDeletedInTheEnd(t *testing.T) {
	t.Parallel()
	worlds(t, func(w *world) {
		c := w.filled("Acme")
		item := kybtest.Papers(kybtest.Complete("Acme"))[0]
		_, err := c.upload("unknown", pdf)
		w.expect("a paper that nobody asks for", err, customer.ErrItemUnknown)
		var last kyb.Document
		for range 9 { // one is there
			last, err = c.upload(item, pdf)
			w.must(err)
		}
		_, err = c.upload(item, pdf)
		w.expect("the eleventh", err, customer.ErrTooManyFiles)
		d, body, err := w.OpenDocument(w.Context(), c.id, last.ID, operator)
		w.must(err)
		content, err := io.ReadAll(body)
		if err != nil || string(content) != string(pdf) || d.Type != "application/pdf" {
			w.Errorf("read back %q as %s, %v", content, d.Type, err)
		}
		w.must(body.Close())
		w.expectCount(1, `SELECT COUNT(*) FROM audit_entries WHERE action = 'document.read'`)
		_, _, err = w.OpenDocument(w.Context(), w.register("Other").id, last.ID, operator)
		w.expect("through another customer", err, customer.ErrDocumentNotFound)
		remove := func() error { return w.RemoveDocument(w.Context(), c.link, c.session, last.ID, visitor) }
		w.must(remove())
		w.expect("removing twice", remove(), customer.ErrDocumentNotFound)
		if at := w.deletions[last.ID]; !at.Equal(w.now.Add(24 * time.Hour)) {
			w.Errorf("the removed paper is to be deleted at %v", at)
		}
		w.expectCount(1, `SELECT COUNT(*) FROM documents WHERE removed_at IS NOT NULL`)
		done := 0
		for range 2 { // as after a kill between the file and the row
			w.must(w.DeleteDocument(w.Context(), last.ID, func(context.Context, customer.Tx) error { done++; return nil }))
		}
		w.expectCount(2-done, `SELECT COUNT(*) FROM documents WHERE removed_at IS NOT NULL`)
		w.expectCount(0, `SELECT COUNT(*) FROM documents WHERE removed_at IS NOT NULL`)
		if _, err := w.Files.Get(w.Context(), last.ID); err == nil {
			w.Error("the removed paper's content is still there")
		}
	})
}
