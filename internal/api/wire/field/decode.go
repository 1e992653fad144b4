package field

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"
)

// maxParts bounds a multipart form; the largest call has some forty fields and four files.
const maxParts = 200

// Decode reads the fields of a request's body by its content type: JSON (also when the header is missing), urlencoded or
// multipart. Errors: ErrMediaType, ErrTooLarge beyond limit bytes (at once when the length is announced), ErrMalformed.
func Decode(r *http.Request, limit int64) (Fields, error) {
	if _, err := mediaType(r.Header); err != nil {
		return Fields{}, err
	}
	body, err := ReadBody(r, limit)
	if err != nil {
		return Fields{}, err
	}
	return DecodeBody(r.Header, body)
}

// ReadBody reads at most limit bytes: for callers that need the bytes too, such as the fingerprint of an idempotency key.
func ReadBody(r *http.Request, limit int64) ([]byte, error) {
	if r.ContentLength > limit {
		return nil, ErrTooLarge
	}
	if r.Body == nil {
		return nil, nil
	}
	if r.ContentLength >= 0 {
		body := make([]byte, r.ContentLength)
		if _, err := io.ReadFull(r.Body, body); err != nil {
			return nil, readError(err)
		}
		return body, nil
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, limit+1))
	switch {
	case err != nil:
		return nil, readError(err)
	case int64(len(body)) > limit:
		return nil, ErrTooLarge
	}
	return body, nil
}

// readError maps a failed read: a reader around ours may have found the body too large; a body cut short is malformed.
func readError(err error) error {
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return ErrTooLarge.Because(err)
	}
	return ErrMalformed.Because(err)
}

// DecodeBody is Decode for a body that was read already.
func DecodeBody(header http.Header, body []byte) (Fields, error) {
	m, err := mediaType(header)
	if err != nil {
		return Fields{}, err
	}
	switch m.form {
	case urlencoded:
		return DecodeForm(string(body))
	case multiform:
		if len(body) == 0 {
			return Fields{}, nil
		}
		if !bytes.Contains(body, []byte("--"+m.boundary+"--")) {
			return Fields{}, malformed("multipart form cut short", len(body))
		}
		size := int64(len(body))
		parts := multipart.NewReader(bytes.NewReader(body), m.boundary)
		return DecodeMultipart(parts, Limits{Field: size, File: size, Parts: maxParts})
	}
	return DecodeJSON(body)
}

// media is what a Content-Type means to us.
type media struct {
	form     int
	boundary string
}

const (
	jsonBody = iota
	urlencoded
	multiform
)

// mediaType reads Content-Type; ErrMediaType for anything but JSON and forms, for another charset than UTF-8 and for a
// compressed body.
func mediaType(header http.Header) (media, error) {
	if e := header.Get("Content-Encoding"); e != "" && !strings.EqualFold(e, "identity") {
		return media{}, ErrMediaType
	}
	given := header.Get("Content-Type")
	if given == "" || given == "application/json" {
		return media{form: jsonBody}, nil
	}
	name, params, err := mime.ParseMediaType(given)
	if err != nil {
		return media{}, ErrMediaType.Because(err)
	}
	if charset := params["charset"]; charset != "" && !strings.EqualFold(charset, "utf-8") {
		return media{}, ErrMediaType
	}
	switch {
	case name == "application/json" || (strings.HasPrefix(name, "application/") && strings.HasSuffix(name, "+json")):
		return media{form: jsonBody}, nil
	case name == "application/x-www-form-urlencoded":
		return media{form: urlencoded}, nil
	case name == "multipart/form-data":
		if params["boundary"] == "" {
			return media{}, ErrMalformed.Because(errors.New("no multipart boundary"))
		}
		return media{form: multiform, boundary: params["boundary"]}, nil
	}
	return media{}, ErrMediaType
}
