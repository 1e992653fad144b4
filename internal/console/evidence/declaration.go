package evidence

import (
	"cmp"
	"strings"

	"rampa/internal/console/dossier"
	"rampa/internal/console/verdict"
	"rampa/internal/onboarding"
	"rampa/internal/verification"
	"rampa/internal/web/ui"
)

// Declaration is a customer's enhanced declaration, worded.
type Declaration struct {
	Tag     ui.Tag
	Sent    string // when it was signed and sent in, "" while the customer is still at it
	Facts   []ui.SummaryRow
	Reasons []string // why it was refused
	Asked   []dossier.Asked
	Decided string // when and by whom
	Form    *DeclarationForm
}

// DeclarationForm accepts a declaration, sends it back or refuses it.
type DeclarationForm struct {
	Action  string
	Version int64
	Open    string // the form that is unfolded
	Reason  string
	Errors  []ui.ErrorLink
	Items   []verdict.Group
}

// Prefix begins the names of the forms of a declaration, beside those of the file.
const Prefix = "declaration-"

// Declaration words a declaration. What the customer has not sent in yet is not shown.
func (r Reader) Declaration(rec *onboarding.Record, action string, d verdict.Draft) *Declaration {
	out := &Declaration{Tag: dossier.StageTag(r.Words, rec.Stage), Reasons: rec.Reasons}
	if rec.SubmittedAt.IsZero() {
		return out
	}
	out.Sent = r.t("declared.sent", "moment", r.Words.Moment(rec.SubmittedAt))
	if rec.File != nil {
		out.Facts = r.declared(rec.File)
	}
	for _, c := range rec.Corrections {
		out.Asked = append(out.Asked, dossier.Asked{Label: r.t("declared.item." + c.Item), Message: c.Message, Done: c.Done})
	}
	if !rec.DecidedAt.IsZero() {
		who := strings.TrimPrefix(rec.DecidedBy, "operator ")
		out.Decided = r.t("alert.decided", "moment", r.Words.Moment(rec.DecidedAt), "who", cmp.Or(r.Names[who], who))
	}
	if !r.Decide || rec.Stage != verification.Submitted && rec.Stage != verification.InReview {
		return out
	}
	out.Form = &DeclarationForm{Action: action, Version: rec.Version}
	open, own := strings.CutPrefix(d.Open, Prefix)
	if own {
		out.Form.Open, out.Form.Errors, out.Form.Reason = open, d.Errors, d.Values.Get("reason")
	}
	steps := verdict.Group{Label: r.t("declared.parts")}
	for _, step := range onboarding.Steps() {
		if !onboarding.Correctable(step) {
			continue
		}
		choice := verdict.Choice{ID: "declared-" + step, Value: step, Label: r.t("declared.item." + step)}
		if own {
			choice.Checked, choice.Message = has(d.Values["item"], step), d.Values.Get("message["+step+"]")
		}
		steps.Items = append(steps.Items, choice)
	}
	out.Form.Items = []verdict.Group{steps}
	return out
}

func has(all []string, one string) bool {
	for _, s := range all {
		if s == one {
			return true
		}
	}
	return false
}

func (r Reader) t(key string, pairs ...string) string { return r.Words.T("console."+key, pairs...) }

// declared words what a customer declares, in the order of the form.
func (r Reader) declared(f *onboarding.File) []ui.SummaryRow {
	rows := []ui.SummaryRow{
		ui.Row(r.t("declared.source"), r.choice(f.Funds.Source)...), ui.Row(r.t("declared.wealth"), r.choice(f.Funds.Wealth)...),
		ui.Row(r.t("declared.purpose"), r.choice(f.Use.Purpose)...),
	}
	volume := ""
	if f.Use.MonthlyVolume != "" {
		volume = r.t("per_month", "amount", r.Words.Number(f.Use.MonthlyVolume))
	}
	rows = append(rows, ui.Row(r.t("declared.volume"), volume), ui.Row(r.t("declared.transactions"), r.Words.Number(f.Use.Transactions)))
	var residences []string
	for _, x := range f.Tax.Residences {
		number := x.TIN
		if number == "" && x.NoTINReason != "" {
			number = r.t("declared.no_tin." + x.NoTINReason)
		}
		residences = append(residences, strings.Join(filled(r.Words.Country(x.Country), number, x.NoTINText), " · "))
	}
	rows = append(rows, ui.Row(r.t("declared.residences"), residences...))
	if f.Tax.USPerson != nil {
		answer := r.t("no")
		if *f.Tax.USPerson {
			answer = r.t("yes")
		}
		rows = append(rows, ui.Row(r.t("declared.us_person"), answer))
	}
	if f.Tax.EntityClass != "" {
		rows = append(rows, ui.Row(r.t("declared.entity"), r.t("declared.entity."+f.Tax.EntityClass)))
	}
	exposure := ui.Row(r.t("declared.pep"))
	if f.PEP.Relation != "" {
		exposure.Lines = filled(r.t("declared.pep."+f.PEP.Relation), f.PEP.Function, f.PEP.Name)
	}
	if f.PEP.Relation != "" && f.PEP.Relation != onboarding.PEPNone {
		exposure.Tag = &ui.Tag{Kind: "warning", Label: r.t("pep")}
	}
	rows = append(rows, exposure)
	if d := f.Declaration; d != nil {
		rows = append(rows, ui.Row(r.t("field.signature"), d.Signature), ui.Row(r.t("field.signed_at"), r.Words.Moment(d.SignedAt)), ui.Row(r.t("field.address"), d.Address))
	}
	return rows
}

// choice words what was ticked, and the customer's own words under it.
func (r Reader) choice(c onboarding.Choice) []string {
	var ticked []string
	for _, code := range c.Codes {
		ticked = append(ticked, r.t("choice."+code))
	}
	return filled(strings.Join(ticked, ", "), c.Text)
}

func filled(lines ...string) (out []string) {
	for _, line := range lines {
		if line != "" {
			out = append(out, line)
		}
	}
	return out
}

// WaitingRow is a line of the queue of declarations.
type WaitingRow struct {
	Href, Customer, Integration, Sent string
	Age                               ui.Tag
}
