package identity

import (
	"errors"
	"strings"
	"testing"
)

func TestRealIdentifiersAreValidAndTheirMistypingsAreNot(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		scheme Scheme
		value  string
		want   string // normal form, or the code of the problem after "!"
	}{
		{ESCIF, "A58818501", "A58818501"}, {ESCIF, "b-58378431", "B58378431"}, {ESCIF, "ES A28015865", "A28015865"}, {ESCIF, "Q2826000H", "Q2826000H"}, {ESCIF, "G28029643", "G28029643"},
		{ESCIF, "P2807900B", "P2807900B"}, {ESCIF, "A58818502", "!check_digit"}, {ESCIF, "Q2826000I", "!check_digit"}, {ESCIF, "A5881850A", "!format"}, {ESCIF, "Q28260008", "!format"}, {ESCIF, "12345678Z", "!format"}, {ESCIF, "A5881850", "!length"},
		{ESDNI, "12345678Z", "12345678Z"}, {ESDNI, "12.345.678-z", "12345678Z"}, {ESDNI, "1234567L", "01234567L"}, {ESDNI, "12345678A", "!check_digit"}, {ESDNI, "X1234567L", "!format"},
		{ESNIE, "x-1234567-l", "X1234567L"}, {ESNIE, "Y1234567X", "Y1234567X"}, {ESNIE, "X1234567T", "!check_digit"}, {ESNIE, "A1234567L", "!format"},
		{ESNIF, "12345678Z", "12345678Z"}, {ESNIF, "X1234567L", "X1234567L"}, {ESNIF, "A58818501", "A58818501"}, {ESNIF, "K1234567L", "K1234567L"}, {ESNIF, "L1234567A", "!check_digit"},
		{PTNIPC, "500 960 046", "500960046"}, {PTNIPC, "PT501964843", "501964843"}, {PTNIPC, "500960047", "!check_digit"}, {PTNIPC, "123456789", "!format"}, {PTNIF, "123456789", "123456789"}, {PTNIF, "423456789", "!format"},
		{DERegister, "HRB 86891", "HRB 86891"}, {DERegister, "hrb86891", "HRB 86891"}, {DERegister, "Amtsgericht Charlottenburg (Berlin) HRB 12345 b", "Amtsgericht Charlottenburg (Berlin) HRB 12345 B"}, {DERegister, "GNR 42", "GnR 42"},
		{DERegister, "HRB", "!format"}, {DERegister, "12345", "!format"}, {DERegister, "HRB 1234567", "!format"}, {DERegister, "HRC 123", "!format"},
		{DESteuernummer, "181/815/08155", "18181508155"}, {DESteuernummer, "9181081508155", "9181081508155"}, {DESteuernummer, "2893081508152", "2893081508152"}, {DESteuernummer, "9181181508155", "!format"}, {DESteuernummer, "6181081508155", "!format"}, {DESteuernummer, "123", "!length"},
		{DEVAT, "DE 136 695 976", "136695976"}, {DEVAT, "136695977", "!check_digit"},
		{FRSIREN, "732 829 320", "732829320"}, {FRSIREN, "552100554", "552100554"}, {FRSIREN, "732829321", "!check_digit"}, {FRSIREN, "000000000", "!format"},
		{FRSIRET, "732 829 320 00074", "73282932000074"}, {FRSIRET, "35600000000048", "35600000000048"}, {FRSIRET, "35600000049837", "35600000049837"}, {FRSIRET, "73282932000075", "!check_digit"}, {FRSIRET, "73282932100072", "!check_digit"},
		{ITIVA, "IT00743110157", "00743110157"}, {ITIVA, "00743110158", "!check_digit"}, {ITIVA, "00743112157", "!format"},
		{ITCF, "00743110157", "00743110157"}, {ITCF, "rss mra 85t10 a562s", "RSSMRA85T10A562S"}, {ITCF, "RSSMRA85T10A562T", "!check_digit"}, {ITCF, "RSSMRA85T32A562S", "!format"}, {ITCF, "RSSMRA85T10A562", "!length"},
		{NLKVK, "68750110", "68750110"}, {NLKVK, "6875011", "!length"}, {NLRSIN, "111222333", "111222333"}, {NLRSIN, "111222334", "!check_digit"},
		{GBCompany, "445790", "00445790"}, {GBCompany, "sc123456", "SC123456"}, {GBCompany, "OC301540", "OC301540"}, {GBCompany, "IP29980R", "IP29980R"}, {GBCompany, "XX123456", "!format"}, {GBCompany, "123", "!length"},
		{GBUTR, "19558 39661", "1955839661"}, {GBUTR, "1955839661K", "1955839661"}, {GBUTR, "2955839661", "!check_digit"},
		{USEIN, "91-1144442", "911144442"}, {USEIN, "07-1144442", "!format"}, {USEIN, "91-114444", "!length"},
		{CLRUT, "76.086.428-5", "760864285"}, {CLRUT, "12531909-2", "125319092"}, {CLRUT, "076086428-5", "760864285"}, {CLRUT, "76086428-k", "!check_digit"},
		{MXRFC, "GODE561231GR8", "GODE561231GR8"}, {MXRFC, "mab-930714-8t4", "MAB9307148T4"}, {MXRFC, "GODE561231GR9", "!check_digit"}, {MXRFC, "XAXX010101000", "!format"}, {MXRFC, "XEXX010101000", "!format"}, {MXRFC, "GODE561331GR8", "!format"},
		{CONIT, "800.197.268-4", "8001972684"}, {CONIT, "860002964-4", "8600029644"}, {CONIT, "800197268-5", "!check_digit"}, {CONIT, "123", "!length"},
		{PERUC, "20131312955", "20131312955"}, {PERUC, "20512333797", "20512333797"}, {PERUC, "20131312956", "!check_digit"}, {PERUC, "30131312955", "!format"},
		{ARCUIL, "20-26756539-3", "20267565393"}, {ARCUIL, "30-50001091-2", "!format"}, {ARDNI, "20.123.456", "20123456"}, {ARDNI, "123456", "!length"},
		{MXCURP, "hegg560427mvzrrl04", "HEGG560427MVZRRL04"}, {MXCURP, "HEGG560427MVZRRL05", "!check_digit"}, {PEDNI, "10117410-2", "10117410"}, {PEDNI, "101174103", "!check_digit"}, {PECE, "001043328", "001043328"},
		{ARCUIT, "30-50001091-2", "30500010912"}, {ARCUIT, "20-26756539-3", "20267565393"}, {ARCUIT, "30-50001091-3", "!check_digit"}, {ARCUIT, "10-50001091-2", "!format"},
		{LEI, "529900T8BM49AURSDO55", "529900T8BM49AURSDO55"}, {LEI, "549300dtuyxvmjxzny75", "549300DTUYXVMJXZNY75"}, {LEI, "529900T8BM49AURSDO56", "!check_digit"}, {LEI, "529900T8BM49AURSDO5", "!length"},
		{IBAN, "ES91 2100 0418 4502 0005 1332", "ES9121000418450200051332"}, {IBAN, "de89370400440532013000", "DE89370400440532013000"}, {IBAN, "GB82 WEST 1234 5698 7654 32", "GB82WEST12345698765432"}, {IBAN, "MT84MALT011000012345MTLCAST001S", "MT84MALT011000012345MTLCAST001S"}, {IBAN, "NO9386011117947", "NO9386011117947"},
		{IBAN, "ES9121000418450200051333", "!check_digit"}, {IBAN, "ES912100041845020005133", "!length"}, {IBAN, "US9121000418450200051332", "!format"}, {IBAN, "GB82WEST1234569876543A", "!format"}, {IBAN, "ES", "!format"},
		{BIC, "caixesbbxxx", "CAIXESBBXXX"}, {BIC, "DEUTDEFF", "DEUTDEFF"}, {BIC, "DEUTZZFF", "!format"}, {BIC, "DEUTDEF", "!length"}, {BIC, "D1UTDEFF", "!format"},
		{"vat_es", "es a58818501", "ESA58818501"}, {"vat_fr", "40 303 265 045", "FR40303265045"}, {"vat_fr", "FRK7399859412", "FRK7399859412"}, {"vat_be", "428759497", "BE0428759497"}, {"vat_ch", "CHE-107.787.577 IVA", "CHE107787577IVA"},
		{"vat_fr", "FR41303265045", "!check_digit"}, {"vat_fr", "FR227257623", "!length"}, {"vat_at", "ATX13585627", "!format"}, {"vat_nl", "NL004495445B0", "!length"}, {"vat_us", "123", "!unsupported"}, {"nonsense", "1", "!unsupported"},
		{ESNIF, "", "!format"}, {ESNIF, " - ", "!format"}, {ESNIF, strings.Repeat("1", 1000), "!length"}, {MXRFC, "ÑÑÑÑÑÑÑÑÑÑÑÑ", "!format"}, {ESDNI, "１２３４５６７８Ｚ", "12345678Z"}, {ESDNI, "ı2345678Z", "!format"},
	} {
		got, err := Check(c.scheme, c.value)
		if problem := (*Problem)(nil); errors.As(err, &problem) {
			got = "!" + problem.Code
			if problem.Code != CodeUnsupported && problem.Params["example"] == "" {
				t.Errorf("Check(%s, %q): no example", c.scheme, c.value)
			}
		}
		if got != c.want {
			t.Errorf("Check(%s, %q) = %q, want %q", c.scheme, c.value, got, c.want)
		}
	}
}

