package identity

import "strings"

// France. Source: INSEE, SIRENE.
const (
	FRSIREN Scheme = "fr_siren" // a company
	FRSIRET Scheme = "fr_siret" // one of its establishments
)

// laPoste has more establishments than Luhn leaves room for: INSEE lets theirs sum to a multiple of 5
// instead, all but the head office.
const laPoste = "356000000"

func checkSIREN(v string) (string, string) {
	if code := wantDigits(v, 9); code != "" {
		return "", code
	}
	return verdict(v, luhn(v))
}

func checkSIRET(v string) (string, string) {
	if code := wantDigits(v, 14); code != "" {
		return "", code
	}
	if strings.HasPrefix(v, laPoste) {
		sum := 0
		for i := range len(v) {
			sum += int(v[i] - '0')
		}
		return verdict(v, v == laPoste+"00048" || sum%5 == 0)
	}
	return verdict(v, luhn(v[:9]) && luhn(v))
}

// tvaKey tells whether the two characters before a SIREN fit. The key in letters is from the French tax office's
// description of the second form of key, in use since the digits ran out for some companies.
func tvaKey(key, siren string) bool {
	if isDigits(key) {
		return (12+3*(number(siren)%97))%97 == number(key)
	}
	const alphabet = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
	a, b := strings.IndexByte(alphabet, key[0]), strings.IndexByte(alphabet, key[1])
	if a < 0 || b < 0 {
		return false
	}
	n := a*34 + b - 100
	if a < 10 {
		n = a*24 + b - 10
	}
	return n >= 0 && (number(siren)+1+n/11)%11 == n%11
}

// checkTVA is the body of a French VAT number. Monaco's (000…) has no SIREN behind it.
func checkTVA(v string) bool {
	siren := v[2:]
	return tvaKey(v[:2], siren) && (luhn(siren) || strings.HasPrefix(siren, "000"))
}
