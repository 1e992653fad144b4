package answer

import (
	"strconv"
	"strings"

	"rampa/internal/kyb"
	"rampa/internal/web/ui"
)

// Requirement words what is missing, with a link to where it is given.
func (a Answers) Requirement(r kyb.Requirement) ui.ErrorLink {
	step := StepOf(r.Item)
	link := ui.ErrorLink{Href: a.URL(step)}
	field := inputOf(r.Field)
	prefix := a.row(field)
	switch {
	case r.Code == "correction_requested":
		link.Message = a.Words.T("requirement.correction_requested", "item", a.ItemName(r.Item))
	case step == "documents":
		link.Href += "#" + ui.FieldID(field)
		link.Message = a.Words.T("requirement.document_missing", "paper", a.ItemName(r.Item))
	case a.Words.Has("requirement." + r.Field):
		link.Message = a.Words.T("requirement."+r.Field, "threshold", a.Threshold())
	default:
		if field != "" {
			link.Href += "#" + ui.FieldID(field)
		}
		link.Message = a.Words.T("requirement.field_missing", "label", prefix+a.label(field), "step", a.Words.T(step+".short"))
	}
	return link
}

// inputOf gives the name of the input for a requirement's field: "company.tax_id" → "tax_id",
// "people.0.birth_date" → "people[0][birth_date]", "documents.registry_extract" → "documents[registry_extract]".
func inputOf(field string) string {
	head, rest, ok := strings.Cut(field, ".")
	if !ok {
		return field
	}
	switch head {
	case "company", "activity", "country", "declaration":
		return rest
	case "addresses":
		return inputOf(rest)
	case "documents":
		return "documents[" + rest + "]"
	}
	return head + "[" + strings.ReplaceAll(rest, ".", "][") + "]"
}

// ItemName names what a correction asks for: a step, or a paper.
func (a Answers) ItemName(item string) string {
	code, isPaper := strings.CutPrefix(item, "documents.")
	if !isPaper {
		return a.Words.T(StepOf(item) + ".title")
	}
	for _, i := range a.Rules.Items(a.File, a.Words.Lang) {
		if i.Code == code {
			return PaperName(i)
		}
	}
	if label := a.Rules.ItemLabel(code, a.Words.Lang); label != "" {
		return label
	}
	return a.Words.T("documents.title")
}

// Problem words one problem, by code and field or by code with the field's label. row says which person or company of a
// list it is about, "" for the others.
func (a Answers) Problem(p kyb.Problem) (text, row string) {
	return a.problem(p), a.row(p.Field)
}

func (a Answers) problem(p kyb.Problem) string {
	last := lastName(p.Field)
	pairs := []string{"label", a.label(p.Field)}
	for name, value := range p.Params {
		pairs = append(pairs, name, a.param(name, value))
	}
	if reached := p.Params["reached"]; reached != "" {
		pairs = append(pairs, "threshold", a.Words.T("owners.threshold."+reached, "percent", p.Params["percent"]))
	}
	code := p.Code
	if example, asked := p.Params["example"]; asked && example == "" {
		code += "_plain"
	}
	for _, key := range []string{"problem." + code + "." + last, "problem." + code} {
		if a.Words.Has(key) {
			return a.Words.T(key, pairs...)
		}
	}
	return a.Words.T("problem.other", pairs...)
}

// param words a parameter: days as people write them, countries by name.
func (a Answers) param(name, value string) string {
	switch name {
	case "country":
		return a.Words.Country(value)
	case "date", "from", "to":
		return a.Words.Day(value)
	}
	return value
}

// label gives the label of an input by its name.
func (a Answers) label(field string) string {
	last := lastName(field)
	switch {
	case field == last:
		for _, step := range []string{"company", "activity", "country", "declaration", "people"} {
			if key := step + "." + last + ".label"; a.Words.Has(key) {
				if step == "company" {
					return a.CompanyLabel(last)
				}
				return a.Words.T(key)
			}
		}
	case strings.HasPrefix(field, "people["), strings.HasPrefix(field, "entities["):
		for _, key := range []string{"people." + last + ".label", "entities." + last + ".label"} {
			if a.Words.Has(key) && (key[0] == 'p') == (field[0] == 'p') {
				return a.Words.T(key)
			}
		}
	case a.Words.Has("addresses." + last + ".label"):
		return a.Words.T("addresses." + last + ".label")
	}
	return a.Words.T("problem.this_field")
}

// row gives the words that say which person, company or address a field belongs to.
func (a Answers) row(field string) string {
	list, rest, _ := strings.Cut(field, "[")
	switch list {
	case "operating_address":
		return a.Words.T("addresses.operating") + ": "
	case "people", "entities":
		index, _, _ := strings.Cut(rest, "]")
		if n, err := strconv.Atoi(index); err == nil {
			return a.Words.T(list+".row", "n", strconv.Itoa(n+1)) + ": "
		}
	}
	return ""
}

// lastName gives the innermost name of an input: "people[0][pep]" → "pep".
func lastName(field string) string {
	if i := strings.LastIndexByte(field, '['); i >= 0 {
		return strings.TrimSuffix(field[i+1:], "]")
	}
	return field
}

// CompanyLabel gives the local name of an input of this step: "NIF" instead of "tax number" in Spain.
func (a Answers) CompanyLabel(name string) string {
	c := a.File.Company
	f := a.Rules.Fields(c.Country, c.LegalForm).Get(name)
	if label := a.Rules.FieldLabel(f.LabelKey, a.Words.Lang); label != "" {
		return label
	}
	return a.Words.T("company." + name + ".label")
}

// StepOf gives the step of a requirement's or a correction's item: "documents.registry_extract" → "documents".
func StepOf(item string) string {
	step, _, _ := strings.Cut(item, ".")
	return step
}
