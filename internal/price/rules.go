package price

import (
	"bytes"
	"cmp"
	_ "embed"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"gopkg.in/yaml.v3"

	"rampa/internal/money"
)

//go:embed prices.yaml
var defaults []byte

// Rules say where prices come from and when they are trusted. They do not change once loaded.
type Rules struct {
	Every   time.Duration // how often sources are asked
	Timeout time.Duration // what one may take to answer
	Backoff time.Duration // the longest that one is left alone after failures
	Age     time.Duration // how old an observation may be, where its source does not say otherwise
	Jump    Jump
	Bridges []string // the currencies that crosses go through, the first one first
	Feeds   []Feed   // in the order of the file

	trust      trust
	exceptions map[Pair]trust
}

// Jump says when a rate that is far from the last one is served after all.
type Jump struct {
	Within  time.Duration // the last one no longer counts when it is older
	Rounds  int           // of observations that agree with each other, and
	Hold    time.Duration // since the first of them, or
	Sources int           // so many of them in one round; 0: never at once
}

// trust is what one pair needs.
type trust struct {
	quorum  int           // sources that agree
	outlier money.Percent // how far from the median a source may lie
	jump    money.Percent // how far from the last rate a new one may lie; 0: as far as it likes
}

// Feed is one source as the file has it. What URL and symbols mean is the business of its kind.
type Feed struct {
	Name     string
	Kind     string
	URL      string
	Age      time.Duration // 0: as in Rules
	Every    time.Duration // 0: each round
	Listings []Listing     // by pair
}

// Listing is a pair with what the source calls it.
type Listing struct {
	Pair   Pair
	Symbol string
}

// Defaults gives the embedded rules. They are read once; a test proves that they load.
var Defaults = sync.OnceValue(func() *Rules {
	rules, err := LoadRules(defaults)
	if err != nil {
		panic("price: prices.yaml: " + err.Error())
	}
	return rules
})

// Covers reports whether the feeds can give the pair, directly or over bridges.
func (r *Rules) Covers(p Pair) bool {
	listed := map[Pair]bool{}
	for _, feed := range r.Feeds {
		for _, l := range feed.Listings {
			listed[l.Pair], listed[l.Pair.Inverse()] = true, true
		}
	}
	return p.Base == p.Quote || slices.ContainsFunc(r.ways(p), func(way []Pair) bool {
		return !slices.ContainsFunc(way, func(leg Pair) bool { return !listed[leg] })
	})
}

// ways gives the ways to price a pair, the shortest first: by itself, over one bridge, over two.
func (r *Rules) ways(p Pair) [][]Pair {
	ways := [][]Pair{{p}}
	bridges := slices.DeleteFunc(slices.Clone(r.Bridges), func(b string) bool { return b == p.Base || b == p.Quote })
	for _, b := range bridges {
		ways = append(ways, []Pair{{p.Base, b}, {b, p.Quote}})
	}
	for _, a := range bridges {
		for _, b := range bridges {
			if a != b {
				ways = append(ways, []Pair{{p.Base, a}, {a, b}, {b, p.Quote}})
			}
		}
	}
	return ways
}

// trustOf gives what a pair needs.
func (r *Rules) trustOf(p Pair) trust {
	for _, pair := range []Pair{p, p.Inverse()} {
		if t, has := r.exceptions[pair]; has {
			return t
		}
	}
	return r.trust
}

// file is prices.yaml; its keys are the lower-case names of the fields.
type file struct {
	Version                      int
	Every, Timeout, Backoff, Age string
	Quorum                       int
	Outlier                      string
	Jump                         struct {
		Percent, Within, Hold string
		Rounds, Sources       int
	}
	Bridges []string
	Pairs   map[string]struct {
		Quorum        int
		Outlier, Jump string
	}
	Sources []struct {
		Name, Kind, URL, Age, Every string
		Pairs                       map[string]string
	}
}

// LoadRules reads rules in the form of prices.yaml and refuses them with any mistake.
func LoadRules(data []byte) (*Rules, error) {
	var f file
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	if err := decoder.Decode(&f); err != nil {
		return nil, fmt.Errorf("prices: %w", err)
	}
	if err := decoder.Decode(&file{}); err != io.EOF {
		return nil, fmt.Errorf("prices: the file holds more than one document")
	}
	if f.Version != 1 {
		return nil, fmt.Errorf("prices: version %d is not known", f.Version)
	}
	var l loader
	rules := l.rules(&f)
	if l.err == nil {
		l.err = rules.check()
	}
	if l.err != nil {
		return nil, fmt.Errorf("prices: %w", l.err)
	}
	return rules, nil
}

// loader reads the words of the file and keeps the first mistake.
type loader struct{ err error }

