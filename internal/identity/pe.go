package identity

import "slices"

// Peru. Source: SUNAT.
const PERUC Scheme = "pe_ruc"

func checkRUC(v string) (string, string) {
	if code := wantDigits(v, 11); code != "" {
		return "", code
	}
	if !slices.Contains([]string{"10", "15", "16", "17", "20"}, v[:2]) {
		return "", CodeFormat
	}
	return verdict(v, int(v[10]-'0') == (11-weighted(v, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)%11)%10)
}
