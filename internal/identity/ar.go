package identity

import (
	"slices"
	"strings"
)

// Argentina. Source: AFIP/ARCA, Resolución General 10/1997; RENAPER for the DNI, which has no check digit.
const (
	ARCUIT Scheme = "ar_cuit" // of anybody
	ARCUIL Scheme = "ar_cuil" // a person's: the same number with a person's prefix
	ARDNI  Scheme = "ar_dni"
)

func checkARDNI(v string) (string, string) {
	if !isDigits(v) {
		return "", CodeFormat
	}
	if v = strings.TrimLeft(v, "0"); len(v) != 7 && len(v) != 8 {
		return "", CodeLength
	}
	return v, ""
}

func checkCUIL(v string) (string, string) {
	v, code := checkCUIT(v)
	if code == "" && v[0] != '2' {
		return "", CodeFormat // a company's
	}
	return v, code
}

func checkCUIT(v string) (string, string) {
	if code := wantDigits(v, 11); code != "" {
		return "", code
	}
	if !slices.Contains([]string{"20", "23", "24", "25", "26", "27", "30", "33", "34", "50", "51", "55"}, v[:2]) {
		return "", CodeFormat
	}
	return verdict(v, v[10] == "09987654321"[weighted(v, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)%11])
}
