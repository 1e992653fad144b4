package rule_test

import (
	"os"
	"strings"
	"testing"

	"rampa/internal/kyb/rule"
)

func TestLoadRefusesAMistakeInTheData(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../requirements.yaml")
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
			_, err := rule.Load([]byte(bad))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error about %s", err, c.want)
			}
		})
	}
}

func TestWhatAKindHidesOnlyAFormBringsBack(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../requirements.yaml")
	if err != nil {
		t.Fatal(err)
	}
	set, err := rule.Load(data)
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct{ country, form, field, want string }{
		{"ES", "sl", "registration_number", rule.Optional},        // the country's word
		{"ES", "sole_trader", "registration_number", rule.Hidden}, // the kind's, against the country's
		{"DE", "ek", "registration_number", rule.Required},        // the form's, against the kind's
		{"JP", "sole_trader", "registration_number", rule.Hidden},
	}
	for _, c := range cases {
		if got := set.Country(c.country).Form(c.form).Fields[c.field]; got != c.want {
			t.Errorf("%s %s %s is %s, want %s", c.country, c.form, c.field, got, c.want)
		}
	}
}

func TestAFormWithPapersOfItsOwnDoesNotTakeTheCountrysHint(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../requirements.yaml")
	if err != nil {
		t.Fatal(err)
	}
	set, err := rule.Load(data)
	if err != nil {
		t.Fatal(err)
	}
	fr := set.Country("FR")
	if hint := fr.Form("sarl").Hints["registry_extract"].EN; !strings.Contains(hint, "Kbis") {
		t.Errorf("a SARL is told %q", hint)
	}
	if hint := fr.Form("association").Hints["registry_extract"].EN; strings.Contains(hint, "Kbis") {
		t.Errorf("an association, which has no Kbis, is told %q", hint)
	}
}
