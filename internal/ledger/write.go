package ledger

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"slices"

	"rampa/internal/audit"
	"rampa/internal/errs"
	"rampa/internal/money"
)

// writing is a checked transfer on its way into the book.
type writing struct {
	Transfer
	opens  *Hold
	closes []Hold
	undo   []func() error // what takes back what was done so far
}

// write adds the transfer in ctx's transaction, or in one of its own.
func (s *Service) write(ctx context.Context, w writing) (t Transfer, err error) {
	if w.By == (audit.Actor{}) {
		w.By = audit.System("ledger")
	}
	w.At = s.now()
	err = s.Store.InTx(ctx, func(ctx context.Context, tx Tx) (err error) {
		t, err = s.add(ctx, tx, w)
		return err
	})
	if err != nil {
		return Transfer{}, err
	}
	return t, nil
}

func (s *Service) add(ctx context.Context, tx Tx, w writing) (Transfer, error) {
	digest := Digest(w.Transfer)
	id, err := tx.AddTransfer(ctx, w.Transfer, digest)
	if err != nil {
		return Transfer{}, err
	}
	if id == 0 {
		return s.again(ctx, w.Transfer)
	}
	w.ID = id
	w.undo = []func() error{func() error { return tx.RemoveTransfer(ctx, id) }}
	ids, err := w.apply(ctx, tx)
	if err != nil {
		return Transfer{}, w.takeBack(err)
	}
	if err := tx.AddEntries(ctx, w.Transfer, ids); err != nil {
		return Transfer{}, err
	}
	if w.opens != nil {
		w.opens.OpenedBy, w.opens.OpenedAt = id, w.At
		if err := tx.AddHold(ctx, *w.opens, ids); err != nil {
			return Transfer{}, err
		}
	}
	return w.Transfer, tx.AppendAudit(ctx, audit.Entry{At: w.At, Actor: w.By, Action: "ledger.posted", Object: "transfer", ObjectID: w.Key,
		Detail: map[string]string{"digest": hex.EncodeToString(digest)}})
}

// takeBack undoes what a refused transfer has done already, so that the caller may go on in the same transaction.
func (w *writing) takeBack(refusal error) error {
	if _, ours := errors.AsType[*errs.Error](refusal); !ours {
		return refusal // the transaction is lost
	}
	for _, undo := range slices.Backward(w.undo) {
		if err := undo(); err != nil {
			return fmt.Errorf("take back a refused transfer (%v): %w", refusal, err)
		}
	}
	return refusal
}

// apply closes the holds and moves the balances, each in an order that all transfers share, so that they wait for one
// another in line. It gives the ids of the accounts.
func (w *writing) apply(ctx context.Context, tx Tx) (map[Account]int64, error) {
	if err := w.close(ctx, tx); err != nil {
		return nil, err
	}
	changes, err := w.changes()
	if err != nil {
		return nil, err
	}
	var shared []Account
	for _, c := range changes {
		if !c.account.Purpose.Guarded() {
			shared = append(shared, c.account)
		}
	}
	ids, err := tx.AccountIDs(ctx, shared, w.At)
	if err != nil {
		return nil, err
	}
	for _, c := range changes {
		switch {
		case c.account.Purpose.Guarded():
			ids[c.account], err = w.move(ctx, tx, c)
		case c.watched:
			err = w.watch(ctx, tx, c, ids[c.account])
		}
		if err != nil {
			return nil, err
		}
	}
	return ids, nil
}

func (w *writing) close(ctx context.Context, tx Tx) error {
	slices.SortFunc(w.closes, func(a, b Hold) int { return cmp.Compare(a.Key, b.Key) })
	for _, h := range w.closes {
		h.ClosedBy, h.ClosedAt = w.ID, w.At
		closed, err := tx.CloseHold(ctx, h)
		if err != nil {
			return err
		}
		if !closed {
			return ErrHold
		}
		w.undo = append(w.undo, func() error { return tx.ReopenHold(ctx, h.Key) })
	}
	return nil
}

