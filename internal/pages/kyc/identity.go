package kyc

import (
	"cmp"
	"maps"
	"net/http"
	"net/url"
	"slices"

	"rampa/internal/identity/person"
	"rampa/internal/kyc"
	"rampa/internal/pages/frame"
	"rampa/internal/web/ui"
)

type identityPage struct {
	frame.StepPage
	Country  string // its name
	Change   string // where another country is chosen
	Fields   []ui.Field
	Pictures []picture
	Given    []ui.Summary // the answers, where only pictures are asked for
}

type countryPage struct {
	frame.StepPage
	Countries []ui.Option
}

func identityStep() step { return step{kyc.StepIdentity, showIdentity, saveIdentity} }

func showIdentity(v *visit) error {
	paper := v.file().Paper
	values := url.Values{
		"document_country": {v.issuer(paper.Country)}, "identification_type": {paper.Type}, "identification_number": {paper.Number},
		"document_expires_at": {paper.ExpiresAt},
	}
	return v.identity(http.StatusOK, ui.NewForm(v.Words, values))
}

// issuer is the country whose paper is asked for: the one chosen, or the one that is likely.
func (v *visit) issuer(chosen string) string {
	return cmp.Or(chosen, v.file().Person.Nationality, v.file().Address.Country)
}

// identity shows the step for the country and the type that the form holds.
func (v *visit) identity(status int, form *ui.Form) error {
	country := form.Value("document_country")
	if v.Form.Editable(kyc.StepIdentity) && (country == "" || v.R.URL.Query().Has("country")) {
		return v.Render(status, "country", &countryPage{v.StepPage(form), v.Words.Countries()})
	}
	if !v.Form.Editable(kyc.StepIdentity) {
		page := &identityPage{StepPage: v.StepPage(form), Given: v.Sections(false, kyc.StepIdentity), Pictures: v.cards(form, kyc.StepIdentity)}
		return v.Render(status, "identity", page)
	}
	page := &identityPage{StepPage: v.StepPage(form), Country: v.Words.Country(country), Change: v.To(kyc.StepIdentity) + "?country"}
	v.suppose(kyc.Paper{Country: country, Type: onlyType(country, form.Value("identification_type"))})
	page.Fields, page.Pictures = v.paperFields(form), v.cards(form, kyc.StepIdentity)
	return v.Render(status, "identity", page)
}

// paperFields gives the inputs of a paper: the types with an example of each, the number, the end.
func (v *visit) paperFields(form *ui.Form) []ui.Field {
	paper := v.file().Paper
	var types []ui.Option
	example := func(code string) string {
		if e := person.Example(paper.Country, code); e != "" {
			return v.Words.T("identity.example", "example", e)
		}
		return ""
	}
	for _, code := range kyc.PaperTypes(paper.Country) {
		types = append(types, ui.Option{Value: code, Label: kyc.PaperTypeLabel(paper.Country, code, v.Words.Lang), Hint: example(code)})
	}
	number := []string{"width=20", "max=64", "autocomplete=off"}
	if hint := example(paper.Type); hint != "" && slices.Contains(kyc.PaperTypes(paper.Country), paper.Type) {
		number = append(number, "hint="+kyc.PaperTypeLabel(paper.Country, paper.Type, v.Words.Lang)+". "+hint)
	}
	chosen := form.Radios("identification_type", "identity.identification_type", types)
	if len(types) == 1 { // nothing to choose
		chosen.Options[0].Selected = true
	}
	out := []ui.Field{chosen, form.Input("identification_number", "identity.identification_number", number...)}
	expiry := []string{"type=date"}
	required, asked := kyc.ExpiryRequired(paper.Country, paper.Type)
	if !required {
		expiry = append(expiry, "optional", "hint="+v.Words.T("identity.no_expiry"))
	}
	if asked {
		out = append(out, form.Input("document_expires_at", "identity.document_expires_at", expiry...))
	}
	return out
}

