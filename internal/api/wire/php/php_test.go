package php_test

import (
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"rampa/internal/api/wire/php"
)

// trimmedByPHP are the code points that Str::trim's expression removed when PHP 8.2 ran it over each of them.
const trimmedByPHP = `0 9 A B C D 20 85 A0 AD 34F 61C 115F 1160 1680 17B4 17B5 180E 2000 2001 2002 2003 2004 2005 2006
	2007 2008 2009 200A 200B 200C 200D 200E 200F 2028 2029 202F 205F 2060 2061 2062 2063 2064 2065 206A 206B 206C 206D
	206E 206F 2800 3000 3164 FEFF FFA0 1D159 1D173 1D174 1D175 1D176 1D177 1D178 1D179 1D17A E0020`

func TestTrimTakesExactlyTheCharactersThatLaravelTakes(t *testing.T) {
	t.Parallel()
	taken := make(map[rune]bool)
	for _, hex := range strings.Fields(trimmedByPHP) {
		r, err := strconv.ParseInt(hex, 16, 32)
		if err != nil {
			t.Fatal(err)
		}
		taken[rune(r)] = true
	}
	for r := rune(0); r <= utf8.MaxRune; r++ {
		if !utf8.ValidRune(r) {
			continue
		}
		s := string(r)
		want := s + "x" + s + "y" + s
		if taken[r] {
			want = "x" + s + "y"
		}
		if got := php.Trim(s + "x" + s + "y" + s); got != want {
			t.Errorf("U+%04X: %q", r, got)
		}
	}
	if got := php.Trim(" \u200b\t"); got != "" {
		t.Errorf("nothing but space gives %q", got)
	}
}

func TestControlCharactersAreFoundWhereverTheyAre(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]bool{
		"": false, "a\tb\r\nc": false, "é": false, "\u00a0": false, "€\u2028": false, "a\x00": true, "\x1b[0m": true, "\x7f": true,
		"\u0080": true, "x\u009f": true, "\u0085": true, "\v": true,
	} {
		if got := php.HasControl(s); got != want {
			t.Errorf("%q: %v", s, got)
		}
	}
}

func TestNumericTextsAreThoseOfIsNumeric(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]bool{
		"0": true, "-0": true, "+7": true, "007": true, " 7\t": true, "7\v": true, "\f7": true, "5.": true, ".5": true, "-.5": true,
		"+.5e3": true, "1e5": true, "1E+5": true, "1e-5": true, "9223372036854775808": true, "1e400": true,
		"": false, ".": false, "1e": false, "e5": false, "1 2": false, "0b1": false, "1e5.5": false, "--1": false, "+-1": false,
		"Inf": false, "NaN": false, "1.2.3": false, "\u00a01": false, "0x1A": false, "1_000": false, "1,5": false, "7\x00": false, "+": false,
	} {
		if _, got := php.ParseNumber(s); got != want {
			t.Errorf("%q: %v", s, got)
		}
	}
}

func TestNumbersCompareExactly(t *testing.T) {
	t.Parallel()
	ascending := []string{"-1e30", "-12.5", "-12.05", "-0.1", "-0.01", "0", "1e-18", "0.1", "0.10000000000000001", "0.2", "1", "1.5", "2",
		"10", "11", "99.99", "1e2", "9007199254740992", "9007199254740993", "1e29"}
	for i, a := range ascending {
		for j, b := range ascending {
			n, _ := php.ParseNumber(a)
			m, _ := php.ParseNumber(b)
			want := 0
			if i < j {
				want = -1
			} else if i > j {
				want = 1
			}
			if got := n.Compare(m); got != want {
				t.Errorf("%s with %s: %d", a, b, got)
			}
		}
	}
	for _, same := range [][2]string{{"0", "-0"}, {"1.50", "1.5"}, {"100", "1e2"}, {"0.001", "1e-3"}, {"007", "7"}, {"-5.", "-5"}} {
		n, _ := php.ParseNumber(same[0])
		m, _ := php.ParseNumber(same[1])
		if n.Compare(m) != 0 {
			t.Errorf("%v differ", same)
		}
	}
}

