package console

import (
	"strings"

	"rampa/internal/kyb"
	"rampa/internal/operator"
	"rampa/internal/web/ui"
)

// sections gives what the company says of itself, in the order of its form.
func (r fileReader) sections() []section {
	out := []section{r.company(), r.addresses(), r.activity()}
	if r.file.Declaration != nil {
		out = append(out, r.declaration(*r.file.Declaration))
	}
	return out
}

func (r fileReader) company() section {
	c, lang := r.file.Company, r.words.Lang
	fields := r.h.Rules.Fields(c.Country, c.LegalForm)
	// A number is called what it is called in its country: NIF, NIPC, RFC.
	identifier := func(name, value string) ui.SummaryRow {
		label := r.h.Rules.FieldLabel(fields.Get(name).LabelKey, lang)
		if label == "" {
			label = r.t("field." + name)
		}
		return ui.Row(label, value)
	}
	rows := []ui.SummaryRow{
		ui.Row(r.t("field.legal_name"), c.LegalName),
		ui.Row(r.t("field.trade_name"), c.TradeName),
		ui.Row(r.t("field.country"), r.country(c.Country)),
		ui.Row(r.t("field.legal_form"), r.h.Rules.LegalFormLabel(c.Country, c.LegalForm, lang)),
		identifier("registration_number", c.RegistrationNumber),
		identifier("tax_id", c.TaxID),
		identifier("vat_number", c.VATNumber),
		ui.Row(r.t("field.lei"), c.LEI),
		ui.Row(r.t("field.incorporation_date"), r.words.Day(c.IncorporationDate)),
		ui.Row(r.t("field.website"), c.Website),
	}
	return section{"company", ui.Summary{Title: r.t("item.company"), Rows: r.known(rows, fields)}}
}

// known leaves out what the legal form is not asked for and has not given.
func (r fileReader) known(rows []ui.SummaryRow, fields kyb.FieldSet) []ui.SummaryRow {
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

func (r fileReader) country(code string) string {
	if code == "" {
		return ""
	}
	return r.words.Country(code)
}

func (r fileReader) addressLines(a kyb.Address) []string {
	var lines []string
	for _, line := range []string{a.Line1, a.Line2, strings.TrimSpace(a.PostalCode + " " + a.City), a.Region, r.country(a.Country)} {
		if line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

func (r fileReader) addresses() section {
	rows := []ui.SummaryRow{ui.Row(r.t("field.registered"), r.addressLines(r.file.Registered)...)}
	if r.file.Operating == nil {
		rows = append(rows, ui.Row(r.t("field.operating"), r.t("same_address")))
	} else {
		rows = append(rows, ui.Row(r.t("field.operating"), r.addressLines(*r.file.Operating)...))
	}
	return section{"addresses", ui.Summary{Title: r.t("item.addresses"), Rows: rows}}
}

func (r fileReader) activity() section {
	a := r.file.Activity
	volume := ""
	if a.ExpectedMonthlyVolume != "" {
		volume = r.t("per_month", "amount", r.words.Number(a.ExpectedMonthlyVolume))
	}
	return section{"activity", ui.Summary{Title: r.t("item.activity"), Rows: []ui.SummaryRow{
		ui.Row(r.t("field.activity"), a.Activity), ui.Row(r.t("field.expected_monthly_volume"), volume), ui.Row(r.t("field.source_of_funds"), a.SourceOfFunds),
	}}}
}

func (r fileReader) declaration(d kyb.Declaration) section {
	who := ""
	for _, p := range r.file.People {
		if p.ID == d.PersonID {
			who = personName(p)
		}
	}
	return section{"declaration", ui.Summary{Title: r.t("declaration"), Rows: []ui.SummaryRow{
		ui.Row(r.t("field.signed_by"), who), ui.Row(r.t("field.signature"), d.Signature), ui.Row(r.t("field.signed_at"), r.words.Moment(d.SignedAt)),
		ui.Row(r.t("field.terms"), d.TermsVersion), ui.Row(r.t("field.address"), d.Address),
	}}}
}

func (r fileReader) people() []personView {
	beneficial := map[string]bool{}
	walk(r.review.Ownership, func(n kyb.Node) {
		if n.Kind == "person" && n.Beneficial {
			beneficial[n.Name] = true
		}
	})
	var out []personView
	for _, p := range r.file.People {
		name := personName(p)
		v := personView{ID: p.ID, Name: name, Papers: r.personPapers(p.ID)}
		if key := "console.role." + p.Role; r.words.Has(key) {
			v.Tags = append(v.Tags, ui.Tag{Kind: "neutral", Label: r.words.T(key)})
		}
		if p.ByPower {
			v.Tags = append(v.Tags, ui.Tag{Kind: "neutral", Label: r.t("by_power")})
		}
		if beneficial[name] {
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
			ui.Row(r.t("field.birth_date"), r.words.Day(p.BirthDate)), ui.Row(r.t("field.nationality"), r.country(p.Nationality)),
			ui.Row(r.t("field.ownership"), r.share(p.OwnershipPercent, p.Through)), ui.Row(r.t("field.pep"), pep),
		}}
		out = append(out, v)
	}
	return out
}

func (r fileReader) share(percent, through string) string {
	if percent == "" {
		return r.t("no_share")
	}
	for _, e := range r.file.Entities {
		if e.ID == through && through != "" {
			return r.t("share_through", "percent", percent, "entity", e.LegalName)
		}
	}
	return r.t("share", "percent", percent)
}

func (r fileReader) personPapers(personID string) []ui.Link {
	if !r.may(operator.ReadDocuments) {
		return nil
	}
	var out []ui.Link
	for _, d := range r.review.Documents {
		if _, person, ok := strings.Cut(d.Item, "."); ok && person == personID {
			out = append(out, ui.Link{Label: d.Name, Href: "#document-" + d.ID})
		}
	}
	return out
}

// treeNode is a node of the ownership tree with its words.
type treeNode struct {
	Name      string
	Kind      string
	KindLabel string
	Share     string
	Effective string
	Tags      []ui.Tag
	Children  []treeNode
}

func (v *visit) tree(n kyb.Node) treeNode {
	out := treeNode{Name: n.Name, Kind: n.Kind, KindLabel: v.words.T("console.node." + n.Kind)}
	if n.Percent != "" {
		out.Share = v.words.T("console.share", "percent", n.Percent)
	}
	if n.Effective != "" && n.Effective != n.Percent {
		out.Effective = v.words.T("console.effective", "percent", n.Effective)
	}
	if n.Beneficial {
		out.Tags = append(out.Tags, ui.Tag{Kind: "info", Label: v.words.T("console.beneficial")})
	}
	if n.PEP {
		out.Tags = append(out.Tags, ui.Tag{Kind: "warning", Label: v.words.T("console.pep")})
	}
	for _, c := range n.Children {
		out.Children = append(out.Children, v.tree(c))
	}
	return out
}
