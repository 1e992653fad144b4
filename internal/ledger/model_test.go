package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"rampa/internal/ledger"
	"rampa/internal/money"
)

// model is the book as big integers: debits less credits by account, and what is held.
type model struct {
	*world
	*rapid.T
	ctx      context.Context // perhaps of a transaction that everything happens in
	run      string          // a detail that no other run has
	balances map[string]*big.Int
	holds    map[string]ledger.Hold // open ones, by key
	settled  []ledger.Settlement
	posted   []ledger.Transfer
	reversed map[string]bool
	keys     int
}

func TestTheBookIsAModelOfBigIntegers(t *testing.T) {
	t.Parallel()
	engines(t, func(w *world) {
		runs := 0
		rapid.Check(w.T, func(t *rapid.T) {
			runs++
			m := &model{world: w, T: t, ctx: w.Context(), run: fmt.Sprint("r", runs), balances: map[string]*big.Int{},
				holds: map[string]ledger.Hold{}, reversed: map[string]bool{}}
			actions := map[string]func(*rapid.T){
				"deposit": m.deposit, "exchange": m.exchange, "withdraw": m.withdraw, "hold": m.hold, "settle": m.settle,
				"settle two": m.settleTwo, "release": m.release, "close again": m.closeAgain, "reverse": m.reverse, "repeat": m.repeat,
				"unbalanced": m.unbalanced, "": m.check,
			}
			if rapid.IntRange(0, 3).Draw(t, "one transaction unless 0") > 0 { // which takes a fraction of the time
				m.together(func() { t.Repeat(actions) })
			} else {
				actions["fold"] = func(*rapid.T) { w.fold() }
				t.Repeat(actions)
			}
			m.ctx = w.Context()
			m.compare()
		})
		w.fold()
		w.provesItself()
	})
}

// together does f in one transaction, which waits beside: f may panic, as rapid does, and must do it here.
func (m *model) together(f func()) {
	begun, done, ended := make(chan context.Context), make(chan bool), make(chan error)
	go func() {
		ended <- m.world.Database.Store.InTx(m.world.Context(), func(ctx context.Context) error {
			begun <- ctx
			<-done
			return nil
		})
	}()
	m.ctx = <-begun
	defer func() {
		close(done)
		if err := <-ended; err != nil {
			m.T.Error(err)
		}
	}()
	f()
}

func (m *model) key() string {
	m.keys++
	return fmt.Sprintf("%s/%d", m.run, m.keys)
}

// code is an account of this run alone.
func (m *model) code(purpose ledger.Purpose, who string, asset money.Asset) string {
	return fmt.Sprintf("%s:%s-%s:%s", purpose, m.run, who, asset.Code)
}

var someAsset = rapid.SampledFrom([]money.Asset{eur, usdc})

func (m *model) customer(t *rapid.T, a money.Asset) string {
	return m.code(ledger.Customer, rapid.SampledFrom([]string{"1", "2"}).Draw(t, "customer"), a)
}

// units are mostly what accounts have, sometimes more.
func units(t *rapid.T) int64 { return rapid.Int64Range(1, 300).Draw(t, "units") }

// expect is whether the model bears entries: guarded accounts stay on their side, and so does covered.
func (m *model) expect(entries []ledger.Entry, covered string) (after map[string]*big.Int, want error) {
	after = maps.Clone(m.balances)
	for _, e := range entries {
		code := e.Account.Code()
		sum := new(big.Int).Set(m.balance(code))
		if n, ok := after[code]; ok {
			sum.Set(n)
		}
		after[code] = sum.Add(sum, big.NewInt(e.Amount.Units()))
	}
	for code, n := range after {
		natural := new(big.Int).Set(n)
		a := account(code)
		if a.Purpose.Liability() {
			natural.Neg(natural)
		}
		if (a.Purpose.Guarded() || code == covered) && natural.Sign() < 0 {
			want = ledger.ErrFunds
		}
	}
	return after, want
}

func (m *model) balance(code string) *big.Int {
	if n, ok := m.balances[code]; ok {
		return n
	}
	return new(big.Int)
}

// took compares what a posting gave with what the model expects, and takes it over.
func (m *model) took(got ledger.Transfer, err, want error, after map[string]*big.Int) bool {
	if !errors.Is(err, want) || (want == nil) != (err == nil) {
		m.T.Fatalf("%v, want %v", err, want)
	}
	if want != nil {
		return false
	}
	m.balances = after
	m.posted = append(m.posted, got)
	return true
}

func (m *model) add(entries ...ledger.Entry) {
	after, want := m.expect(entries, "")
	got, err := m.Post(m.ctx, m.transfer(m.key(), entries...))
	m.took(got, err, want, after)
}

