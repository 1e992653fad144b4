package ticker

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"strings"

	"rampa/internal/price"
)

// numeral is a JSON number, or a string with one in it, as it was written. No binary fraction ever stands for a price.
type numeral string

// UnmarshalJSON takes anything: what is no number is found out when it is read as one.
func (n *numeral) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '"' {
		return json.Unmarshal(data, (*string)(n))
	}
	*n = numeral(data)
	return nil
}

var errMissing = errors.New("the answer has no price for it")

var decimal = regexp.MustCompile(`^(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,2})?$`)

// rate reads a decimal above zero.
func (n numeral) rate() (*big.Rat, error) {
	if len(n) > 64 || !decimal.MatchString(string(n)) {
		return nil, fmt.Errorf("%s is no price", brief(string(n)))
	}
	r, ok := new(big.Rat).SetString(string(n))
	if !ok || r.Sign() <= 0 {
		return nil, fmt.Errorf("%s is no price", brief(string(n)))
	}
	return r, nil
}

// widest is how much more than the bid an ask may be, as a fraction: beyond a tenth, nobody trades there and the middle
// means nothing.
var widest = big.NewRat(11, 10)

// middle is between bid and ask.
func middle(bid, ask numeral) (*big.Rat, error) {
	low, err := bid.rate()
	if err != nil {
		return nil, fmt.Errorf("bid %w", err)
	}
	high, err := ask.rate()
	if err != nil {
		return nil, fmt.Errorf("ask %w", err)
	}
	if high.Cmp(low) < 0 || high.Cmp(new(big.Rat).Mul(low, widest)) > 0 {
		return nil, fmt.Errorf("bid %s and ask %s make no price", brief(string(bid)), brief(string(ask)))
	}
	sum := new(big.Rat).Add(low, high)
	return sum.Quo(sum, big.NewRat(2, 1)), nil
}

// readKraken reads /0/public/Ticker: by Kraken's own name of the pair, a is the best ask and b the best bid, each with its
// lots. The last trade is not used: on a quiet pair it may be hours old.
func readKraken(body []byte, asked []string) (map[string]reading, error) {
	var answer struct {
		Error  []string `json:"error"`
		Result map[string]struct {
			Ask []numeral `json:"a"`
			Bid []numeral `json:"b"`
		} `json:"result"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return nil, err
	}
	switch said := strings.Join(answer.Error, ", "); {
	case strings.Contains(said, "Unknown asset pair"):
		return nil, fmt.Errorf("%w: %s", errSymbol, brief(said))
	case said != "":
		return nil, fmt.Errorf("kraken says %s", brief(said))
	}
	return each(asked, func(symbol string) (*big.Rat, error) {
		t := answer.Result[symbol]
		if len(t.Ask) == 0 || len(t.Bid) == 0 {
			return nil, errMissing
		}
		return middle(t.Bid[0], t.Ask[0])
	}), nil
}

// each makes readings of the symbols that were asked for; one that is wrong spoils none of the others.
func each(asked []string, rate func(symbol string) (*big.Rat, error)) map[string]reading {
	out := map[string]reading{}
	for _, symbol := range asked {
		r, err := rate(symbol)
		out[symbol] = reading{rate: r, err: err}
	}
	return out
}

// readBinance reads /api/v3/ticker/bookTicker (bid and ask) and /api/v3/ticker/price, each for one symbol or for several.
func readBinance(body []byte, asked []string) (map[string]reading, error) {
	type ticker struct {
		Symbol string  `json:"symbol"`
		Price  numeral `json:"price"`
		Bid    numeral `json:"bidPrice"`
		Ask    numeral `json:"askPrice"`
	}
	var all []ticker
	if err := json.Unmarshal(body, &all); err != nil {
		all = make([]ticker, 1)
		if err := json.Unmarshal(body, &all[0]); err != nil {
			return nil, err
		}
	}
	found := map[string]ticker{}
	for _, t := range all {
		found[t.Symbol] = t
	}
	return each(asked, func(symbol string) (*big.Rat, error) {
		switch t, has := found[symbol]; {
		case !has:
			return nil, errMissing
		case t.Bid != "" || t.Ask != "":
			return middle(t.Bid, t.Ask)
		default:
			return t.Price.rate()
		}
	}), nil
}

// readCoinbase reads /v2/prices/BTC-EUR/spot. The base is not in every answer.
func readCoinbase(body []byte, asked []string) (map[string]reading, error) {
	var answer struct {
		Data struct {
			Amount   numeral `json:"amount"`
			Base     string  `json:"base"`
			Currency string  `json:"currency"`
		} `json:"data"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return nil, err
	}
	base, quote, _ := strings.Cut(asked[0], "-")
	if d := answer.Data; d.Currency != quote || d.Base != "" && d.Base != base {
		return nil, fmt.Errorf("the answer is about %s", brief(d.Base+"-"+d.Currency))
	}
	rate, err := answer.Data.Amount.rate()
	if err != nil {
		return nil, err
	}
	return map[string]reading{asked[0]: {rate: rate}}, nil
}

// readCoinbaseRates reads /v2/exchange-rates?currency=EUR: how much of each currency and coin one unit of the base is worth.
func readCoinbaseRates(body []byte, asked []string) (map[string]reading, error) {
	var answer struct {
		Data struct {
			Currency string             `json:"currency"`
			Rates    map[string]numeral `json:"rates"`
		} `json:"data"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return nil, err
	}
	return table(asked, answer.Data.Rates, answer.Data.Currency), nil
}

// table makes readings of what one unit of base is worth in others.
func table(asked []string, rates map[string]numeral, base string) map[string]reading {
	readings := each(asked, func(symbol string) (*big.Rat, error) {
		if n, has := rates[symbol]; has {
			return n.rate()
		}
		return nil, errMissing
	})
	for symbol, r := range readings {
		r.pair = price.Pair{Base: base, Quote: symbol}
		readings[symbol] = r
	}
	return readings
}
