package kyb_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rampa/internal/kyb"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// overview writes what is asked in a country: "!" required, "?" optional, "*" on a condition.
func overview(country string) string {
	rules := kyb.Rules()
	var b strings.Builder
	mark := map[bool]string{true: "?", false: "!"}
	for _, form := range rules.LegalForms(country, "en") {
		who := rules.People(country, form.Value)
		fmt.Fprintf(&b, "\n%s %s — %s — owners: %s, board: %d\n  fields:", country, form.Value, form.Label, who.Owners, who.Board)
		for _, field := range rules.Fields(country, form.Value) {
			if field.Shown() {
				fmt.Fprintf(&b, " %s%s", field.Name, mark[!field.Required()])
				if field.LabelKey != "" && field.LabelKey != field.Name || field.Scheme != "" {
					fmt.Fprintf(&b, "(%s %s)", field.LabelKey, field.Scheme)
				}
			}
		}
		b.WriteString("\n")
		plain := &kyb.File{Company: kyb.Company{Country: country, LegalForm: form.Value}, People: []kyb.Person{{ID: "x"}}}
		full := *plain
		full.Entities, full.People = []kyb.Entity{{ID: "e"}}, []kyb.Person{{ID: "x", Role: kyb.RoleRepresentative, ByPower: true}}
		before := rules.Items(plain, "en")
		for _, item := range rules.Items(&full, "en") {
			m := mark[item.Optional]
			i := slices.IndexFunc(before, func(x kyb.Item) bool { return x.Code == item.Code })
			if i < 0 || before[i].Optional != item.Optional {
				m = "*"
			}
			fmt.Fprintf(&b, "  %s%s %s\n", item.Code, m, strings.Join(item.Accepted, " | "))
		}
	}
	return b.String()
}

func TestTheRequirementsOfEveryCountryAreAsReviewed(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("What requirements.yaml asks, with its layers resolved. JP stands for every country that is not listed.\n! required  ? optional  * required on a condition\n")
	for _, country := range countries {
		b.WriteString(overview(country))
	}
	const path = "testdata/requirements.golden"
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("requirements changed (-want +got); go test -update rewrites the golden\n%s", diff)
	}
}

func TestEveryTextOfTheRulesIsThereInThreeLanguages(t *testing.T) {
	t.Parallel()
	rules := kyb.Rules()
	for _, lang := range []string{"es", "en", "pt"} {
		for _, country := range countries {
			for _, form := range rules.LegalForms(country, lang) {
				f := complete(country, form.Value)
				for _, item := range rules.Items(f, lang) {
					if form.Label == "" || item.Label == "" || item.Hint == "" || rules.ItemLabel(item.Code, lang) != item.Label {
						t.Errorf("%s %s %s %s: a text is empty", lang, country, form.Value, item.Code)
					}
					for _, doc := range item.Accepted {
						if rules.DocumentLabel(doc, lang) == "" {
							t.Errorf("%s: document %s has no label", lang, doc)
						}
					}
				}
				for _, field := range rules.Fields(country, form.Value) {
					if field.LabelKey != "" && rules.FieldLabel(field.LabelKey, lang) == "" {
						t.Errorf("%s: identifier %s has no label", lang, field.LabelKey)
					}
				}
			}
		}
	}
}

func TestALegalFormIsFoundHoweverItIsWritten(t *testing.T) {
	t.Parallel()
	cases := []struct{ country, posted, want string }{
		{"ES", "sl", "sl"}, {"ES", "S.L.", "sl"}, {"ES", " s. l. ", "sl"}, {"ES", "SL", "sl"}, {"ES", "Sociedad Limitada", "sl"},
		{"ES", "sociedad limitada (S.L.)", "sl"}, {"ES", "S.L.U.", "sl"}, {"ES", "Limited company (S.L.)", "sl"},
		{"ES", "SOCIEDAD ANONIMA", "sa"}, {"ES", "autónomo", "sole_trader"}, {"ES", "Autonomo", "sole_trader"}, {"ES", "S.Coop.", "cooperative"},
		{"ES", "Fundación", "foundation"}, {"ES", "associação", "association"}, {"ES", "other", "other"}, {"ES", "C.B.", "cb"},
		{"DE", "GmbH & Co. KG", "gmbh_co_kg"}, {"DE", "gmbh", "gmbh"}, {"DE", "UG (haftungsbeschränkt)", "ug"}, {"DE", "e.V.", "association"},
		{"MX", "S.A. de C.V.", "sa_de_cv"}, {"MX", "S. de R.L. de C.V.", "s_de_rl"}, {"US", "Inc.", "corporation"}, {"GB", "Limited", "ltd"},
		{"FR", "S.A.S.U.", "sasu"}, {"PT", "Lda.", "lda"}, {"JP", "LLC", "limited_company"}, {"ES", "GmbH", ""}, {"ES", "", ""}, {"", "S.A.", "public_company"},
	}
	for _, c := range cases {
		got, ok := kyb.Rules().LegalForm(c.country, c.posted)
		if got != c.want || ok != (c.want != "") {
			t.Errorf("LegalForm(%q, %q) = %q, %v; want %q", c.country, c.posted, got, ok, c.want)
		}
	}
}

func TestNamesOfFormsAndPapersAreGivenOrTheirCodes(t *testing.T) {
	t.Parallel()
	rules := kyb.Rules()
	cases := map[string]string{
		rules.LegalFormLabel("ES", "sl", "pt"):                        "Sociedade limitada (S.L.)",
		rules.LegalFormLabel("ES", "gmbh", "pt"):                      "gmbh",
		rules.ItemLabel("identity_document.p1", "es"):                 "Documento de identidad",
		rules.ItemLabel("horoscope", "es"):                            "",
		rules.Fields("ES", "sl").Get("tax_id").LabelKey:               "nif_es",
		rules.Fields("ES", "sole_trader").Get("tax_id").Example:       "12345678Z",
		rules.Fields("ES", "sl").Get("horoscope").Rule:                "hidden",
		rules.FieldLabel(rules.Fields("", "")[3].LabelKey, "fr")[:12]: "Registration",
	}
	for got, want := range cases {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestEveryDocumentTypeOfTheRulesSatisfiesSomePaper(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("requirements.yaml")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(data), "\ndocuments:\n")
	catalogue, _, _ := strings.Cut(rest, "\nidentifiers:\n")
	used := map[string]bool{}
	for _, country := range countries {
		for _, form := range kyb.Rules().LegalForms(country, "en") {
			f := complete(country, form.Value)
			f.Entities = []kyb.Entity{{ID: "e"}}
			for _, item := range kyb.Rules().Items(f, "en") {
				for _, doc := range item.Accepted {
					used[doc] = true
				}
			}
		}
	}
	for line := range strings.Lines(catalogue) {
		if code, _, ok := strings.Cut(strings.TrimSpace(line), ": {"); ok && !used[code] {
			t.Errorf("document %s is never accepted", code)
		}
	}
}
