package ubo

import (
	"math/big"
	"slices"

	"rampa/internal/kyb/share"
)

// maxPaths is how many chains are listed; their sum counts all of them. maxSteps bounds the search in a senseless draft.
const (
	maxPaths = 40
	maxSteps = 20_000
)

// Link is one step of a chain towards the company: whoever stands before it holds Share of Company.
type Link struct {
	Company string
	Share   int64  // 0: controlled without a share
	Control bool   // the holder controls Company, so that what Company holds counts as the holder's own
	Group   int64  // with Control: what the holder and all that he controls hold of Company together, where that is more than Share
	Means   string // with Control: the means declared, "" where the shares give the control
}

// Path is a chain from a person to a company. Product multiplies the shares of its links; what is controlled counts whole.
type Path struct {
	Links   []Link
	Product *big.Rat
}

func newPath(links []Link) Path {
	product := big.NewRat(1, 1)
	for _, l := range links {
		if !l.Control {
			product.Mul(product, big.NewRat(l.Share, share.Whole))
		}
	}
	return Path{links, product}
}

// group is somebody with all companies that he controls.
type group struct {
	who     string
	members map[string]bool
	first   map[string]step // how each company came in
}

type step struct {
	holder string
	link   Link
}

// control finds what somebody controls: a company of which he and what he controls hold more than the threshold, or one that
// he is declared to control. It is the least set that is closed under this, so it does not depend on any order.
func (g *Graph) control(who string, t Threshold, declared bool) group {
	c := group{who, map[string]bool{who: true}, map[string]step{}}
	for again := true; again; {
		again = false
		for _, company := range g.companies {
			if c.members[company] {
				continue
			}
			s, ok := g.enters(c, company, t)
			if !ok && declared {
				s, ok = g.declaredStep(c, company)
			}
			if ok {
				c.members[company], c.first[company], again = true, s, true
			}
		}
	}
	return c
}

// enters tells whether the shares of a group give it control of a company; the step stands on the largest of them.
func (g *Graph) enters(c group, company string, t Threshold) (step, bool) {
	var sum int64
	var best Holding
	for _, h := range g.into[company] {
		if c.members[h.Holder] {
			sum += h.Share
			if h.Share > best.Share {
				best = h
			}
		}
	}
	l := Link{Company: company, Share: best.Share, Control: true}
	if sum > best.Share {
		l.Group = sum
	}
	return step{best.Holder, l}, t.Met(big.NewRat(sum, share.Whole))
}

func (g *Graph) declaredStep(c group, company string) (step, bool) {
	for _, d := range g.declared {
		if d.Person == c.who && d.Of == company {
			l := Link{Company: company, Control: true, Means: d.Means}
			for _, h := range g.into[company] {
				if h.Holder == c.who {
					l.Share = h.Share
				}
			}
			return step{c.who, l}, true
		}
	}
	return step{}, false
}

// chain gives the links of control from the head of a group to one of its members.
func (c group) chain(member string) []Link {
	var links []Link
	for member != c.who {
		s := c.first[member]
		links = append(links, s.link)
		member = s.holder
	}
	slices.Reverse(links)
	return links
}

// walk gathers the chains on which a group holds a part of a company that it does not control.
type walk struct {
	group group
	part  part
	on    map[string]bool // the companies of the chain at hand: a draft may have cycles
	tail  []Link          // from the target backwards
	paths []Path
	more  bool
	steps int
}

// paths gives the chains from a group to a company, and whether there are more than are given.
func (c group) paths(p part, target string) ([]Path, bool) {
	if c.members[target] {
		return []Path{newPath(c.chain(target))}, false
	}
	w := &walk{group: c, part: p, on: map[string]bool{}}
	w.back(target)
	return w.paths, w.more
}

func (w *walk) back(company string) {
	w.on[company] = true
	defer delete(w.on, company)
	for _, h := range w.part.g.into[company] {
		if w.steps++; len(w.paths) == maxPaths || w.steps > maxSteps {
			w.more = true
			return
		}
		if w.on[h.Holder] || w.part.of(h.Holder).Sign() == 0 {
			continue
		}
		w.tail = append(w.tail, Link{Company: company, Share: h.Share})
		if w.group.members[h.Holder] {
			tail := slices.Clone(w.tail)
			slices.Reverse(tail)
			w.paths = append(w.paths, newPath(append(w.group.chain(h.Holder), tail...)))
		} else {
			w.back(h.Holder)
		}
		w.tail = w.tail[:len(w.tail)-1]
	}
}
