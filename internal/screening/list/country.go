package list

import (
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
	"golang.org/x/text/unicode/norm"
)

// otherCountryNames are names that lists use and CLDR does not, by foldCountry.
var otherCountryNames = map[string]string{
	"afrique du sud": "ZA", "bahamas the": "BS", "bosnia": "BA", "bosnia and herzegovina": "BA", "burma": "MM", "myanmar": "MM",
	"britain": "GB", "great britain": "GB", "uk": "GB", "united kingdom of great britain and northern ireland": "GB", "england": "GB",
	"brunei darussalam": "BN", "cabo verde": "CV", "cape verde": "CV", "car": "CF", "china mainland": "CN", "peoples republic of china": "CN", "prc": "CN",
	"congo": "CG", "congo republic of the": "CG", "republic of the congo": "CG", "congo democratic republic of the": "CD", "congo brazzaville": "CG",
	"congo kinshasa": "CD", "democratic republic of the congo": "CD", "drc": "CD", "the democratic republic of the congo": "CD",
	"cote d ivoire": "CI", "ivory coast": "CI", "czech republic": "CZ", "czechia": "CZ", "east timor": "TL", "gambia the": "GM",
	"holy see": "VA", "vatican": "VA", "hong kong": "HK", "iran islamic republic of": "IR", "islamic republic of iran": "IR",
	"korea north": "KP", "korea democratic peoples republic of": "KP", "democratic peoples republic of korea": "KP", "dprk": "KP",
	"korea south": "KR", "korea republic of": "KR", "republic of korea": "KR", "kosovo": "XK", "lao peoples democratic republic": "LA",
	"libyan arab jamahiriya": "LY", "state of libya": "LY", "macau": "MO", "macao": "MO", "macedonia": "MK", "north macedonia": "MK",
	"the former yugoslav republic of macedonia": "MK", "micronesia federated states of": "FM", "moldova republic of": "MD", "republic of moldova": "MD",
	"occupied palestinian territory": "PS", "palestine state of": "PS", "palestinian": "PS", "palestine": "PS", "region gaza": "PS", "west bank": "PS", "gaza": "PS",
	"russian federation": "RU", "reunion": "RE", "saint vincent and the grenadines": "VC", "swaziland": "SZ", "eswatini": "SZ",
	"syrian arab republic": "SY", "taiwan province of china": "TW", "tanzania united republic of": "TZ", "united republic of tanzania": "TZ",
	"turkiye": "TR", "turkey": "TR", "uae": "AE", "united states": "US", "united states of america": "US", "usa": "US",
	"venezuela bolivarian republic of": "VE", "bolivarian republic of venezuela": "VE", "bolivia plurinational state of": "BO",
	"viet nam": "VN", "virgin islands british": "VG", "virgin islands us": "VI", "zaire": "CD", "somali republic": "SO",
	"republica dominicana": "DO", "espana": "ES", "alemania": "DE", "francia": "FR", "rusia": "RU", "brasil": "BR", "estados unidos": "US", "reino unido": "GB",
	"corea del norte": "KP", "corea del sur": "KR", "siria": "SY", "bielorrusia": "BY", "ucrania": "UA", "irak": "IQ", "libia": "LY",
}

// countries are the ISO 3166 codes by their English names.
var countries = sync.OnceValue(func() map[string]string {
	byName := map[string]string{}
	namer := display.English.Regions()
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			code := string(a) + string(b)
			region, err := language.ParseRegion(code)
			if err != nil || !region.IsCountry() || region.String() != code || region.Canonicalize() != region { // not those of states that are no more
				continue
			}
			byName[foldCountry(code)] = code
			if name := namer.Name(region); name != "" {
				byName[foldCountry(name)] = code
			}
		}
	}
	for name, code := range otherCountryNames {
		byName[name] = code
	}
	return byName
})

// Country reads a country as lists write it, as a code or by name, and gives its ISO 3166-1 alpha-2 code; "" for none that is
// known (as for states that are no more): a country is evidence, and unknown evidence is none.
func Country(s string) string {
	return countries()[foldCountry(s)]
}

func foldCountry(s string) string {
	if len(s) > 200 {
		return ""
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r) || r == '\'' || r == '’' || r == '.':
			return -1
		case r == '&':
			return '&'
		case unicode.IsLetter(r):
			return unicode.ToLower(r)
		}
		return ' '
	}, norm.NFKD.String(s))
	return strings.TrimPrefix(strings.Join(strings.Fields(strings.ReplaceAll(s, "&", " and ")), " "), "the ")
}
