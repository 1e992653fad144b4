package onboarding

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"rampa/internal/onboarding"
	"rampa/internal/pages/frame"
	"rampa/internal/web/ui"
)

// maxRows bounds what is read of a posted form: one more than is accepted, so that there is something to refuse.
const maxRows = onboarding.MaxResidences + 1

// residencePage is the card of one country.
type residencePage struct {
	Legend  string
	Fields  []ui.Field
	Without []ui.Field // where there is no number
	Open    bool       // Without is filled in, or wrong
	Remove  string     // "" = the only one
}

type taxPage struct {
	frame.StepPage
	Residences []residencePage
	More       bool
	Fields     []ui.Field
}

func taxStep() step { return step{onboarding.StepTax, showTax, saveTax} }

// residences gives the rows of a posted form; blank ones are none.
func residences(in url.Values) []onboarding.Residence {
	var out []onboarding.Residence
	for n := range maxRows {
		get := func(name string) string { return strings.TrimSpace(in.Get(onboarding.ResidenceField(n, name))) }
		r := onboarding.Residence{Country: get("country"), TIN: get("tin"), NoTINReason: get("no_tin_reason"), NoTINText: get("no_tin_text")}
		if r != (onboarding.Residence{}) {
			out = append(out, r)
		}
	}
	return out
}

// taxValues puts a step into inputs.
func taxValues(t onboarding.Tax) url.Values {
	values := url.Values{"entity_class": {t.EntityClass}}
	if t.USPerson != nil {
		values.Set("us_person", map[bool]string{true: "yes", false: "no"}[*t.USPerson])
	}
	for n, r := range t.Residences {
		for name, value := range map[string]string{"country": r.Country, "tin": r.TIN, "no_tin_reason": r.NoTINReason, "no_tin_text": r.NoTINText} {
			values.Set(onboarding.ResidenceField(n, name), value)
		}
	}
	return values
}

// showTax begins with the country where the customer is known to live.
func showTax(v *visit) error {
	tax := v.file.Tax
	if len(tax.Residences) == 0 {
		tax.Residences = []onboarding.Residence{{Country: v.Form.Customer.Country}}
	}
	return v.tax(http.StatusOK, ui.NewForm(v.Words, taxValues(tax)), len(tax.Residences))
}

func (v *visit) tax(status int, form *ui.Form, rows int) error {
	page := &taxPage{StepPage: v.StepPage(form), More: rows < onboarding.MaxResidences}
	for n := range max(rows, 1) {
		page.Residences = append(page.Residences, v.residence(form, n, rows))
	}
	if v.company() {
		page.Fields = append(page.Fields, form.Radios("entity_class", "tax.entity_class", v.options("tax.class", onboarding.EntityClasses())))
	}
	page.Fields = append(page.Fields, form.Radios("us_person", v.key("tax.us_person"), v.yesNo()))
	return v.Render(status, "tax", page)
}

func (v *visit) residence(form *ui.Form, n, rows int) residencePage {
	field := func(name string) string { return onboarding.ResidenceField(n, name) }
	country := form.Value(field("country"))
	tin := []string{"max=64", "autocomplete=off"}
	if example := onboarding.TINExample(country, v.company()); example != "" {
		tin = append(tin, "hint="+v.Words.T("tax.example", "example", example))
	}
	p := residencePage{Legend: v.Words.T("tax.row", "n", strconv.Itoa(n+1)), Fields: []ui.Field{
		form.Select(field("country"), "tax.country", v.Words.Countries()), form.Input(field("tin"), "tax.tin", tin...),
	}, Without: []ui.Field{
		form.Select(field("no_tin_reason"), "tax.no_tin_reason", v.options("tax.reason", onboarding.NoTINReasons())),
		form.Area(field("no_tin_text"), "tax.no_tin_text", "optional", "max=2000"),
	}}
	if rows > 1 {
		p.Remove = "remove:" + strconv.Itoa(n)
	}
	for _, f := range p.Without {
		p.Open = p.Open || f.Value != "" || f.Error != ""
	}
	return p
}

// saveTax saves the step, or shows it again with a country more or less: nothing is saved then.
func saveTax(v *visit) error {
	if err := v.Parse(); err != nil {
		return err
	}
	tax := onboarding.Tax{Residences: residences(v.In), EntityClass: v.In.Get("entity_class")}
	if answer := v.In.Get("us_person"); answer == "yes" || answer == "no" {
		american := answer == "yes"
		tax.USPerson = &american
	}
	action := v.In.Get("action")
	if n, ok := strings.CutPrefix(action, "remove:"); ok {
		if i, err := strconv.Atoi(n); err == nil && i >= 0 && i < len(tax.Residences) {
			tax.Residences = slices.Delete(tax.Residences, i, i+1)
		}
		return v.tax(http.StatusOK, ui.NewForm(v.Words, taxValues(tax)), len(tax.Residences))
	}
	if action == "add" {
		return v.tax(http.StatusOK, ui.NewForm(v.Words, taxValues(tax)), min(len(tax.Residences)+1, onboarding.MaxResidences))
	}
	problems, err := v.keep(func(f *onboarding.File) (problems []onboarding.Problem) {
		f.Tax, problems = onboarding.CheckTax(tax, v.company())
		return problems
	}, action == "later")
	if err != nil {
		return err
	}
	if len(problems) > 0 {
		form := ui.NewForm(v.Words, taxValues(tax))
		v.explain(form, problems)
		return v.tax(http.StatusUnprocessableEntity, form, len(tax.Residences))
	}
	return v.on(action == "later")
}
