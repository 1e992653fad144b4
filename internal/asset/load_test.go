package asset_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"rampa/internal/asset"
	"rampa/internal/identity"
)

func defaults(t testing.TB) string {
	t.Helper()
	data, err := os.ReadFile("assets.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

const usdc = `contract: "0x3c499c542cEF5E3811e1192ce70d8cC03d5c3359"`

// Every mistake is one line that names the line of the file or the entry.
func TestAFileWithAMistakeIsRefusedAndTheMistakeIsNamed(t *testing.T) {
	t.Parallel()
	good := defaults(t)
	for _, c := range []struct{ old, new, want string }{
		{good, "", "the file is empty"},
		{good, "version: [", "line 1: "},
		{good, "version: 1\ncolour: red\n", "assets: line 2: field colour not found"},
		{good, "&a [*a, *b]", "unknown anchor 'b'"},
		{"version: 1\n", "", "version: 0 is not known"},
		{"version: 1\n", "version: 2\n", "version: 2 is not known"},
		{"version: 1\n", "version: 1\n---\nversion: 1\n", "more than one document"},
		{"version: 1\n", "version: 1\ncolour: red\n", "field colour not found"},
		{"partner: 0\n", "partner: 0\npartner: 1\n", `mapping key "partner" already defined`},
		{"code: PSE,", "code: PSE, fee: 1,", "field fee not found"},
		{"code: PSE,", "code: PSE, code: PSE,", `mapping key "code" already defined`},
		{"id: 137,", "id: one,", "cannot unmarshal !!str `one`"},
		{"countries: [CO]", "countries: CO", "cannot unmarshal !!str `CO`"},
		{"{buy: 1.5, sell: 1.5}", "1.5", "cannot unmarshal !!float `1.5`"},
		// percentages and amounts
		{"{buy: 1.5, ", "{buy: 100, ", `spread: buy: "100" is not a percentage`},
		{"{buy: 1.5, ", "{buy: -1, ", `spread: buy: "-1" is not a percentage`},
		{"sell: 1.5}", "sell: 1.00001}", `spread: sell: "1.00001" is not a percentage`},
		{"partner: 0\n", "partner: none\n", `partner: "none" is not a percentage`},
		{"minimum: 240}", "minimum: 240.001}", `fiats: ARS: minimum: "240.001" is not an amount with at most 2 decimals`},
		{"minimum: 1000}", "minimum: 1000.5}", `fiats: CLP: minimum: "1000.5" is not an amount`},
		{"minimum: 240}", "minimum: 0}", "fiats: ARS: minimum: must be above 0"},
		{"minimum: 240}", "minimum: -1}", `fiats: ARS: minimum: "-1" is not an amount`},
		{"minimum: 240}", "minimum: 1e400}", `fiats: ARS: minimum: "1e400" is not an amount`},
		{"minimum: 240}", "minimum: 0x10}", `fiats: ARS: minimum: "0x10" is not an amount`},
		{"minimum: 240}", "minimum: 1_000}", `fiats: ARS: minimum: "1_000" is not an amount`},
		{"minimum: 240}", "minimum: 10000000000000.01}", `fiats: ARS: minimum: "10000000000000.01" is not an amount`},
		{", minimum: 240}", "}", "fiats: ARS: minimum: must be above 0"},
		{"fee: 0.02}", "fee: -0.02}", `chains: polygon: fee: "-0.02" is not an amount`},
		// codes, names, decimals
		{"code: ARS, decimals", "code: ars, decimals", `fiats: ars: "ars" is not a code`},
		{"code: ARS, decimals", "code: XQZ, decimals", `fiats: XQZ: "XQZ" is not a currency of ISO 4217`},
		{"code: ARS, decimals", "code: EUR, decimals", "fiats: EUR: EUR stands here twice"},
		{"code: ARS, decimals", "decimals", `fiats: entry 2: "" is not a code`},
		{"{code: EUR, decimals: 2", "{code: EUR, decimals: 1", "fiats: EUR: the euro has 2 decimals"},
		{"{code: ARS, decimals: 2", "{code: ARS, decimals: 3", "fiats: ARS: decimals are a number from 0 to 2"},
		{"{code: ARS, decimals: 2", "{code: ARS, decimals: -1", "fiats: ARS: decimals are a number from 0 to 2"},
		{"{code: ARS, decimals: 2", "{code: ARS, decimals: 02", "fiats: ARS: decimals are a number from 0 to 2"},
		{"{code: bsc,", "{code: BSC,", `chains: BSC: "BSC" is not a code`},
		{"{code: bsc,", "{code: polygon,", "chains: polygon: polygon stands here twice"},
		{"id: 56", "id: 137", "chains: bsc: the id 137 is below 0 or stands here twice"},
		{"id: 56", "id: -56", "chains: bsc: the id -56 is below 0"},
		{"name: BNB Smart Chain", "name: ''", "chains: bsc: the name"},
		{"name: BNB Smart Chain", "name: ' BNB'", "chains: bsc: the name"},
		{"name: BNB Smart Chain", `name: "a\tb"`, "chains: bsc: the name"},
		{"name: BNB Smart Chain", "name: " + strings.Repeat("x", 61), "chains: bsc: the name"},
		{"{ARS: 20000, CLP: 10000, COP", "{USD: 20000, CLP: 10000, COP", `chains: ethereum: minimum: USD: the currency "USD" is not in this file`},
		{"symbol: USDT", "symbol: USDC", "coins: USDC: USDC stands here twice"},
		{"symbol: USDT", "symbol: BRL", "coins: BRL: BRL is a currency here"},
		{"symbol: USDT", `symbol: "US\n%d"`, `coins: US %d: "US\n%d" is not a code`},
		{"partner: 0\n", "partner: [\"a\\nb\"]\n", "line 19: cannot unmarshal !!seq"},
		{"id: 137,", `id: "1\n2",`, "cannot unmarshal !!str `1 2`"},
		{"symbol: USDT", "symbol: US:DT", `coins: US:DT: "US:DT" is not a code`},
		{"symbol: ETH, name: Ether, decimals: 9", "symbol: ETH, name: Ether, decimals: 13", "coins: ETH: decimals are a number from 0 to 12"},
		{"decimals: 9, minimum: 0.005", "decimals: 9, minimum: 0.0000000001", "coins: ETH: minimum: "},
		// pairs
		{"coin: BNB, chain", "coin: DAI, chain", `pairs: DAI/bsc: the coin "DAI" is not in this file`},
		{"chain: bitcoin, decimals", "chain: litecoin, decimals", `pairs: BTC/litecoin: the chain "litecoin" is not in this file`},
		{"{coin: BNB, chain: bsc,", "{", `pairs: entry 11: the coin "" is not in this file`},
		{"chain: bitcoin, decimals: 8", "chain: bitcoin, decimals: 7", "pairs: BTC/bitcoin: decimals are a number from 8 to 36"},
		{"chain: bitcoin, decimals: 8", "chain: bitcoin", "pairs: BTC/bitcoin: decimals are a number from 8 to 36"},
		{usdc + ", decimals: 6", usdc + ", decimals: 5", `pairs: USDC/polygon: decimals are a number from 6 to 36, not "5"`},
		{usdc, strings.Replace(usdc, "3c499C", "3c499c", 1) + ", decimals: 6, decimals: 6", "already defined"},
		{usdc, strings.Replace(usdc, "cEF5", "ceF5", 1), "it is 0x3c499c542cEF5E3811e1192ce70d8cC03d5c3359"},
		{usdc, strings.Replace(usdc, "3359", "3358", 1), "pairs: USDC/polygon: the contract 0x3c499c542cEF5E3811e1192ce70d8cC03d5c3358 is not written as EIP-55 wants it"},
		{usdc, strings.ToLower(usdc), "not written as EIP-55 wants it"},
		{usdc, `contract: "0x3c499c542cEF5E3811e1192ce70d8cC03d5c33"`, "is not 0x and 40 hexadecimal digits"},
		{usdc, `contract: "3c499c542cEF5E3811e1192ce70d8cC03d5c3359"`, "is not 0x and 40 hexadecimal digits"},
		{usdc, `contract: "0X3c499c542cEF5E3811e1192ce70d8cC03d5c3359"`, "is not 0x and 40 hexadecimal digits"},
		{usdc, `contract: "0xzz499c542cEF5E3811e1192ce70d8cC03d5c3359"`, "is not 0x and 40 hexadecimal digits"},
		{usdc, `contract: "0x0000000000000000000000000000000000000000"`, "is not 0x and 40 hexadecimal digits, not all 0"},
		{usdc, `contract: "0xc2132D05D31c914a87C6611C10748AEb04B58e8F"`, "pairs: USDT/polygon: USDC/polygon has this contract"},
		{usdc + ", ", "", "pairs: POL/polygon: USDC/polygon has this contract, or is the chain's own coin, already"},
		{"{coin: BTC, chain: bitcoin", "{coin: BTC, contract: '0xc2132D05D31c914a87C6611C10748AEb04B58e8F', chain: bitcoin", "pairs: BTC/bitcoin: bitcoin has no contracts"},
		{"{coin: POL, chain: polygon, decimals: 18}", "{coin: POL, chain: polygon, decimals: 18}\n  - {coin: POL, chain: polygon, decimals: 18}", "pairs: POL/polygon: POL/polygon stands here twice"},
		{"chain: bitcoin, decimals: 8", "chain: bitcoin, decimals: 8, onramp: false, offramp: false", "pairs: BTC/bitcoin: it is neither bought nor sold"},
		{"chain: bitcoin, decimals: 8", "chain: bitcoin, decimals: 8, fiats: [USD]", `pairs: BTC/bitcoin: fiats: the currency "USD" is not in this file`},
		{"chain: bitcoin, decimals: 8", "chain: bitcoin, decimals: 8, fiats: [EUR, EUR]", "pairs: BTC/bitcoin: fiats: EUR stands here twice"},
		{"chain: bitcoin, decimals: 8", "chain: bitcoin, decimals: 8, minimum: {EUR: 3000.01}", "pairs: BTC/bitcoin by card EUR: the minimum 3000.01 EUR is above the method's maximum 3000.00 EUR"},
		{"chain: bitcoin, decimals: 8", "chain: bitcoin, decimals: 8, minimum: {EUR: 0}", "pairs: BTC/bitcoin: minimum: EUR: must be above 0"},
		// methods and sales
		{"code: PSE,", "code: P E,", `methods: P E COP: "P E" is not a code`},
		{"code: paypal", "code: CARD", "methods: CARD EUR: CARD stands here twice"},
		{"fiat: COP, minimum", "fiat: USD, minimum", `methods: PSE USD: the currency "USD" is not in this file`},
		{"minimum: 5000, maximum: 20000000", "minimum: 5000, maximum: 4999.99", "methods: PSE COP: the minimum 5000.00 COP is above the maximum 4999.99 COP"},
		{"minimum: 5000, maximum: 20000000", "minimum: 5000", "methods: PSE COP: maximum: must be above 0"},
		{"settlement: minutes, countries: [CO]", "settlement: hours, countries: [CO]", "methods: PSE COP: settlement is one of instant, minutes, days"},
		{"countries: [CO]", "countries: []", "methods: PSE COP: countries: there is none"},
		{", countries: [CO]", "", "methods: PSE COP: countries: there is none"},
		{"countries: [CO]", "countries: [CO, CO]", "methods: PSE COP: countries: CO stands here twice"},
		{"countries: [CO]", "countries: [co]", `methods: PSE COP: countries: "co" is not a country`},
		{"countries: [CO]", "countries: [COL]", `methods: PSE COP: countries: "COL" is not a country`},
		{"countries: [CO]", "countries: [UK]", `methods: PSE COP: countries: "UK" is not a country`},
		{"percent: 2.5", "percent: 100", `methods: card EUR: percent: "100" is not a percentage`},
		{"percent: 2.5", "percent: 99, fixed: 0.2", "pairs: USDC/polygon by card EUR: fees leave nothing of the minimum 20.00 EUR"},
		{"fee: 1.20", "fee: 19.50", "pairs: BTC/bitcoin by card EUR: fees leave nothing of the minimum 20.00 EUR"},
		{"{fiat: CLP, percent: 2}", "{fiat: USD, percent: 2}", `sales: USD: the currency "USD" is not in this file`},
		{"{fiat: CLP, percent: 2}", "{fiat: ARS, percent: 2}", "sales: ARS: ARS stands here twice"},
	} {
		refused(t, good, c.old, c.new, c.want)
	}
}

func TestAProjectWithAMistakeIsRefusedAndTheMistakeIsNamed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ entry, want string }{
		{"{pairs: [BTC/bitcoin]}", "projects: entry 1: project is missing"},
		{"{project: One}, {project: One}", "projects: One: it stands here twice"},
		{"{project: 0190A1B2-c3d4-7e5f-8a9b-0c1d2e3f4a5b}, {project: 0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b}", "stands here twice"},
		{"{project: One, pair: [BTC/bitcoin]}", "field pair not found"},
		{"{project: One, pairs: [BTC/polygon]}", `projects: One: pairs: the pair "BTC/polygon" is not in this file`},
		{"{project: One, pairs: [BTC/bitcoin, BTC/bitcoin]}", "projects: One: pairs: BTC/bitcoin stands here twice"},
		{"{project: One, fiats: [USD]}", `projects: One: fiats: the currency "USD" is not in this file`},
		{"{project: One, methods: [cash]}", `projects: One: methods: the method "cash" is not in this file`},
		{"{project: One, fiats: [EUR], methods: [PIX]}", "projects: One: methods: PIX buys nothing in this project"},
		{"{project: One, fiats: []}", ""},
		{"{project: One, pairs: [BTC/bitcoin], fiats: []}", "projects: One: pairs: BTC/bitcoin can be neither bought nor sold"},
		{"{project: One, pairs: [], fiats: [EUR]}", "projects: One: fiats: EUR buys nothing and is paid for nothing"},
		{"{project: One, partner: 100}", "projects: One: partner: "},
		{"{project: One, partner: 97.5}", "projects: One: USDC/polygon by card EUR: fees leave nothing of the minimum 20.00 EUR"},
		{"{project: One, spread: {buy: x}}", "projects: One: spread: buy: "},
		{"{project: One, spread: {by: 1}}", "field by not found"},
		{"{project: One, fees: [{method: card, fiat: EUR}]}", "projects: One: fees: card EUR: percent or fixed is missing"},
		{"{project: One, fees: [{method: card, percent: 1}]}", `projects: One: fees: card : this project has no method "card" for ""`},
		{"{project: One, methods: [psd2], fees: [{method: card, fiat: EUR, percent: 1}]}", `projects: One: fees: card EUR: this project has no method "card" for "EUR"`},
		{"{project: One, fees: [{method: card, fiat: EUR, percent: 1}, {method: card, fiat: EUR, fixed: 1}]}", "projects: One: fees: card EUR: it stands here twice"},
		{"{project: One, fees: [{method: card, fiat: EUR, fixed: 19.5}]}", "projects: One: USDC/polygon by card EUR: fees leave nothing"},
		{"{project: One, fees: [{method: KHIPU, fiat: CLP, fixed: 0.5}]}", `projects: One: fees: KHIPU CLP: fixed: "0.5" is not an amount with at most 0 decimals`},
		{"{project: One, sales: [{fiat: USD, percent: 1}]}", `projects: One: sales: USD: nothing is sold for "USD" in this project`},
		{"{project: One, sales: [{fiat: EUR}]}", "projects: One: sales: EUR: percent or fixed is missing"},
		{"{project: One, sales: [{fiat: EUR, percent: 1}, {fiat: EUR, percent: 1}]}", "projects: One: sales: EUR: it stands here twice"},
	} {
		refused(t, defaults(t), "projects: []", "projects: ["+c.entry+"]", c.want)
	}
}

