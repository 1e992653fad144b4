package customer

import (
	"context"
	"io"
	"time"

	"rampa/internal/audit"
	"rampa/internal/kyb"
	"rampa/internal/mail"
	"rampa/internal/webhook"
)

// Store is where customers live; the reads outside a change are split by who needs them.
type Store interface {
	InTx(ctx context.Context, f func(ctx context.Context, tx Tx) error) error
	finder
	formReader
	reviewReader
	sweepReader
}

type finder interface {
	Customer(ctx context.Context, integrationID, id int64) (Customer, error)
	Find(ctx context.Context, integrationID int64, by Lookup) (Customer, error)
	List(ctx context.Context, q Query) ([]Customer, error) // at most q.Limit rows after q.Before or q.Offset, newest first
	Count(ctx context.Context, q Query) (n int, capped bool, err error)
	Owner(ctx context.Context, customerID int64) (integrationID int64, err error)
}

type formReader interface {
	FormByLink(ctx context.Context, linkUUID string) (Form, error) // customer, link and brand
	Record(ctx context.Context, customerID int64) (Record, error)
	Documents(ctx context.Context, customerID int64) ([]kyb.Document, error)
}

type reviewReader interface {
	Queue(ctx context.Context, p Page) ([]QueueRow, error)
	FormByCustomer(ctx context.Context, customerID int64) (Form, error) // customer, newest link and brand
	History(ctx context.Context, object, objectID string, limit int) ([]audit.Entry, error)
	Search(ctx context.Context, text string, limit int) ([]QueueRow, error)
}

type sweepReader interface {
	Submitted(ctx context.Context, after int64, limit int) ([]Customer, error) // whose files were ever submitted, by id
	LinksExpired(ctx context.Context, before time.Time, limit int) ([]string, error)
	LinksToRemind(ctx context.Context, before time.Time, limit int) ([]string, error)
	NextLinkInstant(ctx context.Context) (time.Time, bool, error) // the next expiry or reminder
}

// Tx is one change of customers.
type Tx interface {
	customerTx
	bankTx
	recordTx
	linkTx
	documentTx
	audit.Writer
	webhook.Log
	mail.Writer
}

type customerTx interface {
	InsertCustomer(ctx context.Context, c *Customer) (inserted bool, err error) // false: the e-mail is taken; sets the ID
	Namesake(ctx context.Context, c Customer) (id int64, found bool, err error) // another of the integration's with c's identification
	LockCustomer(ctx context.Context, id int64) (Customer, error)               // nobody else changes it until the end
	UpdateCustomer(ctx context.Context, c Customer) error
	Tally(ctx context.Context, integrationID int64, name string, n int64) error
}

type bankTx interface {
	SetBankAccount(ctx context.Context, customerID int64, sealed []byte) error
}

type recordTx interface {
	InsertRecord(ctx context.Context, r Record) error
	RecordForUpdate(ctx context.Context, customerID int64) (Record, error)
	UpdateRecord(ctx context.Context, r Record, waitingSince time.Time) error // zero: not in the queue
}

type linkTx interface {
	InsertLink(ctx context.Context, l Link, remindAt time.Time) error
	LockLink(ctx context.Context, uuid string) (Link, error)
	UpdateLink(ctx context.Context, l Link) error // failures, lock, end; a link that ended or was reminded is reminded no more
	EndLinks(ctx context.Context, customerID int64, at time.Time) error
}

type documentTx interface {
	InsertDocument(ctx context.Context, d kyb.Document, c Customer, sha256 string) error
	RemoveDocument(ctx context.Context, customerID int64, documentID string, at time.Time) (kyb.Document, error)
	ForgetDocument(ctx context.Context, documentID string) error
}

// Sealer encrypts the file and makes keyed hashes. The password's key is outside the database.
type Sealer interface {
	Seal(plaintext, context []byte) ([]byte, error)
	Open(sealed, context []byte) ([]byte, error)
	MAC(purpose string, data []byte) []byte
}

// Files keeps uploaded papers.
type Files interface {
	Put(ctx context.Context, name string, r io.Reader) error
	Get(ctx context.Context, name string) (io.ReadCloser, error)
	Delete(ctx context.Context, name string) error
}
