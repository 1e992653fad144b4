// Package price is what coins and currencies cost: observations of several sources made into one rate that can be
// trusted, or none. It must not know HTTP, fees or payments.
package price

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"rampa/internal/errs"
	"rampa/internal/money"
)

// Pair is what is priced: one Base costs a rate of Quote. USDC/EUR at 0.92: one USDC costs 0.92 EUR.
type Pair struct {
	Base  string // a coin's symbol or a currency
	Quote string // a currency
}

// String writes the pair as "USDC/EUR".
func (p Pair) String() string { return p.Base + "/" + p.Quote }

// Inverse is the pair the other way round.
func (p Pair) Inverse() Pair { return Pair{p.Quote, p.Base} }

// Observation is what one source says.
type Observation struct {
	Source string
	Pair   Pair
	Rate   money.Rate
	At     time.Time // the source's own time, else when it was read
}

// Source gives observations. One call is one round of it; what it does not know it leaves out. It may give some and an
// error for the rest.
type Source interface {
	Name() string
	Observe(ctx context.Context) ([]Observation, error)
}

// Instant is a Source that answers from memory: it is asked when a price is, not in rounds, so that its prices are fresh
// however far the clock has leapt.
type Instant interface {
	Source
	// ObserveAt gives what the source says at t, and when that changes.
	ObserveAt(t time.Time) (observations []Observation, until time.Time, err error)
}

// Kinds make the sources of feeds, by the kind that stands in the rules.
type Kinds map[string]func(Feed) (Source, error)

// Sources makes the sources that the rules name. A feed of a kind that is not known here, or that cannot work, is an error.
func Sources(rules *Rules, kinds Kinds) ([]Source, error) {
	var sources []Source
	for _, feed := range rules.Feeds {
		newSource, known := kinds[feed.Kind]
		if !known {
			return nil, fmt.Errorf("prices: source %s: the kind %q is not one of %s", feed.Name, feed.Kind,
				strings.Join(slices.Sorted(maps.Keys(kinds)), ", "))
		}
		s, err := newSource(feed)
		if err != nil {
			return nil, fmt.Errorf("prices: source %s: %w", feed.Name, err)
		}
		sources = append(sources, s)
	}
	return sources, nil
}

// Price is a rate with what it was made of.
type Price struct {
	Pair Pair
	Rate money.Rate
	At   time.Time     // of the oldest observation used
	Used []Observation // for a cross, those of each leg; shared: not to be changed
}

// ErrUnavailable is the answer when no fresh price can be trusted.
var ErrUnavailable = errs.New(errs.Unavailable, "price_unavailable", "There is no fresh price for this now. Try again in a minute.")
