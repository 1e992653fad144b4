package id_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"rampa/internal/id"
)

func TestUUIDsAreOfVersionSevenAndSortByTime(t *testing.T) {
	t.Parallel()
	form := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	at := time.Date(2022, 2, 22, 19, 22, 22, 0, time.UTC) // RFC 9562, appendix A.6
	if u := id.UUID(at); !strings.HasPrefix(u, "017f22e2-79b0-7") {
		t.Errorf("%s does not begin with its time", u)
	}
	seen := map[string]bool{}
	last := ""
	for i := range 1000 {
		u := id.UUID(at.Add(time.Duration(i) * time.Millisecond))
		if !form.MatchString(u) || !id.IsUUID(u) || seen[u] || u <= last {
			t.Fatalf("%s after %s", u, last)
		}
		seen[u], last = true, u
	}
}

func TestOnlyTheLowerCaseFormIsAUUID(t *testing.T) {
	t.Parallel()
	good := "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"
	for _, bad := range []string{"", strings.ToUpper(good), good + "0", good[1:], strings.ReplaceAll(good, "-", "0"), "{" + good[1:35] + "}", "../" + good[3:], good[:35] + "g", good[:35] + "\n"} {
		if id.IsUUID(bad) {
			t.Errorf("%q was taken", bad)
		}
	}
	if !id.IsUUID(good) {
		t.Error("a UUID was refused")
	}
}

func TestSecretsUseTheirWholeAlphabetEvenly(t *testing.T) {
	t.Parallel()
	const n = 62 * 2000
	counts := map[rune]int{}
	for _, c := range id.Alphanumeric(n) {
		counts[c]++
	}
	if len(counts) != 62 {
		t.Errorf("%d characters are used", len(counts))
	}
	for c, k := range counts {
		if k < 1600 || k > 2400 { // nine standard deviations
			t.Errorf("%c came %d times in %d", c, k, n)
		}
	}
	if a, b := id.Token(), id.Token(); len(a) != 43 || a == b {
		t.Errorf("tokens %s and %s", a, b)
	}
}
