package paper

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
)

const gps = "GPS 28.4636N 16.2518W"

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func clean(t *testing.T, content []byte) (Paper, error) {
	t.Helper()
	return Clean(t.Context(), bytes.NewReader(content))
}

// corners is what a picture of w × h shows where its colours meet: red and green above, blue and white below.
func corners(x, y, w, h int) color.RGBA {
	return map[[2]bool]color.RGBA{
		{false, false}: {255, 0, 0, 255}, {true, false}: {0, 255, 0, 255}, {false, true}: {0, 0, 255, 255}, {true, true}: {255, 255, 255, 255},
	}[[2]bool{x >= w/2, y >= h/2}]
}

func drawing(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetRGBA(x, y, corners(x, y, w, h))
		}
	}
	return img
}

func pngOf(img image.Image) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func jpegOf(img image.Image) []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 95}); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// photograph is a JPEG whose Exif says how it lies, and where it was taken.
func photograph(img image.Image, orientation uint16, order binary.AppendByteOrder) []byte {
	tiff := []byte("MM")
	if order.String() == "LittleEndian" {
		tiff = []byte("II")
	}
	tiff = order.AppendUint16(tiff, 42)
	tiff = order.AppendUint32(tiff, 8)
	tiff = order.AppendUint16(tiff, 2)
	for _, entry := range [][2]uint16{{0x0100, 1}, {0x0112, orientation}} {
		tiff = order.AppendUint16(tiff, entry[0])
		tiff = order.AppendUint16(tiff, 3)
		tiff = order.AppendUint32(tiff, 1)
		tiff = order.AppendUint16(tiff, entry[1])
		tiff = order.AppendUint16(tiff, 0)
	}
	body := append([]byte("Exif\x00\x00"), append(tiff, gps...)...)
	plain := jpegOf(img)
	out := append([]byte{}, plain[:2]...)
	out = append(out, 0xff, 0xe1)
	out = binary.BigEndian.AppendUint16(out, uint16(len(body)+2))
	return append(append(out, body...), plain[2:]...)
}

// lying stores a picture as Exif's orientations say: which side of it row 0 and column 0 are (CIPA DC-008, table 6).
func lying(orientation, w, h int) image.Image {
	row := []string{"", "top", "top", "bottom", "bottom", "left", "right", "right", "left"}[orientation]
	column := []string{"", "left", "right", "right", "left", "top", "top", "bottom", "bottom"}[orientation]
	sw, sh := w, h
	if orientation >= 5 {
		sw, sh = h, w
	}
	img := image.NewRGBA(image.Rect(0, 0, sw, sh))
	for sy := range sh {
		for sx := range sw {
			var x, y int
			for side, at := range map[string]int{row: sy, column: sx} {
				switch side {
				case "top":
					y = at
				case "bottom":
					y = h - 1 - at
				case "left":
					x = at
				case "right":
					x = w - 1 - at
				}
			}
			img.SetRGBA(sx, sy, corners(x, y, w, h))
		}
	}
	return img
}

func TestAPhotographStandsUprightAndTellsNothingOfItsPlace(t *testing.T) {
	t.Parallel()
	const w, h = 64, 32
	for _, order := range []binary.AppendByteOrder{binary.BigEndian, binary.LittleEndian} {
		for orientation := 1; orientation <= 8; orientation++ {
			p, err := clean(t, photograph(lying(orientation, w, h), uint16(orientation), order))
			if err != nil || p.Type != "image/jpeg" || bytes.Contains(p.Content, []byte("GPS")) || bytes.Contains(p.Content, []byte("Exif")) {
				t.Fatalf("orientation %d: %s, %v, or its metadata is left", orientation, p.Type, err)
			}
			img := must(jpeg.Decode(bytes.NewReader(p.Content)))
			if img.Bounds().Dx() != w || img.Bounds().Dy() != h {
				t.Fatalf("orientation %d: %v", orientation, img.Bounds())
			}
			for _, at := range []image.Point{{8, 8}, {w - 8, 8}, {8, h - 8}, {w - 8, h - 8}} {
				r, g, b, _ := img.At(at.X, at.Y).RGBA()
				want := corners(at.X, at.Y, w, h)
				if near := func(a uint32, b uint8) bool { return max(int(a>>8), int(b))-min(int(a>>8), int(b)) < 40 }; !near(r, want.R) || !near(g, want.G) || !near(b, want.B) {
					t.Errorf("%s orientation %d at %v: %d %d %d, want %v", order, orientation, at, r>>8, g>>8, b>>8, want)
				}
			}
		}
	}
}

