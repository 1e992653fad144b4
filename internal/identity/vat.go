package identity

import "strings"

// vatPrefix begins the scheme of a VAT number: "vat_es". The rest is the prefix the country uses, in lower case.
const vatPrefix = "vat_"

// vatRule is the VAT number of one country, without its prefix. Source of the shapes: the European Commission's VIES
// questions and answers; of the check digits, each country's tax office. ok is nil or lenient where none is published.
type vatRule struct {
	prefix  string
	shapes  string // separated by spaces; see matches
	ok      func(body string) bool
	pad     int // older numbers are one digit shorter and get a leading zero to reach pad
	example string
}

// CheckVAT tells whether value is a VAT number of country (ISO 3166-1 alpha-2; Greece as GR or EL, Northern Ireland as XI)
// and gives it with its prefix and without separators. The value may come without the prefix. err is a *Problem.
func CheckVAT(country, value string) (normalized string, err error) {
	return Check(VATScheme(country), value)
}

// VATScheme is the scheme of a country's VAT numbers; Check says CodeUnsupported where there is none.
func VATScheme(country string) Scheme {
	country = strings.ToLower(country)
	if country == "gr" {
		country = "el"
	}
	return Scheme(vatPrefix + country)
}

func (r vatRule) rule() Rule { return Rule{Check: r.check, Example: r.example} }

func (r vatRule) check(v string) (string, string) {
	// What begins with the prefix has it: FR227257623 is a French number cut short, not one with the key FR.
	body := r.padded(strings.TrimPrefix(v, r.prefix))
	if !r.shaped(body) {
		return "", r.misfit(body)
	}
	return verdict(r.prefix+body, r.ok(body))
}

func (r vatRule) padded(body string) string {
	if isDigits(body) && len(body) == r.pad-1 {
		return "0" + body
	}
	return body
}

func (r vatRule) shaped(body string) bool {
	for shape := range strings.FieldsSeq(r.shapes) {
		if matches(shape, body) {
			return true
		}
	}
	return false
}

// misfit tells a wrong length from wrong characters, counting the prefix when it is there.
func (r vatRule) misfit(body string) string {
	body = strings.TrimPrefix(body, r.prefix)
	for shape := range strings.FieldsSeq(r.shapes) {
		if len(shape) == len(body) {
			return CodeFormat
		}
	}
	return CodeLength
}

// asVAT makes a national check one of a VAT body.
func asVAT(check func(string) (string, string)) func(string) bool {
	return func(body string) bool { _, code := check(body); return code == "" }
}

// mod11 tells whether the weighted sum of the whole body, check digit included, is a multiple of 11.
func mod11(weights ...int) func(string) bool {
	return func(body string) bool { return weighted(body, weights...)%11 == 0 }
}

const digits9 = "999999999"

// vatRules holds the 27 member states, Northern Ireland, Great Britain, Switzerland and Norway by prefix.
var vatRules = map[string]vatRule{
	"AT": {prefix: "AT", shapes: "U99999999", ok: vatAT, example: "ATU13585627"},
	"BE": {prefix: "BE", shapes: "0" + digits9 + " 1" + digits9, ok: vatBE, pad: 10, example: "BE0428759497"},
	"BG": {prefix: "BG", shapes: digits9 + " 9" + digits9, ok: vatBG, example: "BG175074752"},
	"CY": {prefix: "CY", shapes: "99999999@", ok: vatCY, example: "CY10259033P"},
	"CZ": {prefix: "CZ", shapes: "99999999 " + digits9 + " 9" + digits9, ok: vatCZ, example: "CZ25123891"},
	"DE": {prefix: "DE", shapes: digits9, ok: mod11x10, example: "DE136695976"},
	"DK": {prefix: "DK", shapes: "99999999", ok: mod11(2, 7, 6, 5, 4, 3, 2, 1), example: "DK13585628"},
	"EE": {prefix: "EE", shapes: digits9, ok: func(b string) bool { return weighted(b, 3, 7, 1, 3, 7, 1, 3, 7, 1)%10 == 0 }, example: "EE100931558"},
	"EL": {prefix: "EL", shapes: digits9, ok: vatEL, pad: 9, example: "EL094259216"},
	"ES": {prefix: "ES", shapes: "*9999999*", ok: asVAT(checkNIF), example: "ESA58818501"},
	"FI": {prefix: "FI", shapes: "99999999", ok: mod11(7, 9, 10, 5, 8, 4, 2, 1), example: "FI20774740"},
	"FR": {prefix: "FR", shapes: "**" + digits9, ok: checkTVA, example: "FR40303265045"},
	"HR": {prefix: "HR", shapes: "99" + digits9, ok: mod11x10, example: "HR33392005961"},
	"HU": {prefix: "HU", shapes: "99999999", ok: func(b string) bool { return weighted(b, 9, 7, 3, 1, 9, 7, 3, 1)%10 == 0 }, example: "HU12892312"},
	"IE": {prefix: "IE", shapes: "9999999@ 9999999@@ 9@99999@ 9+99999@", ok: vatIE, example: "IE6433435F"},
	"IT": {prefix: "IT", shapes: "99" + digits9, ok: asVAT(checkIVA), example: "IT00743110157"},
	"LT": {prefix: "LT", shapes: digits9 + " 999" + digits9, ok: vatLT, example: "LT119511515"},
	"LU": {prefix: "LU", shapes: "99999999", ok: func(b string) bool { return number(b[:6])%89 == number(b[6:]) }, example: "LU15027442"},
	"LV": {prefix: "LV", shapes: "99" + digits9, ok: vatLV, example: "LV40003521600"},
	"MT": {prefix: "MT", shapes: "99999999", ok: func(b string) bool { return weighted(b, 3, 4, 6, 7, 8, 9, 10, 1)%37 == 0 }, example: "MT11679112"},
	"NL": {prefix: "NL", shapes: digits9 + "B99", ok: checkBTW, example: "NL004495445B01"},
	"PL": {prefix: "PL", shapes: "9" + digits9, ok: mod11(6, 5, 7, 2, 3, 4, 5, 6, 7, -1), example: "PL8567346215"},
	"PT": {prefix: "PT", shapes: digits9, ok: asVAT(checkPTNIF), example: "PT501964843"},
	"RO": {prefix: "RO", shapes: "99 999 9999 99999 999999 9999999 99999999 999999999 9999999999", ok: vatRO, example: "RO18547290"},
	"SE": {prefix: "SE", shapes: "999" + digits9, ok: vatSE, example: "SE556188840401"},
	"SI": {prefix: "SI", shapes: "99999999", ok: vatSI, example: "SI50223054"},
	"SK": {prefix: "SK", shapes: "9" + digits9, ok: vatSK, example: "SK2022749619"},
	"XI": {prefix: "XI", shapes: gbVATShapes, ok: checkGBVAT, example: "XI110305878"},
	"GB": {prefix: "GB", shapes: gbVATShapes, ok: checkGBVAT, example: "GB980780684"},
	"CH": {prefix: "CHE", shapes: digits9 + " 999999999MWST 999999999TVA 999999999IVA", ok: mod11(5, 4, 3, 2, 7, 6, 5, 4, 1), example: "CHE-107.787.577 MWST"},
	"NO": {prefix: "NO", shapes: digits9 + " 999999999MVA", ok: mod11(3, 2, 7, 6, 5, 4, 3, 2, 1), example: "NO 995 525 828 MVA"},
}

