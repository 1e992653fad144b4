// Package share is the arithmetic of ownership: exact percentages, and who holds how much of a company in the end, through
// however many others. It counts in ten-thousandths of a percent and in fractions, never in floats: 25 % and a hair is more
// than 25 %. It must not know who the holders are: they are keys.
package share

import (
	"math/big"
	"regexp"
	"strconv"
	"strings"
)

// Whole is 100 %, in the unit of all shares: ten-thousandths of a percent.
const Whole = 1_000_000

var percentPattern = regexp.MustCompile(`^(\d{1,3})(?:[.,](\d{1,10}))?$`)

// Parse reads 33,34 · 33.34% · 33.34 % with at most 4 decimals that are not zero.
func Parse(s string) (int64, bool) {
	s = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(s), "%"))
	m := percentPattern.FindStringSubmatch(s)
	if m == nil {
		return 0, false
	}
	decimals := strings.TrimRight(m[2], "0")
	if len(decimals) > 4 {
		return 0, false
	}
	n, err := strconv.ParseInt(m[1]+decimals+strings.Repeat("0", 4-len(decimals)), 10, 64)
	return n, err == nil
}

// Format writes a share as a percentage without needless zeros: "33.34".
func Format(n int64) string { return FormatRat(big.NewRat(n, Whole)) }

// FormatRat writes a fraction as a percentage, rounded to 4 decimals.
func FormatRat(r *big.Rat) string {
	s := new(big.Rat).Mul(r, big.NewRat(100, 1)).FloatString(4)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// Graph is who holds what. Its nodes are keys of the caller's; Root is the company itself.
type Graph struct {
	held      map[string][]holding // by holder
	totals    map[string]int64
	effective map[string]*big.Rat
}

// Root is the node of the company whose owners are asked for.
const Root = ""

type holding struct {
	in    string
	share int64
}

// NewGraph makes a graph where nobody holds anything.
func NewGraph() *Graph {
	return &Graph{held: map[string][]holding{}, totals: map[string]int64{}, effective: map[string]*big.Rat{}}
}

// Hold notes that holder has a share of another node. All shares are noted before any is asked for.
func (g *Graph) Hold(holder, in string, share int64) {
	g.held[holder] = append(g.held[holder], holding{in: in, share: share})
	g.totals[in] += share
}

// Holds tells whether a node has any share at all.
func (g *Graph) Holds(holder string) bool { return len(g.held[holder]) > 0 }

// Total is the sum of the shares held in a node.
func (g *Graph) Total(node string) int64 { return g.totals[node] }

// Effective is the part of the root that a node holds: over all paths, the product of the shares. A graph with cycles has no
// such number; what is given for its nodes is of no use but to draw a draft.
func (g *Graph) Effective(node string) *big.Rat {
	if node == Root {
		return big.NewRat(1, 1)
	}
	if r, ok := g.effective[node]; ok {
		return r
	}
	g.effective[node] = new(big.Rat) // where a cycle ends
	sum := new(big.Rat)
	for _, h := range g.held[node] {
		sum.Add(sum, new(big.Rat).Mul(big.NewRat(h.share, Whole), g.Effective(h.in)))
	}
	g.effective[node] = sum
	return sum
}

// Cyclic tells whether a node owns itself along some path.
func (g *Graph) Cyclic(node string) bool {
	seen, queue := map[string]bool{}, []string{node}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		for _, h := range g.held[at] {
			if h.in == node {
				return true
			}
			if !seen[h.in] {
				seen[h.in] = true
				queue = append(queue, h.in)
			}
		}
	}
	return false
}
