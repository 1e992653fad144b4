package people

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Variant is how somebody else writes a person or a company.
type Variant struct {
	Name  string
	Birth Date
}

// Way is a class of variants. Of gives ok = false for a name that this cannot happen to.
type Way struct {
	Name string
	Of   func(m *Maker, p Person, words []string) (Variant, bool)
}

// Ways are the classes of a person's variants. Words are the name as the list writes it, part for part.
var Ways = []Way{
	{"as_listed", func(m *Maker, p Person, words []string) (Variant, bool) {
		return p.variant(letterCase(m, strings.Join(words, " "))), true
	}},
	{"order", func(m *Maker, p Person, words []string) (Variant, bool) {
		return p.variant(reorder(m, p, words)), true
	}},
	{"accents", func(m *Maker, p Person, words []string) (Variant, bool) {
		name := strings.Join(words, " ")
		bare := WithoutAccents(name)
		return p.variant(bare), bare != name
	}},
	{"typo", func(m *Maker, p Person, words []string) (Variant, bool) {
		wrong := strings.Join(typo(m, words), " ")
		return p.variant(wrong), wrong != strings.Join(words, " ")
	}},
	{"middle_dropped", dropMiddle},
	{"second_surname_cut", func(_ *Maker, p Person, words []string) (Variant, bool) {
		last := len(words) - 1
		return p.variant(strings.Join(words[:last], " ")), p.Parts[last].Role == SecondFamily
	}},
	{"initials", initials},
	{"spelling", func(m *Maker, p Person, words []string) (Variant, bool) {
		again, ok := respell(m, p, words)
		return p.variant(strings.Join(again, " ")), ok
	}},
	{"original_script", func(_ *Maker, p Person, _ []string) (Variant, bool) { return p.original() }},
	{"joined_or_parted", joinOrPart},
	{"particles", particles},
	{"title", func(m *Maker, p Person, words []string) (Variant, bool) {
		title := pick(m.R, []string{"Dr.", "Mr", "Sr.", "Ing.", "Prof.", "Mrs.", "Don", "Herr", "General", "Col."})
		return p.variant(title + " " + strings.Join(words, " ")), true
	}},
	{"birth_day_month_swapped", func(_ *Maker, p Person, words []string) (Variant, bool) {
		v := p.variant(strings.Join(words, " "))
		v.Birth.Month, v.Birth.Day = v.Birth.Day, v.Birth.Month
		return v, p.Birth.Day <= 12 && p.Birth.Day != p.Birth.Month
	}},
	{"birth_year_off", func(m *Maker, p Person, words []string) (Variant, bool) {
		v := p.variant(strings.Join(words, " "))
		v.Birth.Year += 1 - 2*m.R.IntN(2)
		return v, true
	}},
	{"typo_and_order", func(m *Maker, p Person, words []string) (Variant, bool) {
		return p.variant(reorder(m, p, typo(m, words))), true
	}},
	{"spelling_and_order", func(m *Maker, p Person, words []string) (Variant, bool) {
		again, ok := respell(m, p, words)
		return p.variant(reorder(m, p, again)), ok
	}},
	{"middle_dropped_and_typo", func(m *Maker, p Person, words []string) (Variant, bool) {
		return dropMiddle(m, p, typo(m, words))
	}},
}

func (p Person) variant(name string) Variant { return Variant{name, p.Birth} }

func letterCase(m *Maker, name string) string {
	switch m.R.IntN(3) {
	case 0:
		return strings.ToUpper(name)
	case 1:
		return strings.ToLower(name)
	}
	return "  " + strings.ReplaceAll(name, " ", "  ")
}

// reorder puts the family name first or last, with a comma or without.
func reorder(m *Maker, p Person, words []string) string {
	var given, family []string
	for i, part := range p.Parts {
		if part.Role == Family || part.Role == SecondFamily {
			family = append(family, words[i])
		} else {
			given = append(given, words[i])
		}
	}
	g, f := strings.Join(given, " "), strings.Join(family, " ")
	switch m.R.IntN(3) {
	case 0:
		return f + ", " + g
	case 1:
		return strings.ToUpper(f) + " " + g
	}
	if p.Parts[0].Role == Family {
		return g + " " + f
	}
	return f + " " + g
}

// WithoutAccents drops what a keyboard may not have.
func WithoutAccents(s string) string {
	s = strings.NewReplacer("ß", "ss", "ø", "o", "Ø", "O", "đ", "d", "Đ", "D", "ł", "l", "Ł", "L", "ı", "i").Replace(s)
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(s))
}

const near = "qwertyuiop asdfghjkl zxcvbnm"

