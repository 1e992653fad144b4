package person_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"rampa/internal/identity"
	"rampa/internal/identity/person"
)

// countries are those with a table, and one without.
var countries = []string{"ES", "CL", "MX", "CO", "PE", "AR", "FR"}

func TestTheTypesAreThoseOfTheContract(t *testing.T) {
	t.Parallel()
	for country, want := range map[string][2]string{
		"ES": {"GOVERNMENT_ID PERMANENT_RESIDENCE_PERMIT PASSPORT", "CIF"}, "CL": {"RUT", "RUT"}, "MX": {"CURP", "RFC"},
		"CO": {"CED_CIU CED_EXT TI NUIP TE PPT PASS PEP RC", "NIT"}, "PE": {"DNI CE", "RUC"}, "AR": {"DNI CUIT", "CUIT"}, "FR": {"", ""}, "ZZ": {"", ""}, "": {"", ""},
	} {
		if got := strings.Join(person.Types(country), " "); got != want[0] {
			t.Errorf("Types(%s) = %s", country, got)
		}
		if got := strings.Join(person.CompanyTypes(country), " "); got != want[1] {
			t.Errorf("CompanyTypes(%s) = %s", country, got)
		}
	}
	if got := person.Accepted("FR"); !slices.Equal(got, []string{person.Passport, person.GovernmentID, person.Residence}) {
		t.Errorf("Accepted(FR) = %v", got)
	}
	if got := person.Accepted("ZZ"); got != nil {
		t.Errorf("Accepted(ZZ) = %v", got)
	}
}

func TestATypeTellsWhomItIdentifies(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		country, typ        string
		individual, company bool
	}{
		{"ES", "GOVERNMENT_ID", true, false}, {"ES", "CIF", false, true}, {"CL", "RUT", true, true}, {"AR", "CUIT", true, true}, {"CO", "NIT", false, true},
		{"CO", "PASS", true, false}, {"CO", "PASSPORT", false, false}, {"ES", "RUT", false, false}, {"FR", "PASSPORT", true, false}, {"FR", "CIF", false, false},
		{"ZZ", "PASSPORT", false, false}, {"ES", "passport", false, false}, {"ES", "", false, false},
	} {
		if individual, company := person.TypeKind(c.country, c.typ); individual != c.individual || company != c.company {
			t.Errorf("TypeKind(%s, %s) = %v, %v", c.country, c.typ, individual, company)
		}
	}
}

func TestNumbersAreCheckedByTheRulesOfTheirPaper(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ country, typ, number, want string }{ // want: the normal form, or the problem's code after "!"
		{"ES", "GOVERNMENT_ID", "12.345.678-z", "12345678Z"}, {"ES", "GOVERNMENT_ID", "12345678A", "!check_digit"}, {"ES", "GOVERNMENT_ID", "X1234567L", "!format"},
		{"ES", "PERMANENT_RESIDENCE_PERMIT", "x1234567l", "X1234567L"}, {"ES", "PERMANENT_RESIDENCE_PERMIT", "12345678Z", "!format"},
		{"ES", "PASSPORT", "aaa-123456", "AAA123456"}, {"ES", "PASSPORT", "AAAAAA", "!format"}, {"ES", "PASSPORT", "A000000", "!format"}, {"ES", "PASSPORT", "A123", "!length"},
		{"ES", "PASSPORT", "A123456789012345", "!length"}, {"ES", "PASSPORT", "Ñ1234567", "!format"}, {"ES", "CIF", "A58818501", "!unsupported"},
		{"CL", "RUT", "12.531.909-2", "125319092"}, {"CL", "RUT", "12.531.909-3", "!check_digit"},
		{"MX", "CURP", "hegg560427mvzrrl04", "HEGG560427MVZRRL04"}, {"MX", "CURP", "HEGG560427MVZRRL05", "!check_digit"}, {"MX", "CURP", "HEGG561327MVZRRL04", "!format"},
		{"MX", "CURP", "HEGG560427NVZRRL04", "!format"}, {"MX", "CURP", "HEGG560427MXXRRL04", "!format"}, {"MX", "CURP", "HEGG560427MVZRAL04", "!format"},
		{"MX", "CURP", "HGGG560427MVZRRL04", "!format"}, {"MX", "CURP", "PUTA560427MVZRRL04", "!format"}, {"MX", "CURP", "HEGG560427MVZRRL0", "!length"}, {"MX", "CURP", "HEÑG560427MVZRRL04", "!format"},
		{"MX", "RFC", "GODE561231GR8", "!unsupported"},
		{"CO", "CED_CIU", "52.123.456", "52123456"}, {"CO", "CED_CIU", "1.020.304.050", "1020304050"}, {"CO", "CED_CIU", "2020304050", "!format"}, {"CO", "CED_CIU", "102030405", "!length"},
		{"CO", "CED_CIU", "12", "!length"}, {"CO", "CED_CIU", "052123456", "!format"}, {"CO", "CED_CIU", "B5X0251246", "!format"},
		{"CO", "CED_EXT", "E 512345", "512345"}, {"CO", "CED_EXT", "512345", "512345"}, {"CO", "CED_EXT", "51234567", "!length"}, {"CO", "TE", "1234567", "1234567"},
		{"CO", "TI", "1020304050", "1020304050"}, {"CO", "TI", "99022912345", "!format"}, {"CO", "TI", "00022912345", "00022912345"}, {"CO", "TI", "990231-12345", "!format"}, {"CO", "TI", "99022812345", "99022812345"},
		{"CO", "NUIP", "b5x0251246", "B5X0251246"}, {"CO", "NUIP", "10203040501", "!length"}, {"CO", "RC", "12345678", "12345678"}, {"CO", "RC", "00000000", "!format"}, {"CO", "RC", "B5X0251246", "B5X0251246"},
		{"CO", "PPT", "5028143", "5028143"}, {"CO", "PPT", "123", "!length"}, {"CO", "PEP", "957385405091989", "957385405091989"}, {"CO", "PEP", "95738540509198", "!length"}, {"CO", "PASS", "CC12345678", "CC12345678"},
		{"PE", "DNI", "10117410", "10117410"}, {"PE", "DNI", "10117410-2", "10117410"}, {"PE", "DNI", "10117410-G", "10117410"}, {"PE", "DNI", "10117410-3", "!check_digit"},
		{"PE", "DNI", "1011741", "!length"}, {"PE", "DNI", "00000000", "!format"}, {"PE", "DNI", "10117410Ñ", "!length"}, {"PE", "DNI", "1011741Ñ", "!format"},
		{"PE", "CE", "001043328", "001043328"}, {"PE", "CE", "00104332", "!length"},
		{"AR", "DNI", "20.123.456", "20123456"}, {"AR", "DNI", "05123456", "5123456"}, {"AR", "DNI", "123456", "!length"}, {"AR", "DNI", "000000000", "!length"}, {"AR", "CUIT", "20-26756539-3", "20267565393"}, {"AR", "CUIT", "30-50001091-2", "!format"},
		{"FR", "GOVERNMENT_ID", "ab 123.456", "AB123456"}, {"FR", "GOVERNMENT_ID", "12", "!length"}, {"FR", "PERMANENT_RESIDENCE_PERMIT", "<b>1</b>", "!format"}, {"FR", "PASSPORT", "12AB34567", "12AB34567"},
		{"ZZ", "PASSPORT", "12AB34567", "!unsupported"}, {"", "PASSPORT", "12AB34567", "!unsupported"}, {"ES", "PASSPORT", "", "!format"},
	} {
		got, err := person.Check(c.country, c.typ, c.number)
		if problem := (*identity.Problem)(nil); errors.As(err, &problem) {
			got = "!" + problem.Code
		}
		if got != c.want {
			t.Errorf("Check(%s, %s, %q) = %q, want %q", c.country, c.typ, c.number, got, c.want)
		}
	}
}

