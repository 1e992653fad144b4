package list

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"

	"golang.org/x/text/encoding/unicode"
)

// Read reads a list whose format it recognises by content. Companions are the further files of OFAC's CSV (aliases and
// addresses); other formats have none. It refuses files that are damaged, with the line and the element: errors.Is Unreadable.
func Read(r io.Reader, companions ...io.Reader) (*List, error) {
	in, isXML, err := open(r)
	if err != nil {
		return nil, err
	}
	if isXML {
		if len(companions) > 0 {
			return nil, refuse("only OFAC's CSV has companion files")
		}
		return readXML(in)
	}
	return readCSV(in, companions)
}

// input is a file's text after its byte order mark.
type input struct {
	*bufio.Reader
	decoded bool // it is UTF-8 by now, whatever the XML declaration says
}

// open finds out the encoding by the byte order mark, and whether the file is XML.
func open(r io.Reader) (input, bool, error) {
	in := input{Reader: bufio.NewReaderSize(&bounded{r: r, left: maxBytes}, 64<<10)}
	head, err := in.Peek(3)
	if err != nil && !errors.Is(err, io.EOF) {
		return in, false, err
	}
	switch {
	case bytes.HasPrefix(head, []byte("\xEF\xBB\xBF")):
		_, _ = in.Discard(3)
		in.decoded = true
	case bytes.HasPrefix(head, []byte("\xFF\xFE")), bytes.HasPrefix(head, []byte("\xFE\xFF")):
		decoder := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder()
		in = input{bufio.NewReaderSize(decoder.Reader(in.Reader), 64<<10), true}
	}
	start, err := in.Peek(4096)
	if err != nil && !errors.Is(err, io.EOF) {
		return in, false, err
	}
	start = bytes.TrimLeft(start, " \t\r\n")
	if len(start) == 0 {
		return in, false, refuse("the file is empty")
	}
	if bytes.HasPrefix(start, []byte("PK\x03\x04")) || bytes.HasPrefix(start, []byte("\x1F\x8B")) {
		return in, false, refuse("it is compressed: unpack it first")
	}
	if bytes.IndexByte(start, 0) >= 0 {
		return in, false, refuse("it is not a text")
	}
	return in, start[0] == '<', nil
}

// bounded ends with an error where a file is too large.
type bounded struct {
	r    io.Reader
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, refuse("it is larger than %d MiB", maxBytes>>20)
	}
	n, err := b.r.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}

// quoted shortens what stood in the file for a message.
func quoted(s string) string {
	if s = strings.ToValidUTF8(cleanText(s), "?"); len([]rune(s)) > 60 {
		s = string([]rune(s)[:60]) + "…"
	}
	return `"` + s + `"`
}
