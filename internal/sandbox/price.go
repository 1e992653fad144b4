package sandbox

import (
	"cmp"
	"context"
	_ "embed"
	"fmt"
	"hash/fnv"
	"math/big"
	"strings"
	"sync"
	"time"

	"rampa/internal/money"
	"rampa/internal/price"
)

//go:embed prices.yaml
var prices []byte

// PriceRules gives the rules of a sandbox's prices. They are read once; a test proves that they load.
var PriceRules = sync.OnceValue(func() *price.Rules {
	rules, err := price.LoadRules(prices)
	if err != nil {
		panic("sandbox: prices.yaml: " + err.Error())
	}
	return rules
})

// PriceKinds are the kinds of sources that only a sandbox has. They answer from memory and follow the clock.
func PriceKinds(now func() time.Time) price.Kinds {
	kind := func(parse func(text string) (wanderer, error)) func(price.Feed) (price.Source, error) {
		return func(feed price.Feed) (price.Source, error) {
			s := &invented{name: feed.Name, now: now}
			for _, l := range feed.Listings {
				w, err := parse(l.Symbol)
				if err != nil {
					return nil, fmt.Errorf("%s: %w", l.Pair, err)
				}
				w.pair, w.seed = l.Pair, seed(feed.Name+" "+l.Pair.String())
				s.wanderers = append(s.wanderers, w)
			}
			return s, nil
		}
	}
	return price.Kinds{"walk": kind(parseWalk), "fixed": kind(parseFixed)}
}

// invented is a source of a sandbox.
type invented struct {
	name      string
	now       func() time.Time
	wanderers []wanderer
}

func (s *invented) Name() string { return s.name }

// Observe gives the rates of now.
func (s *invented) Observe(context.Context) ([]price.Observation, error) {
	observations, _, err := s.ObserveAt(s.now())
	return observations, err
}

// ObserveAt gives the rates of a minute.
func (s *invented) ObserveAt(t time.Time) (out []price.Observation, until time.Time, err error) {
	at := t.Truncate(time.Minute)
	for _, w := range s.wanderers {
		rate, err := w.rate(at)
		if err != nil {
			return nil, at, fmt.Errorf("%s: %w", w.pair, err)
		}
		out = append(out, price.Observation{Source: s.name, Pair: w.pair, Rate: rate, At: at})
	}
	return out, at.Add(time.Minute), nil
}

// wanderer is a rate that goes about its base; one without swing stands still.
type wanderer struct {
	pair  price.Pair
	base  money.Rate
	swing money.Percent
	seed  uint64
}

// widest is how far a walk may go from its base, so that it is never off by more than a tenth.
const widest money.Percent = 100_000

// parseFixed reads "84000".
func parseFixed(text string) (w wanderer, err error) {
	w.base, err = money.ParseRate(text)
	return w, err
}

// parseWalk reads "84000 ±8".
func parseWalk(text string) (w wanderer, err error) {
	base, swing, _ := strings.Cut(text, "±")
	w.base, err = money.ParseRate(strings.TrimSpace(base))
	if err == nil {
		w.swing, err = money.ParsePercent(strings.TrimSpace(swing))
	}
	if err != nil || w.swing < 0 || w.swing > widest {
		return wanderer{}, cmp.Or(err, fmt.Errorf("%q goes further than 10 per cent", text))
	}
	return w, nil
}

// wave is one of the motions that a walk is the sum of: every so many minutes it comes to a height that nobody foresees,
// and goes straight from one to the next.
type wave struct{ minutes, share int64 }

// waves share the swing in thousandths. The steepest a walk can be follows from them: twice the swing times the sum of
// share/minutes, which is 0.11 % a minute for the widest swing.
var waves = []wave{{10080, 400}, {1440, 300}, {240, 170}, {60, 80}, {15, 50}}

// millionths is one in the units of heights.
const millionths = 1_000_000

// rate gives the rate at a time, a function of nothing else: no leap is too far, and all nodes agree.
func (w wanderer) rate(at time.Time) (money.Rate, error) {
	minute := at.Unix() / 60
	var height int64 // from -millionths to millionths, in thousandths of it
	for i, v := range waves {
		n, gone := minute/v.minutes, minute%v.minutes
		from, to := w.height(i, n), w.height(i, n+1)
		height += v.share * (from + (to-from)*gone/v.minutes)
	}
	const whole = millionths * millionths // a Percent and a height are both in millionths
	factor := big.NewRat(whole+int64(w.swing)*(height/1000), whole)
	return money.NewRate(factor.Mul(factor, w.base.Rat()), money.HalfEven)
}

// height gives where the wave stands at its nth point: the finaliser of SplitMix64 over seed, wave and point.
func (w wanderer) height(wave int, n int64) int64 {
	z := w.seed + uint64(wave)<<56 + uint64(n)*0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	z ^= z >> 31
	return int64(z%(2*millionths+1)) - millionths
}

func seed(text string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(text))
	return h.Sum64()
}
