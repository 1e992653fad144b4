package input

import (
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rampa/internal/kyb"
)

func counter() func() string {
	n := 0
	return func() string {
		n++
		return "0193584e-7a11-7c02-8f00-" + strings.Repeat("0", 12-len(strconv.Itoa(n))) + strconv.Itoa(n)
	}
}

func TestRowsAreReadInOrderWhateverTheirNumbers(t *testing.T) {
	t.Parallel()
	in := url.Values{
		"people[10][first_name]": {"C"}, "people[2][first_name]": {"B"}, "people[0][first_name]": {"A"}, "people[5][id]": {"only an id"},
		"people[-1][first_name]": {"x"}, "people[x][first_name]": {"x"}, "people[1]": {"x"}, "people[1][": {"x"}, "peoples[1][first_name]": {"x"},
	}
	people, _ := PostedPeople(in, &kyb.File{}, counter())
	var names []string
	for _, p := range people {
		names = append(names, p.FirstName)
	}
	if diff := cmp.Diff([]string{"A", "B", "C"}, names); diff != "" {
		t.Error(diff)
	}
	if in.Get("people[2][first_name]") != "C" || in.Has("people[10][first_name]") {
		t.Errorf("not put in order: %v", in)
	}
}

func TestAFileComesBackFromItsInputs(t *testing.T) {
	t.Parallel()
	yes, fresh := true, counter()
	f := &kyb.File{
		Company:    kyb.Company{LegalName: "A", TradeName: "B", LegalForm: "sl", Country: "ES", RegistrationNumber: "1", TaxID: "2", VATNumber: "3", LEI: "4", IncorporationDate: "2015-01-01", Website: "w"},
		Registered: kyb.Address{Line1: "1", Line2: "2", City: "c", PostalCode: "p", Region: "r", Country: "ES"},
		Operating:  &kyb.Address{Line1: "o", Country: "PT"},
		Activity:   kyb.Activity{Activity: "a", ExpectedMonthlyVolume: "1", SourceOfFunds: "s"},
		People: []kyb.Person{
			{ID: "old-id", FirstName: "F", LastName: "L", BirthDate: "1980-01-01", Nationality: "ES", Role: kyb.RoleRepresentative, OwnershipPercent: "10", Through: "e1", PEP: &yes, ByPower: true},
			{ID: fresh(), FirstName: "G"},
		},
		Entities: []kyb.Entity{{ID: "e1", LegalName: "E", Country: "FR", RegistrationNumber: "9", OwnershipPercent: "50"}},
		NoOther:  true,
	}
	in := People(f, fresh)
	people, entities := PostedPeople(in, f, fresh)
	registered := Addresses(f)
	operating := PostedAddress(registered, "operating_address")
	got := &kyb.File{
		Company: PostedCompany(Company(f.Company), "ES"), Registered: PostedAddress(registered, "registered_address"), Operating: &operating,
		Activity: PostedActivity(Activity(f.Activity)), People: people, Entities: entities, NoOther: in.Has("no_other_owners"),
	}
	if diff := cmp.Diff(f, got); diff != "" {
		t.Error(diff)
	}
}

func TestAnUnknownIDIsReplacedAndNoIDIsUsedTwice(t *testing.T) {
	t.Parallel()
	in := url.Values{"people[0][id]": {"mine"}, "people[0][first_name]": {"A"}, "people[1][id]": {"mine"}, "people[1][first_name]": {"B"}, "people[2][id]": {"../x"}, "people[2][first_name]": {"C"}}
	people, _ := PostedPeople(in, &kyb.File{People: []kyb.Person{{ID: "mine"}}}, counter())
	if people[0].ID != "mine" || people[1].ID == "mine" || people[2].ID == "../x" {
		t.Errorf("%+v", people)
	}
}

func TestOnlyWhatIsMissingMayBeLeft(t *testing.T) {
	t.Parallel()
	change := Partly(func(*kyb.File) []kyb.Problem {
		return []kyb.Problem{{Field: "a", Code: kyb.CodeRequired}, {Field: "b", Code: kyb.CodeDateFormat}}
	})
	if got := change(nil); len(got) != 1 || got[0].Field != "b" {
		t.Errorf("%+v", got)
	}
}

func FuzzPostedPeople(f *testing.F) {
	f.Add("people[0][first_name]=A&people[7][id]=x&entities[3][legal_name]=H", "remove_person:0")
	f.Add("people[999999999999999999999][a]=1&people[[]][=&people[0][x][y]=z", "add_entity")
	f.Fuzz(func(t *testing.T, query, action string) {
		in, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		fresh := counter()
		Alter(in, action, fresh)
		people, entities := PostedPeople(in, &kyb.File{}, fresh)
		if len(people) > maxRows || len(entities) > maxRows {
			t.Fatalf("%d people, %d entities", len(people), len(entities))
		}
		seen := map[string]bool{}
		for _, p := range people {
			if seen[p.ID] || p.ID == "" {
				t.Fatalf("id %q twice", p.ID)
			}
			seen[p.ID] = true
		}
	})
}
