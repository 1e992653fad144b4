package ubo

import (
	"math/big"
	"slices"

	"rampa/internal/kyb/share"
)

// Basis is why somebody is a beneficial owner.
type Basis string

// The bases that follow from a graph.
const (
	Ownership  Basis = "ownership"   // the chains, multiplied and added up, reach the threshold
	Control    Basis = "control"     // a majority at each link: what the controlled companies hold counts whole
	OtherMeans Basis = "other_means" // the same, but by declared means at some link
	Combined   Basis = "combined"    // an interest in a company that controls this one
)

// Ground is one reason for which somebody is a beneficial owner, with the chains that prove it.
type Ground struct {
	Basis Basis
	Of    string   // the company in which the interest or the control lies: the root, or with Combined one that controls it
	Share *big.Rat // what is held or counts as held of that company; 1 where it is controlled outright
	Paths []Path
	More  bool   // there are more chains than Paths has; Share counts all
	Then  []Link // with Combined: how that company controls the root
}

// Outright tells whether the ground is control of the company itself.
func (g Ground) Outright() bool {
	return g.Basis != Ownership && g.Basis != Combined && g.Share.IsInt()
}

// Grounds gives every reason for which a person is a beneficial owner, ownership first. The graph has no cycles; for one that
// has, something is given, but of no use.
func (r Ruleset) Grounds(g *Graph, person string) []Ground {
	var out []Ground
	alone := group{who: person, members: map[string]bool{person: true}}
	if owned, ok := r.reaches(newPart(g, alone.members), alone, Root); ok {
		owned.Basis = Ownership
		out = append(out, owned)
	}
	byShares, byAll := g.control(person, r.Control, false), g.control(person, r.Control, true)
	control, ok := r.controls(g, byShares, len(out) == 0)
	if control.Basis = Control; !ok {
		control, ok = r.controls(g, byAll, len(out) == 0)
		control.Basis = OtherMeans
	}
	if ok && !(control.Basis == Control && g.majority(person, r.Control)) { // which its percentage says already
		out = append(out, control)
	}
	if ok && control.Basis == Control && g.declares(person, Root) { // identified beside ownership, whatever that is
		s, _ := g.declaredStep(byAll, Root)
		out = append(out, Ground{Basis: OtherMeans, Of: Root, Share: big.NewRat(1, 1), Paths: []Path{newPath([]Link{s.link})}})
	}
	if len(out) == 0 && r.InterestInController {
		if combined, ok := r.combined(g, byAll); ok {
			out = append(out, combined)
		}
	}
	return out
}

// majority tells whether a person directly holds what controls the root.
func (g *Graph) majority(person string, t Threshold) bool {
	return slices.ContainsFunc(g.into[Root], func(h Holding) bool { return h.Holder == person && t.Met(big.NewRat(h.Share, share.Whole)) })
}

func (g *Graph) declares(person, of string) bool {
	_, ok := g.declaredStep(group{who: person}, of)
	return ok
}

// reaches tells whether what a group holds of a company reaches the threshold of ownership.
func (r Ruleset) reaches(p part, c group, company string) (Ground, bool) {
	found := Ground{Of: company, Share: p.of(company)}
	if found.Share.Sign() == 0 || !r.Ownership.Met(found.Share) {
		return found, false
	}
	found.Paths, found.More = c.paths(p, company)
	return found, true
}

// controls tells whether a group has the root, or, where that says something new, enough of it through what it controls.
func (r Ruleset) controls(g *Graph, c group, anyPart bool) (Ground, bool) {
	if !c.members[Root] && (!anyPart || !r.HeldByControlled) {
		return Ground{}, false
	}
	return r.reaches(newPart(g, c.members), c, Root)
}

// combined looks for an interest in a company that controls the root.
func (r Ruleset) combined(g *Graph, c group) (Ground, bool) {
	p := newPart(g, c.members)
	for _, above := range g.controllers(r.Control) {
		if found, ok := r.reaches(p, c, above.who); ok {
			found.Basis, found.Then = Combined, above.chain(Root)
			return found, true
		}
	}
	return Ground{}, false
}

// controllers gives the companies that control the root, each with all that it controls.
func (g *Graph) controllers(t Threshold) []group {
	if known, ok := g.above[t]; ok {
		return known
	}
	var out []group
	for _, company := range g.companies[1:] {
		if above := g.control(company, t, false); above.members[Root] {
			out = append(out, above)
		}
	}
	if g.above == nil {
		g.above = map[Threshold][]group{}
	}
	g.above[t] = out
	return out
}

// rest is the node of all owners that are not named, as if they were one.
const rest = "\x00rest"

// Hides tells whether the owners who are not named could hide a beneficial owner: were they one person in every company, he
// would be one.
func (r Ruleset) Hides(g *Graph) bool {
	whole := NewGraph()
	for _, company := range g.companies {
		whole.Company(company)
		for _, h := range g.into[company] {
			whole.Hold(h.Holder, company, h.Share)
		}
		if left := share.Whole - g.Total(company); left > 0 {
			whole.Hold(rest, company, left)
		}
	}
	return len(r.Grounds(whole, rest)) > 0
}