func TestEveryExampleIsValid(t *testing.T) {
	t.Parallel()
	for _, scheme := range allSchemes() {
		if _, err := Check(scheme, Example(scheme)); err != nil {
			t.Errorf("Check(%s, %q): %v", scheme, Example(scheme), err)
		}
	}
	if Example("nonsense") != "" {
		t.Error("an unknown scheme has an example")
	}
}

func TestCompanySchemesExist(t *testing.T) {
	t.Parallel()
	for _, country := range []string{"ES", "PT", "DE", "FR", "IT", "NL", "GB", "US", "CL", "MX", "CO", "PE", "AR"} {
		registration, tax := CompanySchemes(country)
		if tax == "" {
			t.Errorf("%s has no tax scheme", country)
		}
		for _, scheme := range []Scheme{registration, tax} {
			if _, ok := ruleOf(scheme); scheme != "" && !ok {
				t.Errorf("%s: scheme %q has no rule", country, scheme)
			}
		}
	}
	if r, tax := CompanySchemes("ZZ"); r != "" || tax != "" {
		t.Errorf("ZZ has schemes %q, %q", r, tax)
	}
}

func TestEveryMemberStateHasAVATNumber(t *testing.T) {
	t.Parallel()
	for country := range strings.FieldsSeq("AT BE BG CY CZ DE DK EE EL GR ES FI FR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK XI GB CH NO") {
		example := Example(VATScheme(country))
		normal, err := CheckVAT(country, example)
		if err != nil {
			t.Errorf("CheckVAT(%s, %q): %v", country, example, err)
		}
		if bare, err := CheckVAT(strings.ToLower(country), strings.TrimPrefix(compact(example), vatRules[strings.ToUpper(string(VATScheme(country))[4:])].prefix)); err != nil || bare != normal {
			t.Errorf("CheckVAT(%s) without prefix: %q, %v; want %q", country, bare, err, normal)
		}
	}
	if _, err := CheckVAT("US", "123"); err == nil {
		t.Error("the United States have VAT")
	}
}

func TestCheckLEIAndIBANAndBICAreTheirSchemes(t *testing.T) {
	t.Parallel()
	for name, check := range map[Scheme]func(string) (string, error){LEI: CheckLEI, IBAN: CheckIBAN, BIC: CheckBIC} {
		if _, err := check(Example(name)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := check("x"); err == nil || err.Error() == "" {
			t.Errorf("%s: x is valid", name)
		}
	}
}

func FuzzCheck(f *testing.F) {
	schemes := allSchemes()
	for i, scheme := range schemes {
		f.Add(uint8(i), Example(scheme))
	}
	f.Add(uint8(0), "Ñ\xff\u0000")
	f.Fuzz(func(t *testing.T, i uint8, value string) {
		scheme := schemes[int(i)%len(schemes)]
		normal, err := Check(scheme, value)
		if err != nil {
			if problem := (*Problem)(nil); !errors.As(err, &problem) || normal != "" {
				t.Errorf("Check(%s, %q) = %q, %v", scheme, value, normal, err)
			}
			return
		}
		if again, err := Check(scheme, normal); err != nil || again != normal {
			t.Errorf("Check(%s, %q) = %q, of which Check says %q, %v", scheme, value, normal, again, err)
		}
	})
}
