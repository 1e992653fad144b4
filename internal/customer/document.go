package customer

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"

	"rampa/internal/audit"
	"rampa/internal/errs"
	"rampa/internal/id"
	"rampa/internal/kyb"
	"rampa/internal/paper"
)

// MaxPerItem bounds the files of one requirement.
const MaxPerItem = 10

// maxDocuments bounds the files of one customer.
const maxDocuments = 500

// ErrTooManyFiles and ErrItemUnknown refuse uploads that no requirement asks for.
var (
	ErrTooManyFiles = errs.Newf(errs.Invalid, "too_many_files", "There are %d files here already. Remove one first.", MaxPerItem)
	ErrItemUnknown  = errs.New(errs.Invalid, "item_unknown", "This document is not asked for.")
)

// Upload is a file that a visitor brings for one item of the requirements.
type Upload struct {
	Item    string
	Name    string
	Body    io.Reader
	Visitor Visitor
}

// Stashed is a paper that was cleaned and stored, encrypted, and belongs to nobody yet.
type Stashed struct {
	ID     string
	Name   string // for display only
	Type   string // media type by content
	Size   int64
	SHA256 string
}

// Stash cleans an uploaded paper and stores it encrypted, before any transaction: the change that takes it in follows, or
// Discard. Errors: those of paper.Clean.
func (s *Service) Stash(ctx context.Context, name string, body io.Reader) (Stashed, error) {
	clean, err := paper.Clean(ctx, body)
	if err != nil {
		return Stashed{}, err
	}
	sum := sha256.Sum256(clean.Content)
	p := Stashed{ID: id.UUID(s.Now()), Name: paper.DisplayName(name), Type: clean.Type, Size: int64(len(clean.Content)), SHA256: hex.EncodeToString(sum[:])}
	return p, s.Files.Put(ctx, p.ID, bytes.NewReader(clean.Content))
}

// Discard deletes papers that no change took in. They are encrypted and unnamed: at worst one stays as noise.
func (s *Service) Discard(ctx context.Context, papers ...Stashed) {
	for _, p := range papers {
		_ = s.Files.Delete(context.WithoutCancel(ctx), p.ID)
	}
}

// Adopt makes a stashed paper one of the customer's.
func (s *Service) Adopt(ctx context.Context, tx Tx, c Customer, item string, p Stashed) (kyb.Document, error) {
	d := kyb.Document{ID: p.ID, Item: item, Name: p.Name, Type: p.Type, Size: p.Size, AddedAt: s.Now()}
	return d, tx.InsertDocument(ctx, d, c, p.SHA256)
}

// Evidence is a paper that an integration brings about a customer, whatever the stage of the file.
type Evidence struct {
	IntegrationID int64
	CustomerID    int64
	Type          string // of the contract's list: "payslip"
	Paper         Stashed
	Actor         audit.Actor
	RequestID     string
}

// Owns tells whether a customer is one of the integration's. Errors: ErrUserNotFound, ErrNotInIntegration.
func (s *Service) Owns(ctx context.Context, integrationID, customerID int64) error {
	owner, err := s.Store.Owner(ctx, customerID)
	if err == nil && owner != integrationID {
		return ErrNotInIntegration
	}
	return err
}

// AddEvidence takes a stashed paper in; reviewers see it in the file. Errors: those of Owns, ErrTooManyFiles.
func (s *Service) AddEvidence(ctx context.Context, e Evidence) (documentID string, err error) {
	if err := s.Owns(ctx, e.IntegrationID, e.CustomerID); err != nil {
		return "", err
	}
	item := "evidence." + e.Type
	err = s.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		c, err := tx.LockCustomer(ctx, e.CustomerID)
		if err != nil {
			return err
		}
		docs, err := s.Store.Documents(ctx, c.ID)
		if err != nil {
			return err
		}
		if len(docs) >= maxDocuments {
			return ErrTooManyFiles
		}
		if _, err := s.Adopt(ctx, tx, c, item, e.Paper); err != nil {
			return err
		}
		return s.Audit(ctx, tx, c, Act{e.Actor, e.RequestID, "document.added", map[string]string{"document": e.Paper.ID, "item": item}})
	})
	return e.Paper.ID, err
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
