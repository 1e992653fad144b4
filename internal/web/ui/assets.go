package ui

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"time"
)

// assets are the static files, each under a name that holds the hash of its content: a name's content never changes, so
// browsers may keep it for ever.
type assets struct {
	urls   map[string]string // "ui.css" → "/static/ui.1a2b3c4d5e6f.css"
	bodies map[string][]byte // by URL
}

func newAssets(from fs.FS) (*assets, error) {
	a := &assets{urls: map[string]string{}, bodies: map[string][]byte{}}
	entries, err := fs.ReadDir(from, "static")
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		body, err := fs.ReadFile(from, "static/"+e.Name())
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(body)
		ext := path.Ext(e.Name())
		url := "/static/" + strings.TrimSuffix(e.Name(), ext) + "." + hex.EncodeToString(sum[:6]) + ext
		a.urls[e.Name()], a.bodies[url] = url, body
	}
	return a, nil
}

func (a *assets) url(name string) (string, error) {
	if url, ok := a.urls[name]; ok {
		return url, nil
	}
	return "", fmt.Errorf("no asset %q", name)
}

// Static serves the files under /static/. Mount it at "/static/".
func (r *Renderer) Static() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, ok := r.assets.bodies[req.URL.Path]
		if !ok {
			http.NotFound(w, req)
			return
		}
		h := w.Header()
		h.Set("Content-Type", mime.TypeByExtension(path.Ext(req.URL.Path)))
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		h.Set("X-Content-Type-Options", "nosniff")
		http.ServeContent(w, req, "", time.Time{}, bytes.NewReader(body))
	})
}
