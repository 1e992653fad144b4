package pages

import (
	"net/http"

	"rampa/internal/pages/frame"
	"rampa/internal/pages/legal"
	"rampa/internal/web/ui"
)

type legalPage struct {
	ui.Page
	Text    legal.Text
	Version string
}

// legal shows the terms or the privacy notice.
func (h *handler) legal(v *frame.Visit) error {
	text, ok := h.texts.Text(v.R.PathValue("text"), v.Words.Lang)
	if !ok {
		return frame.ErrNoPage
	}
	return v.Render(http.StatusOK, "legal", &legalPage{v.Page(text.Title), text, h.texts.Version})
}
