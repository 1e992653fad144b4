package chaintest

import (
	"math/big"
	"slices"

	"rampa/internal/chain"
)

func (s *suite) moves() {
	var taken []string
	for _, token := range s.tokens() {
		o := s.one(token)
		before, coins := s.balance(s.Wallet.Address(), token), s.balance(s.Wallet.Address(), s.Native)
		d := s.draft(o, taken...)
		taken = append(taken, d.Slots...)
		signed := s.sign(d)
		s.wantState(signed.Hash, chain.Unknown)
		for _, slot := range d.Slots {
			s.wantSpent(slot, 0, 0)
		}
		s.broadcast(signed)
		s.wantState(signed.Hash, chain.Pooled)
		for _, slot := range d.Slots {
			s.wantSpent(slot, 0, 0)
		}
		s.Mine(s.T, 1)
		seen, head := s.find(signed.Hash), s.head()
		if seen.State != chain.Mined || seen.Failed || seen.Confirmations != 1 || seen.Block != head {
			s.Fatalf("after one block the transaction is %+v; the head is %+v", seen, head)
		}
		if seen.Fee == nil || seen.Fee.Sign() <= 0 || seen.Fee.Cmp(d.MaxFee) > 0 {
			s.Errorf("it cost %v, at most %s was drafted", seen.Fee, d.MaxFee)
		}
		s.wantReceived(o, 1)
		spent := new(big.Int).Sub(coins, s.balance(s.Wallet.Address(), s.Native))
		want := new(big.Int).Set(seen.Fee)
		if token.Contract == "" {
			want.Add(want, o.Amount)
		} else if left := new(big.Int).Sub(before, s.balance(s.Wallet.Address(), token)); left.Cmp(o.Amount) != 0 {
			s.Errorf("%s tokens left the wallet, not %s", left, o.Amount)
		}
		if spent.Cmp(want) != 0 {
			s.Errorf("%s of the chain's own coin left the wallet, not %s", spent, want)
		}
		s.Mine(s.T, 4)
		if again := s.find(signed.Hash); again.Confirmations != 5 || again.Block != seen.Block {
			s.Errorf("four blocks later the transaction is %+v, it was %+v", again, seen)
		}
		for _, slot := range d.Slots {
			s.wantSpent(slot, 5, 5)
		}
	}
}

func (s *suite) twice() {
	o := s.one(s.tokens()[len(s.tokens())-1])
	signed := s.sign(s.draft(o))
	for range 3 {
		s.broadcast(signed)
	}
	s.wantState(signed.Hash, chain.Pooled)
	s.Mine(s.T, 1)
	if err := s.Network.Broadcast(s.Context(), signed.Raw); err != nil {
		s.wantError(err, chain.ErrUsed)
	}
	s.Mine(s.T, 1)
	s.wantReceived(o, 1)
	if seen := s.find(signed.Hash); seen.State != chain.Mined || seen.Confirmations != 2 {
		s.Errorf("it is %+v", seen)
	}
}

func (s *suite) usedOnce() {
	first, second := s.one(s.Native), s.one(s.Native)
	a, b := s.draft(first), s.draft(second)
	if !slices.ContainsFunc(a.Slots, func(slot string) bool { return slices.Contains(b.Slots, slot) }) {
		s.Fatalf("two drafts from the same state use up %v and %v", a.Slots, b.Slots)
	}
	one, other := s.sign(a), s.sign(b)
	s.broadcast(one)
	s.Mine(s.T, 1)
	s.wantError(s.Network.Broadcast(s.Context(), other.Raw), chain.ErrUsed)
	s.Mine(s.T, 5)
	s.wantState(other.Hash, chain.Unknown)
	s.wantReceived(first, 1)
	s.wantReceived(second, 0)
	for _, slot := range a.Slots {
		s.wantSpent(slot, 6, 6)
	}
}

func (s *suite) taken() {
	orders := []chain.Order{s.one(s.Native), s.one(s.Native), s.one(s.tokens()[len(s.tokens())-1])}
	var taken []string
	var all []chain.Signed
	for _, o := range orders {
		d := s.draft(o, taken...)
		for _, slot := range d.Slots {
			if slices.Contains(taken, slot) {
				s.Fatalf("%s is taken already", slot)
			}
		}
		taken = append(taken, d.Slots...)
		all = append(all, s.sign(d))
	}
	for _, signed := range slices.Backward(all) { // whatever order they come in
		s.broadcast(signed)
	}
	s.Mine(s.T, 2)
	for i, o := range orders {
		s.wantState(all[i].Hash, chain.Mined)
		s.wantReceived(o, 1)
	}
	if next := s.draft(s.one(s.Native)); slices.ContainsFunc(next.Slots, func(slot string) bool { return slices.Contains(taken, slot) }) {
		s.Errorf("%v was used up by what is mined", next.Slots)
	}
}

