package kyb

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"rampa/internal/kyb/rule"
	"rampa/internal/kyb/share"
	"rampa/internal/kyb/ubo"
)

// personKey tells whether two rows are the same person: name and birth date; a half-filled row only equals itself.
func personKey(p Person) string {
	if p.FirstName == "" || p.LastName == "" || p.BirthDate == "" {
		return "person id " + p.ID
	}
	return fmt.Sprintf("person %s|%s|%s", rule.Fold(p.FirstName), rule.Fold(p.LastName), p.BirthDate)
}

// entityKey tells whether two rows are the same owning company: its number in a country, or else its name there. A row may
// also be the company of the file itself.
func (f *File) entityKey(e Entity) string {
	number := rule.Fold(e.RegistrationNumber)
	switch own := f.Company; {
	case number != "" && e.Country == own.Country && (number == rule.Fold(own.RegistrationNumber) || number == rule.Fold(own.TaxID)):
		return ubo.Root
	case number != "":
		return fmt.Sprintf("entity %s|%s", e.Country, number)
	case e.LegalName != "":
		return fmt.Sprintf("entity %s|name %s", e.Country, rule.Fold(e.LegalName))
	}
	return "entity id " + e.ID
}

// graph is who holds what of a company: the arithmetic, and whose row each of its nodes is.
type graph struct {
	*ubo.Graph
	entities map[string]string // the keys of the owning companies by Entity.ID
	names    map[string]string // by key
	people   map[string]Person // the first row of each, by key
	order    []string          // the keys of the people
}

func newGraph(f *File) graph {
	g := graph{ubo.NewGraph(), map[string]string{}, map[string]string{ubo.Root: f.Company.LegalName}, map[string]Person{}, nil}
	for _, e := range f.Entities {
		key := f.entityKey(e)
		g.entities[e.ID] = key
		g.names[key] = cmp.Or(g.names[key], e.LegalName)
		g.Company(key)
	}
	for _, e := range f.Entities {
		g.hold(f.entityKey(e), e.Through, e.OwnershipPercent)
	}
	for _, p := range f.People {
		key := personKey(p)
		if _, ok := g.people[key]; !ok {
			g.people[key], g.names[key] = p, strings.TrimSpace(p.FirstName+" "+p.LastName)
			g.order = append(g.order, key)
		}
		g.hold(key, p.Through, p.OwnershipPercent)
		if of, ok := g.through(p.Through); ok && p.Control != "" {
			g.Declare(key, of, p.Control)
		}
	}
	return g
}

// through gives the company that a row is about.
func (g graph) through(entity string) (key string, ok bool) {
	if entity == "" {
		return ubo.Root, true
	}
	key, ok = g.entities[entity]
	return key, ok
}

// hold notes a row's share; one that cannot be read, or in an entity that is not there, counts for nothing.
func (g graph) hold(holder, through, percent string) {
	in, known := g.through(through)
	if n, ok := share.Parse(percent); ok && known && n > 0 {
		g.Hold(holder, in, n)
	}
}

// sound tells whether no company owns itself and nobody's owners have more than all of it.
func (g graph) sound() bool {
	return !slices.ContainsFunc(g.Companies(), func(key string) bool { return g.Total(key) > share.Whole || g.Cycle(key) != nil })
}

// known is the part of the company whose owners are named down to people.
func (g graph) known() *big.Rat {
	sum := new(big.Rat)
	for _, key := range g.order {
		sum.Add(sum, g.Effective(key))
	}
	return sum
}

// holders words who holds a company: "Ana Ruiz 60 %, Alfa Holding 50 %".
func (g graph) holders(company string) string {
	var out []string
	for _, h := range g.Holders(company) {
		out = append(out, g.names[h.Holder]+" "+share.Format(h.Share)+" %")
	}
	return strings.Join(out, ", ")
}

// circle words the way on which a company owns itself: "Alfa → Beta → Alfa", each holding the next; "" where there is none.
func (g graph) circle(company string) string {
	var out []string
	for _, key := range g.Cycle(company) {
		out = append(out, g.names[key])
	}
	if len(out) == 0 {
		return ""
	}
	return strings.Join(append(out, out[0]), " → ")
}

// Why a person is a beneficial owner: by a Ground of package ubo, or because of what the company is.
const (
	BasisOwnership = ubo.Ownership
	BasisControl   = ubo.Control
	BasisMeans     = ubo.OtherMeans
	BasisCombined  = ubo.Combined

	BasisSenior ubo.Basis = "senior_official" // no owner is found: a representative, as senior managing official
	BasisBoard  ubo.Basis = "board"           // of the board of an association or foundation
	BasisSelf   ubo.Basis = "self"            // the sole trader
)

// Bases is every basis, so that the pages can prove that each has its words.
var Bases = []ubo.Basis{BasisOwnership, BasisControl, BasisMeans, BasisCombined, BasisSenior, BasisBoard, BasisSelf}

