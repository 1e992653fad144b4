// Package ubo finds the beneficial owners of a company: who holds how much of it in the end, through however many others, and
// who controls it. Owners and owning companies are a graph of keys; the law is data (rules.yaml), chosen by the day of the
// judgement. It counts in exact fractions, never in floats: 25 % and a hair is more than 25 %. It must not know what a
// company's file looks like, nor how an owner is called.
package ubo

import (
	"math/big"
	"slices"

	"rampa/internal/kyb/share"
)

// Root is the node of the company whose owners are asked for.
const Root = ""

// Holding is a share that a person or a company has in a company, in the unit of package share.
type Holding struct {
	Holder, In string
	Share      int64
}

// Declared is a person's control over a company by other means than shares, as declared.
type Declared struct {
	Person, Of string
	Means      string // why: a code of the caller's
}

// Graph is who holds what. A node is a key of the caller's: all rows of one person or company are one node.
type Graph struct {
	companies []string // in the order in which they came, the root first
	into      map[string][]Holding
	out       map[string][]string
	declared  []Declared
	above     map[Threshold][]group // what controls the root; forgotten when anything is noted
}

// NewGraph makes a graph where nobody holds anything.
func NewGraph() *Graph {
	return &Graph{companies: []string{Root}, into: map[string][]Holding{}, out: map[string][]string{}}
}

// Company notes a company, whoever holds it.
func (g *Graph) Company(key string) {
	g.above = nil
	if !slices.Contains(g.companies, key) {
		g.companies = append(g.companies, key)
	}
}

// Hold notes that holder has a share of a company. Several shares of one holder in one company are one.
func (g *Graph) Hold(holder, in string, n int64) {
	g.Company(in)
	i := slices.IndexFunc(g.into[in], func(h Holding) bool { return h.Holder == holder })
	if i >= 0 {
		g.into[in][i].Share += n
		return
	}
	g.into[in] = append(g.into[in], Holding{holder, in, n})
	g.out[holder] = append(g.out[holder], in)
}

// Declare notes that a person controls a company by other means than shares.
func (g *Graph) Declare(person, of, means string) {
	g.Company(of)
	g.declared = append(g.declared, Declared{person, of, means})
}

// Companies gives all companies, the root first.
func (g *Graph) Companies() []string { return slices.Clone(g.companies) }

// Holders gives who holds a company, each once, in the order in which they came.
func (g *Graph) Holders(in string) []Holding { return slices.Clone(g.into[in]) }

// Holds tells whether a node has any share at all.
func (g *Graph) Holds(holder string) bool { return len(g.out[holder]) > 0 }

// Total is the sum of the shares held in a company.
func (g *Graph) Total(in string) int64 {
	var sum int64
	for _, h := range g.into[in] {
		sum += h.Share
	}
	return sum
}

// Effective is the part of the root that a node holds: over all chains, the product of the shares. A graph with cycles has
// no such number; what is given for its nodes is of no use but to draw a draft.
func (g *Graph) Effective(node string) *big.Rat {
	return newPart(g, map[string]bool{node: true}).of(Root)
}

// Cycle gives the companies on the shortest way on which a company owns itself, from it on, each holding the next; nil where
// there is none.
func (g *Graph) Cycle(company string) []string {
	from, queue := map[string]string{}, []string{company}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		for _, in := range g.out[at] {
			if in == company {
				way := []string{at}
				for at != company {
					at = from[at]
					way = append(way, at)
				}
				slices.Reverse(way)
				return way
			}
			if _, seen := from[in]; !seen {
				from[in] = at
				queue = append(queue, in)
			}
		}
	}
	return nil
}

// part counts what some nodes together hold of a company: what leads to one of them ends there, at the whole.
type part struct {
	g       *Graph
	members map[string]bool
	known   map[string]*big.Rat
}

func newPart(g *Graph, members map[string]bool) part {
	return part{g, members, map[string]*big.Rat{}}
}

func (p part) of(node string) *big.Rat {
	if p.members[node] {
		return big.NewRat(1, 1)
	}
	if r, ok := p.known[node]; ok {
		return r
	}
	p.known[node] = new(big.Rat) // where a cycle ends
	sum := new(big.Rat)
	for _, h := range p.g.into[node] {
		if r := p.of(h.Holder); r.Sign() > 0 {
			sum.Add(sum, new(big.Rat).Mul(big.NewRat(h.Share, share.Whole), r))
		}
	}
	p.known[node] = sum
	return sum
}
