package sound

// Whole is what one letter costs that is exchanged for any other, and Perfect the likeness of two words that are the same.
const (
	Whole   = 100
	Perfect = 10_000
)

// MaxLetters are compared of a word.
const MaxLetters = 24

// Exchange is letters that spellings exchange for each other, and what that costs of a Whole.
type Exchange struct {
	Letters string
	Cost    int
}

// Costs say what exchanging one letter for another costs.
type Costs struct {
	words, short, shortest, bones, typed mode
}

// mode is the costs of one way of comparing, by letter. Letters beyond ASCII cost a Whole.
type mode struct {
	exchange, exchangeFirst [128][128]uint8
	drop, dropFirst         [128]uint8
}

// NewCosts makes Costs; of several exchanges of the same letters the last one counts.
func NewCosts(all []Exchange) *Costs {
	var plain [128][128]uint8
	for a := range plain {
		for b := range plain[a] {
			if a != b {
				plain[a][b] = Whole
			}
		}
	}
	for _, e := range all {
		for _, a := range []byte(e.Letters) {
			for _, b := range []byte(e.Letters) {
				if a != b && a < 128 && b < 128 {
					plain[a][b] = uint8(e.Cost)
				}
			}
		}
	}
	c := &Costs{}
	c.words.fill(&plain, rules{vowels: 100, dropVowel: 50})
	c.short.fill(&plain, rules{vowels: 200, dropVowel: 50})
	c.shortest.fill(&plain, rules{vowels: 1000, dropVowel: Whole})
	c.bones.fill(&plain, rules{vowels: 100, dropVowel: Whole, bones: true})
	c.typed.letters()
	return c
}

// rules make the costs of a mode from the plain ones.
type rules struct {
	vowels    int // percent of the plain cost of exchanging vowels
	dropVowel uint8
	bones     bool // of words without vowels: half vowels, and letters that these scripts have one sign for, are cheap
}

func (m *mode) fill(plain *[128][128]uint8, r rules) {
	for i := range 128 {
		a := byte(i)
		m.drop[a], m.dropFirst[a] = Whole, 150
		switch {
		case r.bones && isHalf(a):
			m.drop[a], m.dropFirst[a] = 25, 25
		case a == 'h':
			m.drop[a], m.dropFirst[a] = 40, 40
		case r.bones:
			m.dropFirst[a] = Whole
		case isVowel(a):
			m.drop[a], m.dropFirst[a] = r.dropVowel, Whole
		}
		for j := range 128 {
			b := byte(j)
			cost := int(plain[a][b])
			switch {
			case r.bones && a != b && (isHalf(a) && isHalf(b) || isLabial(a) && isLabial(b)):
				cost = 20
			case isVowel(a) && isVowel(b):
				cost = min(cost*r.vowels/100, max(cost, 80), 2*cost)
				if r.vowels == 1000 && a != b {
					cost = Whole
				}
			}
			m.exchange[a][b], m.exchangeFirst[a][b] = uint8(cost), uint8(cost)
			if cost > 30 && !r.bones { // first letters are seldom mistaken
				m.exchangeFirst[a][b] = uint8(min(2*cost, 150))
			}
		}
	}
}

// letters makes every letter count a Whole: of words as they are typed, where sounds do not matter.
func (m *mode) letters() {
	for a := range 128 {
		m.drop[a], m.dropFirst[a] = Whole, 150
		for b := range 128 {
			if a != b {
				m.exchange[a][b], m.exchangeFirst[a][b] = Whole, 150
			}
		}
	}
}

func isVowel(b byte) bool {
	switch b {
	case 'a', 'e', 'i', 'o', 'u':
		return true
	}
	return false
}

// isHalf tells the consonants that are half vowels.
func isHalf(b byte) bool { return b == 'i' || b == 'v' || b == 'u' || b == 'h' }

// isLabial tells the sounds for which these scripts have one letter instead of two.
func isLabial(b byte) bool { return b == 'b' || b == 'v' || b == 'p' || b == 'f' }

// Words is the likeness of two words, in basis points: Perfect less the cost of making the one from the other by exchanging,
// dropping, adding and swapping letters (Damerau's optimal string alignment with weights).
func (c *Costs) Words(a, b string) int {
	switch n := max(len(a), len(b)); {
	case n <= 3:
		return c.shortest.alike(a, b)
	case n == 4:
		return c.short.alike(a, b)
	}
	return c.words.alike(a, b)
}

// Bones is the likeness of the bones of two words of which one is written without vowels: y, w and h may be there or not.
func (c *Costs) Bones(a, b string) int { return c.bones.alike(a, b) }

// Typed is the likeness of two words as they are typed: every mistake counts a letter.
func (c *Costs) Typed(a, b string) int { return c.typed.alike(a, b) }

func (m *mode) alike(a, b string) int {
	a, b = a[:min(len(a), MaxLetters)], b[:min(len(b), MaxLetters)]
	n, least := max(len(a), len(b)), min(len(a), len(b))
	if least == 0 || n > 2*least+1 {
		return 0
	}
	return max(0, Perfect-m.distance(a, b)*Perfect/(Whole*n))
}

// letters makes table indices of a text: what is not ASCII is no letter of the tables.
func letters(s string) (out [MaxLetters]byte, foreign bool) {
	for i := range len(s) {
		out[i] = s[i]
		foreign = foreign || s[i] >= 128
	}
	return out, foreign
}

func (m *mode) distance(from, to string) int {
	a, foreignA := letters(from)
	b, foreignB := letters(to)
	var rows [3][MaxLetters + 1]int
	before, above, row := &rows[0], &rows[1], &rows[2]
	dropA, dropB := [MaxLetters]int{}, [MaxLetters]int{}
	for i := range len(from) {
		dropA[i] = m.dropping(a[i], foreignA)
	}
	for j := range len(to) {
		dropB[j] = m.dropping(b[j], foreignB)
		above[j+1] = above[j] + dropB[j]
		if j == 0 {
			above[1] = m.droppingFirst(b[0], foreignB)
		}
	}
	for i := range len(from) {
		row[0] = above[0] + dropA[i]
		exchange := &m.exchange
		if i == 0 {
			row[0] = m.droppingFirst(a[0], foreignA)
			exchange = &m.exchangeFirst
		}
		for j := range len(to) {
			cost := above[j]
			switch {
			case a[i] == b[j]:
			case a[i] >= 128 || b[j] >= 128:
				cost += Whole
			default:
				cost += int(exchange[a[i]][b[j]])
			}
			if j == 0 {
				exchange = &m.exchange
			}
			cost = min(cost, above[j+1]+dropA[i], row[j]+dropB[j])
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] && a[i] != a[i-1] {
				cost = min(cost, before[j-1]+80)
			}
			row[j+1] = cost
		}
		before, above, row = above, row, before
	}
	return above[len(to)]
}

func (m *mode) dropping(b byte, foreign bool) int {
	if foreign && b >= 128 {
		return Whole
	}
	return int(m.drop[b&127])
}

func (m *mode) droppingFirst(b byte, foreign bool) int {
	if foreign && b >= 128 {
		return Whole
	}
	return int(m.dropFirst[b&127])
}
