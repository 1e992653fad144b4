package customer_test

import (
	"strings"
	"testing"
	"time"

	"rampa/internal/customer"
	"rampa/internal/id"
	"rampa/internal/kyb"
	"rampa/internal/kyb/kybtest"
	"rampa/internal/verification"
)

func TestALinkLocksForLongerWithEachWrongPassword(t *testing.T) {
	t.Parallel()
	worlds(t, func(w *world) {
		c := w.register("Acme")
		wrong := func() error { _, err := w.Unlock(w.Context(), c.link, "wrong", visitor); return err }
		right := func() error { _, err := w.Unlock(w.Context(), c.link, c.password, visitor); return err }
		for range 5 {
			w.expect("a free try", wrong(), customer.ErrPassword)
		}
		for _, lock := range []time.Duration{15 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour, 16 * time.Hour, 24 * time.Hour, 24 * time.Hour} {
			w.expect("the right password while locked", right(), customer.ErrLinkLocked)
			w.now = w.now.Add(lock - time.Microsecond)
			w.expect("just before the end of "+lock.String(), right(), customer.ErrLinkLocked)
			w.now = w.now.Add(time.Microsecond)
			w.expect("after "+lock.String(), wrong(), customer.ErrPassword)
		}
		w.now = w.now.Add(24 * time.Hour)
		w.expect("the right password", right(), nil)
		for range 4 {
			w.expect("a free try again", wrong(), customer.ErrPassword)
		}
		w.expect("the right password after four", right(), nil)
		w.expectCount(5+9+4, `SELECT COUNT(*) FROM audit_entries WHERE action = 'kyb.password_refused'`)
	})
}

func TestUnknownLinksAreNotFound(t *testing.T) {
	t.Parallel()
	worlds(t, func(w *world) {
		for _, link := range []string{"", "x", "../x", id.UUID(noon), strings.Repeat("'", 36)} {
			_, err := w.Link(w.Context(), link)
			w.expect("link "+link, err, customer.ErrLinkNotFound)
			_, err = w.Unlock(w.Context(), link, "x", visitor)
			w.expect("unlock "+link, err, customer.ErrLinkNotFound)
			_, err = w.Open(w.Context(), link, "x")
			w.expect("open "+link, err, customer.ErrLinkNotFound)
		}
	})
}

func TestASessionIsGoodForItsLinkAndTimeOnly(t *testing.T) {
	t.Parallel()
	worlds(t, func(w *world) {
		c, other := w.opened("Acme"), w.opened("Other")
		open := func(session string) error { _, err := w.Open(w.Context(), c.link, session); return err }
		w.expect("its own", open(c.session), nil)
		expiry, mac, _ := strings.Cut(c.session, ".")
		for name, session := range map[string]string{"none": "", "another link's": other.session, "without mac": expiry, "empty mac": expiry + ".", "later end": "z" + c.session[1:],
			"cut": c.session[:len(c.session)-2], "no number": "." + mac, "junk": "!.!"} {
			w.expect(name, open(session), customer.ErrSession)
		}
		form, err := w.Open(w.Context(), c.link, other.session)
		if w.expect("a foreign session", err, customer.ErrSession); form.Customer.Email != "" || form.Record.File != nil || form.Customer.Name != "Acme" {
			w.Errorf("without a session this is shown: %+v", form)
		}
		w.expect("saving without one", func() error { c := *c; c.session = other.session; return c.save("company", func(*kyb.File) {}) }(), customer.ErrSession)
		w.now = noon.Add(12*time.Hour - time.Second)
		w.expect("just before its end", open(c.session), nil)
		w.now = noon.Add(12 * time.Hour)
		w.expect("at its end", open(c.session), customer.ErrSession)
	})
}

func TestWhatIsSavedIsReadAgainAndNothingWithProblems(t *testing.T) {
	t.Parallel()
	worlds(t, func(w *world) {
		c := w.opened("Acme")
		form, err := w.Open(w.Context(), c.link, c.session)
		w.must(err)
		if form.Record.File.Company.LegalName != "Acme" || form.Record.File.Company.Country != "ES" {
			w.Errorf("the registration is not filled in: %+v", form.Record.File.Company)
		}
		w.must(c.save("activity", func(f *kyb.File) { f.Activity.Activity = "Panadería canaria" }))
		problems, err := w.Save(w.Context(), c.link, c.session, customer.Edit{Step: "activity", Change: func(f *kyb.File) []kyb.Problem {
			f.Activity.Activity = "refused"
			return []kyb.Problem{{Field: "activity", Code: "x"}}
		}})
		if err != nil || len(problems) != 1 {
			w.Errorf("problems %v, %v", problems, err)
		}
		form, err = w.Open(w.Context(), c.link, c.session)
		w.must(err)
		if form.Record.File.Activity.Activity != "Panadería canaria" {
			w.Errorf("saved %q", form.Record.File.Activity.Activity)
		}
		var sealed []byte
		w.must(w.DB.QueryRow(w.Context(), `SELECT sealed_file FROM kyb_records WHERE customer_id = $1`, c.id).Scan(&sealed))
		if len(sealed) == 0 || strings.Contains(string(sealed), "canaria") {
			w.Error("the file is not sealed")
		}
	})
}

func TestASubmissionThatLacksAnythingChangesNothing(t *testing.T) {
	t.Parallel()
	worlds(t, func(w *world) {
		c := w.opened("Acme")
		before := c.read().Record.Version
		missing, err := w.Submit(w.Context(), c.link, c.session, kybtest.Declaration(), visitor)
		if err != nil || len(missing) == 0 {
			w.Errorf("missing %v, %v", missing, err)
		}
		c.expectStage(verification.InProgress)
		if r := c.read().Record; r.Version != before || r.File.Declaration != nil {
			w.Errorf("the record changed: %+v", r)
		}
	})
}

func TestTheLanguageOfTheLastVisitIsKept(t *testing.T) {
	t.Parallel()
	worlds(t, func(w *world) {
		c := w.opened("Acme")
		english := visitor
		english.Language = "en"
		for _, v := range []customer.Visitor{english, {}} { // a visit without a language changes nothing
			_, err := w.Unlock(w.Context(), c.link, c.password, v)
			w.must(err)
			if got := c.standing().Customer.Language; got != "en" {
				w.Errorf("the language is %q, want en", got)
			}
		}
	})
}
