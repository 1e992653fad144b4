package field_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rampa/internal/api/wire/field"
)

// decode reads a body that must be sound.
func decode(t *testing.T, body string) field.Fields {
	t.Helper()
	f, err := field.DecodeJSON([]byte(body))
	if err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	return f
}

// dump writes fields so that every kind can be told from the others.
func dump(f field.Fields) string {
	var b strings.Builder
	for name, v := range f.All() {
		b.WriteString(name + "=" + dumpValue(v) + " ")
	}
	return strings.TrimSpace(b.String())
}

func dumpValue(v field.Value) string {
	switch v.Kind() {
	case field.Absent:
		return "absent"
	case field.Null:
		return "null"
	case field.String:
		return "'" + v.Text() + "'"
	case field.Number:
		return v.Text()
	case field.Bool:
		if yes, _ := v.Bool(); yes {
			return "true"
		}
		return "false"
	case field.Array:
		var items []string
		for _, item := range v.Items() {
			items = append(items, dumpValue(item))
		}
		return "[" + strings.Join(items, " ") + "]"
	case field.Object:
		return "{" + dump(v.Fields()) + "}"
	}
	return "file:" + v.Upload().Name + ":" + v.Upload().ContentType + ":" + string(v.Upload().Bytes)
}

func TestKindsStayApartAndNumbersKeepTheirText(t *testing.T) {
	t.Parallel()
	f := decode(t, `{"s":"7","n":7,"e":1.50e+400,"z":-0,"t":true,"f":false,"nil":null,"a":[1,"1",[]],"o":{"x":{"y":"é\u00e9\ud83d\ude00\n\/"}}}`)
	want := `s='7' n=7 e=1.50e+400 z=-0 t=true f=false nil=null a=[1 '1' []] o={x={y='éé😀` + "\n" + `/'}}`
	if got := dump(f); got != want {
		t.Errorf("%s", cmp.Diff(want, got))
	}
	if got := f.Get("S").Kind(); got != field.Absent {
		t.Errorf("names must match exactly, got kind %v", got)
	}
}

func TestABodyThatIsNoObjectHasNoFields(t *testing.T) {
	t.Parallel()
	for _, body := range []string{``, ` `, `null`, `[]`, `[{"email":"a@b.com"}]`, `"x"`, `7`, `true`} {
		if n := decode(t, body).Len(); n != 0 {
			t.Errorf("%s: %d fields", body, n)
		}
	}
}

func TestStringsAreTrimmedAndEmptyOnesAreNullOnEveryLevel(t *testing.T) {
	t.Parallel()
	f := decode(t, `{"a":" x\u200b","b":"\u00a0\ufeff","c":["  y ",""],"d":{"e":" ","password":" p "},"password":" p ",
		"current_password":"\t","password_confirmation":""," name ":" v "}`)
	want := "a='x' b=null c=['y' null] d={e=null password='p'} password=' p ' current_password='\t' " +
		"password_confirmation=null  name ='v'"
	if got := dump(f); got != want {
		t.Errorf("%s", cmp.Diff(want, got))
	}
}

func TestManyFieldsAreFoundByName(t *testing.T) {
	t.Parallel()
	f := decode(t, "{"+manyNames(40)+`,"last":"x"}`)
	if got := f.String("last"); f.Len() != 41 || got != "x" || !f.Has("n7") || f.Has("nope") {
		t.Errorf("%d fields, last %q", f.Len(), got)
	}
}

func TestTooManyValuesAreTooLarge(t *testing.T) {
	t.Parallel()
	body := "[" + strings.Repeat("0,", 70_000) + "0]"
	if _, err := field.DecodeJSON([]byte(body)); !errors.Is(err, field.ErrTooLarge) {
		t.Errorf("error %v", err)
	}
}

