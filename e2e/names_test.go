package e2e

import (
	"strings"
	"testing"
)

// TestNamesDecideInTheSandbox walks the whole form with a client that knows nothing but forms.
func TestNamesDecideInTheSandbox(t *testing.T) {
	t.Parallel()
	engines(t, func(s *server) {
		c, p := s.client(), newPapers(s)
		s.secret("tax id", taxID)
		s.secret("surname", surname)
		for name, want := range map[string]struct{ status, stage string }{
			"Acme Valid": {"valid", "approved"}, "Acme Fail": {"fail", "rejected"}, "Acme Retry": {"processing", "needs_correction"}, "Acme Plain": {"processing", "submitted"},
		} {
			registered := c.register(strings.ToLower(strings.ReplaceAll(name, " ", "."))+"@acmecorp.com", name)
			w := newWalker(s).unlock(registered)
			c.want(registered.ID, "processing", "in_progress")
			w.complete(newAnswers(name), p)
			w.sign()
			if w.stage() != want.stage {
				s.Fatalf("%s: the page says %q: %s", name, w.stage(), text(w.doc))
			}
			st := c.want(registered.ID, want.status, want.stage)
			if want.status == "valid" && (st.Tier != 1 || len(st.Requirements) != 0) {
				s.Errorf("%s: %+v", name, st)
			}
			if want.stage == "needs_correction" {
				s.correctAndSign(w)
				c.want(registered.ID, "processing", "submitted")
			}
		}
	})
}

// correctAndSign saves the asked step again as it is, and signs: sent a second time, a Retry waits for an operator.
func (s *server) correctAndSign(w *walker) {
	s.Helper()
	home := w.at.String()
	w.get(home + "/activity").want(200)
	if w.step() != "" {
		s.Errorf("a step that nobody asked for can be edited: %s", w.at)
	}
	w.get(home+"/company").want(200).submit("step-company", map[string]string{"action": "save"}, nil).want(200)
	w.get(home + "/check").want(200).sign()
}
