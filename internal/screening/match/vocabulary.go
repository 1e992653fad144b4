package match

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"rampa/internal/screening/sound"
)

// vocabulary is the different words of many names: where each stands, and which ones resemble a word.
type vocabulary struct {
	list   []word
	at     map[wordKey]int32 // while it is made
	pairs  []uint64          // word and name, while it is made
	starts []int32           // where a word's names begin in where
	where  []int32
	keys   []uint64 // sorted: the hash of a key, and a word that has it
}

type wordKey struct {
	text   string
	abjad  bool
	weight int
}

func (v *vocabulary) add(w word, name int32) int32 {
	key := wordKey{w.text, w.abjad, w.weight}
	id, ok := v.at[key]
	if !ok {
		id = int32(len(v.list))
		v.at[key] = id
		v.list = append(v.list, w)
	}
	v.pairs = append(v.pairs, uint64(id)<<32|uint64(name))
	return id
}

// close sorts what was added. A loose vocabulary finds misspelt words too.
func (v *vocabulary) close(loose bool) {
	slices.Sort(v.pairs)
	v.pairs = slices.Compact(v.pairs)
	v.starts = make([]int32, len(v.list)+1)
	v.where = make([]int32, len(v.pairs))
	for i, pair := range v.pairs {
		v.starts[pair>>32+1]++
		v.where[i] = int32(uint32(pair))
	}
	for i := range v.list {
		v.starts[i+1] += v.starts[i]
	}
	for id := range v.list {
		for _, key := range keysOf(&v.list[id], loose) {
			v.keys = append(v.keys, uint64(key)<<32|uint64(id))
		}
	}
	slices.Sort(v.keys)
	v.keys = slices.Clip(slices.Compact(v.keys))
	v.at, v.pairs = nil, nil
}

// names gives the names that have a word.
func (v *vocabulary) names(id int32) []int32 { return v.where[v.starts[id]:v.starts[id+1]] }

// similar is a word of the vocabulary that resembles another.
type similar struct {
	id     int32
	credit int
}

// similar gives the words that are worth something beside w, the best first.
func (v *vocabulary) similar(c *Config, w *word) []similar {
	if w.initial {
		return nil
	}
	var ids []uint32
	for _, key := range keysOf(w, true) {
		at, _ := slices.BinarySearch(v.keys, uint64(key)<<32)
		for ; at < len(v.keys) && uint32(v.keys[at]>>32) == key; at++ {
			ids = append(ids, uint32(v.keys[at]))
		}
	}
	slices.Sort(ids)
	var out []similar
	for _, id := range slices.Compact(ids) {
		if credit := c.alike(w, &v.list[id]); credit > 0 {
			out = append(out, similar{int32(id), credit})
		}
	}
	slices.SortFunc(out, func(a, b similar) int { return cmp.Or(cmp.Compare(b.credit, a.credit), cmp.Compare(a.id, b.id)) })
	return out
}

// keysOf gives the keys by which a word is found: its sound, its sound with a letter less, and the classes of its consonants,
// with one less too. Two words that resemble each other share one.
func keysOf(w *word, loose bool) (keys []uint32) {
	if w.number {
		return []uint32{hash('=', w.text, -1)}
	}
	if w.initial {
		return nil
	}
	keys = addKeys(keys, 'd', w.sound, loose && !w.abjad)
	if w.text != w.sound && !w.abjad {
		keys = addKeys(keys, 'd', w.text, loose)
	}
	if w.wade != "" {
		keys = append(keys, hash('w', w.wade, -1))
	}
	if w.tail != "" {
		keys = addKeys(keys, 'd', w.tail, loose)
	}
	for _, g := range w.groups {
		keys = append(keys, hash('g', strconv.Itoa(int(g)), -1))
	}
	bones := sound.Skeleton(w.sound, false)
	keys = addKeys(keys, 's', bones, loose)
	if other := sound.Skeleton(w.sound, true); other != bones {
		keys = addKeys(keys, 's', other, loose)
	}
	if w.abjad {
		for _, other := range []string{strings.ReplaceAll(w.sound, "v", ""), strings.ReplaceAll(w.sound, "d", "z")} {
			if other = sound.Skeleton(other, false); other != bones {
				keys = addKeys(keys, 's', other, loose)
			}
		}
	}
	return keys
}

// addKeys adds the key of a text and, when loose, those of the text with any one letter less.
func addKeys(keys []uint32, kind byte, text string, loose bool) []uint32 {
	if text == "" {
		return keys
	}
	text = text[:min(len(text), sound.MaxLetters)]
	keys = append(keys, hash(kind, text, -1))
	if !loose || len(text) < 3 {
		return keys
	}
	for skip := range len(text) {
		keys = append(keys, hash(kind, text, skip))
	}
	return keys
}

// hash is FNV-1a of a kind and a text without the letter at skip.
func hash(kind byte, text string, skip int) uint32 {
	h := (uint32(2166136261) ^ uint32(kind)) * 16777619
	for i := range len(text) {
		if i != skip {
			h = (h ^ uint32(text[i])) * 16777619
		}
	}
	return h
}
