package customer

import (
	"cmp"
	"context"

	"rampa/internal/audit"
	"rampa/internal/kyc"
	"rampa/internal/screening"
	"rampa/internal/verification"
)

// Hand submits a complete file and hands it to whoever decides it: the lists first, then the sandbox's adapter or the provider.
func (s *Service) Hand(ctx context.Context, tx Tx, f *Form, a Act) error {
	first := f.Record.SubmittedAt.IsZero()
	if err := s.Move(ctx, tx, &f.Customer, Transition{Event: verification.OnSubmitted, Act: a}); err != nil {
		return err
	}
	held, err := s.screen(ctx, f.Customer, &f.Record)
	if err != nil {
		return err
	}
	if s.Verdict != nil && !held {
		if v, decided := s.Verdict(f.Customer, &f.Record, first); decided {
			return s.Move(ctx, tx, &f.Customer, v.transition(Act{audit.System("sandbox"), "", "kyb." + string(v.Event), nil}))
		}
	}
	if s.Verify != nil && f.Customer.Kind == Individual {
		return s.Verify(ctx, f.Customer, &f.Record)
	}
	return nil
}

// screen compares the names of a file with the lists, and tells whether an alert holds it.
func (s *Service) screen(ctx context.Context, c Customer, r *Record) (held bool, err error) {
	if s.Screen != nil {
		if _, err := s.Screen(ctx, screening.Who{CustomerID: c.ID, IntegrationID: c.IntegrationID}, r.Subjects()); err != nil {
			return false, err
		}
	}
	return s.held(ctx, c.ID)
}

func (s *Service) held(ctx context.Context, customerID int64) (bool, error) {
	if s.Held == nil {
		return false, nil
	}
	return s.Held(ctx, customerID)
}

// Load reads the record and documents of a form whose customer is known.
func (s *Service) Load(ctx context.Context, f *Form) (err error) {
	if f.Record, err = s.Store.Record(ctx, f.Customer.ID); err != nil {
		return err
	}
	if err = s.open(f.Customer, &f.Record); err != nil {
		return err
	}
	if f.Documents, err = s.Store.Documents(ctx, f.Customer.ID); err != nil {
		return err
	}
	f.Missing = s.Records.Missing(&f.Record, f.Documents)
	return nil
}

// Mirror copies what lists and searches need from a file to its customer.
func (s *Service) Mirror(c *Customer, r *Record) {
	if r.Person == nil {
		c.Country = r.File.Company.Country
		return
	}
	c.Name, c.Country = cmp.Or(kyc.FullName(r.Person.Person), c.Name), cmp.Or(r.Person.Address.Country, c.Country)
	c.Identification = s.Hash(r.Person.Paper.Number)
}
