package field_test

import (
	"bytes"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"strings"
	"testing"
	"testing/iotest"

	"rampa/internal/api/wire/field"
)

func request(contentType, body string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/api/x", strings.NewReader(body))
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	return r
}

func TestTheContentTypeChoosesTheDecoder(t *testing.T) {
	t.Parallel()
	const boundary = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--b--\r\n"
	for _, c := range []struct {
		contentType, body, want string
		err                     error
	}{
		{"", `{"a":"1"}`, "a='1'", nil},
		{"application/json", `{"a":"1"}`, "a='1'", nil},
		{"Application/JSON; Charset=UTF-8", `{"a":"1"}`, "a='1'", nil},
		{"application/problem+json", `{"a":"1"}`, "a='1'", nil},
		{"application/x-www-form-urlencoded", "a=1", "a='1'", nil},
		{"application/x-www-form-urlencoded; charset=utf-8", "a=1", "a='1'", nil},
		{"multipart/form-data; boundary=b", boundary, "a='1'", nil},
		{"multipart/form-data; boundary=b", "", "", nil},
		{"application/json", "", "", nil},
		{"application/json", `{"a":`, "", field.ErrMalformed},
		{"application/x-www-form-urlencoded", "a=%zz", "", field.ErrMalformed},
		{"multipart/form-data; boundary=b", boundary[:40], "", field.ErrMalformed},
		{"multipart/form-data", boundary, "", field.ErrMalformed},
		{"text/plain", `{"a":"1"}`, "", field.ErrMediaType},
		{"text/json", `{"a":"1"}`, "", field.ErrMediaType},
		{"image/svg+json", `{"a":"1"}`, "", field.ErrMediaType},
		{"application/xml", `<a/>`, "", field.ErrMediaType},
		{"application/json; charset=latin1", `{"a":"1"}`, "", field.ErrMediaType},
		{"application/json; =", `{"a":"1"}`, "", field.ErrMediaType},
		{";;", `{"a":"1"}`, "", field.ErrMediaType},
	} {
		f, err := field.Decode(request(c.contentType, c.body), 1<<20)
		if !errors.Is(err, c.err) || (c.err == nil && err != nil) {
			t.Errorf("%q %q: error %v, want %v", c.contentType, c.body, err, c.err)
		} else if got := dump(f); got != c.want {
			t.Errorf("%q %q: %s, want %s", c.contentType, c.body, got, c.want)
		}
	}
}

func TestACompressedBodyIsAnotherMediaType(t *testing.T) {
	t.Parallel()
	r := request("application/json", `{}`)
	r.Header.Set("Content-Encoding", "gzip")
	if _, err := field.Decode(r, 100); !errors.Is(err, field.ErrMediaType) {
		t.Errorf("error %v", err)
	}
}

func TestABodyOverTheLimitIsTooLarge(t *testing.T) {
	t.Parallel()
	body := `{"a":"` + strings.Repeat("x", 100) + `"}`
	announced := request("", body)
	announced.Body = io.NopCloser(iotest.ErrReader(errors.New("must not be read")))
	chunked := request("", body)
	chunked.ContentLength = -1
	bounded := request("", body)
	bounded.Body = http.MaxBytesReader(httptest.NewRecorder(), bounded.Body, 10)
	for name, r := range map[string]*http.Request{"announced": announced, "chunked": chunked, "bounded outside": bounded} {
		limit := int64(50)
		if name == "bounded outside" {
			limit = 1000
		}
		if _, err := field.Decode(r, limit); !errors.Is(err, field.ErrTooLarge) {
			t.Errorf("%s: error %v", name, err)
		}
	}
	exact := request("", body)
	exact.ContentLength = -1
	if _, err := field.Decode(exact, int64(len(body))); err != nil {
		t.Errorf("a body of exactly the limit: %v", err)
	}
}

func TestABodyCutShortIsMalformed(t *testing.T) {
	t.Parallel()
	r := request("", `{"a":1}`)
	r.ContentLength = 20
	if _, err := field.Decode(r, 100); !errors.Is(err, field.ErrMalformed) {
		t.Errorf("error %v", err)
	}
}

func TestABodyThatCannotBeReadIsMalformed(t *testing.T) {
	t.Parallel()
	r := request("", `{"a":1}`)
	r.ContentLength = -1
	r.Body = io.NopCloser(iotest.ErrReader(errors.New("connection reset")))
	if _, err := field.Decode(r, 100); !errors.Is(err, field.ErrMalformed) {
		t.Errorf("error %v", err)
	}
	if _, err := field.DecodeBody(http.Header{"Content-Type": {"text/plain"}}, nil); !errors.Is(err, field.ErrMediaType) {
		t.Errorf("error %v", err)
	}
}

func TestARequestWithoutBodyHasNoFields(t *testing.T) {
	t.Parallel()
	r := request("", "")
	r.Body = nil
	if f, err := field.Decode(r, 100); err != nil || f.Len() != 0 {
		t.Errorf("%d fields, error %v", f.Len(), err)
	}
}

// form writes a multipart form of the given parts and gives its reader.
func form(t *testing.T, write func(w *multipart.Writer)) *multipart.Reader {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	write(w)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return multipart.NewReader(&b, w.Boundary())
}

func part(t *testing.T, w *multipart.Writer, disposition, contentType, content string) {
	t.Helper()
	h := textproto.MIMEHeader{"Content-Disposition": {disposition}}
	if contentType != "" {
		h.Set("Content-Type", contentType)
	}
	p, err := w.CreatePart(h)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(p, content); err != nil {
		t.Fatal(err)
	}
}

var roomy = field.Limits{Field: 100, File: 100, Parts: 10}

func TestMultipartGivesFieldsAndFiles(t *testing.T) {
	t.Parallel()
	r := form(t, func(w *multipart.Writer) {
		part(t, w, `form-data; name="email"`, "", " a@b.com ")
		part(t, w, `form-data; name="people[0][name]"`, "", "Ana")
		part(t, w, `form-data; name="people[0][id]"; filename="../../id.png"`, "image/png", "\x89PNG")
		part(t, w, `form-data; name="empty"; filename=""`, "application/octet-stream", "")
		part(t, w, `form-data`, "", "nameless")
		part(t, w, `form-data; name="password"`, "", " p ")
	})
	f, err := field.DecodeMultipart(r, roomy)
	if err != nil {
		t.Fatal(err)
	}
	want := "email='a@b.com' people=[{name='Ana' id=file:id.png:image/png:\x89PNG}] password=' p '"
	if got := dump(f); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

func TestMultipartPartsHaveLimits(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 101)
	for name, c := range map[string]struct {
		write func(w *multipart.Writer)
		want  error
	}{
		"field": {func(w *multipart.Writer) { part(t, w, `form-data; name="a"`, "", long) }, field.ErrTooLarge},
		"file":  {func(w *multipart.Writer) { part(t, w, `form-data; name="a"; filename="f"`, "", long) }, field.ErrTooLarge},
		"utf-8": {func(w *multipart.Writer) { part(t, w, `form-data; name="a"`, "", "\xff") }, field.ErrMalformed},
		"name":  {func(w *multipart.Writer) { part(t, w, "form-data; name=\"a\xff\"", "", "x") }, field.ErrMalformed},
		"number": {func(w *multipart.Writer) {
			for range 11 {
				part(t, w, `form-data; name="a"`, "", "x")
			}
		}, field.ErrMalformed},
	} {
		if _, err := field.DecodeMultipart(form(t, c.write), roomy); !errors.Is(err, c.want) {
			t.Errorf("%s: error %v, want %v", name, err, c.want)
		}
	}
}
