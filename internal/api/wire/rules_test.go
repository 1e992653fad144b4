package wire_test

import (
	"encoding/json"
	"errors"
	"mime/multipart"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"rampa/internal/api/wire"
)

// messages gives the messages of field "f" under its rules.
func messages(t *testing.T, rules, value string) []string {
	t.Helper()
	f, err := wire.DecodeJSON([]byte(`{"f":` + value + `}`))
	if err != nil {
		t.Fatalf("%s: %v", value, err)
	}
	return first(wire.MustRules(wire.Rules{{"f", rules}}).Check(f), "f")
}

func first(invalid *wire.Invalid, name string) []string {
	if invalid == nil {
		return nil
	}
	return invalid.Messages(name)
}

func TestAControlCharacterIsRefusedByTheRuleAboutTheType(t *testing.T) {
	t.Parallel()
	const bad = `"a\u0001b"`
	for rules, want := range map[string]string{
		"required|string|max:5": "The f field must be a string.",
		"required|email":        "The f field must be a valid email address.",
		"nullable|url":          "The f field must be a valid URL.",
		"regex:/^.*$/":          "The f field format is invalid.",
		"required|max:5":        "The f field must be a string.",
		"":                      "",
	} {
		if rules == "" {
			continue
		}
		if got := messages(t, rules, bad); !cmp.Equal(got, []string{want}) {
			t.Errorf("%s: %q", rules, got)
		}
	}
	if got := messages(t, "array", `["a",{"b":`+bad+`}]`); !cmp.Equal(got, []string{"The f field must be an array."}) {
		t.Errorf("array: %q", got)
	}
	if got := messages(t, "required|string", `"line one\nline\ttwo"`); got != nil {
		t.Errorf("line feeds and tabs are text: %q", got)
	}
}

func TestNULFromAFormIsRefusedToo(t *testing.T) {
	t.Parallel()
	f, err := wire.DecodeForm("email=a%00%40b.com&company_name=A%00B&%63=1")
	if err != nil {
		t.Fatal(err)
	}
	got := checked(t, wire.Rules{{"email", "required|email|max:254"}, {"company_name", "required|string|max:255"}}, f)
	want := `{"message":"The email field must be a valid email address. (and 1 more error)","errors":{` +
		`"email":["The email field must be a valid email address."],"company_name":["The company name field must be a string."]}}`
	if got != want {
		t.Errorf("%s", cmp.Diff(want, got))
	}
}

func TestNumbersThatCannotBeAmountsAreRefused(t *testing.T) {
	t.Parallel()
	for _, value := range []string{`1e400`, `"1e400"`, `"NaN"`, `0.1e-20`, `1234567890123456789012345678901234567890`, `"Infinity"`, `"0x10"`} {
		got := messages(t, "required|numeric", value)
		if !cmp.Equal(got, []string{"The f field must be a number."}) {
			t.Errorf("%s: %q", value, got)
		}
	}
	for _, value := range []string{`-0`, `"-0"`, `0`} {
		got := messages(t, "required|numeric|gt:0", value)
		if !cmp.Equal(got, []string{"The f field must be greater than 0."}) {
			t.Errorf("%s: %q", value, got)
		}
	}
}

func TestDecimalPlaces(t *testing.T) {
	t.Parallel()
	const ranged, exact = "The f field must have 0-2 decimal places.", "The f field must have 2 decimal places."
	for _, c := range []struct{ rules, value, want string }{
		{"decimal:0,2", `12.34`, ""}, {"decimal:0,2", `"12.34"`, ""}, {"decimal:0,2", `"12"`, ""}, {"decimal:0,2", `1e3`, ""},
		{"decimal:0,2", `"12.345"`, ranged}, {"decimal:0,2", `"1e3"`, ranged}, {"decimal:0,2", `"abc"`, ranged}, {"decimal:0,2", `[1]`, ranged},
		{"decimal:0,2", `true`, ranged}, {"decimal:0,2", `"12.3400"`, ranged}, {"decimal:2", `"12.34"`, ""}, {"decimal:2", `"12.3"`, exact},
		{"decimal:2", `12.30`, exact}, // as a number it is 12.3
	} {
		want := []string{c.want}
		if c.want == "" {
			want = nil
		}
		if got := messages(t, c.rules, c.value); !cmp.Equal(got, want) {
			t.Errorf("%s %s: %q", c.rules, c.value, got)
		}
	}
}

