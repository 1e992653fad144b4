// Package mail is what Rampa writes to customers, companies and people: it composes each message in the customer's language, keeps it in an
// outbox that is written in the transaction of the change it tells of, and sends it later, at least once. It must not
// know HTTP, SQL or what a file holds; package mail/smtp brings messages out.
package mail

import (
	"context"
	"time"

	"rampa/internal/errs"
)

// Kind says what a message tells.
type Kind string

// The kinds of message.
const (
	Correction Kind = "correction" // a reviewer asks for something to be mended
	Approved   Kind = "approved"
	Rejected   Kind = "rejected"
	Expiring   Kind = "expiring"   // the link to the form dies in a week
	ReviewDue  Kind = "review_due" // an approved file must be renewed soon

	// Of the enhanced declaration.
	DeclarationAccepted   Kind = "declaration_accepted"
	DeclarationRefused    Kind = "declaration_refused"
	DeclarationCorrection Kind = "declaration_correction"
)

// Kinds lists every kind.
func Kinds() []Kind {
	return []Kind{Correction, Approved, Rejected, Expiring, ReviewDue, DeclarationAccepted, DeclarationRefused, DeclarationCorrection}
}

// Message is one mail in the outbox.
type Message struct {
	ID            string // UUID; also the left side of its Message-ID, so that a copy sent twice is recognisable
	CustomerID    int64
	IntegrationID int64
	To            string
	Subject       string
	Text          string
	HTML          string
	Kind          Kind
	Language      string
	CreatedAt     time.Time
	NextAt        time.Time // due then; zero once sent or given up
	SentAt        time.Time // zero: not sent
	Attempts      int
	LastError     string // for the operators; without addresses or content
}

// State is where a message stands.
type State string

// The states of a message.
const (
	Waiting  State = "waiting"
	Sent     State = "sent"
	GivenUp  State = "given_up"
	Retrying State = "retrying"
)

// State gives where m stands.
func (m *Message) State() State {
	switch {
	case !m.SentAt.IsZero():
		return Sent
	case m.NextAt.IsZero():
		return GivenUp
	case m.LastError != "":
		return Retrying
	}
	return Waiting
}

// Writer puts messages into the outbox within the transaction of the change they tell of.
type Writer interface {
	AppendMail(ctx context.Context, m Message) error
}

// Store keeps the outbox.
type Store interface {
	// ClaimMail gives at most limit messages that are due, oldest first, each with Attempts raised by one and NextAt set
	// to retry(Attempts), durably: no other node gets them before that, and a crash while sending costs one attempt.
	ClaimMail(ctx context.Context, now time.Time, limit int, retry func(attempts int) time.Time) ([]Message, error)
	// MailSent marks a message as sent.
	MailSent(ctx context.Context, id string, at time.Time) error
	// MailFailed keeps why an attempt failed; giveUp ends the attempts.
	MailFailed(ctx context.Context, id, reason string, giveUp bool) error
	// Outbox lists messages without their bodies, newest first, from after the message before ("" = from the newest).
	Outbox(ctx context.Context, before string, limit int) ([]Message, error)
	// Mail reads one message: ErrNotFound.
	Mail(ctx context.Context, id string) (*Message, error)
}

// ErrNotFound says that there is no such message.
var ErrNotFound = errs.New(errs.NotFound, "mail_not_found", "There is no such message.")

// Sender brings one message out. An error made by Permanent means that trying again is useless.
type Sender interface {
	Send(ctx context.Context, m Message) error
}

// SenderFunc is a function as a Sender.
type SenderFunc func(ctx context.Context, m Message) error

// Send implements Sender.
func (f SenderFunc) Send(ctx context.Context, m Message) error { return f(ctx, m) }

// Keep is the sandbox's Sender: a message stays in the outbox, where it is read, and goes nowhere.
func Keep() Sender { return SenderFunc(func(context.Context, Message) error { return nil }) }

type permanent struct{ error }

func (p permanent) Unwrap() error { return p.error }

// Permanent marks an error after which trying again is useless.
func Permanent(err error) error { return permanent{err} }
