package identity

import (
	"slices"
	"strings"
)

// Germany. Source: § 8 Handelsregisterverordnung, the tax offices' ELSTER description of the Steuernummer, § 27a UStG.
const (
	DERegister     Scheme = "de_register" // HRB 12345 B, with or without the court in front
	DESteuernummer Scheme = "de_steuernummer"
	DEVAT          Scheme = "de_vat" // USt-IdNr.
)

// checkDERegister takes "[court] HRB 12345[ B]". The court is kept as typed: there is no closed list of how people write it.
func checkDERegister(v string) (string, string) {
	fields := strings.Fields(v)
	for i, field := range fields {
		kind, rest := registerKind(field)
		if kind == "" {
			continue
		}
		parts := append([]string{rest}, fields[i+1:]...)
		num := strings.ToUpper(strings.Join(parts, ""))
		digits := strings.TrimRight(num, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
		suffix := num[len(digits):]
		if !isDigits(digits) || len(digits) > 6 || strings.Trim(digits, "0") == "" || len(suffix) > 3 {
			continue
		}
		normal := strings.Join(append(slices.Clone(fields[:i]), kind, digits, suffix), " ")
		return strings.TrimSpace(normal), ""
	}
	return "", CodeFormat
}

// registerKind splits the letters of a register from what is written on to them: "hrb123" is HRB and "123".
func registerKind(field string) (kind, rest string) {
	upper := strings.ToUpper(field)
	for _, k := range []string{"HRA", "HRB", "GnR", "GsR", "VR", "PR"} {
		if rest, ok := strings.CutPrefix(upper, strings.ToUpper(k)); ok && (rest == "" || rest[0] >= '0' && rest[0] <= '9') {
			return k, rest
		}
	}
	return "", ""
}

// checkSteuernummer takes the number as a state writes it (10 or 11 digits, nothing to check) or as the federation does:
// 13 digits, the first ones for the state, the fifth always 0.
func checkSteuernummer(v string) (string, string) {
	switch {
	case !isDigits(v):
		return "", CodeFormat
	case len(v) != 10 && len(v) != 11 && len(v) != 13:
		return "", CodeLength
	case strings.Trim(v, "0") == "":
		return "", CodeFormat
	case len(v) != 13:
		return v, ""
	}
	states := []string{"10", "11", "21", "22", "23", "24", "26", "27", "28", "30", "31", "32", "40", "41"}
	if v[4] != '0' || v[0] != '5' && v[0] != '9' && !slices.Contains(states, v[:2]) {
		return "", CodeFormat
	}
	return v, ""
}

func checkUSt(v string) (string, string) {
	v = strings.TrimPrefix(v, "DE")
	if code := wantDigits(v, 9); code != "" {
		return "", code
	}
	return verdict(v, mod11x10(v))
}
