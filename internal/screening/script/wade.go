package script

import (
	"slices"
	"strings"
)

// The syllables of pinyin: what they begin and end with.
var (
	initials = strings.Fields("zh ch sh b p m f d t n l g k h j q x r z c s y w")
	finals   = strings.Fields("iang iong uang ang eng ing ong uai uan iao ian ai ei ao ou an en in un ia ie iu ua uo ui ue er a o e i u")
)

// What Wade and Giles wrote where pinyin writes something else; their apostrophes are mostly left out.
var (
	wadeWhole = map[string]string{"zi": "tzu", "ci": "tzu", "si": "szu", "zhi": "chih", "chi": "chih", "shi": "shih", "ri": "jih", "ge": "ko", "ke": "ko", "he": "ho", "e": "o",
		"yi": "i", "you": "yu", "yan": "yen", "ye": "yeh", "yue": "yueh", "yong": "yung", "er": "erh", "gui": "kuei", "kui": "kuei", "juan": "chuan", "quan": "chuan",
		"xuan": "hsuan", "jun": "chun", "qun": "chun", "xun": "hsun", "ju": "chu", "qu": "chu", "xu": "hsu"}
	wadeInitial = map[string]string{"zh": "ch", "b": "p", "d": "t", "g": "k", "j": "ch", "q": "ch", "x": "hs", "z": "ts", "c": "ts", "r": "j"}
	wadeFinal   = map[string]string{"ong": "ung", "ian": "ien", "ie": "ieh", "ue": "ueh", "iong": "iung", "e": "e"}
)

// Wade writes a word in pinyin as Wade and Giles did, and one that they may have written as it is: "jianguo" and "chienkuo" are
// both "chienkuo". It gives "" for what is neither.
func Wade(word string) string {
	if len(word) < 2 || len(word) > 18 {
		return ""
	}
	if s, ok := parse(word, func(syllable string) (string, bool) { return wadeOf(syllable) }); ok {
		return s
	}
	if s, ok := parse(word, func(syllable string) (string, bool) { return syllable, wadeSyllables[syllable] }); ok {
		return s
	}
	return ""
}

const most = 3 // syllables of a word

// parse takes a word apart into syllables, the longest first ones first.
func parse(word string, syllable func(string) (string, bool)) (string, bool) {
	var try func(rest string, left int) (string, bool)
	try = func(rest string, left int) (string, bool) {
		if rest == "" {
			return "", true
		}
		if left == 0 {
			return "", false
		}
		for n := min(len(rest), 6); n > 0; n-- {
			s, ok := syllable(rest[:n])
			if !ok || left < most && strings.IndexByte("aeiou", rest[0]) >= 0 { // an apostrophe would stand before it
				continue
			}
			if tail, ok := try(rest[n:], left-1); ok {
				return s + tail, true
			}
		}
		return "", false
	}
	return try(word, most)
}

// wadeOf writes a syllable of pinyin the old way.
func wadeOf(syllable string) (string, bool) {
	if s, ok := wadeWhole[syllable]; ok {
		return s, true
	}
	initial := ""
	for _, i := range initials {
		if strings.HasPrefix(syllable, i) {
			initial = i
			break
		}
	}
	final := syllable[len(initial):]
	if !slices.Contains(finals, final) || !fits(initial, final) {
		return "", false
	}
	old := initial
	if to, ok := wadeInitial[initial]; ok {
		old = to
	}
	switch to, ok := wadeFinal[final]; {
	case ok && initial != "y":
		final = to
	case final == "uo" && initial != "" && strings.Contains("d t n l z c s zh ch sh r", initial):
		final = "o"
	}
	return old + final, true
}

// fits tells whether a syllable of pinyin may begin and end so.
func fits(initial, final string) bool {
	switch initial {
	case "j", "q", "x":
		return final[0] == 'i' || final == "u" || final == "ue" || final == "uan" || final == "un"
	case "g", "k", "h":
		return final[0] != 'i'
	case "zh", "ch", "sh", "r", "z", "c", "s":
		return final[0] != 'i' || final == "i"
	case "":
		return final[0] != 'i' && final[0] != 'u'
	}
	return true
}

// wadeSyllables are the syllables as Wade and Giles wrote them.
var wadeSyllables = func() map[string]bool {
	all := map[string]bool{}
	for _, i := range append([]string{""}, initials...) {
		for _, f := range finals {
			if s, ok := wadeOf(i + f); ok {
				all[s] = true
			}
		}
	}
	return all
}()
