package quote

import (
	"math/big"

	"rampa/internal/asset"
	"rampa/internal/money"
)

// fees are the parts of an amount that are not exchanged.
type fees struct{ service, network, partner money.Amount }

// tariff is how fees come about.
type tariff struct {
	percent, partner money.Percent
	fixed, network   money.Amount
}

// of gives the fees of an amount, each rounded up.
func (t tariff) of(amount money.Amount) (f fees, total money.Amount, err error) {
	if f.service, err = amount.Percent(t.percent, money.Up); err != nil {
		return f, total, err
	}
	if f.service, err = f.service.Add(t.fixed); err != nil {
		return f, total, err
	}
	if f.partner, err = amount.Percent(t.partner, money.Up); err != nil {
		return f, total, err
	}
	f.network = t.network
	total, err = money.Sum(amount.Asset(), f.service, f.network, f.partner)
	return f, total, err
}

// net gives what fees leave of an amount, which may be below nothing.
func (t tariff) net(amount money.Amount) (money.Amount, error) {
	_, total, err := t.of(amount)
	if err != nil {
		return money.Amount{}, err
	}
	return amount.Sub(total)
}

// gross gives the least amount of which fees leave need. Net grows by at most a unit with each unit of the amount, so the
// least amount that leaves as much leaves exactly that.
func (t tariff) gross(need money.Amount) (money.Amount, error) {
	share := big.NewRat(int64(money.Hundred-t.percent-t.partner), int64(money.Hundred))
	if share.Sign() <= 0 {
		return money.Amount{}, money.ErrRange
	}
	base, err := money.Sum(need.Asset(), need, t.fixed, t.network)
	if err != nil {
		return money.Amount{}, err
	}
	estimate := new(big.Rat).Quo(new(big.Rat).SetInt64(base.Units()), share)
	units := new(big.Int).Quo(estimate.Num(), estimate.Denom())
	if !units.IsInt64() {
		return money.Amount{}, money.ErrRange
	}
	for n := max(units.Int64()-1, 0); ; n++ { // each unit that rounding up takes is 1/share more of the estimate
		amount := money.New(n, need.Asset())
		left, err := t.net(amount)
		if err != nil {
			return money.Amount{}, err
		}
		if left.Cmp(need) >= 0 {
			return amount, nil
		}
	}
}

// purchase is the terms of a purchase with its price.
type purchase struct {
	asset.Purchase
	tariff
	price money.Rate
}

func (p purchase) spending(amount money.Amount) (q Quote, err error) {
	f, total, err := p.of(amount)
	if err != nil {
		return q, err
	}
	net, err := amount.Sub(total)
	if err != nil {
		return q, err
	}
	tokens, err := net.Over(p.price, p.Pair.Coin, money.Down)
	if err != nil {
		return q, err
	}
	if tokens.Sign() <= 0 {
		return q, p.tooLittle()
	}
	return p.quote(amount, tokens, f)
}

func (p purchase) obtaining(tokens money.Amount) (q Quote, err error) {
	need, err := tokens.Times(p.price, p.Method.Fiat, money.Up)
	if err != nil {
		return q, err
	}
	amount, err := p.gross(need)
	if err != nil {
		return q, err
	}
	f, _, err := p.of(amount)
	if err != nil {
		return q, err
	}
	return p.quote(amount, tokens, f)
}

// tooLittle says the least amount that buys anything, where fees eat more than the matrix's minimum.
func (p purchase) tooLittle() error {
	q, err := p.obtaining(money.New(1, p.Pair.Coin))
	if err != nil {
		return err
	}
	return &Below{greater(q.Amount, p.Min)}
}

func (p purchase) quote(amount, tokens money.Amount, f fees) (Quote, error) {
	switch {
	case amount.Cmp(p.Min) < 0:
		return Quote{}, &Below{p.Min}
	case amount.Cmp(p.Max) > 0:
		return Quote{}, &Above{p.Max}
	}
	return Quote{Side: Buy, Chain: p.Pair.Chain.Code, Method: p.Method.Code, Amount: amount, Tokens: tokens, Price: p.price,
		ServiceFee: f.service, NetworkFee: f.network, PartnerFee: f.partner}, nil
}

// sale is the terms of a sale with its price.
type sale struct {
	asset.Sale
	tariff
	price money.Rate
}

func (s sale) paying(tokens money.Amount) (q Quote, err error) {
	if tokens.Cmp(s.Min) < 0 {
		return q, &Below{s.Min}
	}
	worth, err := tokens.Times(s.price, s.Fiat, money.Down)
	if err != nil {
		return q, err
	}
	f, total, err := s.of(worth)
	if err != nil {
		return q, err
	}
	amount, err := worth.Sub(total)
	if err != nil {
		return q, err
	}
	if amount.Sign() <= 0 {
		return q, s.tooLittle()
	}
	return Quote{Side: Sell, Chain: s.Pair.Chain.Code, Amount: amount, Tokens: tokens, Price: s.price,
		ServiceFee: f.service, NetworkFee: f.network, PartnerFee: f.partner}, nil
}

// tooLittle says how many coins pay out anything, where fees eat more than the matrix's minimum.
func (s sale) tooLittle() error {
	worth, err := s.gross(money.New(1, s.Fiat))
	if err != nil {
		return err
	}
	least, err := worth.Over(s.price, s.Pair.Coin, money.Up)
	if err != nil {
		return err
	}
	return &Below{greater(least, s.Min)}
}

func greater(a, b money.Amount) money.Amount {
	if a.Cmp(b) < 0 {
		return b
	}
	return a
}
