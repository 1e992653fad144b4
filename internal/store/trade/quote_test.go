package trade_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"rampa/internal/db"
	"rampa/internal/money"
	"rampa/internal/price"
	"rampa/internal/quote"
	"rampa/internal/store/trade"
	"rampa/internal/storetest"
)

var noon = time.Date(2026, 6, 26, 12, 0, 0, 123000, time.UTC)

// sample is a quote with the greatest amounts and the finest rates that there are.
func sample(t *testing.T, id string, integrationID int64, expires time.Time) quote.Quote {
	t.Helper()
	rate, err := money.ParseRate("123456.789012345678")
	if err != nil {
		t.Fatal(err)
	}
	ars, coin := money.Asset{Code: "ARS", Scale: 2}, money.Asset{Code: "ETH", Scale: 9}
	return quote.Quote{ID: id, IntegrationID: integrationID, Side: quote.Buy, Chain: "ethereum", Method: "KHIPU", Amount: money.New(money.Max, ars), Tokens: money.New(1, coin), Price: rate,
		ServiceFee: money.New(3, ars), NetworkFee: money.New(2, ars), PartnerFee: money.New(1, ars), CreatedAt: noon, ExpiresAt: expires,
		Used: []price.Observation{{Source: `a "source" ñ`, Pair: price.Pair{Base: "ETH", Quote: "EUR"}, Rate: rate, At: noon}, {Source: "ecb", Pair: price.Pair{Base: "EUR", Quote: "ARS"}, Rate: rate, At: noon}}}
}

func TestAQuoteComesBackAsItWasKept(t *testing.T) {
	t.Parallel()
	storetest.Engines(t, func(t *testing.T, d storetest.Database) {
		s := trade.New(d.DB)
		bought := sample(t, "bought", 7, noon.Add(time.Minute))
		sold := bought
		sold.ID, sold.Side, sold.Method, sold.Used = "sold", quote.Sell, "", []price.Observation{}
		for _, q := range []quote.Quote{bought, sold} {
			if err := s.InsertQuote(t.Context(), q); err != nil {
				t.Fatal(err)
			}
			got, err := s.Quote(t.Context(), 7, q.ID)
			if diff := cmp.Diff(q, got, cmpopts.EquateComparable(money.Amount{}, money.Rate{})); err != nil || diff != "" {
				t.Errorf("%v (-want +got):\n%s", err, diff)
			}
			for integration, id := range map[int64]string{8: q.ID, 7: q.ID + "x"} {
				if _, err := s.Quote(t.Context(), integration, id); !errors.Is(err, quote.ErrNotFound) {
					t.Errorf("integration %d, %s: %v", integration, id, err)
				}
			}
		}
		if err := s.InsertQuote(t.Context(), bought); err == nil {
			t.Error("one id twice")
		}
	})
}

func TestAQuoteIsKeptInTheTransactionOfItsCaller(t *testing.T) {
	t.Parallel()
	storetest.Engines(t, func(t *testing.T, d storetest.Database) {
		s := trade.New(d.DB)
		lost := errors.New("the rest failed")
		err := d.DB.InTx(t.Context(), func(ctx context.Context, _ db.Tx) error {
			return errors.Join(s.InsertQuote(ctx, sample(t, "q", 7, noon)), lost)
		})
		if !errors.Is(err, lost) {
			t.Fatal(err)
		}
		if _, err := s.Quote(t.Context(), 7, "q"); !errors.Is(err, quote.ErrNotFound) {
			t.Errorf("it outlived its transaction: %v", err)
		}
	})
}

func TestOnlyQuotesThatExpiredBeforeAreDeleted(t *testing.T) {
	t.Parallel()
	storetest.Engines(t, func(t *testing.T, d storetest.Database) {
		s := trade.New(d.DB)
		for id, at := range map[string]time.Time{"old": noon.Add(-time.Microsecond), "edge": noon, "new": noon.Add(time.Hour)} {
			if err := s.InsertQuote(t.Context(), sample(t, id, 7, at)); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.DeleteQuotes(t.Context(), noon); err != nil {
			t.Fatal(err)
		}
		for id, want := range map[string]error{"old": quote.ErrNotFound, "edge": nil, "new": nil} {
			if _, err := s.Quote(t.Context(), 7, id); !errors.Is(err, want) {
				t.Errorf("%s: %v", id, err)
			}
		}
	})
}
