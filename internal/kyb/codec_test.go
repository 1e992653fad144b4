package kyb_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rampa/internal/kyb"
)

func TestAFileSurvivesStorage(t *testing.T) {
	t.Parallel()
	f := group()
	f.NoOther = true
	f.Operating = &kyb.Address{Line1: "Rúa 1", City: "Lugo", Country: "ES"}
	f.People[0].ByPower, f.People[0].Control = true, kyb.ControlVotes
	for _, want := range []*kyb.File{f, complete("DE", "gmbh"), {}} {
		data, err := kyb.Encode(want)
		if err != nil {
			t.Fatal(err)
		}
		got, err := kyb.Decode(data)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
}

func TestDecodeReadsOlderFilesAndRefusesNewerOnes(t *testing.T) {
	t.Parallel()
	for data, ok := range map[string]bool{
		``: true, `{}`: true, `{"company":{"legal_name":"A","colour":"red"}}`: true, `{"v":1,"people":[{"id":"p"}]}`: true,
		`{"v":2}`: false, `[]`: false, `{"v":`: false, `null`: true, `{"v":1,"people":{}}`: false,
	} {
		if f, err := kyb.Decode([]byte(data)); (err == nil) != ok || ok && f == nil {
			t.Errorf("Decode(%s): %v", data, err)
		}
	}
}

// FuzzDecode proves that whatever is stored is refused or read, that what is read survives the checks, the tree and another
// round, and that checking is idempotent.
func FuzzDecode(f *testing.F) {
	for _, seed := range []*kyb.File{group(), complete("MX", "sa_de_cv"), complete("PT", "sole_trader"), {}} {
		data, err := kyb.Encode(seed)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(`{"v":1,"entities":[{"id":"a","ownership_percent":"50","through":"a"},{"id":"a","ownership_percent":"50"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := kyb.Decode(data)
		if err != nil {
			return
		}
		once, err := kyb.Encode(file)
		if err != nil {
			return // a year that JSON's time cannot hold
		}
		again, err := kyb.Decode(once)
		if err != nil {
			t.Fatal(err)
		}
		twice, err := kyb.Encode(again)
		if err != nil || !bytes.Equal(once, twice) {
			t.Errorf("%s becomes %s: %v", once, twice, err)
		}
		rules := kyb.Rules()
		rules.Missing(file, nil, today)
		kyb.Ownership(file, today)
		normal, problems := kyb.CheckPeople(rules, *file, today)
		if len(problems) == 0 {
			if same, more := kyb.CheckPeople(rules, normal, today); len(more) > 0 || !cmp.Equal(normal, same) {
				t.Errorf("checking twice: %v", more)
			}
		}
		company, _ := kyb.CheckCompany(rules, file.Company, today)
		if same, _ := kyb.CheckCompany(rules, company, today); same != company {
			t.Errorf("checking twice changes %+v to %+v", company, same)
		}
		if a, problems := kyb.CheckAddress("registered_address", file.Registered); len(problems) == 0 {
			if same, more := kyb.CheckAddress("registered_address", a); same != a || len(more) > 0 {
				t.Errorf("checking twice changes %+v to %+v", a, same)
			}
		}
	})
}

func FuzzVolume(f *testing.F) {
	for _, s := range []string{"50000", "50.000", "50,000.00", "50 000 €", "EUR 1'000", "0,00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, problems := kyb.CheckActivity(kyb.Activity{Activity: "a", SourceOfFunds: "b", ExpectedMonthlyVolume: s})
		if len(problems) > 0 {
			return
		}
		if v := got.ExpectedMonthlyVolume; v == "" || len(v) > 12 || strings.Trim(v, "0123456789") != "" {
			t.Errorf("%q is stored as %q", s, v)
		}
		if same, more := kyb.CheckActivity(got); same != got || len(more) > 0 {
			t.Errorf("%q is checked twice differently: %q", s, same.ExpectedMonthlyVolume)
		}
	})
}
