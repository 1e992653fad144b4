package intake

import (
	"cmp"

	"rampa/internal/api/attachment"
	"rampa/internal/api/wire"
	"rampa/internal/customer"
	"rampa/internal/identity/person"
	"rampa/internal/kyc"
	"rampa/internal/verification"
)

// Paper is a picture of a delegated verification as it was sent.
type Paper struct {
	Item string // the field and the document's item in the file
	attachment.File
}

// maxFrames bounds the pictures of one liveness check.
const maxFrames = 5

// Delegated reads the fields of POST /registerUser/kyc-delegated and the papers in them. The papers are as they were sent:
// nobody has looked into them yet.
func (r *Reader) Delegated(f wire.Fields, allows Allows) (customer.Delegated, []Paper, *wire.Invalid) {
	a := &applicant{Fields: f, report: report{rules: delegatedRules, invalid: r.delegated.Check(f), now: r.now()}}
	in := customer.Delegated{Registration: a.registration(allows), Reference: f.String("verification_reference")}
	if at, ok := wire.ParseDate(f.String("verified_at")); ok {
		in.VerifiedAt = at
		if at.After(a.now) {
			a.add("verified_at", "The verified at field must be a date before or equal to now.")
		}
	}
	papers := a.papers()
	if in.Kind == customer.Company {
		in.Name = cmp.Or(f.String("company_name"), f.String("name"))
		a.wholeCompany(in.Name)
	} else {
		a.wholePerson(in, papers)
	}
	return in, papers, a.done()
}

// papers reads the pictures.
func (a *applicant) papers() []Paper {
	var out []Paper
	for _, item := range []string{kyc.DocumentFront, kyc.DocumentBack, kyc.FaceImage, kyc.LivenessCapture} {
		v := a.Get(item)
		if v.Empty() {
			continue
		}
		frames := []wire.Value{v}
		if list := v.Items(); item == kyc.LivenessCapture && len(list) > 0 {
			frames = list
		}
		if len(frames) > maxFrames {
			a.add(item, "The "+label(item)+" field must not have more than 5 items.")
			continue
		}
		for _, frame := range frames {
			file, err := attachment.Read(frame)
			if err != nil {
				a.add(item, NotFile(item))
				break
			}
			out = append(out, Paper{item, file})
		}
	}
	return out
}

// NotFile says that a field holds no file.
func NotFile(field string) string { return Says(field, "must be a file.") }

// Says words a message about a field.
func Says(field, rest string) string { return "The " + label(field) + " field " + rest }

// wholeCompany wants what a company's delegated file must have.
func (a *applicant) wholeCompany(name string) {
	if name == "" {
		a.add("company_name", "The company name field is required when kind is company.")
	}
	if a.in.Country == "" {
		a.required("country")
	}
	if person.CompanyTypes(a.from) != nil && a.typ == "" && !a.Has("identification_number") {
		a.required("identification_type")
		a.required("identification_number")
	}
	if a.Get(kyc.DocumentFront).Empty() {
		a.required(kyc.DocumentFront)
	}
}

// wholePerson wants what the form wants of a person, but for what only the person can say: what customers are told to give is
// the registration's decision, and this the same one before any picture is looked into.
func (a *applicant) wholePerson(in customer.Delegated, papers []Paper) {
	a.file.Delegated = &kyc.Delegated{VerifiedAt: in.VerifiedAt, Reference: in.Reference}
	docs := make([]verification.Document, len(papers))
	for i, p := range papers {
		docs[i] = verification.Document{Item: p.Item}
	}
	for _, m := range kyc.Missing(a.file, docs) {
		field := m.Field
		switch {
		case m.Code == kyc.MissingDocument:
			field = field[len("documents."):]
		case field == "document_country":
			field = "country"
		}
		if !a.Has(field) {
			a.required(field)
		} else if field == "postal_code" {
			a.add(field, "The postal code field format is invalid.")
		}
	}
}
