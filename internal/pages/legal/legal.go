// Package legal reads the terms and the privacy notice that a company accepts: the embedded ones, or an operator's own.
// They are plain text: nothing in them becomes markup. It must not know pages or forms.
package legal

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

//go:embed *.txt
var embedded embed.FS

// Config says which texts are in force.
type Config struct {
	Dir     fs.FS  // an operator's own texts, "terms.es.txt" and so on; nil or a missing file: the embedded ones
	Version string // recorded with each acceptance; "" = the embedded texts' version
}

// EmbeddedVersion names the embedded texts. It changes with them.
const EmbeddedVersion = "2026-11"

// Texts holds the parsed texts.
type Texts struct {
	Version string
	texts   map[string]Text // "terms.es"
}

// Text gives a text ("terms", "privacy") in a language.
func (t Texts) Text(name, lang string) (Text, bool) {
	text, ok := t.texts[name+"."+lang]
	return text, ok
}

// Text is one text.
type Text struct {
	Title  string
	Blocks []Block
}

// Block is a heading, a paragraph or a list.
type Block struct {
	Heading string
	Text    string
	Items   []string
}

// Read reads both texts in each of the languages.
func Read(own Config, languages []string) (Texts, error) {
	out := Texts{Version: own.Version, texts: map[string]Text{}}
	if out.Version == "" {
		out.Version = EmbeddedVersion
	}
	for _, name := range []string{"terms", "privacy"} {
		for _, lang := range languages {
			file := name + "." + lang + ".txt"
			var b []byte
			err := fs.ErrNotExist
			if own.Dir != nil {
				b, err = fs.ReadFile(own.Dir, file)
			}
			if errors.Is(err, fs.ErrNotExist) {
				b, err = fs.ReadFile(embedded, file)
			}
			if err != nil {
				return out, err
			}
			text := parse(string(b))
			if text.Title == "" || len(text.Blocks) == 0 {
				return out, fmt.Errorf("%s: the first line must be \"# Title\", and text must follow", file)
			}
			out.texts[name+"."+lang] = text
		}
	}
	return out, nil
}

// parse reads "# title", "## heading", "- item" and paragraphs parted by empty lines.
func parse(source string) Text {
	var text Text
	for _, part := range strings.Split(strings.ReplaceAll(source, "\r\n", "\n"), "\n\n") {
		part = strings.TrimSpace(part)
		switch {
		case part == "":
		case strings.HasPrefix(part, "# "):
			text.Title = part[2:]
		case strings.HasPrefix(part, "## "):
			text.Blocks = append(text.Blocks, Block{Heading: part[3:]})
		case strings.HasPrefix(part, "- "):
			text.Blocks = append(text.Blocks, Block{Items: strings.Split(part[2:], "\n- ")})
		default:
			text.Blocks = append(text.Blocks, Block{Text: part})
		}
	}
	return text
}
