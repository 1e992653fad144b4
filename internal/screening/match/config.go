package match

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"

	"rampa/internal/screening/sound"
)

// Revision counts the changes of this package's code that make other scores of the same names and weights.
const Revision = 1

//go:embed weights.yaml
var weights []byte

// weightsFile is the data file as written; its head explains it. All points are basis points.
type weightsFile struct {
	Threshold int
	Namesake  int
	Words     wordWeights
	Omitted   struct{ Person, Organisation int }
	Birth     birthWeights
	Country   struct{ Same, Other, Organisation int }
	Weak      int
	Sounds    []exchange
	People    struct {
		Particles, Doubtful, Articles, Titles, Honours, Glue []string
		Equivalents                                          [][]string
	}
	Organisations struct {
		Forms, Legal, Stop []string
		Weight             int
		Common             []string
		Synonyms           [][]string
	}
}

// wordWeights say what pairs of words are worth, birthWeights what pairs of dates are.
type (
	wordWeights struct {
		Knee, Slope, Floor, Equivalent, Sound, Joined, Article, Initial, Script, Single int
	}
	birthWeights struct{ Same, Swapped, Year, Near, Off, Other, Far int }
)

// exchange is a line of `sounds`.
type exchange struct{ sound.Exchange }

// UnmarshalYAML reads [letters, cost].
func (e *exchange) UnmarshalYAML(n *yaml.Node) error {
	if len(n.Content) != 2 {
		return fmt.Errorf("line %d: a sound is its letters and a cost", n.Line)
	}
	e.Letters = n.Content[0].Value
	return n.Content[1].Decode(&e.Cost)
}

// Config is a version of the weights. It never changes once it is made; safe for concurrent use.
type Config struct {
	// Version names the weights together with the code that uses them: same version, same names, same score.
	Version   string
	Threshold int // from this score on an alert is raised
	Namesake  int // a name at least this alike is told of although the date of birth contradicts
	source    []byte
	weights   weightsFile
	costs     *sound.Costs

	particles, doubtful, articles, titles, honours, glue wordSet
	legal, stop, common                                  wordSet
	forms                                                [][]string // legal forms of several words, the longest first
	synonyms                                             map[string]string
	groups                                               map[string][]int32
}

type wordSet map[string]struct{}

func (s wordSet) has(word string) bool {
	_, ok := s[word]
	return ok
}

func newWordSet(words []string) wordSet {
	s := wordSet{}
	for _, w := range words {
		s[w] = struct{}{}
	}
	return s
}

// Default gives the weights that this program comes with.
var Default = sync.OnceValue(func() *Config {
	c, err := NewConfig(weights)
	if err != nil {
		panic(err) // the embedded file is checked by the tests
	}
	return c
})

// NewConfig reads and checks a weights file.
func NewConfig(source []byte) (*Config, error) {
	var f weightsFile
	decoder := yaml.NewDecoder(bytes.NewReader(source))
	decoder.KnownFields(true)
	if err := decoder.Decode(&f); err != nil {
		return nil, fmt.Errorf("read weights: %w", err)
	}
	if err := f.check(); err != nil {
		return nil, err
	}
	digest := sha256.Sum256(append([]byte(fmt.Sprintf("revision %d\n", Revision)), source...))
	people, organisations := f.People, f.Organisations
	c := &Config{Version: fmt.Sprintf("%d-%s", Revision, hex.EncodeToString(digest[:6])), Threshold: f.Threshold, Namesake: f.Namesake, source: source, weights: f,
		particles: newWordSet(people.Particles), doubtful: newWordSet(people.Doubtful), articles: newWordSet(people.Articles), titles: newWordSet(people.Titles), honours: newWordSet(people.Honours),
		glue: newWordSet(people.Glue), legal: newWordSet(organisations.Legal), stop: newWordSet(organisations.Stop),
		common: newWordSet(organisations.Common), synonyms: map[string]string{}, groups: map[string][]int32{}}
	var exchanges []sound.Exchange
	for _, e := range f.Sounds {
		exchanges = append(exchanges, e.Exchange)
	}
	c.costs = sound.NewCosts(exchanges)
	for _, form := range organisations.Forms {
		c.forms = append(c.forms, strings.Fields(form))
	}
	slices.SortStableFunc(c.forms, func(a, b []string) int { return len(b) - len(a) })
	for _, words := range organisations.Synonyms {
		for _, w := range words[1:] {
			c.synonyms[w] = words[0]
		}
	}
	for i, names := range people.Equivalents {
		for _, n := range names {
			c.groups[n] = append(c.groups[n], int32(i))
		}
	}
	return c, nil
}

// Source gives the weights file that the Config was read from.
func (c *Config) Source() []byte { return c.source }

func (f *weightsFile) check() error {
	var wrong []error
	w := f.Words
	for _, n := range []int{f.Threshold, f.Namesake, w.Knee, w.Floor, w.Equivalent, w.Sound, w.Joined, w.Article, w.Initial, w.Script, w.Single, f.Omitted.Person,
		f.Omitted.Organisation, f.Organisations.Weight} {
		if n <= 0 || n > Perfect {
			wrong = append(wrong, fmt.Errorf("read weights: %d is not between 1 and %d", n, Perfect))
		}
	}
	for _, n := range []int{f.Birth.Same, f.Birth.Swapped, f.Birth.Year, f.Birth.Near, f.Birth.Off, f.Birth.Other, f.Birth.Far, f.Country.Same, f.Country.Other,
		f.Country.Organisation, f.Weak} {
		if n < -Perfect || n > Perfect {
			wrong = append(wrong, fmt.Errorf("read weights: evidence of %d points", n))
		}
	}
	if w.Slope < 100 || w.Slope > 1000 {
		wrong = append(wrong, fmt.Errorf("read weights: a slope of %d", w.Slope))
	}
	for _, s := range f.Sounds {
		if len(s.Letters) < 2 || s.Cost < 0 || s.Cost > sound.Whole {
			wrong = append(wrong, fmt.Errorf("read weights: the sound %q costs %d", s.Letters, s.Cost))
		}
	}
	for _, group := range slices.Concat(f.Organisations.Synonyms, f.People.Equivalents) {
		if len(group) < 2 {
			wrong = append(wrong, errors.New("read weights: a group of one word"))
		}
	}
	return errors.Join(wrong...)
}