func (s *suite) replaced() {
	for _, token := range s.tokens() {
		o := s.one(token)
		d := s.draft(o)
		first := s.sign(d)
		s.broadcast(first)
		second, err := s.Wallet.Replace(s.Context(), d)
		if err != nil {
			s.Fatalf("replace: %v", err)
		}
		for _, slot := range d.Slots {
			if !slices.Contains(second.Slots, slot) {
				s.Errorf("the replacement uses up %v and not %s: both could be mined", second.Slots, slot)
			}
		}
		if second.MaxFee.Cmp(d.MaxFee) <= 0 {
			s.Errorf("the replacement costs %s at most, what it replaces %s", second.MaxFee, d.MaxFee)
		}
		better := s.sign(second)
		s.broadcast(better)
		s.wantState(better.Hash, chain.Pooled)
		third, err := s.Wallet.Replace(s.Context(), second)
		if err != nil {
			s.Fatalf("replace again: %v", err)
		}
		best := s.sign(third)
		s.broadcast(best)
		s.Mine(s.T, 2)
		s.wantState(best.Hash, chain.Mined)
		s.wantState(first.Hash, chain.Unknown)
		s.wantState(better.Hash, chain.Unknown)
		s.wantReceived(o, 1)
	}
}

func (s *suite) late() {
	o := s.one(s.Native)
	d := s.draft(o)
	second, err := s.Wallet.Replace(s.Context(), d)
	if err != nil {
		s.Fatalf("replace: %v", err)
	}
	first, better := s.sign(d), s.sign(second)
	s.broadcast(first)
	s.Mine(s.T, 1)
	s.wantError(s.Network.Broadcast(s.Context(), better.Raw), chain.ErrUsed)
	s.Mine(s.T, 1)
	s.wantState(first.Hash, chain.Mined)
	s.wantState(better.Hash, chain.Unknown)
	s.wantReceived(o, 1)
}

func (s *suite) funds() {
	for _, token := range s.tokens() {
		_, err := s.Poor.Draft(s.Context(), s.one(token), nil)
		s.wantError(err, chain.ErrFunds)
		all := s.balance(s.Wallet.Address(), token)
		_, err = s.Wallet.Draft(s.Context(), chain.Order{To: s.Recipient(s.T), Token: token, Amount: new(big.Int).Add(all, big.NewInt(1))}, nil)
		s.wantError(err, chain.ErrFunds)
	}
	// All of it leaves nothing for the fee.
	_, err := s.Wallet.Draft(s.Context(), chain.Order{To: s.Recipient(s.T), Token: s.Native, Amount: s.balance(s.Wallet.Address(), s.Native)}, nil)
	s.wantError(err, chain.ErrFunds)
	s.draft(s.one(s.Native))
}

func (s *suite) budget() {
	for _, token := range s.tokens() {
		o := s.one(token)
		fee := s.draft(o).MaxFee
		o.Budget = big.NewInt(1)
		_, err := s.Wallet.Draft(s.Context(), o, nil)
		s.wantError(err, chain.ErrBudget)
		o.Budget = new(big.Int).Mul(fee, big.NewInt(2))
		d := s.draft(o)
		if d.MaxFee.Cmp(o.Budget) > 0 {
			s.Errorf("it may cost %s, the budget is %s", d.MaxFee, o.Budget)
		}
		for range 20 {
			if d, err = s.Wallet.Replace(s.Context(), d); err != nil {
				break
			}
			if d.MaxFee.Cmp(o.Budget) > 0 {
				s.Fatalf("a replacement may cost %s, the budget is %s", d.MaxFee, o.Budget)
			}
		}
		s.wantError(err, chain.ErrBudget)
	}
}

func (s *suite) reverted() {
	if s.Token.Contract == "" {
		return
	}
	most := new(big.Int).Div(new(big.Int).Mul(s.balance(s.Wallet.Address(), s.Token), big.NewInt(4)), big.NewInt(5))
	first := chain.Order{To: s.Recipient(s.T), Token: s.Token, Amount: most}
	second := chain.Order{To: s.Recipient(s.T), Token: s.Token, Amount: most}
	a := s.draft(first)
	b := s.draft(second, a.Slots...)
	one, other := s.sign(a), s.sign(b)
	s.broadcast(one)
	s.broadcast(other)
	s.Mine(s.T, 1)
	seen := s.find(other.Hash)
	if seen.State != chain.Mined || !seen.Failed || seen.Fee == nil || seen.Fee.Sign() <= 0 {
		s.Errorf("a transfer of what was gone is %+v", seen)
	}
	if seen := s.find(one.Hash); seen.State != chain.Mined || seen.Failed {
		s.Errorf("the transfer before it is %+v", seen)
	}
	s.wantReceived(first, 1)
	s.wantReceived(second, 0)
}

