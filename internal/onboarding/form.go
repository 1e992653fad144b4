package onboarding

import (
	"context"
	"errors"
	"strconv"

	"rampa/internal/audit"
	"rampa/internal/customer"
	"rampa/internal/id"
	"rampa/internal/kyc"
	"rampa/internal/verification"
)

// errRefused rolls a transaction back for a reason that the caller carries.
var errRefused = errors.New("onboarding: refused")

func place(r *Record) []byte {
	return strconv.AppendInt([]byte("declarations/"), r.CustomerID, 10)
}

func (s *Service) audit(ctx context.Context, tx audit.Writer, r *Record, e audit.Entry) error {
	e.At, e.IntegrationID, e.Object, e.ObjectID = s.Now(), r.IntegrationID, "customer", strconv.FormatInt(r.CustomerID, 10)
	return tx.AppendAudit(ctx, e)
}

// Visit is all that the hosted form shows. Form is the customer's, but the stage, the corrections, the link and what is missing are the
// declaration's.
type Visit struct {
	Form    customer.Form
	File    *File
	Signers []kyc.Person // who may sign
}

// Open gives the form to whoever has the address of the link. Errors: customer.ErrLinkNotFound, ErrLinkExpired,
// ErrUserBanned.
func (s *Service) Open(ctx context.Context, linkUUID, secret string) (Visit, error) {
	var v Visit
	if !id.IsUUID(linkUUID) {
		return v, customer.ErrLinkNotFound
	}
	r, err := s.Store.DeclarationByLink(ctx, linkUUID)
	if err != nil || !s.keys.Admits(&r.Link, secret, s.Now()) {
		if err == nil || errors.Is(err, ErrNotFound) {
			err = customer.ErrLinkNotFound
		}
		return v, err
	}
	c, brand, signers, err := s.Customers.Behind(ctx, r.CustomerID)
	if err != nil {
		return v, err
	}
	v.Signers = signers
	v.Form = customer.Form{Customer: c, Brand: brand, Link: r.Link}
	switch {
	case r.Link.Dead(s.Now()):
		return v, customer.ErrLinkExpired
	case c.Banned():
		return v, customer.ErrUserBanned
	}
	return v, s.show(&v, &r)
}

// show puts a declaration into a visit.
func (s *Service) show(v *Visit, r *Record) error {
	if err := s.open(r); err != nil {
		return err
	}
	v.File = r.File
	v.Form.Customer.Stage, v.Form.Customer.Reasons, v.Form.Customer.UpdatedAt = r.Stage, r.Reasons, r.UpdatedAt
	v.Form.Record = customer.Record{CustomerID: r.CustomerID, IntegrationID: r.IntegrationID, Corrections: r.Corrections, Version: r.Version,
		SubmittedAt: r.SubmittedAt, DecidedAt: r.DecidedAt}
	v.Form.Missing = v.missing()
	return nil
}

// missing gives what stands between the declaration and its submission, open corrections first.
func (v *Visit) missing() []Requirement {
	return append(v.Form.Record.OpenCorrections(), Missing(v.File, v.Form.Customer.Kind == customer.Company, v.Signers)...)
}

// Edit is the change of one step. Change edits a copy and says what is wrong with it; it may run twice.
type Edit struct {
	Step    string
	Change  func(*File) []Problem
	Visitor customer.Visitor
}

// change locks the declaration behind an address and lets edit change it; errRefused rolls it back and is no error.
func (s *Service) change(ctx context.Context, linkUUID, secret string, edit func(ctx context.Context, tx Tx, v *Visit, r *Record) error) error {
	err := s.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		v, err := s.Open(ctx, linkUUID, secret)
		if err != nil {
			return err
		}
		r, err := tx.LockDeclaration(ctx, v.Form.Customer.ID)
		if err != nil {
			return err
		}
		if r.Link.UUID != linkUUID {
			return customer.ErrLinkExpired
		}
		if err := s.show(&v, &r); err != nil {
			return err
		}
		return edit(ctx, tx, &v, &r)
	})
	if errors.Is(err, errRefused) {
		return nil
	}
	return err
}

// Save changes one step. With problems nothing is saved. Errors: those of Open, customer.ErrNotEditable.
func (s *Service) Save(ctx context.Context, linkUUID, secret string, e Edit) ([]Problem, error) {
	var problems []Problem
	err := s.change(ctx, linkUUID, secret, func(ctx context.Context, tx Tx, v *Visit, r *Record) error {
		if !v.Form.Editable(e.Step) {
			return customer.ErrNotEditable
		}
		if problems = e.Change(r.File); len(problems) > 0 {
			return errRefused
		}
		if r.Stage == verification.Draft {
			r.Stage = verification.InProgress
		}
		for i := range r.Corrections {
			r.Corrections[i].Done = r.Corrections[i].Done || r.Corrections[i].Item == e.Step
		}
		if err := s.update(ctx, tx, r); err != nil {
			return err
		}
		if err := speak(ctx, tx, r.CustomerID, e.Visitor.Language); err != nil {
			return err
		}
		return s.audit(ctx, tx, r, by(e.Visitor, "declaration.saved", map[string]string{"item": e.Step}))
	})
	return problems, err
}

// speak notes the language that a customer used: letters are written in it.
func speak(ctx context.Context, tx Tx, customerID int64, language string) error {
	c, err := tx.LockCustomer(ctx, customerID)
	if err != nil || language == "" || c.Language == language {
		return err
	}
	c.Language = language
	return tx.UpdateCustomer(ctx, c)
}

// by is who stands behind a hosted page, as the audit names it.
func by(v customer.Visitor, action string, detail map[string]string) audit.Entry {
	return audit.Entry{Actor: audit.Actor{Kind: "customer", ID: "form", Address: v.Address}, RequestID: v.RequestID, Action: action, Detail: detail}
}

// Submit signs and submits a declaration, or says what it still lacks and changes nothing. Errors: those of Open,
// verification.ErrTransition.
func (s *Service) Submit(ctx context.Context, linkUUID, secret string, d verification.Declaration, by customer.Visitor) ([]Requirement, error) {
	var missing []Requirement
	err := s.change(ctx, linkUUID, secret, func(ctx context.Context, tx Tx, v *Visit, r *Record) error {
		next, err := r.Stage.After(verification.OnSubmitted)
		if err != nil {
			return err
		}
		d.SignedAt, d.Address, d.UserAgent = s.Now(), by.Address, by.UserAgent
		r.File.Declaration = &d
		if missing = v.missing(); len(missing) > 0 {
			return errRefused
		}
		r.Stage, r.SubmittedAt, r.Corrections = next, s.Now(), nil
		if err := s.update(ctx, tx, r); err != nil {
			return err
		}
		if err := s.audit(ctx, tx, r, submitted(by, d.TermsVersion)); err != nil {
			return err
		}
		return s.verdict(ctx, tx, v.Form.Customer, r)
	})
	return missing, err
}

func submitted(v customer.Visitor, terms string) audit.Entry {
	return by(v, "declaration.submitted", map[string]string{"terms": terms})
}

func (s *Service) verdict(ctx context.Context, tx Tx, c customer.Customer, r *Record) error {
	if s.Verdict == nil {
		return nil
	}
	if held, err := s.held(ctx, c.ID); err != nil || held {
		return err // an operator looks at it
	}
	event, decided := s.Verdict(c)
	if !decided {
		return nil
	}
	d := Decision{Actor: audit.System("sandbox"), Version: r.Version}
	if event == verification.OnRejected {
		d.Reasons = []string{"The sandbox refuses names that end in Fail."}
	}
	return s.move(ctx, tx, r, event, d)
}