// change is what a transfer does to an account, all its entries together.
type change struct {
	account Account
	units   int64
	watched bool // the balance of a shared account must be looked at
}

// large is an amount for which even a shared account is looked at: it may not leave more than half of what a balance can
// hold. From there on it takes thousands of smaller ones, each of up to a million ETH, to pass the whole.
const large = 1_000_000_000_000_000

// changes gives what the entries do together, in the order of the accounts' codes.
func (w *writing) changes() ([]change, error) {
	changes := make([]change, 0, len(w.Entries))
	for _, e := range w.Entries {
		i := slices.IndexFunc(changes, func(c change) bool { return c.account == e.Account })
		if i < 0 {
			changes = append(changes, change{account: e.Account, units: e.Amount.Units()})
			continue
		}
		both, err := money.New(changes[i].units, e.Account.Asset).Add(e.Amount)
		if err != nil {
			return nil, ErrRange
		}
		changes[i].units = both.Units()
	}
	for i := range changes {
		c := &changes[i]
		c.watched = c.units >= large || c.units <= -large || w.opens != nil && w.opens.Account == c.account
	}
	slices.SortFunc(changes, func(a, b change) int { return cmp.Compare(a.account.Code(), b.account.Code()) })
	return changes, nil
}

// bounds are what the account's balance may be.
func (c change) bounds(covered bool) (low, high int64) {
	low, high = -math.MaxInt64, math.MaxInt64
	if !c.account.Purpose.Guarded() {
		low, high = low/2, high/2
	}
	switch {
	case !covered:
	case c.account.Purpose.Liability():
		high = 0
	default:
		low = 0
	}
	return low, high
}

// move changes the balance of a guarded account. One that is not there yet is made.
func (w *writing) move(ctx context.Context, tx Tx, c change) (int64, error) {
	low, high := c.bounds(true)
	m := Move{Account: c.account, Units: c.units, Low: less(low, c.units), High: less(high, c.units)}
	id, err := tx.Move(ctx, m)
	if err == nil && id == 0 {
		id, err = w.moveWatched(ctx, tx, c, m)
	}
	if err != nil {
		return 0, err
	}
	w.undo = append(w.undo, func() error {
		_, err := tx.Move(ctx, Move{Account: c.account, Units: -c.units, Low: -math.MaxInt64, High: math.MaxInt64})
		return err
	})
	return id, nil
}

// moveWatched is for a move that found no account within its bounds: it says why, or makes the account and moves it.
func (w *writing) moveWatched(ctx context.Context, tx Tx, c change, m Move) (int64, error) {
	ids, err := tx.AccountIDs(ctx, []Account{c.account}, w.At)
	if err != nil {
		return 0, err
	}
	if err := w.watch(ctx, tx, c, ids[c.account]); err != nil {
		return 0, err
	}
	id, err := tx.Move(ctx, m)
	if err == nil && id == 0 {
		err = fmt.Errorf("ledger: %s was locked and did not move", c.account.Code())
	}
	return id, err
}

// watch refuses a change that the account's true balance does not bear.
func (w *writing) watch(ctx context.Context, tx Tx, c change, id int64) error {
	balance, err := tx.Lock(ctx, id)
	if err != nil {
		return err
	}
	covered := c.account.Purpose.Guarded() || w.opens != nil && w.opens.Account == c.account
	low, high := c.bounds(false)
	if balance < less(low, c.units) || balance > less(high, c.units) {
		return ErrRange
	}
	low, high = c.bounds(covered)
	if balance < less(low, c.units) || balance > less(high, c.units) {
		return ErrFunds.Because(fmt.Errorf("%s stands at %s", c.account.Code(), money.New(balance, c.account.Asset)))
	}
	return nil
}

// less gives bound - units, or the nearest amount that there is.
func less(bound, units int64) int64 {
	switch {
	case units > 0 && bound < units-math.MaxInt64:
		return -math.MaxInt64
	case units < 0 && bound > math.MaxInt64+units:
		return math.MaxInt64
	}
	return bound - units
}
