package payout

import (
	"context"
	"maps"
	"math/big"
	"slices"

	"rampa/internal/chain"
	"rampa/internal/money"
	"rampa/internal/prove"
)

// Holdings gives what our wallets hold on the chains; it implements prove.Chain. What a transaction has moved already that is not final yet is
// told as unbooked.
func (s *Service) Holdings(ctx context.Context) ([]prove.Holding, error) {
	var out []prove.Holding
	for _, code := range slices.Sorted(maps.Keys(s.Chains)) {
		c := s.Chains[code]
		moving, err := s.underway(ctx, code, c)
		if err != nil {
			return nil, err
		}
		for _, symbol := range slices.Sorted(maps.Keys(c.Tokens)) {
			token := c.Tokens[symbol]
			base, err := c.Balance(ctx, c.Wallet.Address(), token)
			if err != nil {
				return nil, err
			}
			h := prove.Holding{Detail: code}
			if h.Balance, _, err = money.FromBase(base, token.Decimals, token.Asset); err != nil {
				return nil, err
			}
			if base := moving[symbol]; base != nil {
				unbooked, _, err := money.FromBase(base, token.Decimals, token.Asset)
				if err != nil {
					return nil, err
				}
				h.Unbooked = unbooked.Neg()
			}
			out = append(out, h)
		}
	}
	return out, nil
}

// underway adds up what has left a wallet in blocks that are not final, in base units by asset.
func (s *Service) underway(ctx context.Context, code string, c Chain) (map[string]*big.Int, error) {
	sums := map[string]*big.Int{}
	add := func(token chain.Token, n *big.Int) {
		if sums[token.Asset.Code] == nil {
			sums[token.Asset.Code] = new(big.Int)
		}
		sums[token.Asset.Code].Add(sums[token.Asset.Code], n)
	}
	for after := int64(0); ; {
		page, err := s.Store.Payouts(ctx, Query{Chain: code, States: []State{Signed, Broadcast, Seen}, After: after, Limit: 500})
		if err != nil || len(page) == 0 {
			return sums, err
		}
		for _, p := range page {
			after = p.Number
			if !p.FinalAt.IsZero() { // it is booked, and a reorganisation took it back
				if err := s.takenBack(ctx, c, p, add); err != nil {
					return nil, err
				}
				continue
			}
			for _, a := range p.Attempts {
				seen, err := c.Find(ctx, a.Hash)
				if err != nil {
					return nil, err
				}
				if seen.State != chain.Mined {
					continue
				}
				add(c.Native, seen.Fee)
				if !seen.Failed {
					token := c.Tokens[p.Amount.Asset().Code]
					base, err := p.Amount.Base(token.Decimals)
					if err != nil {
						return nil, err
					}
					add(token, base)
				}
			}
		}
	}
}

// takenBack counts what the ledger says has left and the chain has again, while no block has the payout.
func (s *Service) takenBack(ctx context.Context, c Chain, p Payout, add func(token chain.Token, n *big.Int)) error {
	for _, a := range p.Attempts {
		if seen, err := c.Find(ctx, a.Hash); err != nil || seen.State == chain.Mined {
			return err
		}
	}
	token := c.Tokens[p.Amount.Asset().Code]
	base, err := p.Amount.Base(token.Decimals)
	if err != nil {
		return err
	}
	add(token, base.Neg(base))
	add(c.Native, new(big.Int).Neg(p.Cost))
	return nil
}
