package kyc_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"rampa/internal/identity"
	"rampa/internal/identity/person"
	"rampa/internal/kyc"
	"rampa/internal/kyc/kyctest"
)

var today = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// complete is a signed file with all its pictures.
func complete() (*kyc.File, []kyc.Document) {
	f := kyctest.Complete("Ana María", "García")
	d := kyctest.Declaration(f)
	f.Declaration = &d
	return f, pictures(f)
}

func pictures(f *kyc.File) []kyc.Document {
	var docs []kyc.Document
	for _, code := range kyctest.Papers(f) {
		docs = append(docs, kyc.Document{ID: code, Item: code})
	}
	return docs
}

func said(problems []kyc.Problem) []string {
	out := []string{}
	for _, p := range problems {
		out = append(out, p.Field+" "+p.Code)
	}
	return out
}

func fields(requirements []kyc.Requirement) []string {
	out := []string{}
	for _, r := range requirements {
		out = append(out, r.Field)
	}
	return out
}

func TestACompleteFileHasNothingMissing(t *testing.T) {
	t.Parallel()
	f, docs := complete()
	if got := kyc.Missing(f, docs); len(got) > 0 {
		t.Errorf("missing %v", got)
	}
	for step, done := range kyc.StepsDone(f, docs) {
		if !done {
			t.Errorf("step %s is not done", step)
		}
	}
	person, problems := kyc.CheckPerson(f.Person, today)
	paper, more := kyc.CheckPaper(f.Paper, today)
	address, rest := kyc.CheckAddress(f.Address)
	if all := slices.Concat(problems, more, rest); len(all) > 0 || !cmp.Equal(person, f.Person) || paper != f.Paper || address != f.Address {
		t.Errorf("%v %+v %+v %+v", all, person, paper, address)
	}
}

func TestAnEmptyFileIsMissingEverythingInTheOrderOfTheForm(t *testing.T) {
	t.Parallel()
	want := []string{
		"name", "last_name", "birth_date", "nationality", "phone", "pep", "address", "city", "country",
		"document_country", "identification_type", "identification_number", "document_expires_at",
		"documents.document_front", "documents.document_back", "documents.face_image", "documents.liveness_capture", "declaration",
	}
	got := kyc.Missing(&kyc.File{}, nil)
	if diff := cmp.Diff(want, fields(got)); diff != "" {
		t.Error(diff)
	}
	last := 0
	for _, r := range got {
		step := slices.Index(kyc.Steps, kyc.StepOf(r.Item))
		if step < last {
			t.Errorf("%s comes after a later step", r.Field)
		}
		last = step
		if isPaper := strings.HasPrefix(r.Field, "documents."); isPaper != (r.Code == kyc.MissingDocument) || isPaper != (len(r.Accepted) > 0) || isPaper && r.Item != r.Field {
			t.Errorf("%+v", r)
		}
	}
	for step, done := range kyc.StepsDone(&kyc.File{}, nil) {
		if done {
			t.Errorf("step %s of an empty file is done", step)
		}
	}
}

func TestMissingNamesExactlyWhatIsWrong(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name   string
		change func(f *kyc.File)
		want   []string
		step   string
	}{
		{"no name", func(f *kyc.File) { f.Person.Name = " " }, []string{"name", "declaration.signature"}, "personal"},
		{"a name of digits", func(f *kyc.File) { f.Person.LastName = "123" }, []string{"last_name", "declaration.signature"}, "personal"},
		{"political exposure not answered", func(f *kyc.File) { f.Person.PEP = nil }, []string{"pep"}, "personal"},
		{"no city", func(f *kyc.File) { f.Address.City = "" }, []string{"city"}, "address"},
		{"the postal code of another country", func(f *kyc.File) { f.Address.Country = "PT" }, []string{"postal_code"}, "address"},
		{"a type of another country", func(f *kyc.File) { f.Paper.Country = "CL" }, []string{"identification_type"}, "identity"},
		{"no expiry", func(f *kyc.File) { f.Paper.ExpiresAt = "" }, []string{"document_expires_at"}, "identity"},
		{"movements drawn anew", func(f *kyc.File) { f.Liveness = []string{kyc.Smile, kyc.CloseEyes} }, []string{"documents.liveness_capture.close_eyes"}, "selfie"},
		{"no signature", func(f *kyc.File) { f.Declaration = nil }, []string{"declaration"}, "declaration"},
		{"somebody else's signature", func(f *kyc.File) { f.Declaration.Signature = "Luis García" }, []string{"declaration.signature"}, "declaration"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f, docs := complete()
			c.change(f)
			if diff := cmp.Diff(c.want, fields(kyc.Missing(f, docs))); diff != "" {
				t.Fatal(diff)
			}
			done := kyc.StepsDone(f, docs)
			if done[c.step] || c.step != kyc.StepDeclaration && done[kyc.StepCheck] {
				t.Errorf("%s is said to be done: %v", c.step, done)
			}
		})
	}
	f, docs := complete()
	for i, doc := range docs {
		got := kyc.Missing(f, slices.Delete(slices.Clone(docs), i, i+1))
		if len(got) != 1 || got[0].Field != "documents."+doc.Item {
			t.Errorf("without %s: %v", doc.Item, got)
		}
	}
}

