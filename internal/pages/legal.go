package pages

import (
	"net/http"

	"rampa/internal/pages/legal"
	"rampa/internal/web/ui"
)

type legalPage struct {
	ui.Page
	Text    legal.Text
	Version string
}

// legal shows the terms or the privacy notice.
func (h *handler) legal(v *visit) error {
	text, ok := h.texts.Text(v.r.PathValue("text"), v.words.Lang)
	if !ok {
		return errNoPage
	}
	return v.render(http.StatusOK, "legal", &legalPage{v.page(text.Title), text, h.texts.Version})
}
