package payout_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"rampa/internal/audit"
	"rampa/internal/chain"
	"rampa/internal/chain/fake"
	"rampa/internal/ledger"
	"rampa/internal/money"
	"rampa/internal/payout"
	"rampa/internal/store/book"
	"rampa/internal/store/treasury"
	"rampa/internal/storetest"
)

var (
	usdc   = money.Asset{Code: "USDC", Scale: 6}
	pol    = money.Asset{Code: "POL", Scale: 9}
	coin   = chain.Token{Asset: usdc, Contract: fake.Address("usdc"), Decimals: 6}
	native = chain.Token{Asset: pol, Decimals: 18}
)

// house is a treasury on a chain in memory, with customers who own coins.
type house struct {
	testing.TB
	d      storetest.Database
	ledger *ledger.Service
	chain  *fake.Chain
	wallet string
	code   string
	clock  *clock
	owner  *owner
	budget *big.Int
	orders []payout.Order
}

// clock is a time that tests move.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// owner closes the holds of payouts that came to nothing, as a payment does, and remembers what it was told.
type owner struct {
	mu     sync.Mutex
	ledger *ledger.Service
	told   map[string][]payout.State
}

func (o *owner) PayoutMoved(ctx context.Context, p payout.Payout) error {
	if p.State == payout.Failed || p.State == payout.Cancelled {
		if _, err := o.ledger.Release(ctx, ledger.Release{Key: p.Hold + "/released", Kind: "test.released", Hold: p.Hold}); err != nil {
			return err
		}
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.told[p.Key] = append(o.told[p.Key], p.State)
	return nil
}

// newHouse makes one on a database; several on one database have chains of different codes.
func newHouse(t testing.TB, d storetest.Database, code string, draws *rand.Rand) *house {
	t.Helper()
	h := &house{TB: t, d: d, code: code, wallet: fake.Address("treasury " + code), clock: &clock{now: time.Date(2026, 6, 26, 10, 0, 0, 0, time.UTC)}, budget: big.NewInt(40_000_000_000_000_000)}
	h.ledger = ledger.New(ledger.Config{Store: book.New(d.DB), Now: h.clock.Now})
	if err := h.ledger.Register(t.Context(), []money.Asset{usdc, pol}); err != nil {
		t.Fatal(err)
	}
	h.owner = &owner{ledger: h.ledger, told: map[string][]payout.State{}}
	h.chain = fake.New(fake.Config{Now: h.clock.Now, Rand: draws})
	for token, whole := range map[chain.Token]int64{coin: 1_000_000, native: 1_000} {
		base := new(big.Int).Mul(big.NewInt(whole), new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(token.Decimals)), nil))
		h.chain.Fund(h.wallet, token, base)
		amount, _, err := money.FromBase(base, token.Decimals, token.Asset)
		if err != nil {
			t.Fatal(err)
		}
		h.post("opening/"+code+"/"+token.Asset.Code, ledger.Account{Purpose: ledger.Treasury, Detail: code, Asset: token.Asset}, ledger.Account{Purpose: ledger.Equity, Asset: token.Asset}, amount)
	}
	return h
}

func (h *house) post(key string, to, from ledger.Account, amount money.Amount) {
	h.Helper()
	_, err := h.ledger.Post(context.Background(), ledger.Transfer{Key: key, Kind: "test", Entries: []ledger.Entry{{Account: to, Amount: amount}, {Account: from, Amount: amount.Neg()}}})
	if err != nil {
		h.Fatal(err)
	}
}

// node is one process that sends; seams stand between it and the world.
func (h *house) node(name string, seams func(c *payout.Config)) *payout.Service {
	h.Helper()
	c := payout.Config{Store: treasury.New(h.d.DB), Ledger: h.ledger, Owner: h.owner, Node: name, Now: h.clock.Now, Wall: h.clock.Now, Log: slog.New(slog.DiscardHandler),
		Frozen: func(context.Context) (bool, error) { return false, nil },
		Chains: map[string]payout.Chain{h.code: {Network: h.chain.Network(), Wallet: h.chain.Wallet(h.wallet, h.budget), Native: native,
			Tokens: map[string]chain.Token{"USDC": coin, "POL": native}, Confirmations: 3, Watch: 40, StuckAfter: time.Minute}}}
	if seams != nil {
		seams(&c)
	}
	return payout.New(c)
}

