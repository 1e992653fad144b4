package mail

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"rampa/internal/id"
)

//go:embed texts/*.yaml texts/layout.html
var texts embed.FS

// Languages are those that messages are written in. The first stands in for any other.
func Languages() []string { return []string{"es", "en", "pt"} }

// Notice is something to tell a customer. It carries no password: none is ever mailed.
type Notice struct {
	Kind          Kind
	CustomerID    int64
	IntegrationID int64
	To            string
	Company       string // or the person's name
	Person        bool   // it is a person's: the words are others
	Integration   string // who speaks
	Language      string
	Link          string    // the form, "" when there is none to lead to
	Secret        bool      // the link alone opens the form: it has no password
	ExpiresAt     time.Time // of the link
	Items         []Item    // of a correction
	Reasons       []string  // of a rejection: codes that the texts know, or words as they are
}

// Item is one thing to mend: a step's code ("company", "addresses", "activity", "people", "documents") or a name in the
// company's language, with the reviewer's own words.
type Item struct {
	Name    string
	Message string
}

// Composer writes messages.
type Composer struct {
	texts  map[string]map[string]string
	layout *template.Template
	now    func() time.Time
}

// NewComposer reads the embedded texts.
func NewComposer(now func() time.Time) (*Composer, error) {
	c := &Composer{texts: map[string]map[string]string{}, now: now}
	for _, lang := range Languages() {
		raw, err := texts.ReadFile("texts/" + lang + ".yaml")
		if err != nil {
			return nil, err
		}
		var table map[string]string
		if err := yaml.Unmarshal(raw, &table); err != nil {
			return nil, fmt.Errorf("texts/%s.yaml: %w", lang, err)
		}
		c.texts[lang] = table
	}
	var err error
	c.layout, err = template.ParseFS(texts, "texts/layout.html")
	return c, err
}

// letter is a message before it becomes text and HTML: both say the same.
type letter struct {
	Language    string
	Subject     string
	Integration string
	Before      []string // paragraphs
	Items       []Item
	Button      string
	Link        string
	After       []string
	Foot        string
}

// Compose writes the message that tells of n.
func (c *Composer) Compose(n Notice) Message {
	now := c.now().UTC().Truncate(time.Microsecond)
	if !slices.Contains(Languages(), n.Language) {
		n.Language = Languages()[0]
	}
	l := c.letter(n)
	return Message{
		ID: id.UUID(now), CustomerID: n.CustomerID, IntegrationID: n.IntegrationID, To: n.To, Subject: l.Subject, Text: l.text(), HTML: c.html(l),
		Kind: n.Kind, Language: n.Language, CreatedAt: now, NextAt: now,
	}
}

func (c *Composer) letter(n Notice) letter {
	table := c.texts[n.Language]
	// "Acme, S.L." at the end of a sentence brings its own full stop.
	stop := func(name string) string { return strings.TrimSuffix(name, ".") + "." }
	company, integration := oneLine(n.Company), oneLine(n.Integration)
	fill := strings.NewReplacer("{company}.", stop(company), "{integration}.", stop(integration),
		"{company}", company, "{integration}", integration, "{day}", c.day(n.Language, n.ExpiresAt))
	say := func(key string) (text string, ok bool) { // in words for people where there are some
		if text, ok = table["person."+key]; !ok || !n.Person {
			text, ok = table[key]
		}
		return fill.Replace(text), ok
	}
	line := func(key string) string {
		text, _ := say(key)
		return text
	}
	paragraphs := func(part string) (all []string) {
		for i := 1; ; i++ {
			p, ok := say(fmt.Sprintf("%s.%s.%d", n.Kind, part, i))
			if !ok {
				return all
			}
			all = append(all, p)
		}
	}
	l := letter{
		Language: n.Language, Integration: integration, Subject: line(string(n.Kind) + ".subject"),
		Before: append([]string{line("greeting")}, paragraphs("before")...), After: paragraphs("after"),
		Foot: line("foot"),
	}
	if n.Link != "" && table[string(n.Kind)+".button"] != "" {
		l.Button, l.Link = table[string(n.Kind)+".button"], n.Link
		way := "password"
		if n.Secret {
			way = "secret"
		}
		l.After = append(l.After, line(way))
	}
	for _, item := range n.Items {
		if name, ok := table["item."+item.Name]; ok {
			item.Name = name
		}
		l.Items = append(l.Items, Item{Name: oneLine(item.Name), Message: strings.TrimSpace(item.Message)})
	}
	for _, r := range n.Reasons {
		if text, ok := say("reason." + r); ok {
			r = text
		}
		l.Items = append(l.Items, Item{Message: strings.TrimSpace(r)})
	}
	return l
}

func (l letter) text() string {
	var b strings.Builder
	for _, p := range l.Before {
		b.WriteString(p + "\n\n")
	}
	for _, item := range l.Items {
		head := item.Name
		if head != "" {
			head += "\n  "
		}
		b.WriteString("- " + head + strings.ReplaceAll(item.Message, "\n", "\n  ") + "\n\n")
	}
	if l.Link != "" {
		b.WriteString(l.Button + ":\n" + l.Link + "\n\n")
	}
	for _, p := range l.After {
		b.WriteString(p + "\n\n")
	}
	b.WriteString("-- \n" + l.Foot + "\n")
	return b.String()
}

func (c *Composer) html(l letter) string {
	var b bytes.Buffer
	if err := c.layout.ExecuteTemplate(&b, "layout.html", l); err != nil {
		return "" // a mail without its HTML part is still a whole mail
	}
	return b.String()
}

func (c *Composer) day(lang string, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	table, t := c.texts[lang], t.UTC()
	return strings.NewReplacer("{day}", fmt.Sprint(t.Day()), "{month}", table[fmt.Sprintf("month.%d", t.Month())], "{year}", fmt.Sprint(t.Year())).Replace(table["day"])
}

// oneLine keeps names from breaking out of the line they stand in.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
