package asset

import "slices"

// Everything gives every coin on every chain that any integration may trade, each once, in the order of the file.
func (m *Matrix) Everything() []Pair {
	var out []Pair
	seen := map[string]bool{}
	m.each(func(p *Project) {
		for _, pair := range p.pairs {
			if !seen[pair.Key()] {
				seen[pair.Key()] = true
				out = append(out, pair)
			}
		}
	})
	return out
}

func (m *Matrix) each(f func(p *Project)) {
	f(m.standard)
	for _, p := range m.byUUID {
		f(p)
	}
	for _, p := range m.byName {
		f(p)
	}
}

// Deployed gives the matrix with other contracts, by Pair.Key, and with the chain id of the network that they are on: a sandbox's own.
func (m *Matrix) Deployed(chainID int64, contracts map[string]string) *Matrix {
	out := &Matrix{fiats: m.fiats, coins: m.coins, byUUID: map[string]*Project{}, byName: map[string]*Project{}}
	move := func(c Chain) Chain {
		if c.ID != 0 {
			c.ID = chainID
		}
		return c
	}
	for _, c := range m.chains {
		out.chains = append(out.chains, move(c))
	}
	project := func(p *Project) *Project {
		q := *p
		q.matrix, q.pairs = out, slices.Clone(p.pairs)
		for i := range q.pairs {
			q.pairs[i].Chain = move(q.pairs[i].Chain)
			if contract, ok := contracts[q.pairs[i].Key()]; ok {
				q.pairs[i].Contract = contract
			}
		}
		q.index()
		return &q
	}
	out.standard = project(m.standard)
	for k, p := range m.byUUID {
		out.byUUID[k] = project(p)
	}
	for k, p := range m.byName {
		out.byName[k] = project(p)
	}
	return out
}
