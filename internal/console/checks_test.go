package console_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"rampa/internal/console"
	"rampa/internal/idv"
	"rampa/internal/operator"
	"rampa/internal/verification"
	"rampa/internal/web/ui"
)

// checked is a provider's cases in memory.
type checked []idv.Case

func (c checked) Of(_ context.Context, customerID int64) (of []idv.Case, err error) {
	for _, one := range c {
		if one.CustomerID == customerID {
			of = append(of, one)
		}
	}
	return of, nil
}

func TestAFileShowsWhatTheProviderSaid(t *testing.T) {
	t.Parallel()
	said := func(o idv.Outcome, liveness idv.Result) *idv.Evidence {
		return &idv.Evidence{Outcome: o, Reasons: []string{"Glare <b>", "Dark"}, Checks: idv.Checks{Document: idv.Pass, Liveness: liveness, Score: 8750}, DocumentExpiresAt: "2031-01-02", ReceivedAt: start()}
	}
	cases := checked{{ID: "c9", CustomerID: 7, Provider: "remote", CreatedAt: start()}}
	for i, e := range []idv.Effect{idv.EffectApproved, idv.EffectRejected, idv.EffectCorrection, idv.EffectHeld, idv.EffectDoubtful, idv.EffectLate} {
		outcome := []idv.Outcome{idv.Approved, idv.Rejected, idv.Retry}[i%3]
		cases = append(cases, idv.Case{ID: "c" + string(e), CustomerID: 7, Provider: "remote", Reference: "chk_81", CreatedAt: start().Add(-time.Hour), Effect: e, Evidence: said(outcome, []idv.Result{idv.Fail, idv.Unsure}[i%2])})
	}
	cases = append(cases, idv.Case{ID: "cs", CustomerID: 7, Provider: "remote", CreatedAt: start().Add(-2 * time.Hour), Effect: idv.EffectSuperseded})
	w := newWorld(t, func(c *console.Config) { c.Checks = cases })
	w.filed(7, verification.InReview, time.Hour)
	w.filed(8, verification.InReview, time.Hour)
	b := w.as(operator.Compliance)
	for _, lang := range ui.Languages {
		b.get("/console?lang=" + lang)
		page := b.get("/console/files/7").body
		from := strings.Index(page, `id="identity-checks"`)
		if from < 0 {
			t.Fatalf("%s: no checks", lang)
		}
		card := page[from:]
		card = card[:strings.Index(card, "</section>")]
		for _, want := range []string{"87", "chk_81", "Glare &lt;b&gt;", `id="check-c9"`, `id="check-cs"`} {
			if !strings.Contains(card, want) {
				t.Errorf("%s: no %q", lang, want)
			}
		}
		if strings.Contains(card, "console.") || strings.Contains(card, "<b>") {
			t.Errorf("%s: %s", lang, card)
		}
	}
	if strings.Contains(b.get("/console/files/8").body, "identity-checks") {
		t.Error("a file without checks shows some")
	}
}
