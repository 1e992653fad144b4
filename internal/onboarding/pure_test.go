package onboarding_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rampa/internal/kyc"
	"rampa/internal/onboarding"
	"rampa/internal/onboarding/onboardingtest"
	"rampa/internal/verification"
)

var (
	ana     = []kyc.Person{{Name: "Ana María", LastName: "de la Peña"}}
	yes, no = true, false
)

// said gives problems as "field code".
func said(problems []onboarding.Problem) []string {
	out := []string{}
	for _, p := range problems {
		out = append(out, p.Field+" "+p.Code)
	}
	return out
}

func fields(missing []onboarding.Requirement) []string {
	out := []string{}
	for _, m := range missing {
		out = append(out, m.Item+" "+m.Field)
	}
	return out
}

func TestACompleteFileLacksNothing(t *testing.T) {
	t.Parallel()
	for _, company := range []bool{false, true} {
		f := onboardingtest.Complete(company)
		if diff := cmp.Diff([]string{"declaration declaration"}, fields(onboarding.Missing(f, company, ana))); diff != "" {
			t.Error(diff)
		}
		f.Declaration = &verification.Declaration{Signature: "Ana Peña", TermsVersion: "1"}
		missing := onboarding.Missing(f, company, ana)
		if diff := cmp.Diff([]string{}, fields(missing)); diff != "" {
			t.Error(diff)
		}
		for step, done := range onboarding.StepsDone(missing) {
			if !done {
				t.Errorf("%s is not done", step)
			}
		}
	}
}

func TestAnEmptyFileLacksEverything(t *testing.T) {
	t.Parallel()
	want := []string{"funds source_of_funds", "funds source_of_wealth", "purpose purpose", "purpose expected_monthly_volume", "purpose expected_transactions",
		"tax tax_residences[0][country]", "tax us_person", "pep pep", "declaration declaration"}
	missing := onboarding.Missing(&onboarding.File{}, false, nil)
	if diff := cmp.Diff(want, fields(missing)); diff != "" {
		t.Error(diff)
	}
	if got := fields(onboarding.Missing(&onboarding.File{}, true, nil)); !slices.Contains(got, "tax entity_class") {
		t.Errorf("a company is not asked for its class: %v", got)
	}
	for step, done := range onboarding.StepsDone(missing) {
		if done {
			t.Errorf("%s is done", step)
		}
	}
	if diff := cmp.Diff([]string{"declaration"}, undone(missing[len(missing)-1:])); diff != "" {
		t.Error(diff)
	}
}

func undone(missing []onboarding.Requirement) (steps []string) {
	done := onboarding.StepsDone(missing)
	for _, step := range onboarding.Steps() {
		if !done[step] {
			steps = append(steps, step)
		}
	}
	return steps
}

func TestTheChoicesAreHeldToTheirList(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		company bool
		change  func(f *onboarding.Funds)
		want    []string
	}{
		{"a code that is none", false, func(f *onboarding.Funds) { f.Source.Codes = []string{"salary", "theft"} }, []string{"source_of_funds choice_unknown"}},
		{"a person's code for a company", true, func(f *onboarding.Funds) { f.Source.Codes = []string{"salary"} }, []string{"source_of_funds choice_unknown"}},
		{"other, unexplained", false, func(f *onboarding.Funds) { f.Wealth = onboarding.Choice{Codes: []string{"other"}, Text: " \n "} }, []string{"source_of_wealth_text explain"}},
		{"other, explained", false, func(f *onboarding.Funds) {
			f.Wealth = onboarding.Choice{Codes: []string{"other"}, Text: "a\r\nlottery"}
		}, []string{}},
		{"words without a choice", false, func(f *onboarding.Funds) { f.Source = onboarding.Choice{Text: "my salary"} }, []string{"source_of_funds required"}},
		{"too many words", false, func(f *onboarding.Funds) { f.Source.Text = strings.Repeat("ñ", 2001) }, []string{"source_of_funds_text too_long"}},
		{"words that turn around", false, func(f *onboarding.Funds) { f.Source.Text = "a\u202eb" }, []string{"source_of_funds_text control_characters"}},
		{"broken UTF-8", false, func(f *onboarding.Funds) { f.Source.Text = "a\xff" }, []string{"source_of_funds_text control_characters"}},
	} {
		f := onboardingtest.Complete(c.company).Funds
		c.change(&f)
		got, problems := onboarding.CheckFunds(f, c.company)
		if diff := cmp.Diff(c.want, said(problems)); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
		if again, _ := onboarding.CheckFunds(got, c.company); len(problems) == 0 && !cmp.Equal(again, got) {
			t.Errorf("%s: checking twice changes %+v to %+v", c.name, got, again)
		}
	}
	f := onboardingtest.Complete(false).Funds
	f.Source.Codes = []string{"loan", "salary", "salary"}
	if got, _ := onboarding.CheckFunds(f, false); !slices.Equal(got.Source.Codes, []string{"salary", "loan"}) {
		t.Errorf("the choices are not in their order: %v", got.Source.Codes)
	}
}

