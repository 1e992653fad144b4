package kyc_test

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rampa/internal/kyc"
)

func TestAFileSurvivesStorage(t *testing.T) {
	t.Parallel()
	full, _ := complete()
	full.Declaration.SignedAt = today
	full.Delegated = &kyc.Delegated{VerifiedAt: today, Reference: "ref"}
	full.Person.LastName2 = "Núñez"
	for _, want := range []*kyc.File{full, {}} {
		data, err := kyc.Encode(want)
		if err != nil {
			t.Fatal(err)
		}
		got, err := kyc.Decode(data)
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
		``: true, `{}`: true, `{"person":{"name":"A","colour":"red"}}`: true, `null`: true,
		`{"v":2}`: false, `[]`: false, `{"v":`: false, `{"v":1,"liveness":{}}`: false,
	} {
		if f, err := kyc.Decode([]byte(data)); (err == nil) != ok || ok && f == nil {
			t.Errorf("Decode(%s): %v", data, err)
		}
	}
}

// FuzzDecode proves that whatever is stored is refused or read, that what is read survives the checks and another round,
// and that checking is idempotent.
func FuzzDecode(f *testing.F) {
	full, _ := complete()
	for _, seed := range []*kyc.File{full, {}, {Paper: kyc.Paper{Country: "CO", Type: "RC", ExpiresAt: "x"}}} {
		data, err := kyc.Encode(seed)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := kyc.Decode(data)
		if err != nil {
			return
		}
		once, err := kyc.Encode(file)
		if err != nil {
			return // a year that JSON's time cannot hold
		}
		again, err := kyc.Decode(once)
		if err != nil {
			t.Fatal(err)
		}
		twice, err := kyc.Encode(again)
		if err != nil || !bytes.Equal(once, twice) {
			t.Errorf("%s becomes %s: %v", once, twice, err)
		}
		kyc.Missing(file, nil)
		kyc.StepsDone(file, nil)
		person, _ := kyc.CheckPerson(file.Person, today)
		if same, _ := kyc.CheckPerson(person, today); !cmp.Equal(same, person) {
			t.Errorf("checking twice changes %+v to %+v", person, same)
		}
		paper, _ := kyc.CheckPaper(file.Paper, today)
		if same, _ := kyc.CheckPaper(paper, today); same != paper {
			t.Errorf("checking twice changes %+v to %+v", paper, same)
		}
		if a, problems := kyc.CheckAddress(file.Address); len(problems) == 0 {
			if same, more := kyc.CheckAddress(a); same != a || len(more) > 0 {
				t.Errorf("checking twice changes %+v to %+v", a, same)
			}
		}
	})
}
