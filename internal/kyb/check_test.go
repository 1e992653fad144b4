package kyb_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rampa/internal/kyb"
)

// said gives problems as "field code", in order.
func said(problems []kyb.Problem) []string {
	out := []string{}
	for _, p := range problems {
		out = append(out, p.Field+" "+p.Code)
	}
	return out
}

func TestTheCompanyStepNormalisesWhatItAccepts(t *testing.T) {
	t.Parallel()
	got, problems := kyb.CheckCompany(kyb.Rules(), kyb.Company{
		LegalName: "  Ejemplo Digital, S.L. ", LegalForm: "S.L.", Country: "es", TaxID: "b-58818501", VATNumber: "ES B58818501",
		LEI: "5299 00T8 BM49 AURS DO55", IncorporationDate: "4/5/2019", Website: "Ejemplo.ES/Hola?a=1",
	}, today)
	want := kyb.Company{
		LegalName: "Ejemplo Digital, S.L.", LegalForm: "sl", Country: "ES", TaxID: "B58818501", VATNumber: "ESB58818501",
		LEI: "529900T8BM49AURSDO55", IncorporationDate: "2019-05-04", Website: "https://ejemplo.es/Hola?a=1",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if len(problems) > 0 {
		t.Error(problems)
	}
}

func TestTheCompanyStepSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name   string
		change func(c *kyb.Company)
		want   string
	}{
		{"no country", func(c *kyb.Company) { c.Country = "" }, "country required"},
		{"a country that is none", func(c *kyb.Company) { c.Country = "XX" }, "country country_unknown"},
		{"no legal form", func(c *kyb.Company) { c.LegalForm = " " }, "legal_form required"},
		{"an unknown legal form", func(c *kyb.Company) { c.LegalForm = "GmbH" }, "legal_form legal_form_unknown"},
		{"no name", func(c *kyb.Company) { c.LegalName = " " }, "legal_name required"},
		{"a name of 256 characters", func(c *kyb.Company) { c.LegalName = strings.Repeat("ñ", 256) }, "legal_name too_long"},
		{"a name with a NUL", func(c *kyb.Company) { c.LegalName = "a\x00b" }, "legal_name control_characters"},
		{"a name that turns around", func(c *kyb.Company) { c.LegalName = "a\u202eb" }, "legal_name control_characters"},
		{"broken UTF-8", func(c *kyb.Company) { c.TradeName = "a\xffb" }, "trade_name control_characters"},
		{"a mistyped NIF", func(c *kyb.Company) { c.TaxID = "A58818502" }, "tax_id identifier_check_digit"},
		{"a short NIF", func(c *kyb.Company) { c.TaxID = "A5881850" }, "tax_id identifier_length"},
		{"a NIF of a person", func(c *kyb.Company) { c.TaxID = "12345678Z" }, "tax_id identifier_format"},
		{"a mistyped LEI", func(c *kyb.Company) { c.LEI = "529900T8BM49AURSDO56" }, "lei identifier_check_digit"},
		{"the VAT number of another country", func(c *kyb.Company) { c.VATNumber = "DE136695976" }, "vat_number identifier_length"},
		{"30 February", func(c *kyb.Company) { c.IncorporationDate = "2020-02-30" }, "incorporation_date date_format"},
		{"tomorrow and a day", func(c *kyb.Company) { c.IncorporationDate = "2026-03-12" }, "incorporation_date date_future"},
		{"before 1600", func(c *kyb.Company) { c.IncorporationDate = "1599-12-31" }, "incorporation_date date_too_early"},
		{"a website of another scheme", func(c *kyb.Company) { c.Website = "javascript://a.es/%0aalert(1)" }, "website url_format"},
		{"a website with a password", func(c *kyb.Company) { c.Website = "https://a:b@ejemplo.es" }, "website url_format"},
		{"a website that is a word", func(c *kyb.Company) { c.Website = "ejemplo" }, "website url_format"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			company := complete("ES", "sl").Company
			c.change(&company)
			_, problems := kyb.CheckCompany(kyb.Rules(), company, today)
			if got := said(problems); len(got) == 0 || got[0] != c.want {
				t.Errorf("got %v, want %q first", got, c.want)
			}
		})
	}
}

func TestAFieldThatTheFormDoesNotAskIsEmptied(t *testing.T) {
	t.Parallel()
	company := complete("ES", "sole_trader").Company
	company.TaxID, company.LEI, company.RegistrationNumber = "12345678z", "rubbish", "H M-1"
	got, problems := kyb.CheckCompany(kyb.Rules(), company, today)
	if got.LEI != "" || got.RegistrationNumber != "" || got.TaxID != "12345678Z" || len(problems) > 0 {
		t.Errorf("got %+v, %v", got, problems)
	}
}

