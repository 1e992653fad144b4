package ubo

import (
	"strings"

	"rampa/internal/kyb/share"
)

// Say words a key with its parameters (name, value, name, value), in the language of whoever reads.
type Say func(key string, pairs ...string) string

// Keys is every key that Say is asked for, so that an edge can prove that it has the words. The means are the caller's codes,
// under "means.".
var Keys = []string{
	"why.ownership", "why.control", "why.control_part", "why.other_means", "why.other_means_part", "why.combined",
	"chain.direct", "chain.holds", "chain.controls", "chain.controls_group", "chain.by_means", "chain.next", "chain.next_controls", "chain.result", "chain.more",
}

// Why words a ground whose companies are called by their names: "holds 30 %".
func (g Ground) Why(say Say) string {
	key := "why." + string(g.Basis)
	if (g.Basis == Control || g.Basis == OtherMeans) && !g.Outright() {
		key += "_part"
	}
	percent := ""
	if g.Share != nil {
		percent = share.FormatRat(g.Share)
	}
	return say(key, "percent", percent, "company", g.Of)
}

// Chains words what proves a ground, one chain each: "60 % of Alfa, which holds 50 % of Ejemplo: 30 %".
func (g Ground) Chains(say Say) []string {
	var out []string
	for _, p := range g.Paths {
		chain := words(append(append([]Link{}, p.Links...), g.Then...), say)
		if len(p.Links) > 1 && !p.Links[len(p.Links)-1].Control && len(g.Then) == 0 {
			chain = say("chain.result", "chain", chain, "percent", share.FormatRat(p.Product))
		}
		out = append(out, chain)
	}
	if g.More {
		out = append(out, say("chain.more"))
	}
	return out
}

func words(links []Link, say Say) string {
	var out []string
	for i, l := range links {
		pairs := []string{"company", l.Company, "percent", share.Format(l.Share), "together", share.Format(l.Group)}
		key := "chain.holds"
		switch {
		case l.Means != "":
			key, pairs = "chain.by_means", append(pairs, "means", say("means."+l.Means))
		case l.Control && l.Group > 0:
			key = "chain.controls_group"
		case l.Control && i > 0:
			key = "chain.next_controls"
		case l.Control:
			key = "chain.controls"
		case i > 0:
			key = "chain.next"
		case len(links) == 1:
			key = "chain.direct"
		}
		out = append(out, say(key, pairs...))
	}
	return strings.Join(out, ", ")
}
