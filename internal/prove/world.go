package prove

import (
	"cmp"
	"context"
	"maps"
	"math/big"
	"slices"

	"rampa/internal/ledger"
	"rampa/internal/money"
)

// place is an account as the world knows it.
type place struct {
	detail string
	asset  money.Asset
}

func (p place) String() string { return p.detail + ":" + p.asset.Code }

// placed are amounts by place.
type placed map[place]*big.Int

func (p placed) of(at place) *big.Int {
	if p[at] == nil {
		p[at] = new(big.Int)
	}
	return p[at]
}

// booked gives what the ledger says is there, over all accounts of some purposes.
func (s *Service) booked(ctx context.Context, purposes ...ledger.Purpose) (placed, error) {
	there := placed{}
	for _, purpose := range purposes {
		all, err := s.Store.Balances(ctx, string(purpose))
		if err != nil {
			return nil, err
		}
		for _, a := range all {
			sum := there.of(place{a.Detail, a.Asset})
			sum.Add(sum, big.NewInt(a.Balance)).Add(sum, a.Pending)
		}
	}
	return there, nil
}

// compared holds what the ledger says against what is really there. More than the ledger says is no loss, and anybody can
// send us more: where surplus is fine, it only warns.
func compared(l *line, booked placed, there []Holding, surplusIsFine bool) *line {
	off := placed{}
	for at, units := range booked {
		off.of(at).Neg(units)
	}
	for _, h := range there {
		sum := off.of(place{h.Detail, h.Balance.Asset()})
		sum.Add(sum, big.NewInt(h.Balance.Units())).Sub(sum, big.NewInt(h.Unbooked.Units()))
	}
	figures := totals{}
	places := slices.SortedFunc(maps.Keys(off), func(a, b place) int { return cmp.Compare(a.String(), b.String()) })
	for _, at := range places {
		units := booked[at]
		if units == nil {
			units = new(big.Int)
		}
		figures.plus(at.asset, units)
		difference := written(off[at], at.asset)
		switch sign := off[at].Sign(); {
		case sign < 0:
			l.fail(at.String(), difference, "%s is short: the ledger says %s, %s of it is not there", at, written(units, at.asset), written(new(big.Int).Neg(off[at]), at.asset))
		case sign > 0 && surplusIsFine:
			l.warn(at.String(), difference, "%s has %s more than the ledger says", at, difference)
		case sign > 0:
			l.fail(at.String(), difference, "%s has %s more than the ledger says: something is not booked", at, difference)
		}
	}
	return l.say("%s on %s", figures, count(int64(len(places)), "account", "accounts"))
}

// attempts is how often the world is asked before a difference counts: money moves between one look and the other.
const attempts = 3

// checkWorld compares with the world outside until it agrees, a few times at most.
func (s *Service) checkWorld(ctx context.Context, name string, check func(ctx context.Context, l *line) error) (l *line, err error) {
	for range attempts {
		l = newLine(name)
		err = s.Store.Snapshot(ctx, func(ctx context.Context) error { return check(ctx, l) })
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err == nil && l.Status == OK {
			return l, nil
		}
	}
	if err != nil { // nobody to ask is no loss, and must not stop payouts: whoever runs the node sees to it
		l = newLine(name).say("could not be asked")
		l.warn(name, "", "%v", err)
	}
	return l, nil
}

func (s *Service) checkTreasury(ctx context.Context) (*line, error) {
	if s.Treasury == nil {
		return unconnected("treasury", "no chain"), nil
	}
	return s.checkWorld(ctx, "treasury", func(ctx context.Context, l *line) error {
		booked, err := s.booked(ctx, ledger.Treasury, ledger.Reserved)
		if err != nil {
			return err
		}
		there, err := s.Treasury.Holdings(ctx)
		if err == nil {
			compared(l, booked, there, true)
		}
		return err
	})
}

func (s *Service) checkBank(ctx context.Context) (*line, error) {
	if s.Bank == nil {
		return unconnected("bank", "no statements"), nil
	}
	return s.checkWorld(ctx, "bank", func(ctx context.Context, l *line) error {
		booked, err := s.booked(ctx, ledger.Bank)
		if err != nil {
			return err
		}
		there, err := s.Bank.Balances(ctx)
		if err != nil {
			return err
		}
		n, err := s.expect(ctx, l, s.Bank.Lines)
		if err == nil {
			compared(l, booked, there, false)
			l.say("%s, %s booked", l.Summary, count(n, "statement line", "statement lines"))
		}
		return err
	})
}

// checkPayments wants the entries for the state of every payment, and customers to be owed what their payments owe them.
func (s *Service) checkPayments(ctx context.Context, owed totals) (*line, error) {
	if s.Payments == nil {
		return unconnected("payments", "no payments"), nil
	}
	l := newLine("payments")
	n, err := s.expect(ctx, l, s.Payments.States)
	if err != nil {
		return nil, err
	}
	all, err := s.Payments.Owed(ctx)
	if err != nil {
		return nil, err
	}
	off := totals{}
	for asset, units := range owed {
		off.plus(asset, units)
	}
	for _, amount := range all {
		off.add(amount.Asset(), -amount.Units())
	}
	for _, asset := range off.assets() {
		if off[asset].Sign() != 0 {
			l.fail(asset.Code, written(off[asset], asset), "what the ledger owes customers is not what their payments do: off by %s", written(off[asset], asset))
		}
	}
	return l.say("%s, all of what customers are owed", count(n, "posting", "postings")), nil
}

// expect looks for the transfers that something stands for, a page at a time, and tells how many there are.
func (s *Service) expect(ctx context.Context, l *line, page func(ctx context.Context, after string) ([]Expected, string, error)) (n int64, err error) {
	for after := ""; ; {
		some, next, err := page(ctx, after)
		if err != nil {
			return n, err
		}
		keys := make([]string, len(some))
		for i, e := range some {
			keys[i] = e.Key
		}
		moved, err := s.Store.Moved(ctx, keys)
		if err != nil {
			return n, err
		}
		for _, e := range some {
			e.compare(l, moved[e.Key])
		}
		n += int64(len(some))
		if after = next; after == "" {
			return n, nil
		}
	}
}

// compare holds a transfer against what is expected of it; moved nil: there is none.
func (e Expected) compare(l *line, moved map[string]*big.Int) {
	switch {
	case e.Absent && moved != nil:
		l.fail(e.Key, "", "%s: transfer %s must not be there", e.Subject, e.Key)
	case !e.Absent && moved == nil:
		l.fail(e.Key, "", "%s: transfer %s is missing", e.Subject, e.Key)
	case !e.Absent && e.Account != "":
		got := moved[e.Account]
		if got == nil {
			got = new(big.Int)
		}
		if want := big.NewInt(e.Amount.Units()); got.Cmp(want) != 0 {
			l.fail(e.Key, written(new(big.Int).Sub(got, want), e.Amount.Asset()), "%s: transfer %s moves %s on %s, not %s", e.Subject, e.Key,
				written(got, e.Amount.Asset()), e.Account, written(want, e.Amount.Asset()))
		}
	}
}

func unconnected(name, what string) *line {
	l := newLine(name).say("%s connected", what)
	l.Status = Unconnected
	return l
}
