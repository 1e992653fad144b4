package sandbox

import (
	"bytes"
	_ "embed"
	"io"
	"strings"

	"rampa/internal/screening"
)

//go:embed names.csv
var names []byte

// ListName is the name of the sandbox's own sanctions list.
const ListName = "sandbox"

// List is a sanctions list of invented names.
func List() io.Reader { return bytes.NewReader(names) }

// Listed has every name that ends in Sanctioned hit the list, whatever stands before it: such a subject is screened under the
// list's own name as well.
func Listed(s screening.Subject) []string {
	for _, name := range append([]string{s.Name}, s.Others...) {
		if strings.HasSuffix(strings.ToLower(strings.TrimRight(name, " .,")), "sanctioned") {
			if s.Organisation {
				return []string{"Sandbox Sanctioned Trading Company"}
			}
			return []string{"Sandbox Sanctioned"}
		}
	}
	return nil
}