// BeneficialOwner is a person who owns or controls the company in the end.
type BeneficialOwner struct {
	Person    Person    // the first of his rows
	Rows      []string  // the ids of all of them
	Effective string    // percentage over all chains, rounded to 4 decimals; "" for one without a share
	Basis     ubo.Basis // of the first ground
	Grounds   []ubo.Ground
}

// Structure is who owns a company, judged by the rules of a day.
type Structure struct {
	Day    time.Time
	Rules  ubo.Ruleset
	Owners []BeneficialOwner
	Tree   Node
}

// BeneficialOwners gives who owns or controls the company by the rules of a day, each person once, in the order of the file.
// The companies in their grounds are called by their names. Nobody, where the shares do not add up.
func (r *Ruleset) BeneficialOwners(f *File, day time.Time) []BeneficialOwner {
	return r.owners(f, newGraph(f), ubo.On(day))
}

func (r *Ruleset) owners(f *File, g graph, law ubo.Ruleset) []BeneficialOwner {
	pick := func(grounds func(key string) []ubo.Ground) (out []BeneficialOwner) {
		for _, key := range g.order {
			owner := BeneficialOwner{Person: g.people[key], Grounds: grounds(key)}
			if len(owner.Grounds) == 0 {
				continue
			}
			for _, p := range f.People {
				if personKey(p) == key {
					owner.Rows = append(owner.Rows, p.ID)
				}
			}
			if g.Holds(key) {
				owner.Effective = share.FormatRat(g.Effective(key))
			}
			owner.Basis = owner.Grounds[0].Basis
			out = append(out, owner)
		}
		return out
	}
	// by is the basis of whoever has a row that is so.
	by := func(basis ubo.Basis, is func(Person) bool) []BeneficialOwner {
		return pick(func(key string) []ubo.Ground {
			if slices.ContainsFunc(f.People, func(p Person) bool { return personKey(p) == key && is(p) }) {
				return []ubo.Ground{{Basis: basis}}
			}
			return nil
		})
	}
	representative := func(p Person) bool { return p.Role == RoleRepresentative }
	switch r.People(f.Company.Country, f.Company.LegalForm).Owners {
	case OwnersSelf:
		return by(BasisSelf, func(p Person) bool { return representative(p) && !p.ByPower })
	case OwnersBoard:
		return by(BasisBoard, onBoard)
	}
	if !g.sound() {
		return nil // sums over wrong figures name the wrong people
	}
	owners := pick(func(key string) []ubo.Ground { return g.named(law.Grounds(g.Graph, key)) })
	if len(owners) > 0 {
		return owners
	}
	return by(BasisSenior, representative)
}

// named puts names in the place of keys.
func (g graph) named(grounds []ubo.Ground) []ubo.Ground {
	links := func(links []ubo.Link) {
		for i := range links {
			links[i].Company = g.names[links[i].Company]
		}
	}
	for i := range grounds {
		grounds[i].Of = g.names[grounds[i].Of]
		links(grounds[i].Then)
		for _, p := range grounds[i].Paths {
			links(p.Links)
		}
	}
	return grounds
}

// Node is a box of the ownership tree.
type Node struct {
	Name       string
	Kind       string // "company", "entity", "person"
	Percent    string // of the node above; "" for the company and for those who control without a share
	Effective  string // of the company, over all paths
	PEP        bool
	Beneficial bool
	Basis      ubo.Basis // why Beneficial
	Children   []Node
}

// Ownership says who owns a company, by the embedded rules as of a day. It also draws a draft whose shares do not add up.
// Controllers without a share stand under the company.
func Ownership(f *File, day time.Time) Structure {
	g := newGraph(f)
	s := Structure{Day: day, Rules: ubo.On(day)}
	s.Owners = Rules().owners(f, g, s.Rules)
	bases := map[string]ubo.Basis{}
	for _, o := range s.Owners {
		bases[personKey(o.Person)] = o.Basis
	}
	s.Tree = g.node(g.Tree(), bases)
	for _, o := range s.Owners {
		if key := personKey(o.Person); !g.Holds(key) {
			s.Tree.Children = append(s.Tree.Children, g.node(ubo.Node{Key: key}, bases))
		}
	}
	return s
}

func (g graph) node(n ubo.Node, bases map[string]ubo.Basis) Node {
	out := Node{Name: g.names[n.Key], Kind: "entity", Basis: bases[n.Key], Beneficial: bases[n.Key] != ""}
	if p, ok := g.people[n.Key]; ok {
		out.Kind, out.PEP = "person", p.PEP != nil && *p.PEP
	} else if n.Share == 0 {
		out.Kind = "company"
	}
	if n.Share > 0 {
		out.Percent, out.Effective = share.Format(n.Share), share.FormatRat(n.Effective)
	}
	for _, c := range n.Children {
		out.Children = append(out.Children, g.node(c, bases))
	}
	return out
}