func (m *model) deposit(t *rapid.T) {
	a, n := someAsset.Draw(t, "asset"), units(t)
	m.add(entry(m.code(ledger.Clearing, "card", a), n), entry(m.customer(t, a), -n))
}

// exchange is a purchase: money of one asset, less a fee, becomes another. The customer stands in it twice.
func (m *model) exchange(t *rapid.T) {
	n, rate := units(t), rapid.Int64Range(1, 9).Draw(t, "rate")
	customer := rapid.SampledFrom([]string{"1", "2"}).Draw(t, "customer")
	m.add(entry(m.code(ledger.Customer, customer, eur), n), entry(m.code(ledger.FX, "", eur), -n),
		entry(m.code(ledger.FX, "", usdc), n*rate), entry(m.code(ledger.Customer, customer, usdc), -n*rate),
		entry(m.code(ledger.Customer, customer, eur), 1), entry(m.code(ledger.Fee, "", eur), -1))
}

func (m *model) withdraw(t *rapid.T) {
	a, n := someAsset.Draw(t, "asset"), units(t)
	m.add(entry(m.customer(t, a), n), entry(m.code(ledger.Treasury, "polygon", a), -n))
}

func (m *model) hold(t *rapid.T) {
	a, n := someAsset.Draw(t, "asset"), units(t)
	code := m.customer(t, a)
	if rapid.Bool().Draw(t, "of the treasury") {
		code = m.code(ledger.Treasury, "polygon", a)
		if rapid.Bool().Draw(t, "filled first") {
			m.add(entry(code, n), entry(m.code(ledger.Equity, "", a), -n))
		}
	}
	h := ledger.Hold{Key: m.key(), Kind: "test.held", Account: account(code), Amount: money.New(n, a)}
	twin := strings.Replace(strings.Replace(code, "customer:", "held:", 1), "treasury:", "reserved:", 1)
	sign := int64(1)
	if h.Account.Purpose == ledger.Treasury {
		sign = -1
	}
	after, want := m.expect([]ledger.Entry{entry(code, sign*n), entry(twin, -sign*n)}, code)
	got, err := m.Hold(m.ctx, h)
	if m.took(got, err, want, after) {
		m.holds[h.Key] = h
	}
}

// anyHold draws an open hold.
func (m *model) anyHold(t *rapid.T) (h ledger.Hold, any bool) {
	if len(m.holds) == 0 {
		return h, false
	}
	return m.holds[rapid.SampledFrom(slices.Sorted(maps.Keys(m.holds))).Draw(t, "hold")], true
}

// closed is what closing a hold does.
func closed(h ledger.Hold, settled int64) []ledger.Entry {
	twin, sign := h.Account, int64(1)
	twin.Purpose = ledger.Held
	if h.Account.Purpose == ledger.Treasury {
		twin.Purpose, sign = ledger.Reserved, -1
	}
	entries := []ledger.Entry{entry(twin.Code(), sign*h.Amount.Units())}
	if rest := h.Amount.Units() - settled; rest > 0 {
		entries = append(entries, entry(h.Account.Code(), -sign*rest))
	}
	return entries
}

func (m *model) settle(t *rapid.T) {
	h, any := m.anyHold(t)
	if !any {
		return
	}
	settled := rapid.Int64Range(1, h.Amount.Units()).Draw(t, "settled")
	sign := int64(-1)
	if h.Account.Purpose == ledger.Treasury {
		sign = 1
	}
	m.close(ledger.Settlement{Holds: []ledger.Part{{Hold: h.Key, Amount: money.New(settled, h.Account.Asset)}},
		Entries: []ledger.Entry{entry(m.code(ledger.Bank, "main", h.Account.Asset), sign*settled)}}, closed(h, settled), h)
}

// settleTwo is a payout: what the customer's hold and the treasury's share is settled, and the rests go back.
func (m *model) settleTwo(t *rapid.T) {
	one, any := m.anyHold(t)
	if !any {
		return
	}
	for _, key := range slices.Sorted(maps.Keys(m.holds)) {
		other := m.holds[key]
		if other.Account.Asset != one.Account.Asset || other.Account.Purpose == one.Account.Purpose {
			continue
		}
		n := min(one.Amount.Units(), other.Amount.Units())
		m.close(ledger.Settlement{Holds: []ledger.Part{{one.Key, money.New(n, one.Account.Asset)}, {other.Key, money.New(n, one.Account.Asset)}}},
			append(closed(one, n), closed(other, n)...), one, other)
		return
	}
}

