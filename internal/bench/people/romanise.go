package people

import "strings"

// scheme is a way of writing a script in Latin letters: longer pieces first.
type scheme struct{ replacer *strings.Replacer }

func newScheme(pairs string) scheme {
	var all []string
	for _, pair := range strings.Fields(pairs) {
		from, to, _ := strings.Cut(pair, ":")
		all = append(all, from, to)
		if upper := strings.ToUpper(from); upper != from {
			title := to
			if to != "" {
				title = strings.ToUpper(to[:1]) + to[1:]
			}
			all = append(all, strings.ToUpper(from[:2])+from[2:], title)
		}
	}
	return scheme{strings.NewReplacer(all...)}
}

const plainRussian = " а:a б:b в:v г:g д:d з:z и:i к:k л:l м:m н:n о:o п:p р:r с:s т:t у:u ф:f ы:y э:e ъ: ь:"

// The ways in which passports, newspapers and lists write Russian, Ukrainian and Greek.
var schemes = map[string][]scheme{
	"russian": {
		newScheme("ий:y ый:y ж:zh й:y х:kh ц:ts ч:ch ш:sh щ:shch ю:yu я:ya ё:yo е:e" + plainRussian), // newspapers
		newScheme("ж:zh й:i х:kh ц:ts ч:ch ш:sh щ:shch ю:iu я:ia ё:e е:e ъ:ie" + plainRussian),       // passports
		newScheme("ж:sch й:j х:ch ц:z ч:tsch ш:sch щ:schtsch ю:ju я:ja ё:jo е:e в:w" + plainRussian), // German
		newScheme("ж:j й:i х:kh ц:ts ч:tch ш:ch щ:chtch ю:iou я:ia ё:e е:e у:ou" + plainRussian),     // French
		newScheme("Е:Ye ье:ye ж:zh й:y х:kh ц:ts ч:ch ш:sh щ:shch ю:yu я:ya ё:e е:e" + plainRussian), // BGN, without apostrophes
	},
	"ukrainian": {
		newScheme("зг:zgh ж:zh х:kh ц:ts ч:ch ш:sh щ:shch ю:iu я:ia є:ie ї:i й:i г:h ґ:g и:y і:i е:e" + plainRussian),
		newScheme("ж:zh х:kh ц:ts ч:ch ш:sh щ:shch ю:yu я:ya є:ye ї:yi й:y г:h ґ:g и:y і:i е:e" + plainRussian),
		newScheme("ж:zh х:kh ц:ts ч:ch ш:sh щ:shch ю:yu я:ya є:e ї:i й:y г:g ґ:g и:i і:i е:e" + plainRussian),
	},
	"greek": {
		newScheme("ου:ou αυ:av ευ:ev γγ:ng ά:a έ:e ή:i ί:i ό:o ύ:y ώ:o ς:s α:a β:v γ:g δ:d ε:e ζ:z η:i θ:th ι:i κ:k λ:l μ:m ν:n ξ:x ο:o π:p ρ:r σ:s τ:t υ:y φ:f χ:ch ψ:ps ω:o"),
		newScheme("ου:ou αυ:au ευ:eu γγ:ng ά:a έ:e ή:e ί:i ό:o ύ:y ώ:o ς:s α:a β:v γ:g δ:d ε:e ζ:z η:e θ:th ι:i κ:k λ:l μ:m ν:n ξ:x ο:o π:p ρ:r σ:s τ:t υ:y φ:ph χ:ch ψ:ps ω:o"),
		newScheme("ου:ou αυ:av ευ:ev γγ:ng ά:a έ:e ή:i ί:i ό:o ύ:i ώ:o ς:s α:a β:v γ:g δ:d ε:e ζ:z η:i θ:th ι:i κ:k λ:l μ:m ν:n ξ:x ο:o π:p ρ:r σ:s τ:t υ:i φ:f χ:h ψ:ps ω:o"),
	},
}

func romanised(culture, original string) Item {
	item := Item{Original: original}
	seen := map[string]bool{}
	for _, s := range schemes[culture] {
		if text := s.replacer.Replace(original); !seen[text] {
			seen[text] = true
			item.Spellings = append(item.Spellings, text)
		}
	}
	return item
}

func isFeminine(given string) bool {
	return (strings.HasSuffix(given, "а") || strings.HasSuffix(given, "я")) && given != "Никита" && given != "Илья"
}

// feminine gives the form of a Russian name that women bear.
func feminine(i Item) Item {
	name := i.Original
	switch {
	case strings.HasSuffix(name, "ич"):
		name = strings.TrimSuffix(name, "ич") + "на"
	case strings.HasSuffix(name, "ский"):
		name = strings.TrimSuffix(name, "ий") + "ая"
	case strings.HasSuffix(name, "в"), strings.HasSuffix(name, "н"):
		name += "а"
	}
	form := romanised("russian", name)
	form.root = i.Spellings[0]
	return form
}

// The sounds of pinyin that Wade and Giles wrote another way.
var (
	wadeInitials = []struct{ from, to string }{{"zh", "ch"}, {"ch", "ch"}, {"sh", "sh"}, {"z", "ts"}, {"c", "ts"}, {"q", "ch"}, {"j", "ch"}, {"x", "hs"}, {"r", "j"},
		{"g", "k"}, {"d", "t"}, {"b", "p"}}
	wadeFinals = []struct{ from, to string }{{"ong", "ung"}, {"ian", "ien"}, {"ie", "ieh"}, {"ue", "ueh"}, {"uo", "o"}, {"e", "eh"}}
)

var wadeWhole = map[string]string{"zi": "tzu", "si": "szu", "zhi": "chih", "shi": "shih", "yi": "i", "yan": "yen", "ye": "yeh", "yong": "yung", "guo": "kuo", "he": "ho", "ge": "ko"}

// wadeGiles writes a name of one syllable, or of two that a syllable table of pinyin parts, the old way.
func wadeGiles(pinyin string) string {
	var out []string
	for _, s := range syllables(strings.ToLower(pinyin)) {
		if whole := wadeWhole[s]; whole != "" {
			out = append(out, whole)
			continue
		}
		initial, final := "", s
		for _, i := range wadeInitials {
			if rest, ok := strings.CutPrefix(s, i.from); ok {
				initial, final = i.to, rest
				break
			}
		}
		for _, f := range wadeFinals {
			if head, ok := strings.CutSuffix(final, f.from); ok && (f.from != "uo" || initial == "l" || initial == "t" || initial == "ch") && (f.from != "e" || len(s) > 2 && strings.HasSuffix(s, "ye")) {
				final = head + f.to
				break
			}
		}
		out = append(out, initial+final)
	}
	text := strings.Join(out, "-")
	return strings.ToUpper(text[:1]) + text[1:]
}

// syllables parts pinyin: a consonant that a vowel follows begins a new syllable.
func syllables(s string) (out []string) {
	const vowels = "aeiou"
	isVowel := func(i int) bool { return i < len(s) && strings.IndexByte(vowels, s[i]) >= 0 }
	start := 0
	for i := 1; i < len(s); i++ {
		begins := !isVowel(i) && (isVowel(i+1) || s[i] != 'n' && s[i] != 'g' && i+1 < len(s) && s[i+1] == 'h') && strings.ContainsAny(s[start:i], vowels)
		if begins && !(s[i] == 'g' && s[i-1] == 'n' && !isVowel(i+1)) {
			out = append(out, s[start:i])
			start = i
		}
	}
	return append(out, s[start:])
}
