package form

import (
	"context"
	"time"

	"rampa/internal/customer"
	"rampa/internal/kyb"
)

// AddDocument cleans an uploaded paper, stores it encrypted and adds it to the file. Errors: those of Open, of
// paper.Clean, customer.ErrNotEditable, customer.ErrTooManyFiles, customer.ErrItemUnknown.
func (s *Service) AddDocument(ctx context.Context, linkUUID, session string, u customer.Upload) (kyb.Document, error) {
	if _, err := s.Open(ctx, linkUUID, session); err != nil {
		return kyb.Document{}, err // before the work of reading the upload
	}
	p, err := s.core.Stash(ctx, u.Name, u.Body)
	if err != nil {
		return kyb.Document{}, err
	}
	var d kyb.Document
	err = s.change(ctx, linkUUID, session, func(ctx context.Context, tx customer.Tx, f *customer.Form) error {
		if err := s.accepts(f, u.Item); err != nil {
			return err
		}
		if d, err = s.core.Adopt(ctx, tx, f.Customer, u.Item, p); err != nil {
			return err
		}
		return s.saved(ctx, tx, f, "documents."+u.Item, u.Visitor)
	})
	if err != nil {
		s.core.Discard(ctx, p)
	}
	return d, err
}

func (s *Service) accepts(f *customer.Form, item string) error {
	if !f.Editable("documents." + item) {
		return customer.ErrNotEditable
	}
	held := 0
	for _, d := range f.Documents {
		if d.Item == item {
			held++
		}
	}
	switch {
	case !s.core.Records.Asks(&f.Record, item):
		return customer.ErrItemUnknown
	case held >= customer.MaxPerItem:
		return customer.ErrTooManyFiles
	}
	return nil
}

// removedFor is how long a removed paper's content stays, so that support can undo a mistake.
const removedFor = 24 * time.Hour

// RemoveDocument takes a paper out of the file; a job deletes its content a day later.
func (s *Service) RemoveDocument(ctx context.Context, linkUUID, session, documentID string, v customer.Visitor) error {
	return s.change(ctx, linkUUID, session, func(ctx context.Context, tx customer.Tx, f *customer.Form) error {
		for _, d := range f.Documents {
			if d.ID != documentID {
				continue
			}
			if !f.Editable("documents." + d.Item) {
				return customer.ErrNotEditable
			}
			if _, err := tx.RemoveDocument(ctx, f.Customer.ID, d.ID, s.core.Now()); err != nil {
				return err
			}
			if err := s.core.DeleteLater(ctx, tx, d.ID, s.core.Now().Add(removedFor)); err != nil {
				return err
			}
			f.Record.Version++
			if err := s.core.Audit(ctx, tx, f.Customer, by(v, "document.removed", map[string]string{"document": d.ID, "item": d.Item})); err != nil {
				return err
			}
			return tx.UpdateRecord(ctx, f.Record, f.Record.WaitingSince(f.Customer.Stage))
		}
		return customer.ErrDocumentNotFound
	})
}
