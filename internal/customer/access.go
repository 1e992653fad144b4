package customer

import (
	"context"
	"crypto/hmac"
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"rampa/internal/audit"
	"rampa/internal/id"
	"rampa/internal/kyb"
	"rampa/internal/verification"
)

const (
	freeTries   = 5 // wrong passwords before the first lock
	firstLock   = 15 * time.Minute
	longestLock = 24 * time.Hour
	sessionLife = 12 * time.Hour
)

func (v Visitor) act(action string, detail map[string]string) act {
	return act{audit.Actor{Kind: "customer", ID: "form", Address: v.Address}, v.RequestID, action, detail}
}

// Link gives who stands behind a link, without the file: what its password gate shows. Errors: ErrLinkNotFound,
// ErrLinkExpired (also for a link that a newer one replaced).
func (s *Service) Link(ctx context.Context, linkUUID string) (Form, error) {
	if !id.IsUUID(linkUUID) {
		return Form{}, ErrLinkNotFound
	}
	f, err := s.Store.FormByLink(ctx, linkUUID)
	if err != nil {
		return f, err
	}
	if f.Link.dead(s.Now()) {
		return f, ErrLinkExpired
	}
	return f, nil
}

func (l *Link) dead(now time.Time) bool { return !l.EndedAt.IsZero() || !now.Before(l.ExpiresAt) }

// Unlock checks the password of a link and gives the value of a session cookie. After five wrong ones in a row the link
// is locked, for longer with each further one; while it is, the right password is refused as well. Errors: ErrPassword,
// ErrLinkLocked, ErrLinkExpired, ErrLinkNotFound.
func (s *Service) Unlock(ctx context.Context, linkUUID, password string, v Visitor) (session string, err error) {
	if !id.IsUUID(linkUUID) {
		return "", ErrLinkNotFound
	}
	var outcome error // a wrong try is a committed change, so it cannot be the transaction's error
	err = s.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		l, err := tx.LockLink(ctx, linkUUID)
		if err != nil {
			return err
		}
		now := s.Now()
		switch {
		case l.dead(now):
			return ErrLinkExpired
		case now.Before(l.LockedUntil):
			return ErrLinkLocked
		case !hmac.Equal(l.PasswordMAC, s.passwordMAC(l.UUID, password)):
			outcome = ErrPassword
			return s.wrongPassword(ctx, tx, l, v)
		}
		outcome = nil
		session = s.session(l, now.Add(sessionLife))
		return s.opened(ctx, tx, l, v)
	})
	if err == nil {
		err = outcome
	}
	if err != nil {
		return "", err
	}
	return session, nil
}

func (s *Service) wrongPassword(ctx context.Context, tx Tx, l Link, v Visitor) error {
	l.Failures++
	if l.Failures >= freeTries {
		l.LockedUntil = s.Now().Add(min(firstLock<<min(l.Failures-freeTries, 10), longestLock))
	}
	if err := tx.UpdateLink(ctx, l); err != nil {
		return err
	}
	c := Customer{ID: l.CustomerID, IntegrationID: l.IntegrationID}
	return s.audit(ctx, tx, c, v.act("kyb.password_refused", map[string]string{"failures": strconv.Itoa(l.Failures)}))
}

func (s *Service) opened(ctx context.Context, tx Tx, l Link, v Visitor) error {
	if l.Failures > 0 || !l.LockedUntil.IsZero() {
		l.Failures, l.LockedUntil = 0, time.Time{}
		if err := tx.UpdateLink(ctx, l); err != nil {
			return err
		}
	}
	c, err := tx.LockCustomer(ctx, l.CustomerID)
	if err != nil {
		return err
	}
	a := v.act("kyb.opened", nil)
	spoke := c.Language
	if v.Language != "" {
		c.Language = v.Language
	}
	if c.Stage == verification.Draft {
		return s.move(ctx, tx, &c, transition{event: verification.OnOpened, act: a})
	}
	if c.Language != spoke {
		if err := tx.UpdateCustomer(ctx, c); err != nil {
			return err
		}
	}
	return s.audit(ctx, tx, c, a)
}

// session makes "<expiry>.<mac>": it dies with its time, its link, and its password.
func (s *Service) session(l Link, until time.Time) string {
	expiry := strconv.FormatInt(until.Unix(), 36)
	return expiry + "." + base64.RawURLEncoding.EncodeToString(s.sessionMAC(l, expiry))
}

func (s *Service) sessionMAC(l Link, expiry string) []byte {
	return s.Sealer.MAC("kyb session", []byte(l.UUID+"\x00"+expiry+"\x00"+string(l.PasswordMAC)))
}

func (s *Service) sessionHolds(l Link, session string) bool {
	expiry, mac, ok := strings.Cut(session, ".")
	if !ok {
		return false
	}
	until, err := strconv.ParseInt(expiry, 36, 64)
	got, err2 := base64.RawURLEncoding.DecodeString(mac)
	return err == nil && err2 == nil && s.Now().Unix() < until && hmac.Equal(got, s.sessionMAC(l, expiry))
}

