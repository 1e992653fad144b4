package quote_test

import (
	"errors"
	"math/big"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"rampa/internal/asset"
	"rampa/internal/money"
	"rampa/internal/quote"
)

// terms are fees and prices at random, in a matrix of one pair.
type terms struct {
	fiat, coin       money.Asset
	service, partner int64 // ten-thousandths of a percent
	fixed, network   money.Amount
	mid, cross       money.Rate
	spread           int64
}

func decimal(units int64, scale int) string {
	return money.New(units, money.Asset{Scale: scale}).Decimal()
}

// newTerms draws terms, and the desk that quotes by them.
func newTerms(t *rapid.T, tt *testing.T) (terms, *desk) {
	var m terms
	m.fiat = rapid.SampledFrom([]money.Asset{eur, clp, {Code: "ARS", Scale: 2}}).Draw(t, "fiat")
	m.coin = money.Asset{Code: "COIN", Scale: rapid.SampledFrom([]int{0, 2, 6, 8, 9, 12}).Draw(t, "scale")}
	m.service = rapid.Int64Range(0, 200_000).Draw(t, "service")
	m.partner = rapid.Int64Range(0, 100_000).Draw(t, "partner")
	m.spread = rapid.Int64Range(0, 50_000).Draw(t, "spread")
	m.fixed = money.New(rapid.Int64Range(0, 500).Draw(t, "fixed"), m.fiat)
	network := money.New(rapid.Int64Range(0, 300).Draw(t, "network"), eur)
	m.mid = drawRate(t, "mid")
	prices := table{"COIN/" + m.fiat.Code: m.mid.String()}
	m.network = network
	if m.fiat != eur {
		m.cross = drawRate(t, "cross")
		prices["EUR/"+m.fiat.Code] = m.cross.String()
		var err error
		if m.network, err = network.Times(m.cross, m.fiat, money.Up); err != nil {
			t.Fatal(err)
		}
	}
	fiats := "{code: EUR, decimals: 2, minimum: 0.01}"
	if m.fiat != eur {
		fiats += ", {code: " + m.fiat.Code + ", decimals: " + strconv.Itoa(m.fiat.Scale) + ", minimum: " + decimal(1, m.fiat.Scale) + "}"
	}
	most := decimal(1<<40, m.fiat.Scale)
	file := "version: 1\nspread: {buy: " + decimal(m.spread, 4) + ", sell: " + decimal(m.spread, 4) + "}\npartner: " + decimal(m.partner, 4) + "\n" +
		"fiats: [" + fiats + "]\nchains: [{code: polygon, name: P, id: 137, fee: " + network.Decimal() + "}]\n" +
		"coins: [{symbol: COIN, name: C, decimals: " + strconv.Itoa(m.coin.Scale) + ", minimum: " + decimal(1, m.coin.Scale) + "}]\n" +
		"pairs: [{coin: COIN, chain: polygon, decimals: 18}]\n" +
		"methods: [{code: card, name: Card, fiat: " + m.fiat.Code + ", countries: [ES], minimum: " + decimal(100_000, m.fiat.Scale) + ", maximum: " + most + ", percent: " + decimal(m.service, 4) +
		", fixed: " + m.fixed.Decimal() + ", settlement: instant}]\nsales: [{fiat: " + m.fiat.Code + ", percent: " + decimal(m.service, 4) + ", fixed: " + m.fixed.Decimal() + "}]\n"
	matrix, err := asset.Load([]byte(file))
	if err != nil {
		t.Fatalf("%v\n%s", err, file)
	}
	d := newDesk(tt, prices)
	d.Matrix = matrix
	d.project = matrix.Project("", "")
	return m, d
}

