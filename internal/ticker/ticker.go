// Package ticker asks the public for prices: exchanges, a central bank, and contracts on a chain, by the addresses that the
// rules name. It takes a bounded amount, believes no redirect, and reads numbers as they are written. It must not know what
// becomes of a price, nor judge one.
package ticker

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"rampa/internal/money"
	"rampa/internal/price"
)

const (
	// maxBody is many times the longest answer of any kind.
	maxBody   = 2 << 20
	maxHeader = 64 << 10
	// atOnce is how many symbols of one source are asked for at the same time.
	atOnce = 4
	// longest is what an answer may take where the caller's context allows more.
	longest = 30 * time.Second
)

// errSymbol is the answer of a place that does not know one of the symbols.
var errSymbol = errors.New("a symbol is not known there")

// Kinds are the formats that are known here. Their sources share their connections. A feed that cannot work is an error: an
// address that is not https (http is for this machine, and for one's own node), a symbol that cannot stand in an address.
func Kinds() price.Kinds {
	client, out := newClient(), price.Kinds{}
	for name, f := range formats {
		out[name] = func(feed price.Feed) (price.Source, error) { return newSource(feed, f, client) }
	}
	return out
}

func newSource(feed price.Feed, k format, client *http.Client) (price.Source, error) {
	if err := checkURL(feed.URL, k.plain); err != nil {
		return nil, err
	}
	s := &source{name: feed.Name, url: feed.URL, format: k, client: client}
	for _, l := range feed.Listings {
		q := quotation{pair: l.Pair, symbol: l.Symbol}
		if symbol, inverse := strings.CutPrefix(l.Symbol, "1/"); inverse {
			q.symbol, q.inverse = symbol, true
		}
		if !isSymbol(q.symbol) {
			return nil, fmt.Errorf("%s: %q is no symbol", l.Pair, l.Symbol)
		}
		if k.check != nil {
			if err := k.check(q); err != nil {
				return nil, fmt.Errorf("%s: %w", l.Pair, err)
			}
		}
		s.quotations = append(s.quotations, q)
	}
	one, all := strings.Contains(feed.URL, "{symbol}"), strings.Contains(feed.URL, "{symbols}")
	switch {
	case all && k.join == nil:
		return nil, errors.New("this kind is not asked for several symbols at once: put {symbol} into the url")
	case one && all:
		return nil, errors.New("the url has both {symbol} and {symbols}")
	case k.single && !one:
		return nil, errors.New("this kind needs {symbol} in the url")
	}
	return s, nil
}

// format is how a place is asked and how it answers.
type format struct {
	read   func(body []byte, asked []string) (map[string]reading, error)
	join   func(symbols []string) string                                          // for {symbols}; nil: one at a time
	ask    func(ctx context.Context, s *source, symbols []string) ([]byte, error) // nil: GET
	check  func(q quotation) error
	single bool // one symbol a call
	plain  bool // http will do: one's own node
}

var formats = map[string]format{
	"kraken":         {read: readKraken, join: commas},
	"binance":        {read: readBinance, join: quoted},
	"coinbase":       {read: readCoinbase, single: true},
	"coinbase-rates": {read: readCoinbaseRates},
	"ecb":            {read: readECB, check: checkECB},
	"chainlink":      {read: readChainlink, ask: askChainlink, check: checkContract, plain: true},
}

// quotation is a pair as the source has it.
type quotation struct {
	pair    price.Pair
	symbol  string
	inverse bool // the source gives the pair the other way round
}

// reading is what an answer says of one symbol.
type reading struct {
	rate *big.Rat
	err  error      // why there is no rate
	at   time.Time  // zero: the answer does not say
	pair price.Pair // what the answer says that this is; zero: it does not say
}

// source asks one feed.
type source struct {
	name, url  string
	format     format
	quotations []quotation
	client     *http.Client
}

// Name is that of the feed.
func (s *source) Name() string { return s.name }

// Observe asks for all pairs. What it got is given beside the error for the rest.
func (s *source) Observe(ctx context.Context) ([]price.Observation, error) {
	if strings.Contains(s.url, "{symbol}") {
		return s.each(ctx)
	}
	found, err := s.observe(ctx, s.quotations)
	if errors.Is(err, errSymbol) && len(s.quotations) > 1 { // one that is not listed any more must not cost all the others
		return s.each(ctx)
	}
	return found, err
}

