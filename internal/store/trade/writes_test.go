package trade_test

import (
	"context"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"rampa/internal/asset"
	"rampa/internal/db"
	"rampa/internal/money"
	"rampa/internal/price"
	"rampa/internal/quote"
	"rampa/internal/store/trade"
	"rampa/internal/storetest"
)

// one is a price of one for everything.
type one struct{}

func (one) Price(_ context.Context, p price.Pair) (price.Price, error) {
	rate, err := money.ParseRate("1")
	return price.Price{Pair: p, Rate: rate, At: noon, Used: []price.Observation{{Source: "one", Pair: p, Rate: rate, At: noon}}}, err
}

// work is what a database has done: units of work committed, and statements run.
func work(t *testing.T, from prometheus.Gatherer) (units, statements float64) {
	t.Helper()
	families, err := from.Gather()
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, f := range families {
		switch f.GetName() {
		case "rampa_db_commit_units":
			units, found = f.GetMetric()[0].GetHistogram().GetSampleSum(), found+1
		case "rampa_db_statements_total":
			statements, found = f.GetMetric()[0].GetCounter().GetValue(), found+1
		}
	}
	if found != 2 {
		t.Fatal("the database does not count")
	}
	return units, statements
}

func TestAQuoteAsksTheDatabaseNothingAndALockIsOneUnitOfWork(t *testing.T) {
	t.Parallel()
	storetest.Engines(t, func(t *testing.T, d storetest.Database) {
		counts := prometheus.NewRegistry()
		counted, err := db.Open(t.Context(), db.Options{Source: d.Source, Metrics: counts})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = counted.Close() })
		s := quote.New(quote.Config{Matrix: asset.Default(), Prices: one{}, Store: trade.New(counted), Now: func() time.Time { return noon }})
		project := s.Project("", "")
		usdc, _ := project.Coin("USDC")
		eur, _ := project.Fiat("EUR")
		units, statements := work(t, counts)
		var q quote.Quote
		for range 20 {
			if q, err = s.Buy(t.Context(), project, quote.Order{Want: asset.Want{Symbol: "USDC", Method: "card"}, Spend: money.New(15000, eur)}); err != nil {
				t.Fatal(err)
			}
			if _, err := s.Sell(t.Context(), project, asset.Want{Symbol: "USDC"}, money.New(100_000_000, usdc)); err != nil {
				t.Fatal(err)
			}
		}
		if u, st := work(t, counts); u != units || st != statements {
			t.Errorf("40 quotes took %v units and %v statements", u-units, st-statements)
		}
		if _, err := s.Lock(t.Context(), 7, q); err != nil {
			t.Fatal(err)
		}
		if u, _ := work(t, counts); u != units+1 {
			t.Errorf("a lock took %v units", u-units)
		}
	})
}
