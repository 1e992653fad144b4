package sound_test

import (
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"rampa/internal/screening/sound"
)

func TestSpellingsOfOneSoundAreOne(t *testing.T) {
	t.Parallel()
	for _, same := range [][]string{
		{"Yuri", "yury", "iurii", "youri"}, {"khalid", "halid"}, {"yelena", "elena"}, {"muller", "mueller"}, {"philip", "filip"}, {"tchaikin", "chaikin"},
		{"christos", "kristos"}, {"abdullah", "abdulah", "abdulla"}, {"wladimir", "vladimir"}, {"cohen", "kohen"}, {"garcia", "garsia"}, {"lee", "li"},
	} {
		for _, word := range same[1:] {
			if a, b := sound.Of(lower(same[0])), sound.Of(word); a != b {
				t.Errorf("%s sounds %s, %s sounds %s", same[0], a, word, b)
			}
		}
	}
}

func lower(s string) string {
	b := []byte(s)
	for i := range b {
		if b[i] >= 'A' && b[i] <= 'Z' {
			b[i] += 'a' - 'A'
		}
	}
	return string(b)
}

var plain = sound.NewCosts([]sound.Exchange{{Letters: "aeiou", Cost: 40}, {Letters: "kg", Cost: 50}})

func TestLikenessCountsByLetters(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"maduro", "maduro", 10_000}, {"maduro", "madura", 9334}, {"maduro", "madro", 9167}, {"maduro", "maudro", 8667}, {"maduro", "matduro", 8572}, {"maduro", "xaduro", 7500},
		{"kim", "gim", 6667}, {"li", "lu", 5000}, {"li", "", 0}, {"a", "abcdef", 0}, {"omar", "amir", 4250},
	} {
		if got := plain.Words(c.a, c.b); got != c.want {
			t.Errorf("%s %s: got %d, want %d", c.a, c.b, got, c.want)
		}
	}
	if got := plain.Bones("mhmd", "muhmd"); got < 9000 {
		t.Errorf("without vowels: %d", got)
	}
}

func TestLikenessIsSymmetricAndPerfectForTheSame(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.OneOf(rapid.StringMatching(`[a-e]{1,12}`), rapid.StringN(1, 12, 40))
		a, b := word.Draw(t, "a"), word.Draw(t, "b")
		for _, like := range []func(a, b string) int{plain.Words, plain.Bones} {
			one, other := like(a, b), like(b, a)
			if one != other || one < 0 || one > sound.Perfect || like(a, a) != sound.Perfect {
				t.Fatalf("%q %q: %d, %d, itself %d", a, b, one, other, like(a, a))
			}
		}
	})
}

func FuzzOf(f *testing.F) {
	for _, s := range []string{"tschaikowsky", "xqqueen", "ye", "h", "чай", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		of := sound.Of(s)
		if len(of) > 2*len(s) {
			t.Fatalf("%q became %q", s, of)
		}
		if bones := sound.Bones(of); utf8.RuneCountInString(bones) > utf8.RuneCountInString(of) {
			t.Fatalf("%q has longer bones: %q", of, bones)
		}
	})
}
