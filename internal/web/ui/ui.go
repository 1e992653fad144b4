// Package ui is the shared design system of the hosted pages and of the operators' console: one layout, one set of
// components, one stylesheet, one catalogue of texts in Spanish, English and Portuguese. It must not know any domain:
// pages and the console hand it plain structs.
//
// # How to use it
//
// An edge embeds its page templates and its texts and makes one Renderer at start:
//
//	//go:embed templates/*.html locales/*.yaml
//	var files embed.FS
//
//	r, err := ui.New(ui.Config{Templates: files, Locales: files})
//	mux.Handle("GET /static/", r.Static())
//
// Files templates/_*.html hold parts that several pages of the edge share. Each page is one file templates/<page>.html that defines "content" (and may define helpers of its own, prefixed with
// the page's name), and one Go struct that embeds ui.Page:
//
//	type queuePage struct {
//		ui.Page
//		Rows ui.Table
//	}
//	words := r.Words(w, req) // language by ?lang, cookie, Accept-Language; ?lang sets the cookie
//	return r.Render(w, http.StatusOK, "queue", &queuePage{Page: ui.Page{Words: words, Title: words.T("queue.title")}})
//
// Texts live in locales/{es,en,pt}.yaml as flat "key: text" with {placeholders}. In templates: {{t "key" "name" .Value}},
// {{tn "key" 3}} (key.one / key.other), {{date .Time}}, {{day "2026-11-22"}}, {{country "ES"}}, {{bytes .Size}},
// {{asset "ui.css"}}. In Go: Words.T and friends. A missing key shows as ⟦key⟧; package uitest finds it in tests.
//
// Components are named templates, each over a struct of this package:
//
//	{{template "error-summary" .Form.Errors}}      id="error-summary", links to the fields
//	{{template "field" (.Form.Input "name" "key" "autocomplete=email" "optional" "width=20")}}
//	{{template "field" (.Form.Select "name" "key" .Options)}}   also Radios, Area, Check, File
//	{{template "banner" .Banner}}  {{template "tag" .Tag}}  {{template "summary" .Summary}}  {{template "table" .Table}}
//	{{template "empty" .Empty}}  {{template "steps" .Steps}}  {{template "pager" .Pager}}  {{template "icon-check"}}
//
// and CSS classes for the rest: button, button secondary|quiet|danger; actions; card; stack; grid-2; details.more; lead;
// muted; visually-hidden. Field labels are <key>.label, hints <key>.hint when that text exists.
package ui

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strings"
)

//go:embed templates/*.html locales/*.yaml static
var files embed.FS

// Config says what an edge adds to the shared parts.
type Config struct {
	Templates fs.FS // templates/*.html: one file a page
	Locales   fs.FS // locales/{es,en,pt}.yaml
	Shared    fs.FS // pages and texts that this edge has in common with others: both of the above; nil = none
	Secure    bool  // the public URL is https: the language cookie gets its __Host- name
}

// Renderer renders an edge's pages. It is safe for concurrent use.
type Renderer struct {
	catalogue *Catalogue
	assets    *assets
	pages     map[string]*template.Template // "company.es"
	fatal     map[string][]byte             // the 500 page by language, rendered at start
	cookie    string
	secure    bool
}

// New parses every page in every language and renders the page for failures, so that a broken template stops the start
// and not a customer.
func New(c Config) (*Renderer, error) {
	catalogue, err := NewCatalogue(files, c.Shared, c.Locales)
	if err != nil {
		return nil, err
	}
	assets, err := newAssets(files)
	if err != nil {
		return nil, err
	}
	r := &Renderer{catalogue: catalogue, assets: assets, pages: map[string]*template.Template{}, fatal: map[string][]byte{}, secure: c.Secure, cookie: "lang"}
	if c.Secure {
		r.cookie = "__Host-lang"
	}
	for _, lang := range Languages {
		if err := r.parse(lang, c.Shared, c.Templates); err != nil {
			return nil, err
		}
		words := catalogue.Words(lang)
		var b bytes.Buffer
		page := &Failure{Page: Page{Words: words, Title: words.T("ui.failure.title")}, Text: words.T("ui.failure.text"), Next: words.T("ui.failure.next")}
		if err := r.pages["failure."+lang].ExecuteTemplate(&b, "layout", page); err != nil {
			return nil, fmt.Errorf("the page for failures: %w", err)
		}
		r.fatal[lang] = b.Bytes()
	}
	return r, nil
}

func (r *Renderer) parse(lang string, sources ...fs.FS) error {
	base, err := template.New("").Funcs(r.funcs(lang)).ParseFS(files, "templates/*.html")
	if err != nil {
		return err
	}
	for _, pages := range sources {
		if pages == nil {
			continue
		}
		if partials, _ := fs.Glob(pages, "templates/_*.html"); len(partials) > 0 {
			if base, err = base.ParseFS(pages, partials...); err != nil {
				return err
			}
		}
	}
	for _, from := range append([]fs.FS{files}, sources...) {
		if from == nil {
			continue
		}
		names, err := fs.Glob(from, "templates/*.html")
		if err != nil {
			return err
		}
		for _, file := range names {
			name := strings.TrimSuffix(path.Base(file), ".html")
			if from == fs.FS(files) && name != "failure" || strings.HasPrefix(name, "_") {
				continue
			}
			t, err := base.Clone()
			if err != nil {
				return err
			}
			if t, err = t.ParseFS(from, file); err != nil {
				return fmt.Errorf("page %s: %w", name, err)
			}
			r.pages[name+"."+lang] = t
		}
	}
	return nil
}

// Catalogue gives the texts, the shared ones and the edge's.
func (r *Renderer) Catalogue() *Catalogue { return r.catalogue }

// Render writes a page. It renders to a buffer first: an error leaves w untouched, for the edge to answer with Fatal.
func (r *Renderer) Render(w http.ResponseWriter, status int, name string, page View) error {
	lang := page.view().Words.Lang
	t := r.pages[name+"."+lang]
	if t == nil {
		return fmt.Errorf("no page %q in %q", name, lang)
	}
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, "layout", page); err != nil {
		return fmt.Errorf("page %s: %w", name, err)
	}
	write(w, status, lang, b.Bytes())
	return nil
}

// Fatal answers 500 with the page rendered at start.
func (r *Renderer) Fatal(w http.ResponseWriter, req *http.Request) {
	lang := r.language(req)
	write(w, http.StatusInternalServerError, lang, r.fatal[lang])
}

func write(w http.ResponseWriter, status int, lang string, body []byte) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", lang)
	h.Set("Cache-Control", "no-store")
	h.Add("Vary", "Accept-Language, Cookie")
	w.WriteHeader(status)
	w.Write(body)
}
