package price_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rampa/internal/money"
	"rampa/internal/price"
)

// fake is a source that says what a test tells it to.
type fake struct {
	name string
	mu   sync.Mutex
	says map[string]string // "BTC/EUR" → rate
	at   time.Time         // zero: leaves it out
	err  error
	asks int
	hang chan struct{} // not nil: it answers when this is closed, whatever its context says
}

func (f *fake) Name() string { return f.name }

func (f *fake) Observe(context.Context) ([]price.Observation, error) {
	f.mu.Lock()
	f.asks++
	hang := f.hang
	f.mu.Unlock()
	if hang != nil {
		<-hang
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []price.Observation
	for p, r := range f.says {
		base, quote, _ := strings.Cut(p, "/")
		rate, _ := money.ParseRate(r) // what is no rate is none
		out = append(out, price.Observation{Pair: price.Pair{Base: base, Quote: quote}, Rate: rate, At: f.at})
	}
	return out, f.err
}

func (f *fake) asked() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.asks
}

func (f *fake) say(pair, rate string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.says = map[string]string{pair: rate}
}

// world is a book with fakes and a clock.
type world struct {
	t       *testing.T
	now     time.Time
	book    *price.Book
	sources []*fake
}

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// rules are good with the changes.
func rules(t *testing.T, changes ...string) *price.Rules {
	t.Helper()
	r, err := price.LoadRules([]byte(strings.NewReplacer(changes...).Replace(good)))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func newWorld(t *testing.T, r *price.Rules, names ...string) *world {
	t.Helper()
	w := &world{t: t, now: noon}
	var sources []price.Source
	for _, name := range names {
		f := &fake{name: name}
		w.sources = append(w.sources, f)
		sources = append(sources, f)
	}
	w.book = price.New(price.Config{Rules: r, Sources: sources, Now: func() time.Time { return w.now }})
	return w
}

// say has each source in turn give a rate of BTC/EUR, "" none, in a round a quarter of a minute later.
func (w *world) say(rates ...string) {
	w.t.Helper()
	w.now = w.now.Add(15 * time.Second)
	for i, r := range rates {
		w.sources[i].mu.Lock()
		w.sources[i].says = nil
		if r != "" {
			w.sources[i].says = map[string]string{"BTC/EUR": r}
		}
		w.sources[i].mu.Unlock()
	}
	_ = w.book.Refresh(w.t.Context())
}

// want expects a rate of BTC/EUR, "" for none.
func (w *world) want(rate string) price.Price {
	w.t.Helper()
	return w.wantOf("BTC/EUR", rate)
}

func (w *world) wantOf(pair, rate string) price.Price {
	w.t.Helper()
	base, quote, _ := strings.Cut(pair, "/")
	p, err := w.book.Price(w.t.Context(), price.Pair{Base: base, Quote: quote})
	switch {
	case rate == "" && !errors.Is(err, price.ErrUnavailable):
		w.t.Errorf("%s: %s of %v, %v; want none", pair, p.Rate, p.Used, err)
	case rate != "" && (err != nil || p.Rate.String() != rate):
		w.t.Errorf("%s: %s of %v, %v; want %s", pair, p.Rate, p.Used, err, rate)
	}
	return p
}

// any expects a price of BTC/EUR, whatever it is.
func (w *world) any() price.Price {
	w.t.Helper()
	p, err := w.book.Price(w.t.Context(), price.Pair{Base: "BTC", Quote: "EUR"})
	if err != nil {
		w.t.Errorf("there is no price: %v", err)
	}
	return p
}

func TestThePriceIsTheMedianOfThoseThatAgree(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		rates []string
		want  string
	}{
		"two":                         {[]string{"100", "101", ""}, "100.5"},
		"three":                       {[]string{"101", "100", "100.2"}, "100.2"},
		"four":                        {[]string{"100", "101", "100.4", "100.6"}, "100.5"},
		"one is too few":              {[]string{"100", "", ""}, ""},
		"a liar among three":          {[]string{"100", "10000", "100.4"}, "100.2"},
		"a liar downward":             {[]string{"100", "0.01", "100.4"}, "100.2"},
		"two liars apart among five":  {[]string{"100", "1", "100.2", "9999", "100.4"}, "100.2"},
		"a liar with one other":       {[]string{"100", "200"}, ""},
		"two camps":                   {[]string{"100", "100", "200", "200"}, ""},
		"just within two per cent":    {[]string{"100", "102", "100"}, "100"},
		"just beyond two per cent":    {[]string{"100", "102.01", "100"}, "100"},
		"nothing is no price":         {[]string{"0", "0", "0"}, ""},
		"a negative price is none":    {[]string{"-100", "-100", "-100"}, ""},
		"no numbers":                  {[]string{"NaN", "Inf", "1e400"}, ""},
		"a liar who says nothing":     {[]string{"100", "0", "101"}, "100.5"},
		"the smallest and its double": {[]string{"0.000000000001", "0.000000000002"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, rules(t), []string{"a", "b", "c", "d", "e"}[:len(c.rates)]...)
			w.say(c.rates...)
			w.want(c.want)
		})
	}
}

