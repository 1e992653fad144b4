// Package registration brings customers in: people and companies, with a link to their form or with a file that the
// integration has completed itself. It stands on package customer.
package registration

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"strconv"

	"rampa/internal/customer"
	"rampa/internal/id"
	"rampa/internal/kyb"
	"rampa/internal/kyc"
	"rampa/internal/link"
	"rampa/internal/verification"
	"rampa/internal/webhook"
)

// Service registers customers.
type Service struct {
	core *customer.Service
}

// New makes a Service.
func New(core *customer.Service) *Service { return &Service{core} }

// Register registers a person or a company: customer, record, link, audit entry and event in one transaction, with a password for
// a company's link. Errors: customer.ErrEmailNotAllowed, customer.ErrUserExists.
func (s *Service) Register(ctx context.Context, in customer.Registration) (customer.Registered, error) {
	var out customer.Registered
	c, err := s.customer(in)
	if err != nil {
		return out, err
	}
	l := link.New(0, in.IntegrationID, s.core.Now())
	if in.Kind == customer.Company {
		out.Password = s.core.Keys.Protect(&l)
	} else if in.Person.Liveness, err = kyc.AskLiveness(rand.Reader); err != nil {
		return out, err
	}
	err = s.core.Store.InTx(ctx, func(ctx context.Context, tx customer.Tx) error {
		out.Customer = c
		_, err := s.enrol(ctx, tx, &out.Customer, l, in)
		return err
	})
	out.LinkURL, out.Expires = s.core.FormURL(l), l.ExpiresAt
	return out, err
}

// customer is what a registration comes to before it has a number.
func (s *Service) customer(in customer.Registration) (customer.Customer, error) {
	key, err := s.core.EmailKey(in.Email)
	if err != nil {
		return customer.Customer{}, err
	}
	if s.core.Disposable(key) {
		return customer.Customer{}, customer.ErrEmailNotAllowed
	}
	now, name := s.core.Now(), in.Name
	if in.Kind == customer.Individual {
		name = kyc.FullName(in.Person.Person)
	}
	return customer.Customer{UUID: id.UUID(now), IntegrationID: in.IntegrationID, Kind: in.Kind, Name: name, Email: in.Email, EmailKey: key,
		ExternalID: in.ExternalID, Identification: s.core.Hash(in.Identification), Country: in.Country, CallbackURL: in.CallbackURL, Language: in.Language,
		Stage: verification.Draft, CreatedAt: now, UpdatedAt: now}, nil
}

// enrol inserts a customer with all that belongs to one.
func (s *Service) enrol(ctx context.Context, tx customer.Tx, c *customer.Customer, l customer.Link, in customer.Registration) (*customer.Record, error) {
	inserted, err := tx.InsertCustomer(ctx, c)
	if err != nil {
		return nil, err
	}
	if !inserted {
		return nil, customer.ErrUserExists
	}
	r := &customer.Record{CustomerID: c.ID, IntegrationID: c.IntegrationID, Version: 1, UpdatedAt: c.CreatedAt, Person: in.Person}
	if c.Kind == customer.Company {
		r.File = &kyb.File{Company: kyb.Company{LegalName: c.Name, Country: c.Country, TaxID: in.TaxID}}
	}
	if c.Kind == customer.Individual || in.TaxID != "" {
		if err := s.core.Records.Seal(r); err != nil {
			return nil, err
		}
	}
	if err := tx.InsertRecord(ctx, *r); err != nil {
		return nil, err
	}
	l.CustomerID = c.ID
	if err := tx.InsertLink(ctx, l, l.ExpiresAt.Add(-link.ReminderBefore)); err != nil {
		return nil, err
	}
	if err := tx.Tally(ctx, c.IntegrationID, customer.TallyCustomers, 1); err != nil {
		return nil, err
	}
	if err := s.keepBank(ctx, tx, c.ID, in.Bank); err != nil {
		return nil, err
	}
	if err := s.core.Audit(ctx, tx, *c, customer.Act{Actor: in.Actor, RequestID: in.RequestID, Action: "customer.registered"}); err != nil {
		return nil, err
	}
	standing := customer.Standing{Customer: *c, Requirements: s.core.Records.Requirements(c.Stage, r, nil), Shared: s.isFresh(r)}
	if err := s.core.Announce(ctx, tx, webhook.CustomerCreated, standing, ""); err != nil {
		return nil, err
	}
	return r, s.core.Namesake(ctx, tx, *c)
}

// isFresh reports whether nothing is known of a company but its name.
func (s *Service) isFresh(r *customer.Record) bool {
	return r.File != nil && len(r.SealedFile) == 0 && r.File.Company.Country == ""
}

func (s *Service) keepBank(ctx context.Context, tx customer.Tx, customerID int64, b *customer.BankAccount) error {
	if b == nil {
		return nil
	}
	plain, err := json.Marshal(b)
	if err != nil {
		return err
	}
	sealed, err := s.core.Sealer.Seal(plain, bankPlace(customerID))
	if err != nil {
		return err
	}
	return tx.SetBankAccount(ctx, customerID, sealed)
}

// bankPlace binds a sealed account to its customer.
func bankPlace(customerID int64) []byte {
	return strconv.AppendInt([]byte("customers/bank_account/"), customerID, 10)
}

// BankAccount opens a customer's account as it is stored: JSON, nil for none.
func (s *Service) BankAccount(customerID int64, sealed []byte) ([]byte, error) {
	if len(sealed) == 0 {
		return nil, nil
	}
	return s.core.Sealer.Open(sealed, bankPlace(customerID))
}

// RenewLink gives a customer a new link, and a company a new password; the old ones die at once. An expired file may be
// filled in again. Errors: customer.ErrUserNotFound, customer.ErrUserBanned.
func (s *Service) RenewLink(ctx context.Context, in customer.Renewal) (customer.Registered, error) {
	var out customer.Registered
	err := s.core.Store.InTx(ctx, func(ctx context.Context, tx customer.Tx) error {
		c, err := tx.LockCustomer(ctx, in.CustomerID)
		if err != nil {
			return err
		}
		switch {
		case c.IntegrationID != in.IntegrationID || in.Kind != "" && c.Kind != in.Kind:
			return customer.ErrUserNotFound
		case c.Banned():
			return customer.ErrUserBanned
		}
		l := link.New(c.ID, c.IntegrationID, s.core.Now())
		password := ""
		if c.Kind == customer.Company {
			password = s.core.Keys.Protect(&l)
		}
		if err := s.core.Supersede(ctx, tx, l); err != nil {
			return err
		}
		a := customer.Act{Actor: in.Actor, RequestID: in.RequestID, Action: "customer.link_renewed"}
		if c.Stage == verification.Expired {
			err = s.core.Move(ctx, tx, &c, customer.Transition{Event: verification.OnRenewed, Act: a})
		} else {
			err = s.core.Audit(ctx, tx, c, a)
		}
		out = customer.Registered{Customer: c, LinkURL: s.core.FormURL(l), Password: password, Expires: l.ExpiresAt}
		return err
	})
	return out, err
}
