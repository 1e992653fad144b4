package customer

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"time"

	"rampa/internal/errs"
	"rampa/internal/id"
	"rampa/internal/kyb"
	"rampa/internal/paper"
)

// maxPerItem bounds the files of one requirement.
const maxPerItem = 10

// ErrTooManyFiles and ErrItemUnknown refuse uploads that no requirement asks for.
var (
	ErrTooManyFiles = errs.Newf(errs.Invalid, "too_many_files", "There are %d files here already. Remove one first.", maxPerItem)
	ErrItemUnknown  = errs.New(errs.Invalid, "item_unknown", "This document is not asked for.")
)

// Upload is a file that a visitor brings for one item of the requirements.
type Upload struct {
	Item    string
	Name    string
	Body    io.Reader
	Visitor Visitor
}

// AddDocument cleans an uploaded paper, stores it encrypted and adds it to the file. Errors: those of Open, of
// paper.Clean, ErrNotEditable, ErrTooManyFiles, ErrItemUnknown.
func (s *Service) AddDocument(ctx context.Context, linkUUID, session string, u Upload) (kyb.Document, error) {
	if _, err := s.Open(ctx, linkUUID, session); err != nil {
		return kyb.Document{}, err // before the work of reading the upload
	}
	clean, err := paper.Clean(ctx, u.Body)
	if err != nil {
		return kyb.Document{}, err
	}
	sum := sha256.Sum256(clean.Content)
	d := kyb.Document{ID: id.UUID(s.Now()), Item: u.Item, Name: paper.DisplayName(u.Name), Type: clean.Type, Size: int64(len(clean.Content)), AddedAt: s.Now()}
	if err := s.Files.Put(ctx, d.ID, bytes.NewReader(clean.Content)); err != nil {
		return d, err
	}
	err = s.change(ctx, linkUUID, session, func(ctx context.Context, tx Tx, f *Form) error {
		if err := s.accepts(f, u.Item); err != nil {
			return err
		}
		if err := tx.InsertDocument(ctx, d, f.Customer, hex.EncodeToString(sum[:])); err != nil {
			return err
		}
		return s.saved(ctx, tx, f, "documents."+u.Item, u.Visitor)
	})
	if err != nil {
		_ = s.Files.Delete(context.WithoutCancel(ctx), d.ID) // encrypted and unnamed: at worst it stays as noise
	}
	return d, err
}

func (s *Service) accepts(f *Form, item string) error {
	if !f.Editable("documents." + item) {
		return ErrNotEditable
	}
	asked, held := false, 0
	for _, i := range s.Rules.Items(f.Record.File, "en") {
		asked = asked || i.Code == item
	}
	for _, d := range f.Documents {
		if d.Item == item {
			held++
		}
	}
	switch {
	case !asked:
		return ErrItemUnknown
	case held >= maxPerItem:
		return ErrTooManyFiles
	}
	return nil
}

// removedFor is how long a removed paper's content stays, so that support can undo a mistake.
const removedFor = 24 * time.Hour

// RemoveDocument takes a paper out of the file; a job deletes its content a day later.
func (s *Service) RemoveDocument(ctx context.Context, linkUUID, session, documentID string, v Visitor) error {
	return s.change(ctx, linkUUID, session, func(ctx context.Context, tx Tx, f *Form) error {
		for _, d := range f.Documents {
			if d.ID != documentID {
				continue
			}
			if !f.Editable("documents." + d.Item) {
				return ErrNotEditable
			}
			if _, err := tx.RemoveDocument(ctx, f.Customer.ID, d.ID, s.Now()); err != nil {
				return err
			}
			if err := s.DeleteLater(ctx, tx, d.ID, s.Now().Add(removedFor)); err != nil {
				return err
			}
			f.Record.Version++
			if err := s.audit(ctx, tx, f.Customer, v.act("document.removed", map[string]string{"document": d.ID, "item": d.Item})); err != nil {
				return err
			}
			return tx.UpdateRecord(ctx, f.Record, f.Record.waitingSince(f.Customer.Stage))
		}
		return ErrDocumentNotFound
	})
}

// DeleteDocument deletes the content of a removed paper and then, with done in one transaction, its row. It may be
// repeated at any point.
func (s *Service) DeleteDocument(ctx context.Context, documentID string, done func(ctx context.Context, tx Tx) error) error {
	if err := s.Files.Delete(ctx, documentID); err != nil {
		return err
	}
	return s.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		if err := tx.ForgetDocument(ctx, documentID); err != nil {
			return err
		}
		return done(ctx, tx)
	})
}
