package frame

import (
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"

	"rampa/internal/customer"
	"rampa/internal/errs"
	"rampa/internal/web/ui"
)

const (
	maxUpload = 60 << 20 // one request
	maxDrain  = 60 << 20 // read on and thrown away, so that the browser reads our answer
	maxField  = 4 << 10  // a field that is not a file
	maxParts  = 200
)

// Inbox takes in the files of a form.
type Inbox struct {
	Item func(field string) (item string, isFile bool) // what the files of an input are for
	Add  func(context.Context, customer.Upload) error
}

// Receive reads a posted multipart form part by part: a file goes to the inbox as it arrives and is never held here, a
// field to In. What is wrong with a file is said at its input; the other files are kept.
func (v *Visit) Receive(form *ui.Form, to Inbox) error {
	body := v.R.Body
	v.R.Body = http.MaxBytesReader(v.W, body, maxUpload)
	parts, err := v.R.MultipartReader()
	if errors.Is(err, http.ErrNotMultipart) {
		return v.Parse()
	}
	if err != nil {
		return errBadForm.Because(err)
	}
	v.In = url.Values{}
	for range maxParts {
		part, err := parts.NextPart()
		if err == io.EOF {
			return nil
		}
		if err == nil {
			err = v.part(form, part, to)
		} else {
			err = errBadForm.Because(err) // whatever is wrong with the framing came over the wire
		}
		if err != nil {
			if _, large := errors.AsType[*http.MaxBytesError](err); large {
				io.CopyN(io.Discard, body, maxDrain)
				form.Fail("", v.Words.T("documents.too_much"))
				v.In.Del("action")
				return nil
			}
			return err
		}
	}
	return errBadForm
}

// part takes in one part: a field or a file.
func (v *Visit) part(form *ui.Form, part *multipart.Part, to Inbox) error {
	name := part.FormName()
	item, isFile := to.Item(name)
	if !isFile {
		value, err := io.ReadAll(io.LimitReader(part, maxField))
		v.In.Add(name, strings.ToValidUTF8(string(value), "\uFFFD"))
		return broken(err)
	}
	if part.FileName() == "" {
		return nil // an input that was left empty
	}
	upload := customer.Upload{Item: item, Name: strings.ToValidUTF8(part.FileName(), "\uFFFD"), Body: part, Visitor: v.Visitor()}
	err := to.Add(v.R.Context(), upload)
	if errs.KindOf(err) == errs.Invalid {
		if key := "documents.error." + errs.CodeOf(err); v.Words.Has(key) {
			form.Fail(name, v.Words.T(key, "file", upload.Name))
			return nil
		}
	}
	return broken(err)
}

// broken tells a body that ended early, which is the visitor's connection and not our bug, from other failures.
func broken(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return errBadForm.Because(err)
	}
	return err
}
