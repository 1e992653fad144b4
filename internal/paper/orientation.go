package paper

import (
	"encoding/binary"
	"image"
	"image/color"
)

// orientation reads the Exif orientation of a JPEG (1 to 8, CIPA DC-008 §4.6.4): phones store photographs lying down and
// say so there. Anything unclear is 1, as the image stands.
func orientation(jpeg []byte) int {
	for i := 2; i+4 <= len(jpeg) && jpeg[i] == 0xff; {
		marker, size := jpeg[i+1], int(binary.BigEndian.Uint16(jpeg[i+2:]))
		if marker == 0xda || size < 2 || i+2+size > len(jpeg) {
			return 1
		}
		body := jpeg[i+4 : i+2+size]
		if marker == 0xe1 && len(body) > 14 && string(body[:6]) == "Exif\x00\x00" {
			return tiffOrientation(body[6:])
		}
		i += 2 + size
	}
	return 1
}

func tiffOrientation(tiff []byte) int {
	var order binary.ByteOrder = binary.BigEndian
	if string(tiff[:2]) == "II" {
		order = binary.LittleEndian
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return 1
	}
	entries := int64(order.Uint16(tiff[at:]))
	for k := range entries {
		e := at + 2 + 12*k
		if e+12 > int64(len(tiff)) {
			return 1
		}
		if order.Uint16(tiff[e:]) == 0x0112 {
			if v := int(order.Uint16(tiff[e+8:])); v >= 1 && v <= 8 {
				return v
			}
			return 1
		}
	}
	return 1
}

// upright turns and mirrors an image so that it stands as it was seen.
func upright(img image.Image, orientation int) image.Image {
	if orientation == 1 {
		return img
	}
	b := img.Bounds()
	w, h := b.Dx(), b.Dy()
	turned := turnedImage{img, orientation, w, h}
	out := image.NewRGBA(turned.Bounds())
	for y := range out.Rect.Dy() {
		for x := range out.Rect.Dx() {
			out.Set(x, y, turned.At(x, y))
		}
	}
	return out
}

type turnedImage struct {
	image.Image
	orientation, w, h int
}

func (t turnedImage) Bounds() image.Rectangle {
	if t.orientation >= 5 {
		return image.Rect(0, 0, t.h, t.w)
	}
	return image.Rect(0, 0, t.w, t.h)
}

func (t turnedImage) At(x, y int) color.Color {
	switch t.orientation {
	case 2:
		x = t.w - 1 - x
	case 3:
		x, y = t.w-1-x, t.h-1-y
	case 4:
		y = t.h - 1 - y
	case 5:
		x, y = y, x
	case 6:
		x, y = y, t.h-1-x
	case 7:
		x, y = t.w-1-y, t.h-1-x
	case 8:
		x, y = t.w-1-y, x
	}
	min := t.Image.Bounds().Min
	return t.Image.At(min.X+x, min.Y+y)
}
