package dossier

import (
	"rampa/internal/kyb"
	"rampa/internal/kyb/ubo"
	"rampa/internal/web/ui"
)

// Law is by which rules the beneficial owners were found.
type Law struct {
	Text   string
	Source string
}

// Owner is a beneficial owner, with every reason why.
type Owner struct {
	Name    string
	Tags    []ui.Tag
	Grounds []Ground
}

// Ground is one reason, with the chains that prove it.
type Ground struct {
	Why    string
	Chains []string
}

func (r Reader) law() Law {
	rules := r.Review.Ownership.Rules
	if rules.Code == "" {
		return Law{}
	}
	reached, percent := rules.Ownership.Words()
	return Law{
		Text: r.t("law", "day", r.Words.Date(r.Review.Ownership.Day),
			"threshold", r.t("threshold."+reached, "percent", percent)),
		Source: rules.Source.In(r.Words.Lang),
	}
}

func (r Reader) owners() []Owner {
	var out []Owner
	for _, o := range r.Review.Ownership.Owners {
		owner := Owner{Name: personName(o.Person)}
		if o.Person.PEP != nil && *o.Person.PEP {
			owner.Tags = append(owner.Tags, ui.Tag{Kind: "warning", Label: r.t("pep")})
		}
		for _, g := range o.Grounds {
			owner.Grounds = append(owner.Grounds, Ground{g.Why(ubo.Say(r.t)), g.Chains(ubo.Say(r.t))})
		}
		out = append(out, owner)
	}
	return out
}

// Node is a node of the ownership tree with its words.
type Node struct {
	Name      string
	Kind      string
	KindLabel string
	Share     string
	Effective string
	Tags      []ui.Tag
	Children  []Node
}

func (r Reader) tree(n kyb.Node) Node {
	out := Node{Name: n.Name, Kind: n.Kind, KindLabel: r.Words.T("console.node." + n.Kind)}
	if n.Percent != "" {
		out.Share = r.Words.T("console.share", "percent", n.Percent)
	}
	if n.Effective != "" && n.Effective != n.Percent {
		out.Effective = r.Words.T("console.effective", "percent", n.Effective)
	}
	if n.Beneficial {
		out.Tags = append(out.Tags, ui.Tag{Kind: "info", Label: r.Words.T("console.beneficial")})
	}
	if n.PEP {
		out.Tags = append(out.Tags, ui.Tag{Kind: "warning", Label: r.Words.T("console.pep")})
	}
	for _, c := range n.Children {
		out.Children = append(out.Children, r.tree(c))
	}
	return out
}
