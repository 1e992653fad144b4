package ticker_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rampa/internal/price"
	"rampa/internal/ticker"
)

// serve starts a place that answers; the address is of this machine, so http will do.
func serve(t *testing.T, handler http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

// file answers with one of the answers in testdata: shortened, in the shape that the place publishes.
func file(t *testing.T, name string) http.HandlerFunc {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(content) }
}

func text(content string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, content) }
}

// feed makes a feed of pairs and symbols in turn.
func feed(kind, url string, listings ...string) price.Feed {
	f := price.Feed{Name: "test", Kind: kind, URL: url}
	for i := 0; i < len(listings); i += 2 {
		base, quote, _ := strings.Cut(listings[i], "/")
		f.Listings = append(f.Listings, price.Listing{Pair: price.Pair{Base: base, Quote: quote}, Symbol: listings[i+1]})
	}
	return f
}

func source(t *testing.T, f price.Feed) price.Source {
	t.Helper()
	sources, err := price.Sources(&price.Rules{Feeds: []price.Feed{f}}, ticker.Kinds())
	if err != nil {
		t.Fatal(err)
	}
	return sources[0]
}

// rates gives what a feed says, "BTC/EUR" → "52625.35".
func rates(t *testing.T, f price.Feed) (map[string]string, error) {
	t.Helper()
	observations, err := source(t, f).Observe(t.Context())
	out := map[string]string{}
	for _, o := range observations {
		out[o.Pair.String()] = o.Rate.String()
	}
	return out, err
}

func TestAnswersInTheirPublishedShapeAreRead(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		kind, path string
		listings   []string
		want       map[string]string
	}{
		"kraken.json": {"kraken", "/0/public/Ticker?pair={symbols}",
			[]string{"BTC/EUR", "XXBTZEUR", "USDC/EUR", "USDCEUR", "EUR/USD", "ZEURZUSD"},
			map[string]string{"BTC/EUR": "52625.35", "USDC/EUR": "0.92135", "EUR/USD": "1.085395"}},
		"binance-book.json": {"binance", "/api/v3/ticker/bookTicker?symbols={symbols}",
			[]string{"BTC/EUR", "BTCEUR", "USDT/EUR", "1/EURUSDT"},
			map[string]string{"BTC/EUR": "52630.255", "USDT/EUR": "0.921574048475"}},
		"binance-book-one.json":    {"binance", "/api/v3/ticker/bookTicker?symbol={symbol}", []string{"BTC/EUR", "BTCEUR"}, map[string]string{"BTC/EUR": "52630.255"}},
		"binance-price.json":       {"binance", "/api/v3/ticker/price", []string{"ETH/EUR", "ETHEUR"}, map[string]string{"ETH/EUR": "2801.17"}},
		"coinbase.json":            {"coinbase", "/v2/prices/{symbol}/spot", []string{"BTC/EUR", "BTC-EUR"}, map[string]string{"BTC/EUR": "52618.245"}},
		"coinbase-documented.json": {"coinbase", "/v2/prices/{symbol}/spot", []string{"BTC/USD", "BTC-USD"}, map[string]string{"BTC/USD": "1010.25"}},
		"coinbase-rates.json": {"coinbase-rates", "/v2/exchange-rates?currency=EUR",
			[]string{"EUR/ARS", "ARS", "EUR/CLP", "CLP", "EUR/COP", "COP", "EUR/PEN", "PEN", "BTC/EUR", "1/BTC"},
			map[string]string{"EUR/ARS": "1530.4512", "EUR/CLP": "1029.870021", "EUR/COP": "4448.217453021234", "EUR/PEN": "3.901", "BTC/EUR": "52616.825933766215"}},
		"ecb.xml": {"ecb", "/stats/eurofxref/eurofxref-daily.xml",
			[]string{"EUR/USD", "USD", "EUR/BRL", "BRL", "EUR/MXN", "MXN"},
			map[string]string{"EUR/USD": "1.0854", "EUR/BRL": "6.0511", "EUR/MXN": "20.2118"}},
		"chainlink.json": {"chainlink", "/v3/key",
			[]string{"ETH/USD", "0x5f4eC3Df9cbd43714FE2740f5E3616155c5b8419", "EUR/USD", "0xb49f677943BC038e9857d61E7d053CaA2C1734C1"},
			map[string]string{"ETH/USD": "3040.4591", "EUR/USD": "1.08543"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := rates(t, feed(c.kind, serve(t, file(t, name))+c.path, c.listings...))
			if diff := cmp.Diff(c.want, got); err != nil || diff != "" {
				t.Errorf("%v (-want +got):\n%s", err, diff)
			}
		})
	}
}

