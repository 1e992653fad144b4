package dossier

import (
	"path"
	"strconv"
	"strings"

	"rampa/internal/kyb"
	"rampa/internal/kyc"
)

// Paper is one paper asked for, with the files that answer it.
type Paper struct {
	Item     string
	Label    string
	Optional bool
	Missing  bool
	Files    []Document
}

// Document is one file that was sent in.
type Document struct {
	ID    string
	Name  string
	Quiet string // kind, size and day
	URL   string
	Image bool
	PDF   bool
}

// asked is a paper that the form asks for, by its code.
type asked struct {
	Code     string
	Optional bool
}

// items gives the papers asked for this file as it stands.
func (r Reader) items() (out []asked) {
	if p := r.person(); p != nil {
		for _, i := range kyc.Items(p) {
			out = append(out, asked{i.Code, i.Optional})
		}
		return out
	}
	for _, i := range r.Rules.Items(r.file(), r.Words.Lang) {
		out = append(out, asked{i.Code, i.Optional})
	}
	return out
}

// Correctable gives the items that a correction may name, first the steps of the form and then its papers.
func (r Reader) Correctable() (steps, papers []string) {
	steps = []string{kyb.StepCompany, kyb.StepAddresses, kyb.StepActivity, kyb.StepPeople}
	if r.person() != nil {
		steps = []string{kyc.StepPersonal, kyc.StepAddress, kyc.StepIdentity, kyc.StepSelfie}
	}
	for _, item := range r.items() {
		papers = append(papers, "documents."+item.Code)
	}
	return steps, papers
}

// papers groups the files by the papers asked for; what answers none of them comes last.
func (r Reader) papers() []Paper {
	left := append([]kyb.Document(nil), r.Review.Documents...)
	var out []Paper
	for _, item := range r.items() {
		p := Paper{Item: item.Code, Label: r.paperLabel(item.Code), Optional: item.Optional}
		var rest []kyb.Document
		for _, d := range left {
			if d.Item == item.Code {
				p.Files = append(p.Files, r.document(d))
			} else {
				rest = append(rest, d)
			}
		}
		left = rest
		p.Missing = len(p.Files) == 0 && !item.Optional
		out = append(out, p)
	}
	for _, d := range left {
		out = append(out, Paper{Item: d.Item, Label: r.paperLabel(d.Item), Optional: true, Files: []Document{r.document(d)}})
	}
	return out
}

func (r Reader) document(d kyb.Document) Document {
	kind := strings.ToUpper(strings.TrimPrefix(path.Base(d.Type), "x-"))
	return Document{
		ID: d.ID, Name: d.Name, Quiet: kind + " · " + r.Words.Bytes(d.Size) + " · " + r.Words.Date(d.AddedAt),
		URL:   "/console/files/" + strconv.FormatInt(r.Review.Customer.ID, 10) + "/documents/" + d.ID,
		Image: strings.HasPrefix(d.Type, "image/"), PDF: d.Type == "application/pdf",
	}
}
