// Package answer says a company's file in words: its answers as lists, what is missing, and what is wrong with what was
// typed. It reads the file and the rules, and knows neither requests nor the customer service.
package answer

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"rampa/internal/kyb"
	"rampa/internal/web/ui"
)

// Answers is a file with what it takes to word it.
type Answers struct {
	Words     ui.Words
	Rules     *kyb.Ruleset
	File      *kyb.File
	Documents []kyb.Document
	Day       time.Time                // by whose law the owners are judged
	URL       func(step string) string // where a step is filled in
}

// Section gives the answers of a step as a list; ok is false for a step without answers of its own.
func (a Answers) Section(step string) (s ui.Summary, ok bool) {
	switch step {
	case kyb.StepCompany: // the country is its first row
		return a.company(), true
	case kyb.StepAddresses:
		return a.addresses(), true
	case kyb.StepActivity:
		return a.activity(), true
	case kyb.StepPeople:
		return a.people(), true
	case kyb.StepDocuments:
		return a.documents(), true
	}
	return s, false
}

func (a Answers) activity() ui.Summary {
	said, volume := a.File.Activity, ""
	if said.ExpectedMonthlyVolume != "" {
		volume = a.Words.T("activity.volume_value", "amount", a.Words.Number(said.ExpectedMonthlyVolume))
	}
	return ui.Summary{Title: a.Words.T("activity.title"), Rows: []ui.SummaryRow{
		ui.Row(a.Words.T("activity.activity.label"), said.Activity),
		ui.Row(a.Words.T("activity.expected_monthly_volume.label"), volume),
		ui.Row(a.Words.T("activity.source_of_funds.label"), said.SourceOfFunds),
	}}
}

func (a Answers) company() ui.Summary {
	c := a.File.Company
	country := ui.Row(a.Words.T("country.country.label"), a.Words.Country(c.Country))
	if c.Country == "" {
		country.Lines = nil
	}
	values := map[string]string{
		"legal_name": c.LegalName, "trade_name": c.TradeName, "registration_number": c.RegistrationNumber, "tax_id": c.TaxID,
		"vat_number": c.VATNumber, "lei": c.LEI, "incorporation_date": a.Words.Day(c.IncorporationDate), "website": c.Website,
	}
	if c.LegalForm != "" {
		values["legal_form"] = a.Rules.LegalFormLabel(c.Country, c.LegalForm, a.Words.Lang)
	}
	rows := []ui.SummaryRow{country}
	for _, f := range a.Rules.Fields(c.Country, c.LegalForm) {
		if f.Shown() && (f.Required() || values[f.Name] != "") {
			rows = append(rows, ui.Row(a.CompanyLabel(f.Name), values[f.Name]))
		}
	}
	return ui.Summary{Title: a.Words.T("company.title"), Rows: rows}
}

func (a Answers) addresses() ui.Summary {
	f := a.File
	operating := ui.Row(a.Words.T("addresses.operating"), a.Words.T("addresses.same"))
	if f.Operating != nil {
		operating.Lines = a.addressLines(*f.Operating)
	}
	return ui.Summary{Title: a.Words.T("addresses.title"), Rows: []ui.SummaryRow{
		ui.Row(a.Words.T("addresses.registered"), a.addressLines(f.Registered)...), operating,
	}}
}

// addressLines writes an address as on an envelope. One that is empty but for its country is empty.
func (a Answers) addressLines(to kyb.Address) []string {
	if to.Line1 == "" && to.City == "" {
		return nil
	}
	town := strings.TrimSpace(to.PostalCode + " " + to.City)
	if to.Region != "" && to.Region != to.City {
		town += ", " + to.Region
	}
	return slices.DeleteFunc([]string{to.Line1, to.Line2, town, a.Words.Country(to.Country)}, func(s string) bool { return s == "" })
}

func (a Answers) people() ui.Summary {
	f := a.File
	s := ui.Summary{Title: a.Words.T("people.title")}
	names := map[string]string{}
	for _, e := range f.Entities {
		names[e.ID] = e.LegalName
	}
	for n, p := range f.People {
		role := ""
		if p.Role != "" {
			role = a.Words.T("people.role." + p.Role + ".short")
		}
		lines := []string{role, a.share(p.OwnershipPercent, names[p.Through])}
		if p.Control != "" {
			lines = append(lines, a.Words.T("people.control."+p.Control))
		}
		if p.BirthDate != "" && p.Nationality != "" {
			lines = append(lines, a.Words.T("people.born", "date", a.Words.Day(p.BirthDate), "country", a.Words.Country(p.Nationality)))
		}
		if p.PEP != nil && *p.PEP {
			lines = append(lines, a.Words.T("people.pep.short"))
		}
		name := FullName(p)
		if name == "" {
			name = a.Words.T("people.row", "n", strconv.Itoa(n+1))
		}
		s.Rows = append(s.Rows, ui.Row(name, lines...))
	}
	for n, e := range f.Entities {
		name := e.LegalName
		if name == "" {
			name = a.Words.T("entities.row", "n", strconv.Itoa(n+1))
		}
		country := ""
		if e.Country != "" {
			country = a.Words.T("entities.from", "country", a.Words.Country(e.Country))
		}
		s.Rows = append(s.Rows, ui.Row(name, country, a.share(e.OwnershipPercent, names[e.Through])))
	}
	if f.NoOther {
		s.Rows = append(s.Rows, ui.Row(a.Words.T("people.other"), a.Words.T("people.no_other_owners.short", "threshold", a.Threshold())))
	}
	for _, row := range a.Owners() {
		row.Label = a.Words.T("owners.row", "name", row.Label)
		s.Rows = append(s.Rows, row)
	}
	if len(s.Rows) == 0 {
		s.Rows = append(s.Rows, ui.Row(a.Words.T("people.nobody")))
	}
	return s
}

// share words a share: "60 %", "60 % through Holding S.L.", nothing where there is none.
func (a Answers) share(percent, through string) string {
	switch {
	case percent == "":
		return ""
	case through == "":
		return a.Words.T("people.share", "percent", percent)
	}
	return a.Words.T("people.share_through", "percent", percent, "company", through)
}

func (a Answers) documents() ui.Summary {
	s := ui.Summary{Title: a.Words.T("documents.title")}
	for _, item := range a.Rules.Items(a.File, a.Words.Lang) {
		row := ui.Row(PaperName(item))
		for _, d := range a.Documents {
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

// FullName gives a person's name.
func FullName(p kyb.Person) string { return strings.TrimSpace(p.FirstName + " " + p.LastName) }

// PaperName names a paper, with whose it is.
func PaperName(item kyb.Item) string {
	if item.Person != nil {
		return item.Label + " (" + FullName(*item.Person) + ")"
	}
	return item.Label
}
