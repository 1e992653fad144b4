// Package reference serves the readable description of the partner API at /docs: one page, made once at start from the
// OpenAPI file, without scripts and without anything from elsewhere. It must not know the handlers that it describes, nor
// any domain: whatever it says stands in the file.
package reference

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"time"
)

//go:embed templates/*.html static
var assets embed.FS

// New makes the handler of /docs and what stands below it from an OpenAPI 3.1 file. It fails on a file that it cannot
// show whole: a $ref that leads nowhere, an operation without a name.
func New(spec []byte) (http.Handler, error) {
	page, err := render(spec)
	if err != nil {
		return nil, fmt.Errorf("make the API reference: %w", err)
	}
	css, err := assets.ReadFile("static/reference.css")
	if err != nil {
		return nil, err
	}
	icon, err := assets.ReadFile("static/icon.svg")
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("GET /docs", file("text/html; charset=utf-8", page))
	mux.Handle("GET /docs/{$}", http.RedirectHandler("/docs", http.StatusMovedPermanently))
	mux.Handle("GET /docs/reference.css", file("text/css; charset=utf-8", css))
	mux.Handle("GET /docs/icon.svg", file("image/svg+xml", icon))
	return mux, nil
}

func render(spec []byte) ([]byte, error) {
	p, err := read(spec)
	if err != nil {
		return nil, err
	}
	t, err := template.New("").Funcs(template.FuncMap{"lower": strings.ToLower}).ParseFS(assets, "templates/*.html")
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := t.ExecuteTemplate(&out, "reference.html", p); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// file serves fixed content that the browser asks for again by its tag.
func file(mediaType string, content []byte) http.Handler {
	sum := sha256.Sum256(content)
	tag := `"` + hex.EncodeToString(sum[:12]) + `"`
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Type", mediaType)
		h.Set("Content-Security-Policy", "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cache-Control", "no-cache")
		h.Set("ETag", tag)
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
	})
}