// Open gives the whole form to a visitor with a session. Errors: those of Link, ErrSession.
func (s *Service) Open(ctx context.Context, linkUUID, session string) (Form, error) {
	f, err := s.Link(ctx, linkUUID)
	if err != nil {
		return f, err
	}
	if !s.sessionHolds(f.Link, session) {
		return Form{Customer: Customer{Name: f.Customer.Name, Language: f.Customer.Language}, Link: f.Link, Brand: f.Brand}, ErrSession
	}
	return f, s.load(ctx, &f)
}

// load reads the record and documents of a form whose customer is known.
func (s *Service) load(ctx context.Context, f *Form) (err error) {
	if f.Record, err = s.Store.Record(ctx, f.Customer.ID); err != nil {
		return err
	}
	if err = s.file(f.Customer, &f.Record); err != nil {
		return err
	}
	if f.Documents, err = s.Store.Documents(ctx, f.Customer.ID); err != nil {
		return err
	}
	f.Missing = s.missing(f.Record, f.Documents)
	return nil
}

// change locks the customer behind an editable form and lets edit change it, all in one transaction; errRefused rolls it
// back and is no error.
func (s *Service) change(ctx context.Context, linkUUID, session string, edit func(ctx context.Context, tx Tx, f *Form) error) error {
	err := s.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		f, err := s.Link(ctx, linkUUID)
		if err != nil {
			return err
		}
		if !s.sessionHolds(f.Link, session) {
			return ErrSession
		}
		if f.Customer, err = tx.LockCustomer(ctx, f.Customer.ID); err != nil {
			return err
		}
		if err := s.load(ctx, &f); err != nil {
			return err
		}
		return edit(ctx, tx, &f)
	})
	if err == errRefused {
		return nil
	}
	return err
}

// Edit is the change of one step of the form. Change edits a copy and says what is wrong with it; it may run twice.
type Edit struct {
	Step    string
	Change  func(*kyb.File) []kyb.Problem
	Visitor Visitor
}

// Save changes one step of a file. With problems nothing is saved. Errors: those of Open, ErrNotEditable.
func (s *Service) Save(ctx context.Context, linkUUID, session string, e Edit) ([]kyb.Problem, error) {
	var problems []kyb.Problem
	err := s.change(ctx, linkUUID, session, func(ctx context.Context, tx Tx, f *Form) error {
		if !f.Editable(e.Step) {
			return ErrNotEditable
		}
		if problems = e.Change(f.Record.File); len(problems) > 0 {
			return errRefused
		}
		f.Customer.Country = f.Record.File.Company.Country
		if e.Visitor.Language != "" {
			f.Customer.Language = e.Visitor.Language
		}
		return s.saved(ctx, tx, f, e.Step, e.Visitor)
	})
	return problems, err
}

// saved stores a form's record after a change of one item.
func (s *Service) saved(ctx context.Context, tx Tx, f *Form, item string, v Visitor) error {
	for i := range f.Record.Corrections {
		if f.Record.Corrections[i].Item == item {
			f.Record.Corrections[i].Done = true
		}
	}
	f.Record.Version++
	f.Record.UpdatedAt, f.Customer.UpdatedAt = s.Now(), s.Now()
	if err := s.seal(&f.Record); err != nil {
		return err
	}
	if err := tx.UpdateRecord(ctx, f.Record, f.Record.waitingSince(f.Customer.Stage)); err != nil {
		return err
	}
	if err := tx.UpdateCustomer(ctx, f.Customer); err != nil {
		return err
	}
	return s.audit(ctx, tx, f.Customer, v.act("kyb.saved", map[string]string{"item": item}))
}

// Submit signs and submits a file, or says what it still lacks and changes nothing. Errors: those of Open, verification.ErrTransition.
func (s *Service) Submit(ctx context.Context, linkUUID, session string, d kyb.Declaration, v Visitor) ([]kyb.Requirement, error) {
	var missing []kyb.Requirement
	err := s.change(ctx, linkUUID, session, func(ctx context.Context, tx Tx, f *Form) error {
		if _, err := f.Customer.Stage.After(verification.OnSubmitted); err != nil {
			return err
		}
		d.SignedAt, d.Address, d.UserAgent = s.Now(), v.Address, v.UserAgent
		f.Record.File.Declaration = &d
		if missing = s.missing(f.Record, f.Documents); len(missing) > 0 {
			return errRefused
		}
		if err := s.saved(ctx, tx, f, "declaration", v); err != nil {
			return err
		}
		t := transition{event: verification.OnSubmitted, act: v.act("kyb.submitted", map[string]string{"terms": d.TermsVersion})}
		if err := s.move(ctx, tx, &f.Customer, t); err != nil {
			return err
		}
		return s.verdict(ctx, tx, f)
	})
	return missing, err
}

// Verdict is a decision made without an operator.
type Verdict struct {
	Event       verification.Event
	Reasons     []string
	Corrections []Correction
}

func (s *Service) verdict(ctx context.Context, tx Tx, f *Form) error {
	if s.Verdict == nil {
		return nil
	}
	v, decided := s.Verdict(f.Customer, f.Record.File, f.Record.SubmittedAt.IsZero())
	if !decided {
		return nil
	}
	return s.move(ctx, tx, &f.Customer, transition{event: v.Event, reasons: v.Reasons, corrections: v.Corrections,
		act: act{audit.System("sandbox"), "", "kyb." + string(v.Event), nil}})
}
