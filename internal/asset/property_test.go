package asset_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"rampa/internal/asset"
)

// reporter is what *testing.T and *rapid.T have in common.
type reporter interface{ Errorf(string, ...any) }

// listing is what the lists of a project offer: wants with a method can be bought, wants without one can be sold.
type listing map[asset.Want]bool

func list(p *asset.Project) listing {
	l := listing{}
	for _, pair := range p.Pairs() {
		w := asset.Want{Symbol: pair.Coin.Code, Chain: pair.Chain.Code}
		for _, least := range pair.MinPurchase {
			w.Fiat = least.Asset().Code
			for _, m := range p.Methods(w.Fiat, "") {
				w.Method = m.Code
				l[w] = pair.Onramp
			}
		}
		for _, fiat := range pair.SaleFiats {
			l[asset.Want{Fiat: fiat.Code, Symbol: pair.Coin.Code, Chain: pair.Chain.Code}] = pair.Offramp
		}
	}
	return l
}

func (l listing) offers(w asset.Want) (bought, sold bool) {
	return w.Method != "" && l[w], l[asset.Want{Fiat: w.Fiat, Symbol: w.Symbol, Chain: w.Chain}]
}

// consistent proves that what the lists of a project offer is accepted, that nothing else is, and that nothing is listed
// that leads nowhere.
func consistent(t reporter, p *asset.Project) {
	symbols, chains, fiats, methods := []string{"XXX"}, []string{"none"}, []string{"USD"}, []string{"", "cash"}
	for _, a := range p.Assets() {
		symbols, fiats = append(symbols, a.Code), append(fiats, a.Code)
	}
	for _, pair := range p.Pairs() {
		chains = append(chains, pair.Chain.Code)
		if pair.Onramp != (len(pair.MinPurchase) > 0) || pair.Offramp != (len(pair.SaleFiats) > 0) || !pair.Onramp && !pair.Offramp {
			t.Errorf("%s says what is not so: %+v", pair.Key(), pair)
		}
	}
	for _, m := range p.Methods("", "") {
		methods = append(methods, m.Code)
	}
	slices.Sort(chains)
	slices.Sort(methods)
	chains, methods = slices.Compact(chains), slices.Compact(methods)
	used, listed := map[string]bool{}, list(p)
	for _, symbol := range symbols {
		for _, chain := range chains {
			for _, fiat := range fiats {
				for _, method := range methods {
					w := asset.Want{Fiat: fiat, Symbol: symbol, Chain: chain, Method: method}
					bought, sold := listed.offers(w)
					answers(t, p, w, [2]bool{bought, sold})
					used[symbol], used[fiat] = used[symbol] || bought || sold, used[fiat] || bought || sold
					used[method+" "+fiat] = used[method+" "+fiat] || bought
				}
			}
		}
	}
	for _, a := range slices.Concat(p.Fiats(), p.Coins()) {
		if !used[a.Code] {
			t.Errorf("%s is listed and leads nowhere", a.Code)
		}
	}
	for _, m := range p.Methods("", "") {
		if !used[m.Code+" "+m.Fiat.Code] {
			t.Errorf("%s %s is listed and leads nowhere", m.Code, m.Fiat.Code)
		}
	}
}

// answers compares Purchase and Sale with what is listed.
func answers(t reporter, p *asset.Project, w asset.Want, listed [2]bool) {
	for _, asked := range []asset.Want{w, {Fiat: strings.ToLower(w.Fiat), Symbol: strings.ToLower(w.Symbol), Chain: strings.ToUpper(w.Chain), Method: strings.ToUpper(w.Method)}} {
		purchase, err := p.Purchase(asked)
		switch {
		case listed[0] != (err == nil), err != nil && !errors.Is(err, asset.ErrCoin) && !errors.Is(err, asset.ErrMethod):
			t.Errorf("%+v: listed %t, Purchase says %v", asked, listed[0], err)
		case err == nil && (purchase.Min.Cmp(purchase.Max) > 0 || purchase.Min.Sign() <= 0 || purchase.Method.Fiat.Code != w.Fiat):
			t.Errorf("%+v: terms nobody can meet: %s to %s", asked, purchase.Min, purchase.Max)
		}
		sale, err := p.Sale(asked)
		if listed[1] != (err == nil) || err != nil && !errors.Is(err, asset.ErrCoin) || err == nil && (sale.Min.Sign() <= 0 || sale.Fiat.Code != w.Fiat) {
			t.Errorf("%+v: listed %t, Sale says %v with %s, %s", asked, listed[1], err, sale.Min, sale.Fiat.Code)
		}
	}
}

