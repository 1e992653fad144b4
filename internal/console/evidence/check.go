package evidence

import (
	"cmp"
	"strconv"

	"rampa/internal/idv"
	"rampa/internal/web/ui"
)

// Checks are what a verification provider was asked about a customer, and said.
type Checks struct{ Cases []Check }

// Check is one case of the provider, worded.
type Check struct {
	ID     string
	Tag    ui.Tag // what it did to the file, or that it waits
	Opened string
	Facts  []ui.SummaryRow
}

// effectKinds colour what a case did.
var effectKinds = map[idv.Effect]string{
	"": "info", idv.EffectApproved: "success", idv.EffectRejected: "danger", idv.EffectCorrection: "warning", idv.EffectHeld: "warning", idv.EffectDoubtful: "warning",
}

// Checks words the cases of a customer; nil when there are none.
func (r Reader) Checks(cases []idv.Case) *Checks {
	if len(cases) == 0 {
		return nil
	}
	out := &Checks{}
	for _, c := range cases {
		effect := cmp.Or(string(c.Effect), "waiting")
		check := Check{ID: c.ID, Tag: ui.Tag{Kind: effectKinds[c.Effect], Label: r.Words.T("console.check.effect." + effect)},
			Opened: r.Words.T("console.check.opened", "moment", r.Words.Moment(c.CreatedAt), "provider", c.Provider)}
		if c.Evidence != nil {
			check.Facts = r.checked(*c.Evidence)
		}
		if c.Reference != "" && c.Reference != c.ID {
			check.Facts = append(check.Facts, ui.Row(r.Words.T("console.check.reference"), c.Reference))
		}
		out.Cases = append(out.Cases, check)
	}
	return out
}

// checked words what the provider said.
func (r Reader) checked(e idv.Evidence) []ui.SummaryRow {
	rows := []ui.SummaryRow{ui.Row(r.Words.T("console.check.outcome"), r.Words.T("console.check.outcome."+string(e.Outcome)))}
	for _, c := range []struct {
		name   string
		result idv.Result
	}{{"document", e.Checks.Document}, {"face_match", e.Checks.FaceMatch}, {"liveness", e.Checks.Liveness}} {
		if c.result != "" {
			rows = append(rows, ui.Row(r.Words.T("console.check."+c.name), r.Words.T("console.check.result."+string(c.result))))
		}
	}
	if e.Checks.Score > 0 {
		rows = append(rows, ui.Row(r.Words.T("console.check.score"), r.percent(strconv.Itoa(e.Checks.Score))))
	}
	if e.DocumentExpiresAt != "" {
		rows = append(rows, ui.Row(r.Words.T("console.check.expires"), r.Words.Day(e.DocumentExpiresAt)))
	}
	if len(e.Reasons) > 0 {
		rows = append(rows, ui.Row(r.Words.T("console.check.reasons"), e.Reasons...))
	}
	return append(rows, ui.Row(r.Words.T("console.check.received"), r.Words.Moment(e.ReceivedAt)))
}
