package app

import (
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"rampa/internal/asset"
	"rampa/internal/config"
	"rampa/internal/ledger"
	"rampa/internal/price"
	"rampa/internal/prove"
	"rampa/internal/quote"
	"rampa/internal/sandbox"
	"rampa/internal/store/book"
	"rampa/internal/store/proof"
	"rampa/internal/store/trade"
	"rampa/internal/ticker"
)

// market is what money stands on: what can be traded, what it costs, the book of it, and the proof that the book is right.
type market struct {
	chains
	matrix *asset.Matrix
	prices *price.Book
	quotes *quote.Service
	ledger *ledger.Service
	prover *prove.Service
}

// newMarket makes the market, with the installation's own files where it has any.
func (v *services) newMarket(w *world, s *storage) error {
	matrix, err := ownRules(w.cfg.Market.Assets, asset.Load)
	if err != nil {
		return err
	}
	if v.matrix = matrix; matrix == nil {
		v.matrix = asset.Default()
	}
	if v.chains, v.matrix, err = newChains(w, s, v.matrix); err != nil {
		return err
	}
	if v.prices, err = newPrices(w, v.matrix); err != nil {
		return err
	}
	v.quotes = quote.New(quote.Config{Matrix: v.matrix, Prices: v.prices, Store: trade.New(s.db), Now: w.now})
	v.ledger = ledger.New(ledger.Config{Store: book.New(s.db), Now: w.now})
	c := prove.Config{Store: proof.New(s.db), Audit: v.chain, Log: w.log, Now: w.now}
	if w.cfg.Mode != config.Tool { // a command is not told of the server's matrix: it goes by what the server registered
		c.Assets = v.matrix.Assets()
	}
	c.Partial = !w.serves
	v.prover = prove.New(c)
	return nil
}

// newPrices makes the book of prices. A sandbox invents them unless it is told where to ask.
func newPrices(w *world, matrix *asset.Matrix) (*price.Book, error) {
	rules, err := ownRules(w.cfg.Market.Prices, price.LoadRules)
	if err != nil {
		return nil, err
	}
	kinds := ticker.Kinds()
	if w.sandbox() {
		maps.Copy(kinds, sandbox.PriceKinds(w.now))
	}
	switch {
	case rules != nil:
	case w.sandbox():
		rules = sandbox.PriceRules()
	default:
		rules = price.Defaults()
	}
	sources, err := price.Sources(rules, kinds)
	if err != nil {
		return nil, fmt.Errorf("prices: %w", err)
	}
	warnOfPriceless(w, matrix, rules)
	return price.New(price.Config{Rules: rules, Sources: sources, Now: w.now, Log: w.log}), nil
}

// warnOfPriceless tells of coins that no source will ever price: every quote of them is refused.
func warnOfPriceless(w *world, matrix *asset.Matrix, rules *price.Rules) {
	project := matrix.Project("", "")
	for _, fiat := range project.Fiats() {
		for _, coin := range project.Coins() {
			if pair := (price.Pair{Base: coin.Code, Quote: fiat.Code}); !rules.Covers(pair) {
				w.log.Warn("no source prices this pair, so it cannot be quoted; see docs/prices.md", "pair", pair.String())
			}
		}
	}
}

// maintainMarket lists the periodic work of the market.
func (v *services) maintainMarket(w *world, every func(time.Duration, string, func(context.Context) error)) {
	if w.metrics != nil {
		w.metrics.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "rampa_payouts_frozen",
			Help: "1 while payouts are frozen, by a proof that failed or by an operator; -1 when that cannot be told."}, v.frozen))
	}
	every(2*time.Second, "ledger.fold", v.ledger.Fold)
	every(time.Hour, "quote.sweep", v.quotes.Sweep)
	every(time.Minute, "ledger.prove", v.prover.Sweep)
}

// frozen asks the database, so that every node tells the same.
func (v *services) frozen() float64 {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	switch _, stands, err := v.prover.Frozen(ctx); {
	case err != nil:
		return -1
	case stands:
		return 1
	}
	return 0
}
