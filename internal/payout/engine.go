package payout

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"rampa/internal/chain"
	"rampa/internal/errs"
	"rampa/internal/ledger"
)

const (
	lease   = 30 * time.Second // how long a node keeps the right to send without renewing it
	batch   = 64               // payouts that move in one transaction
	passes  = 16               // through the states, in one Work
	soon    = time.Second      // until what is under way is looked at again
	waiting = 10 * time.Second // until what waits for something is looked at again
)

// Work takes every payout as far as it can go now. Any number of nodes may call it at once: of each address one sends.
func (s *Service) Work(ctx context.Context) error {
	s.working.Lock()
	defer s.working.Unlock()
	for _, code := range slices.Sorted(maps.Keys(s.Chains)) {
		err := s.work(ctx, code)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errs.KindOf(err) == errs.Unavailable || errors.Is(err, ErrFence):
			s.Log.Warn("payouts on a chain wait", "chain", code, "error", err)
		case err != nil:
			return err
		}
	}
	return nil
}

// run is one Work on one chain.
type run struct {
	*Service
	Chain
	code   string
	sender Sender
	frozen bool // as last asked, before what was broadcast is looked for
}

func (s *Service) work(ctx context.Context, code string) error {
	due, err := s.Store.Payouts(ctx, Query{Chain: code, Due: s.Now(), Limit: 1})
	if err != nil || len(due) == 0 {
		return err
	}
	r := &run{Service: s, Chain: s.Chains[code], code: code}
	if err := r.hold(ctx); err != nil {
		if errors.Is(err, ErrFence) {
			return nil // another node sends
		}
		return err
	}
	for range passes {
		n := 0
		for _, step := range []func(context.Context) (int, error){r.reserveAll, r.signAll, r.broadcastAll, r.followAll} {
			moved, err := step(ctx)
			if err != nil {
				return err
			}
			n += moved
		}
		if n == 0 {
			return nil
		}
		if err := r.hold(ctx); err != nil {
			return err
		}
	}
	s.Wake()
	return nil
}

// hold takes or renews the right to send.
func (r *run) hold(ctx context.Context) (err error) {
	now := r.Wall()
	r.sender, err = r.Store.Sender(ctx, Sender{Chain: r.code, Address: r.Wallet.Address(), Holder: r.Node, Until: now.Add(lease)}, now)
	return err
}

func (r *run) due(ctx context.Context, states ...State) ([]Payout, error) {
	return r.Store.Payouts(ctx, Query{Chain: r.code, States: states, Due: r.Now(), Limit: batch})
}

// each changes payouts, all in one transaction; where that fails, each in its own, so that one that cannot move holds up no other. f gets the
// payout as it stands and reports whether it moves.
func (r *run) each(ctx context.Context, all []Payout, f func(ctx context.Context, tx Tx, p *Payout, i int) (bool, error)) (int, error) {
	moved := 0
	together := func(ctx context.Context, from, to int) error {
		n := 0
		err := r.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
			n = 0
			for i := from; i < to; i++ {
				p, err := tx.LockPayout(ctx, all[i].ID)
				if err != nil {
					return err
				}
				p.Attempts = all[i].Attempts
				ok, err := f(ctx, tx, &p, i)
				if err != nil {
					return err
				}
				if ok {
					n++
				}
			}
			return nil
		})
		if err == nil {
			moved += n
		}
		return err
	}
	if err := together(ctx, 0, len(all)); err == nil || ctx.Err() != nil || errors.Is(err, ErrFence) || len(all) == 1 && !errors.Is(err, ledger.ErrFunds) {
		return moved, err
	}
	for i := range all {
		err := together(ctx, i, i+1)
		if errors.Is(err, ledger.ErrFunds) { // what was written of it is undone: that it waits is a change of its own
			err = r.poor(ctx, all[i].ID)
		}
		if err != nil {
			if errors.Is(err, ErrFence) || ctx.Err() != nil {
				return moved, err
			}
			r.Log.Error("a payout could not move", "payout", all[i].ID, "error", err)
		}
	}
	return moved, nil
}

// reserveAll sets the treasury's coins aside for new payouts, or says what they wait for.
func (r *run) reserveAll(ctx context.Context) (int, error) {
	all, err := r.due(ctx, Created)
	if err != nil || len(all) == 0 {
		return 0, err
	}
	frozen, err := r.Frozen(ctx)
	if err != nil {
		return 0, err
	}
	return r.each(ctx, all, func(ctx context.Context, tx Tx, p *Payout, _ int) (bool, error) {
		to, err := next(p.State, SetAside)
		if err != nil {
			return false, nil // cancelled meanwhile
		}
		waits, err := r.wait(p, frozen)
		if err != nil {
			return false, err
		}
		if waits != "" {
			return false, r.putOff(ctx, tx, p, waits)
		}
		if err := r.reserve(ctx, p); err != nil {
			return false, err
		}
		p.State, p.Waits = to, ""
		return true, r.moved(ctx, tx, p, system)
	})
}

// wait says what a new payout waits for; "" when it goes on.
func (r *run) wait(p *Payout, frozen bool) (string, error) {
	if frozen {
		return "frozen", nil
	}
	return r.Rules.wait(p)
}

