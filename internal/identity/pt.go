package identity

import "slices"

// Portugal. Source: Decreto-Lei 14/2013 (NIF) and the RNPC's list of first digits.
const (
	PTNIF  Scheme = "pt_nif"  // tax number of anybody
	PTNIPC Scheme = "pt_nipc" // of a legal person or an entity treated as one
)

func checkPTNIF(v string) (string, string) {
	v = cutCountry(v, "PT", 9)
	if code := wantDigits(v, 9); code != "" {
		return "", code
	}
	switch v[0] {
	case '4', '7', '9':
		issued := []string{"45", "70", "71", "72", "74", "75", "77", "78", "79", "90", "91", "98", "99"}
		if !slices.Contains(issued, v[:2]) {
			return "", CodeFormat
		}
	case '0':
		return "", CodeFormat
	}
	control := 11 - weighted(v, 9, 8, 7, 6, 5, 4, 3, 2)%11
	if control > 9 {
		control = 0
	}
	return verdict(v, int(v[8]-'0') == control)
}

func checkPTNIPC(v string) (string, string) {
	v, code := checkPTNIF(v)
	if code == "" && v[0] < '5' {
		return "", CodeFormat // a person's
	}
	return v, code
}
