package address

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"
)

func validEmail(s string) bool {
	_, ok := Parse(s)
	return ok
}

func key(s string) (string, bool) {
	a, ok := Parse(strings.TrimSpace(s))
	return a.String(), ok
}

// vectorCase is one case of laravel-422.json.
type vectorCase struct {
	Rules  map[string]string `json:"rules"`
	Input  json.RawMessage   `json:"input"`
	Output *struct {
		Errors map[string][]string `json:"errors"`
	} `json:"output"`
}

func TestEmailVerdictsAreLaravelsInEveryVector(t *testing.T) {
	t.Parallel()
	path := filepath.Join("..", "..", "..", "..", "shared", "vectors", "laravel-422.json")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Logf("left out 70 cases: %v", err)
		return
	}
	var cases []vectorCase
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, c := range cases {
		var in struct{ Email *string }
		if !strings.Contains(c.Rules["email"], "|email|") || json.Unmarshal(c.Input, &in) != nil || in.Email == nil {
			continue
		}
		email := strings.Trim(*in.Email, " \t\n\r") // Laravel's TrimStrings runs before its rules
		if email == "" {
			continue
		}
		want := true
		if c.Output != nil {
			for _, message := range c.Output.Errors["email"] {
				want = want && !strings.Contains(message, "valid email address")
			}
		}
		if strings.ContainsRune(email, 0) {
			want = false // the one deliberate difference
		}
		seen++
		if got := validEmail(email); got != want {
			t.Errorf("validEmail(%q) = %v, Laravel says %v", email, got, want)
		}
	}
	if seen < 30 {
		t.Errorf("saw only %d e-mails in the vectors", seen)
	}
}