// poor puts a payout off that the treasury's account in the ledger does not cover.
func (r *run) poor(ctx context.Context, id string) error {
	return r.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		p, err := tx.LockPayout(ctx, id)
		if err != nil || p.State != Created {
			return err
		}
		return r.putOff(ctx, tx, &p, "funds")
	})
}

// putOff keeps what a payout waits for.
func (r *run) putOff(ctx context.Context, tx Tx, p *Payout, waits string) error {
	changed := p.Waits != waits
	p.Waits, p.DueAt, p.UpdatedAt = waits, r.Now().Add(waiting), r.Now()
	if err := tx.UpdatePayout(ctx, *p); err != nil || !changed {
		return err
	}
	r.Log.Warn("a payout waits", "payout", p.ID, "key", p.Key, "for", waits)
	return r.note(ctx, tx, p, "payout.waits_"+waits, system)
}

// prepared is a payout with the transaction that is to send it, or what it waits for.
type prepared struct {
	attempt Attempt
	waits   string
	refused bool
}

// signAll drafts and signs, and commits what it signed before anybody outside sees it.
func (r *run) signAll(ctx context.Context) (int, error) {
	all, err := r.due(ctx, Reserved)
	if err != nil || len(all) == 0 {
		return 0, err
	}
	taken, err := r.Store.SlotsInUse(ctx, r.code, r.Wallet.Address())
	if err != nil {
		return 0, err
	}
	taken = append(taken, r.sender.LastSlots...)
	ready := make([]prepared, len(all))
	for i := range all {
		if ready[i], err = r.prepare(ctx, &all[i], taken); err != nil {
			return 0, err
		}
		taken = append(taken, ready[i].attempt.Slots...)
	}
	gap := false // a slot that was drafted stays unused: what was drafted on top of it would wait for it for ever
	return r.each(ctx, all, func(ctx context.Context, tx Tx, p *Payout, i int) (bool, error) {
		gap = gap && i > 0
		if gap || p.State != Reserved { // cancelled meanwhile
			gap = gap || len(ready[i].attempt.Slots) > 0
			return false, nil
		}
		switch a := ready[i]; {
		case a.refused:
			if err := r.release(ctx, p); err != nil {
				return false, err
			}
			p.State, p.DueAt = Failed, time.Time{}
			return true, r.moved(ctx, tx, p, system)
		case a.waits != "":
			return false, r.putOff(ctx, tx, p, a.waits)
		default:
			err := tx.InsertAttempt(ctx, r.sender, p.ID, a.attempt)
			if err == nil {
				p.State, p.Waits, p.DueAt = Signed, "", r.Now()
				err = r.moved(ctx, tx, p, system)
			}
			gap = err != nil
			return true, err
		}
	})
}

// order is what a payout's transaction does.
func (r *run) order(p *Payout) (chain.Order, error) {
	token := r.Tokens[p.Amount.Asset().Code]
	base, err := p.Amount.Base(token.Decimals)
	return chain.Order{To: p.To, Token: token, Amount: base}, err
}

func (r *run) prepare(ctx context.Context, p *Payout, taken []string) (prepared, error) {
	o, err := r.order(p)
	if err != nil {
		return prepared{}, err
	}
	d, err := r.Wallet.Draft(ctx, o, taken)
	switch {
	case errors.Is(err, chain.ErrFunds):
		return prepared{waits: "funds"}, nil
	case errors.Is(err, chain.ErrBudget):
		return prepared{waits: "fee"}, nil
	case errors.Is(err, chain.ErrRefused):
		return prepared{refused: true}, nil
	case err != nil:
		return prepared{}, err
	}
	a, err := r.sign(ctx, d, len(p.Attempts)+1, "")
	return prepared{attempt: a}, err
}

func (r *run) sign(ctx context.Context, d chain.Draft, number int, because string) (Attempt, error) {
	signed, err := r.Wallet.Sign(ctx, d)
	return Attempt{Number: number, Slots: d.Slots, Draft: d.Payload, Raw: signed.Raw, Hash: signed.Hash, MaxFee: d.MaxFee, At: r.Now(), Because: because}, err
}

// broadcastAll shows signed transactions to the world. Whatever its nodes say, from here on they may be anywhere.
func (r *run) broadcastAll(ctx context.Context) (int, error) {
	all, err := r.due(ctx, Signed)
	if err != nil || len(all) == 0 {
		return 0, err
	}
	frozen, err := r.Frozen(ctx)
	if err != nil {
		return 0, err
	}
	if frozen {
		return r.each(ctx, all, func(ctx context.Context, tx Tx, p *Payout, _ int) (bool, error) {
			return false, r.putOff(ctx, tx, p, "frozen")
		})
	}
	for i := range all {
		if err := r.Broadcast(ctx, all[i].Attempts[len(all[i].Attempts)-1].Raw); err != nil {
			r.Log.Warn("a transaction was not taken at once", "payout", all[i].ID, "error", err)
		}
	}
	return r.each(ctx, all, func(ctx context.Context, tx Tx, p *Payout, _ int) (bool, error) {
		to, err := next(p.State, Sent)
		if err != nil {
			return false, nil
		}
		p.State, p.Waits, p.DueAt = to, "", r.Now()
		return true, r.moved(ctx, tx, p, system)
	})
}
