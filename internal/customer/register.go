package customer

import (
	"context"
	"time"

	"rampa/internal/audit"
	"rampa/internal/id"
	"rampa/internal/kyb"
	"rampa/internal/verification"
	"rampa/internal/webhook"
)

const (
	linkLife       = 90 * 24 * time.Hour
	reminderBefore = 7 * 24 * time.Hour
	passwordLength = 12
)

// Registration is a company that an integration brings.
type Registration struct {
	IntegrationID int64
	Email         string
	Name          string
	Country       string
	ExternalID    string
	CallbackURL   string
	Actor         audit.Actor
	RequestID     string
}

// Registered is a new customer with the way into its form. The password is shown this once.
type Registered struct {
	Customer Customer
	LinkURL  string
	Password string
	Expires  time.Time
}

// RegisterCompany registers a company: customer, KYB record, link, password, audit entry and event in one transaction.
// Errors: ErrEmailNotAllowed, ErrUserExists.
func (s *Service) RegisterCompany(ctx context.Context, in Registration) (Registered, error) {
	key, err := s.EmailKey(in.Email)
	if err != nil {
		return Registered{}, err
	}
	if s.Disposable(key) {
		return Registered{}, ErrEmailNotAllowed
	}
	now := s.Now()
	c := Customer{UUID: id.UUID(now), IntegrationID: in.IntegrationID, Kind: Company, Name: in.Name, Email: in.Email, EmailKey: key,
		ExternalID: in.ExternalID, Country: in.Country, CallbackURL: in.CallbackURL, Stage: verification.Draft, CreatedAt: now, UpdatedAt: now}
	link, password := s.newLink(c, now)
	err = s.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		if err := s.insert(ctx, tx, &c, link); err != nil {
			return err
		}
		if err := s.audit(ctx, tx, c, act{in.Actor, in.RequestID, "customer.registered", nil}); err != nil {
			return err
		}
		standing := Standing{Customer: c, Requirements: s.requirements(c, Record{File: &kyb.File{Company: kyb.Company{LegalName: c.Name, Country: c.Country}}}, nil), Shared: c.Country == ""}
		return s.announce(ctx, tx, webhook.CustomerCreated, standing, "")
	})
	return Registered{c, s.FormURL(link.UUID), password, link.ExpiresAt}, err
}

func (s *Service) insert(ctx context.Context, tx Tx, c *Customer, link Link) error {
	inserted, err := tx.InsertCustomer(ctx, c)
	if err != nil {
		return err
	}
	if !inserted {
		return ErrUserExists
	}
	if err := tx.InsertRecord(ctx, Record{CustomerID: c.ID, IntegrationID: c.IntegrationID, Version: 1, UpdatedAt: c.CreatedAt}); err != nil {
		return err
	}
	link.CustomerID = c.ID
	if err := tx.InsertLink(ctx, link, link.ExpiresAt.Add(-reminderBefore)); err != nil {
		return err
	}
	return tx.Tally(ctx, c.IntegrationID, TallyCustomers, 1)
}

func (s *Service) newLink(c Customer, now time.Time) (Link, string) {
	password := id.Alphanumeric(passwordLength)
	l := Link{UUID: id.UUID(now), CustomerID: c.ID, IntegrationID: c.IntegrationID, CreatedAt: now, ExpiresAt: now.Add(linkLife)}
	l.PasswordMAC = s.passwordMAC(l.UUID, password)
	return l, password
}

// passwordMAC keys the hash by a secret outside the database and binds it to its link: with 71 bits of entropy behind
// it, a slow hash would add nothing but the time.
func (s *Service) passwordMAC(linkUUID, password string) []byte {
	return s.Sealer.MAC("kyb password", []byte(linkUUID+"\x00"+password))
}

// RenewLink gives a company a new link and password; the old ones die at once. An expired file may be filled in again.
func (s *Service) RenewLink(ctx context.Context, integrationID, customerID int64, by audit.Actor, requestID string) (Registered, error) {
	now := s.Now()
	var out Registered
	err := s.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		c, err := tx.LockCustomer(ctx, customerID)
		if err != nil {
			return err
		}
		if c.IntegrationID != integrationID || c.Kind != Company {
			return ErrUserNotFound
		}
		if err := tx.EndLinks(ctx, c.ID, now); err != nil {
			return err
		}
		link, password := s.newLink(c, now)
		if err := tx.InsertLink(ctx, link, link.ExpiresAt.Add(-reminderBefore)); err != nil {
			return err
		}
		a := act{by, requestID, "customer.link_renewed", nil}
		if c.Stage == verification.Expired {
			err = s.move(ctx, tx, &c, transition{event: verification.OnRenewed, act: a})
		} else {
			err = s.audit(ctx, tx, c, a)
		}
		out = Registered{c, s.FormURL(link.UUID), password, link.ExpiresAt}
		return err
	})
	return out, err
}
