package api_test

import (
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"rampa/internal/api/trading"
	"rampa/internal/api/wire"
)

// marketWorld has prices that stand still and an integration with terms of its own.
func marketWorld(t *testing.T, engine map[string]string) *world {
	t.Helper()
	built, err := os.ReadFile("../asset/assets.yaml")
	if err != nil {
		t.Fatal(err)
	}
	projects := `projects:
  - project: Remesas
    pairs: [USDC/polygon, USDT/bsc, BTC/bitcoin]
    fiats: [EUR, CLP]
    methods: [card, transfer, KHIPU]
    partner: 0.75
    fees:
      - {method: card, fiat: EUR, percent: 1.9, fixed: 0.10}
`
	own := strings.Replace(string(built), "projects: []\n", projects, 1)
	if own == string(built) {
		t.Fatal("the built-in file has projects")
	}
	file := filepath.Join(t.TempDir(), "assets.yaml")
	if err := os.WriteFile(file, []byte(own), 0o600); err != nil {
		t.Fatal(err)
	}
	flags := map[string]string{"assets": file, "prices": "testdata/prices.yaml"}
	for name, value := range engine {
		flags[name] = value
	}
	return newWorld(t, flags)
}

// quotedQuery writes a query: pairs of names and values.
func quotedQuery(path string, pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	return path + "?" + q.Encode()
}

// shop is what one integration was told that it can do.
type shop struct {
	*partner
	assets  []trading.Asset
	methods []trading.Method
}

func newShop(p *partner) *shop {
	p.w.Helper()
	s := &shop{partner: p}
	p.get("/available-assets").data(&s.assets)
	p.get("/payment-methods").data(&s.methods)
	if len(s.assets) == 0 || len(s.methods) == 0 {
		p.w.Fatalf("%s is offered nothing", p.name)
	}
	return s
}

// universe is everything that anybody could ask for: what all shops list, and what none does.
type universe struct{ symbols, chains, fiats, codes []string }

func newUniverse(shops ...*shop) (u universe) {
	u = universe{[]string{"MATIC"}, []string{"solana"}, []string{"USD"}, []string{"cash"}}
	add := func(to *[]string, word string) {
		if !slices.Contains(*to, word) {
			*to = append(*to, word)
		}
	}
	for _, s := range shops {
		for _, a := range s.assets {
			add(&u.symbols, a.Symbol)
			add(&u.chains, a.Chain)
			for _, fiat := range slices.Concat(a.FiatSymbols, a.SaleFiats) {
				add(&u.fiats, fiat)
			}
		}
		for _, m := range s.methods {
			add(&u.codes, m.Code)
		}
	}
	return u
}

// asset finds what was listed.
func (s *shop) asset(symbol, chain string) *trading.Asset {
	for i, a := range s.assets {
		if a.Symbol == symbol && a.Chain == chain {
			return &s.assets[i]
		}
	}
	return nil
}

func (s *shop) method(code, fiat string) *trading.Method {
	for i, m := range s.methods {
		if m.Code == code && m.FiatSymbol == fiat {
			return &s.methods[i]
		}
	}
	return nil
}

// TestNoEndpointOffersWhatAnotherRefuses asks for every coin × chain × currency × way to pay that any integration is offered,
// and for some that none is: what the lists have is quoted, from the minimum to the maximum, and nothing else is.
func TestNoEndpointOffersWhatAnotherRefuses(t *testing.T) {
	t.Parallel()
	w := marketWorld(t, nil)
	standard, own := newShop(w.main), newShop(w.partner("Remesas"))
	if len(own.assets) != 3 || len(own.methods) != 3 {
		t.Fatalf("%d coins, %d methods", len(own.assets), len(own.methods))
	}
	u := newUniverse(standard, own)
	for _, s := range []*shop{standard, own} {
		quoted := 0
		for _, symbol := range u.symbols {
			for _, chain := range u.chains {
				for _, fiat := range u.fiats {
					for _, code := range u.codes {
						quoted += s.bought(symbol, chain, fiat, code)
					}
					quoted += s.sold(symbol, chain, fiat)
				}
			}
		}
		if quoted < 10 {
			t.Errorf("%s: %d quotes", s.name, quoted)
		}
	}
}

// bought asks for one purchase and says how many quotes it got.
func (s *shop) bought(symbol, chain, fiat, code string) int {
	s.w.Helper()
	ask := func(amount string) string {
		return s.get(quotedQuery("/quote", "amount", amount, "symbol", symbol, "chain", chain, "fiat_symbol", fiat, "payment_type", code)).body
	}
	name := s.name + ": " + symbol + "/" + chain + " for " + fiat + " by " + code
	a, m := s.asset(symbol, chain), s.method(code, fiat)
	least, buys := wire.Decimal(""), false
	if a != nil && a.Onramp {
		least, buys = a.MinPurchases[fiat]
	}
	if buys != (a != nil && slices.Contains(a.FiatSymbols, fiat)) {
		s.w.Errorf("%s: fiat_symbols and min_purchases differ", name)
	}
	switch {
	case !buys:
		s.refuses(name, ask("100000"), "coin_not_supported")
		return 0
	case m == nil:
		s.refuses(name, ask("100000"), "method_not_allowed")
		return 0
	}
	if number(s.w, least) < number(s.w, m.Min) {
		least = m.Min
	}
	for _, amount := range []wire.Decimal{least, m.Max} {
		var q trading.Quote
		s.get(quotedQuery("/quote", "amount", string(amount), "symbol", symbol, "chain", chain, "fiat_symbol", fiat, "payment_type", strings.ToLower(code))).data(&q)
		if q.Symbol != symbol || q.Chain != chain || q.FiatSymbol != fiat || q.PaymentType != code || q.Amount != amount || number(s.w, q.Tokens) <= 0 {
			s.w.Errorf("%s: %+v", name, q)
		}
	}
	if body := ask(string(least) + "e-1"); !strings.Contains(body, "min_purchase") && !strings.Contains(body, "decimal places") && !strings.Contains(body, "must be a number") {
		s.w.Errorf("%s, under the minimum: %s", name, body)
	}
	if body := ask(string(m.Max) + "1"); !strings.Contains(body, "must not be greater than "+string(m.Max)) && !strings.Contains(string(m.Max), ".") {
		s.w.Errorf("%s, over the maximum: %s", name, body)
	}
	return 2
}

