package e2e

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"testing"
)

// hidden stands in the metadata of the photograph, and must be gone once it is uploaded.
const hidden = "taken at 40.4168 N, 3.7038 W"

// papers are real files of the three kinds that companies send.
type papers struct{ pdf, photo, scan []byte }

func newPapers(t testing.TB) papers {
	t.Helper()
	picture := image.NewRGBA(image.Rect(0, 0, 320, 200))
	for y := range 200 {
		for x := range 320 {
			picture.Set(x, y, color.RGBA{uint8(x), uint8(y), uint8(x ^ y), 255})
		}
	}
	var photo, scan bytes.Buffer
	if err := jpeg.Encode(&photo, picture, nil); err != nil {
		t.Fatal(err)
	}
	if err := png.Encode(&scan, picture); err != nil {
		t.Fatal(err)
	}
	return papers{pdf: newPDF(), photo: withEXIF(photo.Bytes()), scan: scan.Bytes()}
}

// newPDF writes a page with one line of text, with a cross-reference table that is right.
func newPDF() []byte {
	const text = "BT /F1 24 Tf 72 720 Td (Escritura de constitucion) Tj ET"
	objects := []string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(text), text),
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
	}
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n")
	table := fmt.Sprintf("xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for i, object := range objects {
		table += fmt.Sprintf("%010d 00000 n \n", b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, object)
	}
	at := b.Len()
	fmt.Fprintf(&b, "%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", table, len(objects)+1, at)
	return b.Bytes()
}

// withEXIF puts an EXIF block with a description after a JPEG's first marker.
func withEXIF(photo []byte) []byte {
	text := append([]byte(hidden), 0)
	tiff := []byte("II*\x00\x08\x00\x00\x00\x01\x00") // little endian, one entry at 8
	tiff = binary.LittleEndian.AppendUint16(tiff, 0x010e)
	tiff = binary.LittleEndian.AppendUint16(tiff, 2)
	tiff = binary.LittleEndian.AppendUint32(tiff, uint32(len(text)))
	tiff = binary.LittleEndian.AppendUint32(tiff, 26)
	tiff = append(binary.LittleEndian.AppendUint32(tiff, 0), text...)
	block := append([]byte("Exif\x00\x00"), tiff...)
	out := append([]byte{}, photo[:2]...)
	out = binary.BigEndian.AppendUint16(append(out, 0xff, 0xe1), uint16(len(block)+2))
	return append(append(out, block...), photo[2:]...)
}

// of gives the file for the n-th paper: one kind after the other.
func (p papers) of(n int) (name string, content []byte) {
	switch n % 3 {
	case 0:
		return "escritura.pdf", p.pdf
	case 1:
		return "foto.jpg", p.photo
	}
	return "escaneo.png", p.scan
}

// write puts the three files into a folder, for a browser to choose from.
func (p papers) write(t testing.TB) (paths [3]string) {
	t.Helper()
	dir := t.TempDir()
	for n := range paths {
		name, content := p.of(n)
		paths[n] = filepath.Join(dir, name)
		if err := os.WriteFile(paths[n], content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return paths
}
