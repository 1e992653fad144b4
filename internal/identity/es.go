package identity

import "strings"

// Spain. Source: Real Decreto 1065/2007, arts. 18–22, and Orden EHA/451/2008 for companies.
const (
	ESCIF Scheme = "es_cif" // NIF of legal persons and entities
	ESDNI Scheme = "es_dni" // national identity card
	ESNIE Scheme = "es_nie" // foreigner's number
	ESNIF Scheme = "es_nif" // any tax number: CIF, DNI, NIE, or the K, L, M numbers of people without either
)

const (
	dniLetters = "TRWAGMYFPDXBNJZSQVHLCKE"
	cifLetters = "JABCDEFGHI"
)

func checkDNI(v string) (string, string) {
	v = cutCountry(v, "ES", 9)
	if len(v) == 8 && matches("9999999@", v) { // printed without its leading zero on old papers
		v = "0" + v
	}
	if len(v) != 9 {
		return "", CodeLength
	}
	if !matches("99999999@", v) {
		return "", CodeFormat
	}
	return verdict(v, v[8] == dniLetters[number(v[:8])%23])
}

func checkNIE(v string) (string, string) {
	v = cutCountry(v, "ES", 9)
	if len(v) != 9 {
		return "", CodeLength
	}
	lead := strings.IndexByte("XYZ", v[0])
	if lead < 0 || !matches("@9999999@", v) {
		return "", CodeFormat
	}
	return verdict(v, v[8] == dniLetters[(lead*10_000_000+number(v[1:8]))%23])
}

// checkCIF checks the control character too by the kind of organisation: public bodies, congregations, foreign companies
// without a seat here (N W) and the like carry a letter, companies and communities a digit, the rest may carry either.
func checkCIF(v string) (string, string) {
	v = cutCountry(v, "ES", 9)
	if len(v) != 9 {
		return "", CodeLength
	}
	if !oneOf("ABCDEFGHJNPQRSUVW", v[0]) || !matches("@9999999*", v) {
		return "", CodeFormat
	}
	control := (10 - luhnSum(v[1:8]+"0")%10) % 10
	isLetter := v[8] > '9'
	foreign := v[1:3] == "00" // province 00: not resident, a letter whatever the kind
	switch {
	case oneOf("NPQRSW", v[0]) && !isLetter, oneOf("ABEH", v[0]) && isLetter && !foreign:
		return "", CodeFormat
	case isLetter:
		return verdict(v, v[8] == cifLetters[control])
	}
	return verdict(v, int(v[8]-'0') == control)
}

func checkNIF(v string) (string, string) {
	v = cutCountry(v, "ES", 9)
	switch {
	case v[0] >= '0' && v[0] <= '9':
		return checkDNI(v)
	case oneOf("XYZ", v[0]):
		return checkNIE(v)
	case !oneOf("KLM", v[0]):
		return checkCIF(v)
	case len(v) != 9:
		return "", CodeLength
	case !matches("@9999999@", v):
		return "", CodeFormat
	}
	return verdict(v, v[8] == dniLetters[number(v[1:8])%23])
}
