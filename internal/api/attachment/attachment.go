// Package attachment reads the files that stand in a call's fields: parts of a multipart form, or base64 with or without a
// data URI's prefix. It must not know what the files are, nor look into them.
package attachment

import (
	"encoding/base64"
	"errors"
	"strings"

	"rampa/internal/api/wire"
)

// ErrNotFile is a value that holds no file.
var ErrNotFile = errors.New("attachment: neither a file nor base64")

// File is what a field holds. Name is the sender's word, "" for base64.
type File struct {
	Name    string
	Content []byte
}

// Read gives the file in a value. Base64 is that of RFC 4648 section 4, padded or not; line breaks and tabs within are
// skipped, as mail programs make them, but blanks are not: a blank is a "+" that a form has lost. Errors: ErrNotFile, also
// for a file of no bytes.
func Read(v wire.Value) (File, error) {
	if up := v.Upload(); up != nil {
		return File{up.Name, up.Bytes}, nonEmpty(up.Bytes)
	}
	if !IsText(v) {
		return File{}, ErrNotFile
	}
	text, err := payload(v.Text())
	if err != nil {
		return File{}, err
	}
	if strings.ContainsRune(text, '\t') {
		text = strings.ReplaceAll(text, "\t", "")
	}
	encoding := base64.StdEncoding
	if !strings.HasSuffix(text, "=") {
		encoding = base64.RawStdEncoding
	}
	content, err := encoding.DecodeString(text) // skips \r and \n itself
	if err != nil {
		return File{}, ErrNotFile
	}
	return File{Content: content}, nonEmpty(content)
}

// IsText reports whether a value is a string, as opposed to a number that looks like one.
func IsText(v wire.Value) bool { return v.Kind() == wire.KindString }

func nonEmpty(content []byte) error {
	if len(content) == 0 {
		return ErrNotFile
	}
	return nil
}

// payload takes a data URI's prefix off: "data:image/png;base64,". The type in it is a claim that nobody needs.
func payload(text string) (string, error) {
	if len(text) < 5 || !strings.EqualFold(text[:5], "data:") {
		return text, nil
	}
	const longest = 256 // of a prefix
	head, rest, found := strings.Cut(text, ",")
	if !found || len(head) > longest || !strings.HasSuffix(strings.ToLower(head), ";base64") {
		return "", ErrNotFile
	}
	return rest, nil
}

// URL gives the address that a value names in place of a file; "" when it is none.
func URL(v wire.Value) string {
	text := v.Text()
	scheme, _, found := strings.Cut(text[:min(len(text), len("https://"))], "://")
	if !IsText(v) || !found || !strings.EqualFold(scheme, "http") && !strings.EqualFold(scheme, "https") {
		return ""
	}
	return text
}