func TestAPriceIsOfTheTimeThatItsSourceSays(t *testing.T) {
	t.Parallel()
	bank := source(t, feed("ecb", serve(t, file(t, "ecb.xml")), "EUR/USD", "USD"))
	got, err := bank.Observe(t.Context())
	if want := time.Date(2026, 11, 20, 14, 0, 0, 0, time.UTC); err != nil || !got[0].At.Equal(want) {
		t.Errorf("%+v, %v; want %s", got, err, want)
	}
	node := source(t, feed("chainlink", serve(t, file(t, "chainlink.json")), "ETH/USD", "0x5f4eC3Df9cbd43714FE2740f5E3616155c5b8419"))
	got, err = node.Observe(t.Context())
	if want := time.Unix(0x692079b7, 0); err != nil || !got[0].At.Equal(want) {
		t.Errorf("%+v, %v; want %s", got, err, want)
	}
}

func TestTheBanksLastDayCounts(t *testing.T) {
	t.Parallel()
	days := `<E xmlns="x"><Cube><Cube time="2026-11-19"><Cube currency="USD" rate="1.1"/></Cube><Cube time="2026-11-20"><Cube currency="USD" rate="1.2"/></Cube></Cube></E>`
	got, err := rates(t, feed("ecb", serve(t, text(days)), "EUR/USD", "USD", "USD/EUR", "1/USD"))
	if diff := cmp.Diff(map[string]string{"EUR/USD": "1.2", "USD/EUR": "0.833333333333"}, got); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
}

func TestQuestionsArePutAsThePlaceUnderstandsThem(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind, url string
		want      []string
	}{
		{"kraken", "/0/public/Ticker?pair={symbols}", []string{"/0/public/Ticker?pair=A1,B-2"}},
		{"binance", "/t?symbols={symbols}", []string{"/t?symbols=%5B%22A1%22%2C%22B-2%22%5D"}},
		{"binance", "/t?symbol={symbol}", []string{"/t?symbol=A1", "/t?symbol=B-2"}},
		{"coinbase", "/v2/prices/{symbol}/spot", []string{"/v2/prices/A1/spot", "/v2/prices/B-2/spot"}},
	} {
		asked := make(chan string, 2)
		url := serve(t, func(_ http.ResponseWriter, r *http.Request) { asked <- r.URL.RequestURI() })
		_, _ = rates(t, feed(c.kind, url+c.url, "AA/EUR", "A1", "BB/EUR", "B-2"))
		close(asked)
		got := map[string]bool{}
		for a := range asked {
			got[a] = true
		}
		for _, w := range c.want {
			if !got[w] || len(got) != len(c.want) {
				t.Errorf("%s: asked %v, want %v", c.kind, got, c.want)
			}
		}
	}
}

func TestANodeIsAskedForRoundAndDecimals(t *testing.T) {
	t.Parallel()
	var body atomic.Value
	url := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		content, _ := io.ReadAll(r.Body)
		body.Store(r.Method + " " + string(content))
	})
	_, _ = rates(t, feed("chainlink", url, "ETH/USD", "0x5f4eC3Df9cbd43714FE2740f5E3616155c5b8419"))
	want := `POST [{"jsonrpc":"2.0","id":0,"method":"eth_call","params":[{"data":"0xfeaf968c","to":"0x5f4eC3Df9cbd43714FE2740f5E3616155c5b8419"},"latest"]},` +
		`{"jsonrpc":"2.0","id":1,"method":"eth_call","params":[{"data":"0x313ce567","to":"0x5f4eC3Df9cbd43714FE2740f5E3616155c5b8419"},"latest"]}]`
	if diff := cmp.Diff(want, body.Load()); diff != "" {
		t.Error(diff)
	}
}

func TestOneSymbolThatIsGoneCostsNoOther(t *testing.T) {
	t.Parallel()
	got, err := rates(t, feed("kraken", serve(t, func(w http.ResponseWriter, r *http.Request) {
		if pair := r.URL.Query().Get("pair"); pair != "XXBTZEUR" {
			_, _ = io.WriteString(w, `{"error":["EQuery:Unknown asset pair"]}`)
			return
		}
		_, _ = io.WriteString(w, `{"error":[],"result":{"XXBTZEUR":{"a":["101"],"b":["99"]}}}`)
	})+"?pair={symbols}", "BTC/EUR", "XXBTZEUR", "MATIC/EUR", "MATICEUR"))
	if diff := cmp.Diff(map[string]string{"BTC/EUR": "100"}, got); diff != "" || err == nil || !strings.Contains(err.Error(), "MATIC/EUR") {
		t.Errorf("%v %s", err, diff)
	}
	got, err = rates(t, feed("binance", serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("symbols") != `["BTCEUR"]` {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, `{"code":-1121,"msg":"Invalid symbol."}`)
			return
		}
		_, _ = io.WriteString(w, `[{"symbol":"BTCEUR","price":"100"}]`)
	})+"?symbols={symbols}", "BTC/EUR", "BTCEUR", "MATIC/EUR", "MATICEUR"))
	if diff := cmp.Diff(map[string]string{"BTC/EUR": "100"}, got); diff != "" || err == nil || !strings.Contains(err.Error(), "Invalid symbol") {
		t.Errorf("%v %s", err, diff)
	}
}

