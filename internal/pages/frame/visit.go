package frame

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"rampa/internal/customer"
	"rampa/internal/web/ui"
)

// maxForm bounds the body of a page without files.
const maxForm = 1 << 20

// Visit is one request: who asks, in which language, and what was posted.
type Visit struct {
	*Frame
	W     http.ResponseWriter
	R     *http.Request
	Words ui.Words
	Home  string         // the form's own address, where a failure leads back to; "" = none
	Brand customer.Brand // whose page it is; the zero Brand is Rampa's own
	In    url.Values     // what was posted
}

// Visit begins a visit.
func (f *Frame) Visit(w http.ResponseWriter, r *http.Request) *Visit {
	return &Visit{Frame: f, W: w, R: r, Words: f.UI.Words(w, r)}
}

// Visitor is who visits, for the service's audit.
func (v *Visit) Visitor() customer.Visitor {
	return customer.Visitor{Address: v.Address(v.R), UserAgent: v.R.UserAgent(), Language: v.Words.Lang, RequestID: v.RequestID(v.R.Context())}
}

// Parse reads a posted form into In, bounded, as valid UTF-8.
func (v *Visit) Parse() error {
	v.R.Body = http.MaxBytesReader(v.W, v.R.Body, maxForm)
	if err := v.R.ParseForm(); err != nil {
		if _, large := errors.AsType[*http.MaxBytesError](err); large {
			return errTooLarge
		}
		return errBadForm.Because(err)
	}
	v.In = url.Values{}
	for name, values := range v.R.PostForm {
		for _, value := range values {
			v.In.Add(name, strings.ToValidUTF8(value, "\uFFFD"))
		}
	}
	return nil
}

// Redirect leads on after a change, so that reloading a page never repeats it.
func (v *Visit) Redirect(to string) error {
	http.Redirect(v.W, v.R, to, http.StatusSeeOther)
	return nil
}

// Render writes a page.
func (v *Visit) Render(status int, name string, page ui.View) error {
	return v.UI.Render(v.W, status, name, page)
}

// Page makes the frame of a page.
func (v *Visit) Page(title string) ui.Page {
	p := ui.Page{Words: v.Words, Title: title, Path: v.R.URL.Path, Legal: []ui.Link{
		{Label: v.Words.T("legal.terms"), Href: "/legal/terms"}, {Label: v.Words.T("legal.privacy"), Href: "/legal/privacy"},
	}}
	if b := v.Brand; b.Name != "" {
		p.Brand.Name = b.Name
		if b.HasLogo && v.Logos {
			p.Brand.LogoURL = "/brand/" + b.IntegrationUUID + "/logo"
		}
	}
	return p
}
