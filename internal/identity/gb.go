package identity

import (
	"slices"
	"strings"
)

// United Kingdom. Source: Companies House, "Uniform Resource Identifiers for companies"; HMRC (UTR, VAT).
const (
	GBCompany Scheme = "gb_company"
	GBUTR     Scheme = "gb_utr"
)

var gbPrefixes = strings.Fields("AC CE CS ES EN FC GE GN GS IC IP LP NA NC NE NF NI NL NO NP NR NV NZ OC OE PC R0 RC RS SA SC SE SF SI SL SO SP SR SZ ZC")

// checkGBCompany takes eight characters; the register writes numbers with leading zeros, people leave them away.
func checkGBCompany(v string) (string, string) {
	if isDigits(v) && len(v) >= 5 && len(v) < 8 {
		v = strings.Repeat("0", 8-len(v)) + v
	}
	if len(v) != 8 {
		return "", CodeLength
	}
	switch {
	case isDigits(v) && strings.Trim(v, "0") != "":
	case slices.Contains(gbPrefixes, v[:2]) && isDigits(v[2:]):
	case slices.Contains([]string{"IP", "SP", "NP", "NO"}, v[:2]) && matches("99999@", v[2:]): // registered societies: IP29980R
	default:
		return "", CodeFormat
	}
	return v, ""
}

func checkUTR(v string) (string, string) {
	v = strings.TrimSuffix(v, "K")
	if code := wantDigits(v, 10); code != "" {
		return "", code
	}
	return verdict(v, v[0] == "21987654321"[weighted(v[1:], 6, 7, 8, 9, 10, 5, 4, 3, 2)%11])
}

// checkGBVAT is the body of a British VAT number: standard (9 digits, 12 for a branch), government (GD) or health (HA).
func checkGBVAT(v string) bool {
	switch v[:2] {
	case "GD":
		return number(v[2:5]) < 500
	case "HA":
		return number(v[2:5]) >= 500
	}
	rest := weighted(v, 8, 7, 6, 5, 4, 3, 2, 10, 1) % 97
	// Since 2009 numbers are also issued with 55 added before the modulus.
	return rest == 0 || rest == 42 && number(v[:3]) >= 100
}
