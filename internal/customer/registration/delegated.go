package registration

import (
	"context"
	"strings"

	"rampa/internal/customer"
	"rampa/internal/kyc"
	"rampa/internal/link"
	"rampa/internal/verification"
)

// RegisterDelegated registers a customer and submits the file in the same transaction, with the checks and the screening
// of the hosted form. With problems nothing is changed. Errors: those of Register.
func (s *Service) RegisterDelegated(ctx context.Context, in customer.Delegated) (customer.Customer, []verification.Problem, error) {
	c, err := s.customer(in.Registration)
	if err != nil {
		return c, nil, err
	}
	if c.Kind == customer.Individual {
		in.Person.Delegated = &kyc.Delegated{VerifiedAt: in.VerifiedAt, Reference: in.Reference}
		if problems := s.lacking(in); len(problems) > 0 {
			return c, problems, nil
		}
	}
	var out customer.Customer
	l := link.New(0, c.IntegrationID, s.core.Now())
	if c.Kind == customer.Company {
		s.core.Keys.Protect(&l) // nobody is told it: RenewLink gives one when the company must correct something
	}
	err = s.core.Store.InTx(ctx, func(ctx context.Context, tx customer.Tx) error {
		f := customer.Form{Customer: c}
		r, err := s.enrol(ctx, tx, &f.Customer, l, in.Registration)
		if err != nil {
			return err
		}
		f.Record = *r
		for _, p := range in.Papers {
			d, err := s.core.Adopt(ctx, tx, f.Customer, p.Item, p.Stashed)
			if err != nil {
				return err
			}
			f.Documents = append(f.Documents, d)
		}
		a := customer.Act{Actor: in.Actor, RequestID: in.RequestID, Action: "kyb.delegated", Detail: map[string]string{"reference": in.Reference}}
		if err := s.core.Move(ctx, tx, &f.Customer, customer.Transition{Event: verification.OnOpened, Act: a}); err != nil {
			return err
		}
		a.Action = "kyb.submitted"
		err = s.core.Hand(ctx, tx, &f, a)
		out = f.Customer
		return err
	})
	return out, nil, err
}

// lacking normalises a delegated file of a person and gives what is wrong with it or missing, as problems with the fields of
// the call.
func (s *Service) lacking(in customer.Delegated) (problems []verification.Problem) {
	f, now := in.Person, s.core.Now()
	docs := make([]verification.Document, len(in.Papers))
	for i, p := range in.Papers {
		docs[i] = verification.Document{Item: p.Item}
	}
	asked := map[string]bool{} // an integration is not asked for all that the form asks for
	for _, m := range kyc.Missing(f, docs) {
		asked[m.Field] = true
		if item, isPaper := strings.CutPrefix(m.Field, "documents."); isPaper {
			problems = append(problems, verification.Problem{Field: item, Code: kyc.CodeRequired})
		}
	}
	take := func(found []verification.Problem) {
		for _, p := range found {
			if p.Code != kyc.CodeRequired || asked[p.Field] {
				problems = append(problems, p)
			}
		}
	}
	var found []verification.Problem
	f.Person, found = kyc.CheckPerson(f.Person, now)
	take(found)
	f.Address, found = kyc.CheckAddress(f.Address)
	take(found)
	f.Paper, found = kyc.CheckIdentity(f, now)
	take(found)
	return problems
}
