package kyc

import (
	"bytes"
	"testing"
)

func TestACatalogueWithAMistakeIsRefused(t *testing.T) {
	t.Parallel()
	if _, err := loadCatalogue(papersYAML); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string][2]string{
		"an unknown key":          {"number:", "numbers:"},
		"another version":         {"version: 1", "version: 2"},
		"another rule":            {"AR: required", "AR: perhaps"},
		"no default":              {"  default:\n", "  XX:\n"},
		"an unknown document":     {"accepts: [dni_ar]", "accepts: [dni_xx]"},
		"nothing accepted":        {"accepts: [tie_es, eu_certificate_es]", "accepts: []"},
		"an unlabelled type":      {"label: curp_mx", "label: curp"},
		"a back of its own":       {"back: optional", "back: sometimes"},
		"an expiry of its own":    {"expiry: none", "expiry: never"},
		"a label in one language": {"en: Photo of your face, ", ""},
		"a type without a code":   {"code: CURP", "code: ''"},
	} {
		broken := bytes.Replace(papersYAML, []byte(change[0]), []byte(change[1]), 1)
		if bytes.Equal(broken, papersYAML) {
			t.Errorf("%s: the change changes nothing", name)
		}
		if _, err := loadCatalogue(broken); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}
