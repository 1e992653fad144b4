package onboarding

import (
	"strconv"
	"strings"

	"rampa/internal/onboarding"
	"rampa/internal/web/ui"
)

// answers says a declaration in words: its answers as lists, what is missing, and what is wrong with what was typed.
type answers struct {
	words   ui.Words
	file    *onboarding.File
	company bool
	url     func(step string) string // where a step is filled in
}

// Section gives the answers of a step as a list; ok is false for a step without answers of its own.
func (a answers) Section(step string) (s ui.Summary, ok bool) {
	s.Title = a.words.T(step + ".title")
	f := a.file
	switch step {
	case onboarding.StepFunds:
		s.Rows = []ui.SummaryRow{
			ui.Row(a.words.T("funds.source_of_funds.short"), a.choices("funds.source", f.Funds.Source)...),
			ui.Row(a.words.T("funds.source_of_wealth.short"), a.choices("funds.wealth", f.Funds.Wealth)...),
		}
	case onboarding.StepPurpose:
		volume := ""
		if f.Use.MonthlyVolume != "" {
			volume = a.words.Number(f.Use.MonthlyVolume) + " EUR"
		}
		s.Rows = []ui.SummaryRow{
			ui.Row(a.words.T("purpose.purpose.short"), a.choices("purpose.use", f.Use.Purpose)...),
			ui.Row(a.words.T("purpose.expected_monthly_volume.label"), volume),
			ui.Row(a.words.T("purpose.expected_transactions.label"), f.Use.Transactions),
		}
	case onboarding.StepTax:
		s.Rows = a.tax()
	case onboarding.StepPEP:
		s.Rows = a.pep()
	default:
		return ui.Summary{}, false
	}
	return s, true
}

// choice gives the text of a choice.
func (a answers) choice(prefix, code string) string {
	for _, key := range []string{prefix + ".company." + code, prefix + "." + code} {
		if (a.company || !strings.Contains(key, ".company.")) && a.words.Has(key) {
			return a.words.T(key)
		}
	}
	return code
}

func (a answers) choices(prefix string, c onboarding.Choice) []string {
	var lines []string
	for _, code := range c.Codes {
		lines = append(lines, a.choice(prefix, code))
	}
	if c.Text != "" {
		lines = append(lines, c.Text)
	}
	return lines
}

func (a answers) tax() []ui.SummaryRow {
	var rows []ui.SummaryRow
	for _, r := range a.file.Tax.Residences {
		number := r.TIN
		if number == "" && r.NoTINReason != "" {
			number = a.words.T("tax.reason." + r.NoTINReason)
		}
		rows = append(rows, ui.Row(a.words.Country(r.Country), nonEmpty(number, r.NoTINText)...))
	}
	if len(rows) == 0 {
		rows = append(rows, ui.Row(a.words.T("tax.country.label")))
	}
	if a.company {
		class := ""
		if c := a.file.Tax.EntityClass; c != "" {
			class = a.choice("tax.class", c)
		}
		rows = append(rows, ui.Row(a.words.T("tax.entity_class.label"), nonEmpty(class)...))
	}
	american := ""
	if us := a.file.Tax.USPerson; us != nil {
		american = a.words.T("choice." + map[bool]string{true: "yes", false: "no"}[*us])
	}
	return append(rows, ui.Row(a.words.T("tax.us_person.short"), nonEmpty(american)...))
}

func (a answers) pep() []ui.SummaryRow {
	p, relation := a.file.PEP, ""
	if p.Relation != "" {
		relation = a.choice("pep.relation", p.Relation)
	}
	rows := []ui.SummaryRow{ui.Row(a.words.T("pep.short"), nonEmpty(relation)...)}
	if p.Function != "" {
		rows = append(rows, ui.Row(a.words.T("pep.pep_function.label"), p.Function))
	}
	if p.Name != "" {
		rows = append(rows, ui.Row(a.words.T("pep.pep_name.label"), p.Name))
	}
	return rows
}

func nonEmpty(lines ...string) (out []string) {
	for _, l := range lines {
		if l != "" {
			out = append(out, l)
		}
	}
	return out
}

// ItemName names what a correction asks for: a step.
func (a answers) ItemName(item string) string {
	if onboarding.Correctable(item) {
		return a.words.T(item + ".title")
	}
	return item
}

// Requirement words what is missing, with a link to where it is given.
func (a answers) Requirement(r onboarding.Requirement) ui.ErrorLink {
	link := ui.ErrorLink{Href: a.url(r.Item)}
	if r.Code == "correction_requested" {
		link.Message = a.words.T("requirement.correction_requested", "item", a.ItemName(r.Item))
		return link
	}
	field := strings.TrimPrefix(r.Field, "declaration.")
	link.Href += "#" + ui.FieldID(field)
	link.Message = a.words.T("requirement.field_missing", "label", a.label(field), "step", a.words.T(r.Item+".short"))
	return link
}

// problem words one problem, by code and field or by code with the field's label.
func (a answers) problem(p onboarding.Problem) string {
	pairs := []string{"label", a.label(p.Field)}
	code := p.Code
	for name, value := range p.Params {
		pairs = append(pairs, name, value)
		if value == "" {
			code += "_plain"
		}
	}
	for _, key := range []string{"problem." + code + "." + last(p.Field), "problem." + code} {
		if a.words.Has(key) {
			return a.words.T(key, pairs...)
		}
	}
	return a.words.T("problem.other", pairs...)
}

// where says in front of a problem which country it is about, where there is more than one.
func (a answers) where(field string) string {
	number, _, ok := strings.Cut(strings.TrimPrefix(field, "tax_residences["), "]")
	n, err := strconv.Atoi(number)
	if !ok || err != nil || n == 0 {
		return ""
	}
	return a.words.T("tax.row", "n", strconv.Itoa(n+1)) + ": "
}

// last gives the last part of an input's name: "tin" of "tax_residences[0][tin]".
func last(field string) string {
	if i := strings.LastIndexByte(field, '['); i >= 0 {
		return strings.TrimSuffix(field[i+1:], "]")
	}
	return field
}

// label gives the short name of an input, or else its label.
func (a answers) label(field string) string {
	name := last(field)
	for _, step := range onboarding.Steps() {
		for _, part := range []string{".short", ".label"} {
			if key := step + "." + name + part; a.words.Has(key) {
				return a.words.T(key)
			}
		}
	}
	if strings.HasSuffix(name, "_text") {
		return a.words.T("funds.text.label")
	}
	return a.words.T("problem.this_field")
}
