package match

import (
	"cmp"
	"slices"
	"sync"

	"rampa/internal/screening/list"
)

// Index finds the entries of a list that resemble a name without comparing it with all of them. It never changes once it is
// made; safe for concurrent use.
type Index struct {
	config        *Config
	entries       []list.Entry
	people, firms *names
}

// Found is an entry that resembles a subject.
type Found struct {
	Entry *list.Entry
	Score
}

// NewIndex makes the index of a list's entries, which must not change afterwards.
func (c *Config) NewIndex(entries []list.Entry) *Index {
	x := &Index{config: c, entries: entries, people: newNames(c), firms: newNames(c)}
	for i := range entries {
		for n := range entries[i].Names {
			if Comparable(false, entries[i].Kind) {
				x.people.add(int32(i), int32(n), c.read(entries[i].Names[n].Text, false))
			}
			if Comparable(true, entries[i].Kind) {
				x.firms.add(int32(i), int32(n), c.read(entries[i].Names[n].Text, true))
			}
		}
	}
	x.people.close()
	x.firms.close()
	return x
}

// Search gives the entries that score at least from, the best first.
func (x *Index) Search(p *Prepared, from int) []Found {
	in := x.people
	if p.Organisation {
		in = x.firms
	}
	best := map[int32]Score{}
	for _, at := range in.candidates(p, from) {
		n := in.all[at]
		e := &x.entries[n.entry]
		r := in.reading(at, p.Organisation)
		if s := x.config.compare(p, e, e.Names[n.name], &r); s.Points >= from && betterName(s, best[n.entry], e) {
			best[n.entry] = s
		}
	}
	var out []Found
	for entry, s := range best {
		out = append(out, Found{&x.entries[entry], s})
	}
	slices.SortFunc(out, func(a, b Found) int {
		return cmp.Or(cmp.Compare(b.Points, a.Points), cmp.Compare(a.Entry.ID, b.Entry.ID))
	})
	return out
}

// betterName prefers, of names with the same score, the one that stands first, as Compare does.
func betterName(s, than Score, e *list.Entry) bool {
	if s.Points != than.Points {
		return s.Points > than.Points
	}
	at := func(text string) int {
		return slices.IndexFunc(e.Names, func(n list.Name) bool { return n.Text == text })
	}
	return at(s.Matched) < at(than.Matched)
}

// names are the names of a kind, by their words.
type names struct {
	config *Config
	all    []indexed
	ids    []int32 // the words of all names, one after the other
	words  vocabulary
	joins  vocabulary // neighbours written as one
	pool   sync.Pool
}

// indexed is a name: whose it is, which of its names, and where its words are in names.ids.
type indexed struct {
	entry, name  int32
	from, to     int32
	weight       int32
	initials     int32
	organisation bool
}

func newNames(c *Config) *names {
	return &names{config: c, words: vocabulary{at: map[wordKey]int32{}}, joins: vocabulary{at: map[wordKey]int32{}}}
}

func (n *names) add(entry, name int32, r reading) {
	at := int32(len(n.all))
	row := indexed{entry: entry, name: name, from: int32(len(n.ids)), weight: int32(r.weight), organisation: r.organisation}
	for i, w := range r.words {
		n.ids = append(n.ids, n.words.add(w, at))
		if w.initial {
			row.initials++
		}
		if i+1 < len(r.words) && len(w.text) > 1 && len(r.words[i+1].text) > 1 {
			n.joins.add(joined(w, r.words[i+1]), at)
		}
	}
	row.to = int32(len(n.ids))
	n.all = append(n.all, row)
}

func (n *names) close() {
	n.words.close(true)
	n.joins.close(false)
	n.pool.New = func() any { return &tally{credit: make([]int32, len(n.all)), word: make([]int32, len(n.all))} }
}

// reading makes a name ready again from its words.
func (n *names) reading(at int32, organisation bool) reading {
	row := n.all[at]
	r := reading{organisation: organisation}
	for _, id := range n.ids[row.from:row.to] {
		r.add(n.words.list[id])
	}
	return r
}

// tally adds up what the words of a subject find.
type tally struct {
	credit  []int32 // by name
	word    []int32 // the last word of the subject that the name was found by, from 1
	touched []int32
}

func (t *tally) add(at, word, credit int32) {
	if t.word[at] == word {
		return
	}
	if t.word[at] == 0 {
		t.touched = append(t.touched, at)
	}
	t.word[at] = word
	t.credit[at] += credit
}

func (t *tally) clear() {
	for _, at := range t.touched {
		t.credit[at], t.word[at] = 0, 0
	}
	t.touched = t.touched[:0]
}

// candidates gives the names that might score from: those whose words, all counted as well as they can, reach it.
func (n *names) candidates(p *Prepared, from int) (out []int32) {
	t := n.pool.Get().(*tally)
	defer func() {
		t.clear()
		n.pool.Put(t)
	}()
	words, initials := p.reading.words, int32(0)
	for i := range words {
		w := &words[i]
		if w.initial {
			initials++
		}
		mark := int32(i + 1)
		for _, similar := range n.words.similar(n.config, w) {
			for _, at := range n.words.names(similar.id) {
				t.add(at, mark, int32(similar.credit*w.weight/Perfect))
			}
		}
	}
	n.joinedCandidates(words, t)
	c := &n.config.weights
	need := int32(from - max(0, c.Birth.Same, c.Birth.Swapped, c.Birth.Year, c.Birth.Near) - max(0, c.Country.Same))
	omitted := int32(c.Omitted.Person)
	if p.Organisation {
		omitted = int32(c.Omitted.Organisation)
	}
	own := int32(p.reading.weight)
	for _, at := range t.touched {
		row := n.all[at]
		credit := t.credit[at] + (initials+row.initials)*int32(c.Words.Initial)
		credit += max(own-row.weight, row.weight-own) / Perfect * omitted
		credit += max(own-row.weight, row.weight-own) % Perfect * omitted / Perfect
		if int64(credit)*Perfect >= int64(need)*int64(max(own, row.weight)) {
			out = append(out, at)
		}
	}
	return out
}

// joinedCandidates finds names in which two words stand for one of the subject's, and the other way round.
func (n *names) joinedCandidates(words []word, t *tally) {
	mark := int32(len(words) + 1)
	for i := range words {
		if len(words[i].text) > 3 {
			for _, similar := range n.joins.similar(n.config, &words[i]) {
				for _, at := range n.joins.names(similar.id) {
					t.add(at, mark, 2*Perfect)
				}
			}
		}
		if i+1 < len(words) && len(words[i].text) > 1 && len(words[i+1].text) > 1 {
			both := joined(words[i], words[i+1])
			for _, similar := range n.words.similar(n.config, &both) {
				for _, at := range n.words.names(similar.id) {
					t.add(at, mark+1+int32(i), 2*Perfect)
				}
			}
		}
	}
}
