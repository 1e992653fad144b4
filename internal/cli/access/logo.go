package access

import (
	"fmt"
	"net/http"
	"os"
	"slices"
)

const logoLimit = 256 << 10 // bytes: it is sent with every hosted page

// readLogo reads an image for the hosted pages; path "" gives none. The type is told by the content, not by the name.
func readLogo(path string) (mediaType string, image []byte, err error) {
	if path == "" {
		return "", nil, nil
	}
	image, err = os.ReadFile(path)
	if err != nil {
		return "", nil, err
	}
	if len(image) > logoLimit {
		return "", nil, fmt.Errorf("%s has %d KiB: a logo may have %d at most", path, len(image)>>10, logoLimit>>10)
	}
	mediaType = http.DetectContentType(image)
	if !slices.Contains([]string{"image/png", "image/jpeg", "image/webp"}, mediaType) {
		return "", nil, fmt.Errorf("%s is not a PNG, JPEG or WebP image", path)
	}
	return mediaType, image, nil
}