func TestTheDocumentedFileLoads(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/assets.md")
	if err != nil {
		t.Fatal(err)
	}
	_, example, _ := strings.Cut(string(page), "```yaml\n")
	example, _, _ = strings.Cut(example, "```")
	m, err := asset.Load([]byte(example))
	if err != nil {
		t.Fatal(err)
	}
	if keys := keysOf(m.Project("", "")); keys != "USDC/polygon" {
		t.Errorf("everybody is offered %s", keys)
	}
	btc := asset.Want{Symbol: "BTC", Chain: "bitcoin", Method: "card"}
	got, err := m.Project("", "Acme Remesas").Purchase(btc)
	if err != nil || got.Min.Decimal() != "50" || got.Method.Fee.String() != "1.9" || got.Method.Fixed.Decimal() != "0.1" || got.PartnerFee.String() != "0.75" {
		t.Errorf("%+v, %v", got, err)
	}
	sale, err := m.Project("", "Acme Remesas").Sale(btc)
	if err != nil || sale.Fee.String() != "0.5" || sale.Fixed.Decimal() != "0.5" {
		t.Errorf("%+v, %v", sale, err)
	}
}

// refused wants a file with one change to give one error; want "" is a change that does no harm.
func refused(t *testing.T, good, old, changed, want string) {
	t.Helper()
	if !strings.Contains(good, old) {
		t.Errorf("there is no %q in the file", old)
		return
	}
	m, err := asset.Load([]byte(strings.Replace(good, old, changed, 1)))
	if want == "" {
		if err != nil {
			t.Errorf("%s: %v", changed, err)
		}
		return
	}
	switch {
	case err == nil:
		t.Errorf("%q instead of %q loads", changed, old)
	case m != nil, !strings.HasPrefix(err.Error(), "assets: "), !strings.Contains(err.Error(), want), strings.Contains(err.Error(), "\n"),
		strings.Contains(err.Error(), "asset."):
		t.Errorf("%q instead of %q: %v\nwant: %s", changed, old, err, want)
	}
}

