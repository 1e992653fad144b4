package payout

import (
	"context"
	"errors"
	"fmt"
	"time"

	"rampa/internal/chain"
)

// outcome is what the world says of a payout that was broadcast.
type outcome struct {
	event   Event    // "": none
	mined   *Attempt // the one that is in a block
	seen    chain.Sighting
	attempt *Attempt // another one to be kept and broadcast
}

// followAll looks for what was broadcast, sends it again where it is lost, and settles what is final.
func (r *run) followAll(ctx context.Context) (int, error) {
	all, err := r.due(ctx, Broadcast, Seen, Final)
	if err != nil || len(all) == 0 {
		return 0, err
	}
	frozen, err := r.Frozen(ctx)
	if err != nil {
		return 0, err
	}
	r.frozen = frozen
	found := make([]outcome, len(all))
	for i := range all {
		if found[i], err = r.look(ctx, &all[i]); err != nil {
			return 0, err
		}
	}
	return r.each(ctx, all, func(ctx context.Context, tx Tx, p *Payout, i int) (bool, error) {
		return r.conclude(ctx, tx, p, found[i])
	})
}

// look asks the world about a payout.
func (r *run) look(ctx context.Context, p *Payout) (o outcome, err error) {
	pooled := false
	for i := range p.Attempts {
		s, err := r.Network.Find(ctx, p.Attempts[i].Hash)
		if err != nil {
			return o, err
		}
		if s.State == chain.Mined {
			o.mined, o.seen = &p.Attempts[i], s
			break
		}
		pooled = pooled || s.State == chain.Pooled
	}
	last := &p.Attempts[len(p.Attempts)-1]
	switch {
	case p.State == Final && o.mined == nil:
		o.event = Vanished
	case p.State == Final:
	case o.mined != nil && o.seen.Confirmations >= r.Confirmations && o.seen.Failed:
		o.event = Reverted
	case o.mined != nil && o.seen.Confirmations >= r.Confirmations:
		o.event = Confirmed
	case o.mined != nil && p.State != Seen:
		o.event = Included
	case o.mined != nil:
	case p.State == Seen:
		o.event = Vanished
	case pooled && (r.frozen || r.Now().Sub(last.At) < r.StuckAfter): // frozen, nothing new is shown to anybody
	case pooled:
		o.attempt, err = r.replacement(ctx, p, last)
	default:
		if o.attempt, err = r.lost(ctx, p, last); err == nil && o.attempt == nil {
			r.again(ctx, p, last)
		}
	}
	return o, err
}

// again shows the nodes a transaction that they have forgotten. The bytes are those that are committed.
func (r *run) again(ctx context.Context, p *Payout, last *Attempt) {
	if err := r.Broadcast(ctx, last.Raw); err != nil && !errors.Is(err, chain.ErrUsed) {
		r.Log.Warn("a transaction was not taken", "payout", p.ID, "error", err)
	}
}

// still keeps a final payout that is final still. Another block may have taken it in meanwhile, another of its attempts, at another cost.
func (r *run) still(ctx context.Context, tx Tx, p *Payout, o outcome) error {
	p.DueAt = r.watched(p, o.seen)
	if o.seen.Fee.Cmp(p.Cost) == 0 && o.mined.Hash == p.Hash {
		return tx.UpdatePayout(ctx, *p)
	}
	if err := r.bookCost(ctx, tx, r.sender, r.costOf(p, o)); err != nil {
		return err
	}
	p.Cost, p.Hash = o.seen.Fee, o.mined.Hash
	return r.moved(ctx, tx, p, system)
}

// costOf is what a payout costs where it is mined now. A block may come, go and come back: each time is a booking of its own, once, since
// the same transaction keeps what was booked.
func (r *run) costOf(p *Payout, o outcome) cost {
	return cost{fmt.Sprintf("payout/%s/cost/%d/%s", p.ID, r.Now().UnixMicro(), o.seen.Block.Hash), o.seen.Fee, p.Cost}
}

const (
	watchEvery = 30 * time.Second
	watchFor   = 10 * time.Minute // where blocks are rare
)