func TestNoListOffersWhatIsRefused(t *testing.T) {
	t.Parallel()
	m := load(t, overrides)
	for _, name := range []string{"", "Acme Remesas", "Closed"} {
		consistent(t, m.Project("", name))
	}
	consistent(t, m.Project("0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", ""))
}

// Below, matrices are drawn and asked, and a naive reading of the drawn words says what the answer must be.

type drawnPair struct {
	coin, chain             string
	fiats                   []string
	onramp, offramp, active bool
}

func (p drawnPair) key() string { return p.coin + "/" + p.chain }

type drawnMethod struct {
	code, fiat string
	active     bool
}

type drawnProject struct{ pairs, fiats, methods []string }

type drawn struct {
	pairs   []drawnPair
	methods []drawnMethod
	sales   []string
	project drawnProject
}

var (
	drawnFiats   = []string{"EUR", "CLP", "BRL"}
	drawnCoins   = []string{"AAA", "BBB", "CCC"}
	drawnChains  = []string{"polygon", "bsc"}
	drawnMethods = []string{"card", "PIX"}
	contracts    = map[string]string{"BBB": "0x52908400098527886E0F7030069857D2E4169EE7", "CCC": "0xde709f2102306220921060314715629080e2fb77"}
)

func subset(t *rapid.T, of []string, label string) (some []string) {
	for _, s := range of {
		if rapid.Bool().Draw(t, label+" "+s) {
			some = append(some, s)
		}
	}
	return some
}

// someOrAll draws nil, which is all, or a list that may be empty.
func someOrAll(t *rapid.T, of []string, label string) []string {
	if rapid.IntRange(0, 2).Draw(t, "all "+label) > 0 {
		return nil
	}
	return append([]string{}, subset(t, of, label)...)
}

func draw(t *rapid.T) (d drawn) {
	var keys []string
	for _, coin := range drawnCoins {
		for _, chain := range subset(t, drawnChains, coin) {
			p := drawnPair{coin: coin, chain: chain, fiats: someOrAll(t, drawnFiats, "fiats of "+coin), onramp: rapid.Bool().Draw(t, "onramp"),
				active: rapid.IntRange(0, 3).Draw(t, "active") > 0}
			p.offramp = !p.onramp || rapid.Bool().Draw(t, "offramp")
			d.pairs = append(d.pairs, p)
			keys = append(keys, p.key())
		}
	}
	var codes []string
	for _, code := range drawnMethods {
		for _, fiat := range subset(t, drawnFiats, code) {
			d.methods = append(d.methods, drawnMethod{code, fiat, rapid.IntRange(0, 3).Draw(t, "active") > 0})
			codes = append(codes, code)
		}
	}
	d.sales = subset(t, drawnFiats, "sales")
	d.project = drawnProject{someOrAll(t, keys, "pairs"), someOrAll(t, drawnFiats, "fiats"), someOrAll(t, slices.Compact(codes), "methods")}
	return d
}

// words writes a key with its list, or nothing where there is none.
func words(key string, list []string) string {
	if list == nil {
		return ""
	}
	return ", " + key + ": [" + strings.Join(list, ", ") + "]"
}

