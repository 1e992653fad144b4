package identity

// Colombia. Source: DIAN, Orden Administrativa 4 de 1989 (dígito de verificación). A person's NIT is the cédula and its digit.
const CONIT Scheme = "co_nit"

func checkNIT(v string) (string, string) {
	if !isDigits(v) {
		return "", CodeFormat
	}
	if len(v) < 8 || len(v) > 11 {
		return "", CodeLength
	}
	if v[0] == '0' {
		return "", CodeFormat
	}
	body := v[:len(v)-1]
	sum := 0
	for i, w := range []int{3, 7, 13, 17, 19, 23, 29, 37, 41, 43}[:len(body)] {
		sum += int(body[len(body)-1-i]-'0') * w
	}
	return verdict(v, v[len(v)-1] == "01987654321"[sum%11])
}
