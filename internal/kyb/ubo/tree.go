package ubo

import "math/big"

// The deepest chain and the most nodes that a tree shows.
const (
	maxDepth = 10
	maxNodes = 500
)

// Node is a holder in the ownership tree: once under each company that he holds.
type Node struct {
	Key       string
	Share     int64    // of the node above
	Effective *big.Rat // of the root, over all chains
	Children  []Node
}

// Tree draws who holds the root. It also draws a draft whose shares do not add up; cycles end at the depth limit.
func (g *Graph) Tree() Node {
	t := tree{g: g, left: maxNodes, effective: map[string]*big.Rat{}}
	return Node{Key: Root, Share: 0, Effective: big.NewRat(1, 1), Children: t.children(Root, 1)}
}

type tree struct {
	g         *Graph
	left      int
	effective map[string]*big.Rat
}

func (t *tree) children(company string, depth int) []Node {
	if depth > maxDepth {
		return nil
	}
	var out []Node
	for _, h := range t.g.into[company] {
		if t.left == 0 {
			break
		}
		t.left--
		if t.effective[h.Holder] == nil {
			t.effective[h.Holder] = t.g.Effective(h.Holder)
		}
		out = append(out, Node{h.Holder, h.Share, t.effective[h.Holder], t.children(h.Holder, depth+1)})
	}
	return out
}