// sold asks for one sale.
func (s *shop) sold(symbol, chain, fiat string) int {
	s.w.Helper()
	name := s.name + ": " + symbol + "/" + chain + " sold for " + fiat
	a := s.asset(symbol, chain)
	if a == nil || !a.Offramp || !slices.Contains(a.SaleFiats, fiat) {
		s.refuses(name, s.get(quotedQuery("/getRampoffQuote", "amount", "100000", "symbol", symbol, "blockchain", chain, "fiat_symbol", fiat)).body, "coin_not_supported")
		return 0
	}
	var q trading.SaleQuote
	s.get(quotedQuery("/getRampoffQuote", "amount", string(*a.MinSale), "symbol", symbol, "blockchain", chain, "fiat_symbol", fiat)).data(&q)
	if q.Symbol != symbol || q.Blockchain != chain || q.FiatSymbol != fiat || q.Amount != *a.MinSale {
		s.w.Errorf("%s: %+v", name, q)
	}
	return 1
}

func (s *shop) refuses(what, body, code string) {
	s.w.Helper()
	if want := `{"status":"error","error":"` + code + `"}`; body != want {
		s.w.Errorf("%s: %s, want %s", what, body, code)
	}
}

// number is for comparing in tests only.
func number(w *world, d wire.Decimal) float64 {
	w.Helper()
	n, err := json.Number(d).Float64()
	if err != nil {
		w.Fatal(err)
	}
	return n
}

func TestAnIntegrationsOwnFeesAreThoseOfItsQuotes(t *testing.T) {
	t.Parallel()
	w := marketWorld(t, nil)
	const ask = "/quote?amount=150&symbol=USDC&payment_type=card"
	w.main.get(ask).want(200, `{"status":"ok","data":{"tokens":156.375735,"price":0.9351195,"network_fee":0.02,"service_fee":3.75,"partner_fee":0,"total_fee":3.77,"amount":150,"fiat_symbol":"EUR","symbol":"USDC","chain":"polygon","payment_type":"card"}}`)
	w.partner("Remesas").get(ask).want(200, `{"status":"ok","data":{"tokens":156.022839,"price":0.9351195,"network_fee":0.02,"service_fee":2.95,"partner_fee":1.13,"total_fee":4.1,"amount":150,"fiat_symbol":"EUR","symbol":"USDC","chain":"polygon","payment_type":"card"}}`)
}

func TestPricesAreThoseOfQuotes(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil) // whose prices walk
	var all []trading.TokenPrice
	var bought trading.Quote
	var sold trading.SaleQuote
	for range 3 { // a minute may end in between
		w.main.get("/token-price?fiat=CLP").data(&all)
		w.main.get("/quote?amount=100000&symbol=USDC&payment_type=khipu&fiat_symbol=CLP").data(&bought)
		w.main.get("/getRampoffQuote?amount=100&symbol=USDC&fiat_symbol=CLP").data(&sold)
		i := slices.IndexFunc(all, func(p trading.TokenPrice) bool { return p.Symbol == "USDC" })
		if i >= 0 && all[i].Buy == bought.Price && all[i].Sell == sold.Price {
			return
		}
	}
	t.Errorf("%+v\n%+v\n%+v", all, bought, sold)
}

func TestOnlyALockedQuoteIsWritten(t *testing.T) {
	t.Parallel()
	engines(t, nil, func(w *world) {
		const ask = "/quote?amount=150&symbol=USDC&payment_type=card"
		w.partner("Otra").get(ask) // tokens are marked as used with a first call
		w.main.register("someone@acmecorp.com")
		w.main.get(ask)
		before := w.rows()
		for _, path := range []string{ask, ask + "&lock=false", ask + "&lock=0", "/quote?coin_amount=100&symbol=USDC&payment_type=card", "/getRampoffQuote?amount=100&symbol=USDC",
			"/token-price", "/available-assets", "/payment-methods", ask + "&lock=yes", "/quote?amount=1&symbol=USDC&payment_type=card&lock=true"} {
			w.main.get(path)
		}
		if after := w.rows(); after["COUNT(*) FROM quotes"] != 0 || after["COUNT(*) FROM audit_entries"] != before["COUNT(*) FROM audit_entries"] {
			w.Errorf("something was written: %v", after)
		}
		seen := map[string]bool{}
		for _, path := range []string{ask + "&lock=true", ask + "&lock=1", "/getRampoffQuote?amount=100&symbol=USDC&lock=true"} {
			var q trading.Quote
			w.main.get(path).data(&q)
			if q.Lock == nil || len(q.QuoteID) != 25 || seen[q.QuoteID] {
				w.Errorf("%s: %+v", path, q.Lock)
				continue
			}
			seen[q.QuoteID] = true
		}
		if n := w.rows()["COUNT(*) FROM quotes"]; n != 3 {
			w.Errorf("%d quotes are kept", n)
		}
	})
}
