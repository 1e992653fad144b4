// Package form is what a customer does behind the link of a hosted form: opening it, saving its steps, bringing papers,
// signing. It stands on package customer, which keeps the file and moves it on.
package form

import (
	"context"
	"errors"
	"strconv"
	"time"

	"rampa/internal/audit"
	"rampa/internal/customer"
	"rampa/internal/id"
	"rampa/internal/kyb"
	"rampa/internal/verification"
)

// Service lets customers fill in their forms.
type Service struct {
	core *customer.Service
}

// New makes a Service.
func New(core *customer.Service) *Service { return &Service{core} }

// errRefused rolls a transaction back for a reason that the caller carries.
var errRefused = errors.New("form: refused")

// by is who stands behind a hosted page, as the audit names it.
func by(v customer.Visitor, action string, detail map[string]string) customer.Act {
	return customer.Act{Actor: audit.Actor{Kind: "customer", ID: "form", Address: v.Address}, RequestID: v.RequestID, Action: action, Detail: detail}
}

// Link gives who stands behind a link, without the file: what its password gate shows. Errors: customer.ErrLinkNotFound,
// customer.ErrLinkExpired (also for a link that a newer one replaced).
func (s *Service) Link(ctx context.Context, linkUUID string) (customer.Form, error) {
	if !id.IsUUID(linkUUID) {
		return customer.Form{}, customer.ErrLinkNotFound
	}
	f, err := s.core.Store.FormByLink(ctx, linkUUID)
	if err != nil {
		return f, err
	}
	if f.Link.Dead(s.core.Now()) {
		return f, customer.ErrLinkExpired
	}
	return f, nil
}

// Unlock checks the password of a link and gives the value of a session cookie. After five wrong ones in a row the link
// is locked, for longer with each further one; while it is, the right password is refused as well. Errors: customer.ErrPassword,
// customer.ErrLinkLocked, customer.ErrLinkExpired, customer.ErrLinkNotFound.
func (s *Service) Unlock(ctx context.Context, linkUUID, password string, v customer.Visitor) (session string, err error) {
	if !id.IsUUID(linkUUID) {
		return "", customer.ErrLinkNotFound
	}
	var outcome error // a wrong try is a committed change, so it cannot be the transaction's error
	err = s.core.Store.InTx(ctx, func(ctx context.Context, tx customer.Tx) error {
		l, err := tx.LockLink(ctx, linkUUID)
		if err != nil {
			return err
		}
		now := s.core.Now()
		switch {
		case l.Dead(now):
			return customer.ErrLinkExpired
		case now.Before(l.LockedUntil):
			return customer.ErrLinkLocked
		case !s.core.Keys.Opens(&l, password):
			outcome = customer.ErrPassword
			return s.wrongPassword(ctx, tx, l, v)
		}
		outcome = nil
		session = s.core.Keys.Session(&l, now)
		return s.opened(ctx, tx, l, v)
	})
	if err == nil {
		err = outcome
	}
	if err != nil {
		return "", err
	}
	return session, nil
}

func (s *Service) wrongPassword(ctx context.Context, tx customer.Tx, l customer.Link, v customer.Visitor) error {
	l.Refuse(s.core.Now())
	if err := tx.UpdateLink(ctx, l); err != nil {
		return err
	}
	c := customer.Customer{ID: l.CustomerID, IntegrationID: l.IntegrationID}
	return s.core.Audit(ctx, tx, c, by(v, "kyb.password_refused", map[string]string{"failures": strconv.Itoa(l.Failures)}))
}

func (s *Service) opened(ctx context.Context, tx customer.Tx, l customer.Link, v customer.Visitor) error {
	if l.Failures > 0 || !l.LockedUntil.IsZero() {
		l.Failures, l.LockedUntil = 0, time.Time{}
		if err := tx.UpdateLink(ctx, l); err != nil {
			return err
		}
	}
	c, err := tx.LockCustomer(ctx, l.CustomerID)
	if err != nil {
		return err
	}
	a := by(v, "kyb.opened", nil)
	spoke := c.Language
	if v.Language != "" {
		c.Language = v.Language
	}
	if c.Stage == verification.Draft {
		return s.core.Move(ctx, tx, &c, customer.Transition{Event: verification.OnOpened, Act: a})
	}
	if c.Language != spoke {
		if err := tx.UpdateCustomer(ctx, c); err != nil {
			return err
		}
	}
	return s.core.Audit(ctx, tx, c, a)
}

// Open gives the whole form to a visitor with a session; a person's is the secret of the link itself. Errors: those of customer.Link,
// customer.ErrSession, customer.ErrUserBanned.
func (s *Service) Open(ctx context.Context, linkUUID, session string) (customer.Form, error) {
	f, err := s.Link(ctx, linkUUID)
	if err != nil {
		return f, err
	}
	if err := s.admit(&f, session); err != nil {
		return customer.Form{Customer: customer.Customer{Name: f.Customer.Name, Language: f.Customer.Language}, Link: f.Link, Brand: f.Brand}, err
	}
	return f, s.core.Load(ctx, &f)
}

