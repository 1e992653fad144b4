package answer

import (
	"rampa/internal/kyb"
	"rampa/internal/kyb/ubo"
	"rampa/internal/web/ui"
)

// Threshold words what makes a beneficial owner by the law of the day: "more than 25 %".
func (a Answers) Threshold() string {
	reached, percent := ubo.On(a.Day).Ownership.Words()
	return a.Words.T("owners.threshold."+reached, "percent", percent)
}

// Owners says who is a beneficial owner by what was given, and why: one row each, with every chain. Nobody, as long as the
// shares do not add up.
func (a Answers) Owners() []ui.SummaryRow {
	say := ubo.Say(func(key string, pairs ...string) string { return a.Words.T("owners."+key, pairs...) })
	var rows []ui.SummaryRow
	for _, o := range kyb.Ownership(a.File, a.Day).Owners {
		row := ui.Row(FullName(o.Person))
		for _, g := range o.Grounds {
			row.Lines = append(append(row.Lines, g.Why(say)), g.Chains(say)...)
		}
		rows = append(rows, row)
	}
	return rows
}
