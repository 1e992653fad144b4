package quote_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"rampa/internal/asset"
	"rampa/internal/money"
	"rampa/internal/price"
	"rampa/internal/quote"
)

var (
	noon = time.Date(2026, 6, 26, 12, 0, 0, 0, time.UTC)
	eur  = money.Asset{Code: "EUR", Scale: 2}
	clp  = money.Asset{Code: "CLP", Scale: 0}
	usdc = money.Asset{Code: "USDC", Scale: 6}
)

// table is prices that stand still, by pair; what is not there has none.
type table map[string]string

func (t table) Price(_ context.Context, p price.Pair) (price.Price, error) {
	text, ok := t[p.String()]
	if !ok {
		return price.Price{}, price.ErrUnavailable
	}
	rate, err := money.ParseRate(text)
	return price.Price{Pair: p, Rate: rate, At: noon, Used: []price.Observation{{Source: "table", Pair: p, Rate: rate, At: noon}}}, err
}

// memory is a Store in a map.
type memory map[string]quote.Quote

func (m memory) InsertQuote(_ context.Context, q quote.Quote) error { m[q.ID] = q; return nil }

func (m memory) Quote(_ context.Context, integrationID int64, id string) (quote.Quote, error) {
	if q, ok := m[id]; ok && q.IntegrationID == integrationID {
		return q, nil
	}
	return quote.Quote{}, quote.ErrNotFound
}

func (m memory) DeleteQuotes(_ context.Context, before time.Time) error {
	for id, q := range m {
		if q.ExpiresAt.Before(before) {
			delete(m, id)
		}
	}
	return nil
}

// desk is a service over the built-in matrix.
type desk struct {
	*testing.T
	*quote.Service
	project *asset.Project
	prices  table
	kept    memory
	now     time.Time
}

func newDesk(t *testing.T, prices table) *desk {
	d := &desk{T: t, prices: prices, kept: memory{}, now: noon}
	d.Service = quote.New(quote.Config{Matrix: asset.Default(), Prices: prices, Store: d.kept, Now: func() time.Time { return d.now }})
	d.project = d.Project("", "")
	return d
}

func standard() table { return table{"USDC/EUR": "0.9213", "USDC/CLP": "950", "EUR/CLP": "1030"} }

func amount(t *testing.T, text string, of money.Asset) money.Amount {
	t.Helper()
	a, err := money.Parse(text, of)
	if err != nil {
		t.Fatal(text, err)
	}
	return a
}

// buy quotes USDC on polygon.
func (d *desk) buy(method, spend, obtain string, fiat money.Asset) (quote.Quote, error) {
	d.Helper()
	o := quote.Order{Want: asset.Want{Fiat: fiat.Code, Symbol: "USDC", Method: method}}
	if spend != "" {
		o.Spend = amount(d.T, spend, fiat)
	} else {
		o.Obtain = amount(d.T, obtain, usdc)
	}
	return d.Buy(d.Context(), d.project, o)
}

func (d *desk) mustBuy(method, spend, obtain string) quote.Quote {
	d.Helper()
	q, err := d.buy(method, spend, obtain, eur)
	if err != nil {
		d.Fatal(err)
	}
	return q
}

func is(err, want error) bool {
	return want == nil && err == nil || want != nil && errors.Is(err, want)
}
