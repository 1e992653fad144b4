package identity

import (
	"maps"
	"slices"
	"strings"
)

// allSchemes are the schemes of both tables, in order.
func allSchemes() []Scheme {
	schemes := slices.Collect(maps.Keys(rules))
	for country := range vatRules {
		schemes = append(schemes, Scheme(vatPrefix+strings.ToLower(country)))
	}
	return slices.Sorted(slices.Values(schemes))
}
