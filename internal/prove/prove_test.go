package prove_test

import (
	"testing"

	"rampa/internal/prove"
)

func TestRightBooksAreProved(t *testing.T) {
	t.Parallel()
	engines(t, func(h *house) {
		h.run()
		h.business()
		r := h.run()
		for _, c := range r.Checks {
			h.Logf("%-14s %-14s %s", c.Status, c.Name, c.Summary)
			if want := map[bool]prove.Status{true: prove.Unconnected, false: prove.OK}[c.Name == "payments"]; c.Status != want {
				h.Errorf("%s is %s: %v", c.Name, c.Status, c.Findings)
			}
		}
	})
}
