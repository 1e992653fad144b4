// Package price is what coins and currencies cost: observations of several sources made into one rate that can be
// trusted, or none. It must not know HTTP, fees or payments.
package price

import (
	"context"
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

// Observation is what one source says.
type Observation struct {
	Source string
	Pair   Pair
	Rate   money.Rate
	At     time.Time // the source's own time, else when it was read
}

// Source gives observations. One call is one round of it; what it does not know it leaves out.
type Source interface {
	Name() string
	Observe(ctx context.Context) ([]Observation, error)
}

// Price is a rate with what it was made of.
type Price struct {
	Pair Pair
	Rate money.Rate
	At   time.Time     // of the oldest observation used
	Used []Observation // for a cross, those of each leg
}

// ErrUnavailable is the answer when no fresh price can be trusted.
var ErrUnavailable = errs.New(errs.Unavailable, "price_unavailable", "There is no fresh price for this now. Try again in a minute.")
