package identity

import (
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// iso3166 is every officially assigned ISO 3166-1 alpha-2 code, in order.
const iso3166 = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ " +
	"CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR " +
	"GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP " +
	"KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT " +
	"MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW " +
	"SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ " +
	"UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW"

// renamed are countries that changed their name after the CLDR release that x/text carries.
var renamed = map[string]map[string]string{
	"MK": {"en": "North Macedonia", "es": "Macedonia del Norte", "pt": "Macedônia do Norte"},
	"SZ": {"en": "Eswatini", "es": "Esuatini", "pt": "Essuatíni"},
}

// Country is a country's code with its name in some language.
type Country struct {
	Code string // ISO 3166-1 alpha-2
	Name string
}

// Countries gives the 249 officially assigned ISO 3166-1 alpha-2 codes in order.
func Countries() []string { return strings.Fields(iso3166) }

// IsCountry tells whether code is officially assigned. Codes are upper case.
func IsCountry(code string) bool {
	return len(code) == 2 && matches("@@", code) && strings.Contains(iso3166, code)
}

// CountryName is the name of a country in lang ("es", "pt", anything else is English); the code itself when it is none.
func CountryName(code, lang string) string {
	if !IsCountry(code) {
		return code
	}
	lang = knownLang(lang)
	if name, ok := renamed[code][lang]; ok {
		return name
	}
	return display.Regions(language.Make(lang)).Name(language.MustParseRegion(code))
}

// SortedCountries gives all countries by name as lang sorts, for selects. The caller may change the slice.
func SortedCountries(lang string) []Country { return slices.Clone(sortedCountries[knownLang(lang)]()) }

// sortedCountries works each language out once, when first asked for.
var sortedCountries = map[string]func() []Country{
	"en": sync.OnceValue(func() []Country { return collated("en") }),
	"es": sync.OnceValue(func() []Country { return collated("es") }),
	"pt": sync.OnceValue(func() []Country { return collated("pt") }),
}

func collated(lang string) []Country {
	var list []Country
	for _, code := range Countries() {
		list = append(list, Country{Code: code, Name: CountryName(code, lang)})
	}
	order := collate.New(language.Make(lang), collate.IgnoreCase)
	slices.SortStableFunc(list, func(a, b Country) int { return order.CompareString(a.Name, b.Name) })
	return list
}

func knownLang(lang string) string {
	if lang == "es" || lang == "pt" {
		return lang
	}
	return "en"
}
