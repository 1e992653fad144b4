// Package fake is a chain in memory, for tests, simulations and benches: accounts with nonces, blocks on demand, several nodes that can be
// down, lag, lie and time out. Nothing happens by itself: what happens is told by calls, or drawn from the random source that was given.
// It passes the suite of chain/chaintest, as the real adapters do. It must not know payouts.
package fake

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"rampa/internal/chain"
	"rampa/internal/chain/address"
)

// What transactions cost: gas by kind, and the price of a calm chain in base units of its own coin.
const (
	GasNative = 21_000
	GasToken  = 60_000
	BaseFee   = 1_000_000_000
	Tip       = 100_000_000
)

// Config is what a Chain needs.
type Config struct {
	Now   func() time.Time // of blocks
	Rand  *rand.Rand       // what Shift, Disturb and Shuffle draw from; nil: they must not be called
	Nodes int              // endpoints; 0: 3
}

// Chain is the truth of a chain. Network gives what its nodes say of it. It is safe for concurrent use.
type Chain struct {
	mu      sync.Mutex
	now     func() time.Time
	rand    *rand.Rand
	nodes   []Fault
	blocks  []*block // the first is genesis
	pool    []*transaction
	known   map[string]*transaction // whatever a node has ever taken
	mined   map[string]int64        // numbers of the blocks that transactions are in
	next    map[string]uint64       // nonces
	held    map[holding]*big.Int
	refuses map[string]bool
	sent    map[string]int // broadcasts by hash
	baseFee *big.Int
	forks   int64
	signed  uint64
}

type holding struct{ address, contract string }

type block struct {
	chain.Block
	entries []entry
}

// entry is a transaction in a block.
type entry struct {
	*transaction
	failed bool
	fee    *big.Int
}

// Transfer is one that was mined and did not fail.
type Transfer struct {
	From, To, Contract string
	Amount             *big.Int
	Hash               string
	Block              int64
}

// New makes a chain with a genesis block.
func New(c Config) *Chain {
	if c.Nodes == 0 {
		c.Nodes = 3
	}
	f := &Chain{now: c.Now, rand: c.Rand, nodes: make([]Fault, c.Nodes), known: map[string]*transaction{}, mined: map[string]int64{},
		next: map[string]uint64{}, held: map[holding]*big.Int{}, refuses: map[string]bool{}, sent: map[string]int{}, baseFee: big.NewInt(BaseFee)}
	f.append(nil)
	return f
}

// Address makes an address of EVM chains from a name: always the same one.
func Address(name string) string {
	sum := sha256.Sum256([]byte(name))
	return address.Checksum(hex.EncodeToString(sum[:20]))
}

// Fund gives coins to an address, at once and outside of blocks: no reorg takes them back.
func (f *Chain) Fund(to string, t chain.Token, amount *big.Int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.add(holding{to, t.Contract}, amount)
}

// RefuseFor makes every transfer to a recipient fail from now on, as a contract that takes nothing does: it is mined and moves nothing.
func (f *Chain) RefuseFor(to string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.refuses[to] = true
}

// SetBaseFee makes transactions dearer or cheaper: what offers less than this, per gas, waits.
func (f *Chain) SetBaseFee(perGas *big.Int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.baseFee = new(big.Int).Set(perGas)
}

// Spike multiplies the base fee; Spike(1) makes the chain calm again.
func (f *Chain) Spike(factor int64) {
	f.SetBaseFee(new(big.Int).Mul(big.NewInt(BaseFee), big.NewInt(factor)))
}

// Height is the number of the newest block.
func (f *Chain) Height() int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.height()
}

func (f *Chain) height() int64 { return int64(len(f.blocks)) - 1 }

// Pool lists the hashes of what waits, the oldest first.
func (f *Chain) Pool() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var hashes []string
	for _, t := range f.pool {
		hashes = append(hashes, t.hash)
	}
	return hashes
}

// Broadcasts counts how often nodes were handed a transaction.
func (f *Chain) Broadcasts(hash string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.sent[hash]
}

// Transfers lists what has moved on the chain as it is now, the oldest first.
func (f *Chain) Transfers() []Transfer {
	f.mu.Lock()
	defer f.mu.Unlock()
	var all []Transfer
	for _, b := range f.blocks {
		for _, e := range b.entries {
			if !e.failed && e.Amount.Sign() > 0 {
				all = append(all, Transfer{e.From, e.To, e.Contract, new(big.Int).Set(e.Amount), e.hash, b.Number})
			}
		}
	}
	return all
}

// Received lists what an address has been sent on the chain as it is now. A payout to an address of its own is sent once where this
// never has more than one entry.
func (f *Chain) Received(to string) []Transfer {
	return slices.DeleteFunc(f.Transfers(), func(t Transfer) bool { return t.To != to })
}

// Held is the true balance of an address.
func (f *Chain) Held(of string, t chain.Token) *big.Int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.balance(holding{of, t.Contract}, f.height())
}

// append adds a block to the chain.
func (f *Chain) append(entries []entry) {
	number := int64(len(f.blocks))
	parent := ""
	if number > 0 {
		parent = f.blocks[number-1].Hash
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %s %d", number, parent, f.forks))
	f.blocks = append(f.blocks, &block{chain.Block{Number: number, Hash: "0x" + hex.EncodeToString(sum[:]), Time: f.now().UTC()}, entries})
	for _, e := range entries {
		f.mined[e.hash] = number
	}
}

func (f *Chain) add(h holding, amount *big.Int) {
	if f.held[h] == nil {
		f.held[h] = new(big.Int)
	}
	f.held[h].Add(f.held[h], amount)
}

func (f *Chain) has(h holding) *big.Int {
	if n := f.held[h]; n != nil {
		return n
	}
	return new(big.Int)
}

// balance is what an address had after a block.
func (f *Chain) balance(h holding, at int64) *big.Int {
	n := new(big.Int).Set(f.has(h))
	for _, b := range f.blocks[at+1:] {
		for _, e := range b.entries {
			e.moves(func(moved holding, amount *big.Int) {
				if moved == h {
					n.Sub(n, amount)
				}
			})
		}
	}
	return n
}

// moves tells what a transaction adds to which holdings.
func (e entry) moves(tell func(h holding, amount *big.Int)) {
	tell(holding{e.From, ""}, new(big.Int).Neg(e.fee))
	if !e.failed {
		tell(holding{e.From, e.Contract}, new(big.Int).Neg(e.Amount))
		tell(holding{e.To, e.Contract}, e.Amount)
	}
}
