// Package script writes the letters of other scripts in a to z: Cyrillic, Greek, Arabic, Persian, Hebrew, Armenian, Georgian, the
// Chinese signs that names are made of, and Korean. It is pure, and must not know what a name is.
package script

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// letters writes letters of other scripts, and of Latin beyond ASCII, in a to z. Letters that only modify are "".
var letters = map[rune]string{
	'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'đ': "d", 'ð': "d", 'þ': "th", 'ł': "l", 'ħ': "h", 'ŋ': "n", 'ə': "a", 'ı': "i", 'ɛ': "e", 'ɔ': "o", 'ƒ': "f", 'ŀ': "l",
	// Cyrillic
	'а': "a", 'б': "b", 'в': "v", 'г': "g", 'д': "d", 'е': "e", 'ж': "zh", 'з': "z", 'и': "i", 'к': "k", 'л': "l", 'м': "m", 'н': "n", 'о': "o", 'п': "p",
	'р': "r", 'с': "s", 'т': "t", 'у': "u", 'ф': "f", 'х': "kh", 'ц': "ts", 'ч': "ch", 'ш': "sh", 'щ': "shch", 'ъ': "", 'ы': "y", 'ь': "", 'э': "e", 'ю': "yu", 'я': "ya",
	'і': "i", 'є': "ye", 'ґ': "g", 'ђ': "dj", 'ј': "j", 'љ': "lj", 'њ': "nj", 'ћ': "c", 'џ': "dzh", 'ѕ': "dz", 'ә': "a", 'ғ': "g", 'қ': "q", 'ң': "n", 'ө': "o", 'ұ': "u",
	'ү': "u", 'һ': "h", 'ҳ': "h", 'ҷ': "j", 'ӣ': "i", 'ӯ': "u",
	// Greek
	'α': "a", 'β': "v", 'γ': "g", 'δ': "d", 'ε': "e", 'ζ': "z", 'η': "i", 'θ': "th", 'ι': "i", 'κ': "k", 'λ': "l", 'μ': "m", 'ν': "n", 'ξ': "x", 'ο': "o", 'π': "p",
	'ρ': "r", 'σ': "s", 'ς': "s", 'τ': "t", 'υ': "y", 'φ': "f", 'χ': "ch", 'ψ': "ps", 'ω': "o",
	// Arabic and Persian; short vowels are not written
	'ا': "a", 'ٱ': "a", 'ب': "b", 'ت': "t", 'ث': "th", 'ج': "j", 'ح': "h", 'خ': "kh", 'د': "d", 'ذ': "dh", 'ر': "r", 'ز': "z", 'س': "s", 'ش': "sh", 'ص': "s", 'ض': "d",
	'ط': "t", 'ظ': "z", 'ع': "a", 'غ': "gh", 'ف': "f", 'ق': "q", 'ك': "k", 'ل': "l", 'م': "m", 'ن': "n", 'ه': "h", 'ة': "a", 'و': "w", 'ي': "y", 'ى': "a", 'ء': "",
	'پ': "p", 'چ': "ch", 'ژ': "zh", 'گ': "g", 'ک': "k", 'ی': "y", 'ڤ': "v", 'ہ': "h", 'ھ': "h", 'ے': "y", 'ں': "n", 'ٹ': "t", 'ڈ': "d", 'ڑ': "r", 'ـ': "",
	// Hebrew
	'א': "a", 'ב': "b", 'ג': "g", 'ד': "d", 'ה': "h", 'ו': "w", 'ז': "z", 'ח': "h", 'ט': "t", 'י': "y", 'כ': "k", 'ך': "k", 'ל': "l", 'מ': "m", 'ם': "m", 'נ': "n", 'ן': "n",
	'ס': "s", 'ע': "a", 'פ': "p", 'ף': "f", 'צ': "ts", 'ץ': "ts", 'ק': "k", 'ר': "r", 'ש': "sh", 'ת': "t",
	// Armenian
	'ա': "a", 'բ': "b", 'գ': "g", 'դ': "d", 'ե': "e", 'զ': "z", 'է': "e", 'ը': "e", 'թ': "t", 'ժ': "zh", 'ի': "i", 'լ': "l", 'խ': "kh", 'ծ': "ts", 'կ': "k", 'հ': "h", 'ձ': "dz",
	'ղ': "gh", 'ճ': "ch", 'մ': "m", 'յ': "y", 'ն': "n", 'շ': "sh", 'ո': "o", 'չ': "ch", 'պ': "p", 'ջ': "j", 'ռ': "r", 'ս': "s", 'վ': "v", 'տ': "t", 'ր': "r", 'ց': "ts",
	'ւ': "u", 'փ': "p", 'ք': "k", 'օ': "o", 'ֆ': "f", 'և': "ev",
	// Georgian
	'ა': "a", 'ბ': "b", 'გ': "g", 'დ': "d", 'ე': "e", 'ვ': "v", 'ზ': "z", 'თ': "t", 'ი': "i", 'კ': "k", 'ლ': "l", 'მ': "m", 'ნ': "n", 'ო': "o", 'პ': "p", 'ჟ': "zh", 'რ': "r",
	'ს': "s", 'ტ': "t", 'უ': "u", 'ფ': "p", 'ქ': "k", 'ღ': "gh", 'ყ': "q", 'შ': "sh", 'ჩ': "ch", 'ც': "ts", 'ძ': "dz", 'წ': "ts", 'ჭ': "ch", 'ხ': "kh", 'ჯ': "j", 'ჰ': "h",
}

