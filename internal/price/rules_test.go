package price_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"rampa/internal/price"
)

func TestTheDefaultsCoverEveryCoinInEveryCurrency(t *testing.T) {
	t.Parallel()
	rules := price.Defaults()
	currencies := []string{"EUR", "ARS", "CLP", "COP", "MXN", "PEN", "BRL"}
	for _, base := range slices.Concat([]string{"USDC", "USDT", "EURC", "ETH", "POL", "BTC", "BNB"}, currencies) {
		for _, quote := range currencies {
			if p := (price.Pair{Base: base, Quote: quote}); !rules.Covers(p) {
				t.Errorf("nobody gives %s", p)
			}
		}
	}
	for _, p := range []price.Pair{{Base: "DOGE", Quote: "EUR"}, {Base: "BTC", Quote: "JPY"}} {
		if rules.Covers(p) {
			t.Errorf("somebody gives %s", p)
		}
	}
}

func TestTheDocumentedExampleLoads(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/prices.md")
	if err != nil {
		t.Fatal(err)
	}
	_, example, _ := strings.Cut(string(page), "```yaml\n")
	example, _, _ = strings.Cut(example, "```")
	rules, err := price.LoadRules([]byte(example))
	if err != nil {
		t.Fatal(err)
	}
	if !rules.Covers(price.Pair{Base: "USDC", Quote: "ARS"}) {
		t.Errorf("%+v", rules)
	}
}

// good is a file with one of everything.
const good = `version: 1
every: 15s
timeout: 5s
backoff: 5m
age: 2m
quorum: 2
outlier: 2
jump: {percent: 5, within: 15m, rounds: 3, hold: 45s, sources: 3}
bridges: [EUR, USD]
pairs:
  EUR/ARS: {quorum: 1, outlier: 1.5, jump: 0}
sources:
  - name: one
    kind: kraken
    url: https://one.example/{symbols}
    age: 5m
    every: 1m
    pairs: {BTC/EUR: XXBTZEUR, EUR/USD: ZEURZUSD}
  - name: two
    kind: coinbase
    url: https://two.example/{symbol}
    pairs: {BTC/EUR: BTC-EUR, EUR/USD: EUR-USD, EUR/ARS: EUR-ARS}
`

func TestAFileIsReadAsItStands(t *testing.T) {
	t.Parallel()
	rules, err := price.LoadRules([]byte(good))
	if err != nil {
		t.Fatal(err)
	}
	one := rules.Feeds[0]
	switch {
	case rules.Every != 15*time.Second, rules.Timeout != 5*time.Second, rules.Backoff != 5*time.Minute, rules.Age != 2*time.Minute,
		rules.Jump != price.Jump{Within: 15 * time.Minute, Rounds: 3, Hold: 45 * time.Second, Sources: 3},
		one.Name != "one", one.Kind != "kraken", one.URL != "https://one.example/{symbols}", one.Age != 5*time.Minute, one.Every != time.Minute,
		!slices.Equal(one.Listings, []price.Listing{{Pair: price.Pair{Base: "BTC", Quote: "EUR"}, Symbol: "XXBTZEUR"}, {Pair: price.Pair{Base: "EUR", Quote: "USD"}, Symbol: "ZEURZUSD"}}):
		t.Errorf("%+v", rules)
	}
}

func TestRulesWithAMistakeAreRefused(t *testing.T) {
	t.Parallel()
	for name, change := range map[string][2]string{
		"no version":               {"version: 1", ""},
		"another version":          {"version: 1", "version: 2"},
		"an unknown key":           {"quorum: 2\n", "quorum: 2\nquota: 3\n"},
		"a key twice":              {"quorum: 2\n", "quorum: 2\nquorum: 3\n"},
		"no pace":                  {"every: 15s\n", ""},
		"no unit":                  {"every: 15s\n", "every: 15\n"},
		"too fast":                 {"every: 15s\n", "every: 0s\n"},
		"a negative timeout":       {"timeout: 5s", "timeout: -5s"},
		"older than anything":      {"age: 2m", "age: 1000h"},
		"older than asked":         {"age: 2m", "age: 15s"},
		"a source older than that": {"age: 5m", "age: 1m"},
		"no quorum":                {"quorum: 2\n", ""},
		"a quorum of none":         {"quorum: 1,", "quorum: -1,"},
		"a quorum of too many":     {"quorum: 2\n", "quorum: 3\n"},
		"no outlier":               {"outlier: 2\n", ""},
		"an outlier of nothing":    {"outlier: 2\n", "outlier: 0\n"},
		"an outlier of everything": {"outlier: 2\n", "outlier: 50.1\n"},
		"a word for a number":      {"outlier: 1.5", "outlier: small"},
		"no jump":                  {"percent: 5, ", ""},
		"no rounds":                {"rounds: 3", "rounds: 0"},
		"no window":                {"within: 15m, ", ""},
		"a negative hold":          {"hold: 45s", "hold: -1s"},
		"negative sources":         {"sources: 3}", "sources: -3}"},
		"a bridge in lower case":   {"[EUR, USD]", "[eur, USD]"},
		"a pair of one":            {"BTC/EUR: BTC-EUR", "EUR/EUR: BTC-EUR"},
		"half a pair":              {"BTC/EUR: BTC-EUR", "BTC: BTC-EUR"},
		"three of a pair":          {"BTC/EUR: BTC-EUR", "BTC/EUR/USD: BTC-EUR"},
		"a pair in lower case":     {"BTC/EUR: BTC-EUR", "btc/EUR: BTC-EUR"},
		"a pair without a symbol":  {"BTC/EUR: BTC-EUR", "BTC/EUR: ''"},
		"a pair twice":             {"BTC/EUR: BTC-EUR", "BTC/EUR: BTC-EUR, BTC/EUR: XBT-EUR"},
		"a pair both ways":         {"EUR/ARS: EUR-ARS}", "EUR/ARS: EUR-ARS, ARS/EUR: ARS-EUR}"},
		"an exception for nobody":  {"  EUR/ARS: {quorum: 1", "  EUR/CLP: {quorum: 1"},
		"no name":                  {"name: one", "name: ''"},
		"a name with a space":      {"name: one", "name: one source"},
		"a name twice":             {"name: one", "name: two"},
		"no kind":                  {"kind: kraken", "kind: ''"},
		"no pairs":                 {"pairs: {BTC/EUR: XXBTZEUR, EUR/USD: ZEURZUSD}", "pairs: {}"},
		"two documents":            {"version: 1", "version: 1\n---\nversion: 1"},
		"nothing":                  {good, ""},
	} {
		bad := strings.Replace(good, change[0], change[1], 1)
		if bad == good {
			t.Errorf("%s: there is no %q", name, change[0])
		}
		if _, err := price.LoadRules([]byte(bad)); err == nil || !strings.HasPrefix(err.Error(), "prices: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzLoadRules(f *testing.F) {
	f.Add([]byte(good))
	f.Add([]byte("version: 1\nsources: [{name: a, pairs: {A/B: c}}]"))
	f.Add([]byte("version: 1\npairs: {?"))
	f.Fuzz(func(t *testing.T, data []byte) {
		rules, err := price.LoadRules(data)
		if err != nil {
			return
		}
		if len(rules.Feeds) == 0 || rules.Every <= 0 || rules.Timeout <= 0 || rules.Age <= 0 {
			t.Errorf("%+v", rules)
		}
	})
}