// admit lets a session in. A wrong secret is no link at all.
func (s *Service) admit(f *customer.Form, session string) error {
	switch {
	case !s.core.Keys.Admits(&f.Link, session, s.core.Now()) && len(f.Link.PasswordMAC) == 0:
		return customer.ErrLinkNotFound
	case !s.core.Keys.Admits(&f.Link, session, s.core.Now()):
		return customer.ErrSession
	case f.Customer.Banned():
		return customer.ErrUserBanned
	}
	return nil
}

// change locks the customer behind an editable form and lets edit change it, all in one transaction; errRefused rolls it
// back and is no error.
func (s *Service) change(ctx context.Context, linkUUID, session string, edit func(ctx context.Context, tx customer.Tx, f *customer.Form) error) error {
	err := s.core.Store.InTx(ctx, func(ctx context.Context, tx customer.Tx) error {
		f, err := s.Link(ctx, linkUUID)
		if err != nil {
			return err
		}
		if f.Customer, err = tx.LockCustomer(ctx, f.Customer.ID); err != nil {
			return err
		}
		if err := s.admit(&f, session); err != nil {
			return err
		}
		if err := s.core.Load(ctx, &f); err != nil {
			return err
		}
		return edit(ctx, tx, &f)
	})
	if err == errRefused {
		return nil
	}
	return err
}

// Save changes one step of a file. With problems nothing is saved. Errors: those of Open, customer.ErrNotEditable.
func (s *Service) Save(ctx context.Context, linkUUID, session string, e customer.Edit) ([]kyb.Problem, error) {
	var problems []kyb.Problem
	err := s.change(ctx, linkUUID, session, func(ctx context.Context, tx customer.Tx, f *customer.Form) error {
		if !f.Editable(e.Step) {
			return customer.ErrNotEditable
		}
		if problems = apply(e, &f.Record); len(problems) > 0 {
			return errRefused
		}
		if e.Visitor.Language != "" {
			f.Customer.Language = e.Visitor.Language
		}
		before := f.Customer.Identification
		s.core.Mirror(&f.Customer, &f.Record)
		if f.Customer.Stage == verification.Draft { // a company's began with its password
			a := by(e.Visitor, "kyb.opened", nil)
			if err := s.core.Move(ctx, tx, &f.Customer, customer.Transition{Event: verification.OnOpened, Act: a}); err != nil {
				return err
			}
			f.Record.Version++
		}
		if err := s.saved(ctx, tx, f, e.Step, e.Visitor); err != nil || f.Customer.Identification == before {
			return err
		}
		return s.core.Namesake(ctx, tx, f.Customer)
	})
	return problems, err
}

// saved stores a form's record after a change of one item.
func (s *Service) saved(ctx context.Context, tx customer.Tx, f *customer.Form, item string, v customer.Visitor) error {
	f.Record.Saved(item, s.core.Now())
	f.Customer.UpdatedAt = s.core.Now()
	if err := s.core.Records.Seal(&f.Record); err != nil {
		return err
	}
	if err := tx.UpdateRecord(ctx, f.Record, f.Record.WaitingSince(f.Customer.Stage)); err != nil {
		return err
	}
	if err := tx.UpdateCustomer(ctx, f.Customer); err != nil {
		return err
	}
	return s.core.Audit(ctx, tx, f.Customer, by(v, "kyb.saved", map[string]string{"item": item}))
}

// Submit signs and submits a file, or says what it still lacks and changes nothing. Errors: those of Open, verification.ErrTransition.
func (s *Service) Submit(ctx context.Context, linkUUID, session string, d kyb.Declaration, v customer.Visitor) ([]kyb.Requirement, error) {
	var missing []kyb.Requirement
	err := s.change(ctx, linkUUID, session, func(ctx context.Context, tx customer.Tx, f *customer.Form) error {
		if _, err := f.Customer.Stage.After(verification.OnSubmitted); err != nil {
			return err
		}
		d.SignedAt, d.Address, d.UserAgent = s.core.Now(), v.Address, v.UserAgent
		f.Record.Sign(d)
		if missing = s.core.Records.Missing(&f.Record, f.Documents); len(missing) > 0 {
			return errRefused
		}
		if err := s.saved(ctx, tx, f, "declaration", v); err != nil {
			return err
		}
		return s.core.Hand(ctx, tx, f, by(v, "kyb.submitted", map[string]string{"terms": d.TermsVersion}))
	})
	return missing, err
}

func apply(e customer.Edit, r *customer.Record) []kyb.Problem {
	if r.Person != nil {
		return e.Person(r.Person)
	}
	return e.Change(r.File)
}
