package ledger

import (
	"context"
	"slices"
	"time"

	"rampa/internal/audit"
	"rampa/internal/money"
)

// HoldState is where a hold stands.
type HoldState string

// The states. A hold is closed once.
const (
	Open     HoldState = "open"
	Settled  HoldState = "settled"  // some of it or all went where it was meant to
	Released HoldState = "released" // all of it went back
)

// Hold is money set aside: it moves into the twin of its account (a customer's to held, the treasury's to reserved), and
// leaves it once, by Settle or Release.
type Hold struct {
	Key     string // unique for ever, and the key of the transfer that opens it
	Kind    string // of that transfer
	Memo    string
	Account Account      // a customer's or the treasury's
	Amount  money.Amount // above nothing, of what the account has on its natural side
	By      audit.Actor

	// The ledger sets these.
	State              HoldState
	Settled            money.Amount // the rest went back
	OpenedBy, ClosedBy int64        // transfers; 0: none
	OpenedAt, ClosedAt time.Time    // zero: not yet
}

// twin is the account that the hold is kept in.
func (h *Hold) twin() Account {
	a := h.Account
	a.Purpose = a.Purpose.Twin()
	return a
}

// side gives natural units of an account as an entry's amount: a debit for what we have, a credit for what we owe.
func side(a Account, natural money.Amount) money.Amount {
	if a.Purpose.Liability() {
		return natural.Neg()
	}
	return natural
}

// Hold sets money aside that the account has. Doing it again gives the first transfer, whatever became of the hold.
// Errors: ErrAccount (no account that holds are on), ErrHoldAmount, ErrFunds, and those of Post.
func (s *Service) Hold(ctx context.Context, h Hold) (Transfer, error) {
	switch {
	case !h.Account.valid() || h.Account.Purpose.Twin() == "":
		return Transfer{}, ErrAccount
	case h.Amount.Sign() <= 0 || h.Amount.Asset() != h.Account.Asset:
		return Transfer{}, ErrHoldAmount
	}
	t := Transfer{Key: h.Key, Kind: h.Kind, Memo: h.Memo, By: h.By, Entries: []Entry{
		{h.Account, side(h.Account, h.Amount.Neg())},
		{h.twin(), side(h.twin(), h.Amount)},
	}}
	if err := t.check(); err != nil {
		return Transfer{}, err
	}
	return s.write(ctx, writing{Transfer: t, opens: &h})
}

// Settlement closes holds and says where their money goes, in one transfer.
type Settlement struct {
	Key, Kind, Memo string
	Holds           []Part
	// Entries take what is settled, beside the entries that take it out of the holds and the rest back: all of them
	// together sum to nothing. A customer's hold and the treasury's, settled together, may need no other.
	Entries []Entry
	By      audit.Actor
}

// Part is how much of a hold is settled; the rest goes back to its account.
type Part struct {
	Hold   string       // its key
	Amount money.Amount // the zero value: nothing
}

// Settle closes holds. Doing it again gives the first transfer. Errors: ErrNoHold, ErrHold (one was closed by another
// transfer), ErrFunds (more than was held), ErrHoldAmount (no hold, one twice, an amount that cannot be), ErrTwin (Entries on
// accounts of holds), and those of Post.
func (s *Service) Settle(ctx context.Context, m Settlement) (t Transfer, err error) {
	if len(m.Holds) == 0 || len(m.Holds) > maxEntries {
		return Transfer{}, ErrHoldAmount
	}
	given := Transfer{Key: m.Key, Kind: m.Kind, Memo: m.Memo, By: m.By, Entries: m.Entries}
	if given.touchesHolds() {
		return Transfer{}, ErrTwin
	}
	err = s.Store.InTx(ctx, func(ctx context.Context, _ Tx) error {
		closes, err := s.closing(ctx, m.Holds)
		if err != nil {
			return err
		}
		w := writing{Transfer: given, closes: closes}
		w.Entries = append(leaving(closes), m.Entries...)
		if err := w.check(); err != nil {
			return err
		}
		t, err = s.write(ctx, w)
		return err
	})
	if err != nil {
		return Transfer{}, err
	}
	return t, nil
}

// Release gives all of a hold back to its account.
type Release struct {
	Key, Kind, Memo string
	Hold            string // its key
	By              audit.Actor
}

// Release closes a hold. Doing it again gives the first transfer. Errors: ErrNoHold, ErrHold (it was closed by another
// transfer), and those of Post.
func (s *Service) Release(ctx context.Context, r Release) (Transfer, error) {
	return s.Settle(ctx, Settlement{Key: r.Key, Kind: r.Kind, Memo: r.Memo, By: r.By, Holds: []Part{{Hold: r.Hold}}})
}

// FindHold gives a hold by its key. Errors: ErrNoHold.
func (s *Service) FindHold(ctx context.Context, key string) (Hold, error) {
	return s.Store.FindHold(ctx, key)
}

// leaving is what closing holds takes out of their twins, and what of it goes back.
func leaving(closes []Hold) []Entry {
	entries := make([]Entry, 0, 2*len(closes))
	for _, h := range closes {
		entries = append(entries, Entry{h.twin(), side(h.twin(), h.Amount.Neg())})
		if back := money.New(h.Amount.Units()-h.Settled.Units(), h.Account.Asset); !back.IsZero() {
			entries = append(entries, Entry{h.Account, side(h.Account, back)})
		}
	}
	return entries
}

// closing reads the holds of parts as they will be.
func (s *Service) closing(ctx context.Context, parts []Part) ([]Hold, error) {
	closes := make([]Hold, len(parts))
	for i, p := range parts {
		if slices.ContainsFunc(parts[:i], func(other Part) bool { return other.Hold == p.Hold }) {
			return nil, ErrHoldAmount
		}
		h, err := s.Store.FindHold(ctx, p.Hold)
		if err != nil {
			return nil, err
		}
		h.Settled, h.State = money.Zero(h.Account.Asset), Released
		if p.Amount != (money.Amount{}) {
			h.Settled = p.Amount
		}
		switch {
		case h.Settled.Asset() != h.Account.Asset || h.Settled.Sign() < 0:
			return nil, ErrHoldAmount
		case h.Settled.Cmp(h.Amount) > 0:
			return nil, ErrFunds
		case h.Settled.Sign() > 0:
			h.State = Settled
		}
		closes[i] = h
	}
	return closes, nil
}
