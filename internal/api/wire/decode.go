package wire

import (
	"mime/multipart"
	"net/http"

	"rampa/internal/api/wire/field"
)

// What handlers need of package field, so that they import wire alone.
type (
	Fields = field.Fields
	Value  = field.Value
	Upload = field.Upload
	Limits = field.Limits
)

// Decode reads the fields of a request; see [field.Decode].
func Decode(r *http.Request, limit int64) (Fields, error) { return field.Decode(r, limit) }

// ReadBody reads at most limit bytes of a request's body; see [field.ReadBody].
func ReadBody(r *http.Request, limit int64) ([]byte, error) { return field.ReadBody(r, limit) }

// DecodeBody reads the fields of a body that was read already; see [field.DecodeBody].
func DecodeBody(header http.Header, body []byte) (Fields, error) {
	return field.DecodeBody(header, body)
}

// DecodeJSON reads a JSON body; see [field.DecodeJSON].
func DecodeJSON(body []byte) (Fields, error) { return field.DecodeJSON(body) }

// DecodeForm reads an urlencoded body; see [field.DecodeForm].
func DecodeForm(body string) (Fields, error) { return field.DecodeForm(body) }

// DecodeQuery reads the query of an URL; see [field.DecodeQuery].
func DecodeQuery(rawQuery string) (Fields, error) { return field.DecodeQuery(rawQuery) }

// DecodeMultipart reads a multipart form; see [field.DecodeMultipart].
func DecodeMultipart(r *multipart.Reader, limits Limits) (Fields, error) {
	return field.DecodeMultipart(r, limits)
}

// KindString is the kind of a text; see [field.Kind].
const KindString = field.String