func (s *suite) reorg() {
	if s.Reorg == nil {
		return
	}
	s.Mine(s.T, 1)
	o := s.one(s.tokens()[len(s.tokens())-1])
	d := s.draft(o)
	signed := s.sign(d)
	s.broadcast(signed)
	s.Mine(s.T, 3)
	if seen := s.find(signed.Hash); seen.State != chain.Mined || seen.Confirmations != 3 {
		s.Fatalf("it is %+v", seen)
	}
	before := s.head()
	s.Reorg(s.T, 3)
	if after := s.head(); after.Number <= before.Number || after.Hash == before.Hash {
		s.Fatalf("the head was %+v and is %+v: no longer chain took its place", before, after)
	}
	s.wantState(signed.Hash, chain.Pooled, chain.Unknown)
	s.wantReceived(o, 0)
	for _, slot := range d.Slots {
		s.wantSpent(slot, 0, 0)
	}
	s.broadcast(signed)
	s.Mine(s.T, 2)
	if seen := s.find(signed.Hash); seen.State != chain.Mined || seen.Confirmations != 2 || seen.Failed {
		s.Errorf("sent again it is %+v", seen)
	}
	s.wantReceived(o, 1)
}

func (s *suite) down() {
	ctx := s.Context()
	o := s.one(s.Native)
	signed := s.sign(s.draft(o))
	if err := s.Partial.Broadcast(ctx, signed.Raw); err != nil {
		s.Errorf("broadcast: %v", err)
	}
	if seen, err := s.Partial.Find(ctx, signed.Hash); err != nil || seen.State != chain.Pooled {
		s.Errorf("find: %+v, %v", seen, err)
	}
	s.Mine(s.T, 1)
	if seen, err := s.Partial.Find(ctx, signed.Hash); err != nil || seen.State != chain.Mined {
		s.Errorf("find: %+v, %v", seen, err)
	}
	if head, err := s.Partial.Head(ctx); err != nil || head != s.head() {
		s.Errorf("head: %+v, %v", head, err)
	}
	if b, err := s.Partial.Balance(ctx, o.To, s.Native); err != nil || b.Cmp(o.Amount) != 0 {
		s.Errorf("balance: %v, %v", b, err)
	}
	_, err := s.Dead.Head(ctx)
	s.wantError(err, chain.ErrUnavailable)
	_, err = s.Dead.Find(ctx, signed.Hash)
	s.wantError(err, chain.ErrUnavailable)
	_, err = s.Dead.Balance(ctx, o.To, s.Native)
	s.wantError(err, chain.ErrUnavailable)
	s.wantError(s.Dead.Broadcast(ctx, signed.Raw), chain.ErrUnavailable)
	_, err = s.Dead.Spent(ctx, s.Wallet.Address(), s.draft(s.one(s.Native)).Slots[0])
	s.wantError(err, chain.ErrUnavailable)
}

func (s *suite) malformed() {
	signed := s.sign(s.draft(s.one(s.Native)))
	broken := slices.Clone(signed.Raw)
	broken[len(broken)/2] ^= 0xff
	for _, raw := range [][]byte{nil, {}, []byte("no transaction"), signed.Raw[:len(signed.Raw)-1], append(slices.Clone(signed.Raw), 0)} {
		s.wantError(s.Network.Broadcast(s.Context(), raw), chain.ErrRefused)
	}
	if err := s.Network.Broadcast(s.Context(), broken); err == nil {
		s.Error("a transaction with a broken byte was taken")
	}
	s.Mine(s.T, 1)
	s.wantState(signed.Hash, chain.Unknown)
}

func (s *suite) cancelled() {
	ctx := s.stopped()
	signed := s.sign(s.draft(s.one(s.Native)))
	if _, err := s.Network.Find(ctx, signed.Hash); err == nil {
		s.Error("find answers nobody")
	}
	if _, err := s.Network.Head(ctx); err == nil {
		s.Error("head answers nobody")
	}
	if _, err := s.Wallet.Draft(ctx, s.one(s.Native), nil); err == nil {
		s.Error("draft answers nobody")
	}
	s.wantError(s.Network.Broadcast(ctx, signed.Raw), chain.ErrUnavailable)
	s.wantState(signed.Hash, chain.Unknown)
}