func TestFloatsAreWrittenAsPHPCastsThem(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"1.0": "1", "12.50": "12.5", "1e13": "10000000000000", "1e14": "1.0E+14", "12345678901234.0": "12345678901234",
		"1e15": "1.0E+15", "0.0001": "0.0001", "0.00001": "1.0E-5", "-0.0": "-0", "1.5e-7": "1.5E-7", "-2.5e20": "-2.5E+20", "0e5": "0",
	} {
		n, ok := php.ParseNumber(s)
		if got := n.FloatText(); !ok || got != want {
			t.Errorf("%s gives %s, want %s", s, got, want)
		}
	}
}

func TestIntegersAreThoseOfFilterVar(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]bool{
		"-0": true, "+0": true, "+7": true, " 7\t": true, "7\v": true, "9223372036854775807": true, "-9223372036854775808": true, "0": true,
		"007": false, "7\x00": false, "\f7": false, "9223372036854775808": false, "1.0": false, "": false, "0x1A": false, "-": false,
		"1e3": false, "1 2": false, "--1": false, "٣": false,
	} {
		if _, got := php.Integer(s); got != want {
			t.Errorf("%q: %v", s, got)
		}
	}
}

func TestDecimalPlacesAreCountedAsWritten(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]int{"1": 0, "1.": 0, "1.5": 1, "-1.50": 2, "+.25": 2, "1e5": -1, "": -1, ".": -1, "a": -1, "1.2.3": -1} {
		got, ok := php.Decimals(s)
		if !ok {
			got = -1
		}
		if got != want {
			t.Errorf("%q: %d", s, got)
		}
	}
}

func TestDatesAreReadAsPHPReadsThem(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"1990-02-30": "1990-03-02T00:00:00Z unreal", "1990-2-8": "1990-02-08T00:00:00Z", "2020-00-10": "2019-12-10T00:00:00Z unreal",
		"20200101": "2020-01-01T00:00:00Z", "2020/1/5": "2020-01-05T00:00:00Z", "5-1-2020": "2020-01-05T00:00:00Z",
		"5.1.2020": "2020-01-05T00:00:00Z", "1/5/2020": "2020-01-05T00:00:00Z", "5 January 2020": "2020-01-05T00:00:00Z",
		"5-Jan-2020": "2020-01-05T00:00:00Z", "Jan 5, 2020": "2020-01-05T00:00:00Z", "Jan 5 2020": "2020-01-05T00:00:00Z",
		"2020-01": "2020-01-01T00:00:00Z", "2020-01-01T10:00": "2020-01-01T10:00:00Z", "2020-02-29": "2020-02-29T00:00:00Z",
		"2020-01-01 10:00:00.123456Z": "2020-01-01T10:00:00.123456Z", "2020-01-01T10:00:00+0200": "2020-01-01T08:00:00Z",
		"2020-01-01T10:00:00-02:30": "2020-01-01T12:30:00Z", "2020-01-01 24:00": "2020-01-02T00:00:00Z", "5Jan2020": "2020-01-05T00:00:00Z",
		"Jan5,2020": "2020-01-05T00:00:00Z", "2020-1-1T1:02": "2020-01-01T01:02:00Z", "2020-01-01t10:00z": "2020-01-01T10:00:00Z",
		"9999-12-31": "9999-12-31T00:00:00Z", "0000-01-01": "0000-01-01T00:00:00Z unreal", "Sept 5 2020": "2020-09-05T00:00:00Z",
		"2020-01-01 10:00 UTC": "2020-01-01T10:00:00Z", "2020-01-01 10:00 +02": "2020-01-01T08:00:00Z",
		"2020-13-01": "", "13/5/2020": "", "tomorrow": "", "2020": "", "january 32 2020": "", "20201301": "", "2020/01/32": "",
		"32-01-2020": "", "": "", "2020-01-01T25:00": "", "2020-01-01 10:00 somewhere": "", "2020-01-01x": "", "abc": "", "5": "",
		"2020-01-01T10": "", "2020-01-01T10:00+2": "", "Jan 2020": "", "5 Foo 2020": "", "2020-01-01T10:00:00.": "", "99999999999": "",
		"2020-01-01T10:61": "", "2020-01-01T10:00:61": "", "5-": "", "100 Jan 2020": "",
	} {
		d, ok := php.ParseDate(s)
		got := ""
		if ok {
			got = d.Time.UTC().Format("2006-01-02T15:04:05.999999Z07:00")
			if !d.Real {
				got += " unreal"
			}
		}
		if got != want {
			t.Errorf("%q gives %q, want %q", s, got, want)
		}
	}
}

