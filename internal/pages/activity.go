package pages

import (
	"net/url"

	"rampa/internal/kyb"
	"rampa/internal/web/ui"
)

type activityPage struct{ stepPage }

func activityStep() step {
	return fields{
		name: "activity", item: "activity",
		read: func(v *visit) url.Values {
			a := v.file().Activity
			return url.Values{"activity": {a.Activity}, "expected_monthly_volume": {a.ExpectedMonthlyVolume}, "source_of_funds": {a.SourceOfFunds}}
		},
		edit: func(_ *visit, in url.Values) func(*kyb.File) []kyb.Problem {
			return func(f *kyb.File) (problems []kyb.Problem) {
				f.Activity, problems = kyb.CheckActivity(kyb.Activity{
					Activity: in.Get("activity"), ExpectedMonthlyVolume: in.Get("expected_monthly_volume"), SourceOfFunds: in.Get("source_of_funds"),
				})
				return problems
			}
		},
		page: func(v *visit, form *ui.Form) ui.View { return &activityPage{v.stepPage(form)} },
	}.step()
}
