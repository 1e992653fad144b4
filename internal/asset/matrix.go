package asset

import (
	"slices"
	"strings"

	"rampa/internal/money"
)

// Matrix is a whole file. It never changes: safe for concurrent use, without locks.
type Matrix struct {
	fiats, coins []money.Asset
	chains       []Chain
	standard     *Project
	byUUID       map[string]*Project // lower case
	byName       map[string]*Project
}

// Project is the view that one integration has. It says the uuid's entry of the file, else the name's, else what holds
// for everybody. Views are made when the file is read: this only looks one up.
func (m *Matrix) Project(uuid, name string) *Project {
	if p := m.byUUID[fold(uuid)]; p != nil {
		return p
	}
	if p := m.byName[name]; p != nil {
		return p
	}
	return m.standard
}

// Assets gives all currencies, then all coins, with their ledger scales, offered or not.
func (m *Matrix) Assets() []money.Asset { return slices.Concat(m.fiats, m.coins) }

// Chains gives all chains, offered or not.
func (m *Matrix) Chains() []Chain { return slices.Clone(m.chains) }

// Project is what one integration may offer. It never changes: safe for concurrent use, without locks.
type Project struct {
	matrix       *Matrix
	fiats, coins []money.Asset
	pairs        []Pair
	methods      []Method
	sales        []saleTerms
	spread       Spread
	partnerFee   money.Percent

	fiatOf   map[string]money.Asset // by folded code, as are all below
	coinOf   map[string]money.Asset
	pairOf   map[[2]string]Pair // symbol and chain
	methodOf map[[2]string]Method
	saleOf   map[string]saleTerms
}

// saleTerms is what selling for one currency costs.
type saleTerms struct {
	fiat  money.Asset
	fee   money.Percent
	fixed money.Amount
}

// index makes the look-ups.
func (p *Project) index() {
	p.fiatOf, p.coinOf = map[string]money.Asset{}, map[string]money.Asset{}
	p.pairOf, p.methodOf, p.saleOf = map[[2]string]Pair{}, map[[2]string]Method{}, map[string]saleTerms{}
	for _, fiat := range p.fiats {
		p.fiatOf[fold(fiat.Code)] = fiat
	}
	for _, coin := range p.coins {
		p.coinOf[fold(coin.Code)] = coin
	}
	for _, pair := range p.pairs {
		p.pairOf[[2]string{fold(pair.Coin.Code), fold(pair.Chain.Code)}] = pair
	}
	for _, method := range p.methods {
		p.methodOf[[2]string{fold(method.Code), method.Fiat.Code}] = method
	}
	for _, sale := range p.sales {
		p.saleOf[sale.fiat.Code] = sale
	}
}

// Pairs gives every coin on every chain that can be bought or sold.
func (p *Project) Pairs() []Pair { return slices.Clone(p.pairs) }

// Pair finds one of Pairs; an empty chain is DefaultChain.
func (p *Project) Pair(symbol, chain string) (Pair, bool) {
	if chain == "" {
		chain = DefaultChain
	}
	pair, ok := p.pairOf[[2]string{fold(symbol), fold(chain)}]
	return pair, ok
}

// Fiats gives the currencies that buy something or that something is sold for, in the order of the file.
func (p *Project) Fiats() []money.Asset { return slices.Clone(p.fiats) }

// Fiat finds one of Fiats; an empty code is the first.
func (p *Project) Fiat(code string) (money.Asset, bool) {
	if code == "" && len(p.fiats) > 0 {
		return p.fiats[0], true
	}
	fiat, ok := p.fiatOf[fold(code)]
	return fiat, ok
}

// Coins gives the coins of Pairs, each once, in the order of the file.
func (p *Project) Coins() []money.Asset { return slices.Clone(p.coins) }

// Coin finds one of Coins.
func (p *Project) Coin(symbol string) (money.Asset, bool) {
	coin, ok := p.coinOf[fold(symbol)]
	return coin, ok
}

// Assets gives all assets of the matrix, as Matrix.Assets does: the ledger's, not only those offered.
func (p *Project) Assets() []money.Asset { return p.matrix.Assets() }

// Methods gives the ways to pay that buy something, in the order of the file: those of one currency, of one country, or
// "" for all.
func (p *Project) Methods(fiat, country string) []Method {
	fiat, country = fold(fiat), fold(country)
	isCountry := func(c string) bool { return fold(c) == country }
	methods := []Method{}
	for _, m := range p.methods {
		if (fiat == "" || fold(m.Fiat.Code) == fiat) && (country == "" || slices.ContainsFunc(m.Countries, isCountry)) {
			methods = append(methods, m)
		}
	}
	return methods
}

// Spread is what prices are raised and lowered by.
func (p *Project) Spread() Spread { return p.spread }

// Purchase gives the terms of a purchase. Errors: ErrCoin, ErrMethod.
func (p *Project) Purchase(w Want) (Purchase, error) {
	fiat, known := p.Fiat(w.Fiat)
	pair, offered := p.Pair(w.Symbol, w.Chain)
	least, bought := pair.Minimum(fiat)
	if !known || !offered || !bought {
		return Purchase{}, ErrCoin
	}
	method, ok := p.methodOf[[2]string{fold(w.Method), fiat.Code}]
	if !ok {
		return Purchase{}, ErrMethod
	}
	return Purchase{Pair: pair, Method: method, Min: greater(least, method.Min), Max: method.Max,
		PartnerFee: p.partnerFee, Spread: p.spread.Buy}, nil
}

// Sale gives the terms of a sale; what Want says of a method is not looked at. Errors: ErrCoin.
func (p *Project) Sale(w Want) (Sale, error) {
	fiat, known := p.Fiat(w.Fiat)
	pair, offered := p.Pair(w.Symbol, w.Chain)
	if !known || !offered || !pair.soldFor(fiat) {
		return Sale{}, ErrCoin
	}
	terms := p.saleOf[fiat.Code]
	return Sale{Pair: pair, Fiat: fiat, Min: pair.MinSale, Fee: terms.fee, Fixed: terms.fixed,
		PartnerFee: p.partnerFee, Spread: p.spread.Sell}, nil
}

func greater(a, b money.Amount) money.Amount {
	if a.Cmp(b) < 0 {
		return b
	}
	return a
}

// fold makes codes equal that differ in ASCII case only: a Kelvin sign is no k.
func fold(s string) string {
	if strings.IndexFunc(s, func(r rune) bool { return 'A' <= r && r <= 'Z' }) < 0 {
		return s
	}
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}