func TestVolumesAndCountsAreWholeNumbers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ volume, count, wantVolume, wantCount string }{
		{"5.000 €", "010", "5000", "10"}, {"12000", "1", "12000", "1"}, {"1", "100000", "1", "100000"},
		{"0", "5", "", "5"}, {"-5", "5", "", "5"}, {"many", "5", "", "5"}, {"12,5", "5", "", "5"},
		{"100", "0", "100", ""}, {"100", "-1", "100", ""}, {"100", "100001", "100", ""}, {"100", "2.5", "100", ""}, {"100", "lots", "100", ""},
	} {
		u := onboardingtest.Complete(false).Use
		u.MonthlyVolume, u.Transactions = c.volume, c.count
		got, problems := onboarding.CheckUse(u, false)
		var want []string
		if c.wantVolume == "" {
			want = append(want, "expected_monthly_volume volume_format")
		}
		if c.wantCount == "" {
			want = append(want, "expected_transactions count_format")
		}
		if len(want) == 0 && (got.MonthlyVolume != c.wantVolume || got.Transactions != c.wantCount) || !slices.Equal(want, said(problems)) {
			t.Errorf("%q %q: %+v, %v", c.volume, c.count, got, problems)
		}
	}
}

func TestTaxResidencesAreChecked(t *testing.T) {
	t.Parallel()
	one := func(r onboarding.Residence) []onboarding.Residence { return []onboarding.Residence{r} }
	for _, c := range []struct {
		name    string
		company bool
		tax     onboarding.Tax
		want    []string
	}{
		{"none", false, onboarding.Tax{USPerson: &no}, []string{"tax_residences[0][country] required"}},
		{"blank rows only", false, onboarding.Tax{USPerson: &no, Residences: []onboarding.Residence{{}, {Country: " "}}}, []string{"tax_residences[0][country] required"}},
		{"no country", false, onboarding.Tax{USPerson: &no, Residences: one(onboarding.Residence{TIN: "1"})}, []string{"tax_residences[0][country] required"}},
		{"no such country", false, onboarding.Tax{USPerson: &no, Residences: one(onboarding.Residence{Country: "XX", TIN: "1"})}, []string{"tax_residences[0][country] country_unknown"}},
		{"neither number nor reason", false, onboarding.Tax{USPerson: &no, Residences: one(onboarding.Residence{Country: "DE"})}, []string{"tax_residences[0][tin] required"}},
		{"number and reason", false, onboarding.Tax{USPerson: &no, Residences: one(onboarding.Residence{Country: "DE", TIN: "1", NoTINReason: "not_issued"})}, []string{"tax_residences[0][no_tin_reason] tin_or_reason"}},
		{"a reason that is none", false, onboarding.Tax{USPerson: &no, Residences: one(onboarding.Residence{Country: "DE", NoTINReason: "lazy"})}, []string{"tax_residences[0][no_tin_reason] choice_unknown"}},
		{"Spain does issue numbers", false, onboarding.Tax{USPerson: &no, Residences: one(onboarding.Residence{Country: "ES", NoTINReason: "not_issued"})}, []string{"tax_residences[0][no_tin_reason] tin_is_issued"}},
		{"the Emirates do not", false, onboarding.Tax{USPerson: &no, Residences: one(onboarding.Residence{Country: "AE", NoTINReason: "not_issued"})}, []string{}},
		{"not obtained, unexplained", false, onboarding.Tax{USPerson: &no, Residences: one(onboarding.Residence{Country: "ES", NoTINReason: "not_obtained"})}, []string{"tax_residences[0][no_tin_text] explain"}},
		{"not obtained, explained", false, onboarding.Tax{USPerson: &no, Residences: one(onboarding.Residence{Country: "ES", NoTINReason: "not_obtained", NoTINText: "Just moved."})}, []string{}},
		{"twice the same", false, onboarding.Tax{USPerson: &no, Residences: []onboarding.Residence{{Country: "es", TIN: "12345678Z"}, {}, {Country: "ES", TIN: "12345678Z"}}}, []string{"tax_residences[1][country] country_repeated"}},
		{"six", false, onboarding.Tax{USPerson: &no, Residences: []onboarding.Residence{{Country: "DE", TIN: "1"}, {Country: "FR", TIN: "1"}, {Country: "BE", TIN: "1"},
			{Country: "AT", TIN: "1"}, {Country: "CH", TIN: "1"}, {Country: "IE", TIN: "1"}}}, []string{"tax_residences too_many"}},
		{"a US person who does not say so in the list", false, onboarding.Tax{USPerson: &yes, Residences: one(onboarding.Residence{Country: "ES", TIN: "12345678Z"})}, []string{"us_person us_residence"}},
		{"a US residence, and no US person", false, onboarding.Tax{USPerson: &no, Residences: one(onboarding.Residence{Country: "US", TIN: "123-45-6789"})}, []string{"us_person us_contradiction"}},
		{"a US person", false, onboarding.Tax{USPerson: &yes, Residences: one(onboarding.Residence{Country: "US", TIN: "123-45-6789"})}, []string{}},
		{"no answer", false, onboarding.Tax{Residences: one(onboarding.Residence{Country: "DE", TIN: "1"})}, []string{"us_person required"}},
		{"a company without its class", true, onboarding.Tax{USPerson: &no, Residences: one(onboarding.Residence{Country: "ES", TIN: "A58818501"})}, []string{"entity_class required"}},
		{"a class that is none", true, onboarding.Tax{USPerson: &no, EntityClass: "lazy", Residences: one(onboarding.Residence{Country: "ES", TIN: "A58818501"})}, []string{"entity_class choice_unknown"}},
	} {
		got, problems := onboarding.CheckTax(c.tax, c.company)
		if diff := cmp.Diff(c.want, said(problems)); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
		if again, _ := onboarding.CheckTax(got, c.company); len(problems) == 0 && !cmp.Equal(again, got) {
			t.Errorf("%s: checking twice changes %+v to %+v", c.name, got, again)
		}
	}
}

