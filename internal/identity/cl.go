package identity

import "strings"

// Chile. Source: Servicio de Impuestos Internos. People's RUN is the same number.
const CLRUT Scheme = "cl_rut"

func checkRUT(v string) (string, string) {
	v = strings.TrimLeft(cutCountry(v, "CL", 9), "0")
	if len(v) < 8 || len(v) > 9 {
		return "", CodeLength
	}
	body, control := v[:len(v)-1], v[len(v)-1]
	if !isDigits(body) || !isDigits(string(control)) && control != 'K' {
		return "", CodeFormat
	}
	sum := 0
	for i := range len(body) {
		sum += int(body[len(body)-1-i]-'0') * (i%6 + 2)
	}
	return verdict(v, control == "0K987654321"[sum%11])
}
