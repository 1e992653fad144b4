package ubo_test

import (
	"fmt"
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"rampa/internal/kyb/share"
	"rampa/internal/kyb/ubo"
)

// structure is a set of rows, as a file has them: a holder may stand in several.
type structure struct {
	companies []string // without the root
	people    []string
	rows      []ubo.Holding
	declared  []ubo.Declared
}

func (s structure) graph() *ubo.Graph {
	g := ubo.NewGraph()
	for _, c := range s.companies {
		g.Company(c)
	}
	for _, r := range s.rows {
		g.Hold(r.Holder, r.In, r.Share)
	}
	for _, d := range s.declared {
		g.Declare(d.Person, d.Of, d.Means)
	}
	return g
}

// oracle answers the same questions in the most naive way: it writes out every chain, and tries every set of companies.
type oracle struct {
	structure
	rules ubo.Ruleset
}

// chains gives the product of every chain from a holder down to a company that passes through nobody of the set without.
func (o oracle) chains(holder, target string, without []string) []*big.Rat {
	var out []*big.Rat
	for _, r := range o.rows {
		if r.Holder != holder || r.In != target && slices.Contains(without, r.In) {
			continue
		}
		part := big.NewRat(r.Share, share.Whole)
		if r.In == target {
			out = append(out, part)
			continue
		}
		for _, rest := range o.chains(r.In, target, without) {
			out = append(out, new(big.Rat).Mul(part, rest))
		}
	}
	return out
}

func sum(parts []*big.Rat) *big.Rat {
	total := new(big.Rat)
	for _, p := range parts {
		total.Add(total, p)
	}
	return total
}

// held is what a group holds of a company outside of it.
func (o oracle) held(group []string, target string) *big.Rat {
	if slices.Contains(group, target) {
		return big.NewRat(1, 1)
	}
	total := new(big.Rat)
	for _, member := range group {
		total.Add(total, sum(o.chains(member, target, group)))
	}
	return total
}

// closed tells whether a group with its head controls no company outside of it.
func (o oracle) closed(who string, group []string, declared bool) bool {
	for _, company := range append([]string{ubo.Root}, o.companies...) {
		if company == who || slices.Contains(group, company) {
			continue
		}
		var votes int64
		for _, r := range o.rows {
			if r.In == company && (r.Holder == who || slices.Contains(group, r.Holder)) {
				votes += r.Share
			}
		}
		says := slices.ContainsFunc(o.declared, func(d ubo.Declared) bool { return declared && d.Person == who && d.Of == company })
		if votes > share.Whole/2 || says {
			return false
		}
	}
	return true
}

// controlled is the least closed set: what stands in every closed one.
func (o oracle) controlled(who string, declared bool) []string {
	all := append([]string{ubo.Root}, o.companies...)
	least := slices.Clone(all)
	for bits := range 1 << len(all) {
		var group []string
		for i, c := range all {
			if bits>>i&1 == 1 {
				group = append(group, c)
			}
		}
		if o.closed(who, group, declared) {
			least = slices.DeleteFunc(least, func(c string) bool { return !slices.Contains(group, c) })
		}
	}
	return least
}

func (o oracle) met(part *big.Rat) bool {
	c := part.Cmp(big.NewRat(1, 4))
	return c > 0 || c == 0 && o.rules.Code == "regulation"
}

// grounds says why a person is a beneficial owner: "ownership 1/2", "control 1", in the order of the law.
func (o oracle) grounds(person string) []string {
	var out []string
	if own := o.held([]string{person}, ubo.Root); o.met(own) {
		out = append(out, "ownership  "+own.RatString())
	}
	owner := len(out) > 0
	var direct int64
	for _, r := range o.rows {
		if r.Holder == person && r.In == ubo.Root {
			direct += r.Share
		}
	}
	controls := func(declared bool) (string, bool) {
		group := append(o.controlled(person, declared), person)
		part := o.held(group, ubo.Root)
		return part.RatString(), slices.Contains(group, ubo.Root) || !owner && o.met(part)
	}
	declared := slices.ContainsFunc(o.declared, func(d ubo.Declared) bool { return d.Person == person && d.Of == ubo.Root })
	if part, ok := controls(false); ok {
		if direct <= share.Whole/2 { // a direct majority says it already
			out = append(out, "control  "+part)
		}
		if declared {
			out = append(out, "other_means  1")
		}
	} else if part, ok := controls(true); ok {
		out = append(out, "other_means  "+part)
	}
	if len(out) > 0 || o.rules.Code != "regulation" {
		return out
	}
	group := append(o.controlled(person, true), person)
	for _, c := range o.companies {
		if part := o.held(group, c); slices.Contains(o.controlled(c, false), ubo.Root) && o.met(part) {
			return []string{"combined " + c + " " + part.RatString()}
		}
	}
	return nil
}

func grounds(r ubo.Ruleset, g *ubo.Graph, person string) (out []string) {
	for _, ground := range r.Grounds(g, person) {
		out = append(out, fmt.Sprintf("%s %s %s", ground.Basis, ground.Of, ground.Share.RatString()))
	}
	return out
}