func TestABrokenExifLeavesTheImageAsItStands(t *testing.T) {
	t.Parallel()
	whole := photograph(drawing(32, 16), 6, binary.BigEndian)
	for i := range 80 { // each byte of the segment, changed
		broken := bytes.Clone(whole)
		broken[2+i] ^= 0xff
		_, _ = clean(t, broken) // any answer but a panic
		_ = orientation(broken[:2+i])
	}
	for _, o := range []uint16{0, 9, 65535} {
		if got := orientation(photograph(drawing(32, 16), o, binary.LittleEndian)); got != 1 {
			t.Errorf("orientation %d is read as %d", o, got)
		}
	}
}

func TestAllowedTypesAreToldByTheirContent(t *testing.T) {
	t.Parallel()
	decode := func(s string) []byte { return must(base64.StdEncoding.DecodeString(s)) }
	for name, c := range map[string]struct {
		content []byte
		want    string
	}{
		"PDF":           {[]byte("%PDF-1.7\n%%EOF"), "application/pdf"},
		"JPEG":          {jpegOf(drawing(8, 8)), "image/jpeg"},
		"PNG":           {pngOf(drawing(8, 8)), "image/png"},
		"lossy WebP":    {decode("UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA"), "image/jpeg"},
		"lossless WebP": {decode("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA=="), "image/jpeg"},
	} {
		p, err := clean(t, c.content)
		if err != nil || p.Type != c.want {
			t.Errorf("%s: %s, %v", name, p.Type, err)
		}
	}
}

