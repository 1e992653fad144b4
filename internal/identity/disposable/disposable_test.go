package disposable

import (
	"slices"
	"strings"
	"testing"

	"rampa/internal/identity/address"
)

func TestDisposableDomainsAreFoundWithTheirSubdomainsInAnyWriting(t *testing.T) {
	t.Parallel()
	d := New(nil, nil)
	for _, s := range []string{
		"mailinator.com", "MAILINATOR.com.", "x.y.mailinator.com", "someone@mailinator.com", "someone@x.mailinator.com", "Some.One@MAILINATOR.COM",
		"someone@yopmail.com", "someone@guerrillamail.com", "ｍailinator。com", "someone@mailinator(x).com", "@mailinator.com",
		"gmaıl.net", "xn--gmal-nza.net", "someone@säkerhetsväst.se",
	} {
		if !d.Is(s) {
			t.Errorf("Is(%q) = false", s)
		}
	}
	for _, s := range []string{
		"", "@", "com", "example.com", "someone@gmail.com", "someone@outlook.com", "my-mailinator.com.es", "mailinator.com.example.com", "someone@acmecorp.com",
		"\n", "not a domain", "mailinator", ".", "..", strings.Repeat("a.", 300) + "mailinator.com",
	} {
		if d.Is(s) {
			t.Errorf("Is(%q) = true", s)
		}
	}
}

func TestOperatorsListsComeBeforeTheEmbeddedOneAndTheMoreSpecificWins(t *testing.T) {
	t.Parallel()
	d := New(
		[]string{"mailinator.com", "ok.bad.example", "*.Exämple.org", "both.example", "nonsense entry"},
		[]string{"spam.mailinator.com", "bad.example", "@x.exämple.org", "both.example", "zz"},
	)
	for domain, want := range map[string]bool{
		"mailinator.com": false, "x.mailinator.com": false, "spam.mailinator.com": true, "a.spam.mailinator.com": true,
		"bad.example": true, "x.bad.example": true, "ok.bad.example": false, "a.ok.bad.example": false,
		"xn--exmple-cua.org": false, "x.exämple.org": true, "both.example": true, "anything.zz": true,
		"yopmail.com": true, "example.com": false,
	} {
		if got := d.Is(domain); got != want {
			t.Errorf("Is(%q) = %v, want %v", domain, got, want)
		}
	}
}

func TestTheEmbeddedListIsSortedNormalisedAndFoundWhole(t *testing.T) {
	t.Parallel()
	text := domains()
	names := strings.Split(strings.Trim(text, "\n"), "\n")
	if len(names) < 100_000 || Version == "" {
		t.Fatalf("%d domains of version %q", len(names), Version)
	}
	if !slices.IsSorted(names) {
		t.Error("not sorted by bytes")
	}
	for i, domain := range names {
		if !listed(text, domain) {
			t.Fatalf("%q is in the list and not found", domain)
		}
		if i%97 == 0 && (listed(text, domain+"x") || listed(text, "x-"+domain+"-x")) {
			t.Fatalf("a neighbour of %q was found", domain)
		}
		if name, ok := address.NormalizeDomain(domain); !ok || name != domain {
			t.Errorf("%q normalises to %q, %v", domain, name, ok)
		}
	}
}

func TestSearchingDoesNotAllocate(t *testing.T) {
	text := domains()
	if n := testing.AllocsPerRun(100, func() { listed(text, "mailinator.com") }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