func TestAPriceSaysWhatItWasMadeOf(t *testing.T) {
	t.Parallel()
	w := newWorld(t, rules(t), "c", "b", "a")
	w.sources[2].at = noon.Add(-time.Minute)
	w.say("100.4", "7777", "100")
	got := w.want("100.2")
	pair := price.Pair{Base: "BTC", Quote: "EUR"}
	want := price.Price{Pair: pair, Rate: rate(t, "100.2"), At: noon.Add(-time.Minute), Used: []price.Observation{
		{Source: "a", Pair: pair, Rate: rate(t, "100"), At: noon.Add(-time.Minute)},
		{Source: "c", Pair: pair, Rate: rate(t, "100.4"), At: noon.Add(15 * time.Second)}}}
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b money.Rate) bool { return a == b })); diff != "" {
		t.Error(diff)
	}
}

func rate(t *testing.T, text string) money.Rate {
	t.Helper()
	r, err := money.ParseRate(text)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestAnObservationIsUsedUntilItsAgeAndNoLonger(t *testing.T) {
	t.Parallel()
	w := newWorld(t, rules(t), "a", "b", "c")
	w.say("100", "100.2", "101") // all at 12:00:15
	w.say("", "", "101")
	w.now = noon.Add(15*time.Second + 2*time.Minute)
	w.want("100.2")
	w.now = w.now.Add(time.Microsecond) // a and b are too old, and c alone is too few
	w.want("")
	w.say("100", "101", "")
	w.want("100.5")
}

func TestASourceHasTheAgeOfItsFeed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, rules(t, "quorum: 2\n", "quorum: 1\n"), "one", "other")
	w.say("100", "100")
	w.now = w.now.Add(5 * time.Minute)
	w.want("100")
	w.now = w.now.Add(time.Microsecond)
	w.want("")
}

func TestAStaleSourceIsLeftOutByItsOwnTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t, rules(t), "a", "b", "c")
	w.sources[0].at = noon.Add(-time.Hour)
	w.say("90", "100", "101")
	w.want("100.5")
}

func TestTimeDoesNotComeFromTheFuture(t *testing.T) {
	t.Parallel()
	w := newWorld(t, rules(t, "quorum: 2\n", "quorum: 1\n"), "a")
	w.sources[0].at = noon.Add(24 * time.Hour)
	w.say("100")
	w.want("")
	w.now = w.now.Add(time.Hour)
	w.sources[0].at = w.now.Add(30 * time.Second) // a clock that is somewhat fast: as if of now
	w.say("100")
	if p := w.want("100"); !p.At.Equal(w.now) {
		t.Errorf("the price is of %s, at %s", p.At, w.now)
	}
	w.now = w.now.Add(2*time.Minute + time.Microsecond)
	w.want("")
}

func TestASourceDoesNotGoBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t, rules(t, "quorum: 2\n", "quorum: 1\n"), "a")
	w.sources[0].at = noon
	w.say("100")
	w.sources[0].at = noon.Add(-time.Minute) // a cache somewhere gives an old answer
	w.say("101")
	w.want("100")
}