func TestADelegatedFileLacksNeitherAnswersNorSignature(t *testing.T) {
	t.Parallel()
	f, _ := complete()
	f.Declaration, f.Person.PEP, f.Paper.ExpiresAt, f.Liveness = nil, nil, "", nil
	f.Delegated = &kyc.Delegated{VerifiedAt: today, Reference: "ref"}
	if got := kyc.Missing(f, pictures(f)); len(got) > 0 {
		t.Errorf("missing %v", got)
	}
	f.Paper.ExpiresAt = "31/31/2031"
	if diff := cmp.Diff([]string{"document_expires_at"}, fields(kyc.Missing(f, pictures(f)))); diff != "" {
		t.Error(diff)
	}
}

func TestThePersonalStepSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name   string
		change func(p *kyc.Person)
		want   string
	}{
		{"too long a name", func(p *kyc.Person) { p.Name = strings.Repeat("ñ", 256) }, "name too_long"},
		{"a name that turns around", func(p *kyc.Person) { p.Name = "a\u202eb" }, "name control_characters"},
		{"a name of two lines", func(p *kyc.Person) { p.LastName = "a\nb" }, "last_name control_characters"},
		{"broken UTF-8", func(p *kyc.Person) { p.LastName2 = "a\xffb" }, "last_name2 control_characters"},
		{"a second surname of dots", func(p *kyc.Person) { p.LastName2 = "..." }, "last_name2 letters_missing"},
		{"born tomorrow", func(p *kyc.Person) { p.BirthDate = "2026-11-25" }, "birth_date date_future"},
		{"eighteen tomorrow", func(p *kyc.Person) { p.BirthDate = "2008-11-24" }, "birth_date person_too_young"},
		{"121 years old", func(p *kyc.Person) { p.BirthDate = "1905-11-22" }, "birth_date person_too_old"},
		{"no day", func(p *kyc.Person) { p.BirthDate = "1980-02-30" }, "birth_date date_format"},
		{"a country that is none", func(p *kyc.Person) { p.Nationality = "XX" }, "nationality country_unknown"},
		{"a word for a phone", func(p *kyc.Person) { p.Phone = "call me" }, "phone phone_format"},
		{"a phone with too few digits", func(p *kyc.Person) { p.Phone = "+34 61" }, "phone phone_format"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := kyctest.Complete("Ana", "García").Person
			c.change(&p)
			_, problems := kyc.CheckPerson(p, today)
			if diff := cmp.Diff([]string{c.want}, said(problems)); diff != "" {
				t.Error(diff)
			}
		})
	}
	p := kyctest.Complete(" Ana ", "O'Neill-Núñez").Person
	p.BirthDate, p.Nationality, p.Phone = "23/11/2008", "es", "+34 612-34 56 78"
	got, problems := kyc.CheckPerson(p, today)
	if len(problems) > 0 || got.Name != "Ana" || got.BirthDate != "2008-11-23" || got.Nationality != "ES" || got.Phone != "+34612345678" {
		t.Errorf("%+v, %v", got, problems)
	}
}