func TestAPlaceThatRefusesIsNotPressed(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	_, err := rates(t, feed("kraken", serve(t, func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		w.WriteHeader(http.StatusTooManyRequests)
	})+"?pair={symbols}", "BTC/EUR", "XXBTZEUR", "ETH/EUR", "XETHZEUR"))
	if err == nil || asked.Load() != 1 {
		t.Errorf("asked %d times: %v", asked.Load(), err)
	}
}

func TestWhatIsNoPriceIsNone(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"NaN", "-1", "-0", "0", "0.00", "1e400", "1e-400", "Infinity", "", "1,5", "0x10", "+1", " 1", "1.", ".5", "null", "true",
		"{}", "[1]", "１２", "1_000", strings.Repeat("9", 40), strings.Repeat("1", 1<<16), "1e18", "1e-13"} {
		for name, f := range map[string]price.Feed{
			"kraken":         feed("kraken", serve(t, text(`{"error":[],"result":{"X":{"a":["`+bad+`"],"b":["`+bad+`"]}}}`)), "BTC/EUR", "X"),
			"binance bare":   feed("binance", serve(t, text(`{"symbol":"X","price":`+strings.ReplaceAll(bad, " ", "?")+`}`)), "BTC/EUR", "X"),
			"binance":        feed("binance", serve(t, text(`{"symbol":"X","price":"`+bad+`"}`)), "BTC/EUR", "X"),
			"coinbase":       feed("coinbase", serve(t, text(`{"data":{"amount":"`+bad+`","currency":"EUR"}}`))+"/{symbol}", "BTC/EUR", "BTC-EUR"),
			"coinbase-rates": feed("coinbase-rates", serve(t, text(`{"data":{"currency":"EUR","rates":{"X":"`+bad+`"}}}`)), "EUR/X", "X"),
			"ecb":            feed("ecb", serve(t, text(`<E><Cube><Cube time="2026-11-20"><Cube currency="XX" rate="`+bad+`"/></Cube></Cube></E>`)), "EUR/XX", "XX"),
		} {
			if got, err := rates(t, f); err == nil || len(got) > 0 {
				t.Errorf("%s makes a price of %.40q: %v", name, bad, got)
			}
		}
	}
}

func TestWhatDoesNotMeanThePairIsRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		kind, answer string
		listing      [2]string
	}{
		"kraken: another pair":         {"kraken", `{"error":[],"result":{"XETHZEUR":{"a":["1"],"b":["1"]}}}`, [2]string{"BTC/EUR", "XXBTZEUR"}},
		"kraken: a crossed book":       {"kraken", `{"error":[],"result":{"X":{"a":["99"],"b":["101"]}}}`, [2]string{"BTC/EUR", "X"}},
		"kraken: an empty book":        {"kraken", `{"error":[],"result":{"X":{"a":["1000000"],"b":["0.01"]}}}`, [2]string{"BTC/EUR", "X"}},
		"kraken: half a book":          {"kraken", `{"error":[],"result":{"X":{"a":["100"],"b":[]}}}`, [2]string{"BTC/EUR", "X"}},
		"kraken: an error":             {"kraken", `{"error":["EService:Unavailable"]}`, [2]string{"BTC/EUR", "X"}},
		"binance: another symbol":      {"binance", `{"symbol":"ETHEUR","price":"1"}`, [2]string{"BTC/EUR", "BTCEUR"}},
		"binance: an empty book":       {"binance", `{"symbol":"BTCEUR","bidPrice":"0.00000000","askPrice":"0.00000000"}`, [2]string{"BTC/EUR", "BTCEUR"}},
		"coinbase: another currency":   {"coinbase", `{"data":{"amount":"1","base":"BTC","currency":"USD"}}`, [2]string{"BTC/EUR", "BTC-EUR"}},
		"coinbase: another coin":       {"coinbase", `{"data":{"amount":"1","base":"ETH","currency":"EUR"}}`, [2]string{"BTC/EUR", "BTC-EUR"}},
		"rates: another base":          {"coinbase-rates", `{"data":{"currency":"USD","rates":{"ARS":"1400"}}}`, [2]string{"EUR/ARS", "ARS"}},
		"ecb: no day":                  {"ecb", `<E></E>`, [2]string{"EUR/USD", "USD"}},
		"ecb: no date":                 {"ecb", `<E><Cube><Cube time="yesterday"><Cube currency="USD" rate="1.1"/></Cube></Cube></E>`, [2]string{"EUR/USD", "USD"}},
		"ecb: not that currency":       {"ecb", `<E><Cube><Cube time="2026-11-20"><Cube currency="GBP" rate="0.9"/></Cube></Cube></E>`, [2]string{"EUR/USD", "USD"}},
		"ecb: a page of HTML":          {"ecb", `<!doctype html><p>Down for maintenance`, [2]string{"EUR/USD", "USD"}},
		"chainlink: a single error":    {"chainlink", `{"jsonrpc":"2.0","error":{"code":-32700,"message":"no batches"}}`, [2]string{"ETH/USD", contract}},
		"chainlink: no contract":       {"chainlink", rpc("0x", "0x"), [2]string{"ETH/USD", contract}},
		"chainlink: a negative answer": {"chainlink", rpc(words("1", strings.Repeat("f", 64), "1", "692079b7", "1"), words("8")), [2]string{"ETH/USD", contract}},
		"chainlink: no answer yet":     {"chainlink", rpc(words("1", "0", "1", "692079b7", "1"), words("8")), [2]string{"ETH/USD", contract}},
		"chainlink: no round yet":      {"chainlink", rpc(words("1", "5", "0", "0", "1"), words("8")), [2]string{"ETH/USD", contract}},
		"chainlink: far in the future": {"chainlink", rpc(words("1", "5", "1", strings.Repeat("f", 64), "1"), words("8")), [2]string{"ETH/USD", contract}},
		"chainlink: absurd decimals":   {"chainlink", rpc(words("1", "5", "1", "692079b7", "1"), words("ffffffff")), [2]string{"ETH/USD", contract}},
		"chainlink: a word too few":    {"chainlink", rpc(words("1", "5", "1", "692079b7"), words("8")), [2]string{"ETH/USD", contract}},
		"chainlink: half the answers":  {"chainlink", `[{"id":0,"result":"` + words("1", "5", "1", "692079b7", "1") + `"}]`, [2]string{"ETH/USD", contract}},
		"chainlink: others' answers":   {"chainlink", `[{"id":-1,"result":"0x"},{"id":7,"result":"0x"}]`, [2]string{"ETH/USD", contract}},
		"chainlink: reverted":          {"chainlink", `[{"id":0,"error":{"message":"execution reverted"}},{"id":1,"result":"` + words("8") + `"}]`, [2]string{"ETH/USD", contract}},
	} {
		url := serve(t, text(c.answer))
		if c.kind == "coinbase" {
			url += "/{symbol}"
		}
		if got, err := rates(t, feed(c.kind, url, c.listing[:]...)); err == nil || len(got) > 0 {
			t.Errorf("%s: %v", name, got)
		}
	}
}

const contract = "0x5f4eC3Df9cbd43714FE2740f5E3616155c5b8419"

func rpc(round, decimals string) string {
	return `[{"jsonrpc":"2.0","id":1,"result":"` + decimals + `"},{"jsonrpc":"2.0","id":0,"result":"` + round + `"}]`
}

// words is hexadecimal numbers as an ABI answer.
func words(numbers ...string) string {
	out := "0x"
	for _, n := range numbers {
		out += strings.Repeat("0", 64-len(n)) + n
	}
	return out
}

func TestAFloodIsNotDrunk(t *testing.T) {
	t.Parallel()
	var sent atomic.Int64
	_, err := rates(t, feed("kraken", serve(t, func(w http.ResponseWriter, _ *http.Request) {
		chunk := make([]byte, 64<<10)
		for range 100 << 20 / len(chunk) {
			n, err := w.Write(chunk)
			sent.Add(int64(n))
			if err != nil {
				return
			}
		}
	}), "BTC/EUR", "X"))
	if err == nil || !strings.Contains(err.Error(), "longer than") || sent.Load() > 32<<20 {
		t.Errorf("%v after %d bytes", err, sent.Load())
	}
}

