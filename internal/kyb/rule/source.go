package rule

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"gopkg.in/yaml.v3"

	"rampa/internal/identity"
)

// source is the data file as written; its head explains it.
type source struct {
	Version     int
	Items       []Item
	Documents   map[string]Text
	Identifiers map[string]Identifier
	Kinds       map[string]kindSource
	Default     countrySource
	Countries   map[string]countrySource
}

// layer is what a kind, a country or a form may say.
type layer struct {
	Fields  map[string]string
	Items   map[string]string
	Papers  map[string][]string
	Hints   map[string]Text
	Labels  map[string]string
	Schemes map[string]string
}

type kindSource struct {
	layer  `yaml:",inline"`
	Owners string
	Board  int
}

type countrySource struct {
	layer `yaml:",inline"`
	Forms []formSource
}

type formSource struct {
	layer      `yaml:",inline"`
	Code       string
	Kind       string
	Label      Text
	Aliases    []string
	Board      *int
	Everywhere bool
}

// noScheme means free text where the country has a rule.
const noScheme = "none"

// Load reads and checks a data file: unknown keys, unlabelled or unknown codes, undecided fields and ambiguous names of legal
// forms are refused, all at once.
func Load(data []byte) (*Set, error) {
	var src source
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	if err := decoder.Decode(&src); err != nil {
		return nil, fmt.Errorf("read rules: %w", err)
	}
	if err := decoder.Decode(new(any)); !errors.Is(err, io.EOF) {
		return nil, errors.New("read rules: more than one document")
	}
	s := &Set{Items: src.Items, Documents: src.Documents, Identifiers: src.Identifiers, countries: map[string]*Country{}}
	l := loader{src: &src}
	l.catalogues()
	s.fallback = l.country("default", src.Default)
	for code, country := range src.Countries {
		if !identity.IsCountry(code) {
			l.fail("country %q is none", code)
		}
		s.countries[code] = l.country(code, country)
	}
	if err := errors.Join(l.errs...); err != nil {
		return nil, err
	}
	return s, nil
}