func TestAClockThatIsSetBackServesNothingOldAndAsksAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, rules(t), "a", "b", "one")
	w.say("100", "101", "100.2")
	w.now = w.now.Add(-24 * time.Hour)
	w.want("")
	w.say("200", "201", "200.2")
	w.say("200", "201", "200.2")
	w.want("200.2")
	if n := w.sources[2].asked(); n < 2 {
		t.Errorf("asked %d times", n)
	}
}

func TestNothingIsKnownBeforeTheFirstRoundNorOfStrangers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, rules(t), "a", "b")
	w.want("")
	w.say("100", "100")
	for _, pair := range []string{"DOGE/EUR", "BTC/JPY", "EUR/ARS", "/", "BTC/"} {
		if pair != "/" {
			w.wantOf(pair, "")
		}
	}
	if p := w.wantOf("EUR/EUR", "1"); !p.At.Equal(w.now) {
		t.Errorf("%+v", p)
	}
}

func TestCrossesGoOverTheBridges(t *testing.T) {
	t.Parallel()
	r := rules(t, "quorum: 2\n", "quorum: 1\n")
	for name, c := range map[string]struct {
		says       map[string]string
		pair, want string
		legs       int
	}{
		"itself before a cross":    {map[string]string{"BTC/EUR": "100", "BTC/USD": "120", "EUR/USD": "1.1"}, "BTC/EUR", "100", 1},
		"the other way round":      {map[string]string{"EUR/USD": "1.25"}, "USD/EUR", "0.8", 1},
		"over the first bridge":    {map[string]string{"BTC/EUR": "100", "EUR/ARS": "1500", "BTC/USD": "1", "USD/ARS": "1"}, "BTC/ARS", "150000", 2},
		"over the second":          {map[string]string{"BTC/USD": "100", "USD/ARS": "1500"}, "BTC/ARS", "150000", 2},
		"over an inverse leg":      {map[string]string{"USDC/USD": "1", "EUR/USD": "1.25"}, "USDC/EUR", "0.8", 2},
		"over both bridges":        {map[string]string{"USDC/USD": "1", "EUR/USD": "1.25", "EUR/ARS": "1500"}, "USDC/ARS", "1200", 3},
		"between two currencies":   {map[string]string{"EUR/CLP": "1000", "EUR/ARS": "1500"}, "CLP/ARS", "1.5", 2},
		"rounded once":             {map[string]string{"EUR/USD": "3", "USDC/USD": "1"}, "USDC/EUR", "0.333333333333", 2},
		"over no other coin":       {map[string]string{"ETH/BTC": "0.03", "BTC/EUR": "100"}, "ETH/EUR", "", 0},
		"not over half a way":      {map[string]string{"BTC/USD": "100"}, "BTC/ARS", "", 0},
		"not below what a rate is": {map[string]string{"SHIB/USD": "0.000000000001", "EUR/USD": "3"}, "SHIB/EUR", "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, r, "a")
			w.sources[0].says = c.says
			if err := w.book.Refresh(t.Context()); err != nil {
				t.Fatal(err)
			}
			if p := w.wantOf(c.pair, c.want); len(p.Used) != c.legs {
				t.Errorf("made of %v", p.Used)
			}
		})
	}
}

func TestWhatIsInDoubtIsNotSoldByAnotherDoor(t *testing.T) {
	t.Parallel()
	w := newWorld(t, rules(t), "a", "b")
	way := map[string]string{"BTC/EUR": "100", "BTC/USD": "110", "EUR/USD": "1.1"}
	w.sources[0].says, w.sources[1].says = way, map[string]string{"BTC/EUR": "150", "BTC/USD": "110", "EUR/USD": "1.1"}
	_ = w.book.Refresh(t.Context())
	w.want("")
	w.wantOf("BTC/USD", "110")
	w.now = w.now.Add(3 * time.Minute)
	delete(way, "BTC/EUR") // nobody but b: too few to know it, and so the cross is taken
	_ = w.book.Refresh(t.Context())
	w.want("100")
}
