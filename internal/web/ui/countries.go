package ui

import (
	"slices"
	"strings"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// The countries and territories of ISO 3166-1 alpha-2.
const countryCodes = `AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE
GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP
KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF
NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN
SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA
ZM ZW`

func countryNames(tag language.Tag) ([]Option, map[string]string) {
	namer := display.Regions(tag)
	names := map[string]string{}
	var options []Option
	for _, code := range strings.Fields(countryCodes) {
		name := namer.Name(language.MustParseRegion(code))
		if name == "" {
			name = code
		}
		names[code] = name
		options = append(options, Option{Value: code, Label: name})
	}
	order := collate.New(tag)
	slices.SortFunc(options, func(a, b Option) int { return order.CompareString(a.Label, b.Label) })
	return options, names
}

// Countries gives every country with its name in the language, sorted as that language sorts.
func (w Words) Countries() []Option { return slices.Clone(w.countries) }

// Country gives the name of a country; the code itself when it is unknown.
func (w Words) Country(code string) string {
	if name, ok := w.names[code]; ok {
		return name
	}
	return code
}