func TestARedirectIsNotFollowed(t *testing.T) {
	t.Parallel()
	var reached atomic.Bool
	other := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		reached.Store(true)
		_, _ = io.WriteString(w, `{"symbol":"X","price":"1"}`)
	})
	_, err := rates(t, feed("binance", serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, other, http.StatusFound) }), "BTC/EUR", "X"))
	if err == nil || reached.Load() {
		t.Errorf("%v, reached %t", err, reached.Load())
	}
}

func TestTheContextEndsAQuestion(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	url := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
		case <-release:
		}
	})
	t.Cleanup(func() { close(release) })
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := source(t, feed("kraken", url, "BTC/EUR", "X")).Observe(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}

func TestNoErrorTellsTheAddressOfANode(t *testing.T) {
	t.Parallel()
	dead := httptest.NewServer(nil)
	dead.Close()
	broken := serve(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	for _, url := range []string{dead.URL, broken} {
		_, err := rates(t, feed("chainlink", url+"/v3/secret-key", "ETH/USD", contract))
		if err == nil || strings.Contains(err.Error(), "secret") {
			t.Error(err)
		}
	}
}

func TestAStrangersWordsAreBriefAndCannotForgeALog(t *testing.T) {
	t.Parallel()
	_, err := rates(t, feed("kraken", serve(t, text(`{"error":["`+strings.Repeat("A", 5000)+`\n\u001b[31mlevel=ERROR"]}`)), "BTC/EUR", "X"))
	if err == nil || len(err.Error()) > 300 || strings.ContainsAny(err.Error(), "\x1b\n") {
		t.Errorf("%q", err)
	}
}

func TestFeedsThatCannotWorkAreRefused(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]price.Feed{
		"an unknown kind":         feed("oracle", "https://x.example", "BTC/EUR", "X"),
		"a walk":                  feed("walk", "", "BTC/EUR", "100 ±8"),
		"no url":                  feed("kraken", "", "BTC/EUR", "X"),
		"plain http":              feed("kraken", "http://x.example/{symbols}", "BTC/EUR", "X"),
		"plain http to a number":  feed("kraken", "http://93.184.216.34/{symbols}", "BTC/EUR", "X"),
		"another scheme":          feed("kraken", "file:///etc/passwd", "BTC/EUR", "X"),
		"a fragment":              feed("kraken", "https://x.example/#{symbols}", "BTC/EUR", "X"),
		"a symbol with a slash":   feed("kraken", "https://x.example/{symbol}", "BTC/EUR", "../X"),
		"a symbol with a query":   feed("kraken", "https://x.example/{symbol}", "BTC/EUR", "X&pair=Y"),
		"an empty symbol":         feed("kraken", "https://x.example/{symbol}", "BTC/EUR", "1/"),
		"all at once of coinbase": feed("coinbase", "https://x.example/{symbols}", "BTC/EUR", "BTC-EUR"),
		"nowhere for the symbol":  feed("coinbase", "https://x.example/", "BTC/EUR", "BTC-EUR"),
		"both":                    feed("kraken", "https://x.example/{symbol}/{symbols}", "BTC/EUR", "X"),
		"the bank's other way":    feed("ecb", "https://x.example", "USD/BRL", "BRL"),
		"the bank's wrong way":    feed("ecb", "https://x.example", "USD/EUR", "USD"),
		"no contract":             feed("chainlink", "http://node:8545", "ETH/USD", "ETHUSD"),
		"a short contract":        feed("chainlink", "http://node:8545", "ETH/USD", "0x5f4eC3"),
		"no prefix":               feed("chainlink", "http://node:8545", "ETH/USD", contract[2:]),
	} {
		if _, err := price.Sources(&price.Rules{Feeds: []price.Feed{f}}, ticker.Kinds()); err == nil || !strings.HasPrefix(err.Error(), "prices: source test: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, good := range []price.Feed{
		feed("chainlink", "http://node:8545", "ETH/USD", contract), feed("kraken", "http://localhost:9/{symbols}", "BTC/EUR", "X"),
		feed("kraken", "http://[::1]:9/{symbols}", "BTC/EUR", "X"), feed("ecb", "https://x.example", "USD/EUR", "1/USD"),
	} {
		if _, err := price.Sources(&price.Rules{Feeds: []price.Feed{good}}, ticker.Kinds()); err != nil {
			t.Error(err)
		}
	}
}

func TestTheBuiltInSourcesCanBeMade(t *testing.T) {
	t.Parallel()
	sources, err := price.Sources(price.Defaults(), ticker.Kinds())
	if err != nil || len(sources) != len(price.Defaults().Feeds) {
		t.Errorf("%d sources, %v", len(sources), err)
	}
}