// typo changes one letter of one word, mostly not the first: left out, doubled or added, exchanged for a neighbour on the keyboard, or
// swapped with the next. Short words are left alone: a letter of three is not a typo but another name.
func typo(m *Maker, words []string) []string {
	out := append([]string(nil), words...)
	var long []int
	for i, w := range words {
		if len([]rune(w)) >= 5 && !strings.ContainsAny(w, "-'") {
			long = append(long, i)
		}
	}
	if len(long) == 0 {
		return out
	}
	at := pick(m.R, long)
	w := []rune(out[at])
	i := 1 + m.R.IntN(len(w)-2)
	switch m.R.IntN(4) {
	case 0:
		w = append(w[:i:i], w[i+1:]...)
	case 1:
		w = append(w[:i:i], append([]rune{rune('a' + m.R.IntN(26))}, w[i:]...)...)
	case 2:
		w[i] = neighbour(m, w[i])
	default:
		w[i], w[i+1] = w[i+1], w[i]
	}
	out[at] = string(w)
	return out
}

func neighbour(m *Maker, r rune) rune {
	at := strings.IndexRune(near, unicode.ToLower(r))
	if at < 0 {
		return rune('a' + m.R.IntN(26))
	}
	if at+1 < len(near) && near[at+1] != ' ' && (m.R.IntN(2) == 0 || at == 0 || near[at-1] == ' ') {
		return rune(near[at+1])
	}
	return rune(near[max(0, at-1)])
}

func dropMiddle(_ *Maker, p Person, words []string) (Variant, bool) {
	var kept []string
	for i, part := range p.Parts {
		if part.Role != Middle {
			kept = append(kept, words[i])
		}
	}
	return p.variant(strings.Join(kept, " ")), len(kept) < len(words) && len(words)-len(kept) == 1
}

// initials shortens the middle names.
func initials(_ *Maker, p Person, words []string) (Variant, bool) {
	out := append([]string(nil), words...)
	ok := false
	for i, part := range p.Parts {
		if part.Role == Middle {
			out[i] = string([]rune(words[i])[:1]) + "."
			ok = true
		}
	}
	return p.variant(strings.Join(out, " ")), ok
}

// respell writes each part another way where there is one.
func respell(m *Maker, p Person, words []string) ([]string, bool) {
	out := append([]string(nil), words...)
	changed := false
	for i, part := range p.Parts {
		if len(part.Item.Spellings) > 1 {
			out[i] = m.AnySpelling(part.Item)
			changed = changed || !strings.EqualFold(out[i], words[i])
		}
	}
	return out, changed
}

// original writes the name in its own script, where all of it is known.
func (p Person) original() (Variant, bool) {
	var words []string
	for _, part := range p.Parts {
		if part.Item.Original == "" {
			return Variant{}, false
		}
		words = append(words, part.Item.Original)
	}
	space := " "
	if p.Culture == "chinese" || p.Culture == "korean" {
		space = ""
	}
	return p.variant(strings.Join(words, space)), true
}

// joinOrPart writes two words as one, or one as two.
func joinOrPart(m *Maker, p Person, words []string) (Variant, bool) {
	out := append([]string(nil), words...)
	for i, w := range out {
		if strings.Contains(w, "-") {
			out[i] = strings.ReplaceAll(w, "-", pick(m.R, []string{" ", ""}))
			return p.variant(strings.Join(out, " ")), true
		}
		if rest, ok := strings.CutPrefix(strings.ToLower(w), "abd"); ok && len(rest) > 4 {
			out[i] = strings.Replace(w, w[:5], w[:5]+" ", 1)
			return p.variant(strings.Join(out, " ")), true
		}
	}
	for i := 0; i+1 < len(p.Parts); i++ {
		if p.Parts[i].Role == Given && p.Parts[i+1].Role == Middle {
			glued := append(append(append([]string(nil), out[:i]...), out[i]+pick(m.R, []string{"", "-"})+strings.ToLower(out[i+1])), out[i+2:]...)
			return p.variant(strings.Join(glued, " ")), true
		}
	}
	return Variant{}, false
}

// particles adds or drops the small words before a family name.
func particles(m *Maker, p Person, words []string) (Variant, bool) {
	out := append([]string(nil), words...)
	add := map[string][]string{"spanish": {"de", "de la", "del"}, "portuguese": {"da", "dos", "de"}, "french": {"de", "du"}, "german": {"von"}, "italian": {"di", "de"},
		"arabic": {"bin", "ibn"}, "nordic": {"van", "af"}}[p.Culture]
	for i, part := range p.Parts {
		if part.Role != Family {
			continue
		}
		if rest, ok := strings.CutPrefix(strings.ToLower(out[i]), "al-"); ok {
			out[i] = rest
			return p.variant(strings.Join(out, " ")), true
		}
		if len(add) > 0 {
			out[i] = pick(m.R, add) + " " + out[i]
			return p.variant(strings.Join(out, " ")), true
		}
	}
	return Variant{}, false
}
