package match

import (
	"cmp"
	"slices"
)

// alike tells how alike two words are: what they are worth as a pair, 0 for different words.
func (c *Config) alike(a, b *word) int {
	w := &c.weights.Words
	switch {
	case a.text == b.text:
		return Perfect
	case a.number || b.number:
		return 0
	case a.initial || b.initial:
		if a.text != "" && b.text != "" && (a.text[0] == b.text[0] || a.sound[0] == b.sound[0]) {
			return w.Initial
		}
		return 0
	case a.abjad != b.abjad:
		if len(a.bones) == 0 || len(b.bones) == 0 {
			return 0
		}
		return min(w.Script, c.credit(c.costs.Bones(a.bones, b.bones)))
	case shareGroup(a, b):
		return w.Equivalent
	}
	if a.wade != "" && b.wade != "" && a.wade == b.wade {
		return w.Equivalent
	}
	best := min(w.Sound, c.credit(max(c.costs.Words(a.sound, b.sound), c.costs.Typed(a.text, b.text))))
	if a.tail != "" && b.tail == "" {
		best = max(best, min(w.Article, c.credit(c.costs.Words(a.tail, b.sound))))
	}
	if b.tail != "" && a.tail == "" {
		best = max(best, min(w.Article, c.credit(c.costs.Words(a.sound, b.tail))))
	}
	return best
}

func shareGroup(a, b *word) bool {
	for _, g := range a.groups {
		if slices.Contains(b.groups, g) {
			return true
		}
	}
	return false
}

// credit is what a likeness is worth: little below the knee, nothing below the floor.
func (c *Config) credit(alike int) int {
	w := &c.weights.Words
	switch {
	case alike >= w.Knee:
		return alike
	case alike < w.Floor:
		return 0
	}
	return max(0, w.Knee-(w.Knee-alike)*w.Slope/100)
}

// pair is a word or two of the one name with a word or two of the other.
type pair struct {
	a, b           int // where they begin
	lenA, lenB     int
	credit, weight int
	initial        bool
}

// alignment says which words of two names belong together.
type alignment struct {
	a, b  *reading
	pairs []pair
	usedA [maxWords]bool
	usedB [maxWords]bool
}

// align takes the best pairs first.
func (c *Config) align(a, b *reading) alignment {
	al := alignment{a: a, b: b}
	var all []pair
	for i := range a.words {
		for j := range b.words {
			wa, wb := &a.words[i], &b.words[j]
			if credit := c.alike(wa, wb); credit > 0 {
				all = append(all, pair{i, j, 1, 1, credit, max(wa.weight, wb.weight), wa.initial || wb.initial})
			}
		}
	}
	all = c.joinedPairs(a, b, all)
	slices.SortStableFunc(all, func(p, q pair) int {
		return cmp.Or(cmp.Compare(q.credit, p.credit), cmp.Compare(q.weight, p.weight), cmp.Compare(abs(p.a-p.b), abs(q.a-q.b)))
	})
	for _, p := range all {
		if al.free(p) {
			al.take(p)
		}
	}
	return al
}

func abs(n int) int { return max(n, -n) }

// joinedFrom is how alike two words written as one must be to another.
const joinedFrom = 9300

// joinedPairs adds the pairs of two words with one: "Jean Pierre" and "Jeanpierre".
func (c *Config) joinedPairs(a, b *reading, all []pair) []pair {
	try := func(x, y, one *word, p pair) {
		if x.initial || y.initial || x.number || y.number || len(one.text) < 4 || abs(len(x.text)+len(y.text)-len(one.text)) > 4 {
			return
		}
		both := joined(*x, *y)
		short := len(one.text) < 6 && !both.abjad && (both.wade == "" || both.wade != one.wade)
		if short && c.costs.Words(both.text, one.text) < 8500 {
			return
		}
		if credit := c.alike(&both, one); credit >= joinedFrom {
			p.credit = min(credit, c.weights.Words.Joined)
			p.weight = max(both.weight, one.weight)
			all = append(all, p)
		}
	}
	for i := range a.words {
		for j := range b.words {
			if i+1 < len(a.words) {
				try(&a.words[i], &a.words[i+1], &b.words[j], pair{a: i, b: j, lenA: 2, lenB: 1})
			}
			if j+1 < len(b.words) {
				try(&b.words[j], &b.words[j+1], &a.words[i], pair{a: i, b: j, lenA: 1, lenB: 2})
			}
		}
	}
	return all
}

func (al *alignment) free(p pair) bool {
	for i := range p.lenA {
		if al.usedA[p.a+i] {
			return false
		}
	}
	for j := range p.lenB {
		if al.usedB[p.b+j] {
			return false
		}
	}
	return true
}

func (al *alignment) take(p pair) {
	for i := range p.lenA {
		al.usedA[p.a+i] = true
	}
	for j := range p.lenB {
		al.usedB[p.b+j] = true
	}
	al.pairs = append(al.pairs, p)
}

// left gives the words that found no partner.
func left(r *reading, used *[maxWords]bool) (words []word, weight int) {
	for i, w := range r.words {
		if !used[i] {
			words = append(words, w)
			weight += w.weight
		}
	}
	return words, weight
}

// points is the likeness of the names. Words that both sides have and that differ count in full; words that only one side has
// are forgiven in part.
func (c *Config) points(al *alignment) int {
	credits, weights, full, most, initials := 0, 0, 0, 0, 0
	for _, p := range al.pairs {
		credits += p.credit * p.weight / Perfect
		weights += p.weight
		if p.initial {
			initials++
			continue
		}
		full += max(p.lenA, p.lenB)
		most = max(most, p.weight)
	}
	_, leftA := left(al.a, &al.usedA)
	_, leftB := left(al.b, &al.usedB)
	omitted := c.weights.Omitted.Person
	if al.a.organisation {
		omitted = c.weights.Omitted.Organisation
	}
	alone := abs(leftA - leftB)
	credits += alone * omitted / Perfect
	weights += max(leftA, leftB)
	if weights == 0 || full == 0 {
		return 0
	}
	score := credits * Perfect / weights
	words := max(len(al.a.words), len(al.b.words))
	if !al.a.organisation && full+initials < min(2, words) || al.a.organisation && most < Perfect && words > full {
		score = min(score, c.weights.Words.Single)
	}
	return min(score, Perfect)
}