func TestPapersAreHeldToTheirCountry(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name  string
		paper kyc.Paper
		want  []string
	}{
		{"a DNI", kyc.Paper{Type: "GOVERNMENT_ID", Number: "12345678z", Country: "es", ExpiresAt: "2026-11-23"}, []string{}},
		{"good to its last day west of here", kyc.Paper{Type: "PASSPORT", Number: "AAA123456", Country: "ES", ExpiresAt: "2026-11-23"}, []string{}},
		{"over since yesterday", kyc.Paper{Type: "GOVERNMENT_ID", Number: "12345678Z", Country: "ES", ExpiresAt: "2026-11-22"}, []string{"document_expires_at paper_expired"}},
		{"no end where there is one", kyc.Paper{Type: "PASSPORT", Number: "AAA123456", Country: "FR"}, []string{"document_expires_at required"}},
		{"no end where some have none", kyc.Paper{Type: "RUT", Number: "12.345.678-5", Country: "CL"}, []string{}},
		{"a wrong end where some have none", kyc.Paper{Type: "RUT", Number: "12.345.678-5", Country: "CL", ExpiresAt: "2020-01-01"}, []string{"document_expires_at paper_expired"}},
		{"an end where none exists", kyc.Paper{Type: "RC", Number: "1020304050", Country: "CO", ExpiresAt: "rubbish"}, []string{}},
		{"a type of another country", kyc.Paper{Type: "CURP", Number: "x", Country: "ES", ExpiresAt: "2030-01-01"}, []string{"identification_type paper_type_unknown"}},
		{"a type without a number", kyc.Paper{Type: "PASSPORT", Country: "ES", ExpiresAt: "2030-01-01"}, []string{"identification_number required"}},
		{"a number without a type", kyc.Paper{Number: "12345678Z", Country: "ES", ExpiresAt: "2030-01-01"}, []string{"identification_type required"}},
		{"a mistyped DNI", kyc.Paper{Type: "GOVERNMENT_ID", Number: "12345678A", Country: "ES", ExpiresAt: "2030-01-01"}, []string{"identification_number identifier_check_digit"}},
		{"free text elsewhere", kyc.Paper{Type: "GOVERNMENT_ID", Number: "L01X00T47", Country: "DE", ExpiresAt: "2030-01-01"}, []string{}},
		{"a number that would not print", kyc.Paper{Type: "PASSPORT", Number: "A\u202e1", Country: "DE", ExpiresAt: "2030-01-01"}, []string{"identification_number control_characters"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, problems := kyc.CheckPaper(c.paper, today)
			if diff := cmp.Diff(c.want, said(problems)); diff != "" {
				t.Error(diff)
			}
			if again, _ := kyc.CheckPaper(got, today); again != got {
				t.Errorf("checking twice changes %+v to %+v", got, again)
			}
		})
	}
}

func TestIdentificationTypesAreThoseOfPackagePerson(t *testing.T) {
	t.Parallel()
	for _, country := range identity.Countries() {
		types := kyc.PaperTypes(country)
		if want := person.Types(country); want != nil && !slices.Equal(types, want) {
			t.Errorf("%s: %v, package person has %v", country, types, want)
		}
		if len(types) == 0 {
			t.Errorf("%s has no types", country)
		}
		for _, code := range types {
			f := &kyc.File{Paper: kyc.Paper{Country: country, Type: code}}
			items := kyc.Items(f)
			back := slices.IndexFunc(items, func(i kyc.Item) bool { return i.Code == kyc.DocumentBack })
			if passport := slices.Equal(items[0].Accepted, []string{"passport"}); passport && back >= 0 {
				t.Errorf("%s %s wants the back of a passport", country, code)
			}
			for _, lang := range []string{"es", "en", "pt", "fr"} {
				if kyc.PaperTypeLabel(country, code, lang) == "" {
					t.Errorf("%s %s has no name in %s", country, code, lang)
				}
				for _, item := range items {
					if kyc.ItemLabel(item.Code, lang) == "" || kyc.DocumentLabel(item.Accepted[0], lang) == "" {
						t.Errorf("%+v is not labelled in %s", item, lang)
					}
				}
			}
		}
	}
	for country, want := range map[string]bool{"ES": false, "DE": false, "CL": true, "MX": true, "CO": true, "PE": true, "AR": true, "": false} {
		if kyc.NumberRequired(country) != want {
			t.Errorf("%s: number required: %v", country, !want)
		}
	}
}