func TestGettersReadAsTheRulesDo(t *testing.T) {
	t.Parallel()
	f := decode(t, `{"i":" 7 ","f":7.0,"t":true,"bad":"07","half":7.5,"one":"1","zero":0,"yes":"yes","neg":-0,
		"list":["a",1,"b"],"text":"x","obj":{"k":["z"]}}`)
	ints := map[string]int64{"i": 7, "f": 7, "t": 1, "bad": -1, "half": -1, "text": -1, "list": -1, "none": -1}
	for name, want := range ints {
		got, ok := f.Int(name)
		if !ok {
			got = -1
		}
		if got != want {
			t.Errorf("Int(%s) = %d, want %d", name, got, want)
		}
	}
	bools := map[string][2]bool{"t": {true, true}, "one": {true, true}, "zero": {false, true}, "neg": {false, true}, "yes": {false, false}}
	for name, want := range bools {
		if value, ok := f.Bool(name); value != want[0] || ok != want[1] {
			t.Errorf("Bool(%s) = %v %v", name, value, ok)
		}
	}
	if got := f.Strings("list"); !cmp.Equal(got, []string{"a", "b"}) {
		t.Errorf("Strings = %q", got)
	}
	if got := f.Strings("text"); !cmp.Equal(got, []string{"x"}) {
		t.Errorf("Strings of a text = %q", got)
	}
	if got := f.Path("obj.k.0").Text() + f.Path("obj.k.1").Text() + f.Path("obj.k.-1.x").Text(); got != "z" {
		t.Errorf("Path = %q", got)
	}
	if f.Object("obj").Len() != 1 || f.Object("text").Len() != 0 || f.File("text") != nil {
		t.Error("an object has its members, a text has none and is no file")
	}
}

func TestAmountsAreReadExactlyOrNotAtAll(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		`240`: "240", `"240.00"`: "240", `" 12.50 "`: "12.5", `"1e5"`: "100000", `1.5e-3`: "0.0015", `".5"`: "0.5", `"5."`: "5",
		`"+7"`: "7", `-1`: "-1", `0`: "0", `"0.0"`: "0", `0.1`: "0.1", `0.000000000000000001`: "0.000000000000000001",
		`123456789012345678901234567890`: "123456789012345678901234567890",
		`1e400`:                          "", `"NaN"`: "", `-0`: "", `"-0.00"`: "", `0.1e-20`: "", `"Infinity"`: "", `"&hff"`: "", `"1_000"`: "",
		`1234567890123456789012345678901234567890`: "", `"0x1A"`: "", `"1,5"`: "", `""`: "", `null`: "", `true`: "", `[1]`: "",
		`1.0000000000000000000000000000000000000000`: "", `1e-400`: "", `"1e99999999999999999999"`: "", `"--1"`: "", `"1 2"`: "",
	} {
		got, ok := decode(t, `{"amount":`+given+`}`).Decimal("amount")
		if got != want || ok != (want != "") {
			t.Errorf("%s gives %q %v, want %q", given, got, ok, want)
		}
	}
}

func TestFormsAreReadAsPHPDoes(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]string{
		"":                             "",
		"&&":                           "",
		"a=1&b=two+words&c=%C3%A9":     "a='1' b='two words' c='é'",
		"a=1&a=2":                      "a='2'",
		"a":                            "a=null",
		"a=+&b=%20x%20":                "a=null b='x'",
		"a[]=1&a[]=2":                  "a=['1' '2']",
		"a[b]=1&a[c]=2":                "a={b='1' c='2'}",
		"a[0][b]=1&a[1][b]=2":          "a=[{b='1'} {b='2'}]",
		"a[1]=x":                       "a={1='x'}",
		"a[5]=x&a[]=y":                 "a={5='x' 6='y'}",
		"a[b][]=1&a[b][]=2":            "a={b=['1' '2']}",
		"a=1&a[b]=2":                   "a={b='2'}",
		"a[b]=2&a=1":                   "a='1'",
		"a.b=1&c d=2":                  "a_b='1' c_d='2'",
		"=x&[]=y":                      "_]='y'",
		"a[b=1":                        "a_b='1'",
		"a[b]c=1":                      "a={b='1'}",
		"%61%5Bb%5D=1":                 "a={b='1'}",
		"email=a%40b.com&password=+p+": "email='a@b.com' password=' p '",
		"a=b=c":                        "a='b=c'",
	} {
		f, err := field.DecodeForm(query)
		if err != nil {
			t.Errorf("%s: %v", query, err)
		} else if got := dump(f); got != want {
			t.Errorf("%s gives %s, want %s", query, got, want)
		}
	}
}

