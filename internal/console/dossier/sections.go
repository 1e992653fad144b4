package dossier

import (
	"strings"

	"rampa/internal/kyb"
	"rampa/internal/web/ui"
)

// sections gives what the company says of itself, in the order of its form.
func (r Reader) sections() []Section {
	out := []Section{r.company(), r.addresses(), r.activity()}
	if r.file().Declaration != nil {
		out = append(out, r.declaration(*r.file().Declaration))
	}
	return out
}

func (r Reader) company() Section {
	c, lang := r.file().Company, r.Words.Lang
	fields := r.Rules.Fields(c.Country, c.LegalForm)
	// A number is called what it is called in its country: NIF, NIPC, RFC.
	identifier := func(name, value string) ui.SummaryRow {
		label := r.Rules.FieldLabel(fields.Get(name).LabelKey, lang)
		if label == "" {
			label = r.t("field." + name)
		}
		return ui.Row(label, value)
	}
	rows := []ui.SummaryRow{
		ui.Row(r.t("field.legal_name"), c.LegalName),
		ui.Row(r.t("field.trade_name"), c.TradeName),
		ui.Row(r.t("field.country"), r.country(c.Country)),
		ui.Row(r.t("field.legal_form"), r.Rules.LegalFormLabel(c.Country, c.LegalForm, lang)),
		identifier("registration_number", c.RegistrationNumber),
		identifier("tax_id", c.TaxID),
		identifier("vat_number", c.VATNumber),
		ui.Row(r.t("field.lei"), c.LEI),
		ui.Row(r.t("field.incorporation_date"), r.Words.Day(c.IncorporationDate)),
		ui.Row(r.t("field.website"), c.Website),
	}
	return Section{"company", ui.Summary{Title: r.t("item.company"), Rows: r.known(rows, fields)}}
}

// known leaves out what the legal form is not asked for and has not given.
func (r Reader) known(rows []ui.SummaryRow, fields kyb.FieldSet) []ui.SummaryRow {
	names := []string{"legal_name", "trade_name", "country", "legal_form", "registration_number", "tax_id", "vat_number", "lei", "incorporation_date", "website"}
	var out []ui.SummaryRow
	for i, row := range rows {
		if field := fields.Get(names[i]); row.Empty() && field.Name != "" && !field.Shown() {
			continue
		}
		out = append(out, row)
	}
	return out
}

func (r Reader) country(code string) string {
	if code == "" {
		return ""
	}
	return r.Words.Country(code)
}

func (r Reader) addressLines(a kyb.Address) []string {
	var lines []string
	for _, line := range []string{a.Line1, a.Line2, strings.TrimSpace(a.PostalCode + " " + a.City), a.Region, r.country(a.Country)} {
		if line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

func (r Reader) addresses() Section {
	rows := []ui.SummaryRow{ui.Row(r.t("field.registered"), r.addressLines(r.file().Registered)...)}
	if r.file().Operating == nil {
		rows = append(rows, ui.Row(r.t("field.operating"), r.t("same_address")))
	} else {
		rows = append(rows, ui.Row(r.t("field.operating"), r.addressLines(*r.file().Operating)...))
	}
	return Section{"addresses", ui.Summary{Title: r.t("item.addresses"), Rows: rows}}
}

func (r Reader) activity() Section {
	a := r.file().Activity
	volume := ""
	if a.ExpectedMonthlyVolume != "" {
		volume = r.t("per_month", "amount", r.Words.Number(a.ExpectedMonthlyVolume))
	}
	return Section{"activity", ui.Summary{Title: r.t("item.activity"), Rows: []ui.SummaryRow{
		ui.Row(r.t("field.activity"), a.Activity), ui.Row(r.t("field.expected_monthly_volume"), volume), ui.Row(r.t("field.source_of_funds"), a.SourceOfFunds),
	}}}
}

func (r Reader) declaration(d kyb.Declaration) Section {
	who := ""
	for _, p := range r.file().People {
		if p.ID == d.PersonID {
			who = personName(p)
		}
	}
	return Section{"declaration", ui.Summary{Title: r.t("declaration"), Rows: []ui.SummaryRow{
		ui.Row(r.t("field.signed_by"), who), ui.Row(r.t("field.signature"), d.Signature), ui.Row(r.t("field.signed_at"), r.Words.Moment(d.SignedAt)),
		ui.Row(r.t("field.terms"), d.TermsVersion), ui.Row(r.t("field.address"), d.Address),
	}}}
}

func (r Reader) people() []Person {
	beneficial := map[string]bool{}
	for _, o := range r.Review.Ownership.Owners {
		for _, id := range o.Rows {
			beneficial[id] = true
		}
	}
	var out []Person
	for _, p := range r.file().People {
		name := personName(p)
		v := Person{ID: p.ID, Name: name, Papers: r.personPapers(p.ID)}
		if key := "console.role." + p.Role; r.Words.Has(key) {
			v.Tags = append(v.Tags, ui.Tag{Kind: "neutral", Label: r.Words.T(key)})
		}
		if p.ByPower {
			v.Tags = append(v.Tags, ui.Tag{Kind: "neutral", Label: r.t("by_power")})
		}
		if beneficial[p.ID] {
			v.Tags = append(v.Tags, ui.Tag{Kind: "info", Label: r.t("beneficial")})
		}
		pep := ""
		if p.PEP != nil {
			pep = r.t("no")
			if *p.PEP {
				pep = r.t("yes")
				v.Tags = append(v.Tags, ui.Tag{Kind: "warning", Label: r.t("pep")})
			}
		}
		v.List = ui.Summary{Rows: []ui.SummaryRow{
			ui.Row(r.t("field.birth_date"), r.Words.Day(p.BirthDate)), ui.Row(r.t("field.nationality"), r.country(p.Nationality)),
			ui.Row(r.t("field.ownership"), r.share(p.OwnershipPercent, p.Through)), ui.Row(r.t("field.pep"), pep),
		}}
		if p.Control != "" {
			v.List.Rows = append(v.List.Rows, ui.Row(r.t("field.control"), r.t("means."+p.Control)))
		}
		out = append(out, v)
	}
	return out
}

func (r Reader) share(percent, through string) string {
	if percent == "" {
		return r.t("no_share")
	}
	for _, e := range r.file().Entities {
		if e.ID == through && through != "" {
			return r.t("share_through", "percent", percent, "entity", e.LegalName)
		}
	}
	return r.t("share", "percent", percent)
}

func (r Reader) personPapers(personID string) []ui.Link {
	if !r.Papers {
		return nil
	}
	var out []ui.Link
	for _, d := range r.Review.Documents {
		if _, person, ok := strings.Cut(d.Item, "."); ok && person == personID {
			out = append(out, ui.Link{Label: d.Name, Href: "#document-" + d.ID})
		}
	}
	return out
}
