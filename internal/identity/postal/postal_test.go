package postal_test

import (
	"testing"

	"rampa/internal/identity"
	"rampa/internal/identity/postal"
)

func TestPostalCodesAreWrittenAsTheirCountryDoes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		country, code, want string
		ok                  bool
	}{
		{"ES", "28 013", "28013", true}, {"ES", "53001", "53001", false}, {"PT", "1100148", "1100-148", true}, {"PT", "1100", "1100", false},
		{"GB", "sw1a1aa", "SW1A 1AA", true}, {"NL", "1012ab", "1012 AB", true}, {"US", "100011234", "10001-1234", true}, {"US", "1000", "1000", false},
		{"ES", "", "", false}, {"CL", "", "", true}, {"CL", "x y", "x y", true}, {"", "1", "1", true},
	} {
		if got, ok := postal.Normal(c.country, c.code); got != c.want || ok != c.ok {
			t.Errorf("%s %q: %q, %v; want %q, %v", c.country, c.code, got, ok, c.want, c.ok)
		}
	}
}

func TestEveryExampleIsNormal(t *testing.T) {
	t.Parallel()
	ruled := 0
	for _, country := range identity.Countries() {
		example := postal.Example(country)
		if got, ok := postal.Normal(country, example); got != example || !ok {
			t.Errorf("%s: %q becomes %q, %v", country, example, got, ok)
		}
		if example != "" {
			ruled++
		}
	}
	if ruled < 16 {
		t.Errorf("%d countries have a rule", ruled)
	}
}

func FuzzNormal(f *testing.F) {
	for _, country := range []string{"ES", "GB", "PT", "CL"} {
		f.Add(country, postal.Example(country))
	}
	f.Fuzz(func(t *testing.T, country, code string) {
		once, ok := postal.Normal(country, code)
		if twice, again := postal.Normal(country, once); ok && (twice != once || !again) {
			t.Errorf("%s %q: %q, then %q", country, code, once, twice)
		}
	})
}
