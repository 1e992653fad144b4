package price

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"rampa/internal/money"
)

// board is all prices at one time. It does not change.
type board struct {
	made, until time.Time // from made on, before until
	entries     map[Pair]entry
}

type entry struct {
	price Price
	err   error
}

// holds reports whether the board is right at now. A clock set back by a moment does no harm.
func (b *board) holds(now time.Time) bool {
	return b != nil && now.Before(b.until) && now.Sub(b.made) > -ahead
}

// leg is what the sources make of one pair.
type leg struct {
	rate  *big.Rat // nil: not known, or not to be trusted
	used  []Observation
	doubt error // several know it and do not agree, or it has jumped
}

// compose makes a board of what the sources said. It holds until the first of the observations is too old. The lock is held.
func (b *Book) compose(now, until time.Time) *board {
	fresh := map[Pair][]Observation{}
	for _, d := range b.desks {
		for p, o := range d.seen {
			if age := now.Sub(o.At); age > d.age || age < -ahead { // or the clock was set back, and it would never grow old
				delete(d.seen, p)
				continue
			}
			if end := o.At.Add(d.age + time.Nanosecond); end.Before(until) {
				until = end
			}
			fresh[p] = append(fresh[p], o)
		}
	}
	legs := map[Pair]leg{}
	for p, observations := range fresh {
		l := b.agree(p, observations)
		if l.rate != nil {
			l = b.trusted(p, l, now)
		}
		legs[p] = l
	}
	made := &board{made: now, until: until, entries: map[Pair]entry{}}
	bases, quotes := map[string]bool{}, map[string]bool{}
	for p := range legs {
		bases[p.Base], bases[p.Quote], quotes[p.Quote] = true, true, true
	}
	for _, bridge := range b.rules.Bridges {
		quotes[bridge] = true
	}
	for base := range bases {
		for quote := range quotes {
			if p := (Pair{base, quote}); base != quote {
				made.entries[p] = b.cross(p, legs)
			}
		}
	}
	return made
}

// agree gives the median of the observations that do not lie far from the median of all.
func (b *Book) agree(p Pair, all []Observation) leg {
	needed := b.rules.trustOf(p)
	if len(all) < needed.quorum {
		return leg{}
	}
	slices.SortFunc(all, func(a, b Observation) int { return strings.Compare(a.Source, b.Source) })
	middle := median(all)
	used := slices.DeleteFunc(slices.Clone(all), func(o Observation) bool { return o.Rate.Deviation(middle) > needed.outlier })
	if len(used) < needed.quorum {
		return leg{doubt: fmt.Errorf("%s: the sources disagree: %s", p, list(all))}
	}
	return leg{rate: median(used).Rat(), used: used}
}

// median gives the middle rate, or that between the two in the middle.
func median(all []Observation) money.Rate {
	rates := make([]money.Rate, len(all))
	for i, o := range all {
		rates[i] = o.Rate
	}
	slices.SortFunc(rates, money.Rate.Cmp)
	low, high := rates[(len(rates)-1)/2], rates[len(rates)/2]
	if low == high {
		return low
	}
	sum := new(big.Rat).Add(low.Rat(), high.Rat())
	middle, err := money.NewRate(sum.Quo(sum, big.NewRat(2, 1)), money.HalfEven)
	if err != nil { // between two rates lies a rate
		return low
	}
	return middle
}

func list(all []Observation) string {
	var said []string
	for _, o := range all {
		said = append(said, o.Source+" says "+o.Rate.String())
	}
	return strings.Join(said, ", ")
}

// cross prices a pair by the first way whose legs are all known. A leg in doubt is not gone round: prices that the
// sources of a pair do not agree on are not sold by another door.
func (b *Book) cross(p Pair, legs map[Pair]leg) entry {
	for _, way := range b.rules.ways(p) {
		rate, used, known := big.NewRat(1, 1), []Observation(nil), true
		for _, step := range way {
			l, has := legs[step]
			back := false
			if !has {
				l, back = legs[step.Inverse()], true
			}
			switch {
			case l.doubt != nil:
				return entry{err: ErrUnavailable.Because(l.doubt)}
			case l.rate == nil:
				known = false
			case back:
				rate.Quo(rate, l.rate)
			default:
				rate.Mul(rate, l.rate)
			}
			used = append(used, l.used...)
		}
		if !known {
			continue
		}
		rounded, err := money.NewRate(rate, money.HalfEven)
		if err != nil {
			return entry{err: ErrUnavailable.Because(fmt.Errorf("%s: %w", p, err))}
		}
		oldest := slices.MinFunc(used, func(a, b Observation) int { return a.At.Compare(b.At) })
		return entry{price: Price{Pair: p, Rate: rounded, At: oldest.At, Used: slices.Clip(used)}}
	}
	return entry{err: ErrUnavailable.Because(fmt.Errorf("%s: too few sources have a fresh price", p))}
}

// past is what a pair cost when it was last trusted, and the rate far from it that waits to be confirmed.
type past struct {
	rate money.Rate
	at   time.Time

	held   money.Rate // zero: none
	since  time.Time
	rounds int
	newest time.Time // of the observations of the last round counted
}

// trusted holds a rate that has jumped until it is confirmed.
func (b *Book) trusted(p Pair, l leg, now time.Time) leg {
	was, has := b.past[p]
	if !has {
		was = &past{}
		b.past[p] = was
	}
	rate := median(l.used)
	needed, jump := b.rules.trustOf(p), b.rules.Jump
	calm := was.rate.IsZero() || needed.jump == 0 || now.Sub(was.at) > jump.Within || rate.Deviation(was.rate) <= needed.jump
	sure := jump.Sources > 0 && len(l.used) >= jump.Sources
	first := was.held.IsZero()
	if !calm && !sure && !was.confirmed(rate, l.used, now, b.rules) {
		if first {
			b.log.Warn("price jumped and is held", "pair", p, "was", was.rate, "is", rate)
		}
		return leg{doubt: fmt.Errorf("%s jumped from %s to %s: %s", p, was.rate, rate, list(l.used))}
	}
	if !first {
		b.log.Info("price is served again", "pair", p, "rate", rate)
	}
	*was = past{rate: rate, at: now}
	return l
}

// confirmed counts the rounds that say what the round before said; one that differs too much begins anew. What was said
// before proves nothing: a round counts when something in it is new.
func (w *past) confirmed(rate money.Rate, used []Observation, now time.Time, rules *Rules) bool {
	newest := slices.MaxFunc(used, func(a, b Observation) int { return a.At.Compare(b.At) }).At
	switch {
	case w.held.IsZero() || rate.Deviation(w.held) > rules.trustOf(used[0].Pair).outlier:
		w.held, w.since, w.rounds, w.newest = rate, now, 1, newest
	case newest.After(w.newest):
		w.held, w.rounds, w.newest = rate, w.rounds+1, newest
	}
	return w.rounds >= rules.Jump.Rounds && now.Sub(w.since) >= rules.Jump.Hold
}
