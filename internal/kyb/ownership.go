package kyb

import (
	"fmt"
	"math/big"
	"strings"

	"rampa/internal/kyb/rule"
	"rampa/internal/kyb/share"
)

var (
	beneficial  = big.NewRat(1, 4) // Directive (EU) 2015/849, art. 3(6): more than 25 %
	mostlyKnown = big.NewRat(3, 4) // what is left cannot hide a beneficial owner
)

// The deepest chain and the most nodes that a tree shows.
const (
	maxDepth = 10
	maxNodes = 500
)

// personKey tells whether two rows are the same person: name and birth date; a half-filled row only equals itself.
func personKey(p Person) string {
	if p.FirstName == "" || p.LastName == "" || p.BirthDate == "" {
		return "person id " + p.ID
	}
	return fmt.Sprintf("person %s|%s|%s", rule.Fold(p.FirstName), rule.Fold(p.LastName), p.BirthDate)
}

// entityKey tells whether two rows are the same owning company: its number in a country, or else its name there.
func entityKey(e Entity) string {
	switch {
	case e.RegistrationNumber != "":
		return fmt.Sprintf("entity %s|%s", e.Country, rule.Fold(e.RegistrationNumber))
	case e.LegalName != "":
		return fmt.Sprintf("entity %s|name %s", e.Country, rule.Fold(e.LegalName))
	}
	return "entity id " + e.ID
}

// graph is who holds what of a company: the arithmetic, and the keys of the owning companies by Entity.ID.
type graph struct {
	*share.Graph
	entities map[string]string
}

func newGraph(f *File) graph {
	g := graph{Graph: share.NewGraph(), entities: map[string]string{}}
	for _, e := range f.Entities {
		g.entities[e.ID] = entityKey(e)
	}
	for _, e := range f.Entities {
		if in, n, ok := g.holding(e.Through, e.OwnershipPercent); ok {
			g.Hold(entityKey(e), in, n)
		}
	}
	for _, p := range f.People {
		if in, n, ok := g.holding(p.Through, p.OwnershipPercent); ok {
			g.Hold(personKey(p), in, n)
		}
	}
	return g
}

// holding reads a row's share; one that cannot be read, or in an entity that is not there, counts for nothing.
func (g graph) holding(through, percent string) (in string, n int64, ok bool) {
	n, ok = share.Parse(percent)
	if through != "" {
		known := false
		in, known = g.entities[through]
		ok = ok && known
	}
	return in, n, ok && n > 0
}

// known is the part of the company whose owners are named down to people.
func (g graph) known(f *File) *big.Rat {
	sum, seen := new(big.Rat), map[string]bool{}
	for _, p := range f.People {
		if key := personKey(p); !seen[key] {
			seen[key] = true
			sum.Add(sum, g.Effective(key))
		}
	}
	return sum
}

// Why a person is a beneficial owner.
const (
	BasisOwnership = "ownership" // more than 25 % effective
	BasisControl   = "control"   // nobody has more than 25 %: a representative, as senior managing official
	BasisBoard     = "board"     // of the board of an association or foundation
	BasisSelf      = "self"      // the sole trader
)

// BeneficialOwner is a person who owns or controls the company in the end.
type BeneficialOwner struct {
	Person    Person
	Effective string // percentage, rounded to 4 decimals; "" where it is not by ownership
	Basis     string
}

// BeneficialOwners gives who owns or controls the company, each person once, in the order of the file.
func (r *Ruleset) BeneficialOwners(f *File) []BeneficialOwner {
	g, people := newGraph(f), r.People(f.Company.Country, f.Company.LegalForm)
	pick := func(basis string, is func(Person) bool) (out []BeneficialOwner) {
		seen := map[string]bool{}
		for _, p := range f.People {
			if key := personKey(p); !seen[key] && is(p) {
				seen[key] = true
				owner := BeneficialOwner{Person: p, Basis: basis}
				if basis == BasisOwnership {
					owner.Effective = share.FormatRat(g.Effective(key))
				}
				out = append(out, owner)
			}
		}
		return out
	}
	representative := func(p Person) bool { return p.Role == RoleRepresentative }
	switch people.Owners {
	case OwnersSelf:
		return pick(BasisSelf, func(p Person) bool { return representative(p) && !p.ByPower })
	case OwnersBoard:
		return pick(BasisBoard, onBoard)
	}
	owners := pick(BasisOwnership, func(p Person) bool { return g.Effective(personKey(p)).Cmp(beneficial) > 0 })
	if len(owners) > 0 {
		return owners
	}
	return pick(BasisControl, representative)
}

// Node is a box of the ownership tree.
type Node struct {
	Name       string
	Kind       string // "company", "entity", "person"
	Percent    string // of the node above; "" for the company and for those who control without a share
	Effective  string // of the company, over all paths
	PEP        bool
	Beneficial bool
	Basis      string // why Beneficial: BasisOwnership …
	Children   []Node
}

// Tree is an ownership tree by its root, the company.
type Tree = Node

// Ownership draws who owns a company, by the embedded rules. It also draws a draft whose shares do not add up; cycles end at
// the depth limit. Controllers without a share stand under the company.
func Ownership(f *File) Tree {
	t := &treeBuilder{f: f, g: newGraph(f), owners: map[string]string{}, left: maxNodes}
	for _, o := range Rules().BeneficialOwners(f) {
		t.owners[personKey(o.Person)] = o.Basis
	}
	root := Node{Name: f.Company.LegalName, Kind: "company", Children: t.children(share.Root, 1)}
	seen := map[string]bool{}
	for _, p := range f.People {
		key := personKey(p)
		if basis := t.owners[key]; basis != "" && !t.g.Holds(key) && !seen[key] {
			seen[key] = true
			root.Children = append(root.Children, t.person(p, ""))
		}
	}
	return root
}

type treeBuilder struct {
	f      *File
	g      graph
	owners map[string]string // personKey → basis
	left   int
}

// children gives the holders of a node in the order of the file, companies first.
func (t *treeBuilder) children(key string, depth int) []Node {
	if depth > maxDepth {
		return nil
	}
	var out []Node
	holds := func(through, percent string) (string, bool) {
		in, n, ok := t.g.holding(through, percent)
		if !ok || in != key || t.left == 0 {
			return "", false
		}
		t.left--
		return share.Format(n), true
	}
	for _, e := range t.f.Entities {
		if percent, ok := holds(e.Through, e.OwnershipPercent); ok {
			at := entityKey(e)
			out = append(out, Node{
				Name: e.LegalName, Kind: "entity", Percent: percent, Effective: share.FormatRat(t.g.Effective(at)), Children: t.children(at, depth+1),
			})
		}
	}
	for _, p := range t.f.People {
		if percent, ok := holds(p.Through, p.OwnershipPercent); ok {
			out = append(out, t.person(p, percent))
		}
	}
	return out
}

func (t *treeBuilder) person(p Person, percent string) Node {
	key := personKey(p)
	node := Node{
		Name: strings.TrimSpace(p.FirstName + " " + p.LastName), Kind: "person", Percent: percent,
		PEP: p.PEP != nil && *p.PEP, Beneficial: t.owners[key] != "", Basis: t.owners[key],
	}
	if percent != "" {
		node.Effective = share.FormatRat(t.g.Effective(key))
	}
	return node
}
