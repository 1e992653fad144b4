package identity

import "strings"

// Italy. Source: DPR 633/1972 art. 35 (partita IVA), DM 23 dicembre 1976 (codice fiscale).
const (
	ITIVA Scheme = "it_iva"
	ITCF  Scheme = "it_cf" // codice fiscale: 11 digits of a company, 16 characters of a person
)

func checkIVA(v string) (string, string) {
	v = cutCountry(v, "IT", 11)
	if code := wantDigits(v, 11); code != "" {
		return "", code
	}
	// The office that issued it: a province, or one of four special ones.
	office := number(v[7:10])
	if v[:7] == "0000000" || (office < 1 || office > 100) && office != 120 && office != 121 && office != 888 && office != 999 {
		return "", CodeFormat
	}
	return verdict(v, luhn(v))
}

func checkCodiceFiscale(v string) (string, string) {
	if v = cutCountry(v, "IT", 11); len(v) == 11 {
		if code := wantDigits(v, 11); code != "" {
			return "", code
		}
		return verdict(v, luhn(v))
	}
	if len(v) != 16 {
		return "", CodeLength
	}
	if !matches("@@@@@@**@**@***@", v) {
		return "", CodeFormat
	}
	plain, ok := omocodia(v)
	day := number(plain[9:11]) % 40 // women's days have 40 added
	if !ok || !oneOf("ABCDEHLMPRST", v[8]) || day < 1 || day > 31 || number(plain[9:11]) > 71 {
		return "", CodeFormat
	}
	return verdict(v, codiceControl(v) == v[15])
}

// omocodia undoes the letters that stand for digits where two people would have the same code.
func omocodia(v string) (string, bool) {
	b := []byte(v)
	for _, i := range []int{6, 7, 9, 10, 12, 13, 14} {
		if b[i] > '9' {
			d := strings.IndexByte("LMNPQRSTUV", b[i])
			if d < 0 {
				return v, false
			}
			b[i] = byte('0' + d)
		}
	}
	return string(b), true
}

func codiceControl(v string) byte {
	odd := [26]int{1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23}
	sum := 0
	for i := range 15 {
		n := int(v[i] - '0')
		if v[i] >= 'A' {
			n = int(v[i] - 'A')
		}
		if i%2 == 0 { // counted from one: odd places
			n = odd[n]
		}
		sum += n
	}
	return byte('A' + sum%26)
}
