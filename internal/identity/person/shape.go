package person

import (
	"strings"

	"rampa/internal/identity"
)

// Papers without a check digit. Those of Colombia have the lengths that the Registraduría (cédula, TI, NUIP, registro
// civil) and Migración Colombia (cédula and tarjeta de extranjería, PEP, PPT) give out; passports are those of ICAO 9303,
// with room for the states whose numbers overflow the nine places.
var (
	passport = identity.Rule{Check: alnum(5, 15), Example: "AAA123456", Length: "5-15"}
	anyPaper = identity.Rule{Check: alnum(3, 32), Example: "AB-123456", Length: "3-32"}

	cedula      = identity.Rule{Check: checkCedula, Example: "1.020.304.050", Length: "3-8, 10"}
	foreignCard = identity.Rule{Check: checkForeignCard, Example: "512345", Length: "4-7"}
	minorsCard  = identity.Rule{Check: checkMinorsCard, Example: "1.020.304.050", Length: "10-11"}
	nuip        = identity.Rule{Check: checkNUIP, Example: "1.020.304.050", Length: "10"}
	birthRecord = identity.Rule{Check: checkBirthRecord, Example: "1.020.304.050", Length: "8-11"}
	protection  = identity.Rule{Check: plainNumber(4, 8), Example: "5028143", Length: "4-8"}
	permit      = identity.Rule{Check: plainNumber(15, 15), Example: "957385405091989", Length: "15"}
)

const digits, letters = "0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

// checkCedula knows the two ages of the cédula: up to eight digits and, since 2003, the NUIP. Nine digits are ten with one lost.
func checkCedula(v string) (string, string) {
	if len(v) == 10 && only(v, digits) {
		return checkNUIP(v)
	}
	return plainNumber(3, 8)(v)
}

// checkNUIP takes ten digits that begin with 1, or the letter and two characters before seven digits of 2000 to 2004.
func checkNUIP(v string) (string, string) {
	switch {
	case len(v) != 10:
		return "", identity.CodeLength
	case v[0] == '1' && only(v, digits), only(v[:1], letters) && only(v[1:3], digits+letters) && only(v[3:], digits):
		return v, ""
	}
	return "", identity.CodeFormat
}

// checkMinorsCard takes a NUIP, or the eleven digits that begin with the day of birth as YYMMDD.
func checkMinorsCard(v string) (string, string) {
	if len(v) != 11 {
		return checkNUIP(v)
	}
	born := v[:2] + "-" + v[2:4] + "-" + v[4:6]
	_, before := identity.ParseDate("19" + born)
	_, since := identity.ParseDate("20" + born)
	if !only(v, digits) || !before && !since {
		return "", identity.CodeFormat
	}
	return v, ""
}

// checkBirthRecord takes what a minor's card takes, and the serial of eight or nine digits of older certificates.
func checkBirthRecord(v string) (string, string) {
	if len(v) == 8 || len(v) == 9 {
		return plainNumber(8, 9)(v)
	}
	return checkMinorsCard(v)
}

// checkForeignCard drops the E that stands before the number on old cards.
func checkForeignCard(v string) (string, string) {
	return plainNumber(4, 7)(strings.TrimPrefix(v, "E"))
}

// plainNumber takes so many digits, the first of which is not 0.
func plainNumber(from, to int) func(string) (string, string) {
	return func(v string) (string, string) {
		switch {
		case !only(v, digits) || v[0] == '0':
			return "", identity.CodeFormat
		case len(v) < from || len(v) > to:
			return "", identity.CodeLength
		}
		return v, ""
	}
}

// alnum takes so many ASCII letters and digits, one of which at least is a digit other than 0.
func alnum(from, to int) func(string) (string, string) {
	return func(v string) (string, string) {
		switch {
		case !only(v, digits+letters) || strings.Trim(v, "0"+letters) == "":
			return "", identity.CodeFormat
		case len(v) < from || len(v) > to:
			return "", identity.CodeLength
		}
		return v, ""
	}
}

// only tells whether v is not empty and made of characters of set.
func only(v, set string) bool { return v != "" && strings.Trim(v, set) == "" }