func TestRulesSeeValuesAsPHPDoes(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]struct {
		cast                  string
		empty, blank, control bool
	}{
		`"x"`: {"x", false, false, false}, `true`: {"1", false, false, false}, `false`: {"", false, false, false}, `7`: {"7", false, false, false},
		`-0`: {"0", false, false, false}, `-0.0`: {"-0", false, false, false}, `12.50`: {"12.5", false, false, false}, `1e15`: {"1.0E+15", false, false, false},
		`null`: {"", true, false, false}, `[]`: {"", true, false, false}, `{}`: {"", true, false, false}, `[0]`: {"", false, false, false},
		`{"a":0}`: {"", false, false, false}, `"a\u0007"`: {"a\a", false, false, true}, `["\u007f"]`: {"", false, false, true},
		`{"\u0001":1}`: {"", false, false, true}, `{"a":["b","\u0085c\u0085d"]}`: {"", false, false, true}, `["a","b"]`: {"", false, false, false},
		`9223372036854775808`: {"9.223372036854775808E+18", false, false, false},
	} {
		v := decode(t, `{"v":`+body+`}`).Get("v")
		if v.Cast() != want.cast || v.Empty() != want.empty || v.Blank() != want.blank || v.HasControl() != want.control {
			t.Errorf("%s: %q empty %v blank %v control %v", body, v.Cast(), v.Empty(), v.Blank(), v.HasControl())
		}
	}
	password := decode(t, `{"password":" \t"}`).Get("password")
	if !password.Blank() || !password.Empty() {
		t.Error("a password of white space is blank")
	}
}

func TestElementsOfAnObjectAndAnArrayAreWalkedAlike(t *testing.T) {
	t.Parallel()
	f := decode(t, `{"a":["x","y"],"o":{"k":"z"},"s":"text"}`)
	var got []string
	for _, name := range []string{"a", "o", "s"} {
		for key, item := range f.Get(name).Elements() {
			got = append(got, name+"."+key+"="+item.Text())
			if key == "0" && name == "a" {
				continue
			}
			break
		}
	}
	if want := []string{"a.0=x", "a.1=y", "o.k=z"}; !cmp.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

func TestAQueryIsReadAsAForm(t *testing.T) {
	t.Parallel()
	f, err := field.DecodeQuery("page=2&kyc_status[]=valid")
	if err != nil || dump(f) != "page='2' kyc_status=['valid']" {
		t.Errorf("%s %v", dump(f), err)
	}
}

func TestBrokenFormsAreRefused(t *testing.T) {
	t.Parallel()
	for _, query := range []string{"a=%zz", "a=%4", "%=1", "a=%FF", "%C3=1", "a%00b=1", "a=\xff",
		"a" + strings.Repeat("[b]", 32) + "=1", strings.Repeat("a=1&", 1001)} {
		if _, err := field.DecodeForm(query); !errors.Is(err, field.ErrMalformed) {
			t.Errorf("%.40s: error %v, want malformed", query, err)
		}
	}
}

func FuzzDecodeJSON(f *testing.F) {
	for _, body := range suiteRefused {
		if len(body) < 200 {
			f.Add([]byte(body))
		}
	}
	for _, body := range suiteAccepted {
		f.Add([]byte(body))
	}
	f.Add([]byte(`{"email":"contact@acmecorp.com","company_name":"Acme Corporation S.L."}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		fields, err := field.DecodeJSON(body)
		if err != nil {
			return
		}
		if len(strings.Trim(string(body), " \t\r\n")) > 0 && !json.Valid(body) {
			t.Fatalf("accepted what encoding/json refuses: %q", body)
		}
		var members map[string]any
		if json.Unmarshal(body, &members) == nil && len(members) != fields.Len() {
			t.Fatalf("%d fields, encoding/json sees %d: %q", fields.Len(), len(members), body)
		}
	})
}

func FuzzDecodeForm(f *testing.F) {
	for _, query := range []string{"a=1&b=2", "a[b][]=1", "a[0][b]=1&a[]=2", "a.b=1", "a[b", "%41=%C3%A9", "a=%zz", "[]=1&=2", "a]b[c]=d", "a=1&a[b]=2&a=3"} {
		f.Add(query)
	}
	f.Fuzz(func(t *testing.T, query string) {
		fields, err := field.DecodeForm(query)
		if err != nil {
			if !errors.Is(err, field.ErrMalformed) {
				t.Fatalf("%q: %v", query, err)
			}
			return
		}
		for name, v := range fields.All() {
			if name == "" || v.Kind() == field.Absent {
				t.Fatalf("%q gives a field %q of kind %v", query, name, v.Kind())
			}
		}
	})
}

func BenchmarkDecodeJSON(b *testing.B) {
	body := []byte(`{"email":"contact@acmecorp.com","company_name":"Acme Corporation S.L."}`)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := field.DecodeJSON(body); err != nil {
			b.Fatal(err)
		}
	}
}

func TestDecodingASmallObjectAllocatesAtMostSixTimes(t *testing.T) {
	body := []byte(`{"email":"contact@acmecorp.com","company_name":"Acme Corporation S.L."}`)
	got := testing.AllocsPerRun(100, func() {
		if _, err := field.DecodeJSON(body); err != nil {
			t.Error(err)
		}
	})
	if got > 6 {
		t.Errorf("%v allocations", got)
	}
}