func TestTheMovementsAreDrawnWithoutRepetition(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		source := rapid.SliceOfN(rapid.Byte(), 4096, 4096).Draw(t, "random")
		source = append(source, bytes.Repeat([]byte{0}, 64)...) // the draw refuses bytes past its range
		asked, err := kyc.AskLiveness(bytes.NewReader(source))
		if err != nil || len(asked) != 3 {
			t.Fatalf("%v, %v", asked, err)
		}
		if sorted := slices.Sorted(slices.Values(asked)); len(slices.Compact(sorted)) != 3 {
			t.Errorf("%v repeats", asked)
		}
		for _, movement := range asked {
			if !slices.Contains(kyc.Movements, movement) || kyc.ItemLabel("liveness_capture."+movement, "es") == kyc.ItemLabel("liveness_capture", "es") {
				t.Errorf("%s is not known", movement)
			}
		}
	})
	if _, err := kyc.AskLiveness(strings.NewReader("")); err == nil {
		t.Error("no randomness, and no error")
	}
}

func TestItemsBelongToSteps(t *testing.T) {
	t.Parallel()
	for item, want := range map[string]string{
		"personal": "personal", "documents.document_back": "identity", "documents.liveness_capture.smile": "selfie", "documents.face_image": "selfie",
		"documents": "", "company": "", "documents.registry_extract": "", "": "",
	} {
		if got := kyc.StepOf(item); got != want {
			t.Errorf("%q is of %q, want %q", item, got, want)
		}
	}
}

func TestSignaturesAreThePersonsName(t *testing.T) {
	t.Parallel()
	f := kyctest.Complete("Ana María", "de la Peña")
	for signature, ok := range map[string]bool{
		"Ana de la Peña": true, "ANA PENA": true, "maría peña": true, "Ana": false, "Peña": false, "Luis Peña": false, "- -": false, "": false,
	} {
		if _, problems := kyc.CheckDeclaration(f, kyc.Declaration{Signature: signature, TermsVersion: "1"}); (len(problems) == 0) != ok {
			t.Errorf("%q: %v", signature, problems)
		}
	}
	if got := kyc.FullName(kyc.Person{Name: " Ana ", LastName: "García", LastName2: " "}); got != "Ana García" {
		t.Errorf("%q", got)
	}
}

// TestCodesListsEveryCode reads the constants of codes.go, so that none is left out of what the pages translate.
func TestCodesListsEveryCode(t *testing.T) {
	t.Parallel()
	file, err := parser.ParseFile(token.NewFileSet(), "codes.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	declared := map[string]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok && strings.HasPrefix(spec.Names[0].Name, "Code") && len(spec.Values) == 1 {
			if lit, ok := spec.Values[0].(*ast.BasicLit); ok {
				code, _ := strconv.Unquote(lit.Value)
				declared[code] = true
			}
		}
		return true
	})
	if diff := cmp.Diff(slices.Sorted(maps.Keys(declared)), slices.Sorted(slices.Values(kyc.Codes))); diff != "" {
		t.Error(diff)
	}
}

func TestANumberThatHoldsTheBirthDateMustHoldTheSame(t *testing.T) {
	t.Parallel()
	f, docs := complete()
	f.Address.Country, f.Address.PostalCode = "MX", "06000"
	f.Paper = kyc.Paper{Type: "CURP", Number: person.Example("MX", "CURP"), Country: "MX"}
	born := person.BornOn("MX", "CURP", f.Paper.Number)
	if born == "" || born == f.Person.BirthDate {
		t.Fatalf("the example says %q", born)
	}
	_, problems := kyc.CheckIdentity(f, today)
	if diff := cmp.Diff([]string{"identification_number birth_date_differs"}, said(problems)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"identification_number"}, fields(kyc.Missing(f, docs))); diff != "" {
		t.Error(diff)
	}
	f.Person.BirthDate = born
	if got := kyc.Missing(f, docs); len(got) > 0 {
		t.Errorf("missing %v", got)
	}
}

func TestEveryTypeTakesItsOwnExample(t *testing.T) {
	t.Parallel()
	for _, country := range []string{"ES", "CL", "MX", "CO", "PE", "AR", "FR"} {
		for _, code := range kyc.PaperTypes(country) {
			paper := kyc.Paper{Type: code, Number: person.Example(country, code), Country: country, ExpiresAt: "2030-01-01"}
			if _, problems := kyc.CheckPaper(paper, today); len(problems) > 0 {
				t.Errorf("%s %s %s: %v", country, code, paper.Number, problems)
			}
		}
	}
}
