// Package chaintest is the suite that every adapter to a chain passes: the real ones on real nodes, and the fake that tests and simulations
// stand on. It must not know which adapter it has.
package chaintest

import (
	"context"
	"errors"
	"math/big"
	"slices"
	"testing"

	"rampa/internal/chain"
)

// Harness is an adapter on a chain that the test controls. Blocks come only when Mine is called.
type Harness struct {
	Network chain.Network
	// Partial is the same chain by an adapter of which some endpoints are down, Dead by one of which all are.
	Partial, Dead chain.Network
	// Wallet holds plenty: on a chain of outputs, five or more of them.
	Wallet chain.Wallet
	// Poor holds nothing.
	Poor   chain.Wallet
	Native chain.Token
	Token  chain.Token // without a contract where the chain has none
	Amount int64       // of transfers, in base units; 0: 1,000,000
	// Recipient gives an address that has never received anything.
	Recipient func(t *testing.T) string
	Mine      func(t *testing.T, blocks int)
	// Reorg takes the newest blocks back and puts more in their place, without the transactions: they wait again or are gone. nil: the
	// node cannot.
	Reorg func(t *testing.T, depth int)
}

// Run holds an adapter to the contract of package chain. open gives a harness for each part of it; several may stand on one node.
func Run(t *testing.T, open func(t *testing.T) Harness) {
	parts := []struct {
		name string
		run  func(s *suite)
	}{
		{"a transfer moves the exact amount and is found on its way", (*suite).moves},
		{"the same bytes twice are harmless", (*suite).twice},
		{"a slot is used once", (*suite).usedOnce},
		{"slots that are taken are left alone", (*suite).taken},
		{"of a transaction and its replacement one is mined", (*suite).replaced},
		{"a replacement that comes too late is refused", (*suite).late},
		{"who holds too little sends nothing", (*suite).funds},
		{"nothing costs more than its budget", (*suite).budget},
		{"what moved nothing has failed", (*suite).reverted},
		{"a reorg takes a transaction back", (*suite).reorg},
		{"nodes that are down are passed over", (*suite).down},
		{"what is no transaction is refused", (*suite).malformed},
		{"who stops waiting is answered at once", (*suite).cancelled},
	}
	for _, p := range parts {
		t.Run(p.name, func(t *testing.T) {
			h := open(t)
			if h.Amount == 0 {
				h.Amount = 1_000_000
			}
			p.run(&suite{T: t, Harness: h})
		})
	}
}

type suite struct {
	*testing.T
	Harness
}

func (s *suite) tokens() []chain.Token {
	if s.Token.Contract == "" {
		return []chain.Token{s.Native}
	}
	return []chain.Token{s.Native, s.Token}
}

// one is an order of the usual amount.
func (s *suite) one(t chain.Token) chain.Order {
	return chain.Order{To: s.Recipient(s.T), Token: t, Amount: big.NewInt(s.Amount)}
}

func (s *suite) draft(o chain.Order, taken ...string) chain.Draft {
	s.Helper()
	d, err := s.Wallet.Draft(s.Context(), o, taken)
	if err != nil {
		s.Fatalf("draft: %v", err)
	}
	if len(d.Slots) == 0 || d.MaxFee == nil || d.MaxFee.Sign() <= 0 || d.Order.To != o.To {
		s.Fatalf("the draft %+v says not what it uses up, costs or does", d)
	}
	return d
}

func (s *suite) sign(d chain.Draft) chain.Signed {
	s.Helper()
	signed, err := s.Wallet.Sign(s.Context(), d)
	if err != nil {
		s.Fatalf("sign: %v", err)
	}
	return signed
}

func (s *suite) broadcast(signed chain.Signed) {
	s.Helper()
	if err := s.Network.Broadcast(s.Context(), signed.Raw); err != nil {
		s.Fatalf("broadcast: %v", err)
	}
}

func (s *suite) find(hash string) chain.Sighting {
	s.Helper()
	seen, err := s.Network.Find(s.Context(), hash)
	if err != nil {
		s.Fatalf("find: %v", err)
	}
	return seen
}

func (s *suite) wantState(hash string, want ...chain.State) {
	s.Helper()
	if seen := s.find(hash); !slices.Contains(want, seen.State) {
		s.Errorf("%s is %s, not %v", hash, seen.State, want)
	}
}

func (s *suite) balance(of string, t chain.Token) *big.Int {
	s.Helper()
	b, err := s.Network.Balance(s.Context(), of, t)
	if err != nil {
		s.Fatalf("balance: %v", err)
	}
	return b
}

func (s *suite) wantReceived(o chain.Order, times int64) {
	s.Helper()
	want := new(big.Int).Mul(o.Amount, big.NewInt(times))
	if got := s.balance(o.To, o.Token); got.Cmp(want) != 0 {
		s.Errorf("the recipient has %s, not %s", got, want)
	}
}

func (s *suite) wantSpent(slot string, least, most int64) {
	s.Helper()
	n, err := s.Network.Spent(s.Context(), s.Wallet.Address(), slot)
	if err != nil {
		s.Fatalf("spent: %v", err)
	}
	if n < least || n > most {
		s.Errorf("%s was used %d blocks deep; %d to %d expected", slot, n, least, most)
	}
}

func (s *suite) wantError(err error, want ...error) {
	s.Helper()
	if !slices.ContainsFunc(want, func(w error) bool { return errors.Is(err, w) }) {
		s.Errorf("the error is %v, not %v", err, want)
	}
}

func (s *suite) head() chain.Block {
	s.Helper()
	b, err := s.Network.Head(s.Context())
	if err != nil {
		s.Fatalf("head: %v", err)
	}
	return b
}

// stopped is a context that nobody waits in any more.
func (s *suite) stopped() context.Context {
	ctx, cancel := context.WithCancel(s.Context())
	cancel()
	return ctx
}
