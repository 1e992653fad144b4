package sandbox

import (
	"math/big"
	"slices"
	"testing"
	"time"

	"rampa/internal/money"
	"rampa/internal/price"
)

// coins and currencies are those of the default matrix.
var (
	coins      = []string{"USDC", "USDT", "EURC", "ETH", "POL", "BTC", "BNB"}
	currencies = []string{"EUR", "ARS", "CLP", "COP", "MXN", "PEN", "BRL"}
)

func newBook(t *testing.T, now func() time.Time) *price.Book {
	t.Helper()
	sources, err := price.Sources(PriceRules(), PriceKinds(now))
	must(t, err)
	return price.New(price.Config{Rules: PriceRules(), Sources: sources, Now: now})
}

func TestASandboxPricesEveryCoinInEveryCurrencyWithoutBeingAskedTo(t *testing.T) {
	t.Parallel()
	book := newBook(t, func() time.Time { return noon })
	for _, quote := range currencies {
		for _, base := range slices.Concat(coins, currencies) {
			p, err := book.Price(t.Context(), price.Pair{Base: base, Quote: quote})
			if err != nil || p.Rate.IsZero() || p.At.After(noon) || noon.Sub(p.At) > time.Minute {
				t.Errorf("%s/%s: %+v, %v", base, quote, p, err)
			}
		}
	}
}

func TestPricesFollowTheClockOverAnyLeap(t *testing.T) {
	t.Parallel()
	now := noon
	book := newBook(t, func() time.Time { return now })
	pair := price.Pair{Base: "USDC", Quote: "CLP"}
	seen := map[money.Rate]bool{}
	for _, leap := range []time.Duration{0, time.Minute, 14 * time.Minute, time.Hour, 24 * time.Hour, 366 * 24 * time.Hour, 3660 * 24 * time.Hour} {
		now = now.Add(leap)
		p, err := book.Price(t.Context(), pair)
		if err != nil || now.Sub(p.At) > time.Minute {
			t.Fatalf("after %s: %+v, %v", leap, p, err)
		}
		seen[p.Rate] = true
	}
	if len(seen) < 6 {
		t.Errorf("the price moved %d times in 6 leaps", len(seen)-1)
	}
}

func TestAPriceHoldsStillWithinItsMinuteAndIsTheSameOnEveryNode(t *testing.T) {
	t.Parallel()
	pair := price.Pair{Base: "ETH", Quote: "EUR"}
	first, err := newBook(t, func() time.Time { return noon }).Price(t.Context(), pair)
	must(t, err)
	for _, late := range []time.Duration{time.Microsecond, time.Second, time.Minute - time.Microsecond} {
		again, err := newBook(t, func() time.Time { return noon.Add(late) }).Price(t.Context(), pair)
		if err != nil || again.Rate != first.Rate {
			t.Errorf("after %s: %s, then %s, %v", late, first.Rate, again.Rate, err)
		}
	}
}

// TestAWalkIsCalm looks at five days minute by minute, and at far points of a century.
func TestAWalkIsCalm(t *testing.T) {
	t.Parallel()
	w, err := parseWalk("100 ±10")
	must(t, err)
	w.seed = seed("calm")
	at := func(when time.Time) money.Rate {
		r, err := w.rate(when)
		must(t, err)
		return r
	}
	step, _ := money.ParsePercent("0.2")
	last, low, high := at(noon), at(noon), at(noon)
	for i := range 5 * 24 * 60 {
		next := at(noon.Add(time.Duration(i) * time.Minute))
		if next.Deviation(last) > step {
			t.Fatalf("minute %d: from %s to %s", i, last, next)
		}
		last = next
		if next.Cmp(low) < 0 {
			low = next
		}
		if next.Cmp(high) > 0 {
			high = next
		}
	}
	if high.Deviation(low) < 10*step {
		t.Errorf("within five days it went from %s to %s only", low, high)
	}
	base, _ := money.ParseRate("100")
	for i := range 5_000 {
		if r := at(noon.Add(time.Duration(i) * 77 * time.Hour)); r.Deviation(base) > widest {
			t.Fatalf("%d × 77 hours on it costs %s", i, r)
		}
	}
}

// TestTheWavesKeepWhatTheyPromise computes the bounds that no walk can break.
func TestTheWavesKeepWhatTheyPromise(t *testing.T) {
	t.Parallel()
	var shares int64
	slope := new(big.Rat)
	for _, w := range waves {
		shares += w.share
		slope.Add(slope, big.NewRat(w.share, 1000*w.minutes))
	}
	if shares != 1000 {
		t.Errorf("the waves share %d thousandths", shares)
	}
	// twice the swing of 10 %, seen from the lowest price, must stay under 0.2 % a minute
	slope.Mul(slope, big.NewRat(2*10, 90))
	if slope.Cmp(big.NewRat(2, 1000)) > 0 {
		t.Errorf("a walk may be as steep as %s a minute", slope.FloatString(5))
	}
}

func TestASandboxRefusesWhatItCannotInvent(t *testing.T) {
	t.Parallel()
	for name, feed := range map[string]price.Feed{
		"a ticker":        {Kind: "kraken", Listings: []price.Listing{{Symbol: "XBTEUR"}}},
		"no swing":        {Kind: "walk", Listings: []price.Listing{{Symbol: "100"}}},
		"too wide":        {Kind: "walk", Listings: []price.Listing{{Symbol: "100 ±10.1"}}},
		"a negative one":  {Kind: "walk", Listings: []price.Listing{{Symbol: "100 ±-1"}}},
		"nothing":         {Kind: "walk", Listings: []price.Listing{{Symbol: "0 ±1"}}},
		"no number":       {Kind: "fixed", Listings: []price.Listing{{Symbol: "dear"}}},
		"a negative rate": {Kind: "fixed", Listings: []price.Listing{{Symbol: "-2"}}},
	} {
		if _, err := price.Sources(&price.Rules{Feeds: []price.Feed{feed}}, PriceKinds(time.Now)); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

func TestAFixedPriceStandsStill(t *testing.T) {
	t.Parallel()
	feed := price.Feed{Name: "table", Kind: "fixed", Listings: []price.Listing{{Pair: price.Pair{Base: "BTC", Quote: "EUR"}, Symbol: "84000.5"}}}
	now := noon
	sources, err := price.Sources(&price.Rules{Feeds: []price.Feed{feed}}, PriceKinds(func() time.Time { return now }))
	must(t, err)
	for range 3 {
		got, err := sources[0].Observe(t.Context())
		if err != nil || len(got) != 1 || got[0].Rate.String() != "84000.5" || !got[0].At.Equal(now) {
			t.Fatalf("%+v, %v", got, err)
		}
		now = now.Add(1000 * time.Hour)
	}
}

func BenchmarkAMinutesPrices(b *testing.B) {
	now := noon
	sources, err := price.Sources(PriceRules(), PriceKinds(func() time.Time { return now }))
	if err != nil {
		b.Fatal(err)
	}
	book := price.New(price.Config{Rules: PriceRules(), Sources: sources, Now: func() time.Time { return now }})
	for b.Loop() {
		now = now.Add(time.Minute)
		if _, err := book.Price(b.Context(), price.Pair{Base: "USDC", Quote: "ARS"}); err != nil {
			b.Fatal(err)
		}
	}
}