func TestPostalCodesFollowTheirCountry(t *testing.T) {
	t.Parallel()
	cases := []struct{ country, code, want, problem string }{
		{"ES", "28013", "28013", ""}, {"ES", "28 013", "28013", ""}, {"ES", "53001", "53001", "postal_code_format"}, {"ES", "00123", "00123", "postal_code_format"},
		{"ES", "", "", "required"}, {"PT", "1100148", "1100-148", ""}, {"PT", "1100", "1100", "postal_code_format"}, {"GB", "sw1a1aa", "SW1A 1AA", ""},
		{"GB", "12345", "12345", "postal_code_format"}, {"NL", "1012ab", "1012 AB", ""}, {"US", "10001", "10001", ""}, {"US", "100011234", "10001-1234", ""},
		{"DE", "1011", "1011", "postal_code_format"}, {"CL", "", "", ""}, {"CL", "8320000", "8320000", ""}, {"AE", "", "", ""},
	}
	for _, c := range cases {
		got, problems := kyb.CheckAddress("registered_address", kyb.Address{Line1: "x", City: "y", Region: "z", PostalCode: c.code, Country: c.country})
		var want []string
		if c.problem != "" {
			want = []string{"registered_address[postal_code] " + c.problem}
		}
		if diff := cmp.Diff(want, said(problems)); got.PostalCode != c.want || len(want)+len(problems) > 0 && diff != "" {
			t.Errorf("%s %q: %q, %v", c.country, c.code, got.PostalCode, problems)
		}
	}
}

func TestAnAddressInTheUnitedStatesNeedsItsState(t *testing.T) {
	t.Parallel()
	_, problems := kyb.CheckAddress("operating_address", kyb.Address{Line1: "1 Main St", City: "Dover", PostalCode: "19901", Country: "us"})
	if diff := cmp.Diff([]string{"operating_address[region] required"}, said(problems)); diff != "" {
		t.Error(diff)
	}
}

func TestVolumesAreReadAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	cases := map[string]string{
		"50000": "50000", "50.000": "50000", "50,000": "50000", "50 000 €": "50000", "50\u00a0000\u202f€": "50000", "€50,000": "50000",
		"EUR 50.000,00": "50000", "1.234.567": "1234567", "50'000": "50000", "0050": "50", "50000 euros": "50000", "50,000.00": "50000",
		"": "", "0": "", "-5": "", "1.5": "", "50.00.000": "", "1,23,456": "", "50.000,50": "", "50k": "", "1.234,567": "", "9999999999999": "", "५": "",
	}
	for typed, want := range cases {
		got, problems := kyb.CheckActivity(kyb.Activity{Activity: "a\r\nb", ExpectedMonthlyVolume: typed, SourceOfFunds: "x"})
		if ok := len(problems) == 0; ok != (want != "") || ok && got.ExpectedMonthlyVolume != want {
			t.Errorf("%q: %q, %v; want %q", typed, got.ExpectedMonthlyVolume, problems, want)
		}
		if got.Activity != "a\nb" {
			t.Errorf("line ends: %q", got.Activity)
		}
	}
}

func TestTheActivityStepSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	_, problems := kyb.CheckActivity(kyb.Activity{Activity: strings.Repeat("a", 2001), ExpectedMonthlyVolume: "many", SourceOfFunds: "a\x07"})
	want := []string{"activity too_long", "expected_monthly_volume volume_format", "source_of_funds control_characters"}
	slices.Sort(want)
	got := said(problems)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestTheDeclarationIsSignedByARepresentativeWithHisName(t *testing.T) {
	t.Parallel()
	f := complete("ES", "sa")
	f.People = append(f.People, kyb.Person{ID: "d", FirstName: "Luis", LastName: "Pérez Gil", Role: kyb.RoleDirector})
	cases := []struct {
		person, signature, terms string
		want                     []string
	}{
		{"p0", " ANA garcia ", "1", []string{}},
		{"p0", "", "1", []string{"signature required"}},
		{"p0", "Ana", "1", []string{"signature signature_mismatch"}},
		{"p0", "Ana García", "", []string{"terms required"}},
		{"d", "Luis Pérez", "1", []string{"person_id signer_unknown"}},
		{"", "Ana García", "1", []string{"person_id required"}},
	}
	for _, c := range cases {
		_, problems := kyb.CheckDeclaration(f, kyb.Declaration{PersonID: c.person, Signature: c.signature, TermsVersion: c.terms})
		if diff := cmp.Diff(c.want, said(problems)); diff != "" {
			t.Errorf("%+v: %s", c, diff)
		}
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
	want, got := slices.Sorted(maps.Keys(declared)), slices.Sorted(slices.Values(kyb.Codes))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
