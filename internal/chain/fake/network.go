package fake

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"rampa/internal/chain"
)

// Fault is what is wrong with a node. The zero value is an honest one.
type Fault struct {
	Down      bool  // every call times out
	Lag       int64 // it sees the chain as it was so many blocks ago
	Blind     bool  // it denies every transaction, and the use of every nonce
	Forgetful bool  // it denies transactions, but tells of nonces: its index is lost
	Loses     bool  // a broadcast times out before the node has taken it
	Mutes     bool  // a broadcast times out after the node has taken it
}

var errTimeout = errors.New("the node does not answer")

// Network is what the nodes say together. It implements chain.Network, and combines answers as the real adapters do.
type Network struct {
	chain *Chain
	only  map[int]bool // nodes that are reached; nil: all
}

// Network gives the chain as its nodes tell of it.
func (f *Chain) Network() *Network { return &Network{chain: f} }

// Some is the chain for somebody who reaches only these nodes.
func (f *Chain) Some(nodes ...int) *Network {
	n := &Network{f, map[int]bool{}}
	for _, i := range nodes {
		n.only[i] = true
	}
	return n
}

// SetNode makes one node faulty.
func (f *Chain) SetNode(i int, fault Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.nodes[i] = fault
}

// SetNodes gives all nodes the same fault.
func (f *Chain) SetNodes(fault Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range f.nodes {
		f.nodes[i] = fault
	}
}

// Calm heals all nodes and makes the fees low.
func (f *Chain) Calm() {
	f.SetNodes(Fault{})
	f.Spike(1)
}

// Shift draws new faults for all nodes. One of them, drawn as well, always answers and denies nothing; but it may lag, and time out on
// broadcasts like all others.
func (f *Chain) Shift() {
	f.mu.Lock()
	defer f.mu.Unlock()
	honest := f.rand.IntN(len(f.nodes))
	for i := range f.nodes {
		one := func(in int) bool { return f.rand.IntN(in) == 0 }
		fault := Fault{Down: one(4), Blind: one(4), Forgetful: one(4), Loses: one(3), Mutes: one(3)}
		if one(3) {
			fault.Lag = int64(1 + f.rand.IntN(4))
		}
		if i == honest {
			fault.Down, fault.Blind, fault.Forgetful = false, false, false
		}
		f.nodes[i] = fault
	}
}

// view is a node that answers, with the number of the newest block that it sees.
type view struct {
	Fault
	head int64
}

// views are the nodes that answer. The chain is locked by the caller.
func (n *Network) views(ctx context.Context) (views []view, err error) {
	if err := ctx.Err(); err != nil {
		return nil, chain.ErrUnavailable.Because(err)
	}
	for i, fault := range n.chain.nodes {
		if !fault.Down && (n.only == nil || n.only[i]) {
			views = append(views, view{fault, max(n.chain.height()-fault.Lag, 0)})
		}
	}
	if len(views) == 0 {
		return nil, chain.ErrUnavailable.Because(errTimeout)
	}
	return views, nil
}

// Head gives the newest block that the first node which answers sees.
func (n *Network) Head(ctx context.Context) (chain.Block, error) {
	f := n.chain
	f.mu.Lock()
	defer f.mu.Unlock()
	views, err := n.views(ctx)
	if err != nil {
		return chain.Block{}, err
	}
	return f.blocks[views[0].head].Block, nil
}

// Find looks a transaction up. It is mined when half of the nodes that answer say so, and the fewest confirmations count; it is unknown
// when all say so.
func (n *Network) Find(ctx context.Context, hash string) (chain.Sighting, error) {
	f := n.chain
	f.mu.Lock()
	defer f.mu.Unlock()
	views, err := n.views(ctx)
	if err != nil {
		return chain.Sighting{}, err
	}
	best, mined := chain.Sighting{State: chain.Unknown}, chain.Sighting{}
	votes := 0
	for _, v := range views {
		s := f.find(v, hash)
		if s.State != chain.Unknown {
			best.State = chain.Pooled
		}
		if s.State != chain.Mined {
			continue
		}
		if votes++; mined.State == "" || s.Confirmations < mined.Confirmations {
			mined = s
		}
	}
	if votes > 0 && 2*votes >= len(views) {
		return mined, nil
	}
	return best, nil
}

