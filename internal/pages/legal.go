package pages

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"strings"

	"rampa/internal/web/ui"
)

// Legal says which terms and privacy texts are in force.
type Legal struct {
	Dir     fs.FS  // an operator's own texts, "terms.es.txt" and so on; nil or a missing file: the embedded ones
	Version string // recorded with each acceptance; "" = the embedded texts' version
}

// embeddedVersion names the texts in legal/. It changes with them.
const embeddedVersion = "2026-11"

// legalTexts holds the parsed texts by name and language: "terms.es".
type legalTexts struct {
	version string
	texts   map[string]legalText
}

type legalText struct {
	Title  string
	Blocks []legalBlock
}

// legalBlock is a heading, a paragraph or a list. An operator's text is plain: nothing in it becomes markup.
type legalBlock struct {
	Heading string
	Text    string
	Items   []string
}

func readLegal(own Legal, embedded fs.FS) (legalTexts, error) {
	out := legalTexts{version: own.Version, texts: map[string]legalText{}}
	if out.version == "" {
		out.version = embeddedVersion
	}
	for _, name := range []string{"terms", "privacy"} {
		for _, lang := range ui.Languages {
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
			text := parseLegal(string(b))
			if text.Title == "" || len(text.Blocks) == 0 {
				return out, fmt.Errorf("%s: the first line must be \"# Title\", and text must follow", file)
			}
			out.texts[name+"."+lang] = text
		}
	}
	return out, nil
}

// parseLegal reads "# title", "## heading", "- item" and paragraphs parted by empty lines.
func parseLegal(source string) legalText {
	var text legalText
	for _, part := range strings.Split(strings.ReplaceAll(source, "\r\n", "\n"), "\n\n") {
		part = strings.TrimSpace(part)
		switch {
		case part == "":
		case strings.HasPrefix(part, "# "):
			text.Title = part[2:]
		case strings.HasPrefix(part, "## "):
			text.Blocks = append(text.Blocks, legalBlock{Heading: part[3:]})
		case strings.HasPrefix(part, "- "):
			text.Blocks = append(text.Blocks, legalBlock{Items: strings.Split(part[2:], "\n- ")})
		default:
			text.Blocks = append(text.Blocks, legalBlock{Text: part})
		}
	}
	return text
}

type legalPage struct {
	ui.Page
	Text    legalText
	Version string
}

func (h *handler) legal(v *visit) error {
	text, ok := h.texts.texts[v.r.PathValue("text")+"."+v.words.Lang]
	if !ok {
		return errNoPage
	}
	return v.render(http.StatusOK, "legal", &legalPage{v.page(text.Title), text, h.texts.version})
}