func TestFormatsReadWhatTheyWrite(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		format, s string
		exact, ok bool
	}{
		{"Y-m-d", "1990-02-28", true, true}, {"Y-m-d", "1990-02-30", false, true}, {"Y-m-d", "1990-2-8", false, true},
		{"Y-m-d", "1990-13-01", false, true}, {"Y-m-d", "28-02-1990", false, false}, {"Y-m-d", "90-01-01", false, true},
		{"j/n/Y", "8/2/1990", true, true}, {"Ymd", "20200101", true, true}, {"H:i", "09:30", true, true}, {"G:i:s", "9:30:05", true, true},
		{`Y-m-d\TH:i:sP`, "2020-01-01T10:00:00+02:00", true, true}, {`Y-m-d\TH:i:sP`, "2020-01-01T10:00:00Z", false, true},
		{`Y-m-d\TH:i:sp`, "2020-01-01T10:00:00Z", true, true}, {"Y-m-d H:i:s.u", "2020-01-01 10:00:00.123456", true, true},
		{"Y-m-d H:i:s.v", "2020-01-01 10:00:00.120", true, true}, {"Y-m-d", "12020-01-01", false, false}, {"Y-m-d", "", false, false},
		{"Y-m-d", "1990-02-28 ", false, false}, {`\Y`, "Y", true, true},
	} {
		_, exact, ok := php.ParseFormat(c.format, c.s)
		if exact != c.exact || ok != c.ok {
			t.Errorf("%s %q: exact %v, ok %v", c.format, c.s, exact, ok)
		}
	}
	for format, want := range map[string]bool{"Y-m-d": true, `Y-m-d\TH:i:sP`: true, "D, d M Y": false, "U": false, "!Y": false, "Y?": false} {
		if got := php.KnownFormat(format); got != want {
			t.Errorf("KnownFormat(%s) = %v", format, got)
		}
	}
}

func TestURLsAreThoseOfLaravel(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]bool{
		"https://example.com": true, "HTTP://EXAMPLE.COM/": true, "ftp://x.com": true, "https://127.0.0.1/a?b=c#d": true, "https://[::1]:8080/": true,
		"https://user:pw@x.com": true, "https://user@[::1]/": true, "https://exämple.com/ñ?q=é": true, "https://localhost": true,
		"https://x.com/?a[]=1": true, "https://x.com.": true, "https://a.b": true,
		"example.com": false, "https://": false, "https://a": false, "https://exa mple.com": false, "foo://x.com": false, "https://x.com:port": false,
		"javascript:alert(1)": false, "https://[::1": false, "https://[1.2.3.4]/": false, "https://[fe80::1%25eth0]/": false, "https://x.com/%zz": false,
		"https://x.com/[a]": false, "https://x.com/a b": false, "https://x.com/\n": false, "": false, "://x.com": false, "https://a@@b.com": false,
	} {
		if got := php.URL(s); got != want {
			t.Errorf("%q: %v", s, got)
		}
	}
}

func TestUUIDsHaveTheirForm(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]bool{
		"550e8400-e29b-41d4-a716-446655440000": true, "550E8400-E29B-41D4-A716-446655440000": true, "00000000-0000-0000-0000-000000000000": true,
		"550e8400e29b41d4a716446655440000": false, "550e8400-e29b-41d4-a716-44665544000g": false, "550e8400-e29b-41d4-a716-4466554400000": false,
		"": false, "550e8400-e29b-41d4-a716_446655440000": false, "{50e8400-e29b-41d4-a716-44665544000}": false,
	} {
		if got := php.UUID(s); got != want {
			t.Errorf("%q: %v", s, got)
		}
	}
}
