package asset_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rampa/internal/asset"
	"rampa/internal/money"
)

func standard(t *testing.T) *asset.Project {
	t.Helper()
	return asset.Default().Project("", "")
}

// The contracts of the defaults, each looked up with its issuer or in several public lists: a wrong one loses money.
func TestTheDefaultsOfferTheCoinsThatExist(t *testing.T) {
	t.Parallel()
	want := []string{
		"USDC/polygon 137 0x3c499c542cEF5E3811e1192ce70d8cC03d5c3359 6",
		"USDT/polygon 137 0xc2132D05D31c914a87C6611C10748AEb04B58e8F 6",
		"POL/polygon 137  18",
		"USDC/ethereum 1 0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48 6",
		"USDT/ethereum 1 0xdAC17F958D2ee523a2206206994597C13D831ec7 6",
		"EURC/ethereum 1 0x1aBaEA1f7C830bD89Acc67eC4af516284b1bC33c 6",
		"POL/ethereum 1 0x455e53CBB86018Ac2B8092FdCd39d8444aFFC3F6 18",
		"ETH/ethereum 1  18",
		"USDC/bsc 56 0x8AC76a51cc950d9822D68b83fE1Ad97B32Cd580d 18",
		"USDT/bsc 56 0x55d398326f99059fF775485246999027B3197955 18",
		"BNB/bsc 56  18",
		"BTC/bitcoin 0  8",
	}
	var got []string
	for _, p := range standard(t).Pairs() {
		got = append(got, fmt.Sprintf("%s %d %s %d", p.Key(), p.Chain.ID, p.Contract, p.Decimals))
		if !p.Onramp || !p.Offramp || len(p.MinPurchase) != 7 || len(p.SaleFiats) != 7 {
			t.Errorf("%s is not bought and sold in all currencies: %+v", p.Key(), p)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestTheDefaultsHoldTheContractsFigures(t *testing.T) {
	t.Parallel()
	want := []string{
		"card EUR 20-3000 2.5%+0 instant", "paypal EUR 20-3000 3.4%+0.35 instant", "psd2 EUR 20-50000 1%+0 minutes",
		"transfer EUR 20-100000 0.5%+0 days", "KHIPU ARS 240-10000000 2%+0 minutes", "KHIPU CLP 1000-5000000 2%+0 minutes",
		"PSE COP 5000-20000000 2%+0 minutes", "SPEI MXN 50-100000 1.5%+0 minutes", "PAGOEFECTIVO PEN 10-10000 3%+0 days",
		"PIX BRL 20-50000 1.5%+0 instant",
	}
	var got []string
	for _, m := range standard(t).Methods("", "") {
		got = append(got, fmt.Sprintf("%s %s %s-%s %s%%+%s %s", m.Code, m.Fiat.Code, m.Min.Decimal(), m.Max.Decimal(), m.Fee, m.Fixed.Decimal(), m.Settlement))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	scales := "[{EUR 2} {ARS 2} {CLP 0} {COP 2} {MXN 2} {PEN 2} {BRL 2} {USDC 6} {USDT 6} {EURC 6} {ETH 9} {POL 9} {BNB 9} {BTC 8}]"
	if got := fmt.Sprint(asset.Default().Assets()); got != scales {
		t.Errorf("the ledger's assets are %s", got)
	}
	ars, err := standard(t).Purchase(asset.Want{Fiat: "ARS", Symbol: "USDC", Method: "khipu"})
	if err != nil || ars.Min.Units() > 240_00 {
		t.Errorf("the documented 240 ARS are refused: %v, %v", ars.Min, err)
	}
}

// A least purchase must still buy something after the network is paid, whatever prices do: the fee is at most a quarter.
func TestTheLeastPurchaseIsWorthItsNetworkFee(t *testing.T) {
	t.Parallel()
	perEuro := map[string]string{"EUR": "1", "ARS": "1550", "CLP": "1030", "COP": "4450", "MXN": "20.2", "PEN": "3.9", "BRL": "6.05"}
	for _, pair := range standard(t).Pairs() {
		for _, least := range pair.MinPurchase {
			rate, err := money.ParseRate(perEuro[least.Asset().Code])
			if err != nil {
				t.Fatalf("%s: %v", least.Asset().Code, err)
			}
			fee, err := pair.Chain.NetworkFee.Times(rate, least.Asset(), money.Up)
			if err != nil || fee.Units()*4 > least.Units() {
				t.Errorf("%s: of %s the network takes %s, %v", pair.Key(), least, fee, err)
			}
		}
	}
}

func TestAskingInAnyCaseFindsTheSame(t *testing.T) {
	t.Parallel()
	p := standard(t)
	for _, w := range []asset.Want{
		{Fiat: "EUR", Symbol: "USDC", Chain: "polygon", Method: "psd2"},
		{Fiat: "eur", Symbol: "usdc", Chain: "Polygon", Method: "PSD2"},
		{Symbol: "Usdc", Method: "Psd2"},
	} {
		got, err := p.Purchase(w)
		if err != nil || got.Pair.Key() != "USDC/polygon" || got.Method.Code != "psd2" || got.Spread.String() != "1.5" {
			t.Errorf("%+v: %+v, %v", w, got, err)
		}
		sale, err := p.Sale(w)
		if err != nil || sale.Pair.Key() != "USDC/polygon" || sale.Fiat.Code != "EUR" || sale.Min.Decimal() != "10" {
			t.Errorf("%+v: %+v, %v", w, sale, err)
		}
	}
	for _, w := range []asset.Want{{Symbol: "uſdc", Method: "card"}, {Symbol: "USDC ", Method: "card"}, {Symbol: "ＵＳＤＣ", Method: "card"},
		{Fiat: "EU\u212a", Symbol: "USDC", Method: "card"}} {
		if _, err := p.Purchase(w); !errors.Is(err, asset.ErrCoin) {
			t.Errorf("%+v: %v", w, err)
		}
	}
}

func TestWhatIsNotOfferedIsRefusedByItsName(t *testing.T) {
	t.Parallel()
	p := standard(t)
	for _, c := range []struct {
		want asset.Want
		err  error
	}{
		{asset.Want{Symbol: "MATIC", Method: "card"}, asset.ErrCoin},
		{asset.Want{Symbol: "", Method: "card"}, asset.ErrCoin},
		{asset.Want{Symbol: "EUR", Method: "card"}, asset.ErrCoin},
		{asset.Want{Symbol: "BTC", Method: "card"}, asset.ErrCoin}, // not on polygon, which is meant when none is named
		{asset.Want{Symbol: "EURC", Chain: "polygon", Method: "card"}, asset.ErrCoin},
		{asset.Want{Symbol: "ETH", Chain: "polygon", Method: "card"}, asset.ErrCoin},
		{asset.Want{Symbol: "USDC", Chain: "tron", Method: "card"}, asset.ErrCoin},
		{asset.Want{Fiat: "USD", Symbol: "USDC", Method: "card"}, asset.ErrCoin},
		{asset.Want{Fiat: "USDC", Symbol: "USDC", Method: "card"}, asset.ErrCoin},
		{asset.Want{Symbol: "USDC"}, asset.ErrMethod},
		{asset.Want{Symbol: "USDC", Method: "PIX"}, asset.ErrMethod},
		{asset.Want{Fiat: "BRL", Symbol: "USDC", Method: "card"}, asset.ErrMethod},
		{asset.Want{Symbol: "MATIC", Method: "none"}, asset.ErrCoin}, // the coin is looked at first
	} {
		if _, err := p.Purchase(c.want); !errors.Is(err, c.err) {
			t.Errorf("%+v: %v", c.want, err)
		}
		if _, err := p.Sale(c.want); errors.Is(c.err, asset.ErrCoin) != errors.Is(err, asset.ErrCoin) {
			t.Errorf("sale of %+v: %v", c.want, err)
		}
	}
}

func TestMethodsAreFoundByCurrencyAndCountry(t *testing.T) {
	t.Parallel()
	for ask, want := range map[[2]string]string{
		{"EUR", "ES"}:  "card paypal psd2 transfer",
		{"eur", "no"}:  "card paypal psd2 transfer", // YAML 1.1 would read Norway as false
		{"EUR", "CH"}:  "transfer",
		{"EUR", "US"}:  "",
		{"", "CL"}:     "KHIPU",
		{"CLP", "AR"}:  "",
		{"ARS", ""}:    "KHIPU",
		{"USD", ""}:    "",
		{"BRL", "bR"}:  "PIX",
		{"EUR", "ESP"}: "",
	} {
		var codes []string
		for _, m := range standard(t).Methods(ask[0], ask[1]) {
			codes = append(codes, m.Code)
		}
		if got := strings.Join(codes, " "); got != want {
			t.Errorf("%v: %q", ask, got)
		}
	}
}

const overrides = `projects:
  - project: 0190A1B2-c3d4-7e5f-8a9b-0c1d2e3f4a5b
    pairs: [EURC/ethereum, USDC/polygon]
    fiats: [EUR]
    methods: [card, psd2]
    partner: 0.75
    spread: {buy: 1, sell: 0.5}
    fees:
      - {method: card, fiat: EUR, percent: 2, fixed: 0.10}
      - {method: psd2, fiat: EUR, fixed: 1}
    sales:
      - {fiat: EUR, percent: 0.2}
  - {project: Acme Remesas, fiats: [CLP, PEN]}
  - {project: Closed, pairs: []}
`

func load(t *testing.T, projects string) *asset.Matrix {
	t.Helper()
	m, err := asset.Load([]byte(strings.Replace(defaults(t), "projects: []\n", projects, 1)))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestAnIntegrationHasItsOwnPairsMethodsAndFees(t *testing.T) {
	t.Parallel()
	m := load(t, overrides)
	p := m.Project("0190a1b2-C3D4-7e5f-8a9b-0c1d2e3f4a5b", "Acme Remesas") // the uuid counts more than the name
	if keys := keysOf(p); keys != "USDC/polygon EURC/ethereum" {
		t.Errorf("pairs are %s", keys)
	}
	got, err := p.Purchase(asset.Want{Symbol: "USDC", Method: "card"})
	if err != nil || got.Method.Fee.String() != "2" || got.Method.Fixed.Decimal() != "0.1" || got.PartnerFee.String() != "0.75" || got.Spread.String() != "1" {
		t.Errorf("%+v, %v", got, err)
	}
	got, err = p.Purchase(asset.Want{Symbol: "USDC", Method: "psd2"})
	if err != nil || got.Method.Fee.String() != "1" || got.Method.Fixed.Decimal() != "1" {
		t.Errorf("half an override loses the other half: %+v, %v", got, err)
	}
	sale, err := p.Sale(asset.Want{Symbol: "EURC", Chain: "ethereum"})
	if err != nil || sale.Fee.String() != "0.2" || sale.Fixed.Decimal() != "0.5" || sale.Spread.String() != "0.5" || sale.PartnerFee.String() != "0.75" {
		t.Errorf("%+v, %v", sale, err)
	}
	for _, w := range []asset.Want{{Symbol: "USDT", Method: "card"}, {Fiat: "CLP", Symbol: "USDC", Method: "KHIPU"}} {
		if _, err := p.Purchase(w); !errors.Is(err, asset.ErrCoin) {
			t.Errorf("%+v: %v", w, err)
		}
	}
	if _, err := p.Purchase(asset.Want{Symbol: "USDC", Method: "transfer"}); !errors.Is(err, asset.ErrMethod) {
		t.Error(err)
	}

	acme := m.Project("0190a1b2-c3d4-7e5f-8a9b-000000000000", "Acme Remesas")
	if got := fmt.Sprint(acme.Fiats()); got != "[{CLP 0} {PEN 2}]" || len(acme.Pairs()) != 12 {
		t.Errorf("%s, %s", got, keysOf(acme))
	}
	if fiat, ok := acme.Fiat(""); !ok || fiat.Code != "CLP" {
		t.Errorf("the first currency is %v", fiat)
	}
	closed := m.Project("", "Closed")
	if _, ok := closed.Fiat(""); ok || len(closed.Pairs())+len(closed.Methods("", ""))+len(closed.Fiats())+len(closed.Coins()) > 0 {
		t.Error("a project without pairs is offered something")
	}
	if len(closed.Assets()) != 14 {
		t.Error("the ledger's assets depend on the project")
	}
	for _, other := range []string{"", "acme remesas", "Acme"} {
		if p := m.Project("", other); p != m.Project("x", "y") || len(p.Methods("", "")) != 10 {
			t.Errorf("%q has an entry", other)
		}
	}
}

// An integration may be called anything: another one's uuid in its name must not give it that one's terms.
func TestANameIsNotTakenForAUUID(t *testing.T) {
	t.Parallel()
	m := load(t, overrides)
	if p := m.Project("", "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"); len(p.Pairs()) != 12 {
		t.Error("a name was looked up among uuids")
	}
	if p := m.Project("closed", ""); p != m.Project("", "") {
		t.Error("a uuid was looked up among names")
	}
	if p := m.Project("Closed", ""); p != m.Project("", "") {
		t.Error("a uuid was looked up among names")
	}
}

func TestAPairMayBeOffForAllButOne(t *testing.T) {
	t.Parallel()
	text := strings.Replace(defaults(t), "{coin: BNB, chain: bsc, decimals: 18}", "{coin: BNB, chain: bsc, decimals: 18, active: false}", 1)
	text = strings.Replace(text, "fiat: BRL, minimum: 20, maximum: 50000,", "fiat: BRL, active: false, minimum: 20, maximum: 50000,", 1)
	m, err := asset.Load([]byte(strings.Replace(text, "projects: []", "projects: [{project: One, pairs: [BNB/bsc], methods: [PIX]}]", 1)))
	if err != nil {
		t.Fatal(err)
	}
	if keys := keysOf(m.Project("", "")); strings.Contains(keys, "BNB") {
		t.Errorf("%s", keys)
	}
	if _, ok := m.Project("", "").Coin("BNB"); ok {
		t.Error("a coin is listed that no pair has")
	}
	brl, _ := m.Project("", "").Fiat("BRL")
	if pair, _ := m.Project("", "").Pair("usdc", ""); brl.Code != "BRL" || len(pair.MinPurchase) != 6 || len(pair.SaleFiats) != 7 {
		t.Errorf("without PIX reais buy nothing, and coins are still sold for them: %v", pair)
	}
	one := m.Project("", "One")
	if got, err := one.Purchase(asset.Want{Fiat: "BRL", Symbol: "BNB", Chain: "bsc", Method: "pix"}); err != nil || got.Min.Decimal() != "20" {
		t.Errorf("%+v, %v", got, err)
	}
	if keysOf(one) != "BNB/bsc" {
		t.Errorf("%s", keysOf(one))
	}
}

func TestTheGreatestMinimumHolds(t *testing.T) {
	t.Parallel()
	text := strings.Replace(defaults(t), `{coin: ETH, chain: ethereum, decimals: 18}`, `{coin: ETH, chain: ethereum, decimals: 18, minimum: {EUR: 50, PEN: 1}}`, 1)
	m, err := asset.Load([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	for ask, want := range map[string]string{
		"ETH ethereum EUR card":         "50 3000",  // the pair's
		"ETH ethereum PEN PAGOEFECTIVO": "40 10000", // the chain's
		"USDC polygon PEN PAGOEFECTIVO": "10 10000", // the currency's
		"USDC ethereum CLP KHIPU":       "10000 5000000",
	} {
		w := strings.Fields(ask)
		got, err := m.Project("", "").Purchase(asset.Want{Symbol: w[0], Chain: w[1], Fiat: w[2], Method: w[3]})
		if err != nil || got.Min.Decimal()+" "+got.Max.Decimal() != want {
			t.Errorf("%s: %s to %s, %v", ask, got.Min, got.Max, err)
		}
	}
	text = strings.Replace(defaults(t), "fiat: EUR, minimum: 20, maximum: 3000, percent: 2.5", "fiat: EUR, minimum: 25, maximum: 3000, percent: 2.5", 1)
	m, err = asset.Load([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := m.Project("", "").Purchase(asset.Want{Symbol: "USDC", Method: "card"}); got.Min.Decimal() != "25" {
		t.Errorf("the method's minimum is %s", got.Min)
	}
}

func TestCallersCannotChangeAView(t *testing.T) {
	t.Parallel()
	p := load(t, overrides).Project("", "Acme Remesas")
	before := fmt.Sprint(p.Pairs(), p.Methods("", ""), p.Fiats(), p.Coins(), p.Assets())
	clear(p.Pairs())
	clear(p.Methods("", ""))
	clear(p.Fiats())
	clear(p.Coins())
	slices.Reverse(p.Assets())
	if after := fmt.Sprint(p.Pairs(), p.Methods("", ""), p.Fiats(), p.Coins(), p.Assets()); after != before {
		t.Errorf("it was %s\nand is %s", before, after)
	}
}

func TestViewsAreReadByManyAtOnce(t *testing.T) {
	t.Parallel()
	m := load(t, overrides)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for range 200 {
				p := m.Project("", []string{"", "Acme Remesas"}[i%2])
				for _, pair := range p.Pairs() {
					if _, err := p.Sale(asset.Want{Fiat: "PEN", Symbol: pair.Coin.Code, Chain: pair.Chain.Code}); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	wg.Wait()
}

func keysOf(p *asset.Project) string {
	var keys []string
	for _, pair := range p.Pairs() {
		keys = append(keys, pair.Key())
	}
	return strings.Join(keys, " ")
}
