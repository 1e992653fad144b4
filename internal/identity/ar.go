package identity

import "slices"

// Argentina. Source: AFIP/ARCA, Resolución General 10/1997. A person's CUIL is the same number.
const ARCUIT Scheme = "ar_cuit"

func checkCUIT(v string) (string, string) {
	if code := wantDigits(v, 11); code != "" {
		return "", code
	}
	if !slices.Contains([]string{"20", "23", "24", "25", "26", "27", "30", "33", "34", "50", "51", "55"}, v[:2]) {
		return "", CodeFormat
	}
	return verdict(v, v[10] == "09987654321"[weighted(v, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)%11])
}
