package console

import (
	"io"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"

	"rampa/internal/kyb"
)

// shown are the types that a browser may show in the page. Anything else is only ever downloaded.
var shown = map[string]bool{"image/jpeg": true, "image/png": true, "image/webp": true, "application/pdf": true}

// showDocument serves one paper; ?download=yes as a file. The service writes down that it was read.
func showDocument(v *visit) error {
	id, err := v.fileID()
	if err != nil {
		return err
	}
	d, body, err := v.h.Files.OpenDocument(v.r.Context(), id, v.r.PathValue("document"), v.actor())
	if err != nil {
		return err
	}
	defer body.Close()
	h := v.w.Header()
	kind, disposition := d.Type, "inline"
	if !shown[kind] {
		kind, disposition = "application/octet-stream", "attachment"
	}
	if v.r.URL.Query().Get("download") == "yes" {
		disposition = "attachment"
	}
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", mime.FormatMediaType(disposition, map[string]string{"filename": fileName(d)}))
	// Nothing in a paper may load, run or reach anything. The frame of the file's own page may show it. A sandbox directive
	// would also switch off the browser's own PDF viewer, which runs apart from this site in any case.
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'")
	if d.Size > 0 {
		h.Set("Content-Length", strconv.FormatInt(d.Size, 10))
	}
	if _, err := io.Copy(v.w, body); err != nil {
		// The status is sent: all that is left is to break off, so that nobody takes half a paper for a whole one.
		v.h.Log.WarnContext(v.r.Context(), "document broke off", "document", d.ID, "error", err)
		panic(http.ErrAbortHandler)
	}
	return nil
}

var extensions = map[string]string{"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", "application/pdf": ".pdf"}

// fileName is the name that was given at the upload, with the ending of what the file really is. FormatMediaType encodes it.
func fileName(d kyb.Document) string {
	name := strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`/\"`, r) {
			return '_'
		}
		return r
	}, d.Name)
	name = strings.TrimSuffix(name, path.Ext(name))
	if name == "" {
		name = "document"
	}
	return name + extensions[d.Type]
}