func TestRelativeDatesFollowTheClock(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 13, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		rules, value string
		valid        bool
	}{
		{"date|before:today", `"2026-11-21"`, true}, {"date|before:today", `"2026-11-22"`, false},
		{"date|before:tomorrow", `"2026-11-22"`, true}, {"date|before:tomorrow", `"2026-11-23"`, false},
		{"date|before:now", `"2026-11-22T12:59:59Z"`, true}, {"date|before:now", `"2026-11-22T13:00:00Z"`, false},
		{"date_format:Y-m-d|before:today", `"2026-11-22"`, false},
	} {
		f, err := wire.DecodeJSON([]byte(`{"f":` + c.value + `}`))
		if err != nil {
			t.Fatal(err)
		}
		rules := wire.MustRules(wire.Rules{{"f", c.rules}}).WithClock(func() time.Time { return now })
		if got := rules.Check(f) == nil; got != c.valid {
			t.Errorf("%s %s: valid %v", c.rules, c.value, got)
		}
	}
}

func TestARelativeDateWithoutAClockPanics(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("no panic: the rule would pass or fail by chance")
		}
	}()
	messages(t, "before:today", `"2020-01-01"`)
}

func TestFilesAreMeasuredInKilobytes(t *testing.T) {
	t.Parallel()
	body := func(size int) string {
		return "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x.pdf\"\r\n\r\n" + strings.Repeat("x", size) + "\r\n--b--\r\n"
	}
	limits := wire.Limits{Field: 1 << 20, File: 1 << 20, Parts: 3}
	for size, want := range map[int]string{2048: "", 2047: "", 2049: "The f field must not be greater than 2 kilobytes.", 0: ""} {
		f, err := wire.DecodeMultipart(multipart.NewReader(strings.NewReader(body(size)), "b"), limits)
		if err != nil {
			t.Fatal(err)
		}
		got := strings.Join(first(wire.MustRules(wire.Rules{{"f", "required|file|max:2"}}).Check(f), "f"), " ")
		if got != want {
			t.Errorf("%d bytes: %q", size, got)
		}
		if got := first(wire.MustRules(wire.Rules{{"f", "string|in:a"}}).Check(f), "f"); len(got) != 2 {
			t.Errorf("a file is no string: %q", got)
		}
		if got := first(wire.MustRules(wire.Rules{{"f", "gt:3|size:9|min:9"}}).Check(f), "f"); len(got) != 3 {
			t.Errorf("sizes of a file: %q", got)
		}
	}
}

func TestManyBadElementsAreToldInLinearTime(t *testing.T) {
	t.Parallel()
	const many = 60_000
	f, err := wire.DecodeJSON([]byte(`{"reasons":[` + strings.Repeat("1,", many-1) + `1]}`))
	if err != nil {
		t.Fatal(err)
	}
	got := wire.MustRules(wire.Rules{{"reasons.*", "string"}}).Check(f).Summary()
	if want := "The reasons.0 field must be a string. (and 59999 more errors)"; got != want {
		t.Errorf("%s", got)
	}
}

func TestUnknownRulesDoNotStart(t *testing.T) {
	t.Parallel()
	for _, rules := range []string{"requird", "", "max", "max:x", "gt:other", "min:1e99", "decimal:x", "decimal:1,x", "regex:/(/", "regex:abc", "regex:/a/X",
		"date_format:D", "before:some day", "required_if:a", "string:x", "before:2020-02-30"} {
		if _, err := wire.NewRules(wire.Rules{{"f", rules}}); err == nil {
			t.Errorf("%q was accepted", rules)
		}
	}
	if _, err := wire.NewRules(wire.Rules{{"f", "string"}, {"f", "max:2"}}); err == nil {
		t.Error("a field declared twice was accepted")
	}
	defer func() {
		if recover() == nil {
			t.Error("MustRules did not panic")
		}
	}()
	wire.MustRules(wire.Rules{{"f", "nope"}})
}

