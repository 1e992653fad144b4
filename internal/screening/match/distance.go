package match

// whole is what one letter costs that is exchanged for any other.
const whole = 100

const maxLetters = 24 // of a word; longer ones are compared by their first letters

// costs say what exchanging one letter for another costs, in hundredths of a letter.
type costs [128][128]uint8

func newCosts(sounds []sound) (c costs) {
	for a := range c {
		for b := range c[a] {
			if a != b {
				c[a][b] = whole
			}
		}
	}
	for _, s := range sounds {
		for _, a := range []byte(s.letters) {
			for _, b := range []byte(s.letters) {
				if a != b && a < 128 && b < 128 {
					c[a][b] = uint8(s.cost) // a later line is about fewer letters
				}
			}
		}
	}
	return c
}

func isVowel(b byte) bool {
	switch b {
	case 'a', 'e', 'i', 'o', 'u':
		return true
	}
	return false
}

// measure is how two words are compared.
type measure struct {
	*costs
	strict    bool // short words: each vowel counts
	voweless  bool // one side is written without vowels: y, w and h may or may not be there
	firstLeft bool
}

func (m *measure) exchange(a, b byte, first bool) int {
	if a == b {
		return 0
	}
	if a >= 128 || b >= 128 {
		return whole
	}
	if m.voweless && isHalf(a) && isHalf(b) {
		return 20
	}
	cost := int(m.costs[a][b])
	if isVowel(a) && isVowel(b) {
		switch {
		case m.strict:
			return whole
		case first && cost > 30:
			return 70
		}
	}
	return cost
}

// isHalf tells the consonants that are half vowels.
func isHalf(b byte) bool { return b == 'i' || b == 'v' || b == 'u' || b == 'h' }

func (m *measure) drop(b byte) int {
	switch {
	case m.voweless && isHalf(b):
		return 25
	case b == 'h':
		return 40
	case isVowel(b) && !m.strict:
		return 50
	}
	return whole
}

// distance is the least cost of making a from b by exchanging, dropping and adding letters and by swapping neighbours (Damerau's
// optimal string alignment with weights).
func (m *measure) distance(a, b string) int {
	a, b = a[:min(len(a), maxLetters)], b[:min(len(b), maxLetters)]
	var rows [3][maxLetters + 1]int
	before, above, row := &rows[0], &rows[1], &rows[2]
	for j := range len(b) {
		above[j+1] = above[j] + m.drop(b[j])
	}
	for i := range len(a) {
		row[0] = above[0] + m.drop(a[i])
		for j := range len(b) {
			cost := above[j] + m.exchange(a[i], b[j], i == 0 && j == 0)
			cost = min(cost, above[j+1]+m.drop(a[i]), row[j]+m.drop(b[j]))
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] && a[i] != a[i-1] {
				cost = min(cost, before[j-1]+80)
			}
			row[j+1] = cost
		}
		before, above, row = above, row, before
	}
	return above[len(b)]
}

// alike is the likeness of two words by the cost of their difference, in basis points.
func (m *measure) alike(a, b string) int {
	n := max(min(len(a), maxLetters), min(len(b), maxLetters))
	if n == 0 {
		return 0
	}
	return max(0, Perfect-m.distance(a, b)*Perfect/(whole*n))
}