// request asks for n payouts, each to an address of its own.
func (h *house) request(s *payout.Service, n int) {
	h.Helper()
	for range n {
		i := len(h.orders)
		amount := money.New(int64(1_000_000+i), usdc)
		key := fmt.Sprintf("%s/%d", h.code, i)
		customer := ledger.Account{Purpose: ledger.Customer, Detail: fmt.Sprint(i), Asset: usdc}
		h.post(key+"/bought", ledger.Account{Purpose: ledger.FX, Asset: usdc}, customer, amount)
		if _, err := h.ledger.Hold(h.Context(), ledger.Hold{Key: key + "/hold", Kind: "test.hold", Account: customer, Amount: amount}); err != nil {
			h.Fatal(err)
		}
		o := payout.Order{Key: key, IntegrationID: 1, CustomerID: int64(i), Chain: h.code, To: fake.Address(key), Amount: amount, Hold: key + "/hold"}
		h.orders = append(h.orders, o)
		if _, err := s.Request(h.Context(), o); err != nil {
			h.Fatal(err)
		}
	}
}

// once fails when an address was sent coins more than once, or another amount.
func (h *house) once(when string) {
	h.Helper()
	for _, o := range h.orders {
		got := h.chain.Received(o.To)
		if len(got) > 1 || len(got) == 1 && got[0].Amount.Int64() != o.Amount.Units() {
			h.Fatalf("%s: %s was sent %d times: %v", when, o.Key, len(got), got)
		}
	}
}

// finish lets the world be kind until every payout has ended, and holds everything against everything.
func (h *house) finish(s *payout.Service) {
	h.Helper()
	h.chain.Calm()
	for range 300 {
		h.chain.Mine(1)
		h.clock.move(15 * time.Second)
		if err := s.Work(h.Context()); err != nil {
			h.Fatal(err)
		}
		open, err := s.List(h.Context(), payout.Query{Chain: h.code, Due: h.clock.Now().Add(time.Hour), Limit: 1})
		if err != nil {
			h.Fatal(err)
		}
		if len(open) == 0 {
			h.settled(s)
			return
		}
	}
	h.Fatal("payouts do not end")
}

// settled checks payouts, chain and books against each other when all has ended.
func (h *house) settled(s *payout.Service) {
	h.Helper()
	h.once("at the end")
	for _, o := range h.orders {
		p, err := s.Find(h.Context(), o.Key)
		if err != nil {
			h.Fatal(err)
		}
		want := map[payout.State]int{payout.Final: 1, payout.Cancelled: 0, payout.Failed: 0}
		if sent, ok := want[p.State]; !ok || len(h.chain.Received(o.To)) != sent {
			h.Errorf("%s is %s and was sent %d times", o.Key, p.State, len(h.chain.Received(o.To)))
		}
		if p.Cost != nil && p.Cost.Cmp(h.budget) > 0 {
			h.Errorf("%s cost %s", o.Key, p.Cost)
		}
		if hold, err := h.ledger.FindHold(h.Context(), o.Hold); err != nil || hold.State == ledger.Open {
			h.Errorf("%s: its hold is %s (%v)", o.Key, hold.State, err)
		}
	}
	held, err := s.Holdings(h.Context())
	if err != nil {
		h.Fatal(err)
	}
	for _, there := range held {
		treasury, err := h.ledger.Balance(h.Context(), ledger.Account{Purpose: ledger.Treasury, Detail: h.code, Asset: there.Balance.Asset()})
		if err != nil {
			h.Fatal(err)
		}
		if treasury.Amount != there.Balance {
			h.Errorf("the ledger says %s, the chain %s", treasury.Amount, there.Balance)
		}
	}
	reserved, err := h.ledger.Balance(h.Context(), ledger.Account{Purpose: ledger.Reserved, Detail: h.code, Asset: usdc})
	if err != nil || !reserved.Amount.IsZero() {
		h.Errorf("%s stay reserved (%v)", reserved.Amount, err)
	}
}

var errCrash = errors.New("crash")

var operator = audit.Actor{Kind: "operator", ID: "test"}
