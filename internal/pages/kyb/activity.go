package kyb

import (
	"net/url"

	"rampa/internal/kyb"
	"rampa/internal/pages/frame"
	"rampa/internal/pages/kyb/input"
	"rampa/internal/web/ui"
)

type activityPage struct{ frame.StepPage }

func activityStep() step {
	return fields{
		name: "activity", item: "activity",
		read: func(v *visit) url.Values { return input.Activity(v.file().Activity) },
		edit: func(_ *visit, in url.Values) func(*kyb.File) []kyb.Problem {
			return func(f *kyb.File) (problems []kyb.Problem) {
				f.Activity, problems = kyb.CheckActivity(input.PostedActivity(in))
				return problems
			}
		},
		page: func(v *visit, form *ui.Form) ui.View { return &activityPage{v.StepPage(form)} },
	}.step()
}
