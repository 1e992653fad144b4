// Package qr draws QR codes for pages. It knows nothing of what they say.
package qr

import (
	"strconv"
	"strings"
)

// Image is a QR code as one SVG path: sharp at any size, and no request of its own carries the secret.
type Image struct {
	Size int // modules with the quiet zone
	Path string
}

const quietZone = 4 // ISO/IEC 18004 asks for four modules

// Draw draws the modules of a code, true for dark.
func Draw(rows [][]bool) Image {
	var b strings.Builder
	for y, row := range rows {
		for x := 0; x < len(row); x++ {
			if !row[x] {
				continue
			}
			start := x
			for x+1 < len(row) && row[x+1] {
				x++
			}
			width := strconv.Itoa(x - start + 1)
			b.WriteString("M" + strconv.Itoa(start+quietZone) + " " + strconv.Itoa(y+quietZone) + "h" + width + "v1h-" + width + "z")
		}
	}
	return Image{Size: len(rows) + 2*quietZone, Path: b.String()}
}
