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

func TestLoadRulesRefusesAMistakeInTheData(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("requirements.yaml")
	if err != nil {
		t.Fatal(err)
	}
	good := string(data)
	cases := []struct{ name, old, new, want string }{
		{"an unknown key", "version: 1", "version: 1\ncolour: red", "colour"},
		{"an unknown version", "version: 1", "version: 2", "version 2"},
		{"a second document", "version: 1", "version: 1\n---\n", "document"},
		{"a label without Portuguese", "lei: {es: Código LEI, en: LEI code, pt: Código LEI}", "lei: {es: Código LEI, en: LEI code}", "lei"},
		{"a code with a space", "  passport: {", "  pass port: {", "pass port"},
		{"an unknown rule", "website: optional", "website: maybe", "maybe"},
		{"a name that may be left away", "legal_name: required", "legal_name: optional", "legal_name"},
		{"a field that no kind decides", ", website: optional}", "}", "must be decided"},
		{"an unknown field", "labels: {tax_id: nif_es,", "labels: {taxid: nif_es,", "taxid"},
		{"an unknown identifier", "labels: {tax_id: nif_es,", "labels: {tax_id: nif_xx,", "nif_xx"},
		{"an unknown item", "ownership_chart: [acta_t", "ownership_table: [acta_t", "ownership_table"},
		{"an unknown document", "tax_card: [e_rut,", "tax_card: [erut,", "erut"},
		{"a paper that nothing satisfies", "tax_card: [ficha_ruc]", "tax_card: []", "no document"},
		{"an unknown scheme", "schemes: {tax_id: es_cif}", "schemes: {tax_id: es_cfi}", "es_cfi"},
		{"an unknown kind", "- code: sl\n        kind: company", "- code: sl\n        kind: firm", "firm"},
		{"unknown owners", "owners: self", "owners: nobody", "owners"},
		{"two forms of one name", "aliases: [sau, ", "aliases: [slu, ", `"slu" already means sl`},
		{"a country that is none", "\n  ES:\n", "\n  XX:\n", `"XX"`},
		{"no catch-all form", "- code: other", "- code: another", `"other" is wanted`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			bad := strings.Replace(good, c.old, c.new, 1)
			if bad == good {
				t.Fatalf("%q is not in requirements.yaml", c.old)
			}
			_, err := kyb.LoadRules([]byte(bad))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error about %s", err, c.want)
			}
		})
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