func drawRate(t *rapid.T, name string) money.Rate {
	digits := rapid.Int64Range(1, 1_000_000_000).Draw(t, name)
	r, err := money.ParseRate(decimal(digits, rapid.IntRange(0, 9).Draw(t, name+" decimals")))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// rat is an amount in whole units.
func rat(a money.Amount) *big.Rat { return unit(a.Units(), a.Asset().Scale) }

func unit(n int64, scale int) *big.Rat {
	return new(big.Rat).SetFrac(big.NewInt(n), new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(scale)), nil))
}

// up rounds a number up to whole units of a scale, down down.
func up(n *big.Rat, scale int) *big.Rat {
	return new(big.Rat).Neg(down(new(big.Rat).Neg(n), scale))
}

func down(n *big.Rat, scale int) *big.Rat {
	scaled := new(big.Rat).Quo(n, unit(1, scale))
	whole := new(big.Int).Div(scaled.Num(), scaled.Denom()) // Euclid's: toward minus infinity, as the denominator is positive
	return new(big.Rat).Mul(new(big.Rat).SetInt(whole), unit(1, scale))
}

// fees are what the terms take of an amount.
func (m terms) fees(of *big.Rat) (service, partner, total *big.Rat) {
	part := func(p int64) *big.Rat { return up(new(big.Rat).Mul(of, unit(p, 6)), m.fiat.Scale) }
	service, partner = new(big.Rat).Add(part(m.service), rat(m.fixed)), part(m.partner)
	total = new(big.Rat).Add(service, partner)
	return service, partner, total.Add(total, rat(m.network))
}

func same(t *rapid.T, what string, got, want *big.Rat) {
	if got.Cmp(want) != 0 {
		t.Fatalf("%s is %s, not %s", what, got.FloatString(14), want.FloatString(14))
	}
}

// fair checks a quote's fees and its price against exact fractions, and gives what fees leave of an amount. The spread is
// added for a purchase (sign 1), taken off for a sale (-1), and rounding never favours the customer.
func (m terms) fair(t *rapid.T, q quote.Quote, of *big.Rat, sign int64) *big.Rat {
	service, partner, total := m.fees(of)
	same(t, "the service fee", rat(q.ServiceFee), service)
	same(t, "the partner's fee", rat(q.PartnerFee), partner)
	same(t, "the network's fee", rat(q.NetworkFee), rat(m.network))
	same(t, "the total", rat(q.TotalFee()), total)
	price := new(big.Rat).Mul(m.mid.Rat(), unit(1_000_000+sign*m.spread, 6))
	off := new(big.Rat).Sub(q.Price.Rat(), price)
	off.Mul(off, big.NewRat(sign, 1))
	finest := unit(1, 12) // or 17 digits, where there are more in front of the point
	if digits := new(big.Rat).Mul(price, unit(1, 17)); digits.Cmp(finest) > 0 {
		finest = digits
	}
	if off.Sign() < 0 || off.Cmp(finest) >= 0 {
		t.Fatalf("the price is %s, not %s", q.Price, price.FloatString(14))
	}
	return new(big.Rat).Sub(of, total)
}

func TestFeesAddUpAndTokensAreTheFloor(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		m, d := newTerms(rt, t)
		o := quote.Order{Want: asset.Want{Fiat: m.fiat.Code, Symbol: "COIN", Method: "card"}, Spend: money.New(rapid.Int64Range(1, 1<<40).Draw(rt, "amount"), m.fiat)}
		q, err := d.Buy(t.Context(), d.project, o)
		if err != nil {
			m.refused(rt, err, o.Spend)
			return
		}
		same(rt, "the amount", rat(q.Amount), rat(o.Spend))
		net := m.fair(rt, q, rat(o.Spend), 1)
		same(rt, "the tokens", rat(q.Tokens), down(new(big.Rat).Quo(net, q.Price.Rat()), m.coin.Scale))
	})
}

