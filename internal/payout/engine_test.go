package payout_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"rampa/internal/chain"
	"rampa/internal/ledger"
	"rampa/internal/money"
	"rampa/internal/payout"
	"rampa/internal/storetest"
)

func TestAPayoutIsSentOnceAndBooked(t *testing.T) {
	t.Parallel()
	storetest.Engines(t, func(t *testing.T, d storetest.Database) {
		h := newHouse(t, d, "polygon", nil)
		s := h.node("a", nil)
		h.request(s, 5)
		if err := s.Work(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := len(h.chain.Pool()); n != 5 {
			t.Fatalf("%d transactions wait to be mined, want 5", n)
		}
		h.finish(s)
		for _, o := range h.orders {
			again, err := s.Request(t.Context(), o) // 400 days later the key still stands for it
			if err != nil || again.State != payout.Final {
				t.Errorf("%s: %s, %v", o.Key, again.State, err)
			}
			h.clock.move(400 * 24 * time.Hour)
		}
		h.finish(s)
	})
}

func TestWhatIsNotSignedYetCanBeTakenBack(t *testing.T) {
	t.Parallel()
	storetest.Engines(t, func(t *testing.T, d storetest.Database) {
		h := newHouse(t, d, "polygon", nil)
		frozen := true
		s := h.node("a", func(c *payout.Config) { c.Frozen = func(context.Context) (bool, error) { return frozen, nil } })
		h.request(s, 2)
		if err := s.Work(t.Context()); err != nil {
			t.Fatal(err)
		}
		if p, _ := s.Find(t.Context(), h.orders[0].Key); p.State != payout.Created || p.Waits != "frozen" {
			t.Errorf("%s waits for %q", p.State, p.Waits)
		}
		if ok, err := s.Cancel(t.Context(), h.orders[0].Key, operator); !ok || err != nil {
			t.Errorf("cancel: %v, %v", ok, err)
		}
		frozen = false
		h.clock.move(time.Minute)
		if err := s.Work(t.Context()); err != nil {
			t.Fatal(err)
		}
		if ok, err := s.Cancel(t.Context(), h.orders[1].Key, operator); ok || err != nil {
			t.Errorf("cancel of what was broadcast: %v, %v", ok, err)
		}
		h.finish(s)
	})
}

func TestMoreThanTheRulesAllowWaitsForTwoOperators(t *testing.T) {
	t.Parallel()
	rules, err := payout.LoadRules([]byte("version: 1\napprove_above: {USDC: 0.5}\n"))
	if err != nil {
		t.Fatal(err)
	}
	h := newHouse(t, storetest.Open(t, "sqlite", filepath.Join(t.TempDir(), "a.db")), "polygon", nil)
	s := h.node("a", func(c *payout.Config) { c.Rules = rules })
	h.request(s, 1)
	work := func() payout.Payout {
		h.clock.move(time.Minute)
		if err := s.Work(t.Context()); err != nil {
			t.Fatal(err)
		}
		p, err := s.Find(t.Context(), h.orders[0].Key)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	for _, by := range []string{"", "ana", "ana"} {
		if by != "" {
			if err := s.Approve(t.Context(), h.orders[0].Key, by, operator); err != nil {
				t.Fatal(err)
			}
		}
		if p := work(); p.State != payout.Created || p.Waits != "approval" {
			t.Errorf("after %q: %s waits for %q", by, p.State, p.Waits)
		}
	}
	if err := s.Approve(t.Context(), h.orders[0].Key, "eva", operator); err != nil {
		t.Fatal(err)
	}
	h.finish(s)
}

// TestAPayoutThatTheBooksDoNotCoverHoldsUpNoOther: it waits for funds, alone or among others, and goes on when they are booked.
func TestAPayoutThatTheBooksDoNotCoverHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	storetest.Engines(t, func(t *testing.T, d storetest.Database) {
		h := newHouse(t, d, "polygon", nil)
		s := h.node("a", nil)
		treasury, equity := ledger.Account{Purpose: ledger.Treasury, Detail: "polygon", Asset: usdc}, ledger.Account{Purpose: ledger.Equity, Asset: usdc}
		h.request(s, 1)
		if err := s.Work(t.Context()); err != nil { // it is under way before the books are short
			t.Fatal(err)
		}
		short := money.New(1_000_000_000_000-1_500_000, usdc)
		h.post("short", equity, treasury, short)
		h.request(s, 1)
		h.chain.Mine(3)
		h.clock.move(time.Minute)
		if err := s.Work(t.Context()); err != nil {
			t.Fatalf("one that waits ends the work: %v", err)
		}
		for i, want := range []payout.Payout{{State: payout.Final}, {State: payout.Created, Waits: "funds"}} {
			if p, err := s.Find(t.Context(), h.orders[i].Key); err != nil || p.State != want.State || p.Waits != want.Waits {
				t.Errorf("payout %d is %s and waits for %q (%v), want %s and %q", i, p.State, p.Waits, err, want.State, want.Waits)
			}
		}
		h.post("funded", treasury, equity, short)
		h.finish(s)
	})
}

// TestTwoNodesSendTheSamePayouts: both work at the same time, and an operator takes some back meanwhile.
func TestTwoNodesSendTheSamePayouts(t *testing.T) {
	t.Parallel()
	storetest.Engines(t, func(t *testing.T, d storetest.Database) {
		h := newHouse(t, d, "polygon", nil)
		a, b := h.node("a", nil), h.node("b", nil)
		const payouts = 120
		h.request(a, payouts)
		var all sync.WaitGroup
		for _, s := range []*payout.Service{a, b} {
			all.Go(func() {
				for range 12 {
					if err := s.Work(context.Background()); err != nil {
						t.Error(err)
					}
					h.clock.move(40 * time.Second) // the other's lease is over
					h.chain.Mine(1)
				}
			})
		}
		all.Go(func() {
			for i := 0; i < payouts; i += 7 {
				if _, err := a.Cancel(context.Background(), h.orders[i].Key, operator); err != nil {
					t.Error(err)
				}
			}
		})
		all.Wait()
		h.once("while two send")
		h.clock.move(time.Minute)
		h.finish(b)
	})
}

// crashes counts what a node does to the world, and ends it before or after one of those.
type crashes struct {
	mu    sync.Mutex
	at    map[int]bool // step × 2, plus one for after it
	steps int
	dead  bool
}

func (c *crashes) step(do func() error) error {
	c.mu.Lock()
	n := c.steps
	c.steps++
	dead := c.dead || c.at[n*2]
	c.dead = dead
	c.mu.Unlock()
	if dead {
		return errCrash
	}
	err := do()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.at[n*2+1] {
		c.dead = true
	}
	if c.dead {
		return errCrash
	}
	return err
}

type crashingStore struct {
	payout.Store
	c *crashes
}

func (s crashingStore) InTx(ctx context.Context, f func(ctx context.Context, tx payout.Tx) error) error {
	return s.c.step(func() error { return s.Store.InTx(ctx, f) })
}

type crashingNetwork struct {
	chain.Network
	c *crashes
}

func (n crashingNetwork) Broadcast(ctx context.Context, raw []byte) error {
	return n.c.step(func() error { return n.Network.Broadcast(ctx, raw) })
}

func (n crashingNetwork) Find(ctx context.Context, hash string) (s chain.Sighting, err error) {
	err = n.c.step(func() (err error) { s, err = n.Network.Find(ctx, hash); return err })
	return s, err
}

type crashingWallet struct {
	chain.Wallet
	c *crashes
}

func (w crashingWallet) Draft(ctx context.Context, o chain.Order, taken []string) (d chain.Draft, err error) {
	err = w.c.step(func() (err error) { d, err = w.Wallet.Draft(ctx, o, taken); return err })
	return d, err
}

func (w crashingWallet) Sign(ctx context.Context, d chain.Draft) (s chain.Signed, err error) {
	err = w.c.step(func() (err error) { s, err = w.Wallet.Sign(ctx, d); return err })
	return s, err
}

// crashing makes a node that ends at some steps.
func (h *house) crashing(name string, at ...int) (*payout.Service, *crashes) {
	c := &crashes{at: map[int]bool{}}
	for _, n := range at {
		c.at[n] = true
	}
	return h.node(name, func(p *payout.Config) {
		p.Store = crashingStore{p.Store, c}
		n := p.Chains[h.code]
		n.Network, n.Wallet = crashingNetwork{n.Network, c}, crashingWallet{n.Wallet, c}
		p.Chains[h.code] = n
	}), c
}

// TestACrashAtAnyPairOfStepsSendsOnce: a first node ends before or after its i-th effect, a second one goes on and ends at its j-th, a third
// one finishes. -stride 1 tries all pairs.
func TestACrashAtAnyPairOfStepsSendsOnce(t *testing.T) {
	t.Parallel()
	d := storetest.Open(t, "sqlite", filepath.Join(t.TempDir(), "a.db"))
	for i := 0; ; i++ {
		reached := false
		for j := i % *stride; ; j += *stride {
			h := newHouse(t, d, fmt.Sprintf("c%dx%d", i, j), nil)
			first, one := h.crashing("first", i)
			h.request(h.node("clerk", nil), 2)
			runs := func(s *payout.Service, c *crashes) {
				for range 6 {
					if err := s.Work(t.Context()); err != nil && !errors.Is(err, errCrash) {
						t.Fatal(err)
					}
					if c.dead {
						break
					}
					h.chain.Mine(1)
					h.clock.move(2 * time.Second)
				}
				h.clock.move(time.Minute) // its lease ends
				h.once(fmt.Sprintf("crash %d, then %d", i, j))
			}
			runs(first, one)
			second, two := h.crashing("second", j)
			runs(second, two)
			h.finish(h.node("third", nil))
			reached = reached || one.dead
			if !two.dead || j > 60 {
				break
			}
		}
		if !reached || i > 60 {
			if i < 20 {
				t.Errorf("a payout has only %d points to crash at", i)
			}
			return
		}
	}
}

var (
	seed      = flag.Uint64("seed", 0, "of one schedule to run again")
	schedules = flag.Int("schedules", 40, "random schedules")
	stride    = flag.Int("stride", 23, "of the pairs of crashes, one in so many: 1 is all of them, and takes two minutes")
)

// TestNoScheduleOfTheWorldSendsTwice draws what the chain and its nodes do: reorganisations, dropped and replaced transactions, fees that
// leap, nodes that lie, lag and time out. Run one again with -seed.
func TestNoScheduleOfTheWorldSendsTwice(t *testing.T) {
	t.Parallel()
	d := storetest.Open(t, "sqlite", filepath.Join(t.TempDir(), "a.db"))
	first, n := rand.Uint64(), *schedules
	if *seed != 0 {
		first, n = *seed, 1
	}
	for i := range n {
		run := first + uint64(i)
		draws := rand.New(rand.NewPCG(run, 1))
		h := newHouse(t, d, fmt.Sprintf("s%d", run), draws)
		s := h.node("a", nil)
		did := ""
		h.request(s, 3)
		for range 40 {
			did += " " + h.chain.Disturb()
			if draws.IntN(3) == 0 {
				h.chain.Shift()
			}
			h.clock.move(time.Duration(draws.IntN(90)) * time.Second)
			if draws.IntN(10) == 0 {
				h.clock.move(time.Minute)
				s = h.node(fmt.Sprint("n", draws.IntN(3)), nil) // another node takes over
			}
			if err := s.Work(t.Context()); err != nil {
				t.Fatalf("-seed %d: %v", run, err)
			}
			for _, o := range h.orders {
				if got := h.chain.Received(o.To); len(got) > 1 {
					t.Fatalf("-seed %d: %s was sent %d times after%s", run, o.Key, len(got), did)
				}
			}
		}
		h.clock.move(time.Minute)
		h.finish(h.node("last", nil))
		if t.Failed() {
			t.Fatalf("-seed %d:%s", run, did)
		}
	}
}
