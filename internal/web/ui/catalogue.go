package ui

import (
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/language"
	"gopkg.in/yaml.v3"
)

// Catalogue is every text of an edge in every language, by key.
type Catalogue struct {
	texts map[string]map[string]string // language → key → text
	words map[string]Words
}

var placeholder = regexp.MustCompile(`\{[a-z_]+\}`)

// NewCatalogue reads locales/{es,en,pt}.yaml of each source. It refuses a key given twice, a key that a language lacks and
// a text whose placeholders differ between languages: the texts are part of the program, so a hole in them is a bug.
func NewCatalogue(sources ...fs.FS) (*Catalogue, error) {
	c := &Catalogue{texts: map[string]map[string]string{}, words: map[string]Words{}}
	for _, lang := range Languages {
		c.texts[lang] = map[string]string{}
		for _, source := range sources {
			if source == nil {
				continue
			}
			if err := c.read(source, lang); err != nil {
				return nil, err
			}
		}
		c.words[lang] = newWords(lang, c.texts[lang])
	}
	return c, c.check()
}

func (c *Catalogue) read(source fs.FS, lang string) error {
	b, err := fs.ReadFile(source, "locales/"+lang+".yaml")
	if err != nil {
		return err
	}
	texts := map[string]string{}
	if err := yaml.Unmarshal(b, &texts); err != nil {
		return fmt.Errorf("locales/%s.yaml: %w", lang, err)
	}
	for key, text := range texts {
		if _, twice := c.texts[lang][key]; twice {
			return fmt.Errorf("locales/%s.yaml: %s is given twice", lang, key)
		}
		c.texts[lang][key] = text
	}
	return nil
}

func (c *Catalogue) check() error {
	for _, key := range c.Keys() {
		want := ""
		for i, lang := range Languages {
			text, ok := c.texts[lang][key]
			if !ok || strings.TrimSpace(text) == "" {
				return fmt.Errorf("text %s is missing in %s", key, lang)
			}
			names := placeholder.FindAllString(text, -1)
			slices.Sort(names)
			got := strings.Join(slices.Compact(names), "")
			if i == 0 {
				want = got
			} else if got != want {
				return fmt.Errorf("text %s has the placeholders %s in %s but %s in %s", key, got, lang, want, Languages[0])
			}
		}
	}
	return nil
}

// Keys lists the keys of every language, sorted.
func (c *Catalogue) Keys() []string {
	all := map[string]bool{}
	for _, texts := range c.texts {
		for key := range texts {
			all[key] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// Words gives the texts of one language; Spanish for an unknown one.
func (c *Catalogue) Words(lang string) Words {
	if w, ok := c.words[lang]; ok {
		return w
	}
	return c.words[Languages[0]]
}

// Words is the catalogue in one language.
type Words struct {
	Lang      string
	texts     map[string]string
	countries []Option
	names     map[string]string
}

func newWords(lang string, texts map[string]string) Words {
	w := Words{Lang: lang, texts: texts}
	w.countries, w.names = countryNames(language.MustParse(lang))
	return w
}

// Has reports whether a text exists.
func (w Words) Has(key string) bool { _, ok := w.texts[key]; return ok }

// T gives a text, its {placeholders} filled from name, value pairs. An unknown key shows as ⟦key⟧.
func (w Words) T(key string, pairs ...string) string {
	text, ok := w.texts[key]
	if !ok {
		return "⟦" + key + "⟧"
	}
	if len(pairs) < 2 {
		return text
	}
	with := make([]string, 0, len(pairs))
	for i := 0; i+1 < len(pairs); i += 2 {
		with = append(with, "{"+pairs[i]+"}", pairs[i+1])
	}
	return strings.NewReplacer(with...).Replace(text)
}

// N gives key.one or key.other, with {n}.
func (w Words) N(key string, n int, pairs ...string) string {
	if n == 1 {
		key += ".one"
	} else {
		key += ".other"
	}
	return w.T(key, append([]string{"n", strconv.Itoa(n)}, pairs...)...)
}

// Date gives a moment's day as people write it, in UTC: "22 de noviembre de 2026".
func (w Words) Date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.UTC()
	return w.T("ui.date", "day", strconv.Itoa(t.Day()), "month", w.T("ui.month."+strconv.Itoa(int(t.Month()))), "year", strconv.Itoa(t.Year()))
}

// Moment gives the day and the time of day, in UTC.
func (w Words) Moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return w.T("ui.moment", "date", w.Date(t), "time", t.UTC().Format("15:04"))
}

// Day gives a YYYY-MM-DD text as people write it; anything else unchanged.
func (w Words) Day(text string) string {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return text
	}
	return w.Date(t)
}

// Bytes gives the size of a file: "1.4 MB", in the language's own decimals.
func (w Words) Bytes(n int64) string {
	if n < 1<<20 {
		return w.T("ui.kilobytes", "n", strconv.FormatInt((n+1023)/1024, 10))
	}
	tenths := (n*10 + 1<<19) >> 20
	return w.T("ui.megabytes", "whole", strconv.FormatInt(tenths/10, 10), "tenth", strconv.FormatInt(tenths%10, 10))
}

// Number groups the digits of a whole number: "25.000" or "25,000". Anything else is unchanged.
func (w Words) Number(digits string) string {
	for i := range len(digits) {
		if digits[i] < '0' || digits[i] > '9' {
			return digits
		}
	}
	sep := w.T("ui.thousands")
	var b strings.Builder
	for i := range len(digits) {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteString(sep)
		}
		b.WriteByte(digits[i])
	}
	return b.String()
}

// Join makes a list in words: "a, b y c".
func (w Words) Join(items []string) string {
	if len(items) < 2 {
		return strings.Join(items, "")
	}
	last := len(items) - 1
	return strings.Join(items[:last], ", ") + " " + w.T("ui.or") + " " + items[last]
}
