package identity

import (
	"slices"
	"testing"
)

func TestThereAre249CountriesInOrder(t *testing.T) {
	t.Parallel()
	codes := Countries()
	if len(codes) != 249 || !slices.IsSorted(codes) || len(slices.Compact(slices.Clone(codes))) != 249 {
		t.Errorf("%d codes, sorted %v", len(codes), slices.IsSorted(codes))
	}
	for _, code := range codes {
		if !IsCountry(code) {
			t.Errorf("IsCountry(%q) = false", code)
		}
	}
	for _, code := range []string{"", "E", "es", "ESP", "EU", "UK", "XK", "EL", "XI", "ZZ", "D ", " A", "AN", "SU"} {
		if IsCountry(code) {
			t.Errorf("IsCountry(%q) = true", code)
		}
	}
}

func TestEveryCountryHasANameInEveryLanguage(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"es", "en", "pt"} {
		list := SortedCountries(lang)
		if len(list) != 249 {
			t.Fatalf("%s: %d countries", lang, len(list))
		}
		names := map[string]bool{}
		for _, c := range list {
			if c.Name == "" || c.Name == c.Code || names[c.Name] {
				t.Errorf("%s: %+v", lang, c)
			}
			names[c.Name] = true
		}
	}
	for _, c := range []struct{ code, lang, want string }{
		{"ES", "es", "España"}, {"ES", "en", "Spain"}, {"ES", "pt", "Espanha"}, {"DE", "es", "Alemania"}, {"MK", "es", "Macedonia del Norte"},
		{"SZ", "en", "Eswatini"}, {"GB", "fr", "United Kingdom"}, {"ZZ", "es", "ZZ"}, {"", "es", ""}, {"<b>", "en", "<b>"},
	} {
		if got := CountryName(c.code, c.lang); got != c.want {
			t.Errorf("CountryName(%q, %q) = %q, want %q", c.code, c.lang, got, c.want)
		}
	}
}

func TestCountriesSortAsTheLanguageDoes(t *testing.T) {
	t.Parallel()
	place := func(lang, code string) int {
		return slices.IndexFunc(SortedCountries(lang), func(c Country) bool { return c.Code == code })
	}
	// Accented names stand among the others, not after Z.
	if place("en", "AX") > place("en", "BE") || place("pt", "ZA") > place("pt", "BE") || place("es", "MX") > place("es", "MC") {
		t.Error("accented names are out of place")
	}
	list := SortedCountries("es")
	list[0] = Country{}
	if SortedCountries("es")[0] == (Country{}) {
		t.Error("a caller's change reached the cache")
	}
}