func (f *Chain) find(v view, hash string) chain.Sighting {
	at, mined := f.mined[hash]
	waits := false
	for _, t := range f.pool {
		waits = waits || t.hash == hash
	}
	switch {
	case v.Blind, v.Forgetful, !mined && !waits:
		return chain.Sighting{State: chain.Unknown}
	case !mined, at > v.head:
		return chain.Sighting{State: chain.Pooled}
	}
	b := f.blocks[at]
	for _, e := range b.entries {
		if e.hash == hash {
			return chain.Sighting{State: chain.Mined, Block: b.Block, Confirmations: v.head - at + 1, Failed: e.failed, Fee: new(big.Int).Set(e.fee)}
		}
	}
	panic("fake: " + hash + " is said to be in a block that does not have it")
}

// Spent gives the least depth that any node tells of, and 0 where no more than half of the nodes answer.
func (n *Network) Spent(ctx context.Context, from, slot string) (int64, error) {
	nonce, err := nonceOf(slot)
	if err != nil {
		return 0, err
	}
	f := n.chain
	f.mu.Lock()
	defer f.mu.Unlock()
	views, err := n.views(ctx)
	if err != nil {
		return 0, err
	}
	if 2*len(views) <= len(f.nodes) {
		return 0, nil
	}
	at := f.usedAt(from, nonce)
	least := int64(-1)
	for _, v := range views {
		depth := int64(0)
		if !v.Blind && at > 0 && at <= v.head {
			depth = v.head - at + 1
		}
		if least < 0 || depth < least {
			least = depth
		}
	}
	return least, nil
}

// usedAt is the number of the block in which a nonce was used; 0: in none.
func (f *Chain) usedAt(from string, nonce uint64) int64 {
	if nonce >= f.next[from] {
		return 0
	}
	for i := f.height(); i > 0; i-- {
		for _, e := range f.blocks[i].entries {
			if e.From == from && e.Nonce == nonce {
				return i
			}
		}
	}
	return 0
}

// Balance gives the least that any node tells of.
func (n *Network) Balance(ctx context.Context, of string, t chain.Token) (*big.Int, error) {
	f := n.chain
	f.mu.Lock()
	defer f.mu.Unlock()
	views, err := n.views(ctx)
	if err != nil {
		return nil, err
	}
	var least *big.Int
	for _, v := range views {
		if b := f.balance(holding{of, t.Contract}, v.head); least == nil || b.Cmp(least) < 0 {
			least = b
		}
	}
	return least, nil
}

// Broadcast hands a transaction to every node. Errors: also chain.ErrFunds.
func (n *Network) Broadcast(ctx context.Context, raw []byte) error {
	t, err := decode(raw)
	if err != nil {
		return chain.ErrRefused.Because(err)
	}
	f := n.chain
	f.mu.Lock()
	defer f.mu.Unlock()
	views, err := n.views(ctx)
	if err != nil {
		return err
	}
	result := error(chain.ErrUnavailable.Because(errTimeout))
	taken := false
	for _, v := range views {
		if v.Loses {
			continue
		}
		f.sent[t.hash]++
		err := f.take(t)
		switch {
		case v.Mutes:
		case err == nil:
			taken = true
		default:
			result = err
		}
	}
	if taken {
		return nil
	}
	return result
}

// take puts a transaction into the pool, by the rules of go-ethereum's.
func (f *Chain) take(t *transaction) error {
	if t.Nonce < f.next[t.From] {
		return chain.ErrUsed.Because(errors.New("nonce too low"))
	}
	for i, p := range f.pool {
		switch {
		case p.hash == t.hash:
			return nil
		case p.From != t.From || p.Nonce != t.Nonce:
		case !outbids(t.Cap, p.Cap) || !outbids(t.Tip, p.Tip):
			return chain.ErrUsed.Because(errors.New("replacement transaction underpriced"))
		case !f.affords(t):
			return chain.ErrFunds
		default:
			f.known[t.hash], f.pool[i] = t, t
			return nil
		}
	}
	if !f.affords(t) {
		return chain.ErrFunds
	}
	f.known[t.hash] = t
	f.pool = append(f.pool, t)
	return nil
}

// outbids reports whether a price is a tenth above another at least.
func outbids(price, other *big.Int) bool {
	least := new(big.Int).Mul(other, big.NewInt(11))
	return new(big.Int).Mul(price, big.NewInt(10)).Cmp(least) >= 0
}

const slotPrefix = "nonce/"

func nonceOf(slot string) (uint64, error) {
	text, ok := strings.CutPrefix(slot, slotPrefix)
	n, err := strconv.ParseUint(text, 10, 64)
	if !ok || err != nil {
		return 0, fmt.Errorf("%q is no slot of this chain", slot)
	}
	return n, nil
}
