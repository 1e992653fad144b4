package alert

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"rampa/internal/audit"
	"rampa/internal/cursor"
)

// Store is where alerts live.
type Store interface {
	InTx(ctx context.Context, f func(ctx context.Context, tx Tx) error) error
	Alert(ctx context.Context, id int64) (Alert, error)
	OpenAlerts(ctx context.Context, p Page) ([]Waiting, error)           // those that hold first, then the oldest
	AlertsOf(ctx context.Context, customerID int64) ([]Alert, error)     // the newest first
	HeldAmong(ctx context.Context, customerIDs []int64) ([]int64, error) // those that an alert holds
}

// Tx is one change of alerts.
type Tx interface {
	InsertAlert(ctx context.Context, a *Alert) (inserted bool, err error) // false: the customer has the key; sets the ID
	LockAlert(ctx context.Context, id int64) (Alert, error)               // nobody else changes it until the end
	DecideAlert(ctx context.Context, a Alert) error
	audit.Writer
}

// Sealer encrypts what an alert tells.
type Sealer interface {
	Seal(plaintext, context []byte) ([]byte, error)
	Open(sealed, context []byte) ([]byte, error)
}

// Config is what a Service needs.
type Config struct {
	Store  Store
	Sealer Sealer
	Now    func() time.Time
	// Confirmed is called in the transaction that confirms an alert: what follows from it is done with it or not at all.
	// nil: nothing follows.
	Confirmed func(ctx context.Context, a Alert, d Decision) error
}

// Service keeps the alerts.
type Service struct{ Config }

// New makes a Service.
func New(c Config) *Service { return &Service{c} }

// maxReason is the length of a reason in characters.
const maxReason = 2000

// Raise opens an alert in ctx's transaction, or in one of its own. It does nothing, and says so, when the customer has an
// alert with the same key, decided or not.
func (s *Service) Raise(ctx context.Context, a Alert) (raised bool, err error) {
	if a.CustomerID == 0 || a.Kind == "" || a.Key == "" {
		return false, errors.New("alert: an alert has a customer, a kind and a key")
	}
	a.State, a.RaisedAt = Open, s.Now().UTC().Truncate(time.Microsecond)
	plain, err := json.Marshal(a.Summary)
	if err != nil {
		return false, err
	}
	if a.Sealed.Summary, err = s.Sealer.Seal(plain, place(a, "summary")); err != nil {
		return false, err
	}
	err = s.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		raised, err = tx.InsertAlert(ctx, &a)
		if err != nil || !raised {
			return err
		}
		return s.audit(ctx, tx, a, audit.Entry{Actor: audit.System("alert"), Action: "alert.raised"})
	})
	return raised && err == nil, err
}

// Held reports whether an open or confirmed alert holds the customer.
func (s *Service) Held(ctx context.Context, customerID int64) (bool, error) {
	held, err := s.Store.HeldAmong(ctx, []int64{customerID})
	return len(held) > 0, err
}

// HeldAmong gives those of some customers that an open or confirmed alert holds.
func (s *Service) HeldAmong(ctx context.Context, customerIDs []int64) (map[int64]bool, error) {
	held := map[int64]bool{}
	if len(customerIDs) == 0 {
		return held, nil
	}
	ids, err := s.Store.HeldAmong(ctx, customerIDs)
	for _, id := range ids {
		held[id] = true
	}
	return held, err
}

// Decide clears or confirms an open alert. Of two operators who decide at once one wins.
// Errors: ErrReasonMissing, ErrReasonLong, ErrNotFound, ErrDecided, and those of Config.Confirmed.
func (s *Service) Decide(ctx context.Context, id int64, d Decision) (Alert, error) {
	d.Reason = strings.TrimSpace(d.Reason)
	switch {
	case d.Reason == "":
		return Alert{}, ErrReasonMissing
	case utf8.RuneCountInString(d.Reason) > maxReason:
		return Alert{}, ErrReasonLong
	}
	var out Alert
	err := s.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		a, err := tx.LockAlert(ctx, id)
		if err != nil {
			return err
		}
		if a.State != Open {
			return ErrDecided
		}
		entry := audit.Entry{Actor: d.Actor, RequestID: d.RequestID, Action: "alert.cleared"}
		a.State, a.Reason = Cleared, d.Reason
		if d.Confirm {
			a.State, entry.Action = Confirmed, "alert.confirmed"
		}
		a.DecidedAt, a.DecidedBy = s.Now().UTC().Truncate(time.Microsecond), d.Actor.ID
		if a.Sealed.Reason, err = s.Sealer.Seal([]byte(a.Reason), place(a, "reason")); err != nil {
			return err
		}
		if err := tx.DecideAlert(ctx, a); err != nil {
			return err
		}
		if err := s.audit(ctx, tx, a, entry); err != nil {
			return err
		}
		if out, err = s.opened(a); err != nil || !d.Confirm || s.Confirmed == nil {
			return err
		}
		return s.Confirmed(ctx, out, d)
	})
	if err != nil {
		return Alert{}, err
	}
	return out, nil
}

// Get gives an alert. Errors: ErrNotFound.
func (s *Service) Get(ctx context.Context, id int64) (Alert, error) {
	a, err := s.Store.Alert(ctx, id)
	if err != nil {
		return Alert{}, err
	}
	return s.opened(a)
}

// Of gives all alerts of a customer, the newest first. Whoever shows them writes down that they were read.
func (s *Service) Of(ctx context.Context, customerID int64) ([]Alert, error) {
	all, err := s.Store.AlertsOf(ctx, customerID)
	if err != nil {
		return nil, err
	}
	for i := range all {
		if all[i], err = s.opened(all[i]); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// Open gives open alerts without their summaries, those that hold first and then the oldest first, and the cursor of the next page ("" = none).
func (s *Service) Open(ctx context.Context, p Page) (rows []Waiting, next string, err error) {
	p.Limit++
	rows, err = s.Store.OpenAlerts(ctx, p)
	if err != nil || len(rows) < p.Limit {
		return rows, "", err
	}
	rows = rows[:p.Limit-1]
	last := rows[len(rows)-1].Alert
	rank := int64(2)
	if last.Holds {
		rank = 1
	}
	return rows, cursor.Of(rank, last.RaisedAt.UnixMicro(), last.ID), nil
}

// opened unseals what an alert tells.
func (s *Service) opened(a Alert) (Alert, error) {
	plain, err := s.Sealer.Open(a.Sealed.Summary, place(a, "summary"))
	if err != nil {
		return a, err
	}
	if err := json.Unmarshal(plain, &a.Summary); err != nil {
		return a, err
	}
	if len(a.Sealed.Reason) > 0 {
		plain, err = s.Sealer.Open(a.Sealed.Reason, place(a, "reason"))
		a.Reason = string(plain)
	}
	return a, err
}

// place binds what is sealed to its row and column.
func place(a Alert, column string) []byte {
	return []byte("alerts/" + strconv.FormatInt(a.CustomerID, 10) + "/" + a.Key + "/" + column)
}

// audit writes e about an alert into its customer's history.
func (s *Service) audit(ctx context.Context, tx Tx, a Alert, e audit.Entry) error {
	e.At, e.IntegrationID = s.Now(), a.IntegrationID
	e.Object, e.ObjectID = "customer", strconv.FormatInt(a.CustomerID, 10)
	e.Detail = map[string]string{"alert": strconv.FormatInt(a.ID, 10), "kind": string(a.Kind)}
	if a.Holds {
		e.Detail["holds"] = "true"
	}
	return tx.AppendAudit(ctx, e)
}
