package operator

import (
	"context"
	"encoding/hex"
	"errors"
	"strconv"
	"time"

	"rampa/internal/audit"
	"rampa/internal/id"
)

// Login is what somebody enters to sign in, and from where.
type Login struct {
	Email     string
	Password  string
	Code      string // not looked at before the authenticator is enrolled
	Address   string
	UserAgent string
	RequestID string
}

// Grant is a session just opened. Token goes into the cookie and nowhere else.
type Grant struct {
	Token     string
	ExpiresAt time.Time
	Next      Step // StepDone: the console is open
}

// Why a login was refused: for the audit log, never for the page.
const (
	refusedUnknown  = "unknown_account"
	refusedPassword = "password"
	refusedCode     = "code"
	refusedDisabled = "disabled"
	refusedOneTime  = "one_time_password_expired"
)

// Login signs an operator in. Errors: ErrLogin for whatever was wrong, ErrLocked while the account or the address has to
// wait, ErrBusy. Neither the answer nor the work done tells whether an account exists.
func (s *Service) Login(ctx context.Context, in Login) (*Grant, error) {
	in.Email = NormalizeEmail(in.Email)
	if err := s.reserve(ctx, in); err != nil {
		return nil, err
	}
	found, err := s.store.OperatorByEmail(ctx, in.Email)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return nil, err
	}
	hash := ""
	if found != nil {
		hash = found.PasswordHash
	}
	if len(in.Password) > 4*MaxPassword {
		in.Password = ""
	}
	right, err := s.passwords.Verify(ctx, in.Password, hash)
	if err != nil {
		return nil, err
	}
	renewed := ""
	if right && s.passwords.Stale(hash) {
		if renewed, err = s.passwords.Hash(ctx, in.Password); err != nil {
			return nil, err
		}
	}
	return s.settle(ctx, in, verified{found: found, right: right, renewed: renewed})
}

// verified is what the slow part of a login, done outside transactions, has found.
type verified struct {
	found   *Operator
	right   bool
	renewed string // hash with today's parameters
}

func (s *Service) settle(ctx context.Context, in Login, v verified) (*Grant, error) {
	var grant *Grant
	err := s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		grant = nil
		account, err := tx.LockAttempts(ctx, accountKey(in.Email))
		if err != nil {
			return err
		}
		o, why, err := s.judge(ctx, tx, in, v)
		if err != nil {
			return err
		}
		if why != "" {
			return s.refuse(ctx, tx, refusal{in: in, account: account, operator: o, why: why})
		}
		if err := tx.SaveAttempts(ctx, Attempts{Key: account.Key}); err != nil {
			return err
		}
		if o.Next() == StepDone {
			// One office is often one address. Whoever clears it this way has spent a code: one in 30 seconds.
			if err := tx.SaveAttempts(ctx, Attempts{Key: addressKey(in.Address)}); err != nil {
				return err
			}
		}
		grant, err = s.admit(ctx, tx, in, o)
		return err
	})
	if err == nil && grant == nil {
		err = ErrLogin
	}
	return grant, err
}

// judge decides under the account's lock: the code is used up here, so that two logins cannot share one.
func (s *Service) judge(ctx context.Context, tx Tx, in Login, v verified) (o *Operator, why string, err error) {
	if v.found == nil {
		return nil, refusedUnknown, nil
	}
	o, err = tx.LockOperator(ctx, v.found.ID)
	if err != nil {
		return nil, "", err
	}
	if !v.right || o.PasswordHash != v.found.PasswordHash {
		return o, refusedPassword, nil
	}
	if !o.DisabledAt.IsZero() {
		return o, refusedDisabled, nil
	}
	if !o.OneTimeUntil.IsZero() && !s.time().Before(o.OneTimeUntil) {
		return o, refusedOneTime, nil
	}
	if !o.EnrolledAt.IsZero() {
		secret, err := s.sealer.Open(o.Secret, sealContext(o))
		if err != nil {
			return nil, "", err
		}
		step, ok := matchCode(string(secret), in.Code, s.config.CodeClock(), o.LastStep)
		if !ok {
			return o, refusedCode, nil
		}
		o.LastStep = step
	}
	if v.renewed != "" {
		o.PasswordHash = v.renewed
	}
	return o, "", nil
}

