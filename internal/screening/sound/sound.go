// Package sound compares words by how they sound and are misspelt: spellings of one name that rules explain become one, and
// what is left is counted letter by letter. It is pure; it must not know what a name is, nor what a likeness is worth.
package sound

import "strings"

// spellings are written alike before words are compared; at each place the first line that fits is taken, so longer ones stand
// first. C is ch, X is sh, Z is zh.
var spellings = []struct{ from, to string }{
	{"tsch", "C"}, {"shch", "X"}, {"dsch", "J"}, {"tch", "C"}, {"sch", "X"}, {"dzh", "J"}, {"ssh", "X"},
	{"zts", "c"}, {"zc", "c"}, {"cz", "C"}, {"sz", "X"}, {"rz", "Z"}, {"zh", "Z"}, {"dj", "J"}, {"sh", "X"}, {"kh", "h"}, {"gh", "g"}, {"ph", "f"}, {"th", "t"}, {"dh", "d"},
	{"bh", "b"}, {"rh", "r"}, {"wh", "v"}, {"ck", "k"}, {"cq", "k"}, {"tz", "c"}, {"ts", "c"}, {"ou", "u"}, {"oo", "u"}, {"ee", "i"},
	{"ae", "a"}, {"oe", "o"}, {"ue", "u"}, {"iy", "i"}, {"yi", "i"}, {"ij", "i"}, {"x", "ks"}, {"w", "v"}, {"y", "i"},
}

// Of writes a Latin word as it sounds, roughly: what spellings of one name differ in is mostly gone.
func Of(word string) string {
	if strings.HasPrefix(word, "ye") && len(word) > 3 {
		word = word[1:]
	}
	out := make([]byte, 0, len(word)+4)
	for at := 0; at < len(word); {
		n, to := spell(word, at)
		for _, b := range []byte(to) {
			if len(out) == 0 || out[len(out)-1] != b {
				out = append(out, b)
			}
		}
		at += n
	}
	if len(out) > 3 && out[len(out)-1] == 'h' && isVowel(out[len(out)-2]) {
		out = out[:len(out)-1]
	}
	return string(out)
}

// spell gives the sound at a place and how many letters it takes.
func spell(word string, at int) (int, string) {
	rest := word[at:]
	next := byte(0)
	if len(rest) > 1 {
		next = rest[1]
	}
	switch rest[0] {
	case 'q':
		if next == 'u' && len(rest) > 2 && (rest[2] == 'e' || rest[2] == 'i') {
			return 2, "k"
		}
		return 1, "k"
	case 'c':
		switch {
		case next == 'h' && len(rest) > 2 && strings.IndexByte("rln", rest[2]) >= 0: // Christos
			return 2, "k"
		case next == 'h':
			return 2, "C"
		case next == 'e' || next == 'i' || next == 'y':
			return 1, "s"
		case next != 'z' && next != 'k' && next != 'q':
			return 1, "k"
		}
	case 'e':
		if next == 'i' && at == 0 {
			return 2, "ei"
		}
	}
	for _, s := range spellings {
		if strings.HasPrefix(rest, s.from) {
			return len(s.from), s.to
		}
	}
	return 1, rest[:1]
}

// Bones drops the vowels of a sound but y and w, which scripts without vowels may write.
func Bones(sound string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("aeo", r) {
			return -1
		}
		return r
	}, sound)
}

// Skeleton is what survives most misspellings: the classes of the consonants, as a key for finding words. A j
// may be any of three sounds: dropJ leaves it out.
func Skeleton(sound string, dropJ bool) string {
	out := make([]byte, 0, len(sound))
	for _, b := range []byte(sound) {
		var class byte
		switch b {
		case 'b', 'p', 'f', 'v':
			class = 'b'
		case 'k', 'g':
			class = 'k'
		case 'C', 'X', 'Z', 'J', 's', 'z', 'c':
			class = 's'
		case 'j':
			if class = 's'; dropJ {
				continue
			}
		case 'd', 't':
			class = 't'
		case 'a', 'e', 'i', 'o', 'u', 'h':
			continue
		default:
			class = b
		}
		if len(out) == 0 || out[len(out)-1] != class {
			out = append(out, class)
		}
	}
	return string(out)
}
