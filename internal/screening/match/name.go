package match

import (
	"strings"
	"unicode"

	"rampa/internal/screening/script"
	"rampa/internal/screening/sound"
)

// word is a word of a name, made ready to be compared.
type word struct {
	text    string // in a to z and digits; letters of unknown scripts as they are
	sound   string
	bones   string // the consonants of sound
	tail    string // the sound without the Arabic article that was written together with it: "masri" of "Almasri"; "" for none
	wade    string // Chinese as Wade and Giles wrote it; "" for what cannot be Chinese
	groups  []int32
	weight  int // basis points
	abjad   bool
	initial bool
	number  bool
}

// reading is a name as it is compared.
type reading struct {
	words        []word
	weight       int
	organisation bool
}

const maxWords = 16

// rawWord is a word as it stands in a name.
type rawWord struct {
	text   string
	sound  string // of an abjad, whose letters are sounds one by one; "" otherwise
	abjad  bool
	hyphen bool // the next word follows by a hyphen
	whole  bool // made of a sign or syllable: never an initial
}

// split takes a name apart and writes its words in Latin letters.
func split(name string, organisation bool) (out []rawWord) {
	var w rawWord
	var text strings.Builder
	flush := func() {
		if text.Len() > 0 {
			w.text = text.String()
			out = append(out, w)
		}
		w = rawWord{}
		text.Reset()
	}
	signs := []rune(nil) // a run of Chinese or Korean signs
	flushSigns := func() {
		flush()
		out = append(out, signWords(signs, organisation)...)
		signs = signs[:0]
	}
	for _, r := range script.Plain(name) {
		switch {
		case script.IsSign(r):
			if len(signs) == 0 {
				flush()
			}
			signs = append(signs, r)
			continue
		case len(signs) > 0:
			flushSigns()
		}
		to, known := script.Letter(r)
		switch {
		case known:
			if script.IsAbjad(r) {
				w.abjad = true
				w.sound += sound.Of(to)
			}
			text.WriteString(to)
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if unicode.Is(unicode.Lm, r) { // ʿ and its like
				continue
			}
			text.WriteRune(r)
		case strings.ContainsRune("'’‘`´ʼ", r):
		default:
			flush()
			if n := len(out); n > 0 && isHyphen(r) {
				out[n-1].hyphen = true
			}
		}
		if len(out) > 4*maxWords {
			break
		}
	}
	flushSigns()
	return out
}

func isHyphen(r rune) bool { return r == '-' || r == '‐' || r == '‑' || r == '–' || r == '−' }

// signWords writes Chinese and Korean signs in Latin letters: a person's family name, and each
// other sign by itself, tied to the next.
func signWords(signs []rune, organisation bool) (out []rawWord) {
	if len(signs) == 0 {
		return nil
	}
	if organisation {
		for _, r := range signs {
			out = append(out, rawWord{text: script.Syllable(r), whole: true})
		}
		return out
	}
	family := script.FamilyName(signs)
	text := ""
	for _, r := range signs[:family] {
		text += script.Syllable(r)
	}
	out = append(out, rawWord{text: text, whole: true})
	for i, r := range signs[family:] {
		out = append(out, rawWord{text: script.Syllable(r), whole: true, hyphen: i+1 < len(signs)-family})
	}
	return out
}

// read makes a name ready.
func (c *Config) read(name string, organisation bool) reading {
	raw := split(name, organisation)
	if organisation {
		return c.organisation(raw)
	}
	return c.person(raw)
}

// person drops titles, articles and particles, and joins what belongs together.
func (c *Config) person(raw []rawWord) reading {
	raw = dropWhere(raw, func(at int, w rawWord) bool {
		return c.titles.has(w.text) || at < len(raw)-1 && c.honours.has(w.text)
	})
	raw = c.dropArticles(raw)
	raw = c.join(raw)
	raw = dropWhere(raw, func(at int, w rawWord) bool {
		return c.particles.has(w.text) || at > 0 && at < len(raw)-1 && !w.hyphen && c.doubtful.has(w.text)
	})
	r := reading{}
	raw = raw[:min(len(raw), maxWords)]
	for i, w := range raw {
		weight := Perfect
		if w.hyphen && i+1 < len(raw) || i > 0 && raw[i-1].hyphen {
			weight = tied
		}
		r.add(c.word(w, weight, true))
	}
	return r
}

// tied is the weight of each word of two that a hyphen ties: "Wen-chieh" is hardly more than one name.
const tied = 6000

func (r *reading) add(w word) {
	r.words = append(r.words, w)
	r.weight += w.weight
}

// dropWhere leaves out words while two others, longer than an initial, remain.
func dropWhere(raw []rawWord, drop func(int, rawWord) bool) (kept []rawWord) {
	remaining := 0
	for i, w := range raw {
		if !drop(i, w) && (len(w.text) > 1 || w.whole) {
			remaining++
		}
	}
	if remaining < 2 {
		return raw
	}
	for i, w := range raw {
		if !drop(i, w) {
			kept = append(kept, w)
		}
	}
	return kept
}

