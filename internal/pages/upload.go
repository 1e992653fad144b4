package pages

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"strings"

	"rampa/internal/customer"
	"rampa/internal/errs"
	"rampa/internal/web/ui"
)

const (
	maxUpload = 60 << 20 // one request
	maxDrain  = 60 << 20 // read on and thrown away, so that the browser reads our answer
	maxField  = 1 << 10  // a field that is not a file
	maxParts  = 200
)

// receive reads a posted multipart form part by part: a file goes to the service as it arrives and is never held here.
// What is wrong with a file is said at its paper; the other files are kept. It gives the button that was pressed.
func (v *visit) receive(form *ui.Form) (action string, err error) {
	body := v.r.Body
	v.r.Body = http.MaxBytesReader(v.w, body, maxUpload)
	parts, err := v.r.MultipartReader()
	if errors.Is(err, http.ErrNotMultipart) {
		if err := v.parse(); err != nil {
			return "", err
		}
		return v.in.Get("action"), nil
	}
	if err != nil {
		return "", errBadForm.Because(err)
	}
	for range maxParts {
		part, err := parts.NextPart()
		if err == io.EOF {
			return action, nil
		}
		if err == nil {
			err = v.part(form, part, &action)
		} else {
			err = errBadForm.Because(err) // whatever is wrong with the framing came over the wire
		}
		if err != nil {
			if _, large := errors.AsType[*http.MaxBytesError](err); large {
				io.CopyN(io.Discard, body, maxDrain)
				form.Fail("", v.words.T("documents.too_much"))
				return "", nil
			}
			return "", err
		}
	}
	return "", errBadForm
}

// part takes in one part: a field or a file.
func (v *visit) part(form *ui.Form, part *multipart.Part, action *string) error {
	name := part.FormName()
	item, isFile := strings.CutPrefix(name, "documents[")
	if !isFile {
		value, err := io.ReadAll(io.LimitReader(part, maxField))
		if name == "action" {
			*action = string(value)
		}
		return broken(err)
	}
	if part.FileName() == "" {
		return nil // an input that was left empty
	}
	upload := customer.Upload{Item: strings.TrimSuffix(item, "]"), Name: strings.ToValidUTF8(part.FileName(), "\uFFFD"), Body: part, Visitor: v.visitor()}
	_, err := v.h.Papers.AddDocument(v.r.Context(), v.uuid, v.session, upload)
	if errs.KindOf(err) == errs.Invalid {
		if key := "documents.error." + errs.CodeOf(err); v.words.Has(key) {
			form.Fail(name, v.words.T(key, "file", upload.Name))
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