func TestAddressesThatAreAnErrorForIsEmailAreRefused(t *testing.T) {
	t.Parallel()
	for diagnosis, addresses := range map[string][]string{
		"no domain":             {"", "name", "name@", "name_exa-mple.org", "name@ ", `"name"`, "(name)"},
		"no local part":         {"@", "@org", "@example.org", "()@example.org", " @example.org"},
		"consecutive dots":      {"a..b@example.org", "a@example..org", "name..example.org", "a...@example.org"},
		"dot at the start":      {".a@example.org", "a@.example.org", "a@.org", ".@example.org"},
		"dot at the end":        {"a.@example.org", "a@example.org.", "a@org."},
		"hyphen at a label":     {"a@-example.org", "a@example-.org", "a@example.org-", "a@example.-org"},
		"expecting atext":       {`a\@b@example.org`, `"""@example.org`, `a"@example.org`, `a"b"@example.org`, `"a""b"@example.org`, "a@b@example.org", "a,b@example.org", "a;b@example.org", "<a@example.org>", "a[b]@example.org", "a b@example.org", "a@exam ple.org", "a@b[127.0.0.1]", "a@example.org\n", "\na@example.org", "\a@example.org", "a@\a.org", "a@ex,ample.org", "a@exa/mple.org", "a@exa_mple.org", "a@exa%mple.org", `a@exam\ple.org`, "a@exa'mple.org"},
		"atext after":           {`"a"b@example.org`, "a(comment)b@example.org", "a@[127.0.0.1]x", "a@[a]-b]", "a@example.org (x) y"},
		"expecting qtext":       {"\"a\x00\"@example.org", "\"\n\"@example.org", "\"a\x7f\"@example.org"},
		"expecting quoted pair": {"\"a\\\u00a9\"@example.org", "\"a\\é\"@example.org"},
		"expecting ctext":       {"(\n)a@example.org", "a(\x00)@example.org", "a(\n)@example.org"},
		"expecting dtext":       {"a@[b[c]", "a@[[]", "a@[\x00]", "a@[]"},
		"unclosed quotes":       {`"a@example.org`, `"a\"@example.org`, `"\"@example.org`, `"`, `"@`},
		"unclosed comment":      {"(a@example.org", "((a)a@example.org", "a@(example.org", `(a\)a@example.org`, `a@example.org(a\)`, "a(@example.org", "a@example.org("},
		"unopened comment":      {"a)b@example.org", "a(b))@example.org", "a@example)b.org", "a@example.org(b))"},
		"unclosed literal":      {"a@[1.2.3.4", `a@[1.2.3.4\]`, "a@["},
		"backslash at the end":  {`a@example.org(b\`, `a@[b\`, `a@example.org\`, `"a\`},
		"CR without LF":         {"a@example.org\r", "\ra@example.org", "\"\ra\"@example.org", "(\r)a@example.org", "a@example.org(\r)", "a@[\r]"},
		"folds":                 {"\r\na@example.org", "\r\n \r\na@example.org", " \r\na@example.org", " \r\n a@example.org", " \r\n \r\na@example.org", " \r\n\r\na@example.org", " \r\n\r\n a@example.org", "a@example.org\r\n", "a@example.org\r\n \r\n", "a@example.org \r\n", "a@example.org \r\n\r\n ", "a\t@example.org"},
		"not text":              {"\xff@example.org", "a@\xc3.org", "a\u202eb@example.org", "a\u200b@example.org", "a\ud7ff@example.org", "a@€.org", "a@☃.org", "a\u037eb@example.org"},
		"too long":              {"a@" + strings.Repeat("b", 64) + ".org", "a@" + strings.Repeat("b.", 127) + "org", "a@" + strings.Repeat("ñ", 60) + ".org"},
	} {
		for _, address := range addresses {
			if validEmail(address) {
				t.Errorf("%s: validEmail(%q) = true", diagnosis, address)
			}
			if key, ok := key(address); ok && strings.TrimSpace(address) == address {
				t.Errorf("%s: key(%q) = %q", diagnosis, address, key)
			}
		}
	}
}

func TestPlainAndUnusualAddressesAreAccepted(t *testing.T) {
	t.Parallel()
	for _, address := range []string{
		"a@iana.org", "name@example.org", "name@mail.example.co.uk", "name@about.museum", "first.last@example.org",
		"!#$%&`*+/=?^`{|}~@example.org", "123@example.org", "name@123.com", strings.Repeat("a", 64) + "@example.org",
		"name@exa-mple.org", "name@c--n.com", "name@xn--hxajbheg2az3al.xn--jxalpdlp", "xn--name@example.org", "o'hara@example.org",
		"name@localhost", "name@example.123", "name@255.255.255.255", strings.Repeat("a", 300) + "@example.org",
		`"name"@example.org`, `""@example.org`, `"a b"@example.org`, `"a@b"@example.org`, `"\a"@example.org`, `"a\"b"@example.org`, `"a\\"@example.org`, `"a,b"@example.org`,
		"name(comment)@example.org", "name((nested)(comment))@example.org", "name@example(comment).org", "name@example.org(comment)", `name(\))@example.org`, "name @example.org",
		"name@[127.0.0.1]", "name@[IPv6:2001:db8::1]", "name@[IPv6:::]", "name@[an address]",
		"josé@exämple.com", "инфо@письмо.рф", "用户@例え。テスト", "नाम@उदाहरण.भारत", "name@ＥＸＡＭＰＬＥ．com", "a·b@col·legi.cat",
	} {
		if !validEmail(address) {
			t.Errorf("validEmail(%q) = false", address)
		}
	}
}

func TestVariantsOfOneAddressHaveOneKey(t *testing.T) {
	t.Parallel()
	for want, variants := range map[string][]string{
		"name@example.com":            {"name@example.com", "NAME@Example.COM", " name@example.com\n", "name(work)@example.com", "name @example(x).com(y)", `"name"@example.com`, `"na\me"@example.com`, "name@ｅxample．com", "name@example。com", "name@example｡com"},
		"name@xn--exmple-cua.com":     {"name@exämple.com", "name@EXÄMPLE.COM", "name@exa\u0308mple.com", "name@xn--exmple-cua.com", "NAME@XN--EXMPLE-CUA.COM", "name@exämple。com", "name@ｅｘämple．com"},
		"josé@example.com":            {"josé@example.com", "JOSÉ@example.com", "jose\u0301@EXAMPLE.com", "JOSE\u0301@example.com"},
		"νίκοσ@example.gr":            {"νίκος@example.gr", "ΝΊΚΟΣ@EXAMPLE.GR"},
		"a.b+c@gmail.com":             {"a.b+c@gmail.com", "A.B+C@GMAIL.COM"},
		`"a b"@example.com`:           {`"a b"@example.com`, `"A\ B"@example.com`},
		`"a\"\\b"@example.com`:        {`"a\"\\b"@example.com`},
		"name@[ipv6:2001:db8::1]":     {"name@[IPv6:2001:db8::1]", "name@[IPv6:2001:0DB8:0:0::1]"},
		"name@xn--strae-oqa.de":       {"name@straße.de", "NAME@STRAßE.DE"},
		"name@strasse.de":             {"name@strasse.de"},
		"name@xn--80ajzhd5a.xn--p1ai": {},
	} {
		for _, variant := range variants {
			got, ok := key(variant)
			if !ok || got != want {
				t.Errorf("key(%q) = %q, %v; want %q", variant, got, ok, want)
			}
		}
	}
}

func TestHugeAddressesTakeLinearTime(t *testing.T) {
	t.Parallel()
	start := time.Now()
	for _, address := range []string{
		strings.Repeat("(", 1<<20) + "a@b.com", "a" + strings.Repeat("(", 1<<20) + "@b.com", "a" + strings.Repeat("()", 1<<19) + "@b.com",
		"a@" + strings.Repeat("b.", 1<<19), "a@" + strings.Repeat("ñ", 1<<19), "a@b" + strings.Repeat("()", 1<<19), `"` + strings.Repeat(`\"`, 1<<19),
		strings.Repeat("@", 1<<20), strings.Repeat("a@", 1<<19), strings.Repeat("é", 1<<19) + "@b.com", "a" + strings.Repeat("\u0301", 1<<19) + "@b.com",
	} {
		validEmail(address)
	}
	if took := time.Since(start); took > 20*time.Second { // well under a second each even when the machine is busy
		t.Errorf("11 addresses of 1 MiB took %v", took)
	}
}

func FuzzValidEmail(f *testing.F) {
	seedEmails(f)
	f.Fuzz(func(t *testing.T, s string) {
		if validEmail(s) && strings.ContainsAny(s, "\x00\r\n\t\x7f") {
			t.Errorf("%q has a control character", s)
		}
	})
}

func FuzzNormalizeEmail(f *testing.F) {
	seedEmails(f)
	f.Fuzz(func(t *testing.T, s string) {
		k, ok := key(s)
		if !ok {
			return
		}
		if again, ok := key(k); !ok || again != k {
			t.Errorf("%q: key %q has key %q, %v", s, k, again, ok)
		}
		if upper, ok := key(strings.ToUpper(k)); isASCII(k) && (!ok || upper != k) {
			t.Errorf("%q: key %q differs by case: %q, %v", s, k, upper, ok)
		}
	})
}

func seedEmails(f *testing.F) {
	for _, s := range []string{
		"a@b.com", "JOSÉ@EXÄMPLE.COM", `"a b\""@c.com`, "a(c(d)\\))@b.com", "a@[IPv6:::1]", "a@xn--exmple-cua.com", "a@例え。テスト", "a@b..c",
		"ΣΑΣ@Σ.gr", "İ@İ.com", "a@ß.de", "a@ℌ.com", "\u037e@b.com", "a\u0345\u0301@b.com", "a@b\u00ad.com", "a@[%]",
	} {
		f.Add(s)
	}
}

func TestEveryCharacterHasAFixedKeyInEitherPart(t *testing.T) {
	t.Parallel()
	valid := 0
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if isForbidden(r) {
			continue
		}
		for _, s := range []string{"a" + string(r) + "b@x.com", "x@a" + string(r) + "b.com", string(r) + "\u0301@x.com", `"` + string(r) + `"@x.com`} {
			k, ok := key(s)
			if !ok {
				continue
			}
			valid++
			if again, ok := key(k); !ok || again != k {
				t.Errorf("%q has key %q, which has key %q, %v", s, k, again, ok)
			}
		}
	}
	if valid < 100_000 {
		t.Errorf("only %d addresses are valid", valid)
	}
}