// dropArticles drops the Arabic article where a hyphen ties it to its word, and where it is written in Arabic.
func (c *Config) dropArticles(raw []rawWord) (kept []rawWord) {
	for i, w := range raw {
		if w.hyphen && i+1 < len(raw) && c.articles.has(w.text) {
			continue
		}
		if rest, ok := strings.CutPrefix(w.text, "al"); ok && w.abjad && len(rest) > 2 {
			w.text = rest
			if len(w.sound) > 2 {
				w.sound = w.sound[2:]
			}
		}
		kept = append(kept, w)
	}
	return kept
}

// join makes one word of "Abd al Rahman" and "Abu Bakr".
func (c *Config) join(raw []rawWord) (out []rawWord) {
	for i := 0; i < len(raw); i++ {
		w := raw[i]
		if c.glue.has(w.text) {
			next := i + 1
			if next+1 < len(raw) && c.articles.has(raw[next].text) {
				next++
			}
			if next < len(raw) && len(raw[next].text) > 2 {
				w = rawWord{text: servant(w.text + raw[next].text), sound: w.sound + raw[next].sound, abjad: w.abjad, hyphen: raw[next].hyphen}
				i = next
			}
		}
		w.text = servant(w.text)
		out = append(out, w)
	}
	return out
}

// servant writes the many ways of Abdul-, Abdel-, Abdal- and Abou- in one.
func servant(text string) string {
	for _, prefix := range []string{"abdul", "abdel", "abdal", "abdol"} {
		if rest, ok := strings.CutPrefix(text, prefix); ok && len(rest) > 2 {
			return "abd" + rest
		}
	}
	if rest, ok := strings.CutPrefix(text, "abou"); ok && len(rest) > 2 {
		return "abu" + rest
	}
	return text
}

// organisation drops the legal form and stop words, and gives common words little weight.
func (c *Config) organisation(raw []rawWord) reading {
	raw = joinLetters(raw)
	raw = c.dropForms(raw)
	raw = dropButOne(raw, func(w rawWord) bool { return c.stop.has(w.text) })
	r := reading{organisation: true}
	for _, w := range raw[:min(len(raw), maxWords)] {
		if to, ok := c.synonyms[w.text]; ok {
			w.text = to
		}
		weight := Perfect
		if c.common.has(w.text) {
			weight = c.weights.Organisations.Weight
		}
		r.add(c.word(w, weight, false))
	}
	return r
}

// joinLetters makes one word of single letters in a row: "S. A." and "N.B.C.".
func joinLetters(raw []rawWord) (out []rawWord) {
	single := false
	for _, w := range raw {
		isSingle := len(w.text) == 1 && !w.whole
		if isSingle && single {
			out[len(out)-1].text += w.text
			continue
		}
		single = isSingle
		out = append(out, w)
	}
	return out
}

// dropForms drops legal forms: phrases and words of three letters anywhere, shorter words at the ends.
func (c *Config) dropForms(raw []rawWord) []rawWord {
	for at := 0; at < len(raw); at++ {
		for _, form := range c.forms {
			if len(raw) > len(form) && matchesAt(raw, at, form) {
				raw = append(raw[:at:at], raw[at+len(form):]...)
				break
			}
		}
	}
	raw = dropButOne(raw, func(w rawWord) bool { return len(w.text) > 2 && c.legal.has(w.text) })
	for len(raw) > 1 && c.legal.has(raw[len(raw)-1].text) {
		raw = raw[:len(raw)-1]
	}
	for len(raw) > 1 && c.legal.has(raw[0].text) {
		raw = raw[1:]
	}
	return raw
}

func matchesAt(raw []rawWord, at int, form []string) bool {
	if at+len(form) > len(raw) {
		return false
	}
	for i, text := range form {
		if raw[at+i].text != text {
			return false
		}
	}
	return true
}

// dropButOne leaves out words unless nothing would remain.
func dropButOne(raw []rawWord, drop func(rawWord) bool) (kept []rawWord) {
	for _, w := range raw {
		if !drop(w) {
			kept = append(kept, w)
		}
	}
	if len(kept) == 0 {
		return raw
	}
	return kept
}

// word makes a word ready.
func (c *Config) word(w rawWord, weight int, person bool) word {
	out := word{text: w.text, weight: weight, abjad: w.abjad, sound: w.sound}
	if !w.abjad {
		out.sound = sound.Of(w.text)
	}
	out.number = strings.ContainsAny(w.text, "0123456789")
	out.initial = person && !w.whole && !w.abjad && len(w.text) == 1
	out.bones = sound.Bones(out.sound)
	if person {
		out.groups = c.groups[w.text]
		if !w.abjad {
			out.wade = script.Wade(w.text)
		}
		if rest := w.text; !w.abjad && len(rest) > 5 && (strings.HasPrefix(rest, "al") || strings.HasPrefix(rest, "el")) {
			out.tail = sound.Of(rest[2:])
		}
	}
	return out
}

// joined is two words of a name written as one.
func joined(a, b word) word {
	text := servant(a.text + b.text)
	sounds := a.sound + b.sound
	if !a.abjad || !b.abjad {
		sounds = sound.Of(text)
	}
	return word{text: text, sound: sounds, bones: sound.Bones(sounds), wade: script.Wade(text), weight: a.weight + b.weight, abjad: a.abjad || b.abjad}
}