// saveIdentity saves the paper's data and its pictures, together or one after the other.
func saveIdentity(v *visit) error {
	values := url.Values{}
	form, fields := ui.NewForm(v.Words, values), v.Form.Editable(kyc.StepIdentity)
	var before func() error
	if fields {
		before = v.choose
	}
	if err := v.take(form, before); err != nil {
		return err
	}
	maps.Copy(values, v.In)
	paper, later := v.posted(), v.In.Get("action") == "later"
	values.Set("document_country", paper.Country)
	if v.In.Get("action") == "country" && fields {
		return v.chooseCountry()
	}
	removed, err := v.removed()
	if err != nil {
		return err
	}
	broken := form.Failed() // a picture was refused
	if fields && !removed {
		problems, err := v.keep(kyc.StepIdentity, v.editPaper(paper), later)
		if err != nil {
			return err
		}
		v.explain(form, problems)
	}
	if err := v.open(); err != nil { // as the file stands now
		return err
	}
	if fields {
		v.suppose(paper)
	}
	if !removed && !later && !broken {
		v.lacking(form, kyc.StepIdentity)
	}
	switch {
	case form.Failed():
		return v.identity(http.StatusUnprocessableEntity, form)
	case removed:
		return v.Redirect(v.To(kyc.StepIdentity))
	}
	return v.on(later)
}

// suppose lets this visit see the file as if it had a paper's country and type: what is asked follows them.
func (v *visit) suppose(paper kyc.Paper) {
	seen := *v.file()
	seen.Paper.Country, seen.Paper.Type = paper.Country, paper.Type
	v.Form.Record.Person = &seen
}

// posted reads the paper as it was posted. A country with one type asks for no choice.
func (v *visit) posted() kyc.Paper {
	paper := kyc.Paper{
		Type: v.In.Get("identification_type"), Number: v.In.Get("identification_number"), ExpiresAt: v.In.Get("document_expires_at"),
		Country: v.issuer(cmp.Or(v.In.Get("document_country"), v.file().Paper.Country)),
	}
	paper.Type = onlyType(paper.Country, paper.Type)
	return paper
}

// onlyType is the type of a paper, were it not chosen where there is no choice.
func onlyType(country, chosen string) string {
	if types := kyc.PaperTypes(country); chosen == "" && len(types) == 1 {
		return types[0]
	}
	return chosen
}

func (v *visit) editPaper(paper kyc.Paper) func(*kyc.File) []kyc.Problem {
	return func(f *kyc.File) (problems []kyc.Problem) {
		f.Paper = paper
		f.Paper, problems = kyc.CheckIdentity(f, v.Now())
		return problems
	}
}

// choose saves the country and the type alone, before the pictures: they say which pictures are taken.
func (v *visit) choose() error {
	paper, held := v.posted(), v.file().Paper
	if !slices.Contains(kyc.PaperTypes(paper.Country), paper.Type) || paper.Country == held.Country && paper.Type == held.Type {
		return nil
	}
	_, err := v.keep(kyc.StepIdentity, func(f *kyc.File) []kyc.Problem {
		f.Paper.Country, f.Paper.Type = paper.Country, paper.Type
		return nil
	}, false)
	return err
}

// chooseCountry saves the country whose paper it is, and goes back to what is asked of its papers.
func (v *visit) chooseCountry() error {
	paper, problems := kyc.CheckPaper(kyc.Paper{Country: v.In.Get("document_country")}, v.Now())
	wrong := slices.DeleteFunc(problems, func(p kyc.Problem) bool { return p.Field != "document_country" })
	problems, err := v.keep(kyc.StepIdentity, func(f *kyc.File) []kyc.Problem {
		if paper.Country != f.Paper.Country {
			f.Paper = kyc.Paper{Country: paper.Country} // another country's papers are other papers
		}
		return wrong
	}, false)
	if err != nil {
		return err
	}
	if len(problems) > 0 {
		form := ui.NewForm(v.Words, url.Values{})
		v.explain(form, problems)
		return v.identity(http.StatusUnprocessableEntity, form)
	}
	return v.Redirect(v.To(kyc.StepIdentity))
}
