package lifecycle

import (
	"bytes"
	"testing"
)

func TestARulesetWithAMistakeIsRefused(t *testing.T) {
	t.Parallel()
	if _, err := loadRules(reviewYAML); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string][2]string{
		"an unknown key":          {"notice:", "notices:"},
		"no notice":               {"notice: 30", "notice: 0"},
		"another version":         {"version: 1", "version: 2"},
		"a review never":          {"pep: 12}", "pep: 0}"},
		"a review after the law":  {"1: 36", "1: 61"},
		"a tier left out":         {"1: 24, ", ""},
		"nothing asked":           {"company: [company, people]", "company: []"},
		"a message not in a word": {"    pt: O seu documento de identidade caducou.", "    fr: O seu documento de identidade caducou."},
	} {
		broken := bytes.Replace(reviewYAML, []byte(change[0]), []byte(change[1]), 1)
		if bytes.Equal(broken, reviewYAML) {
			t.Errorf("%s: the change changes nothing", name)
		}
		if _, err := loadRules(broken); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}