func TestTaxNumbersFollowTheirCountry(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		country string
		company bool
		typed   string
		want    string // "" = refused
		code    string
	}{
		{"ES", false, "12345678z", "12345678Z", ""},
		{"ES", false, "X1234567L", "X1234567L", ""},
		{"ES", false, "12345678A", "", "tin_check_digit"},
		{"ES", false, "A58818501", "", "tin_format"}, // a company's
		{"ES", true, "A58818501", "A58818501", ""},
		{"ES", true, "12345678Z", "", "tin_format"}, // a person's
		{"PT", false, "123456789", "123456789", ""},
		{"PT", true, "500960046", "500960046", ""},
		{"PT", false, "123456788", "", "tin_check_digit"},
		{"CL", false, "12.345.678-5", "123456785", ""},
		{"CL", true, "76.086.428-4", "", "tin_check_digit"},
		{"MX", false, "HEGG560427MVZRRL04", "HEGG560427MVZRRL04", ""},
		{"MX", false, "GODE561231GR8", "GODE561231GR8", ""},
		{"MX", false, "SAT970701NN3", "", "tin_format"}, // a company's
		{"MX", true, "SAT970701NN3", "SAT970701NN3", ""},
		{"MX", true, "GODE561231GR8", "", "tin_format"}, // a person's
		{"CO", false, "1020304050", "1020304050", ""},   // a cédula
		{"CO", true, "800.197.268-4", "8001972684", ""},
		{"CO", true, "800.197.268-5", "", "tin_check_digit"},
		{"PE", false, "10117410-2", "10117410", ""},
		{"PE", true, "20131312955", "20131312955", ""},
		{"AR", false, "20-26756539-3", "20267565393", ""},
		{"AR", true, "30-50001091-2", "30500010912", ""},
		{"AR", true, "30-50001091-3", "", "tin_check_digit"},
		{"US", false, "123 45 6789", "123456789", ""},
		{"US", false, "000-45-6789", "", "tin_format"},
		{"US", false, "12345678", "", "tin_format"},
		{"US", true, "91-1144442", "911144442", ""},
		{"BR", false, "no digits", "", "tin_format"},
		{"BR", false, "111.444.777-35", "111.444.777-35", ""}, // free text
		{"BR", false, strings.Repeat("1", 65), "", "too_long"},
		{"BR", false, "1\u202e2", "", "control_characters"},
	} {
		tax, problems := onboarding.CheckTax(onboarding.Tax{USPerson: map[bool]*bool{true: &yes, false: &no}[c.country == "US"], EntityClass: "active",
			Residences: []onboarding.Residence{{Country: c.country, TIN: c.typed}}}, c.company)
		switch {
		case c.want == "" && !slices.Equal(said(problems), []string{"tax_residences[0][tin] " + c.code}):
			t.Errorf("%s %v %q: %v, want %s", c.country, c.company, c.typed, problems, c.code)
		case c.want != "" && (len(problems) > 0 || tax.Residences[0].TIN != c.want):
			t.Errorf("%s %v %q: %+v %v, want %s", c.country, c.company, c.typed, tax.Residences, problems, c.want)
		}
	}
	for _, company := range []bool{false, true} {
		for _, country := range []string{"ES", "PT", "CL", "MX", "CO", "PE", "AR", "IT", "NL", "US", "DE", "FR", "GB"} {
			example := onboarding.TINExample(country, company)
			if example == "" {
				continue
			}
			tax := onboarding.Tax{USPerson: map[bool]*bool{true: &yes, false: &no}[country == "US"], EntityClass: "active", Residences: []onboarding.Residence{{Country: country, TIN: example}}}
			if _, problems := onboarding.CheckTax(tax, company); len(problems) > 0 {
				t.Errorf("%s does not take its own example %s: %v", country, example, problems)
			}
		}
	}
}

