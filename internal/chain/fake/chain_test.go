package fake_test

import (
	"errors"
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rampa/internal/chain"
	"rampa/internal/chain/fake"
)

// world is a chain with a treasury on it.
type world struct {
	*fake.Chain
	network *fake.Network
	wallet  *fake.Wallet
}

func newWorld(seed uint64) *world {
	f := open(seed)
	w := &world{f, f.Network(), f.Wallet(fake.Address("treasury"), nil)}
	fund(f, w.wallet.Address())
	return w
}

func (w *world) pay(t *testing.T, to string, taken ...string) (chain.Draft, chain.Signed) {
	t.Helper()
	d, err := w.wallet.Draft(t.Context(), chain.Order{To: fake.Address(to), Token: token, Amount: big.NewInt(7)}, taken)
	if err != nil {
		t.Fatal(err)
	}
	return d, w.sign(t, d)
}

func (w *world) sign(t *testing.T, d chain.Draft) chain.Signed {
	t.Helper()
	signed, err := w.wallet.Sign(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

func (w *world) send(t *testing.T, signed chain.Signed) {
	t.Helper()
	if err := w.network.Broadcast(t.Context(), signed.Raw); err != nil {
		t.Fatal(err)
	}
}

func (w *world) state(t *testing.T, hash string) chain.State {
	t.Helper()
	seen, err := w.network.Find(t.Context(), hash)
	if err != nil {
		t.Fatal(err)
	}
	return seen.State
}

func (w *world) want(t *testing.T, hash string, want chain.State) {
	t.Helper()
	if got := w.state(t, hash); got != want {
		t.Errorf("it is %s, not %s", got, want)
	}
}

func TestWhatAReorgTakesBackHasItsFate(t *testing.T) {
	t.Parallel()
	for fate, want := range map[fake.Fate]chain.State{fake.Return: chain.Pooled, fake.Vanish: chain.Unknown, fake.Swap: chain.Mined} {
		w := newWorld(1)
		_, signed := w.pay(t, "a")
		w.send(t, signed)
		w.Mine(3)
		height := w.Height()
		w.Reorg(3, fate)
		if w.Height() != height+1 {
			t.Errorf("the chain is %d blocks long after a reorg at %d", w.Height(), height)
		}
		w.want(t, signed.Hash, want)
		if want != chain.Mined && len(w.Received(fake.Address("a"))) != 0 {
			t.Error("the coins stayed with the recipient")
		}
		if w.state(t, signed.Hash) != chain.Mined {
			w.send(t, signed)
			w.Mine(1)
		}
		if got := w.Received(fake.Address("a")); len(got) != 1 || got[0].Hash != signed.Hash || got[0].Amount.Int64() != 7 {
			t.Errorf("received %+v", got)
		}
	}
}

func TestASwapMinesAnotherTransactionOfTheNonce(t *testing.T) {
	t.Parallel()
	w := newWorld(1)
	d, first := w.pay(t, "a")
	w.send(t, first)
	dearer, err := w.wallet.Replace(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	second := w.sign(t, dearer)
	w.send(t, second)
	w.Mine(2)
	w.want(t, first.Hash, chain.Unknown)
	w.Reorg(2, fake.Swap)
	w.want(t, first.Hash, chain.Mined)
	w.want(t, second.Hash, chain.Unknown)
	if n := len(w.Received(fake.Address("a"))); n != 1 {
		t.Errorf("%d transfers", n)
	}
}

func TestAnEarlierTransactionCanBePreferredAndANonceStolen(t *testing.T) {
	t.Parallel()
	w := newWorld(1)
	d, first := w.pay(t, "a")
	w.send(t, first)
	dearer, err := w.wallet.Replace(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	w.send(t, w.sign(t, dearer))
	if !w.Prefer(first.Hash) {
		t.Error("it is not known")
	}
	w.Mine(1)
	w.want(t, first.Hash, chain.Mined)
	d, stolen := w.pay(t, "b")
	w.send(t, stolen)
	w.Steal(w.wallet.Address())
	w.Mine(4)
	w.want(t, stolen.Hash, chain.Unknown)
	if depth, err := w.network.Spent(t.Context(), w.wallet.Address(), d.Slots[0]); err != nil || depth != 5 {
		t.Errorf("the nonce was used %d blocks deep, %v", depth, err)
	}
	if err := w.network.Broadcast(t.Context(), stolen.Raw); !errors.Is(err, chain.ErrUsed) {
		t.Errorf("sent again: %v", err)
	}
	if w.Prefer(stolen.Hash) {
		t.Error("its nonce is used")
	}
}

func TestASpikeKeepsTransactionsWaitingAndDropForgetsThem(t *testing.T) {
	t.Parallel()
	w := newWorld(1)
	d, signed := w.pay(t, "a")
	w.send(t, signed)
	w.Spike(5)
	w.Mine(3)
	w.want(t, signed.Hash, chain.Pooled)
	dearer, err := w.wallet.Replace(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	if !w.Drop(signed.Hash) || w.Drop(signed.Hash) {
		t.Error("it is dropped once")
	}
	w.want(t, signed.Hash, chain.Unknown)
	w.send(t, w.sign(t, dearer))
	w.Mine(1)
	if n := len(w.Received(fake.Address("a"))); n != 1 {
		t.Errorf("%d transfers", n)
	}
	tight := chain.Order{To: fake.Address("b"), Token: token, Amount: big.NewInt(1), Budget: d.MaxFee}
	if _, err := w.wallet.Draft(t.Context(), tight, nil); !errors.Is(err, chain.ErrBudget) {
		t.Errorf("a draft in the spike: %v", err)
	}
}

func TestNodesAreFaultyAsTheyAreTold(t *testing.T) {
	t.Parallel()
	w := newWorld(1)
	ctx := t.Context()
	d, signed := w.pay(t, "a")
	w.SetNodes(fake.Fault{Loses: true})
	if err := w.network.Broadcast(ctx, signed.Raw); !errors.Is(err, chain.ErrUnavailable) || len(w.Pool()) != 0 {
		t.Errorf("%v with %d in the pool", err, len(w.Pool()))
	}
	w.SetNodes(fake.Fault{Mutes: true})
	if err := w.network.Broadcast(ctx, signed.Raw); !errors.Is(err, chain.ErrUnavailable) || len(w.Pool()) != 1 {
		t.Errorf("%v with %d in the pool", err, len(w.Pool()))
	}
	w.Calm()
	w.Mine(5)
	w.SetNode(0, fake.Fault{Blind: true})
	w.want(t, signed.Hash, chain.Mined)
	if depth, err := w.network.Spent(ctx, w.wallet.Address(), d.Slots[0]); depth != 0 || err != nil {
		t.Errorf("a blind node says %d, %v", depth, err)
	}
	w.SetNode(0, fake.Fault{Forgetful: true})
	if depth, err := w.network.Spent(ctx, w.wallet.Address(), d.Slots[0]); depth != 5 || err != nil {
		t.Errorf("a forgetful node says %d, %v", depth, err)
	}
	w.SetNode(1, fake.Fault{Lag: 3})
	if seen, err := w.network.Find(ctx, signed.Hash); err != nil || seen.Confirmations != 2 {
		t.Errorf("one lags: %+v, %v", seen, err)
	}
	w.SetNode(1, fake.Fault{Forgetful: true})
	w.want(t, signed.Hash, chain.Pooled)
	w.SetNodes(fake.Fault{Lag: 5})
	if b, err := w.network.Balance(ctx, fake.Address("a"), token); err != nil || b.Sign() != 0 {
		t.Errorf("five blocks ago the recipient had %v, %v", b, err)
	}
	w.SetNodes(fake.Fault{Down: true})
	if _, err := w.network.Find(ctx, signed.Hash); !errors.Is(err, chain.ErrUnavailable) {
		t.Errorf("all are down: %v", err)
	}
}

func TestATransferToARecipientThatRefusesFailsAndCosts(t *testing.T) {
	t.Parallel()
	w := newWorld(1)
	_, signed := w.pay(t, "a")
	w.RefuseFor(fake.Address("a"))
	w.send(t, signed)
	w.Mine(1)
	seen, err := w.network.Find(t.Context(), signed.Hash)
	if err != nil || seen.State != chain.Mined || !seen.Failed || seen.Fee.Sign() <= 0 || len(w.Received(fake.Address("a"))) != 0 {
		t.Errorf("it is %+v, %v", seen, err)
	}
	if _, err := w.wallet.Draft(t.Context(), chain.Order{To: fake.Address("a"), Token: token, Amount: big.NewInt(7)}, nil); !errors.Is(err, chain.ErrRefused) {
		t.Errorf("drafted: %v", err)
	}
}

// TestNoCoinsComeOrGoWhateverTheChainDoes disturbs a chain at random, and holds what it says against what must stay true of any chain.
func TestNoCoinsComeOrGoWhateverTheChainDoes(t *testing.T) {
	t.Parallel()
	labels := map[string]int{}
	for seed := range uint64(100) {
		trace := disturb(t, seed, labels)
		if seed%50 == 0 {
			if diff := cmp.Diff(trace, disturb(t, seed, labels)); diff != "" {
				t.Fatalf("seed %d gives another run each time: %s", seed, diff)
			}
		}
	}
	for _, label := range []string{"mine", "mine many", "reorg", "drop", "spike", "calm", "shift"} {
		if labels[label] == 0 {
			t.Errorf("no seed came to: %s", label)
		}
	}
}

func disturb(t *testing.T, seed uint64, labels map[string]int) []string {
	w := newWorld(seed)
	rnd := rand.New(rand.NewPCG(seed, 9))
	total := w.Held(w.wallet.Address(), token)
	var trace, taken []string
	var drafts []chain.Draft
	var all []chain.Signed
	for i := range 40 {
		w.SetNode(0, fake.Fault{}) // so that drafts can be made
		switch {
		case rnd.IntN(2) == 0:
			d, err := w.wallet.Draft(t.Context(), chain.Order{To: fake.Address(fmt.Sprint("r", i)), Token: token, Amount: big.NewInt(7)}, taken)
			if err != nil {
				t.Fatalf("seed %d: %v", seed, err)
			}
			taken = append(taken, d.Slots...)
			drafts, all = append(drafts, d), append(all, w.sign(t, d))
		case len(drafts) > 0 && rnd.IntN(3) == 0:
			if d, err := w.wallet.Replace(t.Context(), drafts[rnd.IntN(len(drafts))]); err == nil {
				all = append(all, w.sign(t, d))
			}
		}
		for _, signed := range all {
			if rnd.IntN(3) == 0 {
				_ = w.network.Broadcast(t.Context(), signed.Raw)
			}
		}
		label := w.Disturb()
		labels[label]++
		trace = append(trace, label, fmt.Sprint(w.Height(), len(w.Pool()), len(w.Transfers())))
		w.check(t, seed, total)
	}
	return trace
}

// check holds the chain against what must be true of any: coins are conserved, and transactions that share a nonce pay once.
func (w *world) check(t *testing.T, seed uint64, total *big.Int) {
	t.Helper()
	sum := w.Held(w.wallet.Address(), token)
	got := map[string]int{}
	for _, tr := range w.Transfers() {
		sum.Add(sum, tr.Amount)
		if got[tr.To]++; got[tr.To] > 1 {
			t.Fatalf("seed %d: %s was paid twice", seed, tr.To)
		}
	}
	if sum.Cmp(total) != 0 {
		t.Fatalf("seed %d: %s coins, there were %s", seed, sum, total)
	}
	if pool := w.Pool(); len(slices.Compact(slices.Sorted(slices.Values(pool)))) != len(pool) {
		t.Fatalf("seed %d: the pool has a transaction twice: %s", seed, strings.Join(pool, " "))
	}
}
