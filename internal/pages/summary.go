package pages

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"rampa/internal/customer"
	"rampa/internal/kyb"
	"rampa/internal/web/ui"
)

// summaries give the answers of a step as lists of questions and answers. change adds the links that lead back to them.
func (v *visit) summaries(step string, change bool) []ui.Summary {
	var out []ui.Summary
	switch step {
	case "country":
		return nil // shown with the company
	case "company":
		out = []ui.Summary{v.companySummary(change)}
	case "addresses":
		out = []ui.Summary{v.addressSummary()}
	case "activity":
		a := v.file().Activity
		volume := ""
		if a.ExpectedMonthlyVolume != "" {
			volume = v.words.T("activity.volume_value", "amount", v.words.Number(a.ExpectedMonthlyVolume))
		}
		out = []ui.Summary{{Title: v.words.T("activity.title"), Rows: []ui.SummaryRow{
			ui.Row(v.words.T("activity.activity.label"), a.Activity),
			ui.Row(v.words.T("activity.expected_monthly_volume.label"), volume),
			ui.Row(v.words.T("activity.source_of_funds.label"), a.SourceOfFunds),
		}}}
	case "people":
		out = []ui.Summary{v.peopleSummary()}
	case "documents":
		out = []ui.Summary{v.documentSummary()}
	}
	if change {
		for i := range out {
			out[i].Change = &ui.Link{Label: strings.ToLower(out[i].Title), Href: v.to(step)}
		}
	}
	return out
}

func (v *visit) companySummary(change bool) ui.Summary {
	c := v.file().Company
	country := ui.Row(v.words.T("country.country.label"), v.words.Country(c.Country))
	if c.Country == "" {
		country.Lines = nil
	}
	if change && v.editable("country") {
		country.Change = &ui.Link{Label: strings.ToLower(country.Label), Href: v.to("country")}
	}
	values := map[string]string{
		"legal_name": c.LegalName, "trade_name": c.TradeName, "registration_number": c.RegistrationNumber, "tax_id": c.TaxID,
		"vat_number": c.VATNumber, "lei": c.LEI, "incorporation_date": v.words.Day(c.IncorporationDate), "website": c.Website,
	}
	if c.LegalForm != "" {
		values["legal_form"] = v.h.Rules.LegalFormLabel(c.Country, c.LegalForm, v.words.Lang)
	}
	rows := []ui.SummaryRow{country}
	for _, f := range v.h.Rules.Fields(c.Country, c.LegalForm) {
		if f.Shown() && (f.Required() || values[f.Name] != "") {
			rows = append(rows, ui.Row(v.companyLabel(f.Name), values[f.Name]))
		}
	}
	return ui.Summary{Title: v.words.T("company.title"), Rows: rows}
}

func (v *visit) addressSummary() ui.Summary {
	f := v.file()
	operating := ui.Row(v.words.T("addresses.operating"), v.words.T("addresses.same"))
	if f.Operating != nil {
		operating.Lines = v.addressLines(*f.Operating)
	}
	return ui.Summary{Title: v.words.T("addresses.title"), Rows: []ui.SummaryRow{
		ui.Row(v.words.T("addresses.registered"), v.addressLines(f.Registered)...), operating,
	}}
}

// addressLines writes an address as on an envelope. One that is empty but for its country is empty.
func (v *visit) addressLines(a kyb.Address) []string {
	if a.Line1 == "" && a.City == "" {
		return nil
	}
	town := strings.TrimSpace(a.PostalCode + " " + a.City)
	if a.Region != "" && a.Region != a.City {
		town += ", " + a.Region
	}
	return slices.DeleteFunc([]string{a.Line1, a.Line2, town, v.words.Country(a.Country)}, func(s string) bool { return s == "" })
}

