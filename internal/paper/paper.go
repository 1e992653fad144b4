// Package paper makes an uploaded file safe to keep and to show: its type is told by its content, images are decoded and
// written anew without their metadata, whatever else it is is refused. It knows nothing of what the paper proves.
package paper

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/draw"
	"image/jpeg"
	"image/png"
	"io"

	"github.com/gabriel-vasile/mimetype"
	"golang.org/x/image/webp"
	"golang.org/x/sync/semaphore"

	"rampa/internal/errs"
)

const (
	// MaxBytes is the size of the biggest file taken.
	MaxBytes = 10 << 20
	// maxPixels bounds one image, an A3 page at 400 dpi: decoding takes 2 to 16 bytes a pixel (a progressive JPEG most).
	maxPixels = 30_000_000
	// memory bounds the pixels decoded at once by the whole process: one image of the biggest, or several smaller ones.
	memory = maxPixels
)

// The refusals, each with what to do.
var (
	ErrEmpty         = errs.New(errs.Invalid, "file_empty", "The file is empty. Choose it again.")
	ErrTooLarge      = errs.New(errs.Invalid, "file_too_large", "The file is larger than 10 MB. Make it smaller, or send it in parts.")
	ErrTooManyPixels = errs.New(errs.Invalid, "image_too_large", "The image has more than 30 megapixels. Scan or save it with a lower resolution.")
	ErrType          = errs.New(errs.Invalid, "file_type_not_allowed", "Only PDF, JPEG, PNG and WebP files are taken.")
	ErrUnreadable    = errs.New(errs.Invalid, "file_unreadable", "The image cannot be read. Take or save it again.")
)

// Paper is a file that is safe to keep. Type is its media type.
type Paper struct {
	Type    string
	Content []byte
}

var pixels = semaphore.NewWeighted(memory)

// Clean reads a file of at most MaxBytes and makes it safe. Errors: ErrEmpty, ErrTooLarge, ErrTooManyPixels,
// ErrType, ErrUnreadable.
func Clean(ctx context.Context, r io.Reader) (Paper, error) {
	var raw bytes.Buffer
	n, err := io.Copy(&raw, io.LimitReader(r, MaxBytes+1))
	switch {
	case err != nil:
		return Paper{}, err
	case n == 0:
		return Paper{}, ErrEmpty
	case n > MaxBytes:
		return Paper{}, ErrTooLarge
	}
	content := raw.Bytes()
	switch kind := mimetype.Detect(content).String(); kind {
	case "application/pdf":
		if !bytes.HasPrefix(bytes.TrimLeft(content, "\ufeff \t\r\n"), []byte("%PDF-")) {
			return Paper{}, ErrType // readers look further for the header, browsers may take what stands before it for HTML
		}
		return Paper{kind, content}, nil
	case "image/jpeg", "image/png", "image/webp":
		return cleanImage(ctx, kind, content)
	}
	return Paper{}, ErrType
}

func cleanImage(ctx context.Context, kind string, content []byte) (Paper, error) {
	config, decode, err := reader(kind, content)
	if err != nil || config.Width <= 0 || config.Height <= 0 {
		return Paper{}, ErrUnreadable.Because(err)
	}
	size := int64(config.Width) * int64(config.Height)
	if size > maxPixels {
		return Paper{}, ErrTooManyPixels
	}
	if err := pixels.Acquire(ctx, size); err != nil {
		return Paper{}, err
	}
	defer pixels.Release(size)
	img, err := decode(bytes.NewReader(content))
	if err != nil {
		return Paper{}, ErrUnreadable.Because(err)
	}
	if kind == "image/jpeg" {
		img = upright(img, orientation(content))
	}
	return encode(kind, img)
}

func reader(kind string, content []byte) (image.Config, func(io.Reader) (image.Image, error), error) {
	r := bytes.NewReader(content)
	switch kind {
	case "image/jpeg":
		c, err := jpeg.DecodeConfig(r)
		return c, jpeg.Decode, err
	case "image/png":
		c, err := png.DecodeConfig(r)
		return c, png.Decode, err
	case "image/webp":
		c, err := webp.DecodeConfig(r)
		return c, webp.Decode, err
	}
	return image.Config{}, nil, errors.New("paper: not an image")
}

// encode writes photographs as JPEG and drawings as PNG; there is no WebP encoder, and a scan in WebP is a photograph.
func encode(kind string, img image.Image) (Paper, error) {
	var out bytes.Buffer
	if kind == "image/png" {
		err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&out, img)
		if out.Len() <= MaxBytes {
			return Paper{"image/png", out.Bytes()}, err
		}
		out.Reset()
	}
	err := jpeg.Encode(&out, opaque(img), &jpeg.Options{Quality: 90})
	return Paper{"image/jpeg", out.Bytes()}, err
}

// opaque lays a transparent image on white: JPEG knows no transparency, and black text on nothing would be black on black.
func opaque(img image.Image) image.Image {
	if o, ok := img.(interface{ Opaque() bool }); ok && o.Opaque() {
		return img
	}
	flat := image.NewRGBA(img.Bounds())
	draw.Draw(flat, flat.Bounds(), image.White, image.Point{}, draw.Src)
	draw.Draw(flat, flat.Bounds(), img, img.Bounds().Min, draw.Over)
	return flat
}