func (l *loader) rules(f *file) *Rules {
	r := &Rules{
		Every:   l.duration("every", f.Every, time.Second),
		Timeout: l.duration("timeout", f.Timeout, 100*time.Millisecond),
		Backoff: l.duration("backoff", f.Backoff, time.Second),
		Age:     l.duration("age", f.Age, time.Second),
		Jump:    Jump{Rounds: f.Jump.Rounds, Sources: f.Jump.Sources},
		Bridges: f.Bridges,
		trust:   l.trust("", trust{}, f.Quorum, [2]string{f.Outlier, f.Jump.Percent}),
	}
	r.Jump.Within = l.duration("jump: within", f.Jump.Within, time.Second)
	r.Jump.Hold = l.duration("jump: hold", f.Jump.Hold, 0)
	l.refuse(f.Jump.Rounds < 1, "jump: rounds must be 1 or more")
	l.refuse(f.Jump.Sources < 0, "jump: sources must not be below 0")
	for _, b := range f.Bridges {
		l.refuse(!code.MatchString(b), "bridges: %q is no currency such as EUR", b)
	}
	r.exceptions = map[Pair]trust{}
	for _, name := range slices.Sorted(maps.Keys(f.Pairs)) {
		p, e := l.pair("pairs", name), f.Pairs[name]
		r.exceptions[p] = l.trust(name+": ", r.trust, e.Quorum, [2]string{e.Outlier, e.Jump})
	}
	for _, s := range f.Sources {
		where := "source " + s.Name + ": "
		feed := Feed{Name: s.Name, Kind: s.Kind, URL: s.URL}
		l.refuse(!feedName.MatchString(s.Name), "%q is no name for a source: use a to z, 0 to 9 and -", s.Name)
		l.refuse(s.Kind == "", "%sthe kind is missing", where)
		l.refuse(len(s.Pairs) == 0, "%sthere are no pairs", where)
		if s.Age != "" {
			feed.Age = l.duration(where+"age", s.Age, time.Second)
		}
		if s.Every != "" {
			feed.Every = l.duration(where+"every", s.Every, time.Second)
		}
		for _, name := range slices.Sorted(maps.Keys(s.Pairs)) {
			l.refuse(s.Pairs[name] == "", "%s%s has no symbol", where, name)
			feed.Listings = append(feed.Listings, Listing{l.pair(where+"pairs", name), s.Pairs[name]})
		}
		r.Feeds = append(r.Feeds, feed)
	}
	return r
}

// longest bounds all durations: no price is of use for longer.
const longest = 31 * 24 * time.Hour

var (
	code     = regexp.MustCompile(`^[A-Z][A-Z0-9]{1,9}$`)
	feedName = regexp.MustCompile(`^[a-z0-9-]{1,40}$`)
)

func (l *loader) refuse(bad bool, format string, args ...any) {
	if bad && l.err == nil {
		l.err = fmt.Errorf(format, args...)
	}
}

func (l *loader) duration(where, text string, least time.Duration) time.Duration {
	d, err := time.ParseDuration(text)
	l.refuse(err != nil, "%s: %q is no duration such as 90s", where, text)
	l.refuse(d < least || d > longest, "%s: %s is not between %s and %s", where, text, least, longest)
	return d
}

// trust reads what pairs need; what an exception leaves out is as in usual.
func (l *loader) trust(where string, usual trust, quorum int, percents [2]string) trust {
	t := usual
	if quorum != 0 || usual.quorum == 0 {
		t.quorum = quorum
	}
	l.refuse(t.quorum < 1, "%squorum must be 1 or more", where)
	if percents[0] != "" || usual.quorum == 0 {
		t.outlier = l.percent(where+"outlier", percents[0])
		l.refuse(t.outlier == 0, "%soutlier must be above 0", where)
	}
	if percents[1] != "" || usual.quorum == 0 {
		t.jump = l.percent(where+"jump", percents[1])
	}
	return t
}

func (l *loader) percent(where, text string) money.Percent {
	p, err := money.ParsePercent(text)
	half, _ := money.ParsePercent("50")
	l.refuse(err != nil || p < 0 || p > half, "%s: %q is no percentage from 0 to 50", where, text)
	return p
}

func (l *loader) pair(where, text string) Pair {
	base, quote, _ := strings.Cut(text, "/")
	l.refuse(!code.MatchString(base) || !code.MatchString(quote) || base == quote, "%s: %q is no pair such as BTC/EUR", where, text)
	return Pair{base, quote}
}

// check refuses what is well written and cannot work.
func (r *Rules) check() error {
	if len(r.Feeds) == 0 {
		return fmt.Errorf("there is no source")
	}
	feeds, givers := map[string]bool{}, map[Pair]int{}
	for _, feed := range r.Feeds {
		if feeds[feed.Name] {
			return fmt.Errorf("two sources have the name %s", feed.Name)
		}
		feeds[feed.Name] = true
		for _, l := range feed.Listings {
			givers[l.Pair]++
		}
		if age := cmp.Or(feed.Age, r.Age); age <= max(feed.Every, r.Every) {
			return fmt.Errorf("source %s: after an age of %s it has not been asked again yet", feed.Name, age)
		}
	}
	for _, p := range slices.SortedFunc(maps.Keys(givers), func(a, b Pair) int { return strings.Compare(a.String(), b.String()) }) {
		if needed := r.trustOf(p).quorum; givers[p] < needed {
			return fmt.Errorf("%s needs %d sources and %d give it: list it with more, or give it a quorum of its own under pairs", p, needed, givers[p])
		}
		if givers[p.Inverse()] > 0 {
			return fmt.Errorf("both %s and %s are listed: write one of them, with 1/ before the symbol where a source has the other", p, p.Inverse())
		}
	}
	for p := range r.exceptions {
		if givers[p] == 0 {
			return fmt.Errorf("pairs: no source gives %s", p)
		}
	}
	return nil
}