// watched is when a final payout is looked at again; zero when nothing takes it back any more.
func (r *run) watched(p *Payout, seen chain.Sighting) time.Time {
	deep := r.Watch
	if deep == 0 {
		deep = 4 * r.Confirmations
	}
	if seen.Confirmations >= deep || r.Now().Sub(p.FinalAt) > watchFor {
		return time.Time{}
	}
	return r.Now().Add(watchEvery)
}

// replacement is the same transaction for a higher fee; nil when the budget does not allow one.
func (r *run) replacement(ctx context.Context, p *Payout, last *Attempt) (*Attempt, error) {
	o, err := r.order(p)
	if err != nil {
		return nil, err
	}
	d, err := r.Wallet.Replace(ctx, chain.Draft{Order: o, Slots: last.Slots, MaxFee: last.MaxFee, Payload: last.Draft})
	if errors.Is(err, chain.ErrBudget) || errors.Is(err, chain.ErrFunds) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	a, err := r.sign(ctx, d, last.Number+1, "stuck")
	return &a, err
}

// lost is for what no node knows. Mostly it only has to be sent again. A new transaction is made where a slot of every one of ours was used by
// something else, as deep as what is final: then none of ours can ever be mined.
func (r *run) lost(ctx context.Context, p *Payout, last *Attempt) (*Attempt, error) {
	for _, a := range p.Attempts {
		gone := false
		for _, slot := range a.Slots {
			depth, err := r.Spent(ctx, r.Wallet.Address(), slot)
			if err != nil {
				return nil, err
			}
			gone = gone || depth >= r.Confirmations
		}
		if !gone {
			return nil, nil
		}
	}
	if r.frozen {
		return nil, nil
	}
	for _, a := range p.Attempts { // a node may have caught up between one question and the other
		if s, err := r.Network.Find(ctx, a.Hash); err != nil || s.State != chain.Unknown {
			return nil, err
		}
	}
	taken, err := r.Store.SlotsInUse(ctx, r.code, r.Wallet.Address())
	if err != nil {
		return nil, err
	}
	fresh, err := r.prepare(ctx, p, append(taken, r.sender.LastSlots...))
	if err != nil || fresh.waits != "" || fresh.refused {
		return nil, err
	}
	fresh.attempt.Number, fresh.attempt.Because = last.Number+1, "lost"
	r.Log.Error("another transaction used what a payout's would have: it is made anew", "payout", p.ID)
	return &fresh.attempt, nil
}

// conclude does what the world says.
func (r *run) conclude(ctx context.Context, tx Tx, p *Payout, o outcome) (bool, error) {
	if p.State != Broadcast && p.State != Seen && p.State != Final {
		return false, nil
	}
	p.DueAt = r.Now().Add(soon)
	if p.State == Final && o.event == "" {
		return false, r.still(ctx, tx, p, o)
	}
	if o.attempt != nil {
		if err := tx.InsertAttempt(ctx, r.sender, p.ID, *o.attempt); err != nil {
			return false, err
		}
		p.Attempts = append(p.Attempts, *o.attempt)
	}
	if o.event == "" {
		if o.attempt != nil {
			p.DueAt = r.Now() // it is sent at the next look, when it is committed
		}
		return o.attempt != nil, tx.UpdatePayout(ctx, *p)
	}
	to, err := next(p.State, o.event)
	if err != nil {
		return false, nil
	}
	p.State, p.Waits = to, ""
	switch o.event {
	case Included:
		p.Hash = o.mined.Hash
	case Vanished:
		p.Hash = ""
		if err := r.moved(ctx, tx, p, system); err != nil {
			return false, err
		}
		return true, r.Owner.PayoutMoved(ctx, *p)
	case Confirmed, Reverted:
		booked := r.costOf(p, o)
		p.Hash, p.Cost, p.FinalAt, p.DueAt = o.mined.Hash, o.seen.Fee, r.Now(), time.Time{}
		if o.event == Confirmed {
			p.DueAt = r.watched(p, o.seen)
			err = r.settle(ctx, p)
		} else {
			err = r.release(ctx, p)
		}
		if err != nil {
			return false, err
		}
		if err := r.bookCost(ctx, tx, r.sender, booked); err != nil {
			return false, err
		}
	}
	return true, r.moved(ctx, tx, p, system)
}
