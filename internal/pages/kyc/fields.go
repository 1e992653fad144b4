package kyc

import (
	"net/http"
	"net/url"

	"rampa/internal/customer"
	"rampa/internal/kyc"
	"rampa/internal/pages/frame"
	"rampa/internal/web/ui"
)

// fields makes a step of plain inputs. read gives the values that the file holds, edit puts posted values into it, inputs
// gives the inputs in their order.
type fields struct {
	name   string
	read   func(f *kyc.File) url.Values
	edit   func(v *visit, in url.Values) func(*kyc.File) []kyc.Problem
	inputs func(v *visit, form *ui.Form) []ui.Field
}

type fieldsPage struct {
	frame.StepPage
	Fields []ui.Field
}

func (s fields) step() step { return step{s.name, s.show, s.save} }

func (s fields) page(v *visit, status int, form *ui.Form) error {
	return v.Render(status, s.name, &fieldsPage{v.StepPage(form), s.inputs(v, form)})
}

func (s fields) show(v *visit) error {
	return s.page(v, http.StatusOK, ui.NewForm(v.Words, s.read(v.file())))
}

func (s fields) save(v *visit) error {
	if err := v.Parse(); err != nil {
		return err
	}
	later := v.In.Get("action") == "later"
	problems, err := v.keep(s.name, s.edit(v, v.In), later)
	if err != nil {
		return err
	}
	if len(problems) > 0 {
		form := ui.NewForm(v.Words, v.In)
		v.explain(form, problems)
		return s.page(v, http.StatusUnprocessableEntity, form)
	}
	return v.on(later)
}

// keep saves a change of a step. What is still empty is no reason to lose the rest of a step that is left for another day.
func (v *visit) keep(step string, change func(*kyc.File) []kyc.Problem, later bool) ([]kyc.Problem, error) {
	whole := change
	if later {
		change = func(f *kyc.File) (wrong []kyc.Problem) {
			for _, p := range whole(f) {
				if p.Code != kyc.CodeRequired {
					wrong = append(wrong, p)
				}
			}
			return wrong
		}
	}
	return v.h.Editor.Save(v.R.Context(), v.uuid, v.secret, customer.Edit{Step: step, Person: change, Visitor: v.Visitor()})
}

// on leads on after a saved step.
func (v *visit) on(later bool) error {
	if later {
		return v.Redirect(v.Home + "?saved")
	}
	return v.Redirect(v.Next())
}

func personalStep() step {
	return fields{
		name: kyc.StepPersonal,
		read: func(f *kyc.File) url.Values {
			p := f.Person
			values := url.Values{
				"name": {p.Name}, "last_name": {p.LastName}, "last_name2": {p.LastName2}, "birth_date": {p.BirthDate},
				"nationality": {p.Nationality}, "phone": {p.Phone},
			}
			if p.PEP != nil {
				values.Set("pep", map[bool]string{true: "yes", false: "no"}[*p.PEP])
			}
			return values
		},
		edit: func(v *visit, in url.Values) func(*kyc.File) []kyc.Problem {
			person := kyc.Person{
				Name: in.Get("name"), LastName: in.Get("last_name"), LastName2: in.Get("last_name2"), BirthDate: in.Get("birth_date"),
				Nationality: in.Get("nationality"), Phone: in.Get("phone"),
			}
			if answer := in.Get("pep"); answer == "yes" || answer == "no" {
				exposed := answer == "yes"
				person.PEP = &exposed
			}
			return func(f *kyc.File) (problems []kyc.Problem) {
				f.Person, problems = kyc.CheckPerson(person, v.Now())
				return problems
			}
		},
		inputs: func(v *visit, form *ui.Form) []ui.Field {
			return []ui.Field{
				form.Input("name", "personal.name", "autocomplete=given-name", "max=255", "span"),
				form.Input("last_name", "personal.last_name", "autocomplete=family-name", "max=255"),
				form.Input("last_name2", "personal.last_name2", "max=255", "optional"),
				form.Input("birth_date", "personal.birth_date", "type=date", "autocomplete=bday"),
				form.Select("nationality", "personal.nationality", v.Words.Countries()),
				form.Input("phone", "personal.phone", "type=tel", "autocomplete=tel", "inputmode=tel", "max=64", "width=20", "span"),
				form.Radios("pep", "personal.pep", []ui.Option{{Value: "yes", Label: v.Words.T("personal.pep.yes")}, {Value: "no", Label: v.Words.T("personal.pep.no")}}),
			}
		},
	}.step()
}

func addressStep() step {
	return fields{
		name: kyc.StepAddress,
		read: func(f *kyc.File) url.Values {
			a := f.Address
			return url.Values{"address": {a.Line}, "city": {a.City}, "postal_code": {a.PostalCode}, "country": {a.Country}}
		},
		edit: func(_ *visit, in url.Values) func(*kyc.File) []kyc.Problem {
			return func(f *kyc.File) (problems []kyc.Problem) {
				f.Address, problems = kyc.CheckAddress(kyc.Address{Line: in.Get("address"), City: in.Get("city"), PostalCode: in.Get("postal_code"), Country: in.Get("country")})
				return problems
			}
		},
		inputs: func(v *visit, form *ui.Form) []ui.Field {
			return []ui.Field{
				form.Select("country", "address.country", v.Words.Countries(), "autocomplete=country"),
				form.Input("address", "address.address", "autocomplete=street-address", "max=255"),
				form.Input("postal_code", "address.postal_code", "autocomplete=postal-code", "width=10", "max=20"),
				form.Input("city", "address.city", "autocomplete=address-level2", "max=255"),
			}
		},
	}.step()
}
