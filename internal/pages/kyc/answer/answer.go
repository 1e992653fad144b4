// Package answer says a person's file in words: the answers as lists, what is missing, and what is wrong with what was
// typed; and it knows the inputs' names. It reads the file, and knows neither requests nor the customer service.
package answer

import (
	"strings"

	"rampa/internal/kyc"
	"rampa/internal/web/ui"
)

// Answers is a file with what it takes to word it.
type Answers struct {
	Words     ui.Words
	File      *kyc.File
	Documents []kyc.Document
	URL       func(step string) string // where a step is filled in
}

// Section gives the answers of a step as a list; ok is false for a step without answers of its own.
func (a Answers) Section(step string) (s ui.Summary, ok bool) {
	s.Title = a.Words.T(step + ".title")
	switch step {
	case kyc.StepPersonal:
		s.Rows = a.personal()
	case kyc.StepAddress:
		s.Rows = []ui.SummaryRow{ui.Row(a.Words.T("address.short"), a.address()...)}
	case kyc.StepIdentity:
		s.Rows = append(a.paper(), a.pictures(step)...)
	case kyc.StepSelfie:
		s.Rows = a.pictures(step)
	default:
		return ui.Summary{}, false
	}
	return s, true
}

func (a Answers) personal() []ui.SummaryRow {
	p, exposed := a.File.Person, ""
	if p.PEP != nil {
		exposed = a.Words.T("personal.pep." + map[bool]string{true: "yes", false: "no"}[*p.PEP])
	}
	return []ui.SummaryRow{
		ui.Row(a.Words.T("personal.full_name"), kyc.FullName(p)),
		ui.Row(a.Words.T("personal.birth_date.label"), a.Words.Day(p.BirthDate)),
		ui.Row(a.Words.T("personal.nationality.label"), a.country(p.Nationality)),
		ui.Row(a.Words.T("personal.phone.label"), p.Phone),
		ui.Row(a.Words.T("personal.pep.short"), exposed),
	}
}

// address writes the address as on an envelope. One that is empty but for its country is empty.
func (a Answers) address() []string {
	to := a.File.Address
	if to.Line == "" && to.City == "" {
		return nil
	}
	return []string{to.Line, strings.TrimSpace(to.PostalCode + " " + to.City), a.country(to.Country)}
}

func (a Answers) country(code string) string {
	if code == "" {
		return ""
	}
	return a.Words.Country(code)
}

func (a Answers) paper() []ui.SummaryRow {
	p, kind := a.File.Paper, ""
	if p.Type != "" {
		kind = kyc.PaperTypeLabel(p.Country, p.Type, a.Words.Lang)
	}
	rows := []ui.SummaryRow{
		ui.Row(a.Words.T("identity.document_country.label"), a.country(p.Country)),
		ui.Row(a.Words.T("identity.identification_type.label"), kind),
		ui.Row(a.Words.T("identity.identification_number.label"), p.Number),
	}
	if required, _ := kyc.ExpiryRequired(p.Country, p.Type); required || p.ExpiresAt != "" {
		rows = append(rows, ui.Row(a.Words.T("identity.document_expires_at.label"), a.Words.Day(p.ExpiresAt)))
	}
	return rows
}

func (a Answers) pictures(step string) []ui.SummaryRow {
	var rows []ui.SummaryRow
	for _, item := range kyc.Items(a.File) {
		if kyc.StepOf("documents."+item.Code) != step {
			continue
		}
		row := ui.Row(a.ItemName("documents." + item.Code))
		for _, d := range a.Documents {
			if d.Item == item.Code {
				row.Lines = append(row.Lines, d.Name)
			}
		}
		if !item.Optional || len(row.Lines) > 0 {
			rows = append(rows, row)
		}
	}
	return rows
}

// ItemName names what a correction asks for: a step, or a picture.
func (a Answers) ItemName(item string) string {
	if code, ok := strings.CutPrefix(item, "documents."); ok {
		if label := kyc.ItemLabel(code, a.Words.Lang); label != "" {
			return label
		}
	}
	if step := kyc.StepOf(item); step != "" {
		return a.Words.T(step + ".title")
	}
	return item
}

// Requirement words what is missing, with a link to where it is given.
func (a Answers) Requirement(r kyc.Requirement) ui.ErrorLink {
	step := kyc.StepOf(r.Item)
	link := ui.ErrorLink{Href: a.URL(step)}
	code, isPicture := strings.CutPrefix(r.Field, "documents.")
	switch {
	case r.Code == "correction_requested":
		link.Message = a.Words.T("requirement.correction_requested", "item", a.ItemName(r.Item))
	case isPicture:
		link.Href += "#" + ui.FieldID(Input(code))
		link.Message = a.Words.T("requirement.document_missing", "paper", a.ItemName(r.Item))
	default:
		field := strings.TrimPrefix(r.Field, "declaration.")
		link.Href += "#" + ui.FieldID(field)
		link.Message = a.Words.T("requirement.field_missing", "label", a.label(field), "step", a.Words.T(step+".short"))
	}
	return link
}

// Problem words one problem, by code and field or by code with the field's label.
func (a Answers) Problem(p kyc.Problem) string {
	pairs := []string{"label", a.label(p.Field)}
	for name, value := range p.Params {
		if name == "date" {
			value = a.Words.Day(value)
		}
		pairs = append(pairs, name, value)
	}
	code := p.Code
	if example, asked := p.Params["example"]; asked && example == "" {
		code += "_plain"
	}
	for _, key := range []string{"problem." + code + "." + p.Field, "problem." + code} {
		if a.Words.Has(key) {
			return a.Words.T(key, pairs...)
		}
	}
	return a.Words.T("problem.other", pairs...)
}

// label gives the label of an input by its name.
func (a Answers) label(field string) string {
	for _, step := range kyc.Steps {
		if key := step + "." + field + ".label"; a.Words.Has(key) {
			return a.Words.T(key)
		}
	}
	return a.Words.T("problem.this_field")
}

// Input gives the name of a picture's input: "document_front", "liveness_capture[turn_left]".
func Input(code string) string {
	base, movement, ok := strings.Cut(code, ".")
	if !ok {
		return base
	}
	return base + "[" + movement + "]"
}

// ItemOf tells which picture the files of an input are.
func ItemOf(input string) (item string, isPicture bool) {
	base, movement, ok := strings.Cut(input, "[")
	switch base {
	case kyc.DocumentFront, kyc.DocumentBack, kyc.FaceImage, kyc.LivenessCapture:
		if ok {
			base += "." + strings.TrimSuffix(movement, "]")
		}
		return base, true
	}
	return "", false
}