func TestCompaniesHaveNumbersOfTheirOwn(t *testing.T) {
	t.Parallel()
	for country, number := range map[string]string{
		"ES": "A58818501", "CL": "76.086.428-5", "MX": "MAB9307148T4", "CO": "800.197.268-4", "PE": "20131312955", "AR": "30-50001091-2",
	} {
		typ := person.CompanyTypes(country)[0]
		if _, err := person.CheckCompany(country, typ, number); err != nil {
			t.Errorf("CheckCompany(%s, %s, %s): %v", country, typ, number, err)
		}
	}
	if _, err := person.CheckCompany("MX", "RFC", "GODE561231GR8"); err != nil {
		t.Errorf("a person's RFC, with which people trade: %v", err)
	}
	if _, err := person.CheckCompany("FR", "PASSPORT", "12AB34567"); err == nil {
		t.Error("a company has a passport")
	}
}

func TestAnUnknownTypeSaysWhichThereAre(t *testing.T) {
	t.Parallel()
	_, err := person.Check("PE", "PASSPORT", "1")
	problem := (*identity.Problem)(nil)
	if !errors.As(err, &problem) || problem.Code != identity.CodeUnsupported || problem.Params["accepted"] != "DNI, CE" || problem.Params["scheme"] != "PASSPORT" {
		t.Errorf("got %+v", problem)
	}
}

func TestEveryExampleIsValid(t *testing.T) {
	t.Parallel()
	for _, country := range countries {
		for _, typ := range person.Accepted(country) {
			if _, err := person.Check(country, typ, person.Example(country, typ)); err != nil {
				t.Errorf("%s %s: %q: %v", country, typ, person.Example(country, typ), err)
			}
		}
	}
	if person.Example("ES", "RUT") != "" {
		t.Error("an unknown type has an example")
	}
}

func FuzzCheck(f *testing.F) {
	for i, country := range countries {
		for j, typ := range person.Accepted(country) {
			f.Add(uint8(i), uint8(j), person.Example(country, typ))
		}
	}
	f.Add(uint8(3), uint8(3), "\xff\u200b１")
	f.Fuzz(func(t *testing.T, i, j uint8, number string) {
		country := countries[int(i)%len(countries)]
		types := person.Accepted(country)
		typ := types[int(j)%len(types)]
		normal, err := person.Check(country, typ, number)
		if err != nil {
			if problem := (*identity.Problem)(nil); !errors.As(err, &problem) || normal != "" || problem.Params["example"] == "" {
				t.Errorf("Check(%s, %s, %q) = %q, %v", country, typ, number, normal, err)
			}
			return
		}
		for _, again := range []string{normal, " " + strings.ToLower(normal) + "\u00a0", spaced(normal)} {
			if twice, err := person.Check(country, typ, again); err != nil || twice != normal {
				t.Errorf("Check(%s, %s, %q) = %q, of which Check(%q) says %q, %v", country, typ, number, normal, again, twice, err)
			}
		}
	})
}

// spaced puts a space behind every character.
func spaced(s string) string { return strings.Join(strings.Split(s, ""), " ") }