// percents are the shares that decide things, in ten-thousandths of a percent.
var percents = []int64{1, 100_000, 200_000, 249_999, 250_000, 250_001, 300_000, 400_000, 499_999, 500_000, 500_001, 600_000, 750_000, 1_000_000}

// draw makes a sound structure: companies hold only those before them, and nobody more than what is left. Rows are given in
// any order, and holders come back: diamonds, several rows of one holder, boundaries.
func draw(t *rapid.T) structure {
	var s structure
	for i := range rapid.IntRange(0, 6).Draw(t, "companies") {
		s.companies = append(s.companies, fmt.Sprintf("c%d", i))
	}
	for i := range rapid.IntRange(1, 4).Draw(t, "people") {
		s.people = append(s.people, fmt.Sprintf("p%d", i))
	}
	for i, in := range append([]string{ubo.Root}, s.companies...) {
		left := int64(share.Whole)
		holders := append(slices.Clone(s.companies[min(i, len(s.companies)):]), s.people...)
		for range rapid.IntRange(1, 4).Draw(t, "holders") {
			n := min(left, rapid.OneOf(rapid.SampledFrom(percents), rapid.Int64Range(1, share.Whole)).Draw(t, "share"))
			if n > 0 {
				s.rows = append(s.rows, ubo.Holding{Holder: rapid.SampledFrom(holders).Draw(t, "holder"), In: in, Share: n})
				left -= n
			}
		}
	}
	s.rows = rapid.Permutation(s.rows).Draw(t, "rows")
	for range rapid.IntRange(0, 2).Draw(t, "declared") {
		of := rapid.SampledFrom(append([]string{ubo.Root}, s.companies...)).Draw(t, "of")
		s.declared = append(s.declared, ubo.Declared{Person: rapid.SampledFrom(s.people).Draw(t, "controls"), Of: of, Means: "agreement"})
	}
	return s
}

func TestTheGroundsAreThoseOfEveryChainWrittenOut(t *testing.T) {
	t.Parallel()
	for range 15 { // a hundred structures each
		rapid.Check(t, func(t *rapid.T) {
			s := draw(t)
			g := s.graph()
			for _, rules := range []ubo.Ruleset{today, tomorrow} {
				for _, person := range s.people {
					want, got := (oracle{s, rules}).grounds(person), grounds(rules, g, person)
					if !slices.Equal(want, got) {
						t.Fatalf("%s, %s: want %q, got %q", rules.Code, person, want, got)
					}
				}
			}
			o := oracle{s, today}
			for _, node := range append(s.people, s.companies...) {
				if want := sum(o.chains(node, ubo.Root, nil)); want.Cmp(g.Effective(node)) != 0 {
					t.Fatalf("%s holds %s, not %s", node, want, g.Effective(node))
				}
			}
		})
	}
}

func TestThePathsOfAGroundAddUpToIt(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := draw(t)
		g := s.graph()
		for _, rules := range []ubo.Ruleset{today, tomorrow} {
			for _, person := range s.people {
				for _, ground := range rules.Grounds(g, person) {
					checkPaths(t, s, person, ground)
				}
			}
		}
	})
}

// checkPaths proves each chain link by link against the rows, and their sum.
func checkPaths(t *rapid.T, s structure, person string, ground ubo.Ground) {
	total := new(big.Rat)
	for _, path := range ground.Paths {
		holder, product := person, big.NewRat(1, 1)
		for _, l := range path.Links {
			var n int64
			for _, r := range s.rows {
				if r.Holder == holder && r.In == l.Company {
					n += r.Share
				}
			}
			switch {
			case n != l.Share:
				t.Fatalf("%s holds %d of %q, not %d", holder, n, l.Company, l.Share)
			case l.Control && l.Means == "" && max(l.Share, l.Group)*2 <= share.Whole:
				t.Fatalf("%s is said to control %q with %d of %d", holder, l.Company, l.Share, l.Group)
			case !l.Control:
				product.Mul(product, big.NewRat(n, share.Whole))
			case ground.Basis == ubo.Ownership:
				t.Fatalf("control in a chain of ownership")
			}
			holder = l.Company
		}
		if holder != ground.Of || product.Cmp(path.Product) != 0 {
			t.Fatalf("the chain %v ends at %q with %s", path, holder, product)
		}
		total.Add(total, product)
	}
	if !ground.More && total.Cmp(ground.Share) != 0 {
		t.Fatalf("%s %s: the chains add up to %s, not %s", person, ground.Basis, total, ground.Share)
	}
	if then := ground.Then; ground.Basis == ubo.Combined && (len(then) == 0 || then[len(then)-1].Company != ubo.Root) {
		t.Fatalf("%q is not shown to control the company: %v", ground.Of, then)
	}
}

func TestWhoIsABeneficialOwnerTodayIsOneTomorrow(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := draw(t)
		g := s.graph()
		for _, person := range s.people {
			if len(today.Grounds(g, person)) > 0 && len(tomorrow.Grounds(g, person)) == 0 {
				t.Fatalf("%s is none any more", person)
			}
		}
	})
}
