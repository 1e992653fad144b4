package sandbox

import (
	_ "embed"
	"io"
	"strings"

	"rampa/internal/screening"
)

// SanctionsList is the name of the fixture list.
const SanctionsList = "sandbox"

//go:embed sanctions.csv
var sanctions string

// Sanctions is a list of nobodies, for the sandbox to screen against.
func Sanctions() io.Reader { return strings.NewReader(sanctions) }

// SanctionedNames gives the fixture list's name for a subject one of whose words ends in Sanctioned, whatever the others are,
// so that it is found by the same comparison as any name on any list.
func SanctionedNames(s screening.Subject) []string {
	for _, word := range strings.Fields(s.Name) {
		if strings.HasSuffix(strings.ToLower(strings.Trim(word, ".,;")), "sanctioned") {
			if s.Organisation {
				return []string{"Fixture Trading Sanctioned"}
			}
			return []string{"Fixture Sanctioned"}
		}
	}
	return nil
}
