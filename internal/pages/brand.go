package pages

import (
	"net/http"
	"strings"

	"rampa/internal/id"
)

// logo serves an integration's logo to the hosted pages. It is public: it is shown before the password.
func (h *handler) logo(w http.ResponseWriter, r *http.Request) {
	integration := r.PathValue("integration")
	if h.Logos == nil || !id.IsUUID(integration) {
		http.NotFound(w, r)
		return
	}
	mediaType, image, err := h.Logos.Logo(r.Context(), integration)
	if err != nil || !strings.HasPrefix(mediaType, "image/") || strings.Contains(mediaType, "svg") {
		http.NotFound(w, r) // an SVG may hold scripts: logos are pictures
		return
	}
	w.Header().Set("Content-Type", mediaType)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "public, max-age=300")
	w.Write(image)
}
