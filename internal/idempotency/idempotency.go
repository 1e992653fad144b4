// Package idempotency makes a call that is sent twice happen once: the key's row is written in the same transaction as
// the change it stands for, so that there is never one without the other, and a second call waits for the first.
// It must not know what the calls do.
package idempotency

import (
	"context"
	"encoding/hex"
	"errors"
	"strconv"
	"time"

	"rampa/internal/errs"
)

// keepFor is how long an answer is given again; the contract promises 24 hours at least.
const keepFor = 48 * time.Hour

// Answer is what a call was answered, byte for byte.
type Answer struct {
	Status int
	Body   []byte
}

// Key names one intended effect of an integration. Fingerprint is the request's: method, path and body, hashed.
type Key struct {
	IntegrationID int64
	Value         string
	Fingerprint   []byte
}

// Entry is a key as stored. The answer is sealed: it may hold a password.
type Entry struct {
	Fingerprint  string
	Status       int
	SealedAnswer []byte
}

// The refusals.
var (
	ErrReused     = errs.New(errs.Conflict, "idempotency_key_reused", "This Idempotency-Key was used for another request. Use a new key for a new request.")
	ErrInProgress = errs.New(errs.Conflict, "idempotency_in_progress", "The first request with this Idempotency-Key is still being worked on. Ask again in a moment.")
	ErrKey        = errs.New(errs.Invalid, "idempotency_key_invalid", "An Idempotency-Key has 1 to 255 printable ASCII characters.")
)

// Store is where keys live.
type Store interface {
	// InTx runs f in one transaction, which whatever runs under its context joins.
	InTx(ctx context.Context, f func(ctx context.Context) error) error
	// ClaimKey adds a key; when it is there already, it gives the stored entry instead.
	ClaimKey(ctx context.Context, k Key, at time.Time) (taken *Entry, err error)
	StoreAnswer(ctx context.Context, k Key, status int, sealed []byte) error
	PurgeKeys(ctx context.Context, before time.Time) error
}

// Sealer encrypts answers.
type Sealer interface {
	Seal(plaintext, context []byte) ([]byte, error)
	Open(sealed, context []byte) ([]byte, error)
}

// Service runs keyed calls.
type Service struct {
	store  Store
	sealer Sealer
	now    func() time.Time
}

// New makes a Service.
func New(store Store, sealer Sealer, now func() time.Time) *Service {
	return &Service{store, sealer, now}
}

// Valid reports whether value may be a key.
func Valid(value string) bool {
	if len(value) < 1 || len(value) > 255 {
		return false
	}
	for _, c := range []byte(value) {
		if c < ' ' || c > '~' {
			return false
		}
	}
	return true
}

// Do runs the call under its key, once: the first answer is given again to every later call with the same fingerprint.
// An error of run rolls everything back, the key included, so that the call may be tried again.
func (s *Service) Do(ctx context.Context, k Key, run func(ctx context.Context) (Answer, error)) (answer Answer, replayed bool, err error) {
	if !Valid(k.Value) {
		return Answer{}, false, ErrKey
	}
	err = s.store.InTx(ctx, func(ctx context.Context) error {
		replayed = false
		taken, err := s.store.ClaimKey(ctx, k, s.now())
		if err != nil {
			return err
		}
		if taken != nil {
			replayed = true
			answer, err = s.replay(k, *taken)
			return err
		}
		if answer, err = run(ctx); err != nil {
			return err
		}
		sealed, err := s.sealer.Seal(answer.Body, k.context())
		if err != nil {
			return err
		}
		return s.store.StoreAnswer(ctx, k, answer.Status, sealed)
	})
	if err != nil {
		return Answer{}, false, err
	}
	return answer, replayed, nil
}

func (k Key) context() []byte {
	return []byte("idempotency/" + strconv.FormatInt(k.IntegrationID, 10) + "/" + k.Value)
}

// FingerprintText is a key's fingerprint as stored.
func (k Key) FingerprintText() string { return hex.EncodeToString(k.Fingerprint) }

func (s *Service) replay(k Key, e Entry) (Answer, error) {
	if e.Fingerprint != k.FingerprintText() {
		return Answer{}, ErrReused
	}
	if len(e.SealedAnswer) == 0 {
		return Answer{}, ErrInProgress.Because(errors.New("a key without an answer was committed"))
	}
	body, err := s.sealer.Open(e.SealedAnswer, k.context())
	return Answer{Status: e.Status, Body: body}, err
}

// Purge forgets answers that nobody will ask for any more.
func (s *Service) Purge(ctx context.Context) error {
	return s.store.PurgeKeys(ctx, s.now().Add(-keepFor))
}