func TestWhateverElseItIsIsRefused(t *testing.T) {
	t.Parallel()
	var moving bytes.Buffer
	if err := gif.Encode(&moving, drawing(8, 8), nil); err != nil {
		t.Fatal(err)
	}
	half := func(b []byte) []byte { return b[:len(b)/2] }
	for name, c := range map[string]struct {
		content []byte
		want    error
	}{
		"nothing":               {nil, ErrEmpty},
		"text":                  {[]byte("hello"), ErrType},
		"SVG":                   {[]byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`), ErrType},
		"HTML":                  {[]byte("<!DOCTYPE html><script>alert(1)</script>"), ErrType},
		"HTML before a PDF":     {[]byte("<html><script>alert(1)</script>\n%PDF-1.7\n%%EOF"), ErrType},
		"junk before a PDF":     {[]byte("junk junk junk\n%PDF-1.7\n%%EOF"), ErrType},
		"GIF":                   {moving.Bytes(), ErrType},
		"Windows program":       {append([]byte("MZ\x90\x00"), make([]byte, 200)...), ErrType},
		"Linux program":         {append([]byte("\x7fELF\x02\x01\x01"), make([]byte, 200)...), ErrType},
		"ZIP":                   {[]byte("PK\x03\x04aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), ErrType},
		"half a JPEG":           {half(jpegOf(drawing(64, 64))), ErrUnreadable},
		"half a PNG":            {half(pngOf(drawing(64, 64))), ErrUnreadable},
		"a PNG's signature":     {pngOf(drawing(8, 8))[:8], ErrUnreadable},
		"a flood of pixels":     {header(30000, 30000), ErrTooManyPixels},
		"an overflow of pixels": {header(1<<31-1, 1<<31-1), ErrUnreadable},
		"no pixels":             {header(0, 5), ErrUnreadable},
	} {
		if p, err := clean(t, c.content); !errors.Is(err, c.want) || p.Content != nil {
			t.Errorf("%s: %s, %v; want %v", name, p.Type, err, c.want)
		}
	}
}

func chunk(kind string, body []byte) []byte {
	out := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	out = append(append(out, kind...), body...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[4:]))
}

// header is a PNG that promises an image and brings none.
func header(w, h uint32) []byte {
	body := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
	return append([]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", append(body, 8, 6, 0, 0, 0))...)
}

// bomb is a PNG of 8 × 8 pixels whose data unpacks to 256 MiB.
func bomb() []byte {
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	block := make([]byte, 1<<20)
	for range 256 {
		must(z.Write(block))
	}
	z.Close()
	return append(append(header(8, 8), chunk("IDAT", packed.Bytes())...), chunk("IEND", nil)...)
}

// Not parallel: it measures what it allocates.
func TestHostileImagesTakeNoMemory(t *testing.T) {
	for name, content := range map[string][]byte{"a flood of pixels": header(30000, 30000), "a bomb": bomb()} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if _, err := clean(t, content); err == nil {
			t.Errorf("%s was taken", name)
		}
		runtime.ReadMemStats(&after)
		if took := after.TotalAlloc - before.TotalAlloc; took > 8<<20 {
			t.Errorf("%s took %d MiB", name, took>>20)
		}
	}
}

func TestAPolyglotIsOneThingAfterwards(t *testing.T) {
	t.Parallel()
	script := "<script>alert(document.domain)</script>/*alert(1)*/"
	comment := append([]byte{0xff, 0xd8, 0xff, 0xfe, 0, byte(len(script) + 2)}, script...)
	for name, content := range map[string][]byte{
		"PNG and HTML":            append(pngOf(drawing(8, 8)), script...),
		"PNG with HTML in a text": append(append(bytes.Clone(pngOf(drawing(8, 8))[:33]), chunk("tEXt", []byte("Comment\x00"+script))...), pngOf(drawing(8, 8))[33:]...),
		"JPEG and JavaScript":     append(comment, jpegOf(drawing(8, 8))[2:]...),
		"JPEG and ZIP":            append(jpegOf(drawing(8, 8)), "PK\x03\x04"+script...),
	} {
		p, err := clean(t, content)
		if err != nil || strings.Contains(string(p.Content), "alert") || strings.Contains(string(p.Content), "PK\x03\x04") {
			t.Errorf("%s: the other half is left, or %v", name, err)
		}
	}
	both := append([]byte("%PDF-1.7\n%%EOF\n"), "PK\x03\x04"+script...)
	if p, err := clean(t, both); err != nil || p.Type != "application/pdf" || !bytes.Equal(p.Content, both) {
		t.Errorf("PDF and ZIP: %s, %v; want it kept as a PDF, and served as nothing else", p.Type, err)
	}
}

func TestTenMebibytesAreTakenAndNotOneByteMore(t *testing.T) {
	t.Parallel()
	full := append([]byte("%PDF-1.7\n"), make([]byte, MaxBytes-9)...)
	if p, err := clean(t, full); err != nil || len(p.Content) != MaxBytes {
		t.Errorf("%d bytes, %v", len(p.Content), err)
	}
	if _, err := clean(t, append(full, 0)); !errors.Is(err, ErrTooLarge) {
		t.Error(err)
	}
	endless := io.MultiReader(strings.NewReader("%PDF-1.7\n"), endlessly{})
	if _, err := Clean(t.Context(), endless); !errors.Is(err, ErrTooLarge) {
		t.Error(err)
	}
	lost := errors.New("connection lost")
	if _, err := Clean(t.Context(), iotest.ErrReader(lost)); !errors.Is(err, lost) {
		t.Error(err)
	}
}

type endlessly struct{}

func (endlessly) Read(p []byte) (int, error) { return len(p), nil }

func TestATransparentImageIsLaidOnWhiteWhenItBecomesAJPEG(t *testing.T) {
	t.Parallel()
	p, err := encode("image/webp", image.NewNRGBA(image.Rect(0, 0, 8, 8)))
	if err != nil {
		t.Fatal(err)
	}
	if r, g, b, _ := must(jpeg.Decode(bytes.NewReader(p.Content))).At(4, 4).RGBA(); min(r, g, b) < 0xf000 {
		t.Errorf("nothing became %x %x %x", r, g, b)
	}
}

func TestImagesWaitForMemory(t *testing.T) {
	t.Parallel()
	if err := pixels.Acquire(t.Context(), memory); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Clean(ctx, bytes.NewReader(pngOf(drawing(8, 8))))
	pixels.Release(memory)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("an image was decoded beyond the bound: %v", err)
	}
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			if p, err := clean(t, pngOf(drawing(400, 300+i))); err != nil || must(png.DecodeConfig(bytes.NewReader(p.Content))).Height != 300+i {
				t.Error(fmt.Sprint(i), err)
			}
		})
	}
	all.Wait()
}