func (s *Service) admit(ctx context.Context, tx Tx, in Login, o *Operator) (*Grant, error) {
	now := s.time()
	o.LastLoginAt, o.UpdatedAt = now, now
	if err := tx.UpdateOperator(ctx, o); err != nil {
		return nil, err
	}
	action := "operator.login"
	if o.Next() != StepDone {
		action = "operator.first_login"
	}
	by := audit.Actor{Kind: "operator", ID: o.ID, Address: in.Address}
	e := s.entry(by, action, o.ID, nil)
	e.RequestID = in.RequestID
	if err := tx.AppendAudit(ctx, e); err != nil {
		return nil, err
	}
	return s.openSession(ctx, tx, o, Session{Address: in.Address, UserAgent: in.UserAgent})
}

func (s *Service) openSession(ctx context.Context, tx Tx, o *Operator, from Session) (*Grant, error) {
	now, token := s.time(), id.Token()
	from.Hash, from.OperatorID, from.CreatedAt, from.SeenAt = hashToken(token), o.ID, now, now
	from.Full = o.Next() == StepDone
	from.ExpiresAt = now.Add(s.config.SessionTTL)
	if !from.Full {
		from.ExpiresAt = now.Add(s.config.FirstLoginTTL)
	}
	if len(from.UserAgent) > 256 {
		from.UserAgent = from.UserAgent[:256]
	}
	if err := tx.InsertSession(ctx, &from); err != nil {
		return nil, err
	}
	return &Grant{Token: token, ExpiresAt: from.ExpiresAt, Next: o.Next()}, nil
}

// reserve counts the attempt before it is checked: tries made in parallel cannot outrun the lock. Success undoes it.
// While locked nothing is written, so that a flood costs reads only.
func (s *Service) reserve(ctx context.Context, in Login) error {
	return s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		account, err := tx.LockAttempts(ctx, accountKey(in.Email))
		if err != nil {
			return err
		}
		address, err := tx.LockAttempts(ctx, addressKey(in.Address))
		if err != nil {
			return err
		}
		if now := s.time(); now.Before(account.LockedUntil) || now.Before(address.LockedUntil) {
			return ErrLocked
		}
		return tx.SaveAttempts(ctx, s.failed(account))
	})
}

type refusal struct {
	in       Login
	account  Attempts // already counted by reserve
	operator *Operator
	why      string
}

// refuse counts the failure on the address and tells the audit log of the failure and of any lock it led to.
func (s *Service) refuse(ctx context.Context, tx Tx, r refusal) error {
	address, err := tx.LockAttempts(ctx, addressKey(r.in.Address))
	if err != nil {
		return err
	}
	address = s.failed(address)
	if err := tx.SaveAttempts(ctx, address); err != nil {
		return err
	}
	operatorID := ""
	if r.operator != nil {
		operatorID = r.operator.ID
	}
	by := audit.Actor{Kind: "operator", ID: operatorID, Address: r.in.Address}
	entries := []audit.Entry{s.entry(by, "operator.login_failed", operatorID, map[string]string{"reason": r.why})}
	for _, a := range []Attempts{r.account, address} {
		if now := s.time(); a.LockedUntil.After(now) {
			what := "account"
			if a.Key == address.Key {
				what = "address"
			}
			entries = append(entries, s.entry(by, "operator.locked", operatorID, map[string]string{
				"what": what, "failures": strconv.Itoa(a.Failures), "seconds": strconv.Itoa(int(a.LockedUntil.Sub(now) / time.Second)),
			}))
		}
	}
	for _, e := range entries {
		e.RequestID = r.in.RequestID
		if err := tx.AppendAudit(ctx, e); err != nil {
			return err
		}
	}
	return nil
}

// failed counts one more failure and sets the lock that it brings: LockFirst at the Tries-th, doubled by each further one.
func (s *Service) failed(a Attempts) Attempts {
	now := s.time()
	if a.LastAt.Before(now.Add(-s.config.ForgetAfter)) {
		a.Failures = 0
	}
	a.Failures, a.LastAt = a.Failures+1, now
	if over := a.Failures - s.config.Tries; over >= 0 {
		lock := s.config.LockMost
		if over < 20 {
			lock = min(lock, s.config.LockFirst<<over)
		}
		a.LockedUntil = now.Add(lock)
	}
	return a
}

// accountKey does not hold the e-mail itself: whatever is typed into the form is not worth keeping.
func accountKey(email string) string { return "account:" + hex.EncodeToString(hashToken(email)) }

func addressKey(address string) string { return "address:" + address }
