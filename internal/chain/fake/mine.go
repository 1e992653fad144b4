package fake

import (
	"math/big"
	"slices"
)

// Fate is what becomes of the transactions of blocks that a reorg takes back.
type Fate int

// The fates.
const (
	Return  Fate = iota // they wait again; the new blocks are empty
	Vanish              // no node knows them any more, until somebody sends them again; the new blocks are empty
	Swap                // where another transaction of the same nonce was ever sent, that one is mined instead; others are mined again
	Shuffle             // each has one of the fates above, drawn
)

// Mine adds blocks. What waits and can pay is mined in the first.
func (f *Chain) Mine(blocks int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.mine(blocks)
}

func (f *Chain) mine(blocks int) {
	for range blocks {
		f.append(f.fill())
	}
}

// fill takes from the pool what goes into the next block.
func (f *Chain) fill() (entries []entry) {
	for again := true; again; {
		again = false
		for _, t := range slices.Clone(f.pool) {
			if !f.ready(t) {
				continue
			}
			entries = append(entries, f.execute(t))
			again = true
		}
	}
	return entries
}

// ready reports whether a transaction can be in the next block: it is its sender's turn, and pays enough.
func (f *Chain) ready(t *transaction) bool {
	return t.Nonce == f.next[t.From] && t.Cap.Cmp(f.baseFee) >= 0 && f.affords(t)
}

// affords reports whether the sender has what the transaction may take of the chain's own coin.
func (f *Chain) affords(t *transaction) bool {
	most := t.most()
	if t.Contract == "" {
		most.Add(most, t.Amount)
	}
	return f.has(holding{t.From, ""}).Cmp(most) >= 0
}

func (f *Chain) execute(t *transaction) entry {
	price := new(big.Int).Add(f.baseFee, t.Tip)
	if price.Cmp(t.Cap) > 0 {
		price = t.Cap
	}
	e := entry{transaction: t, fee: new(big.Int).Mul(price, big.NewInt(t.Gas))}
	e.failed = f.refuses[t.To] || t.Contract != "" && f.has(holding{t.From, t.Contract}).Cmp(t.Amount) < 0
	e.moves(f.add)
	f.next[t.From]++
	f.pool = slices.DeleteFunc(f.pool, func(p *transaction) bool { return p.From == t.From && p.Nonce <= t.Nonce })
	return e
}

// Reorg takes the newest blocks back and puts one more in their place. It takes back no more than there are.
func (f *Chain) Reorg(depth int, fate Fate) {
	f.mu.Lock()
	defer f.mu.Unlock()
	depth = min(depth, int(f.height()))
	var back []*transaction
	for range depth {
		last := f.blocks[len(f.blocks)-1]
		f.blocks = f.blocks[:len(f.blocks)-1]
		for _, e := range slices.Backward(last.entries) {
			e.moves(func(h holding, amount *big.Int) { f.add(h, new(big.Int).Neg(amount)) })
			f.next[e.From]--
			delete(f.mined, e.hash)
			back = append(back, e.transaction)
		}
	}
	f.forks++
	remine := fate == Swap || fate == Shuffle && f.rand.IntN(2) == 0
	slices.Reverse(back)
	for _, t := range back {
		each := fate
		if fate == Shuffle {
			each = Fate(f.rand.IntN(int(Shuffle)))
		}
		f.giveBack(t, each)
	}
	if remine {
		f.mine(depth + 1)
		return
	}
	for range depth + 1 {
		f.append(nil)
	}
}

func (f *Chain) giveBack(t *transaction, fate Fate) {
	if fate == Vanish {
		return
	}
	if other := f.rival(t); fate == Swap && other != nil {
		t = other
	}
	f.pool = slices.DeleteFunc(f.pool, func(p *transaction) bool { return p.From == t.From && p.Nonce == t.Nonce })
	f.pool = append(f.pool, t)
}

// rival finds another transaction that was sent with the same nonce: the one with the least hash, so that a seed repeats.
func (f *Chain) rival(t *transaction) (found *transaction) {
	for _, other := range f.known {
		same := other.From == t.From && other.Nonce == t.Nonce && other.hash != t.hash
		if same && (found == nil || other.hash < found.hash) {
			found = other
		}
	}
	return found
}

// Drop makes every node forget a transaction that waits. It may be sent again.
func (f *Chain) Drop(hash string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	before := len(f.pool)
	f.pool = slices.DeleteFunc(f.pool, func(t *transaction) bool { return t.hash == hash })
	return len(f.pool) < before
}

// DropAll empties the pool.
func (f *Chain) DropAll() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.pool = nil
}

// Prefer puts an earlier transaction into the pool, in the place of the one that replaced it: the nodes that mine had not seen the
// replacement. It reports whether the transaction was known and its nonce still free.
func (f *Chain) Prefer(hash string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	t := f.known[hash]
	if t == nil || t.Nonce < f.next[t.From] {
		return false
	}
	f.giveBack(t, Return)
	return true
}

// Steal mines a transaction that somebody else made with the key of an address: it uses up the next nonce and moves nothing. It gives
// its hash.
func (f *Chain) Steal(from string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	t := &transaction{From: from, To: from, Nonce: f.next[from], Amount: new(big.Int), Cap: new(big.Int), Tip: new(big.Int), Gas: GasNative, Salt: f.salt()}
	t.seal()
	f.known[t.hash] = t
	e := entry{transaction: t, fee: new(big.Int)}
	f.next[from]++
	f.pool = slices.DeleteFunc(f.pool, func(p *transaction) bool { return p.From == from && p.Nonce <= t.Nonce })
	f.append([]entry{e})
	return t.hash
}

// Disturb does something that chains do, drawn, and names it: mostly it mines.
func (f *Chain) Disturb() string {
	f.mu.Lock()
	draw, depth, spike := f.rand.IntN(100), 1+f.rand.IntN(12), int64(1+f.rand.IntN(8))
	f.mu.Unlock()
	switch {
	case draw < 50:
		f.Mine(1)
		return "mine"
	case draw < 60:
		f.Mine(depth)
		return "mine many"
	case draw < 70:
		f.Reorg(depth, Shuffle)
		return "reorg"
	case draw < 76:
		f.DropAll()
		return "drop"
	case draw < 84:
		f.Spike(spike)
		return "spike"
	case draw < 90:
		f.Calm()
		return "calm"
	}
	f.Shift()
	return "shift"
}
