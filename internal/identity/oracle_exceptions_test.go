package identity

import (
	"slices"
	"strings"
)

// anomalousRFC are the words that SAT never lets a person's RFC begin with.
const anomalousRFC = "BUEI BUEY CACA CACO CAGA CAGO CAKA CAKO COGE COJA COJE COJI COJO CULO FETO GUEY JOTO KACA KACO KAGA KAGO " +
	"KAKA KOGE KOJO KULO MAME MAMO MEAR MEAS MEON MION MOCO MULA PEDA PEDO PENE PUTA PUTO QULO RATA RUIN"

// exceptions are the schemes in which we mean to differ from the oracle, and in what values only. Everything else must agree.
var exceptions = map[Scheme][]exception{
	ESCIF: {cifControl}, ESNIF: {cifControl, shortDNI, klmLetters}, "vat_es": {cifControl, shortDNI, klmLetters},
	ESDNI: {shortDNI, {stricterWhere(func(v string) bool { return oneOf("KLM", v[0]) }), "K, L and M numbers are no DNI, and the oracle does not look at their control"}},

	PTNIF: {portugueseStart}, "vat_pt": {portugueseStart},
	DESteuernummer: {
		{laxerWhere(func(string) bool { return true }), "the oracle asks for a digit that comes twice or three times: the rule of the person's IdNr, not of the Steuernummer"},
	},
	FRSIRET: {{stricterWhere(func(v string) bool { return len(v) == 14 && !luhn(v[:9]) }), "the SIREN inside has a check digit too"}},
	ITCF: {
		{stricterWhere(func(v string) bool {
			return len(v) == 16 && (v[9] == '0' && v[10] == '0' || v[9:11] == "40" || number(v[9:11]) > 71 || number(v[9:11]) > 31 && number(v[9:11]) < 41)
		}), "no such day"},
		{stricterWhere(func(v string) bool { plain, ok := omocodia(v); return ok && plain != v }), "no such day, behind letters for digits"},
	},
	NLRSIN:   {{stricterWhere(func(v string) bool { return len(v) < 9 }), "the oracle puts missing zeros in front"}},
	"vat_nl": {{stricterWhere(func(v string) bool { return len(v) < 12 || strings.HasSuffix(v, "00") }), "the oracle puts missing zeros in front; units are counted from 01"}},
	CLRUT: {
		{stricterWhere(func(v string) bool { return v[0] == '0' }), "zeros in front are none of the number, which is too short without"},
		{laxerWhere(func(v string) bool { return v[0] == '0' }), "zeros in front are none of the number"},
	},
	MXRFC: {
		{laxerWhere(func(v string) bool { return slices.Contains(strings.Fields(anomalousRFC), v[:4]) }), "a list that SAT changes; the number is well made"},
		{laxerWhere(func(v string) bool { return strings.Contains(v, "000229") }), "29 February 2000 was a day; the oracle reads 1900"},
		{stricterWhere(func(v string) bool { r := []rune(v); return len(r) > 3 && r[len(r)-2] == 'O' || r[len(r)-3] == 'O' }), "a homoclave has no O"},
		{stricterWhere(func(v string) bool { return strings.ContainsAny(v, "&Ñ") }), "the oracle's older table counts & and Ñ as -1; they had no place in it"},
		{stricterWhere(func(v string) bool { return len([]rune(v)) == 10 }), "ten characters are an RFC without homoclave: of no one person"},
	},
	CONIT:  {{stricterWhere(func(v string) bool { return len(v) > 11 || v[0] == '0' }), "no NIT is longer than a cédula of ten digits and its check, and none begins with 0"}},
	ARCUIT: {argentinePrefix},
	ARCUIL: {argentinePrefix, {stricterWhere(func(v string) bool { return v[0] != '2' }), "companies' prefixes: the oracle asks for any CUIT"}},
	ARDNI: {
		{stricterWhere(func(v string) bool { return v[0] == '0' }), "zeros in front are none of the number, which is too short without"},
		{laxerWhere(func(v string) bool { return v[0] == '0' }), "zeros in front are none of the number"},
	},
	MXCURP: {
		{stricterWhere(func(v string) bool { return !oneOf("AEIOUX", v[1]) }), "the second letter is the first vowel inside the surname, or X"},
		{stricterWhere(func(v string) bool { return strings.ContainsAny(v[13:16], "AEIOU") }), "the letters before the century are consonants, or X"},
		{stricterWhere(func(v string) bool { return v[4:10] == "000229" && v[16] <= '9' }), "a digit means the century before 2000, and 1900 had no 29 February; the oracle does not look"},
	},
	PEDNI: {
		{laxerWhere(func(v string) bool { return len(v) == 9 && v[8] > '9' }), "older cards carry a letter, of which the oracle has the table but asks for digits"},
		{stricterWhere(func(v string) bool { return v[:8] == "00000000" }), "nobody's number"},
	},
	PECE: {{stricterWhere(func(v string) bool { return v == "000000000" }), "nobody's number"}},

	IBAN: {
		{func(_ string, valid bool, reason string) bool { return valid && reason == "national" }, "check digits inside the account number are the bank's business"},
		{stricterWhere(func(v string) bool { return slices.Contains([]string{"00", "01", "99"}, v[2:4]) }), "check digits that the standard's calculation never gives"},
		{stricterWhere(func(v string) bool { return slices.Contains(strings.Fields("DO BY GE IE PK PS VG"), v[:2]) }), "the oracle takes letters for digits or the reverse, other than the registry"},
		{laxerWhere(func(v string) bool { return slices.Contains(strings.Fields("DO BY PK PS"), v[:2]) }), "the registry allows digits in the bank's code, or letters in the account"},
		{stricterWhere(func(v string) bool { return !strings.Contains(ibanRegistry, "\n"+v[:2]+" ") }), "not in the registry: territories that use France's or Finland's code, and countries planning to join"},
	},

	"vat_bg": {
		{laxerWhere(func(v string) bool { return len(strings.TrimPrefix(v, "BG")) == 10 }), "people's and foreigners' numbers are left as written"},
		{laxerWhere(func(v string) bool { return oneOf("45678", v[0]) }), "companies' numbers begin with 8 too (831650349)"},
	},
	"vat_cz": {{laxerWhere(func(v string) bool { return len(v) != 8 }), "people's numbers are left as written"}},
	"vat_gb": {british55}, "vat_xi": {british55},
	"vat_ie": {{stricterWhere(func(v string) bool { return len(v) == 9 && !isDigits(v[:7]) }), "the form with a letter in second place had one letter at the end"}},
	"vat_lv": {{laxerWhere(func(v string) bool { return v[0] < '4' }), "people's codes have had neither date nor check digit since 2017"}},
	"vat_se": {{laxerWhere(func(v string) bool { return !strings.HasSuffix(v, "01") }), "a company may have branches up to 94"}},
	"vat_si": {{stricterWhere(func(v string) bool { return v[0] == '0' || weighted(v, 8, 7, 6, 5, 4, 3, 2)%11 == 0 }), "numbers with control 11 are not issued; none begins with 0"}},
	"vat_sk": {
		{laxerWhere(func(v string) bool { return !oneOf("234789", v[0]) }), "the oracle looks at the first digit, the rule is about the third"},
		{stricterWhere(func(v string) bool { return len(v) == 10 && !oneOf("234789", v[2]) }), "the oracle looks at the first digit, the rule is about the third"},
	},
}

var (
	cifControl = exception{stricterWhere(func(v string) bool {
		return len(v) == 9 && (oneOf("NPQRSW", v[0]) && v[8] <= '9' || oneOf("ABEH", v[0]) && v[8] > '9')
	}), "the kind of organisation says whether the control is a letter or a digit"}
	argentinePrefix = exception{laxerWhere(func(v string) bool { return v[:2] == "25" || v[:2] == "26" }), "prefixes in use that the oracle lacks"}

	klmLetters = exception{stricterWhere(func(v string) bool { return oneOf("KLM", v[0]) && (len(v) != 9 || !isDigits(v[1:8])) }), "the oracle stops reading the number at a letter inside it"}
	shortDNI   = exception{laxerWhere(func(v string) bool { return matches("9999999@", v) }), "old papers leave the first zero away"}

	portugueseStart = exception{stricterWhere(func(v string) bool { return oneOf("479", v[0]) }), "first digits that were never issued"}
	british55       = exception{stricterWhere(func(v string) bool { return len(v) >= 9 && weighted(v, 8, 7, 6, 5, 4, 3, 2, 10, 1)%97 == 55 }), "the tax office adds 55, the oracle also subtracts it"}
)
