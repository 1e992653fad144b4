package field

import (
	"io"
	"mime/multipart"
	"strings"
	"unicode/utf8"
)

// Limits bound the parts of a multipart form; the whole body is bounded by its reader.
type Limits struct {
	Field int64 // bytes of one field
	File  int64 // bytes of one file
	Parts int   // parts in all
}

// DecodeMultipart reads a multipart form: fields by the naming rules of DecodeForm, and files, which are held in memory.
// A file input that was left empty counts as absent. ErrTooLarge for a part over its limit, ErrMalformed for the rest.
func DecodeMultipart(r *multipart.Reader, limits Limits) (Fields, error) {
	var b formBuilder
	for parts := 0; ; parts++ {
		part, err := r.NextPart()
		if err == io.EOF { // bare behind the closing boundary; a form cut short mostly wraps it
			return b.fields(), nil
		}
		if err != nil {
			return Fields{}, ErrMalformed.Because(err)
		}
		if parts >= limits.Parts {
			return Fields{}, malformed("too many parts", 0)
		}
		v, err := readPart(part, limits)
		if err != nil {
			return Fields{}, err
		}
		if v.kind == Absent {
			continue
		}
		if !utf8.ValidString(part.FormName()) {
			return Fields{}, malformed("invalid UTF-8", 0)
		}
		if err := b.set(part.FormName(), v); err != nil {
			return Fields{}, err
		}
	}
}

// readPart gives a part's value; Absent for an empty file input.
func readPart(part *multipart.Part, limits Limits) (Value, error) {
	isFile := part.FileName() != ""
	limit := limits.Field
	if isFile {
		limit = limits.File
	}
	content, err := io.ReadAll(io.LimitReader(part, limit+1))
	switch {
	case err != nil:
		return Value{}, ErrMalformed.Because(err)
	case int64(len(content)) > limit:
		return Value{}, ErrTooLarge
	}
	if isFile {
		file := &Upload{Name: strings.ToValidUTF8(part.FileName(), "?"), ContentType: part.Header.Get("Content-Type"), Bytes: content}
		return Value{kind: File, more: &compound{file: file}}, nil
	}
	if len(content) == 0 && part.Header.Get("Content-Type") == "application/octet-stream" {
		return Value{}, nil // what browsers send for a file input without a file
	}
	if !utf8.Valid(content) {
		return Value{}, malformed("invalid UTF-8", 0)
	}
	return Value{kind: String, text: string(content)}, nil
}