const gbVATShapes = digits9 + " 999" + digits9 + " GD999 HA999"

func vatAT(b string) bool { return (luhnSum(b[1:8])+4+int(b[8]-'0'))%10 == 0 }

func vatBE(b string) bool { return 97-number(b[:8])%97 == number(b[8:]) }

// vatBG checks companies; the ten digits of people and foreigners come in several kinds and are left as written.
func vatBG(b string) bool {
	if len(b) == 10 {
		return true
	}
	sum := weighted(b, 1, 2, 3, 4, 5, 6, 7, 8) % 11
	if sum == 10 {
		sum = weighted(b, 3, 4, 5, 6, 7, 8, 9, 10) % 11 % 10
	}
	return sum == int(b[8]-'0')
}

func vatCY(b string) bool {
	odd := [10]int{1, 0, 5, 7, 9, 13, 15, 17, 19, 21}
	sum := 0
	for i := range 8 {
		d := int(b[i] - '0')
		if i%2 == 0 {
			d = odd[d]
		}
		sum += d
	}
	return int(b[8]-'A') == sum%26
}

// vatCZ checks companies; people's nine or ten digits are birth numbers of several ages and are left as written.
func vatCZ(b string) bool {
	if len(b) != 8 {
		return true
	}
	control := (11 - weighted(b, 8, 7, 6, 5, 4, 3, 2)%11) % 11
	if control == 0 {
		control = 1
	}
	return b[0] != '9' && control%10 == int(b[7]-'0')
}

func vatEL(b string) bool {
	return strings.Trim(b, "0") != "" && weighted(b, 256, 128, 64, 32, 16, 8, 4, 2)%11%10 == int(b[8]-'0')
}

// vatIE knows the present form (seven digits, one or two letters) and the one until 2013 (a letter or + in second place).
func vatIE(b string) bool {
	const letters = "WABCDEFGHIJKLMNOPQRSTUV"
	digits, extra := b[:7], 0
	if b[1] > '9' || b[1] == '+' {
		digits = "0" + b[2:7] + b[:1]
	} else if len(b) == 9 {
		if extra = strings.IndexByte(letters, b[8]); extra < 0 {
			return false
		}
	}
	return b[7] == letters[(weighted(digits, 8, 7, 6, 5, 4, 3, 2)+9*extra)%23]
}

func vatLT(b string) bool {
	n := len(b) - 1
	sum := func(shift int) (s int) {
		for i := range n {
			s += int(b[i]-'0') * ((i+shift)%9 + 1)
		}
		return s % 11
	}
	control := sum(0)
	if control == 10 {
		control = sum(2) % 10
	}
	return b[n-1] == '1' && control == int(b[n]-'0')
}

// vatLV checks companies (first digit 4 to 9); people's codes have had no check digit since 2017.
func vatLV(b string) bool {
	return b[0] < '4' || weighted(b, 9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1)%11 == 3
}

func vatRO(b string) bool {
	padded := strings.Repeat("0", 10-len(b)) + b
	return b[0] != '0' && weighted(padded, 7, 5, 3, 2, 1, 7, 5, 3, 2)*10%11%10 == int(padded[9]-'0')
}

func vatSE(b string) bool {
	branch := number(b[10:])
	return luhn(b[:10]) && branch >= 1 && branch <= 94
}

func vatSI(b string) bool {
	control := 11 - weighted(b, 8, 7, 6, 5, 4, 3, 2)%11
	if control == 10 {
		control = 0
	}
	return b[0] != '0' && control == int(b[7]-'0')
}

func vatSK(b string) bool {
	return b[0] != '0' && oneOf("234789", b[2]) && number(b)%11 == 0
}