func TestHandlersAddMessagesOfTheirOwn(t *testing.T) {
	t.Parallel()
	invalid := wire.NewInvalid("identification_number", `Not "valid" <here> / é.`).Add("kind", "Second.").Add("kind", "Second.").Add("kind", "Third.")
	got, err := wire.Marshal(invalid)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"message":"Not \"valid\" <here> / é. (and 2 more errors)","errors":{` +
		`"identification_number":["Not \"valid\" <here> / é."],"kind":["Second.","Third."]}}`
	if string(got) != want {
		t.Errorf("%s", cmp.Diff(want, string(got)))
	}
	if got := invalid.Error(); got != "validation failed: identification_number kind" {
		t.Errorf("Error() = %q", got)
	}
	if got := invalid.Messages("other"); got != nil {
		t.Errorf("messages of another field: %q", got)
	}
	if got := new(wire.Invalid).Summary(); got != "The given data was invalid." {
		t.Errorf("summary of nothing: %q", got)
	}
}

// naughtyStrings is the shared list, read in place.
const naughtyStrings = "../../../../shared/vectors/naughty-strings.json"

func TestNaughtyStringsAreAcceptedOrRefusedButNeverBreak(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile(naughtyStrings)
	if err != nil {
		t.Logf("left out 515 cases: %v", err)
		return
	}
	var naughty []string
	if err := json.Unmarshal(content, &naughty); err != nil {
		t.Fatal(err)
	}
	rules := wire.MustRules(wire.Rules{{"email", "required|email|max:254"}, {"company_name", "required|string|max:255"},
		{"amount", "nullable|numeric|gt:0"}, {"url", "nullable|url"}, {"day", "nullable|date"}})
	for _, s := range naughty {
		text, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		body := `{"email":` + string(text) + `,"company_name":` + string(text) + `,"amount":` + string(text) +
			`,"url":` + string(text) + `,"day":` + string(text) + `}`
		f, err := wire.DecodeJSON([]byte(body))
		if err != nil {
			if !errors.Is(err, wire.ErrMalformed) {
				t.Errorf("%q: %v", s, err)
			}
			continue
		}
		invalid := rules.Check(f)
		if invalid == nil {
			continue
		}
		out, err := wire.Marshal(invalid)
		if err != nil || !json.Valid(out) || !utf8.Valid(out) {
			t.Errorf("%q: body %s, error %v", s, out, err)
		}
	}
}

func FuzzRules(f *testing.F) {
	rules := wire.MustRules(wire.Rules{
		{"email", "required|email|max:254"}, {"name", "nullable|string|size:2"}, {"amount", "required|numeric|gt:0|min:1|max:100"},
		{"money", "decimal:0,2"}, {"id", "integer"}, {"type", "in:one,two"}, {"types", "array|in:one,two|max:2"}, {"url", "url"},
		{"day", "date|before:2026-11-22"}, {"birth_date", "date_format:Y-m-d|before:2026-11-22"}, {"uuid", "uuid"}, {"flag", "boolean"},
		{"code", "regex:/^[A-Z]{2}$/"}, {"other", "required_if:type,one|required_without:email|required_with:id"}, {"file", "file"},
		{"tags.*", "string|max:3"}, {"deep.er.still", "required|integer"},
	})
	for _, body := range []string{`{}`, `{"email":"a@b.com","amount":"1e5","types":["one"],"tags":["a",1],"deep":{"er":{"still":7}}}`,
		`{"amount":1e400,"day":"5 January 2020","birth_date":"1990-02-30","url":"https://[::1]:80/?a[]=1","uuid":"x"}`,
		`{"id":-0,"money":1.50,"flag":"1","code":"AB","type":true,"types":{"a":{}},"tags":"x","deep":[[]]}`} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		fields, err := wire.DecodeJSON(body)
		if err != nil {
			return
		}
		invalid := rules.Check(fields)
		if invalid == nil {
			for _, name := range []string{"amount", "money"} {
				if fields.Has(name) {
					if _, ok := fields.Decimal(name); !ok {
						t.Fatalf("%s passed and is no decimal: %q", name, body)
					}
				}
			}
			return
		}
		out, err := wire.Marshal(invalid)
		if err != nil || !json.Valid(out) {
			t.Fatalf("%q: %s %v", body, out, err)
		}
	})
}

func BenchmarkDecodeAndCheck(b *testing.B) {
	body := []byte(`{"email":"contact@acmecorp.com","company_name":"Acme Corporation S.L."}`)
	rules := wire.MustRules(wire.Rules{{"email", "required|email|max:254"}, {"company_name", "required|string|max:255"}})
	b.ReportAllocs()
	for b.Loop() {
		f, err := wire.DecodeJSON(body)
		if err != nil || rules.Check(f) != nil {
			b.Fatal("not valid")
		}
	}
}
