package operator

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"strings"
	"time"

	"rampa/internal/audit"
	"rampa/internal/errs"
	"rampa/internal/id"
)

// Config is what operators live by, as data. Defaults gives the values of production.
type Config struct {
	Issuer        string        // the name that authenticator apps show
	SessionTTL    time.Duration // a session ends this long after login
	IdleTTL       time.Duration // and this long after its last use
	FirstLoginTTL time.Duration // time for the pages of a first login
	OneTimeTTL    time.Duration // how long a handed-out password works
	Tries         int           // failures, per account and per address, before the lock
	LockFirst     time.Duration // first lock; each further failure doubles it
	LockMost      time.Duration
	ForgetAfter   time.Duration // failures older than this do not count
	// CodeClock is the time that authenticator apps see: the wall clock, even where a sandbox's clock has been moved.
	// nil = the service's clock.
	CodeClock func() time.Time
}

// Defaults gives the values of production.
func Defaults() Config {
	return Config{
		Issuer: "Rampa", SessionTTL: 8 * time.Hour, IdleTTL: 30 * time.Minute, FirstLoginTTL: 20 * time.Minute, OneTimeTTL: 7 * 24 * time.Hour,
		Tries: 5, LockFirst: time.Minute, LockMost: time.Hour, ForgetAfter: 24 * time.Hour,
	}
}

// Service signs operators in and out.
type Service struct {
	store     Store
	sealer    Sealer
	passwords *Passwords
	config    Config
	now       func() time.Time
}

// Deps is what a Service stands on.
type Deps struct {
	Store     Store
	Sealer    Sealer
	Passwords *Passwords
}

// New makes a Service.
func New(d Deps, c Config, now func() time.Time) *Service {
	if c.CodeClock == nil {
		c.CodeClock = now
	}
	return &Service{store: d.Store, sealer: d.Sealer, passwords: d.Passwords, config: c, now: now}
}

// Entrant is a new account.
type Entrant struct {
	Email string
	Name  string
	Role  Role
}

// Create adds an operator and gives the one-time password that opens the first login.
// Errors: email_invalid, name_required, role_unknown, ErrEmail.
func (s *Service) Create(ctx context.Context, e Entrant, by audit.Actor) (oneTime string, err error) {
	o, err := s.entrant(e)
	if err != nil {
		return "", err
	}
	oneTime = id.Alphanumeric(16)
	if o.PasswordHash, err = s.passwords.Hash(ctx, oneTime); err != nil {
		return "", err
	}
	o.OneTimeUntil = o.CreatedAt.Add(s.config.OneTimeTTL)
	return oneTime, s.insert(ctx, o, by)
}

// Credentials open an account that is enrolled already.
type Credentials struct {
	Password string
	Secret   string // base32
}

// CreateEnrolled adds an operator who has a password and an authenticator from the start: the sandbox's, or one whose
// device was set up elsewhere. Errors as Create.
func (s *Service) CreateEnrolled(ctx context.Context, e Entrant, by audit.Actor) (Credentials, error) {
	o, err := s.entrant(e)
	if err != nil {
		return Credentials{}, err
	}
	c := Credentials{Password: id.Alphanumeric(20)}
	if o.PasswordHash, err = s.passwords.Hash(ctx, c.Password); err != nil {
		return Credentials{}, err
	}
	if c.Secret, err = newSecret(s.config.Issuer, o.Email); err != nil {
		return Credentials{}, err
	}
	if o.Secret, err = s.sealer.Seal([]byte(c.Secret), sealContext(o)); err != nil {
		return Credentials{}, err
	}
	o.EnrolledAt = o.CreatedAt
	return c, s.insert(ctx, o, by)
}

func (s *Service) entrant(e Entrant) (*Operator, error) {
	now := s.time()
	o := &Operator{ID: id.UUID(now), Email: NormalizeEmail(e.Email), Name: strings.TrimSpace(e.Name), Role: e.Role, CreatedAt: now, UpdatedAt: now}
	if err := checkEmail(o.Email); err != nil {
		return nil, err
	}
	if o.Name == "" {
		return nil, errs.New(errs.Invalid, "name_required", "An operator needs a name.")
	}
	if !o.Role.Valid() {
		return nil, errs.Newf(errs.Invalid, "role_unknown", "%q is not a role. The roles are admin, compliance, support and viewer.", e.Role)
	}
	return o, nil
}

func (s *Service) insert(ctx context.Context, o *Operator, by audit.Actor) error {
	return s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		if err := tx.InsertOperator(ctx, o); err != nil {
			return err
		}
		return tx.AppendAudit(ctx, s.entry(by, "operator.created", o.ID, map[string]string{"role": string(o.Role)}))
	})
}

// Reset gives an operator a new one-time password and forgets the authenticator: for a lost phone. Sessions end.
func (s *Service) Reset(ctx context.Context, email string, by audit.Actor) (oneTime string, err error) {
	oneTime = id.Alphanumeric(16)
	hash, err := s.passwords.Hash(ctx, oneTime)
	if err != nil {
		return "", err
	}
	err = s.change(ctx, email, func(tx Tx, o *Operator) error {
		o.PasswordHash, o.OneTimeUntil = hash, s.time().Add(s.config.OneTimeTTL)
		o.Secret, o.EnrolledAt = nil, time.Time{}
		return tx.AppendAudit(ctx, s.entry(by, "operator.reset", o.ID, nil))
	})
	return oneTime, err
}

// Disable closes an account at once: its sessions end and it signs in no more.
func (s *Service) Disable(ctx context.Context, email string, by audit.Actor) error {
	return s.change(ctx, email, func(tx Tx, o *Operator) error {
		o.DisabledAt = s.time()
		return tx.AppendAudit(ctx, s.entry(by, "operator.disabled", o.ID, nil))
	})
}

func (s *Service) change(ctx context.Context, email string, f func(Tx, *Operator) error) error {
	found, err := s.store.OperatorByEmail(ctx, NormalizeEmail(email))
	if err != nil {
		return err
	}
	return s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		o, err := tx.LockOperator(ctx, found.ID)
		if err != nil {
			return err
		}
		if err := f(tx, o); err != nil {
			return err
		}
		o.UpdatedAt = s.time()
		if err := tx.UpdateOperator(ctx, o); err != nil {
			return err
		}
		return tx.EndSessions(ctx, o.ID)
	})
}

// List gives all accounts by e-mail.
func (s *Service) List(ctx context.Context) ([]Operator, error) { return s.store.Operators(ctx) }

// Sweep removes what is over: expired sessions and forgotten failures. For a periodic job.
func (s *Service) Sweep(ctx context.Context) error {
	return s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		return tx.SweepLogins(ctx, s.time().Add(-s.config.ForgetAfter))
	})
}

func (s *Service) time() time.Time { return s.now().UTC().Truncate(time.Microsecond) }

func (s *Service) entry(by audit.Actor, action, operatorID string, detail map[string]string) audit.Entry {
	return audit.Entry{At: s.time(), Actor: by, Action: action, Object: "operator", ObjectID: operatorID, Detail: detail}
}

func sealContext(o *Operator) []byte { return []byte("operator.totp:" + o.ID) }

func decodeSecret(secret string) ([]byte, error) {
	return base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
}

func hashToken(token string) []byte {
	h := sha256.Sum256([]byte(token))
	return h[:]
}