func (v *visit) peopleSummary() ui.Summary {
	f := v.file()
	s := ui.Summary{Title: v.words.T("people.title")}
	names := map[string]string{}
	for _, e := range f.Entities {
		names[e.ID] = e.LegalName
	}
	for n, p := range f.People {
		role := ""
		if p.Role != "" {
			role = v.words.T("people.role." + p.Role + ".short")
		}
		lines := []string{role, v.share(p.OwnershipPercent, names[p.Through])}
		if p.BirthDate != "" && p.Nationality != "" {
			lines = append(lines, v.words.T("people.born", "date", v.words.Day(p.BirthDate), "country", v.words.Country(p.Nationality)))
		}
		if p.PEP != nil && *p.PEP {
			lines = append(lines, v.words.T("people.pep.short"))
		}
		name := fullName(p)
		if name == "" {
			name = v.words.T("people.row", "n", strconv.Itoa(n+1))
		}
		s.Rows = append(s.Rows, ui.Row(name, lines...))
	}
	for n, e := range f.Entities {
		name := e.LegalName
		if name == "" {
			name = v.words.T("entities.row", "n", strconv.Itoa(n+1))
		}
		country := ""
		if e.Country != "" {
			country = v.words.T("entities.from", "country", v.words.Country(e.Country))
		}
		s.Rows = append(s.Rows, ui.Row(name, country, v.share(e.OwnershipPercent, names[e.Through])))
	}
	if f.NoOther {
		s.Rows = append(s.Rows, ui.Row(v.words.T("people.other"), v.words.T("people.no_other_owners.short")))
	}
	if len(s.Rows) == 0 {
		s.Rows = append(s.Rows, ui.Row(v.words.T("people.nobody")))
	}
	return s
}

// share words a share: "60 %", "60 % through Holding S.L.", nothing where there is none.
func (v *visit) share(percent, through string) string {
	switch {
	case percent == "":
		return ""
	case through == "":
		return v.words.T("people.share", "percent", percent)
	}
	return v.words.T("people.share_through", "percent", percent, "company", through)
}

func (v *visit) documentSummary() ui.Summary {
	s := ui.Summary{Title: v.words.T("documents.title")}
	for _, item := range v.h.Rules.Items(v.file(), v.words.Lang) {
		row := ui.Row(paperName(item))
		for _, d := range v.form.Documents {
			if d.Item == item.Code {
				row.Lines = append(row.Lines, d.Name)
			}
		}
		if item.Optional && len(row.Lines) == 0 {
			continue
		}
		s.Rows = append(s.Rows, row)
	}
	return s
}

// allSummaries gives the whole file.
func (v *visit) allSummaries(change bool) []ui.Summary {
	var out []ui.Summary
	for _, s := range v.h.steps {
		out = append(out, v.summaries(s.name, change && v.editable(s.item))...)
	}
	return out
}

// missingLinks words what is missing, each with a link to where it is given.
func (v *visit) missingLinks() []ui.ErrorLink {
	var out []ui.ErrorLink
	for _, r := range v.missing() {
		out = append(out, v.requirement(r))
	}
	return out
}

func (v *visit) requirement(r kyb.Requirement) ui.ErrorLink {
	step := stepOf(r.Item)
	link := ui.ErrorLink{Href: v.to(step)}
	field := inputOf(r.Field)
	prefix, _ := v.rowOf(field)
	switch {
	case r.Code == "correction_requested":
		link.Message = v.words.T("requirement.correction_requested", "item", v.itemName(r.Item))
	case step == "documents":
		link.Href += "#" + ui.FieldID(field)
		link.Message = v.words.T("requirement.document_missing", "paper", v.itemName(r.Item))
	case v.words.Has("requirement." + r.Field):
		link.Message = v.words.T("requirement." + r.Field)
	default:
		if field != "" {
			link.Href += "#" + ui.FieldID(field)
		}
		link.Message = v.words.T("requirement.field_missing", "label", prefix+v.label(field), "step", v.words.T(step+".short"))
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

// itemName names what a correction asks for: a step, or a paper.
func (v *visit) itemName(item string) string {
	code, isPaper := strings.CutPrefix(item, "documents.")
	if !isPaper {
		return v.words.T(stepOf(item) + ".title")
	}
	for _, i := range v.h.Rules.Items(v.file(), v.words.Lang) {
		if i.Code == code {
			return paperName(i)
		}
	}
	if label := v.h.Rules.ItemLabel(code, v.words.Lang); label != "" {
		return label
	}
	return v.words.T("documents.title")
}

type readOnlyPage struct {
	stepPage
	Sections []ui.Summary
}

// readOnly shows a step that is not the company's to change now.
func (v *visit) readOnly(s step) error {
	name := s.name
	if name == "country" {
		name = "company"
	}
	page := &readOnlyPage{v.stepPage(ui.NewForm(v.words, nil)), v.summaries(name, false)}
	page.Banner = &ui.Banner{Kind: "info", Title: v.words.T("readonly.title"), Text: v.words.T("readonly.text")}
	return v.render(http.StatusOK, "readonly", page)
}

// correctionsOf gives the reviewer's messages on a step.
func (v *visit) correctionsOf(step string) []customer.Correction {
	var out []customer.Correction
	if v.correcting() {
		for _, c := range v.form.Record.Corrections {
			if stepOf(c.Item) == step {
				out = append(out, c)
			}
		}
	}
	return out
}