// each asks for every pair alone.
func (s *source) each(ctx context.Context) ([]price.Observation, error) {
	found, failed := make([][]price.Observation, len(s.quotations)), make([]error, len(s.quotations))
	slots := make(chan struct{}, atOnce)
	var all sync.WaitGroup
	for i, q := range s.quotations {
		all.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			if found[i], failed[i] = s.observe(ctx, s.quotations[i:i+1]); failed[i] != nil {
				failed[i] = fmt.Errorf("%s: %w", q.pair, failed[i])
			}
		})
	}
	all.Wait()
	return slices.Concat(found...), errors.Join(failed...)
}

// observe makes one call for some quotations.
func (s *source) observe(ctx context.Context, asked []quotation) ([]price.Observation, error) {
	symbols := make([]string, len(asked))
	for i, q := range asked {
		symbols[i] = q.symbol
	}
	ask := s.format.ask
	if ask == nil {
		ask = get
	}
	body, err := ask(ctx, s, symbols)
	if err != nil {
		return nil, err
	}
	readings, err := s.format.read(body, symbols)
	if err != nil {
		return nil, err
	}
	var found []price.Observation
	var failed []error
	for _, q := range asked {
		o, err := q.observation(readings)
		if err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", q.symbol, err))
			continue
		}
		found = append(found, o)
	}
	return found, errors.Join(failed...)
}

func (q quotation) observation(readings map[string]reading) (price.Observation, error) {
	r := readings[q.symbol]
	pair, rate := q.pair, r.rate
	if q.inverse {
		pair = pair.Inverse()
	}
	switch {
	case r.err != nil:
		return price.Observation{}, r.err
	case rate == nil:
		return price.Observation{}, errMissing
	case r.pair != (price.Pair{}) && r.pair != pair:
		return price.Observation{}, fmt.Errorf("the answer is about %s", r.pair)
	case q.inverse:
		rate = new(big.Rat).Inv(rate)
	}
	rounded, err := money.NewRate(rate, money.HalfEven)
	if err != nil {
		return price.Observation{}, err
	}
	return price.Observation{Pair: q.pair, Rate: rounded, At: r.at}, nil
}

func newClient() *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxResponseHeaderBytes = maxHeader
	transport.MaxConnsPerHost = 2 * atOnce
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &http.Client{Transport: transport, CheckRedirect: stay, Timeout: longest}
}

// get asks by the feed's address.
func get(ctx context.Context, s *source, symbols []string) ([]byte, error) {
	address := strings.ReplaceAll(s.url, "{symbol}", symbols[0])
	if s.format.join != nil {
		address = strings.ReplaceAll(address, "{symbols}", s.format.join(symbols))
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, bare(err)
	}
	return s.do(request)
}

// do gives the body of an answer of at most maxBody, inflated.
func (s *source) do(request *http.Request) ([]byte, error) {
	request.Header.Set("Accept", "application/json, application/xml;q=0.9")
	request.Header.Set("User-Agent", "rampa")
	response, err := s.client.Do(request)
	if err != nil {
		return nil, bare(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody+1))
	switch {
	case err != nil:
		return nil, bare(err)
	case len(body) > maxBody:
		return nil, fmt.Errorf("the answer is longer than %d bytes", maxBody)
	case response.StatusCode == http.StatusBadRequest || response.StatusCode == http.StatusNotFound:
		return nil, fmt.Errorf("%w: status %d: %s", errSymbol, response.StatusCode, brief(string(body)))
	case response.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("the answer has status %d: %s", response.StatusCode, brief(string(body)))
	}
	return body, nil
}

// bare takes the address out of an error: that of a node may hold a key.
func bare(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}

// brief makes what a stranger said fit for a log.
func brief(s string) string {
	const enough = 120
	s = strings.ToValidUTF8(s, "?")
	if runes := []rune(s); len(runes) > enough {
		s = string(runes[:enough]) + "…"
	}
	return fmt.Sprintf("%q", s)
}

func checkURL(address string, plain bool) error {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Fragment != "" {
		return errors.New("the url is none")
	}
	ip, err := netip.ParseAddr(u.Hostname())
	local := u.Hostname() == "localhost" || err == nil && ip.IsLoopback()
	if u.Scheme != "https" && !(u.Scheme == "http" && (plain || local)) {
		return errors.New("the url must begin with https://: anybody on the way could change a price")
	}
	return nil
}

func isSymbol(s string) bool {
	odd := func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && !strings.ContainsRune("-_.", c)
	}
	return s != "" && len(s) <= 64 && !strings.ContainsFunc(s, odd)
}

func commas(symbols []string) string { return strings.Join(symbols, ",") }

// quoted is a JSON array of strings, escaped.
func quoted(symbols []string) string {
	return url.QueryEscape(`["` + strings.Join(symbols, `","`) + `"]`)
}