func (d drawn) yaml() string {
	var b strings.Builder
	b.WriteString("version: 1\nfiats:\n")
	for _, f := range drawnFiats {
		fmt.Fprintf(&b, "  - {code: %s, decimals: 0, minimum: 10}\n", f)
	}
	b.WriteString("chains: [{code: polygon, name: P, id: 1, fee: 0}, {code: bsc, name: B, id: 2, fee: 0}]\ncoins:\n")
	for _, c := range drawnCoins {
		fmt.Fprintf(&b, "  - {symbol: %s, name: %s, decimals: 6, minimum: 1}\n", c, c)
	}
	b.WriteString("pairs:\n")
	for _, p := range d.pairs {
		fmt.Fprintf(&b, "  - {coin: %s, chain: %s, contract: '%s', decimals: 6, onramp: %t, offramp: %t, active: %t%s}\n",
			p.coin, p.chain, contracts[p.coin], p.onramp, p.offramp, p.active, words("fiats", p.fiats))
	}
	b.WriteString("methods:\n")
	for _, m := range d.methods {
		fmt.Fprintf(&b, "  - {code: %s, name: M, fiat: %s, minimum: 10, maximum: 99, settlement: days, countries: [ES], active: %t}\n", m.code, m.fiat, m.active)
	}
	b.WriteString("sales:\n")
	for _, s := range d.sales {
		fmt.Fprintf(&b, "  - {fiat: %s}\n", s)
	}
	fmt.Fprintf(&b, "projects: [{project: One%s%s%s}]\n", words("pairs", d.project.pairs), words("fiats", d.project.fiats), words("methods", d.project.methods))
	return strings.Replace(b.String(), "EUR, decimals: 0", "EUR, decimals: 2", 1)
}

func on(words []string, word string, otherwise bool) bool {
	return words == nil && otherwise || slices.Contains(words, word)
}

func (d drawn) bought(by drawnProject, p drawnPair, m drawnMethod) bool {
	return p.onramp && on(by.pairs, p.key(), p.active) && on(by.methods, m.code, m.active) && on(p.fiats, m.fiat, true) && on(by.fiats, m.fiat, true)
}

func (d drawn) sold(by drawnProject, p drawnPair, fiat string) bool {
	return p.offramp && on(by.pairs, p.key(), p.active) && slices.Contains(d.sales, fiat) && on(p.fiats, fiat, true) && on(by.fiats, fiat, true)
}

// mistaken tells whether the project names what it cannot use.
func (d drawn) mistaken() bool {
	useful := map[string]bool{}
	for _, p := range d.pairs {
		for _, m := range d.methods {
			if d.bought(d.project, p, m) {
				useful[p.key()], useful[m.code], useful[m.fiat] = true, true, true
			}
		}
		for _, fiat := range drawnFiats {
			if d.sold(d.project, p, fiat) {
				useful[p.key()], useful[fiat] = true, true
			}
		}
	}
	named := slices.Concat(d.project.pairs, d.project.fiats, d.project.methods)
	return slices.ContainsFunc(named, func(s string) bool { return !useful[s] })
}

func TestAnyMatrixOffersWhatItsWordsSay(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := draw(t)
		m, err := asset.Load([]byte(d.yaml()))
		if d.mistaken() {
			if err == nil || !strings.Contains(err.Error(), "projects: One: ") {
				t.Fatalf("a project names what it cannot use: %v\n%s", err, d.yaml())
			}
			d.project = drawnProject{}
			m, err = asset.Load([]byte(d.yaml()))
		}
		if err != nil {
			t.Fatalf("%v\n%s", err, d.yaml())
		}
		for name, by := range map[string]drawnProject{"": {}, "One": d.project} {
			p := m.Project("", name)
			consistent(t, p)
			listed := list(p)
			for _, pair := range d.pairs {
				for _, fiat := range drawnFiats {
					for _, code := range drawnMethods {
						want := slices.ContainsFunc(d.methods, func(m drawnMethod) bool { return m.code == code && m.fiat == fiat && d.bought(by, pair, m) })
						bought, sold := listed.offers(asset.Want{Fiat: fiat, Symbol: pair.coin, Chain: pair.chain, Method: code})
						if bought != want || sold != d.sold(by, pair, fiat) {
							t.Fatalf("%q: %s by %s %s: bought %t, sold %t\n%s", name, pair.key(), code, fiat, bought, sold, d.yaml())
						}
					}
				}
			}
		}
	})
}
