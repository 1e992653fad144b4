package price_test

import (
	"fmt"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"rampa/internal/money"
)

// near gives a rate within half a per cent of a centre, in millionths of it.
func near(rt *rapid.T, centre int64) string {
	n := rapid.Int64Range(995_000, 1_005_000).Draw(rt, "near")
	rate, err := money.NewRate(big.NewRat(centre*n, 1_000_000), money.HalfEven)
	if err != nil {
		rt.Fatal(err)
	}
	return rate.String()
}

// TestAMinorityOfLiarsNeverMovesThePriceBeyondTheHonest holds for any number of sources and any lies.
func TestAMinorityOfLiarsNeverMovesThePriceBeyondTheHonest(t *testing.T) {
	t.Parallel()
	names := []string{"a", "b", "c", "d", "e", "f", "g"}
	rapid.Check(t, func(rt *rapid.T) {
		honest := rapid.IntRange(2, 4).Draw(rt, "honest")
		liars := rapid.IntRange(0, honest-1).Draw(rt, "liars")
		centre := rapid.Int64Range(1, 1_000_000).Draw(rt, "centre")
		w := newWorld(t, rules(t), names[:honest+liars]...)
		var says []string
		for range honest {
			says = append(says, near(rt, centre))
		}
		low, high := extremes(says)
		for range liars {
			says = append(says, rapid.OneOf(rapid.Just("0"), rapid.Just("-1"), rapid.Just("999999999999"), rapid.Just("0.000000000001"),
				rapid.Custom(func(rt *rapid.T) string {
					return fmt.Sprintf("%d.%02d", centre*rapid.Int64Range(90, 110).Draw(rt, "lie")/100, rapid.IntRange(0, 99).Draw(rt, "cents"))
				})).Draw(rt, "says"))
		}
		w.say(rapid.Permutation(says).Draw(rt, "order")...)
		p := w.any()
		if p.Rate.Cmp(low) < 0 || p.Rate.Cmp(high) > 0 {
			rt.Fatalf("of %v the price is %s", says, p.Rate)
		}
	})
}

func extremes(texts []string) (low, high money.Rate) {
	for _, text := range texts {
		r, _ := money.ParseRate(text)
		if low.IsZero() || r.Cmp(low) < 0 {
			low = r
		}
		if high.IsZero() || r.Cmp(high) > 0 {
			high = r
		}
	}
	return low, high
}

// TestAMistakeOfTwoRoundsIsNeverServed lets both sources make the same mistake now and then, for less than three rounds.
func TestAMistakeOfTwoRoundsIsNeverServed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld(t, rules(t), "a", "b")
		centre := rapid.Int64Range(100, 100_000).Draw(rt, "centre")
		w.say(near(rt, centre), near(rt, centre))
		for range rapid.IntRange(1, 20).Draw(rt, "times") {
			factor := rapid.SampledFrom([]int64{2, 10, 100, 1000}).Draw(rt, "factor")
			for range rapid.IntRange(0, 2).Draw(rt, "rounds") {
				wrong := near(rt, centre*factor)
				w.say(wrong, wrong)
				w.want("")
			}
			says := []string{near(rt, centre), near(rt, centre)}
			w.say(says...)
			low, high := extremes(says)
			if p := w.any(); p.Rate.Cmp(low) < 0 || p.Rate.Cmp(high) > 0 {
				rt.Fatalf("of %v the price is %s", says, p.Rate)
			}
		}
	})
}