func (m *model) close(s ledger.Settlement, entries []ledger.Entry, holds ...ledger.Hold) {
	s.Key, s.Kind = m.key(), "test.settled"
	after, want := m.expect(append(entries, s.Entries...), "")
	got, err := m.Settle(m.ctx, s)
	if m.took(got, err, want, after) {
		m.settled = append(m.settled, s)
		for _, h := range holds {
			delete(m.holds, h.Key)
		}
	}
}

func (m *model) release(t *rapid.T) {
	h, any := m.anyHold(t)
	if !any {
		return
	}
	after, want := m.expect(closed(h, 0), "")
	got, err := m.Release(m.ctx, ledger.Release{Key: m.key(), Kind: "test.released", Hold: h.Key})
	if m.took(got, err, want, after) {
		delete(m.holds, h.Key)
	}
}

// closeAgain settles what is settled: under its key nothing happens, under another it is refused.
func (m *model) closeAgain(t *rapid.T) {
	if len(m.settled) == 0 {
		return // nothing is settled
	}
	s := rapid.SampledFrom(m.settled).Draw(t, "settlement")
	if _, err := m.Settle(m.ctx, s); err != nil {
		t.Fatal(err)
	}
	s.Key = m.key()
	if _, err := m.Settle(m.ctx, s); !errors.Is(err, ledger.ErrHold) {
		t.Fatal(err)
	}
}

func (m *model) reverse(t *rapid.T) {
	if len(m.posted) == 0 {
		return // nothing is posted
	}
	of := rapid.SampledFrom(m.posted).Draw(t, "transfer")
	opposite := make([]ledger.Entry, len(of.Entries))
	ofHolds := false
	for i, e := range of.Entries {
		opposite[i] = ledger.Entry{Account: e.Account, Amount: e.Amount.Neg()}
		ofHolds = ofHolds || e.Account.Purpose == ledger.Held || e.Account.Purpose == ledger.Reserved
	}
	after, want := m.expect(opposite, "")
	switch {
	case ofHolds:
		want = ledger.ErrTwin
	case m.reversed[of.Key]:
		want = ledger.ErrReversed
	}
	got, err := m.Reverse(m.ctx, ledger.Reversal{Key: m.key(), Of: of.Key})
	if m.took(got, err, want, after) {
		m.reversed[of.Key] = true
	}
}

// repeat posts again what was posted: it stays one.
func (m *model) repeat(t *rapid.T) {
	if len(m.posted) == 0 {
		return // nothing is posted
	}
	first := rapid.SampledFrom(m.posted).Draw(t, "transfer")
	if first.Kind != "test" {
		return // not a posting
	}
	again, err := m.Post(m.ctx, ledger.Transfer{Key: first.Key, Kind: first.Kind, Memo: first.Memo, Entries: first.Entries})
	if diff := cmp.Diff(again, first, amounts, withoutActor); err != nil || diff != "" {
		t.Fatalf("%v\n%s", err, diff)
	}
	other := slices.Clone(first.Entries)
	other[0], other[1] = other[1], other[0]
	if _, err := m.Post(m.ctx, m.transfer(first.Key, other...)); !errors.Is(err, ledger.ErrKeyReused) {
		t.Fatal(err)
	}
}

func (m *model) unbalanced(t *rapid.T) {
	n := units(t)
	if _, err := m.Post(m.ctx, m.transfer(m.key(), entry(m.customer(t, eur), -n), entry(m.code(ledger.Fee, "", eur), n-1+2*rapid.Int64Range(0, 1).Draw(t, "more")))); !errors.Is(err, ledger.ErrUnbalanced) {
		t.Fatal(err)
	}
}

// check compares one account after each step; compare, all of them at the end.
func (m *model) check(t *rapid.T) {
	if codes := slices.Sorted(maps.Keys(m.balances)); len(codes) > 0 {
		m.compareOne(rapid.SampledFrom(codes).Draw(t, "account"))
	}
}

func (m *model) compare() {
	total := map[money.Asset]*big.Int{eur: {}, usdc: {}}
	for code, n := range m.balances {
		m.compareOne(code)
		sum := total[account(code).Asset]
		sum.Add(sum, n)
	}
	for asset, sum := range total {
		if sum.Sign() != 0 {
			m.T.Errorf("%s sums to %s", asset.Code, sum)
		}
	}
}

func (m *model) compareOne(code string) {
	b, err := m.Balance(m.ctx, account(code))
	if err != nil || big.NewInt(b.Amount.Units()).Cmp(m.balance(code)) != 0 {
		m.T.Errorf("%s: %v, the model has %s (%v)", code, b.Amount, m.balance(code), err)
	}
}
