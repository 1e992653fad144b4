package kyc

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"
)

//go:embed papers.yaml
var papersYAML []byte

const (
	ruleRequired = "required"
	ruleOptional = "optional"
	ruleNone     = "none"
	anyCountry   = "default"
)

// text is a label in every language that the forms speak.
type text map[string]string

// in gives the label in lang, English for a language that is not spoken.
func (t text) in(lang string) string {
	if s, ok := t[lang]; ok {
		return s
	}
	return t["en"]
}

// paperType is one row of papers.yaml.
type paperType struct {
	Code    string
	Label   string
	Accepts []string
	Back    string
	Expiry  string
}

// catalogue is papers.yaml; its head explains it.
type catalogue struct {
	Version   int
	Number    map[string]string
	Types     map[string][]paperType
	Labels    map[string]text
	Documents map[string]text
	Items     map[string]text
}

// papers is the embedded catalogue. It is read once; a test proves that it loads.
var papers = sync.OnceValue(func() *catalogue {
	c, err := loadCatalogue(papersYAML)
	if err != nil {
		panic("kyc: papers.yaml: " + err.Error())
	}
	return c
})

// loadCatalogue reads a catalogue and refuses one with any mistake.
func loadCatalogue(data []byte) (*catalogue, error) {
	var c catalogue
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	if err := decoder.Decode(&c); err != nil {
		return nil, fmt.Errorf("papers: %w", err)
	}
	var wrong []error
	refuse := func(format string, args ...any) { wrong = append(wrong, fmt.Errorf(format, args...)) }
	if c.Version != 1 || len(c.Types[anyCountry]) == 0 || c.Number[anyCountry] == "" {
		refuse("version 1 with a default for number and types is wanted")
	}
	for country, rule := range c.Number {
		if rule != ruleRequired && rule != ruleOptional {
			refuse("number of %s is %q", country, rule)
		}
	}
	for country, types := range c.Types {
		for i := range types {
			types[i].complete()
			if problem := c.doubt(types[i]); problem != "" {
				refuse("type %s of %s: %s", types[i].Code, country, problem)
			}
		}
	}
	for name, labels := range map[string]map[string]text{"labels": c.Labels, "documents": c.Documents, "items": c.Items} {
		for code, label := range labels {
			if label["es"] == "" || label["en"] == "" || label["pt"] == "" || len(label) != 3 {
				refuse("%s: %s is not labelled in es, en and pt", name, code)
			}
		}
	}
	return &c, errors.Join(wrong...)
}

// complete sets what a row leaves out.
func (p *paperType) complete() {
	if p.Label == "" {
		p.Label = p.Code
	}
	if p.Back == "" {
		p.Back = ruleRequired
	}
	if p.Expiry == "" {
		p.Expiry = ruleRequired
	}
}

// doubt says what is wrong with a row.
func (c *catalogue) doubt(p paperType) string {
	rules := []string{ruleRequired, ruleOptional, ruleNone}
	switch {
	case p.Code == "":
		return "has no code"
	case c.Labels[p.Label] == nil:
		return "has no label"
	case len(p.Accepts) == 0:
		return "accepts nothing"
	case !slices.Contains(rules, p.Back) || !slices.Contains(rules, p.Expiry):
		return "back and expiry are required, optional or none"
	}
	for _, document := range p.Accepts {
		if c.Documents[document] == nil {
			return "accepts an unknown document, " + document
		}
	}
	return ""
}

// of gives the rows of a country.
func (c *catalogue) of(country string) []paperType {
	if types, ok := c.Types[country]; ok && country != anyCountry {
		return types
	}
	return c.Types[anyCountry]
}

// find gives a country's row of a code.
func (c *catalogue) find(country, code string) (paperType, bool) {
	for _, p := range c.of(country) {
		if p.Code == code {
			return p, true
		}
	}
	return paperType{}, false
}

// PaperTypes gives the identification types of a country in the order of the form.
func PaperTypes(country string) []string {
	var codes []string
	for _, p := range papers().of(country) {
		codes = append(codes, p.Code)
	}
	return codes
}

// PaperTypeLabel is the name of an identification type in its country; the code itself where it is unknown.
func PaperTypeLabel(country, code, lang string) string {
	if p, ok := papers().find(country, code); ok {
		return papers().Labels[p.Label].in(lang)
	}
	return code
}

// NumberRequired tells whether nobody of a country is registered without an identification type and number.
func NumberRequired(country string) bool {
	rule, ok := papers().Number[country]
	if !ok {
		rule = papers().Number[anyCountry]
	}
	return rule == ruleRequired
}

// ExpiryRequired tells whether a paper's end must be given. Asked is false for a type that never has one.
func ExpiryRequired(country, code string) (required, asked bool) {
	p, ok := papers().find(country, code)
	if !ok {
		return true, true
	}
	return p.Expiry == ruleRequired, p.Expiry != ruleNone
}

// Item is one picture asked for. Code is the Document.Item that answers it.
type Item struct {
	Code     string
	Accepted []string // document types, for DocumentLabel
	Optional bool
}

// Items gives the pictures asked for a file as it stands, in the order of the form. While no paper is chosen: both sides.
func Items(f *File) []Item {
	chosen, known := papers().find(f.Paper.Country, f.Paper.Type)
	if !known {
		chosen = paperType{Back: ruleRequired}
		for _, p := range papers().of(f.Paper.Country) {
			chosen.Accepts = append(chosen.Accepts, p.Accepts...)
		}
		slices.Sort(chosen.Accepts)
		chosen.Accepts = slices.Compact(chosen.Accepts)
	}
	items := []Item{{Code: DocumentFront, Accepted: slices.Clone(chosen.Accepts)}}
	if chosen.Back != ruleNone {
		items = append(items, Item{Code: DocumentBack, Accepted: slices.Clone(chosen.Accepts), Optional: chosen.Back == ruleOptional})
	}
	items = append(items, Item{Code: FaceImage, Accepted: []string{"selfie"}})
	if len(f.Liveness) == 0 {
		return append(items, Item{Code: LivenessCapture, Accepted: []string{"liveness_frame"}, Optional: f.Delegated != nil})
	}
	for _, movement := range f.Liveness {
		items = append(items, Item{Code: LivenessCapture + "." + movement, Accepted: []string{"liveness_frame"}})
	}
	return items
}

// ItemLabel gives the name of a picture by Document.Item; "" for an unknown one.
func ItemLabel(code, lang string) string {
	if label, ok := papers().Items[code]; ok {
		return label.in(lang)
	}
	base, _, _ := strings.Cut(code, ".")
	return papers().Items[base].in(lang)
}

// DocumentLabel gives the name of a document type, "" for an unknown one.
func DocumentLabel(code, lang string) string { return papers().Documents[code].in(lang) }