func TestPoliticalExposureIsToldInFull(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		given onboarding.PEP
		want  []string
	}{
		{onboarding.PEP{}, []string{"pep required"}},
		{onboarding.PEP{Relation: "king"}, []string{"pep choice_unknown", "pep_function required"}},
		{onboarding.PEP{Relation: "no", Function: "left over", Name: "too"}, []string{}},
		{onboarding.PEP{Relation: "self"}, []string{"pep_function required"}},
		{onboarding.PEP{Relation: "self", Function: "Mayor"}, []string{}},
		{onboarding.PEP{Relation: "relative", Function: "Mayor"}, []string{"pep_name required"}},
		{onboarding.PEP{Relation: "associate", Function: "Mayor", Name: "Luis"}, []string{}},
		{onboarding.PEP{Relation: "associate", Function: "a\nb", Name: "Luis"}, []string{"pep_function control_characters"}},
	} {
		got, problems := onboarding.CheckPEP(c.given)
		if diff := cmp.Diff(c.want, said(problems)); diff != "" {
			t.Errorf("%+v: %s", c.given, diff)
		}
		if c.given.Relation == "no" && got != (onboarding.PEP{Relation: "no"}) {
			t.Errorf("what does not apply is kept: %+v", got)
		}
	}
}

func TestOnlyThoseWhoMaySignDo(t *testing.T) {
	t.Parallel()
	two := append(slices.Clone(ana), kyc.Person{Name: "Luis", LastName: "Gil"})
	for _, c := range []struct {
		signature string
		signers   []kyc.Person
		want      []string
		name      string
	}{
		{"ANA PENA", ana, []string{}, ""},
		{"Luis Gil", two, []string{}, ""},
		{"Luis Peña", ana, []string{"signature signature_mismatch"}, "Ana María de la Peña"},
		{"Luis Peña", two, []string{"signature signature_mismatch"}, ""}, // nobody is told who may sign
		{"Anybody at all", nil, []string{}, ""},
		{" ", ana, []string{"signature required"}, ""},
	} {
		_, problems := onboarding.CheckDeclaration(verification.Declaration{Signature: c.signature, TermsVersion: "1"}, c.signers)
		if diff := cmp.Diff(c.want, said(problems)); diff != "" || len(problems) > 0 && problems[0].Params["name"] != c.name {
			t.Errorf("%q: %v", c.signature, problems)
		}
	}
	_, problems := onboarding.CheckDeclaration(verification.Declaration{Signature: "Ana Peña"}, ana)
	if diff := cmp.Diff([]string{"terms required"}, said(problems)); diff != "" {
		t.Error(diff)
	}
}