// greekPairs are read together.
var greekPairs = strings.NewReplacer("ου", "u", "αυ", "av", "ευ", "ev", "ηυ", "iv", "μπ", "b", "γκ", "g", "γγ", "ng", "γχ", "nch", "τζ", "tz", "ει", "i", "οι", "i", "υι", "i")

//go:embed han.txt
var hanTable string

// han gives the pinyin of the characters that names are mostly made of.
var han = sync.OnceValue(func() map[rune]string {
	table := map[rune]string{}
	for line := range strings.Lines(hanTable) {
		if syllable, characters, ok := strings.Cut(strings.TrimSpace(line), " "); ok {
			for _, r := range characters {
				table[r] = syllable
			}
		}
	}
	return table
})

// doubles are Chinese family names of two signs.
var doubles = map[string]bool{"欧阳": true, "歐陽": true, "司马": true, "司馬": true, "上官": true, "诸葛": true, "諸葛": true, "司徒": true, "东方": true, "慕容": true, "公孙": true, "令狐": true}

// The parts of a Hangul syllable, in the Revised Romanisation.
var (
	hangulInitial = strings.Fields("g kk n d tt r m b pp s ss - j jj ch k t p h")
	hangulVowel   = strings.Fields("a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i")
	hangulFinal   = strings.Fields("- k k k n n n t l k m l l l p l m p p t t ng t t k t p t")
)

func hangul(r rune) string {
	n := int(r - 0xAC00)
	s := hangulInitial[n/588] + hangulVowel[n%588/28] + hangulFinal[n%28]
	return strings.ReplaceAll(s, "-", "")
}

func isHangul(r rune) bool { return r >= 0xAC00 && r <= 0xD7A3 }

// Letter writes a letter in a to z; "" for one that only modifies others. It does not know ASCII, nor signs.
func Letter(r rune) (latin string, known bool) {
	latin, known = letters[r]
	return latin, known
}

// IsSign tells the signs that stand for a syllable: Chinese and Korean.
func IsSign(r rune) bool { return isHangul(r) || unicode.Is(unicode.Han, r) }

// Syllable writes a sign as it is pronounced; one that is not known stays as it is.
func Syllable(r rune) string {
	if isHangul(r) {
		return hangul(r)
	}
	if s, ok := han()[r]; ok {
		return s
	}
	return string(r)
}

// FamilyName tells how many of the signs of a person's name are the family's.
func FamilyName(signs []rune) int {
	if len(signs) > 2 && doubles[string(signs[:2])] {
		return 2
	}
	return min(1, len(signs))
}

// IsAbjad tells the letters of scripts that do not write short vowels.
func IsAbjad(r rune) bool { return unicode.In(r, unicode.Arabic, unicode.Hebrew) }

// Plain folds compatibility forms, case and accents, and leaves scripts as they are.
func Plain(s string) string {
	s = strings.ToLower(norm.NFKC.String(s))
	ascii := true
	for i := range len(s) {
		ascii = ascii && s[i] < 0x80
	}
	if ascii {
		return s
	}
	var b strings.Builder
	greek := false
	for _, r := range s {
		if isHangul(r) {
			b.WriteRune(r)
			continue
		}
		greek = greek || unicode.Is(unicode.Greek, r)
		for _, part := range norm.NFKD.String(string(r)) {
			if !unicode.Is(unicode.Mn, part) {
				b.WriteRune(part)
			}
		}
	}
	if greek {
		return greekPairs.Replace(b.String())
	}
	return b.String()
}
