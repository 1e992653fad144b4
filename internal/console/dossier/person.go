package dossier

import (
	"strings"
	"time"

	"rampa/internal/kyc"
	"rampa/internal/web/ui"
)

// personSections gives what a person says, in the order of the form.
func (r Reader) personSections() []Section {
	f := r.person()
	out := []Section{r.personal(f.Person), r.address(f.Address), r.paper(f.Paper)}
	if d := f.Delegated; d != nil {
		out = append(out, Section{"delegated", ui.Summary{Title: r.t("delegated"), Rows: []ui.SummaryRow{
			ui.Row(r.t("field.verified_at"), r.Words.Moment(d.VerifiedAt)), ui.Row(r.t("field.reference"), d.Reference),
		}}})
	}
	if d := f.Declaration; d != nil {
		out = append(out, Section{"declaration", ui.Summary{Title: r.t("declaration"), Rows: []ui.SummaryRow{
			ui.Row(r.t("field.signature"), d.Signature), ui.Row(r.t("field.signed_at"), r.Words.Moment(d.SignedAt)),
			ui.Row(r.t("field.terms"), d.TermsVersion), ui.Row(r.t("field.address"), d.Address),
		}}})
	}
	return out
}

func (r Reader) personal(p kyc.Person) Section {
	pep := ""
	if p.PEP != nil {
		pep = map[bool]string{true: r.t("yes"), false: r.t("no")}[*p.PEP]
	}
	return Section{"personal", ui.Summary{Title: r.t("item.personal"), Rows: []ui.SummaryRow{
		ui.Row(r.t("field.name"), p.Name), ui.Row(r.t("field.last_name"), strings.TrimSpace(p.LastName+" "+p.LastName2)),
		ui.Row(r.t("field.birth_date"), r.born(p.BirthDate)), ui.Row(r.t("field.nationality"), r.country(p.Nationality)),
		ui.Row(r.t("field.phone"), p.Phone), ui.Row(r.t("field.pep"), pep),
	}}}
}

// born is a birthday with the age that it makes.
func (r Reader) born(iso string) string {
	day, err := time.Parse(time.DateOnly, iso)
	if err != nil {
		return iso
	}
	years := r.Now.Year() - day.Year()
	if day.AddDate(years, 0, 0).After(r.Now) {
		years--
	}
	return r.Words.Day(iso) + " · " + r.Words.N("console.years", max(0, years))
}

func (r Reader) address(a kyc.Address) Section {
	var lines []string
	for _, line := range []string{a.Line, strings.TrimSpace(a.PostalCode + " " + a.City), r.country(a.Country)} {
		if line != "" {
			lines = append(lines, line)
		}
	}
	return Section{"address", ui.Summary{Title: r.t("item.address"), Rows: []ui.SummaryRow{ui.Row(r.t("field.home"), lines...)}}}
}

func (r Reader) paper(p kyc.Paper) Section {
	kind := ""
	if p.Type != "" {
		kind = kyc.PaperTypeLabel(p.Country, p.Type, r.Words.Lang)
	}
	return Section{"identity", ui.Summary{Title: r.t("item.identity"), Rows: []ui.SummaryRow{
		ui.Row(r.t("field.paper_type"), kind), ui.Row(r.t("field.paper_number"), p.Number),
		ui.Row(r.t("field.paper_country"), r.country(p.Country)), ui.Row(r.t("field.paper_expires"), r.Words.Day(p.ExpiresAt)),
	}}}
}

// soon is how long before its end a paper is worth a look.
const soon = 30 * 24 * time.Hour

func (r Reader) personSignals() []Signal {
	var out []Signal
	f := r.person()
	if f.Person.PEP != nil && *f.Person.PEP {
		out = append(out, Signal{"warning", r.t("signal.pep_person"), "#personal"})
	}
	if n := len(r.Review.Missing); n > 0 {
		out = append(out, Signal{"warning", r.Words.N("console.signal.missing", n), "#documents"})
	}
	if day, err := time.Parse(time.DateOnly, f.Paper.ExpiresAt); err == nil {
		switch end := day.AddDate(0, 0, 1); {
		case !r.Now.Before(end):
			out = append(out, Signal{"danger", r.t("signal.paper_expired", "day", r.Words.Date(day)), "#identity"})
		case r.Now.Add(soon).After(end):
			out = append(out, Signal{"warning", r.t("signal.paper_expires", "day", r.Words.Date(day)), "#identity"})
		}
	}
	if f.Delegated != nil {
		out = append(out, Signal{"info", r.t("signal.delegated"), "#delegated"})
	}
	return out
}

// Picture is a side of the identity document, the face or a movement, to be compared with the others.
type Picture struct {
	Label string
	File  *Document // nil: missing
}

// pictures takes the images of the person and of his document out of the papers, in the order of the form.
func (r Reader) pictures(papers []Paper) (compare []Picture, rest []Paper) {
	for _, p := range papers {
		base, _, _ := strings.Cut(p.Item, ".")
		if kyc.StepOf("documents."+base) == "" {
			rest = append(rest, p)
			continue
		}
		if p.Missing {
			compare = append(compare, Picture{Label: p.Label})
		}
		other := p
		other.Files = nil
		for i, f := range p.Files {
			if f.Image {
				compare = append(compare, Picture{p.Label, &p.Files[i]})
			} else {
				other.Files = append(other.Files, f)
			}
		}
		if len(other.Files) > 0 {
			rest = append(rest, other)
		}
	}
	return compare, rest
}