// refused checks that nothing was refused that could be quoted.
func (m terms) refused(t *rapid.T, err error, amount money.Amount) {
	if errors.Is(err, money.ErrRange) {
		return
	}
	below, ok := errors.AsType[*quote.Below](err)
	if !ok || amount.Cmp(below.Least) >= 0 {
		t.Fatalf("%s is refused: %v", amount, err)
	}
}

func TestTheOtherSideIsTheLeastAmountThatBuysTheCoins(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		m, d := newTerms(rt, t)
		price := new(big.Rat).Mul(m.mid.Rat(), unit(1_000_000+m.spread, 6))
		near := new(big.Rat).Quo(unit(rapid.Int64Range(90_000, 1<<40).Draw(rt, "worth"), m.fiat.Scale), price) // so that most are within the method's bounds
		units := new(big.Rat).Quo(down(near, m.coin.Scale), unit(1, m.coin.Scale)).Num()
		if !units.IsInt64() {
			units.SetInt64(money.Max)
		}
		want := money.New(max(units.Int64(), 1), m.coin)
		q, err := d.Buy(t.Context(), d.project, quote.Order{Want: asset.Want{Fiat: m.fiat.Code, Symbol: "COIN", Method: "card"}, Obtain: want})
		if err != nil {
			m.outside(rt, err, new(big.Rat).Mul(rat(want), price))
			return
		}
		same(rt, "the tokens", rat(q.Tokens), rat(want))
		net := m.fair(rt, q, rat(q.Amount), 1)
		worth := new(big.Rat).Mul(rat(want), q.Price.Rat())
		rest := new(big.Rat).Sub(net, worth)
		if rest.Sign() < 0 || rest.Cmp(unit(1, m.fiat.Scale)) >= 0 {
			rt.Fatalf("%s is left of %s", rest.FloatString(14), q.Amount)
		}
		for less := int64(1); less <= 3; less++ { // fees step, so more than the next one is tried
			amount := rat(money.New(q.Amount.Units()-less, m.fiat))
			if _, _, total := m.fees(amount); new(big.Rat).Sub(amount, total).Cmp(worth) >= 0 {
				rt.Fatalf("%s buys as much as %s", amount.FloatString(2), q.Amount)
			}
		}
	})
}

// outside checks that coins of a worth were refused because what they cost is under or over what the method takes. Fees
// round up, so the amount is up to some units more than this one.
func (m terms) outside(t *rapid.T, err error, worth *big.Rat) {
	cost := new(big.Rat).Add(worth, new(big.Rat).Add(rat(m.fixed), rat(m.network)))
	cost.Quo(cost, unit(1_000_000-m.service-m.partner, 6))
	below, isBelow := errors.AsType[*quote.Below](err)
	above, isAbove := errors.AsType[*quote.Above](err)
	switch slack := unit(5, m.fiat.Scale); {
	case isBelow && cost.Cmp(rat(below.Least)) < 0:
	case isAbove && cost.Add(cost, slack).Cmp(rat(above.Most)) > 0:
	case errors.Is(err, money.ErrRange) && cost.Cmp(unit(money.Max/2, m.fiat.Scale)) > 0:
	default:
		t.Fatalf("coins that cost about %s are refused: %v", cost.FloatString(2), err)
	}
}

func TestASaleIsWorthItsCoinsLessTheFees(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		m, d := newTerms(rt, t)
		tokens := money.New(rapid.Int64Range(1, 1<<50).Draw(rt, "tokens"), m.coin)
		q, err := d.Sell(t.Context(), d.project, asset.Want{Fiat: m.fiat.Code, Symbol: "COIN"}, tokens)
		if err != nil {
			m.refused(rt, err, tokens)
			return
		}
		worth := down(new(big.Rat).Mul(rat(tokens), q.Price.Rat()), m.fiat.Scale)
		same(rt, "the amount", rat(q.Amount), m.fair(rt, q, worth, -1))
		if q.Amount.Sign() <= 0 {
			rt.Fatalf("%s is paid out", q.Amount)
		}
	})
}