// The vectors of EIP-55 itself.
func TestContractsAreCheckedAsEIP55WantsIt(t *testing.T) {
	t.Parallel()
	for _, address := range []string{
		"0x52908400098527886E0F7030069857D2E4169EE7", "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
		"0xde709f2102306220921060314715629080e2fb77", "0x27b1fdb04752bbc536007a920d24acb045561c26",
		"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
		"0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB", "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
	} {
		good := strings.Replace(defaults(t), usdc, `contract: "`+address+`"`, 1)
		if _, err := asset.Load([]byte(good)); err != nil {
			t.Errorf("%s: %v", address, err)
		}
		for i := 2; i < len(address); i++ {
			flipped := []byte(address)
			if flipped[i] ^= 0x20; flipped[i] < 'A' {
				continue // a digit has no case
			}
			if _, err := asset.Load([]byte(strings.Replace(good, address, string(flipped), 1))); err == nil {
				t.Errorf("%s passes for %s", flipped, address)
			}
		}
	}
}

func TestCountriesAreThoseOfISO3166(t *testing.T) {
	t.Parallel()
	good := defaults(t)
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			code := string([]rune{a, b})
			_, err := asset.Load([]byte(strings.Replace(good, "countries: [CO]", "countries: ["+code+"]", 1)))
			if (err == nil) != identity.IsCountry(code) {
				t.Errorf("%s: %v", code, err)
			}
		}
	}
}

func FuzzLoad(f *testing.F) {
	good := defaults(f)
	f.Add(good)
	f.Add(strings.Replace(good, "projects: []\n", overrides, 1))
	f.Add("version: 1\nfiats: [{code: EUR, decimals: 2, minimum: 1}]\n")
	f.Add("a: &a [*a]\n")
	f.Add("version: 1\nfiats: [{code: EUR, decimals: -999999999, minimum: 1e-999}]\nmethods: [{code: x, fiat: EUR, minimum: 1e999}]")
	f.Fuzz(func(t *testing.T, text string) {
		m, err := asset.Load([]byte(text))
		if err != nil {
			if ours := regexp.MustCompile(`(in type|into) (asset\.|\[\]asset)`); ours.MatchString(err.Error()) && !ours.MatchString(text) {
				t.Errorf("the error names our types: %v", err)
			}
			if strings.ContainsAny(err.Error(), "\n\r") {
				t.Errorf("the error is not one line: %q", err)
			}
			return
		}
		consistent(t, m.Project("", ""))
	})
}
