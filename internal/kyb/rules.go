package kyb

import (
	"cmp"
	_ "embed"
	"strings"
	"sync"

	"rampa/internal/identity"
	"rampa/internal/kyb/rule"
)

//go:embed requirements.yaml
var requirements []byte

// Ruleset is the requirement engine: what requirements.yaml asks, applied to a file. It is safe for concurrent use.
type Ruleset struct{ set *rule.Set }

// Rules gives the embedded ruleset. It is read once; a test proves that it loads.
var Rules = sync.OnceValue(func() *Ruleset {
	rules, err := LoadRules(requirements)
	if err != nil {
		panic("kyb: requirements.yaml: " + err.Error())
	}
	return rules
})

// LoadRules reads a ruleset and refuses one with any mistake.
func LoadRules(data []byte) (*Ruleset, error) {
	set, err := rule.Load(data)
	if err != nil {
		return nil, err
	}
	return &Ruleset{set}, nil
}

func (r *Ruleset) form(country, code string) *rule.Form { return r.set.Country(country).Form(code) }

// How the people behind a company are found.
const (
	OwnersHolders = rule.OwnersHolders // by their shares
	OwnersBoard   = rule.OwnersBoard   // nobody owns it: the board controls it
	OwnersSelf    = rule.OwnersSelf    // a sole trader
)

// Option is one choice of a list.
type Option struct{ Value, Label string }

// Field tells how one input of the company step is asked.
type Field struct {
	Name     string          // the input: "tax_id"
	Rule     string          // "required", "optional", "hidden"
	LabelKey string          // the identifier's local name, for FieldLabel: "nif_es"; "" where the input has no local name
	Example  string          // how a value looks, "" where none is known
	Scheme   identity.Scheme // the rule its number is checked by, "" for free text
}

// Shown tells whether the input is asked at all.
func (f Field) Shown() bool { return f.Rule != rule.Hidden }

// Required tells whether the file is incomplete without it.
func (f Field) Required() bool { return f.Rule == rule.Required }

// FieldSet is the inputs of the company step in the order of the form.
type FieldSet []Field

// Get gives the field of a name; a hidden one for an unknown name.
func (s FieldSet) Get(name string) Field {
	for _, f := range s {
		if f.Name == name {
			return f
		}
	}
	return Field{Name: name, Rule: rule.Hidden}
}

// PeopleRule tells who must be named behind a company.
type PeopleRule struct {
	Owners string   // OwnersHolders, OwnersBoard or OwnersSelf
	Board  int      // how many directors or representatives not acting by power must be named
	Roles  []string // the roles that can be chosen
}

// LegalForms gives the legal forms of a country, labelled in lang, in the order of the form.
func (r *Ruleset) LegalForms(country, lang string) []Option {
	forms := r.set.Country(country).Forms
	out := make([]Option, len(forms))
	for i, f := range forms {
		out[i] = Option{Value: f.Code, Label: f.Label.In(lang)}
	}
	return out
}

// LegalForm finds a legal form by its code, a label or an alias, without regard to case, accents, spaces and dots.
func (r *Ruleset) LegalForm(country, posted string) (code string, ok bool) {
	if f, ok := r.set.Country(country).Find(posted); ok {
		return f.Code, true
	}
	return "", false
}

// LegalFormLabel gives the name of a form in lang; the code itself where it is unknown.
func (r *Ruleset) LegalFormLabel(country, code, lang string) string {
	if f := r.form(country, code); f.Code == code {
		return f.Label.In(lang)
	}
	return code
}

// Fields tells how the inputs of the company step are asked. While no form is chosen: as of the catch-all form.
func (r *Ruleset) Fields(country, legalForm string) FieldSet {
	f := r.form(country, legalForm)
	out := make(FieldSet, len(rule.FieldNames()))
	for i, name := range rule.FieldNames() {
		scheme := identity.Scheme(f.Schemes[name])
		if name == "vat_number" {
			if scheme = identity.VATScheme(country); identity.Example(scheme) == "" {
				scheme = "" // a country without a rule for them: free text
			}
		}
		example := cmp.Or(r.set.Identifiers[f.Labels[name]].Example, identity.Example(scheme))
		out[i] = Field{Name: name, Rule: f.Fields[name], LabelKey: f.Labels[name], Scheme: scheme, Example: example}
	}
	return out
}

// FieldLabel gives the local name of an identifier by its label key, "" for an unknown key.
func (r *Ruleset) FieldLabel(key, lang string) string { return r.set.Identifiers[key].Label().In(lang) }

// People tells who must be named behind a company of a form.
func (r *Ruleset) People(country, legalForm string) PeopleRule {
	f := r.form(country, legalForm)
	out := PeopleRule{Owners: f.Owners, Board: f.Board}
	switch f.Owners {
	case OwnersHolders:
		out.Roles = []string{RoleRepresentative, RoleDirector, RoleOwner}
	case OwnersBoard:
		out.Roles = []string{RoleRepresentative, RoleDirector}
	default:
		out.Roles = []string{RoleRepresentative}
	}
	return out
}

// DocumentLabel gives the name of a document type, "" for an unknown one.
func (r *Ruleset) DocumentLabel(code, lang string) string { return r.set.Documents[code].In(lang) }

// ItemLabel gives the name of a paper by Document.Item, with or without the person behind the dot; "" for an unknown one.
func (r *Ruleset) ItemLabel(item, lang string) string {
	code, _, _ := strings.Cut(item, ".")
	for _, i := range r.set.Items {
		if i.Code == code {
			return i.Label.In(lang)
		}
	}
	return ""
}

// Item is one paper asked for. Code is the Document.Item that answers it: "registry_extract", "identity_document.<person id>".
type Item struct {
	Code        string
	Label, Hint string
	Accepted    []string // document types, for DocumentLabel
	Person      *Person  // whose paper it is; nil: the company's
	Optional    bool
}

// Items gives the papers asked for a file as it stands, in the order of the form. A person entered in several rows (a
// director who also owns through a holding) is asked once, under the ID of the first row.
func (r *Ruleset) Items(f *File, lang string) []Item {
	spec := r.form(f.Company.Country, f.Company.LegalForm)
	var out []Item
	for _, paper := range r.set.Items {
		optional, asked := asked(spec.Items[paper.Code], f)
		if !asked {
			continue
		}
		item := Item{
			Code: paper.Code, Label: paper.Label.In(lang), Hint: spec.Hints[paper.Code].In(lang),
			Accepted: append([]string(nil), spec.Papers[paper.Code]...), Optional: optional,
		}
		if !paper.PerPerson {
			out = append(out, item)
			continue
		}
		seen := map[string]bool{}
		for _, person := range f.People {
			if key := personKey(person); !seen[key] {
				seen[key] = true
				item.Code, item.Person = paper.Code+"."+person.ID, &person
				out = append(out, item)
			}
		}
	}
	return out
}

// asked decides a paper's rule on the file at hand.
func asked(when string, f *File) (optional, asked bool) {
	switch when {
	case rule.Required:
		return false, true
	case rule.Optional:
		return true, true
	case rule.IfEntities:
		return false, len(f.Entities) > 0
	case rule.IfByPower:
		for _, p := range f.People {
			if p.ByPower {
				return false, true
			}
		}
		return true, true
	}
	return false, false
}
