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

// paperView is one paper asked for, with the files that answer it.
type paperView struct {
	Label    string
	Optional bool
	Missing  bool
	Files    []documentView
}

type documentView struct {
	ID    string
	Name  string
	Quiet string // kind, size and day
	URL   string
	Image bool
	PDF   bool
}

// papers groups the files by the papers asked for; what answers none of them comes last.
func (r fileReader) papers() []paperView {
	left := append([]kyb.Document(nil), r.review.Documents...)
	var out []paperView
	for _, item := range r.h.Rules.Items(r.file, r.words.Lang) {
		p := paperView{Label: r.paperLabel(item.Code), Optional: item.Optional}
		var rest []kyb.Document
		for _, d := range left {
			if d.Item == item.Code {
				p.Files = append(p.Files, r.document(d))
			} else {
				rest = append(rest, d)
			}
		}
		left = rest
		p.Missing = len(p.Files) == 0 && !item.Optional
		out = append(out, p)
	}
	for _, d := range left {
		out = append(out, paperView{Label: r.paperLabel(d.Item), Optional: true, Files: []documentView{r.document(d)}})
	}
	return out
}

func (r fileReader) document(d kyb.Document) documentView {
	kind := strings.ToUpper(strings.TrimPrefix(path.Base(d.Type), "x-"))
	return documentView{
		ID: d.ID, Name: d.Name, Quiet: kind + " · " + r.words.Bytes(d.Size) + " · " + r.words.Date(d.AddedAt),
		URL:   "/console/files/" + strconv.FormatInt(r.review.Customer.ID, 10) + "/documents/" + d.ID,
		Image: strings.HasPrefix(d.Type, "image/"), PDF: d.Type == "application/pdf",
	}
}

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
