package share_test

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"rampa/internal/kyb/share"
)

func TestPercentagesAreReadAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	cases := map[string]int64{
		"33.34": 333400, "33,34": 333400, "33.34%": 333400, " 33,34 % ": 333400, "100": 1000000, "0": 0, "0.0001": 1, "25.000000": 250000,
		"007": 70000, "150": 1500000,
		"": -1, "%": -1, "-5": -1, "+5": -1, "1e2": -1, "33.33333": -1, "1.234.567": -1, ".5": -1, "5.": -1, "1000": -1, "50 50": -1, "५०": -1,
	}
	for typed, want := range cases {
		got, ok := share.Parse(typed)
		if ok != (want >= 0) || ok && got != want {
			t.Errorf("Parse(%q) = %d, %v; want %d", typed, got, ok, want)
		}
	}
}

func TestFormatUndoesParse(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(0, share.Whole).Draw(t, "share")
		if got, ok := share.Parse(share.Format(n)); !ok || got != n {
			t.Fatalf("%d is written %q and read %d, %v", n, share.Format(n), got, ok)
		}
	})
}

type edge struct {
	holder, in string
	share      int64
}

// edges draws a sound ownership: nobody holds more than what is left, and companies only hold in those before them.
func edges(t *rapid.T) (all []edge, people []string) {
	nodes := []string{share.Root}
	for i := range rapid.IntRange(0, 8).Draw(t, "companies") {
		nodes = append(nodes, fmt.Sprintf("c%d", i))
	}
	for i := range rapid.IntRange(1, 5).Draw(t, "people") {
		people = append(people, fmt.Sprintf("p%d", i))
	}
	for i, node := range nodes {
		left := int64(share.Whole)
		for _, holder := range append(append([]string{}, nodes[i+1:]...), people...) {
			n := rapid.Int64Range(0, left).Draw(t, "share of "+holder)
			if n > 0 && rapid.Bool().Draw(t, "holds") {
				all = append(all, edge{holder, node, n})
				left -= n
			}
		}
	}
	return all, people
}

func build(all []edge) *share.Graph {
	g := share.NewGraph()
	for _, e := range all {
		g.Hold(e.holder, e.in, e.share)
	}
	return g
}

func TestEffectiveSharesNeverExceedTheWhole(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		all, people := edges(t)
		g, sum := build(all), new(big.Rat)
		for _, p := range people {
			sum.Add(sum, g.Effective(p))
		}
		if sum.Cmp(big.NewRat(1, 1)) > 0 {
			t.Fatalf("people hold %s", sum)
		}
		for _, e := range all {
			if g.Cyclic(e.holder) {
				t.Fatalf("%s is said to own itself", e.holder)
			}
		}
	})
}

func TestEffectiveSharesDoNotDependOnTheOrderOfTheRows(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		all, people := edges(t)
		shuffled := append([]edge{}, all...)
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		g, h := build(all), build(shuffled)
		for _, p := range people {
			if g.Effective(p).Cmp(h.Effective(p)) != 0 {
				t.Fatalf("%s holds %s or %s", p, g.Effective(p), h.Effective(p))
			}
		}
	})
}

func TestACycleIsSeenFromEachOfItsNodesAndFromNoOther(t *testing.T) {
	t.Parallel()
	g := share.NewGraph()
	g.Hold("a", "b", 1)
	g.Hold("b", "c", 1)
	g.Hold("c", "a", 1)
	g.Hold("c", share.Root, 1)
	g.Hold("p", "a", 1)
	for node, want := range map[string]bool{"a": true, "b": true, "c": true, "p": false, share.Root: false} {
		if g.Cyclic(node) != want {
			t.Errorf("Cyclic(%q) = %v", node, !want)
		}
	}
	g.Effective("p") // ends
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"33,34", "33.34%", "0.00010", "100", "1e9", "999.9999", " %"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, ok := share.Parse(s)
		if !ok {
			return
		}
		if again, ok := share.Parse(share.Format(n)); n < 0 || !ok || again != n {
			t.Errorf("%q is %d, written %q", s, n, share.Format(n))
		}
	})
}
