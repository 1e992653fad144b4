package customer

import (
	"context"
	"strconv"

	"rampa/internal/alert"
	"rampa/internal/link"
)

// Supersede puts a link in place of the customer's others.
func (s *Service) Supersede(ctx context.Context, tx Tx, l Link) error {
	if err := tx.EndLinks(ctx, l.CustomerID, s.Now()); err != nil {
		return err
	}
	return tx.InsertLink(ctx, l, l.ExpiresAt.Add(-link.ReminderBefore))
}

// replaceLink gives a person whose link is dead another one: there is no password that somebody would have to be told.
func (s *Service) replaceLink(ctx context.Context, tx Tx, c Customer) (Link, error) {
	l := link.New(c.ID, c.IntegrationID, s.Now())
	return l, s.Supersede(ctx, tx, l)
}

// FormAddress gives the address of a customer's form, "" when there is no live link.
func (s *Service) FormAddress(ctx context.Context, c Customer) (string, error) {
	form, err := s.Store.FormByCustomer(ctx, c.ID)
	if err != nil || form.Link.Dead(s.Now()) {
		return "", err
	}
	return s.FormURL(form.Link), nil
}

// Namesake raises an alert where another customer of the integration has the same identification number.
func (s *Service) Namesake(ctx context.Context, tx Tx, c Customer) error {
	if c.Identification == "" || s.Raise == nil {
		return nil
	}
	other, found, err := tx.Namesake(ctx, c)
	if err != nil || !found {
		return err
	}
	number := strconv.FormatInt(other, 10)
	_, err = s.Raise(ctx, alert.Alert{CustomerID: c.ID, IntegrationID: c.IntegrationID, Kind: alert.DuplicateIdentification,
		Key: "identification:" + number, Summary: map[string]string{"other_customer": number}})
	return err
}