func TestAFileSurvivesStorage(t *testing.T) {
	t.Parallel()
	full := onboardingtest.Complete(true)
	full.PEP = onboarding.PEP{Relation: "relative", Function: "Mayor", Name: "Luis"}
	full.Tax.Residences = append(full.Tax.Residences, onboarding.Residence{Country: "AE", NoTINReason: "not_obtained", NoTINText: "No."})
	full.Declaration = &verification.Declaration{PersonID: "p", Signature: "Ana Peña", TermsVersion: "1", SignedAt: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Address: "192.0.2.1", UserAgent: "x"}
	for _, want := range []*onboarding.File{full, {}} {
		data, err := onboarding.Encode(want)
		if err != nil {
			t.Fatal(err)
		}
		got, err := onboarding.Decode(data)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
	for data, ok := range map[string]bool{``: true, `{}`: true, `null`: true, `{"V":2}`: false, `[]`: false, `{"V":`: false} {
		if f, err := onboarding.Decode([]byte(data)); (err == nil) != ok || ok && f == nil {
			t.Errorf("Decode(%s): %v", data, err)
		}
	}
}

// FuzzDecode proves that whatever is stored is refused or read, and that what is read survives the checks and another round.
func FuzzDecode(f *testing.F) {
	for _, seed := range []*onboarding.File{onboardingtest.Complete(false), onboardingtest.Complete(true), {}} {
		data, err := onboarding.Encode(seed)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data, false)
		f.Add(data, true)
	}
	f.Fuzz(func(t *testing.T, data []byte, company bool) {
		file, err := onboarding.Decode(data)
		if err != nil {
			return
		}
		once, err := onboarding.Encode(file)
		if err != nil {
			return // a year that JSON's time cannot hold
		}
		again, err := onboarding.Decode(once)
		if err != nil {
			t.Fatal(err)
		}
		if twice, err := onboarding.Encode(again); err != nil || !bytes.Equal(once, twice) {
			t.Errorf("%s becomes %s: %v", once, twice, err)
		}
		onboarding.Missing(file, company, ana)
		if tax, problems := onboarding.CheckTax(file.Tax, company); len(problems) == 0 {
			if same, more := onboarding.CheckTax(tax, company); len(more) > 0 || !cmp.Equal(same, tax) {
				t.Errorf("checking twice changes %+v to %+v", tax, same)
			}
		}
		if use, problems := onboarding.CheckUse(file.Use, company); len(problems) == 0 {
			if same, more := onboarding.CheckUse(use, company); len(more) > 0 || !cmp.Equal(same, use) {
				t.Errorf("checking twice changes %+v to %+v", use, same)
			}
		}
	})
}
