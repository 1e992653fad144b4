package operator

import (
	"context"
	"errors"
	"time"

	"rampa/internal/audit"
)

// touchEvery keeps a busy operator from writing the session at each request.
const touchEvery = time.Minute

// Identity is who stands behind a request.
type Identity struct {
	Operator Operator
	Session  Session
}

// Actor gives the identity as the audit log names it.
func (i *Identity) Actor(address string) audit.Actor {
	return audit.Actor{Kind: "operator", ID: i.Operator.ID, Address: address}
}

// Authenticate finds the operator behind a session's token. ErrSession: unknown, expired, idle for too long, ended, or the
// account was disabled.
func (s *Service) Authenticate(ctx context.Context, token string) (*Identity, error) {
	if len(token) != 43 {
		return nil, ErrSession
	}
	session, o, err := s.store.Session(ctx, hashToken(token))
	if err != nil {
		return nil, err
	}
	now := s.time()
	if !now.Before(session.ExpiresAt) || now.Sub(session.SeenAt) >= s.config.IdleTTL || !o.DisabledAt.IsZero() {
		return nil, ErrSession
	}
	if now.Sub(session.SeenAt) >= touchEvery {
		session.SeenAt = now
		if err := s.store.InTx(ctx, func(ctx context.Context, tx Tx) error { return tx.TouchSession(ctx, session.Hash, now) }); err != nil {
			return nil, err
		}
	}
	return &Identity{Operator: *o, Session: *session}, nil
}

// Logout ends a session. A token that opens nothing is no error.
func (s *Service) Logout(ctx context.Context, token, address string) error {
	session, o, err := s.store.Session(ctx, hashToken(token))
	if errors.Is(err, ErrSession) {
		return nil
	}
	if err != nil {
		return err
	}
	return s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		if err := tx.EndSession(ctx, session.Hash); err != nil {
			return err
		}
		by := audit.Actor{Kind: "operator", ID: o.ID, Address: address}
		return tx.AppendAudit(ctx, s.entry(by, "operator.logout", o.ID, nil))
	})
}

// ChoosePassword replaces the one-time password of a first login. Errors: those of CheckPassword, password_same, ErrStep.
func (s *Service) ChoosePassword(ctx context.Context, token, password, address string) error {
	who, err := s.Authenticate(ctx, token)
	if err != nil {
		return err
	}
	o := &who.Operator
	if o.Next() != StepPassword {
		return ErrStep
	}
	if err := CheckPassword(password, o); err != nil {
		return err
	}
	same, err := s.passwords.Verify(ctx, password, o.PasswordHash)
	if err != nil {
		return err
	}
	if same {
		return ErrSame
	}
	hash, err := s.passwords.Hash(ctx, password)
	if err != nil {
		return err
	}
	return s.enrol(ctx, o.ID, func(tx Tx, o *Operator) error {
		if o.Next() != StepPassword {
			return ErrStep
		}
		o.PasswordHash, o.OneTimeUntil = hash, time.Time{}
		return tx.AppendAudit(ctx, s.entry(who.Actor(address), "operator.password_chosen", o.ID, nil))
	})
}

// Enrolment gives what the authenticator app needs: the same secret each time until a code confirms it. Error: ErrStep.
func (s *Service) Enrolment(ctx context.Context, token string) (*Enrolment, error) {
	who, err := s.Authenticate(ctx, token)
	if err != nil {
		return nil, err
	}
	if who.Operator.Next() != StepCode {
		return nil, ErrStep
	}
	fresh, err := newSecret(s.config.Issuer, who.Operator.Email)
	if err != nil {
		return nil, err
	}
	var secret string
	err = s.enrol(ctx, who.Operator.ID, func(_ Tx, o *Operator) error {
		if o.Next() != StepCode {
			return ErrStep
		}
		if o.Secret != nil {
			kept, err := s.sealer.Open(o.Secret, sealContext(o))
			secret = string(kept)
			return err
		}
		secret = fresh
		o.Secret, err = s.sealer.Seal([]byte(secret), sealContext(o))
		return err
	})
	if err != nil {
		return nil, err
	}
	return enrolment(s.config.Issuer, who.Operator.Email, secret)
}

// ConfirmCode ends a first login: the code shows that the app has the secret. The session gets a new token, for what the
// old one has seen. Errors: ErrCode, ErrStep.
func (s *Service) ConfirmCode(ctx context.Context, token, code, address string) (*Grant, error) {
	who, err := s.Authenticate(ctx, token)
	if err != nil {
		return nil, err
	}
	var grant *Grant
	err = s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		o, err := tx.LockOperator(ctx, who.Operator.ID)
		if err != nil {
			return err
		}
		if o.Next() != StepCode || o.Secret == nil {
			return ErrStep
		}
		secret, err := s.sealer.Open(o.Secret, sealContext(o))
		if err != nil {
			return err
		}
		step, ok := matchCode(string(secret), code, s.config.CodeClock(), o.LastStep)
		if !ok {
			return ErrCode
		}
		now := s.time()
		o.LastStep, o.EnrolledAt, o.UpdatedAt = step, now, now
		if err := tx.UpdateOperator(ctx, o); err != nil {
			return err
		}
		if err := tx.EndSessions(ctx, o.ID); err != nil {
			return err
		}
		if err := tx.AppendAudit(ctx, s.entry(who.Actor(address), "operator.enrolled", o.ID, nil)); err != nil {
			return err
		}
		grant, err = s.openSession(ctx, tx, o, Session{Address: address, UserAgent: who.Session.UserAgent})
		return err
	})
	if err != nil {
		return nil, err
	}
	return grant, nil
}

func (s *Service) enrol(ctx context.Context, operatorID string, f func(Tx, *Operator) error) error {
	return s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		o, err := tx.LockOperator(ctx, operatorID)
		if err != nil {
			return err
		}
		if err := f(tx, o); err != nil {
			return err
		}
		o.UpdatedAt = s.time()
		return tx.UpdateOperator(ctx, o)
	})
}
