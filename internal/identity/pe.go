package identity

import "slices"

// Peru. Source: SUNAT (RUC), RENIEC (DNI), Migraciones (CE, which has no check digit).
const (
	PERUC Scheme = "pe_ruc"
	PEDNI Scheme = "pe_dni" // eight digits; the check character printed beside them may follow and is no part of the number
	PECE  Scheme = "pe_ce"  // carné de extranjería
)

// checkPEDNI checks the ninth character when it is there: cards carry a digit or, the older ones, a letter.
func checkPEDNI(v string) (string, string) {
	if len(v) != 8 && len(v) != 9 {
		return "", CodeLength
	}
	body := v[:8]
	if !isDigits(body) || body == "00000000" || !isAlnum(v[len(v)-1]) {
		return "", CodeFormat
	}
	rest := weighted(body, 3, 2, 7, 6, 5, 4, 3, 2) % 11
	return verdict(body, len(v) == 8 || v[8] == "65432110987"[rest] || v[8] == "KJIHGFEDCBA"[rest])
}

func checkPECE(v string) (string, string) { return v, wantDigits(v, 9) }

func checkRUC(v string) (string, string) {
	if code := wantDigits(v, 11); code != "" {
		return "", code
	}
	if !slices.Contains([]string{"10", "15", "16", "17", "20"}, v[:2]) {
		return "", CodeFormat
	}
	return verdict(v, int(v[10]-'0') == (11-weighted(v, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)%11)%10)
}
